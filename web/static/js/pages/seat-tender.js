// One seat of a panel, from the declaration of conflict to the result: what is to be done now, and why not yet.
// Invariant: before the declaration nothing of a bid is asked for; every act is signed by the key in this browser, and
// what a step needs later is kept before it is sent.

import { act } from '../act.js';
import { getJson } from '../api.js';
import { now } from '../clock.js';
import { fill, find, h } from '../dom.js';
import { Cabinet } from '../evaluation/cabinet.js';
import { declaring } from '../evaluation/declare.js';
import { isOnRecord, signing } from '../evaluation/report.js';
import { outcome, voting } from '../evaluation/review.js';
import { Room } from '../evaluation/room.js';
import { chairing, talk, visiting } from '../evaluation/table.js';
import { ScoreTable } from '../evaluation/score-table.js';
import { closing, committing, keptLink, restoring, revealing } from '../evaluation/seal-sheet.js';
import { commitment } from '../evaluation/sheet.js';
import { IDLE, Watch } from '../evaluation/watch.js';
import { Viewer } from '../evaluation/viewer.js';
import { Keyring } from '../keyring.js';
import { say, sayError, sayTime } from '../language.js';
import { pulse } from '../pulse.js';
import { reload } from '../reload.js';
import { browserStorage } from '../storage.js';

const place = find('#seat');
const { account, origin, tender, seat, result } = place.dataset;
const storage = browserStorage();
const keyring = new Keyring(storage);
const cabinet = new Cabinet(storage, keyring, { account, tender, seat });
const room = new Room(storage, { origin, account, tender, seat });
const path = `/api/evaluations/${encodeURIComponent(tender)}`;

const blocks = Object.fromEntries(['room', 'step', 'bids', 'end', 'table'].map((name) => [name, h('div', { 'data-block': name })]));
const saved = h('p', { class: 'form-hint', id: 'saved', role: 'status' });
fill(place, blocks.room, blocks.step, blocks.bids, saved, blocks.end, blocks.table);
/** The day in China. @param {number} ms */
const dateOf = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
const viewer = new Viewer(`${seat} · ${tender} · ${dateOf(now())}`, (file) => room.headers(file, now()));

const failed = (error) => {
  const trouble = find('#trouble');
  trouble.hidden = false;
  fill(trouble, sayError(error));
};

async function signed(kind, body) {
  const landed = await act({ stream: `evaluation/${tender}`, kind, body: { ...body, seat, tender } }, await keyring.account(account));
  fill(find('#done'), h('p', {}, say(`已签名并取得回执:日志第 ${landed.seq} 条,${sayTime(landed.at)}。`, `Signed, and the receipt is verified: entry ${landed.seq} of the log, ${sayTime(landed.at)}.`)));
  return landed;
}

const told = (id, title, ...children) => h('section', { 'aria-labelledby': id }, h('h2', { id }, title), children);
const seats = (n) => say(`${n} 个席位`, n === 1 ? 'one seat' : `${n} seats`);

/** Where the panel stands, as steps: words of a step, whether it is done, whether it is now. */
function steps(view) {
  const order = ['declaring', 'reviewing', 'committing', 'revealing', 'concluded', 'signing'];
  const at = stepOf(view);
  const names = [
    ['declaring', say('回避声明', 'Declarations')],
    ...(view.review ? [['reviewing', say('初步评审', 'Review')]] : []),
    ['committing', say('评分与承诺', 'Scores, commitments')],
    ['revealing', say('公开', 'Reveals')],
    ['concluded', say('结果', 'Result')],
    ['signing', say('评标报告', 'Report')],
  ];
  fill(find('#steps'), names.map(([word, name]) => {
    const is = order.indexOf(word) - order.indexOf(at);
    const state = is < 0 ? 'done' : is === 0 ? 'now' : '';
    const words = { done: say('已完成', 'done'), now: say('现在', 'now'), '': '' }[state];
    return h('li', { class: state, 'aria-current': state === 'now' && 'step' }, name, words && h('small', {}, ` (${words})`));
  })); // prettier-ignore
}

