// Commitment and reveal: sheet and salt are kept and saved as a file first, then committed to; later they are revealed.
// Invariant: no commitment is sent whose sheet and salt this browser does not keep; no reveal is sent that does not open
// the commitment in the record.

import { h } from '../dom.js';
import { FieldFault, acts, chosen, offer } from '../form.js';
import { say } from '../language.js';
import { commitment, keep, keptText, readKept } from './sheet.js';

const trouble = () => h('div', { 'data-trouble': true, role: 'alert', hidden: true });
export const keptName = ({ tender, seat }) => `${tender}-${seat}-kept.json`;

/** The file of sheet and salt, to be saved. @param {import('./sheet.js').Kept} kept */
export function keptLink(kept, onSaved = () => {}) {
  const link = h('a', { class: 'btn', id: 'save-kept' }, say('保存评分文件', 'Save the file of your sheet'));
  offer(link, keptName(kept), keptText(kept));
  link.addEventListener('click', onSaved);
  return link;
}

/**
 * The form that makes what is kept out of what was typed.
 * @param {{tender: string, seat: string}} of @param {() => import('./sheet.js').Sheet|null} sheet
 * @param {(kept: import('./sheet.js').Kept) => Promise<void>} onKept
 */
export function closing({ tender, seat }, sheet, onKept) {
  const form = h('form', { id: 'close-sheet', novalidate: true }, trouble(),
    h('p', {}, say('填写的内容自动加密保存在本浏览器中,只有您看得到。评完后封存评分表:先检查是否完整、是否在满分以内。', 'What you fill in is saved in this browser, encrypted, and nobody else sees it. When you are done close the sheet: it is checked that nothing is left out and nothing is above its limit.')),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('检查并封存评分表', 'Check and close the sheet'))); // prettier-ignore
  acts(form, async () => {
    const found = sheet();
    if (found === null) throw Object.assign(new Error('incomplete'), { zh: '评分表还不完整或有误,见标出的各项。', en: 'The sheet is not complete, or something is wrong: see the items marked.' });
    await onKept(keep(tender, seat, found));
  });
  return form;
}

/**
 * The two steps of a commitment: save the file, then sign.
 * @param {import('./sheet.js').Kept} kept
 * @param {{commit: (commitment: string) => Promise<void>, reopen: () => Promise<void>}} how
 */
export function committing(kept, { commit, reopen }) {
  const go = h('button', { class: 'btn btn-primary', type: 'submit', id: 'commit-now' }, say('二、签名承诺', '2. Sign the commitment'));
  const form = h('form', { id: 'commit', novalidate: true }, trouble(), go);
  const wait = h('p', { class: 'form-hint' }, say('请先保存文件,再签名。', 'Save the file first, then sign.'));
  go.disabled = true;
  const link = keptLink(kept, () => {
    go.disabled = false;
    wait.hidden = true;
  });
  const back = h('form', { id: 'reopen', class: 'mt-3', novalidate: true }, trouble(), h('button', { class: 'btn', type: 'submit' }, say('返回修改评分', 'Go back to the scores')));
  acts(form, async () => commit(await commitment(kept)));
  acts(back, reopen);
  return h('section', { 'aria-labelledby': 'commit-title' }, h('h2', { id: 'commit-title' }, say('承诺', 'Commitment')),
    h('p', {}, say('承诺是最终的:以后公开的必须是这张评分表,一分不差。评分表和随机数保存在本浏览器中;没有它们就不能公开,评标将停在那里,所以请另存一份文件。命令行 kaibiao score reveal --keep 也读它。', 'The commitment is final: what you reveal later must be this sheet, to the point. Sheet and salt are kept in this browser; without them you cannot reveal and the evaluation stands still, so save them as a file too. kaibiao score reveal --keep reads it as well.')),
    h('p', {}, say('一、', '1. '), link), wait, form, back); // prettier-ignore
}

/**
 * Takes the file that was kept elsewhere, if it opens the commitment in the record.
 * @param {{tender: string, seat: string, commitment: string}} view
 * @param {(kept: import('./sheet.js').Kept) => Promise<void>} onKept
 */
export function restoring(view, onKept) {
  const form = h('form', { id: 'restore-kept', novalidate: true }, trouble(),
    h('p', {}, say('您已承诺,但本浏览器没有评分表和随机数(也许是在别的机器上或用命令行承诺的)。请选择当时保存的文件。', 'You have committed, but sheet and salt are not in this browser: perhaps it was done on another machine or by command. Choose the file that was saved then.')),
    h('label', { class: 'form-label', for: 'kept-file' }, say('承诺时保存的文件', 'The file saved at the commitment')),
    h('input', { class: 'form-control mb-3', id: 'kept-file', name: 'file', type: 'file', accept: '.json,application/json' }),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('核对并载入', 'Check and take it'))); // prettier-ignore
  acts(form, async ({ file }) => {
    const picked = chosen(file);
    let kept;
    try {
      kept = readKept(await picked.text());
    } catch (error) {
      throw new FieldFault(file, `${error.zh ?? error}。`, `${error.en ?? error}.`);
    }
    const fits = kept.tender === view.tender && kept.seat === view.seat && (await commitment(kept)) === view.commitment;
    if (!fits) throw new FieldFault(file, '这个文件不对应您已作出的承诺。', 'This file does not open the commitment that you made.');
    await onKept(kept);
  });
  return h('section', { 'aria-labelledby': 'restore-title' }, h('h2', { id: 'restore-title' }, say('载入评分文件', 'The file of your sheet')), form);
}

/** The form of the reveal. @param {() => Promise<void>} reveal signs */
export function revealing(reveal) {
  const form = h('form', { id: 'reveal', novalidate: true }, trouble(),
    h('button', { class: 'btn btn-primary', type: 'submit' }, say('签名公开评分表', 'Sign and reveal the sheet'))); // prettier-ignore
  acts(form, reveal);
  return h('section', { 'aria-labelledby': 'reveal-title' }, h('h2', { id: 'reveal-title' }, say('公开评分表', 'Reveal')),
    h('p', {}, say('全体成员均已承诺。您公开的内容会与承诺核对;最后一位公开后,平台当即计算结果。', 'Everybody has committed. What you reveal is checked against your commitment; with the last reveal the platform computes the result.')), form); // prettier-ignore
}
