// The preliminary review (初步评审): one vote for every bid and item, with a reason where a bid fails.
// Invariant: votes stand in the order of the codes and then of the method's items, each once, as the platform asks.

import { fieldError, fill, h } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { say } from '../language.js';

const LONGEST = 2_000;

/**
 * The body's votes.
 * @param {string[]} codes ascending @param {{item: string}[]} items in the method's order
 * @param {(code: string, item: string) => {passes: boolean, reason: string}} read
 */
export const votesOf = (codes, items, read) =>
  codes.flatMap((code) => items.map(({ item }) => ({ code, item, ...read(code, item) })));

/** What the review put out, in words. @param {{rejected: {code: string, clause: string}[]}} review */
export function outcome(review) {
  if (review.rejected.length === 0) return h('p', {}, say('初步评审已结束,没有投标被否决。', 'The preliminary review is over; no bid is out.'));
  return h('div', {}, h('p', {}, say('初步评审已结束,以下投标被否决;评分表仍须列出全部编号。', 'The preliminary review is over and these bids are out; the sheet still names every code.')),
    h('ul', {}, review.rejected.map(({ code, clause }) => h('li', {}, h('code', {}, code), ': ', h('bdi', {}, clause))))); // prettier-ignore
}

/**
 * The form of the votes.
 * @param {{codes: {code: string}[], review: {items: {item: string, title: string}[]}}} view
 * @param {(votes: object[]) => Promise<void>} vote signs
 */
export function voting(view, vote) {
  const fields = new Map();
  const cell = ({ code }, { item, title }, n) => {
    const choice = h('select', { class: 'form-select points', id: `vote-${n}` },
      [['', say('请选择', 'Choose')], ['1', say('通过', 'Pass')], ['0', say('不通过', 'Fail')]].map(([value, text]) => h('option', { value }, text))); // prettier-ignore
    const reason = h('input', { class: 'form-control', id: `reason-${n}`, 'aria-label': say('不通过的理由', 'Why it fails') });
    reason.addEventListener('input', () => fieldError(reason, null));
    const place = h('div', { hidden: true }, reason);
    choice.addEventListener('change', () => {
      place.hidden = choice.value !== '0';
      fieldError(choice, null);
    });
    fields.set(`${code}\n${item}`, { choice, reason });
    return h('tr', {}, h('th', { scope: 'row' }, h('code', {}, code)),
      h('td', { 'data-label': say('事项', 'Item') }, h('label', { for: choice.id }, h('bdi', {}, title))),
      h('td', { 'data-label': say('表决', 'Vote') }, choice, place)); // prettier-ignore
  };
  let n = 0;
  const rows = view.codes.flatMap((bid) => view.review.items.map((item) => cell(bid, item, (n += 1))));
  const form = h('form', { id: 'vote', novalidate: true }, h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('table', { class: 'table cards' }, h('caption', {}, say('每个投标的每一事项', 'Every item of every bid')),
      h('thead', {}, h('tr', {}, [say('编号', 'Code'), say('事项', 'Item'), say('表决', 'Vote')].map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, rows)),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('签名表决', 'Sign the votes'))); // prettier-ignore
  acts(form, () => vote(votesOf(view.codes.map(({ code }) => code), view.review.items, (code, item) => {
    const { choice, reason } = fields.get(`${code}\n${item}`);
    if (choice.value === '') throw new FieldFault(choice, '请表决。', 'Vote on this.');
    const passes = choice.value === '1';
    const why = passes ? '' : reason.value.trim();
    if (!passes && why === '') throw new FieldFault(reason, '请写明理由。', 'Say why.');
    if ([...why].length > LONGEST) throw new FieldFault(reason, `最多 ${LONGEST} 个字。`, `${LONGEST} characters at most.`);
    return { passes, reason: why };
  }))); // prettier-ignore
  const place = h('section', { 'aria-labelledby': 'vote-title' });
  fill(place, h('h2', { id: 'vote-title' }, say('初步评审', 'Preliminary review')),
    h('p', {}, say('先阅读文件,再逐项表决;过半数成员认为不通过的,按所列条款否决。表决后不能更改。', 'Read first, then vote item by item; a bid that more than half of the members fail is out under the clause named. Votes are final.')), form); // prettier-ignore
  return place;
}
