// The cockpit: loaded anew when what it shows has changed, for as long as its reader wants that.
// Invariant: it asks the same address that programs ask and shows nothing of its own.

import { getJson } from '../api.js';
import { fill, find } from '../dom.js';
import { say, sayError } from '../language.js';
import { pulse } from '../pulse.js';
import { reload } from '../reload.js';

/** Cards appear by the passing of time alone, so the page also looks by itself, every so many ms. */
const EVERY = 60_000;
const KEPT = 'cockpit-follow';

const box = find('#follow');
const line = find('#line');
box.disabled = false;
box.checked = sessionStorage.getItem(KEPT) !== 'no';
box.addEventListener('change', () => sessionStorage.setItem(KEPT, box.checked ? 'yes' : 'no'));

/** What this page shows, in one word that the server makes: times and last facts do not change it. */
const asked = new URLSearchParams(
  [...new URLSearchParams(location.search)].filter(([name]) => ['q', 'what', 'needs_page', 'page'].includes(name)),
);
const seen = async () => (await getJson(`/api/cockpit?${asked}`)).state;

let first = null;

async function look() {
  try {
    const now = await seen();
    first ??= now;
    if (now === first) return;
    if (box.checked) reload();
    else fill(line, say('有变化,请刷新本页。', 'Something has changed; load this page anew.'));
  } catch (error) {
    fill(line, sayError(error));
  }
}

await look();
pulse({ onGrown: look, onLine: (state) => fill(line, state === 'lost' ? say('连接中断,正在重连……', 'The line is lost; trying again …') : '') });
setInterval(look, EVERY);
document.documentElement.dataset.ready = 'supervision-cockpit';
