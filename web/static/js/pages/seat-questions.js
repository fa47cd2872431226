// A question to a bidder (澄清) and a request for more time, signed for the own seat.
// Invariant: what is signed names the bid by its code, and gives at least the time that the law asks for.

import { now } from '../clock.js';
import { acts, nameIn, wanted, FieldFault } from '../form.js';
import { follow, sign } from '../evaluation/signing.js';

/** On its way an act takes a little; the bidder still has the time that was chosen. */
const MARGIN = 60_000;

const ask = document.querySelector('#ask');
if (ask) {
  acts(ask, async ({ code, text, time }) => {
    const said = wanted(text);
    const least = Number(code.selectedOptions[0].dataset.least);
    const ms = Number(time.value);
    if (ms < least) {
      throw new FieldFault(time, `对该投标至少给 ${Math.ceil(least / 60_000)} 分钟。`, `This bid is given ${Math.ceil(least / 60_000)} minutes at least.`);
    }
    const until = Math.round(now()) + ms + MARGIN;
    await sign('clarification.asked', { clarification: nameIn(ask, 'ask'), code: code.value, text: said, until });
    location.reload();
  });
}

const extend = document.querySelector('#extend');
if (extend) {
  acts(extend, async ({ time, reason }) => {
    await sign('extension.asked', { ms: Number(time.value), reason: wanted(reason) });
    location.reload();
  });
}

await follow();
document.documentElement.dataset.ready = 'seat-questions';
