// The opening hall as elements: what `hall.js` tells, in words.
// Invariant: shows what the hall holds and decides nothing; state is told by words, not by colour alone.

import { h } from '../dom.js';
import { say, sayBoth, sayMoney, sayTime } from '../language.js';
import { envelopesOf, shareState, stepsOf } from './hall.js';

const STEPS = {
  closed: ['截标', 'Closing'],
  list: ['名单形成', 'List frozen'],
  unlock: ['核对与解密', 'Checking and unlocking'],
  shares: ['保管人份额', 'Custodians’ shares'],
  record: ['开启与唱标', 'Opening and reading out'],
  objections: ['异议与答复', 'Objections and answers'],
  ended: ['开标结束', 'End of the opening'],
};
const STEP_STATES = { done: ['已完成', 'done'], now: ['进行中', 'now'], ahead: ['未开始', 'ahead'] };
const SHARE_STATES = {
  given: ['已提交', 'given'],
  faulted: ['份额有误,不计', 'at fault, not counted'],
  absent: ['未提交', 'gave none'],
  awaited: ['等待提交', 'awaited'],
  unneeded: ['未提交(份额已足)', 'not given (enough came)'],
  ahead: ['尚未开始', 'not begun'],
};
const ENVELOPE_STATES = {
  locked: ['等待投标人解密', 'waits for its bidder to unlock'],
  unlocked: ['投标人已解密', 'unlocked by its bidder'],
  listed: ['在名单上', 'on the list'],
  out: ['未进入名单', 'off the list'],
  opening: ['正在开启', 'being opened'],
  opened: ['已开启', 'opened'],
  shut: ['未开启', 'stays closed'],
};
const CAUSES = {
  bidder_no_unlock: ['投标人未在时限内解密,视为撤销', 'its bidder did not unlock in time (counts as revoked)'],
  bidder_bad_envelope: ['投标文件自身不成立,视为撤销', 'the envelope contradicts itself (counts as revoked)'],
  custodians_below_k: ['保管人份额不足,投标人无责', 'too few custodians; the bidder is not at fault'],
  platform_missing_body: ['平台缺失密文,投标人无责', 'the platform lost the body; the bidder is not at fault'],
};

const two = ([zh, en]) => say(zh, en);
const moment = (at) => h('time', { datetime: new Date(at).toISOString() }, sayTime(at));
const entry = (seq) => h('a', { href: `/log/entries/${seq}` }, `#${seq}`);
const until = (at) => h('span', { class: 'countdown', 'data-until': String(at) });
const table = (caption, heads, rows, attributes = {}) =>
  h('div', { class: 'table-responsive', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', attributes,
      h('caption', {}, caption),
      h('thead', {}, h('tr', {}, heads.map(([text, name]) => h('th', { scope: 'col', class: name }, text)))),
      h('tbody', {}, rows)),
  ); // prettier-ignore
const code = (text) => h('code', {}, text);

/** @typedef {import('./hall.js').Hall} Hall @typedef {import('./hall.js').Stage} Stage */

/** A bid as far as it is public: the name that its letter gives, its account, or its id alone. */
function bidder(hall, bid) {
  const known = hall.bids.get(bid);
  if (known?.name) return [h('bdi', {}, known.name), ' ', code(known.account)];
  return known?.account ? [code(known.account), ' ', code(bid)] : code(bid);
}

/** The steps. @param {Hall} hall @param {Stage} stage @param {number|null} k */
export function steps(hall, stage, k) {
  const row = ({ name, state, at, until: end }) =>
    h('li', { class: `hall-step ${state}`, 'aria-current': state === 'now' ? 'step' : null },
      h('strong', {}, two(STEPS[name])), ' ', h('span', { class: 'badge' }, two(STEP_STATES[state])),
      at === null ? null : [' ', h('span', { class: 'when' }, moment(at))],
      end === null || state !== 'now' ? null : [' ', say('至', 'until'), ' ', moment(end), ' ', hall.suspended ? null : until(end)],
    ); // prettier-ignore
  return h('ol', { class: 'hall-steps' }, stepsOf(hall, stage, k).map(row));
}

