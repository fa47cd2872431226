// The written report (评标报告): every member signs the result, or dissents in words.
// Invariant: what is signed is one result, by its position in the log.

import { h } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { say } from '../language.js';

const LONGEST = 2_000;

/**
 * The form.
 * @param {number} result position of the result @param {(dissent: string|null) => Promise<void>} sign
 */
export function signing(result, sign) {
  const field = h('textarea', { class: 'form-control', id: 'dissent', name: 'dissent', rows: '3' });
  const form = h('form', { id: 'sign-report', novalidate: true }, h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('div', { class: 'mb-3' }, h('label', { class: 'form-label', for: 'dissent' }, say('不同意见(没有则留空)', 'A different opinion (leave empty if you have none)')), field),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('签署评标报告', 'Sign the report'))); // prettier-ignore
  acts(form, async () => {
    const text = field.value.trim();
    if ([...text].length > LONGEST) throw new FieldFault(field, `最多 ${LONGEST} 个字。`, `${LONGEST} characters at most.`);
    await sign(text === '' ? null : text);
  });
  return h('section', { 'aria-labelledby': 'report-title' }, h('h2', { id: 'report-title' }, say('评标报告', 'Report')),
    h('p', {}, say(`您签署的是日志第 ${result} 条的结果。不签字又不书面说明不同意见的,视为同意(条例第五十三条);第一人签署后,报告最迟在结果形成一天后完成。`, `You sign the result in entry ${result} of the log. Who neither signs nor writes down a different opinion is deemed to agree (Regulations, article 53); once somebody has signed, the report is complete a day after the result at the latest.`)), form); // prettier-ignore
}