function stepOf(view) {
  if (view.step === 'appointing') return 'declaring';
  if (view.step === 'committing' && view.review && !view.review.closed) return 'reviewing';
  if (view.step === 'concluded') return view.closed ? 'over' : 'signing';
  return view.step;
}

/** What was shown last, so that news from the log redraws only what changed. */
let shown = '';
let table = null;

const mineOf = (view) =>
  JSON.stringify([view.free, view.round, stepOf(view), view.report?.document, view.commitment, view.revealed, view.signed, view.closed, view.review?.voted, view.review?.closed, view.codes.length]);

async function draw(view) {
  steps(view);
  await drawRoom(view);
  const mine = mineOf(view);
  if (mine === shown) {
    place.querySelector('#waits')?.replaceWith(waits(view));
    return;
  }
  shown = mine;
  find('#now').textContent = badge(view);
  find('#seat-tabs').hidden = !view.free;
  if (!view.free) {
    fill(blocks.step, declaring((conflicts) => declare(conflicts)));
    return;
  }
  const kept = await cabinet.kept();
  await drawBids(view, kept);
  fill(blocks.step, ...(await todo(view, kept)));
  fill(blocks.end, ...(await ending(view, kept)));
}

/** Leaves the seat for whoever went away without a word: nothing was done for long, or every page was closed. */
async function gone(cause) {
  viewer.close();
  await signed('seat.left', { cause });
  await room.leave();
  const minutes = IDLE / 60_000;
  fill(saved, cause === 'idle'
    ? say(`${minutes} 分钟没有操作,您的席位已记为离开;请重新进入。`, `Nothing was done for ${minutes} minutes: your seat counts as left. Come in again.`)
    : say('页面曾经关闭,您的席位已记为离开;请重新进入。', 'The page had been closed: your seat counts as left. Come in again.')); // prettier-ignore
  await look();
}

const watch = new Watch(`${tender}/${seat}`, () => gone('idle').catch(failed));

/** What of the room was drawn last. */
let visited = '';

/** The room, its chair and its words; drawn apart, for it changes while somebody fills in. */
async function drawRoom(view) {
  const isHere = await room.isHere();
  const opens = view.hours?.[0] ?? 0;
  if (isHere && view.present && view.step !== 'concluded') watch.begin();
  else watch.end();
  const isOpen = view.hours !== null && opens <= now() && now() < view.hours[1];
  const from = JSON.stringify([view.free, view.step, view.hours, view.present, isHere, isOpen, view.chair, view.said.length, view.seats]);
  if (from === visited) return;
  visited = from;
  if (!view.free || view.step === 'concluded') {
    fill(blocks.room);
    fill(blocks.table);
    return;
  }
  fill(blocks.room, visiting({ ...view, isHere: isHere && view.present, isOpen }, { enter, leave }));
  const complete = view.step === 'committing' || view.step === 'revealing';
  fill(blocks.table, complete ? [chairing(view, (candidate) => toTable('chair.voted', { candidate })), talk(view, (text) => toTable('panel.said', { text }))] : []);
}

async function toTable(kind, body) {
  await signed(kind, body);
  await look();
}

async function enter() {
  const body = await room.enter();
  try {
    await signed('seat.entered', body);
  } catch (error) {
    await room.leave();
    throw error;
  }
  await look();
}

async function leave() {
  viewer.close();
  await signed('seat.left', { cause: 'left' });
  await room.leave();
  await look();
}

function badge(view) {
  if (!view.free) return say('请作出回避声明', 'Declare your conflicts of interest, or none');
  if (view.step === 'concluded' && view.due) return say('请签署评标报告', 'Sign the report');
  if (view.step === 'concluded') return say('评标完成', 'Concluded');
  if (view.due) {
    return { reviewing: say('请在初步评审中表决', 'Vote in the preliminary review'), committing: say('请阅读、评分并提交承诺', 'Read, score and commit to your sheet'), revealing: say('请公开评分表', 'Reveal your sheet') }[stepOf(view)] ?? '';
  }
  return say('等待其他成员', 'Waits for others');
}

