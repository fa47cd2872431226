// The written report (评标报告): every member signs its digests, with a different opinion perhaps, or refuses with reasons.
// Invariant: what is signed is the document on record, whose digest is made here from the facts it shows, and the print.

import { hex } from '../bytes.js';
import { spell } from '../canonical.js';
import { h } from '../dom.js';
import { FieldFault, acts } from '../form.js';
import { sha256Sync } from '../hash-sync.js';
import { say, sayTime } from '../language.js';

const LONGEST = 4_000;

/** Whether the document shown is the one whose digest stands in the log. @param {{assembled: {document: string}, document: object}} shown */
export const isOnRecord = ({ assembled, document }) => hex(sha256Sync(spell(document))) === assembled.document;

/** The digests and the way to the paper. */
function paper({ pages, pdf, document, until }, href) {
  return [
    h('p', {}, h('a', { href: href.page }, say('阅读评标报告', 'Read the report')), ' · ',
      h('a', { href: href.pdf, target: '_blank', rel: 'noopener' }, say(`下载 PDF(${pages} 页)`, `PDF, ${pages} pages`))),
    h('dl', { class: 'facts' }, h('dt', {}, say('报告摘要(SHA-256)', 'Digest of the report (SHA-256)')), h('dd', {}, h('code', { class: 'hash' }, document)),
      h('dt', {}, say('PDF 摘要(SHA-256)', 'Digest of the PDF (SHA-256)')), h('dd', {}, h('code', { class: 'hash' }, pdf)),
      h('dt', {}, say('签署截止', 'To be signed until')), h('dd', {}, sayTime(until))),
  ]; // prettier-ignore
}

/**
 * The form.
 * @param {{pages: number, pdf: string, document: string, until: number}} report what is on record
 * @param {{page: string, pdf: string}} href
 * @param {(said: {dissent?: string, refused?: string}) => Promise<void>} sign
 */
export function signing(report, href, sign) {
  const field = h('textarea', { class: 'form-control', id: 'dissent', name: 'dissent', rows: '3' });
  const refuse = h('input', { class: 'form-check-input', type: 'checkbox', id: 'refuse', name: 'refuse' });
  const form = h('form', { id: 'sign-report', novalidate: true }, h('div', { 'data-trouble': true, role: 'alert', hidden: true }),
    h('div', { class: 'mb-3' }, h('label', { class: 'form-label', for: 'dissent' }, say('不同意见及理由(没有则留空)', 'A different opinion with its reasons (leave empty if you have none)')), field),
    h('div', { class: 'mb-3 form-check' }, refuse, h('label', { class: 'form-check-label', for: 'refuse' }, say('我拒绝签署,理由如上', 'I refuse to sign, for the reasons above'))),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('签署评标报告', 'Sign the report'))); // prettier-ignore
  acts(form, async () => {
    const text = field.value.trim();
    if ([...text].length > LONGEST) throw new FieldFault(field, `最多 ${LONGEST} 个字。`, `${LONGEST} characters at most.`);
    if (refuse.checked && text === '') throw new FieldFault(field, '拒绝签署须书面说明理由。', 'A refusal needs its reasons in writing.');
    await sign(text === '' ? {} : refuse.checked ? { refused: text } : { dissent: text });
  });
  return h('section', { 'aria-labelledby': 'report-title' }, h('h2', { id: 'report-title' }, say('评标报告', 'Report')), paper(report, href),
    h('p', {}, say('您签署的是上列摘要所指的报告。拒绝签字又不书面说明不同意见和理由的,视为同意评标结果(招标投标法实施条例第五十三条)。', 'You sign the report that these digests name. Who neither signs nor writes down a different opinion is deemed to agree (Regulations, article 53).')), form); // prettier-ignore
}
