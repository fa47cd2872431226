// Handing in: what is sealed is shown once more, signed with the bid key, and answered by a receipt; then "this key opens
// this bid" is checked against what lies on the platform.
// Invariant: what was not handed in is never shown as handed in; a receipt counts only after it was checked here.

import { unconfirmed } from '../../bid.js';
import { hex } from '../../bytes.js';
import { fill, h } from '../../dom.js';
import { acts } from '../../form.js';
import { say, sayError, sayTime } from '../../language.js';
import { Failure } from '../../problem.js';
import { checkJob, signedEnvelope } from '../../seal-job.js';
import { rangesAt } from '../../upload.js';
import { readTerms } from '../../terms.js';
import { folderView } from './folder.js';
import { form, sizeOf, submit } from './desk.js';

/** The table of what is sealed. */
export function sealedTable(sealed, files, caption) {
  const cell = (zh, en, ...children) => h('td', { 'data-label': say(zh, en) }, children);
  const head = [['文件', 'File'], ['大小', 'Size'], ['SHA-256', 'SHA-256'], ['密文摘要', 'Digest of the sealed body']];
  return h('table', { class: 'cards' }, h('caption', {}, caption),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, say('标段/部分', 'Lot/part')), head.map(([zh, en]) => h('th', { scope: 'col' }, say(zh, en))))),
    h('tbody', {}, sealed.map(({ place, job }) => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, place.name)),
      cell('文件', 'File', h('bdi', {}, job.file.name)), cell('大小', 'Size', sizeOf(job.file.size)),
      cell('SHA-256', 'SHA-256', h('code', { class: 'hash' }, files[place.name]?.sha256 ?? '–')),
      cell('密文摘要', 'Digest of the sealed body', h('code', { class: 'hash' }, job.done.body_digest)))))); // prettier-ignore
}

/** Hands in what is sealed as the next revision. */
async function handIn(desk, own, sealed) {
  const terms = await readTerms(desk.trust, desk.tender);
  const rules = hex(sealed[0].job.label.rules);
  const later = unconfirmed(terms.versions, rules);
  if (later.length > 0) {
    throw new Failure(
      `加密之后发布了第 ${later.map(({ number }) => number).join('、')} 号澄清修改:这些密文是按旧规则加密的,请刷新页面后重新加密。`,
      `Addendum ${later.map(({ number }) => number).join(', ')} came after you sealed: reload the page and seal anew under the rules in force.`,
    );
  }
  const envelopes = [];
  for (const { job } of sealed) envelopes.push(await signedEnvelope(desk.keyring, job));
  const key = await desk.keyring.bid(own.bid);
  return desk.act('bid.submitted', { bid: own.bid, envelopes, revision: own.revision + 1, rules }, key);
}

/** The last look before handing in. */
export function handInView({ desk, own, sealed, draft }, show) {
  const view = form({ id: 'hand-in' },
    h('p', { class: 'note' }, h('strong', {}, say('已加密,尚未递交。', 'Sealed, not yet handed in.')), ' ',
      say('平台此时只有密文,没有您的投标。签名递交并取得回执后,投标才算送达。', 'The platform has sealed bytes only, and no bid of yours. It has arrived when you signed it in and have the receipt.')),
    sealedTable(sealed, draft.files, say('将要递交的内容', 'What will be handed in')),
    submit(own.revision > 0 ? '签名并替换递交' : '签名并递交', own.revision > 0 ? 'Sign and hand in the replacement' : 'Sign and hand in'),
  ); // prettier-ignore
  acts(view, async () => {
    await handIn(desk, own, sealed);
    await show({ check: true });
  });
  return h('section', { 'aria-labelledby': 'hand-in-title' }, h('h2', { id: 'hand-in-title' }, say('递交', 'Hand in')), view, folderView(desk, own.bid));
}

/**
 * "This key opens this bid" (本密钥可解开本标书): every envelope of the last revision, read from the platform.
 * @param {object} desk @param {object} own @param {object[]} jobs of this browser
 * @param {HTMLElement} place
 */