/** Why nothing more can be done now. */
function waits(view) {
  const n = view.waiting;
  const why = {
    appointing: say(`评标委员会尚缺 ${n} 名成员,由抽取顺序中的下一位专家或招标人补足。您可以先阅读和评分。`, `The panel lacks ${n === 1 ? 'one member' : `${n} members`}; the next of the call order comes, or the buyer fills it. You may read and score meanwhile.`),
    declaring: say(`还在等待 ${seats(n)}的回避声明。您可以先阅读和评分,全体声明后方可承诺。`, `Waits for the declarations of ${seats(n)}. You may read and score meanwhile; commitments are taken when all have declared.`),
    reviewing: n > 0 ? say(`还在等待 ${seats(n)}的表决。`, `Waits for the votes of ${seats(n)}.`) : say('等待招标人的资格审查。', "Waits for the buyer's review of the qualification."),
    committing: say(`您已承诺。还在等待 ${seats(n)}承诺;全体承诺之前任何人都不能公开,平台也不知道您的评分。`, `You have committed. Waits for ${seats(n)}; before everybody has committed nobody can reveal, and the platform does not know your scores.`),
    revealing: say(`您已公开。还在等待 ${seats(n)}公开;最后一位公开后即有结果。`, `You have revealed. Waits for ${seats(n)}; with the last reveal the result is there.`),
    signing: view.signed
      ? say('您已签署。等待其他成员;报告完成后,招标人可以公示候选人。', 'You have signed. Waits for the others; the buyer publicises the candidates after that.')
      : say('评标报告正在根据日志汇编,完成后在此签署。', 'The report is being put together from the log; you sign it here then.'),
    over: say('评标报告已完成。', 'The report is complete.'),
  }[view.step === 'appointing' ? 'appointing' : stepOf(view)];
  return h('p', { id: 'waits', class: 'note', role: 'status' }, why);
}

async function todo(view, kept) {
  const parts = [];
  const at = stepOf(view);
  if (view.review?.closed && view.step === 'committing') parts.push(outcome(view.review));
  if (at === 'reviewing' && view.due) parts.push(voting(view, async (votes) => {
    await signed('review.voted', { votes });
    await look();
  })); // prettier-ignore
  else if (at === 'revealing' && view.due && kept) parts.push(revealing(() => reveal(view, kept)));
  else if (at === 'signing' && !view.signed && view.report) parts.push(signing(view.report, { page: `/seat/${encodeURIComponent(tender)}/report`, pdf: `${path}/report.pdf` }, sign));
  else if (!view.due) parts.push(waits(view));
  if (view.commitment && !view.revealed && !kept) {
    parts.push(restoring({ ...view, tender }, async (found) => {
      await cabinet.keepSheet(found);
      await redraw();
    }));
  }
  if (view.commitment && kept) {
    parts.push(told('kept-title', say('您的承诺', 'Your commitment'), h('p', {}, h('code', { class: 'hash' }, view.commitment)), h('p', {}, keptLink(kept))));
  }
  return parts;
}

/** Signs what was shown, after its digest was made again here. */
async function sign(said) {
  const read = await getJson(`${path}/report`);
  if (!isOnRecord(read)) throw new Error(say('所示报告与日志中的摘要不符。请勿签署,并报告监督部门。', 'The report shown is not the one whose digest is in the log. Do not sign it, and tell the supervisor.'));
  const { document, pdf } = read.assembled;
  await signed('report.signed', { ...said, document, pdf });
  await look();
}

/** What the bids were drawn from last: they are left alone while somebody reads and fills in. */
let drawn = '';

