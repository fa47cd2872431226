// My bids: what is urgent in any of them, by the platform's time, while the page is open.
// Invariant: the page says nothing that the rows of the server do not say; it only goes on counting.

import { warningsOf } from '../bid.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { sayBoth } from '../language.js';

const place = find('#warnings');
const rows = [...document.querySelectorAll('tr[data-closes]')];

function show() {
  const found = rows.flatMap(({ dataset }) => {
    const at = {
      now: now(), local: now(), closesAt: Number(dataset.closes), standing: dataset.standing === 'true', sealed: false,
      waiting: dataset.unconfirmed === 'true' ? 1 : 0,
    }; // prettier-ignore
    return warningsOf(at).map((warning) => ({ ...warning, tender: dataset.tender }));
  });
  const shown = found.map(({ tender, en }) => `${tender} ${en}`).join('\n');
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  fill(place, found.map((one) => h('p', { class: 'note' },
    h('a', { href: `/bidder/tenders/${one.tender}` }, h('code', {}, one.tender)), ': ',
    one.urgent ? h('strong', {}, sayBoth(one)) : sayBoth(one)))); // prettier-ignore
}

show();
setInterval(show, 1_000);
document.documentElement.dataset.ready = 'bidder-bids';
