// The opening as one bidder takes part in it: the list against the receipt, unlocking, objections, the signature.
// Invariant: what is shown is proven by the log; the page looks again when something became public.

import { fill, find, h } from '../dom.js';
import { say } from '../language.js';
import { readTerms } from '../terms.js';
import { Desk, clearTrouble, page, trouble } from './bidder/desk.js';
import { stageView } from './bidder/hall.js';

const root = find('#opening');
const { tender, account } = root.dataset;

page(async () => {
  const desk = await new Desk(tender, account).open();
  let size = 0;
  async function show() {
    clearTrouble();
    const terms = await readTerms(desk.trust, tender);
    size = terms.facts.length;
    const own = await desk.mine();
    const stranger = !own.bid && h('p', {}, say('您没有参加本项目的投标。', 'You have no bid in this tender.'));
    fill(root, stranger, terms.notice.stages.map((stage) => stageView({ desk, own, terms, stage }, show)));
  }
  await show();
  // A person who is writing an objection is not disturbed.
  const isWriting = () => [...root.querySelectorAll('textarea')].some(({ value }) => value) || root.querySelector('[aria-busy]');
  async function again() {
    if (isWriting()) return;
    const { length } = (await readTerms(desk.trust, tender)).facts;
    if (length !== size) await show();
  }
  const events = new EventSource(`/api/tenders/${encodeURIComponent(tender)}/events`);
  let looking = null;
  events.addEventListener('fact', () => {
    clearTimeout(looking);
    looking = setTimeout(() => again().catch(trouble), 1_000);
  });
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) setInterval(() => !isWriting() && show().catch(trouble), 15_000);
  };
});
