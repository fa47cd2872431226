// The forms of the hall: which acts are open to the person who looks, and what became of them.
// Invariant: a form that somebody types into is never built anew; it is shown or hidden, and what was typed stays.

import { fill, h } from '../dom.js';
import { acts, wanted } from '../form.js';
import { say, sayTime } from '../language.js';
import { confirm, object, reply, unlock } from './acts.js';
import { currentStage } from './hall.js';

const trouble = () => h('div', { 'data-trouble': true, role: 'alert', hidden: true });
const area = (id, label) => [
  h('label', { class: 'form-label', for: id }, label),
  h('textarea', { class: 'form-control', id, name: 'text', 'data-refused': 'text.invalid objection.too_many objection.unknown', rows: '3', maxlength: '4000', required: true }),
];
const button = (text) => h('button', { class: 'btn btn-primary', type: 'submit' }, text);

/**
 * Builds the forms of a person and keeps them with the hall.
 * @param {{trust: import('../trust.js').Trust, keyring: import('../keyring.js').Keyring,
 *   clock: import('../own-clock.js').OwnClock, tender: string, account: string, bid: string|null}} person
 * @returns {{element: HTMLElement, show: (hall: import('./hall.js').Hall) => void}}
 */
export function formsOf(person) {
  const { bid, clock, account } = person;
  let stage = null;
  let isOwner = false;
  const made = [];
  const add = (title, note, content, isOpen, work) => {
    const form = h('form', { novalidate: true }, trouble(), note && h('p', {}, note), content);
    const said = h('div', { role: 'status' });
    const section = h('section', { class: 'card', hidden: true }, h('div', { class: 'card-body' }, h('h3', {}, title), form, said));
    acts(form, async (elements) => {
      const { seq, at } = await work(elements);
      fill(said, h('p', {}, say(`已签名并取得回执:日志第 ${seq} 条,${sayTime(at)}。`, `Signed, and the receipt is verified: entry ${seq} of the log, ${sayTime(at)}.`)));
      // The fact may have come, and closed the form, before the receipt was checked.
      section.hidden = false;
      form.reset();
    });
    made.push({ section, form, said, isOpen });
  };
  const what = () => ({ ...person, stage: stage.stage, now: clock.now() });
  const isOn = () => stage !== null && !stage.closed && !stage.failed;
  const listed = () => stage.frozen.body.envelopes.filter((one) => one.bid === bid);

  if (bid) {
    add(
      say('投标人解密', 'Unlock your bid'),
      say('交出后不能收回。本浏览器先核对:截止时间已过(本机时钟)、名单已在日志中、名单上是您最后递交的一版。', 'What is given cannot be taken back. This browser checks first: the deadline has passed by this machine’s clock, the list is in the log, and it names the revision that you handed in last.'),
      button(say('核对、签名并解密', 'Check, sign and unlock')),
      (hall) => hall.locked && isOn() && stage.frozen && !stage.settled && listed().some(({ submission }) => !stage.unlocked.has(submission)),
      () => unlock(what()),
    ); // prettier-ignore
    add(
      say('签名确认开标记录', 'Sign the opening record'),
      null,
      button(say('签名确认', 'Sign')),
      () => isOn() && stage.recorded !== null && !stage.confirmed.has(bid) && stage.recorded.body.bids.some((one) => one.bid === bid),
      () => confirm({ ...what(), record: stage.recorded.seq }),
    );
    add(
      say('对开标提出异议', 'Object to the opening'),
      say('须当场提出;招标人当场答复。内容公开。', 'It must be raised on the spot, and the buyer answers on the spot. The text is public.'),
      [area('objection-text', say('异议内容', 'Objection')), button(say('签名并提出', 'Sign and object'))],
      () => isOn() && stage.recorded !== null,
      (elements) => object({ ...what(), text: wanted(elements.text) }),
    );
  }
  const select = h('select', { class: 'form-select', id: 'reply-to', name: 'objection' });
  add(
    say('答复异议', 'Answer an objection'),
    null,
    [h('label', { class: 'form-label', for: 'reply-to' }, say('异议', 'Objection')), select, area('reply-text', say('答复(公开)', 'Answer (public)')), button(say('签名并答复', 'Sign and answer'))],
    () => isOwner && isOn() && stage.objections.some((one) => !one.reply),
    (elements) => reply({ ...person, objection: wanted(elements.objection), text: wanted(elements.text) }),
  ); // prettier-ignore

  const element = h('div', { class: 'hall-acts' }, made.map(({ section }) => section));
  const show = (hall) => {
    stage = currentStage(hall);
    isOwner = account !== '' && (account === hall.buyer || account === hall.agent);
    const open = stage?.objections.filter((one) => !one.reply) ?? [];
    const ids = open.map(({ id }) => id).join(' ');
    if (select.dataset.ids !== ids) {
      const chosen = select.value;
      select.dataset.ids = ids;
      fill(select, open.map(({ id, seq, text }) => h('option', { value: id }, `#${seq} ${[...text].slice(0, 40).join('')}`)));
      if (open.some(({ id }) => id === chosen)) select.value = chosen;
    }
    for (const { section, form, said, isOpen } of made) {
      const opened = Boolean(isOpen(hall));
      // What came of an act stays to be read after its form closed.
      form.hidden = !opened;
      section.hidden = !opened && said.childElementCount === 0;
    }
  };
  return { element, show };
}