async function drawBids(view, kept) {
  const locked = Boolean(kept || view.commitment);
  const from = JSON.stringify([view.codes, view.items, locked, Boolean(kept)]);
  if (from === drawn) return;
  drawn = from;
  viewer.close();
  const typed = kept ? typedOf(kept.sheet, view.items) : ((await cabinet.typed()) ?? {});
  // A commitment whose sheet is not here: bids can be read, but there is nothing to fill in.
  const items = view.commitment && !kept ? [] : view.items;
  table = new ScoreTable({ codes: view.codes, items }, typed, {
    locked,
    onTyped: keepTyped,
    onRead: (file) =>
      viewer.open({ ...file, path: `${path}/files/${encodeURIComponent(file.code)}/${encodeURIComponent(file.part)}` }),
  });
  const title = items.length > 0 ? say('投标与评分', 'Bids and scores') : say('投标', 'Bids');
  fill(blocks.bids, told('bids-title', title,
    h('p', {}, say('编号背后的名称和价格不显示。请勿设法辨认投标人。', 'Names and prices behind the codes are not shown. Do not try to find out who a bidder is.')), table.element)); // prettier-ignore
}

const typedOf = (sheet, items) =>
  Object.fromEntries(Object.entries(sheet).map(([code, row]) => [code, Object.fromEntries(items.map(({ item, max }) => [item, max === 1 ? String(row[item]) : String((row[item] ?? 0) / 100)]))]));

async function ending(view, kept) {
  if (view.commitment || view.step === 'concluded') return [];
  if (kept) return [committing(kept, { commit: (own) => commit(own), reopen })];
  if (view.step === 'committing' && stepOf(view) === 'committing') return [closing({ tender, seat }, () => table.sheet(), async (fresh) => {
    await cabinet.keepSheet(fresh);
    await redraw();
    find('#save-kept').focus();
  })]; // prettier-ignore
  return [];
}

let typing = null;
function keepTyped(typed) {
  clearTimeout(typing);
  fill(saved, say('正在保存……', 'Saving …'));
  typing = setTimeout(async () => {
    try {
      await cabinet.keepTyped(typed);
      fill(saved, say('已加密保存在本浏览器中。', 'Saved in this browser, encrypted.'));
    } catch (error) {
      failed(error);
    }
  }, 300);
}

async function declare(conflicts) {
  await signed('recusal.declared', { conflicts });
  if (conflicts.length > 0) location.assign('/seat');
  else await look();
}

async function commit(own) {
  await signed('score.committed', { commitment: own });
  await cabinet.keepTyped(null);
  fill(saved);
  await look();
}

async function reopen() {
  const kept = await cabinet.kept();
  const view = await getJson(path);
  if (kept && !view.commitment) {
    await cabinet.keepTyped(typedOf(kept.sheet, view.items));
    await cabinet.keepSheet(null);
  }
  await redraw();
}

async function reveal(view, kept) {
  if ((await commitment(kept)) !== view.commitment) {
    throw Object.assign(new Error('other sheet'), { zh: '本浏览器保存的评分表不是您承诺的那一张,请载入承诺时保存的文件。', en: 'The sheet kept here is not the one that you committed to: take the file saved at the commitment.' });
  }
  await signed('score.revealed', { salt: kept.salt, sheet: kept.sheet });
  await look();
}

async function look() {
  const view = await getJson(path);
  // The result is written by the platform into the page itself.
  if (view.step === 'concluded' && !result) {
    reload();
    return;
  }
  await draw(view);
}

async function redraw() {
  shown = '';
  await look();
}

/** A kept sheet that is not the one committed to, say by another machine, is of no use any more. */
async function tidy(view) {
  const kept = await cabinet.kept();
  if (kept && view.commitment && (await commitment(kept)) !== view.commitment) await cabinet.keepSheet(null);
}

try {
  const view = await getJson(path);
  await tidy(view);
  if (view.present && view.step !== 'concluded' && (await room.isHere()) && !watch.wasOpen()) await gone('left');
  else await draw(view);
  // One look after another: news that comes meanwhile is told after it.
  let line = Promise.resolve();
  pulse({
    onGrown: () => (line = line.then(look).catch(failed)),
    onLine: (word) => {
      const lost = word === 'lost';
      find('#line').classList.toggle('lost', lost);
      fill(find('#line'), lost ? say('与平台的连接中断,正在重新连接;已填写的内容不受影响。', 'The line to the platform is broken and being taken up again; what you filled in is safe.') : '');
    },
  });
} catch (error) {
  failed(error);
}
document.documentElement.dataset.ready = 'seat-tender';