/** The seal check: hashes and numbers of the list. @param {Hall} hall @param {Stage} stage */
export function seal(hall, { frozen, settled, disputes, key }) {
  if (!frozen) return null;
  const said = (term, ...details) => [h('dt', {}, term), h('dd', {}, ...details)];
  return h('div', {},
    h('h3', {}, say('密封核对', 'Seal check')),
    h('dl', { class: 'facts' },
      said(say('冻结的名单', 'List as frozen'), `${frozen.body.envelopes.length} `, say('个信封', 'envelopes'), ' · ', moment(frozen.at), ' · ', entry(frozen.seq), h('br', {}), h('code', { class: 'hash' }, frozen.body.list)),
      settled && said(say('确定的名单', 'List as settled'), `${settled.body.submissions.length} `, say('个信封', 'envelopes'), ' · ', moment(settled.at), ' · ', entry(settled.seq), h('br', {}), h('code', { class: 'hash' }, settled.body.list)),
      key && said(say('阶段密钥', 'Key of the stage'), h('code', { class: 'hash' }, key.key_id))),
    disputes.length > 0 && h('ul', {}, disputes.map((one) => h('li', {}, say('名单争议:', 'Dispute of the list: '), bidder(hall, one.bid), ' ', h('bdi', {}, one.text), ' ', entry(one.seq)))),
  ); // prettier-ignore
}

/**
 * Roll call of the custodians and their shares.
 * @param {Hall} hall @param {Stage} stage @param {object|null} called body of the ceremony's call
 * @param {Map<string, string>} verdicts what this browser found of each batch, by position
 */
export function custodians(hall, stage, called, verdicts) {
  const members = called?.members ?? [...stage.shares.keys()].map((index) => ({ index, account: '' }));
  if (members.length === 0) return null;
  const row = ({ index, account }) => {
    const state = shareState(stage, index);
    const fact = stage.shares.get(index) ?? stage.faulted.get(index);
    const day = hall.proved.get(`${stage.key?.key_id}/${index}`);
    return h('tr', {},
      h('th', { scope: 'row' }, `${index} · `, code(account)),
      h('td', { class: 'no-wall' }, day ?? '–'),
      h('td', {}, two(SHARE_STATES[state]), fact && state !== 'absent' ? [' ', h('span', { class: 'when' }, moment(fact.at), ' ', entry(fact.seq))] : null,
        state === 'faulted' ? [' ', code(stage.faulted.get(index).reason)] : null),
      h('td', { class: 'no-wall' }, verdicts.get(String(fact?.seq)) ?? '–'),
    ); // prettier-ignore
  };
  const caption = called
    ? say(`保管人:到齐 ${called.k} 份即可开启(共 ${called.members.length} 名,已到 ${stage.shares.size} 份)`, `Custodians: ${called.k} of ${called.members.length} shares open (${stage.shares.size} came)`)
    : say('保管人', 'Custodians');
  const heads = [[say('保管人', 'Custodian')], [say('最近就绪证明', 'Last proved ready'), 'no-wall'], [say('份额', 'Share')], [say('本浏览器核验', 'Checked here'), 'no-wall']];
  return table(caption, heads, members.map(row));
}

/** The queue of envelopes before they are read out. @param {Hall} hall @param {Stage} stage @param {number|null} k */
export function queue(hall, stage, k) {
  const rows = envelopesOf(hall, stage, k);
  if (rows.length === 0 || stage.recorded) return null;
  const shares = say(`等待份额(${stage.shares.size}/${k ?? '?'})`, `waits for shares (${stage.shares.size} of ${k ?? '?'})`);
  const row = ({ bid, submission, lot, part, state, cause }, place) =>
    h('tr', {},
      h('td', { class: 'number' }, place + 1),
      h('th', { scope: 'row' }, bidder(hall, bid)),
      h('td', {}, code(lot), ' ', code(part)),
      h('td', { class: 'no-wall' }, h('code', { class: 'hash' }, submission)),
      h('td', { class: 'state' }, state === 'shares' ? shares : two(ENVELOPE_STATES[state]), cause ? `: ${two(CAUSES[cause] ?? [cause, cause])}` : null),
    ); // prettier-ignore
  const heads = [[say('序号', 'No.'), 'number'], [say('投标', 'Bid')], [say('标段与文件', 'Lot and part')], [say('信封编号', 'Envelope'), 'no-wall'], [say('状态', 'State')]];
  return [
    table(say('开启队列', 'Queue of envelopes'), heads, rows.map(row), { 'data-pages': 'true' }),
    h('p', { class: 'no-wall' }, say('解密完成后一次公布全部内容,不逐份先后公开(20号令第三十条)。', 'All of it is published at once when every envelope is opened or attributed, none before another (Order 20, article 30).')),
  ]; // prettier-ignore
}

/** On a wall there is room for what is read out, and for one word on a bid that stays closed. */
function forWall(parts) {
  const shut = new Set();
  return parts.filter(({ bid, letter, unopened }) => letter || (unopened && !shut.has(bid) && shut.add(bid)));
}

