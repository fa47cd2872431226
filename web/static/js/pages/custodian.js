// The custodian's desk: lists to answer, ceremonies to take part in, keys to prove ready.
// Invariant: nothing is multiplied before the whole list was checked, shown and approved by the person; what does not
// hold is told in words, and nothing is sent.

import { getJson } from '../api.js';
import { clockNote } from '../clock-note.js';
import { Desk, dateOf, isEnrolled } from '../custodian-desk.js';
import { stepWords } from '../custodian-words.js';
import { fill, find, h } from '../dom.js';
import { acts } from '../form.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { OwnClock } from '../own-clock.js';
import { restoring } from '../seed-restore.js';
import { browserStorage } from '../storage.js';
import { Trust } from '../trust.js';

const keyring = new Keyring(browserStorage());
const lists = find('#lists');
const { account } = lists.dataset;

const trouble = () => h('div', { 'data-trouble': true, role: 'alert', hidden: true });
const failed = (error) => {
  const place = find('#trouble');
  place.hidden = false;
  fill(place, sayError(error));
};
const signed = ({ seq, at }) =>
  h('p', {}, say(`已签名并取得回执:日志第 ${seq} 条,${sayTime(at)}。`, `Signed, and the receipt is verified: entry ${seq} of the log, ${sayTime(at)}.`));

/** The key of custody under which the account is enrolled. */
const signerOf = async () => (await getJson(`/api/accounts/${encodeURIComponent(account)}`)).custody?.signer ?? null;

function listCard(desk, clock, duty) {
  const bar = h('progress', { max: '1', value: '0', hidden: true, 'aria-label': say('核对进度', 'Progress of the check') });
  const said = h('div', { role: 'status' });
  const check = h('button', { class: 'btn btn-primary', type: 'submit' }, say('一、核对名单', '1. Check the list'));
  const give = h('button', { class: 'btn btn-primary', type: 'submit' }, say('二、给出份额', '2. Give the share'));
  const checking = h('form', { novalidate: true }, trouble(), check);
  const giving = h('form', { novalidate: true, hidden: true }, trouble(), give);
  const onChecked = (done, of) => {
    bar.hidden = false;
    bar.max = of;
    bar.value = done;
  };
  let seen = null;
  acts(checking, async () => {
    giving.hidden = true;
    fill(said, h('p', {}, say('正在取得并证明全部记录……', 'Fetching and proving every record …')));
    try {
      seen = await desk.check(duty, clock.now(), onChecked);
    } catch (error) {
      fill(said, h('p', {}, h('strong', {}, say('不给份额。', 'No share is given.'))));
      throw error;
    } finally {
      bar.hidden = true;
    }
    fill(said,
      h('p', {}, say(
        `全部成立:截止 ${sayTime(seen.closesAt)},本机时钟已过;名单哈希、次序、${seen.envelopes} 个信封的封头、签名、投标人锁都与日志相符。`,
        `Everything holds: the deadline ${sayTime(seen.closesAt)} has passed by this machine's clock; hash and order of the list, headers, signatures and bidder locks of all ${seen.envelopes} envelopes agree with the log.`)),
      h('p', {}, say('名单', 'List'), ': ', h('code', { class: 'hash' }, seen.list)),
      h('p', {}, say('给出后不能收回。到齐门限份数,名单上的信封即被开启。', 'A share cannot be taken back. When enough custodians gave theirs, the envelopes of this list open.'))); // prettier-ignore
    giving.hidden = false;
    checking.hidden = true;
    give.focus();
  });
  acts(giving, async () => {
    try {
      const landed = await desk.give(duty, clock.now(), seen, onChecked);
      giving.hidden = true;
      fill(said, signed(landed));
    } finally {
      bar.hidden = true;
    }
  });
  return h('section', { class: 'card mb-3', 'data-list': `${duty.tender}/${duty.stage}` }, h('div', { class: 'card-body' },
    h('h3', {}, h('a', { href: `/hall/${duty.tender}` }, h('bdi', {}, duty.title)), ' ', h('code', {}, duty.tender), ' · ', say('阶段', 'stage'), ' ', h('code', {}, duty.stage)),
    h('p', {}, say(`${duty.envelopes} 个信封`, `${duty.envelopes} envelopes`), ' · ', say('至', 'until'), ` ${sayTime(duty.until)} `, h('span', { class: 'countdown', 'data-until': String(duty.until) })),
    checking, bar, said, giving)); // prettier-ignore
}