export async function checkOpens(desk, own, jobs, place) {
  const last = own.submissions.at(-1);
  const rows = last.body.envelopes.map((envelope) => ({ envelope, said: h('span', {}, say('正在核对……', 'checking …')) }));
  fill(place, h('h3', {}, say('本密钥可解开本标书', 'This key opens this bid')),
    h('ul', {}, rows.map(({ envelope, said }) => h('li', {}, h('code', {}, `${envelope.lot}/${envelope.part}`), ': ', said))));
  let good = 0;
  for (const { envelope, said } of rows) {
    const job = jobs.find((one) => one.submission === envelope.submission);
    if (!job?.done) {
      said.textContent = say('本浏览器没有此信封的秘密;请用投标备份(.bid)恢复后再核对。', 'this browser has no secret of this envelope; restore it from the backup of the bid (.bid).');
      continue;
    }
    try {
      const path = `/api/tenders/${encodeURIComponent(desk.tender)}/bids/mine/bodies/${envelope.submission}`;
      const bytes = await checkJob(desk.keyring, job, rangesAt(path));
      said.textContent = say(`可以解开,文件 ${sizeOf(bytes)}`, `it opens; the file has ${sizeOf(bytes)}`);
      good += 1;
    } catch (error) {
      said.textContent = `${say('不能解开:', 'it does NOT open: ')}${sayError(error)}`;
    }
  }
  const all = good === rows.length;
  place.append(h('p', {}, h('strong', {}, all
    ? say('全部信封均可用本密钥解开。', 'Every envelope opens with this key.')
    : say('并非全部信封都已核对通过;请在截止前替换或恢复备份。', 'Not every envelope was found to open: replace the bid or restore the backup before the deadline.')))); // prettier-ignore
}

/** A receipt as the bidder keeps it: number, server time, file. */
export function receiptRow({ kind, seq, at, receipt, body }) {
  const names = {
    'bid.entered': ['参加', 'Entered'],
    'bid.submitted': [`递交第 ${body.revision} 版`, `Handed in, revision ${body.revision}`],
    'bid.confirmed': ['确认投标仍有效', 'Confirmed after an addendum'],
    'bid.withdrawn': ['撤回', 'Withdrawn'],
    'inquiry.put': ['评标委员会的询问', 'Asked by the panel'],
    'inquiry.answered': ['对评标委员会的答复', 'Answered to the panel'],
  };
  const [zh, en] = names[kind] ?? [kind, kind];
  const link = h('a', { class: 'btn btn-sm', download: `${seq}.tlog-proof`, href: URL.createObjectURL(new Blob([receipt], { type: 'text/plain' })) }, say('下载回执', 'Download'));
  return h('tr', {}, h('th', { scope: 'row' }, say('第 ', 'No. '), seq, say(' 号', '')), h('td', { 'data-label': say('内容', 'What') }, say(zh, en)),
    h('td', { 'data-label': say('平台时间', 'Platform time') }, sayTime(at)), h('td', { 'data-label': say('回执', 'Receipt') }, link)); // prettier-ignore
}

/** Every receipt; each was checked when the page read it. */
export function receiptsView(own) {
  if (own.facts.length === 0) return h('p', {}, say('还没有回执。', 'There are no receipts yet.'));
  const head = [['编号', 'Number'], ['内容', 'What'], ['平台时间', 'Platform time'], ['回执', 'Receipt']];
  return h('section', { 'aria-labelledby': 'receipts' }, h('h2', { id: 'receipts' }, say('回执', 'Receipts')),
    h('p', {}, say('每份回执已在本浏览器核对:检查点签名、在日志中的位置、内容与签名。任何人可在', 'Each was checked in this browser: signature of the checkpoint, place in the log, content and signature. Anybody can check the files at '),
      h('a', { href: '/verify' }, say('核对页', 'the verification page')), say('离线核对文件。', ', offline.')),
    h('table', { class: 'cards' }, h('caption', {}, say('我在本项目的全部回执', 'All my receipts in this tender')),
      h('thead', {}, h('tr', {}, head.map(([zh, en]) => h('th', { scope: 'col' }, say(zh, en))))), h('tbody', {}, own.facts.map(receiptRow)))); // prettier-ignore
}

