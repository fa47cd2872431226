// A question of the panel (澄清) and its answer, signed by the bid's key.
// Invariant: an answer is given once, within its time, and confirms a corrected price exactly where one was asked about.

import { now } from '../../clock.js';
import { h } from '../../dom.js';
import { FieldFault, acts, wanted } from '../../form.js';
import { say, sayMoney, sayTime } from '../../language.js';
import { field, form, submit } from './desk.js';

function answerForm(desk, own, { clarification, price }, show) {
  const id = (what) => `${what}-${clarification}`;
  const choice = (value, text) => h('div', { class: 'form-check' },
    h('input', { class: 'form-check-input', type: 'radio', name: id('confirms'), id: id(`confirms-${value}`), value }),
    h('label', { class: 'form-check-label', for: id(`confirms-${value}`) }, text)); // prettier-ignore
  const confirms = price !== undefined && h('fieldset', { class: 'mb-3', id: id('confirms'), 'data-refused': 'inquiry.confirmation_invalid', tabindex: '-1' },
    h('legend', {}, say(`评标委员会更正后的报价:${sayMoney({ currency: 'CNY', minor: price })}`, `The price as the panel corrected it: ${sayMoney({ currency: 'CNY', minor: price })}`)),
    choice('yes', say('确认更正后的报价', 'I confirm the corrected price')),
    choice('no', say('不确认(投标将被否决)', 'I do not confirm it (the bid will be rejected)'))); // prettier-ignore
  const view = form({ id: id('answer') }, confirms,
    field(say('答复', 'Answer'), { id: id('text'), 'data-refused': 'text.invalid', rows: 4, maxlength: 4000, required: true }, { tag: 'textarea' }),
    submit('签名并答复', 'Sign and answer')); // prettier-ignore
  acts(view, async (elements) => {
    const text = wanted(elements[id('text')]);
    const chosen = confirms ? view.querySelector('input[type=radio]:checked')?.value : null;
    if (confirms && !chosen) throw new FieldFault(confirms, '请选择是否确认更正后的报价。', 'Say whether you confirm the corrected price.');
    const body = { bid: own.bid, clarification, ...(confirms ? { confirms: chosen === 'yes' } : {}), text };
    await desk.act('inquiry.answered', body, await desk.keyring.bid(own.bid));
    await show();
  });
  return view;
}

/** A question with its answer, or with the form for it. @param {object} asked of `ownOf` */
export function inquiryView(desk, own, asked, show) {
  const { text, until, seq, at, answer } = asked;
  return h('article', { class: 'card' }, h('div', { class: 'card-body' },
    h('p', {}, say(`回执第 ${seq} 号,`, `Receipt no. ${seq}, `), sayTime(at), ' · ', say('答复截止 ', 'answer until '), sayTime(until), ' ', !answer && h('span', { class: 'countdown', 'data-until': until })),
    h('p', { class: 'prose' }, h('bdi', {}, text)),
    answer
      ? h('p', { class: 'prose' }, h('strong', {}, say(`已答复(回执第 ${answer.seq} 号):`, `Answered (receipt no. ${answer.seq}): `)), h('bdi', {}, answer.text),
        answer.confirms === undefined ? null : answer.confirms ? say(' · 已确认更正后的报价', ' · corrected price confirmed') : say(' · 未确认更正后的报价', ' · corrected price not confirmed'))
      : now() < until ? answerForm(desk, own, asked, show) : h('p', { class: 'note' }, say('答复时限已过。', 'The time for an answer has passed.')))); // prettier-ignore
}