function readyRow(desk, clock, duty) {
  const today = dateOf(clock.now());
  const state = h('span', { role: 'status' }, duty.proved === null ? say('从未证明', 'never proved') : say(`最近 ${duty.proved}`, `last on ${duty.proved}`));
  const form = h('form', { novalidate: true }, trouble(), h('button', { class: 'btn', type: 'submit' }, say(`证明今天(${today})就绪`, `Prove ready today (${today})`)));
  form.hidden = duty.proved === today;
  acts(form, async () => {
    fill(state, signed(await desk.prove(duty, dateOf(clock.now()))));
    form.hidden = true;
  });
  return h('tr', { 'data-ready': `${duty.tender}/${duty.stage}` },
    h('th', { scope: 'row' }, h('a', { href: `/tenders/${duty.tender}` }, h('bdi', {}, duty.title)), ' ', h('code', {}, duty.tender), ' ', h('code', {}, duty.stage)),
    h('td', {}, state), h('td', {}, form)); // prettier-ignore
}

const table = (caption, heads, rows) =>
  h('div', { class: 'table-responsive', tabindex: '0', role: 'region', 'aria-label': caption }, h('table', {}, h('caption', {}, caption),
    h('thead', {}, h('tr', {}, heads.map((text) => h('th', { scope: 'col' }, text)))), h('tbody', {}, rows))); // prettier-ignore

async function ceremonyRow(desk, called) {
  const { ceremony, purpose } = called;
  let note;
  let kind = 'stopped';
  try {
    const { step, view } = await desk.next(ceremony);
    const words = stepWords(step, view);
    kind = step.kind ?? (step.done ? 'done' : 'wait');
    note = words.button ? h('strong', {}, say('轮到您:', 'Your turn: '), words.button) : words.note;
  } catch (error) {
    note = h('strong', {}, say('已停止:', 'Stopped: '), sayError(error));
  }
  const use = purpose.for === 'tender' ? [h('code', {}, purpose.tender), ' ', h('code', {}, purpose.stage)] : say('密钥库存', 'stock of keys');
  return h('tr', { 'data-step': kind }, h('th', { scope: 'row' }, h('a', { href: `/ceremonies/${ceremony}` }, h('code', {}, ceremony))), h('td', {}, use), h('td', {}, note));
}

async function shown() {
  const custodian = await keyring.custodian(account);
  if (!(await isEnrolled(account, custodian))) {
    throw Object.assign(new Error(), { zh: '本浏览器的种子不是该账户登记的种子。', en: 'The seed in this browser is not the one under which the account is enrolled.' });
  }
  const desk = new Desk(await Trust.open(), custodian);
  const clock = await OwnClock.read();
  const ceremonies = await desk.ceremonies();
  const duties = await desk.duties(ceremonies);
  const draw = () => {
    const waiting = duties.filter((duty) => duty.settled && !duty.over && !duty.gave && duty.envelopes > 0);
    fill(lists, waiting.length > 0 ? waiting.map((duty) => listCard(desk, clock, duty)) : h('p', {}, say('没有名单等待您的份额。', 'No list waits for your share.')));
    const live = duties.filter((duty) => duty.noticed && !duty.settled);
    const heads = [say('项目', 'Tender'), say('就绪证明', 'Proof'), say('操作', 'Act')];
    fill(find('#ready'), live.length > 0 ? table(say('您持有份额的项目', 'Tenders of which you hold a share'), heads, live.map((duty) => readyRow(desk, clock, duty))) : h('p', {}, say('目前没有待开标的项目。', 'No tender waits for its opening.')));
  };
  clockNote(find('#clock'), clock, draw);
  draw();
  const rows = [];
  for (const called of ceremonies) rows.push(await ceremonyRow(desk, called));
  const heads = [say('仪式', 'Ceremony'), say('用途', 'For'), say('下一步', 'Next step')];
  fill(find('#ceremonies'), rows.length > 0 ? table(say('您参加的仪式', 'Ceremonies that you take part in'), heads, rows) : h('p', {}, say('没有您参加的仪式。', 'No ceremony lists you.')));
}

try {
  if (await keyring.keptOf(account, 'seed')) await shown();
  else {
    fill(lists, restoring(keyring, account, signerOf));
    fill(find('#ceremonies'), h('p', {}, say('恢复种子后显示。', 'Shown once the seed is restored.')));
    fill(find('#ready'), h('p', {}, say('恢复种子后显示。', 'Shown once the seed is restored.')));
  }
} catch (error) {
  failed(error);
}
document.documentElement.dataset.ready = 'custodian';
