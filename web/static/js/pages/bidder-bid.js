// A bid from the notice to its receipts: entering, filling in, sealing, handing in, and what may be done afterwards.
// Invariant: what is shown follows from the log and from what this browser keeps, so the page comes back to where it
// was, whatever happened in between.

import { handedIn, placesOf, progressOf, unconfirmed, warningsOf } from '../bid.js';
import { hex, unhex } from '../bytes.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { say, sayBoth } from '../language.js';
import { discard, jobs as jobsOf, prepare } from '../seal-job.js';
import { readTerms, stageKeys } from '../terms.js';
import { Desk, clearTrouble, emptyDraft, page, trouble } from './bidder/desk.js';
import { enterView } from './bidder/enter.js';
import { fillView } from './bidder/fill.js';
import { handInView, receiptsView } from './bidder/handin.js';
import { sealView } from './bidder/seal.js';
import { confirmView, standingView, stateView, stepsView } from './bidder/standing.js';

const root = find('#bid');
const { tender, account } = root.dataset;
const desk = new Desk(tender, account);
const rulesOf = (job) => hex(job.label.rules);
let terms;
let keys;
/** Files chosen while this page is open, by name of the place. @type {Map<string, File>} */
const files = new Map();
let told = null;

function warn(own, sealed, waiting) {
  told = () => {
    const at = { now: now(), local: Date.now(), closesAt: terms.deadline, standing: own.live, sealed, waiting };
    const text = warningsOf(at);
    const shown = text.map(({ en }) => en).join('\n');
    const place = find('#warnings');
    if (place.dataset.shown === shown) return;
    place.dataset.shown = shown;
    fill(place, text.map((one) => h('p', { class: one.urgent ? 'note close' : 'note' }, one.urgent ? h('strong', {}, sayBoth(one)) : sayBoth(one))));
  };
  told();
}

/** Prepares the envelopes that changed and keeps what the bid consists of. */
async function prepared(draft, places, { lots, letters, files: about, changed }) {
  const slots = { ...draft.slots };
  const bytes = { ...draft.bytes };
  const means = { keyring: desk.keyring, storage: desk.storage };
  const used = handedIn(await desk.mine());
  const old = await jobsOf(desk.storage, draft.bid);
  for (const { place, file, bytes: letter } of changed) {
    const before = old.find(({ submission }) => submission === slots[place.name]);
    if (before && !used.has(before.submission)) await discard(desk.storage, before).catch(() => {});
    const label = { tender, lot: place.lot, part: place.part, keyId: unhex(place.keyId, 32), closesAt: terms.closesAt, rules: unhex(terms.rules, 32) };
    const what = { bid: draft.bid, label, y: keys.get(place.keyId), locked: terms.notice.opening.bidder_lock, file, maxBytes: place.maxBytes };
    slots[place.name] = (await prepare(means, what)).submission;
    files.set(place.name, file);
    if (letter) bytes[place.name] = letter;
  }
  await desk.keep(() => ({ bid: draft.bid, lots, letters, files: about, slots, bytes }));
}

async function show({ check = false, replacing = false } = {}) {
  clearTrouble();
  const own = await desk.mine();
  const closed = now() >= terms.deadline;
  const state = h('div', {});
  const held = own.bid && (await desk.keyring.bids()).some(({ bid }) => bid === own.bid);
  const waiting = own.live ? unconfirmed(terms.versions, own.acknowledged) : [];
  if (!held) {
    stateView(state, { own, closed });
    warn(own, false, waiting.length);
    fill(root, state, closed || own.bid ? null : stepsView(0), closed && !own.bid ? null : await enterView(desk, own, show), own.bid && receiptsView(own));
    return;
  }
  const draft = (await desk.draft()) ?? emptyDraft(own.bid);
  if (draft.bid !== own.bid || !(await desk.draft())) await desk.keep(() => emptyDraft(own.bid));
  const places = placesOf(terms.notice, terms.round);
  const jobs = await jobsOf(desk.storage, own.bid);
  const progress = progressOf(draft, places, jobs, terms.rules, rulesOf, handedIn(own));
  const { wanted, open, begun, sealed } = progress;
  const fresh = wanted.length > 0 && open.length === 0 && begun.length === 0;
  stateView(state, { own, closed });
  warn(own, fresh, waiting.length);
  const views = [];
  if (!closed) {
    const bidKey = await desk.keyring.bid(own.bid);
    const form = () =>
      h('section', { 'aria-labelledby': 'fill-title' }, h('h2', { id: 'fill-title' }, own.revision > 0 ? say('编制替换的投标', 'Prepare the replacement') : say('编制投标', 'Prepare the bid')),
        fillView({ desk, own, terms, places, progress, draft, bidKey }, async (made) => {
          await prepared(draft, places, made);
          await show();
        })); // prettier-ignore
    const again = async () => {
      await show({ replacing: true });
      find('#fill').scrollIntoView();
    };
    views.push(confirmView({ desk, own, terms, waiting }, show));
    if (begun.length > 0) views.push(sealView({ desk, draft, begun, files }, show));
    else if (replacing) views.push(form());
    else if (fresh) {
      views.push(handInView({ desk, own, sealed, draft }, show));
      views.push(h('p', {}, h('button', { class: 'btn', type: 'button', onclick: again }, say('返回修改', 'Go back and change it'))));
    } else if (!own.live) views.push(form());
    if (own.live && !replacing) views.push(standingView({ desk, own, jobs, replace: again, check }, show));
  }
  views.push(receiptsView(own));
  const step = fresh ? 3 : begun.length > 0 ? 2 : own.live && !replacing ? 4 : 1;
  fill(root, state, closed ? null : stepsView(step), views);
}

page(async () => {
  await desk.open();
  terms = await readTerms(desk.trust, tender);
  keys = await stageKeys(desk.trust, terms);
  await show();
  let wasOpen = now() < terms.deadline;
  setInterval(() => {
    told?.();
    if (wasOpen && now() >= terms.deadline) {
      wasOpen = false;
      show().catch(trouble);
    }
  }, 1_000);
});
