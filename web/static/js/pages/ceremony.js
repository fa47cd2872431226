// One key ceremony, step by step, for the custodian who takes part.
// Invariant: what is signed was worked out from the proven facts a moment before; what does not hold stops everything
// and is told in words.

import { getJson } from '../api.js';
import { Desk, isEnrolled } from '../custodian-desk.js';
import { stepWords } from '../custodian-words.js';
import { fill, find, h } from '../dom.js';
import { acts } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const form = find('#step');
const { ceremony, account } = form.dataset;
const button = find('#go');
const said = find('#said');
const EVERY = 3_000;
let desk = null;
let step = null;
let size = -1;
let timer = null;

function stopped(error) {
  step = null;
  button.hidden = true;
  const place = find('#trouble');
  place.hidden = false;
  fill(place, h('strong', {}, say('已停止:', 'Stopped: ')), sayError(error));
  fill(said);
}

function table(records, called) {
  const first = (kind, index) => records.find((one) => one.kind === kind && one.body.index === index);
  const cell = (fact) =>
    fact ? h('td', {}, `${sayTime(fact.at)} `, h('a', { href: `/log/entries/${fact.seq}` }, `#${fact.seq}`)) : h('td', {}, say('等待', 'awaited'));
  const kinds = ['ceremony.committed', 'ceremony.shared', 'ceremony.certified'];
  fill(find('#steps'), called.members.map((member) =>
    h('tr', {}, h('th', { scope: 'row' }, `${member.index} · `, h('code', {}, member.account)), kinds.map((kind) => cell(first(kind, member.index)))),
  )); // prettier-ignore
}

async function look() {
  clearTimeout(timer);
  try {
    const { records } = await getJson(`/api/ceremonies/${encodeURIComponent(ceremony)}`);
    if (records.length !== size) {
      size = records.length;
      const next = await desk.next(ceremony);
      step = next.step;
      table(records, next.view.called);
      const { button: text, note } = stepWords(step, next.view);
      fill(said, h('p', {}, note));
      button.hidden = !text;
      fill(button, text ?? '');
      fill(find('#phase'), next.view.end === null ? say('进行中', 'under way') : next.view.end.kind === 'ceremony.completed' ? say('已完成', 'completed') : say('已失败', 'failed'));
      find('#trouble').hidden = true;
      document.documentElement.dataset.step = step.kind ?? (step.done ? 'done' : 'wait');
      if (step.done) return;
    }
  } catch (error) {
    if (error.name === 'Unreachable') size = -1;
    stopped(error);
  }
  timer = setTimeout(look, EVERY);
}

acts(form, async () => {
  clearTimeout(timer);
  const { seq, at } = await desk.take(ceremony, step);
  button.hidden = true;
  fill(find('#done'), h('p', {}, say(`已签名并取得回执:日志第 ${seq} 条,${sayTime(at)}。`, `Signed, and the receipt is verified: entry ${seq} of the log, ${sayTime(at)}.`)));
  size = -1;
  await look();
});

try {
  const custodian = await new Keyring(browserStorage()).custodian(account);
  desk = new Desk(await Trust.open(), custodian);
  if (await isEnrolled(account, custodian)) await look();
  else throw Object.assign(new Error(), { zh: '本浏览器的种子不是该账户登记的种子。', en: 'The seed in this browser is not the one under which the account is enrolled.' });
} catch (error) {
  stopped(error);
  find('#trouble').append(' ', h('a', { href: '/custodian' }, say('恢复种子', 'Restore the seed')));
}
document.documentElement.dataset.ready = 'ceremony';