/** What was read out. @param {Hall} hall @param {Stage} stage @param {boolean} isWall */
export function readOut(hall, stage, isWall) {
  if (!stage.recorded) {
    return stage.failed
      ? h('p', { class: 'note' }, say(`开启失败:收到有效份额 ${stage.failed.body.shares} 份,投标人没有责任。`, `The opening failed: ${stage.failed.body.shares} valid shares came. No bidder is at fault.`), ' ', entry(stage.failed.seq))
      : null; // prettier-ignore
  }
  const all = stage.recorded.body.bids.flatMap((bid) => bid.parts.map((part) => ({ ...part, bid: bid.bid })));
  const parts = isWall ? forWall(all) : all;
  const row = ({ bid, lot, part, letter, unopened, sha256 }) =>
    h('tr', {},
      h('th', { scope: 'row' }, bidder(hall, bid)),
      h('td', {}, code(lot), ' ', code(part)),
      h('td', { class: 'number' }, letter?.price ? sayMoney(letter.price) : '–'),
      h('td', { class: 'number' }, letter ? letter.period_days : '–'),
      h('td', {}, letter ? h('bdi', {}, letter.project_lead) : '–'),
      h('td', {}, letter ? h('bdi', {}, letter.quality) : '–'),
      h('td', { class: 'state' }, unopened ? [two(ENVELOPE_STATES.shut), ': ', two(CAUSES[unopened.cause] ?? [unopened.cause, unopened.cause])] : two(ENVELOPE_STATES.opened)),
      h('td', { class: 'no-wall state' }, sha256 ? h('code', { class: 'hash' }, sha256) : '–'),
    ); // prettier-ignore
  const heads = [
    [say('投标人', 'Bidder')], [say('标段与文件', 'Lot and part')], [say('报价', 'Price'), 'number'], [say('工期(天)', 'Days'), 'number'],
    [say('项目负责人', 'Project lead')], [say('质量目标', 'Quality')], [say('状态', 'State')], ['SHA-256', 'no-wall'],
  ]; // prettier-ignore
  const caption = say(`唱标:${sayTime(stage.recorded.at)}`, `Read out: ${sayTime(stage.recorded.at)}`);
  return [
    table(caption, heads, parts.map(row), { 'data-pages': 'true' }),
    h('p', {}, say('记录', 'Record'), ' ', entry(stage.recorded.seq), ' · ', say('合成所用份额', 'shares combined'), ': ', stage.recorded.body.quorum.join(', ')),
  ]; // prettier-ignore
}

/** Objections with their answers. @param {Hall} hall @param {Stage} stage */
export function objections(hall, stage) {
  if (stage.objections.length === 0) return null;
  const one = ({ at, seq, bid, text, reply }) =>
    h('li', {},
      h('p', {}, h('strong', {}, say('异议', 'Objection')), ' ', bidder(hall, bid), ' ', moment(at), ' ', entry(seq)),
      h('p', { class: 'prose' }, h('bdi', {}, text)),
      reply
        ? h('p', { class: 'prose' }, h('strong', {}, say('当场答复', 'Answer on the spot')), ' ', moment(reply.at), ' ', entry(reply.seq), ': ', h('bdi', {}, reply.text))
        : h('p', {}, say('尚未答复', 'Not answered yet')),
    ); // prettier-ignore
  return h('div', {}, h('h3', {}, say('异议与答复', 'Objections and answers')), h('ol', {}, stage.objections.map(one)));
}

/** Who signed the record; on a wall how many. @param {Hall} hall @param {Stage} stage @param {boolean} isWall */
export function signatures(hall, stage, isWall) {
  if (!stage.recorded) return null;
  const rows = stage.recorded.body.bids.map(({ bid }) => {
    const signed = stage.confirmed.get(bid);
    return h('li', {}, bidder(hall, bid), ': ', signed ? [say('已签名确认', 'signed'), ' ', moment(signed.at), ' ', entry(signed.seq)] : say('尚未签名', 'not signed yet'));
  }); // prettier-ignore
  const title = say(`签名确认(${stage.confirmed.size}/${rows.length})`, `Signatures (${stage.confirmed.size} of ${rows.length})`);
  return h('div', {}, h('h3', {}, title), isWall ? null : h('ul', {}, rows));
}

/** What stands before any stage. @param {Hall} hall */
export function before(hall) {
  return [
    hall.suspended ? h('p', { class: 'note' }, say('监督部门已发出暂停指令:程序停止,时限相应顺延。', 'An order of supervision holds this tender up: nothing goes on, and every window grows by the time.')) : null,
    hall.end ? h('p', { class: 'note' }, sayBoth(hall.end)) : null,
    hall.closed ? null : h('p', {}, say('尚未截标。此前不显示投标人的名称与数量。', 'Not closed yet. Until then neither names nor the number of bidders are shown.')),
  ]; // prettier-ignore
}
