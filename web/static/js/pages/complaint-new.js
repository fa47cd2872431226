// Filing a complaint: with an account, by a supervisor for one on paper, or as a letter made here for whoever has no account.
// Invariant: the tracking number is made here and goes to nobody but who files; a letter is made without any request.

import { hex, unhex } from '../bytes.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { FieldFault, acts, chosen, identifier, nameIn, offer, wanted } from '../form.js';
import { digests, keepNumber, moment, newNumber, signed } from '../hearing.js';
import { say, sayTime } from '../language.js';

const form = find('#file');
const { account, how } = form.dataset;
let made = null;

function named(elements) {
  const boxes = [...form.querySelectorAll('[name="objection"]:checked')].map(({ value }) => value);
  const typed = elements.objections ? elements.objections.value.split(/\s+/).filter(Boolean) : [];
  return [...new Set([...boxes, ...typed])].sort();
}

/** The digest that a letter on paper names; null if it names none. */
function trackingOn(field) {
  const text = field.value.trim().toLowerCase();
  if (!text) return null;
  try {
    return hex(unhex(text, 32));
  } catch {
    throw new FieldFault(field, '查询摘要为 64 位十六进制。', 'The tracking digest has 64 hex digits.');
  }
}

/** The receipt; a letter stands by itself, because it is printed by itself and without the number. */
function shown(lines, number, name, text, letter) {
  const save = h('a', { class: 'btn', hidden: true }, say('保存', 'Save'));
  offer(save, name, text);
  const place = find('#receipt');
  place.hidden = false;
  fill(place, h('h2', { tabindex: '-1' }, letter ? say('投诉书', 'Letter of complaint') : say('回执', 'Receipt')), h('dl', { class: 'facts' }, lines.map(([term, value]) => [h('dt', {}, term), h('dd', {}, value)])),
    letter && h('pre', { class: 'prose paper-letter' }, letter),
    number && h('p', { class: 'note' }, h('strong', {}, say('查询编号只在这里显示一次,请保存:', 'The tracking number is shown here once; keep it:')), ' ', h('code', { id: 'number', class: 'hash' }, number)),
    h('p', {}, save, ' ', h('button', { class: 'btn', type: 'button', onclick: () => window.print() }, say('打印', 'Print')), ' ', h('a', { href: '/complaints/track' }, say('查询进展', 'Track it')))); // prettier-ignore
  find('h2', place).focus();
}

acts(form, async (elements) => {
  const tender = identifier(elements.tender);
  const known = moment(elements.known);
  if (known > now()) throw new FieldFault(elements.known, '这一时间尚未到来。', 'This time has not come yet.');
  const [claims, requests] = [wanted(elements.claims), wanted(elements.requests)];
  // Of every attempt the same, so that an answer that was lost doubles nothing.
  made ??= await newNumber();
  const { number, tracking } = made;
  const complaint = nameIn(form, 'complaint');
  const filed = { claims, complaint, evidence: await digests(elements.evidence), grievance: elements.grievance.value, known, objections: named(elements), requests, tender, tracking };
  const lines = [[say('投诉', 'Complaint'), h('code', {}, complaint)], [say('项目', 'Tender'), h('code', {}, tender)]];
  if (how === 'paper') {
    const text = [
      say('投诉书', 'Letter of complaint'), '', `${say('项目编号', 'Tender')}: ${tender}`, `${say('投诉事项', 'About')}: ${elements.grievance.selectedOptions[0].textContent}`,
      `${say('知道之日', 'Known since')}: ${sayTime(known)}`, `${say('先行的异议、质疑', 'Objections before')}: ${filed.objections.join(' ') || '-'}`,
      '', `${say('事实与法律依据', 'Facts and law')}:`, claims, '', `${say('投诉请求', 'Asked for')}:`, requests, '',
      `${say('证据摘要', 'Evidence (SHA-256)')}: ${filed.evidence.join(' ') || '-'}`, `${say('查询摘要(供录入)', 'Tracking digest (to be entered)')}: ${tracking}`, '',
      say('投诉人(签名或盖章):                日期:', 'Complainant (signature or seal):                Date:'), '',
    ].join('\n'); // prettier-ignore
    shown(lines.slice(1), number, `complaint-${tender}.txt`, text, text);
    made = null;
    return;
  }
  let kept = number;
  if (how === 'entered') {
    const received = moment(elements.received);
    if (received > now()) throw new FieldFault(elements.received, '收到时间尚未到来。', 'This time has not come yet.');
    chosen(elements.scan);
    const onPaper = trackingOn(elements.tracking);
    if (onPaper) [filed.tracking, kept] = [onPaper, null];
    const [sha256] = await digests(elements.scan);
    filed.paper = { received, sha256 };
  }
  if (kept) await keepNumber(complaint, { number: kept, tender });
  const landed = await signed({ account, stream: `supervision/${tender}`, kind: 'complaint.filed', body: filed, done: '#receipt' });
  lines.push([say('日志', 'Log'), `#${landed.seq} · ${sayTime(landed.at)}`]);
  form.hidden = true;
  shown(lines, kept, `${complaint}.json`, `${JSON.stringify({ complaint, number: kept, receipt: landed.receipt, seq: landed.seq, tender }, null, 1)}\n`);
});
document.documentElement.dataset.ready = 'complaint-new';
