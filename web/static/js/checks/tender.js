// Checks 11, 12, 17, 20 and 34: rules, times, authors and roles of a tender.
// Invariant: who may act is read from the record before the act, never after it.

import { equal, hex, lp, unhex } from '../bytes.js';
import { spell } from '../canonical.js';
import { dayOf } from '../days.js';
import { verify } from '../ed25519.js';
import { fingerprintHex } from '../fact.js';
import { sha256Sync } from '../hash-sync.js';
import { keptCheckpoints } from './log.js';
import { stays } from '../outage.js';
import { addendumDue } from './procedures.js';
import { NotApplicable } from './report.js';
import { holders } from './panel.js';

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;
/** How long after arriving an act may be accepted, in ms. */
export const GRACE = 2000;

/** What tells something of the bids, or ends the tender. */
const BEGUN = [
  'list.frozen',
  'list.disputed',
  'bid.unlocked',
  'list.settled',
  'share.given',
  'share.faulted',
  'custodian.absent',
  'opening.recorded',
  'opening.failed',
  'opening.closed',
  'tender.failed',
  'tender.terminated',
  'award.made',
];

const noNotice = () => new NotApplicable('尚无公告', 'there is no notice yet');
const notClosed = () => new NotApplicable('项目尚未截标', 'the tender is not closed yet');

/** The chain of rules from the notice on. */
export class Rules {
  /** What the notice and each addendum set. @type {{hash: Uint8Array, closesAt: number}[]} */
  chain = [];

  /** @param {import('../record.js').Record} rec */
  constructor(rec) {
    this.notice = rec.mine('tender.noticed')[0] ?? null;
    this.amended = rec.mine('tender.amended');
    this.invited = rec.mine('quotes.invited');
    this.extended = rec.mine('deadline.extended');
    this.pauses = pausesOf(rec);
    if (this.notice === null) return;
    this.#add(new Uint8Array(32), this.notice.body);
    for (const { body } of [...this.amended, ...this.invited]) {
      const { rules: _, ...rest } = body;
      this.#add(this.chain.at(-1).hash, rest);
    }
  }

  #add(before, body) {
    this.chain.push({ hash: sha256Sync(lp('kaibiao/rules/v1', before, spell(body))), closesAt: body.closes_at });
  }

  /** The deadline under these rules, or null. @param {Uint8Array} hash */
  deadline(hash) {
    return this.chain.find((known) => equal(known.hash, hash))?.closesAt ?? null;
  }

  /** The place of these rules in the chain, or −1. @param {Uint8Array} hash */
  place(hash) {
    return this.chain.findIndex((known) => equal(known.hash, hash));
  }

  /** The deadline in force at last: of the rules or of a later order, moved by suspensions. */
  get closesAt() {
    return this.inForce(this.amended.at(-1) ?? this.notice);
  }

  /** The deadline that a notice or addendum and the orders after it set, as far as they stand before a position. */
  inForce(fact, before = Infinity) {
    const later = this.extended.filter((one) => one.seq > fact.seq && one.seq < before);
    return Math.max(...[fact, ...later].map((one) => this.moved(one)));
  }

  /** The deadline that a notice or an addendum sets, later by the time suspended after it. */
  moved(fact) {
    let end = fact.body.closes_at;
    for (const pause of this.pauses) {
      const began = Math.max(pause.began, fact.ts);
      if (began < end && began < pause.ended) end += pause.ended - began;
    }
    return end;
  }

  /** The deadline in force before a position. */
  before(seq) {
    return this.inForce([this.notice, ...this.amended.filter((fact) => fact.seq < seq)].at(-1), seq);
  }

  /** Orders that moved a deadline after it had passed; bids were shut out in between. */
  get reopened() {
    const moved = this.extended.map((fact) => ({ deadline: this.before(fact.seq), fact }));
    return moved.filter(({ deadline, fact }) => deadline <= fact.ts);
  }

  /** Whether something arrived between a deadline and the order that moved it. @param {number} arrived */
  shutOut(arrived) {
    return this.reopened.some(({ deadline, fact }) => deadline <= arrived && arrived < fact.ts);
  }

  /** The invitation to final quotes that these rules are, or null. @param {string} rules in hex */
  invitation(rules) {
    const first = 1 + this.amended.length;
    return this.invited.find((_, place) => hex(this.chain[first + place].hash) === rules) ?? null;
  }

  /** The stages of the notice. */
  get stages() {
    return this.notice === null ? [] : this.notice.body.stages;
  }
}

/** The spans in which at least one order of suspension was in force, as far as they are over. */
function pausesOf(rec) {
  const spans = [];
  const orders = new Set();
  let since = null;
  for (const fact of rec.mine('tender.suspended', 'tender.resumed')) {
    if (fact.kind === 'tender.suspended') {
      since ??= fact.ts;
      orders.add(fact.body.order);
      continue;
    }
    orders.delete(fact.body.order);
    if (orders.size === 0 && since !== null) {
      spans.push({ began: since, ended: fact.ts });
      since = null;
    }
  }
  return spans;
}

/** Check 11: every addendum states the rules of the chain. */
export function check11(check, _rec, rules) {
  if (rules.notice === null) throw noNotice();
  rules.amended.forEach(({ body, seq }, place) => {
    const number = place + 1;
    check.expect(body.number === number, `第 ${number} 份补遗编号为 ${body.number}`, `addendum ${body.number} is the ${number}.`, seq);
    const same = body.rules === hex(rules.chain[number].hash);
    check.expect(same, '其规则哈希不是链上的', "its rules are not the chain's", seq);
  });
  rules.invited.forEach(({ body, seq }, place) => {
    const same = body.rules === hex(rules.chain[1 + rules.amended.length + place].hash);
    check.expect(same, '邀请的规则哈希不是链上的', "its rules are not the chain's", seq);
  });
  const last = hex(rules.chain.at(-1).hash);
  check.note(`${rules.amended.length} 份补遗,规则 ${last}`, `${rules.amended.length} addenda, rules ${last}`, rules.notice.seq);
}

/** Check 12: one notice, addenda in time, the deadline stated is the last one. */
export function check12(check, rec, rules) {
  if (rules.notice === null) throw noNotice();
  for (const fact of rec.mine('tender.noticed').slice(1)) check.fail('第二份公告', 'a second notice', fact.seq);
  const regime = rec.mine('tender.registered')[0]?.body.regime ?? 'free';
  let deadline = rules.notice.body.closes_at;
  let last = rules.notice;
  for (const fact of rules.amended) {
    const { seq, ts, body } = fact;
    const inForce = rules.inForce(last, seq);
    check.expect(seq > rules.notice.seq, '补遗早于公告', 'an addendum before the notice', seq);
    check.expect(body.closes_at >= deadline, '补遗提前了截止时间', 'an addendum sets an earlier deadline', seq);
    check.expect(ts < inForce, '补遗不早于现行截止时间', 'an addendum at or after the deadline in force', seq);
    deadline = body.closes_at;
    last = fact;
    const due = addendumDue(rules.notice.body, ts);
    if (due !== null) {
      const enough = !body.substantive || due <= dayOf(deadline);
      check.expect(enough, '实质性补遗距截止过近', 'a substantive addendum too near to the deadline', seq);
    } else if (regime !== 'free' && body.substantive) {
      const days = Math.floor((deadline + CHINA) / DAY) - Math.floor((ts + CHINA) / DAY);
      const text = `a substantive addendum ${days} days before the deadline, less than 15`;
      check.expect(days >= 15, `实质性补遗距截止仅 ${days} 日,不足 15 日`, text, seq);
    }
  }
  for (const { body, seq } of rec.mine('tender.closed')) {
    const stated = body.closes_at === rules.before(seq);
    check.expect(stated, 'tender.closed 的截止时间不符', 'tender.closed states another deadline', seq);
  }
  for (const { deadline, fact } of rules.reopened) {
    const wrong = whyItStays(rec, deadline, fact);
    const [zh, en] = [`截止时间已过而被顺延:${wrong?.zh}`, `the deadline was moved after it had passed: ${wrong?.en}`];
    check.expect(wrong === null, zh, en, fact.seq);
  }
  const inForce = rules.closesAt;
  check.note(`截止时间 ${instant(inForce)}`, `the deadline is ${instant(inForce)}`, rules.notice.seq);
}

function whyItStays(rec, deadline, fact) {
  const begun = rec.mine(...BEGUN).find(({ seq }) => seq < fact.seq);
  if (begun) return { zh: `此前已有 ${begun.kind}`, en: `${begun.kind} stands before` };
  const closing = rec
    .mine('tender.closed')
    .filter(({ seq }) => seq < fact.seq)
    .at(-1);
  if (closing?.body.closes_at !== deadline) return { zh: '尚未记入截标', en: 'its closing was not written' };
  return stays({ deadline, closed: closing.ts }, fact);
}

/** An instant in UTC, in the one form of ISO 8601; as a number where no calendar has it. @param {number} ms */
export function instant(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

function isParty(rec, fact, account) {
  let { tender } = fact.body;
  const registered = rec.of('tender.registered');
  if (tender === undefined && fact.kind === 'ceremony.called') {
    tender = fact.body.purpose.tender;
    const known = registered.some((other) => other.body.tender === tender && other.seq < fact.seq);
    if (!known) return account.roles.has('buyer') || account.roles.has('agent');
  }
  const mine = registered.find((other) => other.body.tender === tender && other.seq <= fact.seq);
  return mine !== undefined && (account.name === mine.body.buyer || account.name === mine.body.agent);
}

/** Whether a fact is by the key of its bid; null where that key is not disclosed yet. */
function byBidKey(rec, fact) {
  const entered = rec
    .of('bid.entered')
    .find((other) => other.body.bid === fact.body.bid && other.body.tender === fact.body.tender);
  if (!entered) return null;
  return entered.seq < fact.seq && entered.body.key === hex(fact.key);
}

function byCustodian(rec, ceremonyOf, fact) {
  const ceremony = ceremonyOf(rec, fact);
  if (ceremony === null || ceremony.called === null || ceremony.called.seq > fact.seq) return false;
  const signer = ceremony.signer(fact.body.index);
  return signer !== null && equal(signer, fact.key);
}

const allowed = null;
const UNKNOWN = { zh: '', en: '' };

/** What is wrong with the author of an act by section 3.1; null if nothing is, `UNKNOWN` where it cannot be told yet. */
function authorProblem(rec, ceremonyOf, fact) {
  const { authors } = fact.rule;
  if (authors[0] === 'bid key') {
    const by = byBidKey(rec, fact);
    if (by === null) return UNKNOWN;
    return by ? allowed : { zh: '不是其投标密钥所为', en: 'is not by the key of its bid' };
  }
  if (authors[0] === 'custodian') {
    const by = byCustodian(rec, ceremonyOf, fact);
    return by ? allowed : { zh: '不是该序号的保管人所为', en: 'is not by the custodian of that index' };
  }
  const account = rec.accountOf(fact);
  if (account === null || !equal(account.key, fact.key)) {
    return { zh: '行为人不是已登记的账户', en: 'its author is no enrolled account' };
  }
  const who = account.name;
  if (!account.active(fact.seq)) {
    return { zh: `${who} 当时未登记或已注销`, en: `${who} was not enrolled, or revoked, at that moment` };
  }
  if (!account.timely(fact.ts)) {
    return { zh: `${who} 在其有效期届满后作出`, en: `${who} acted after its time was over` };
  }
  const party = authors.includes('buyer') && isParty(rec, fact, account);
  const roles = authors.filter((role) => role !== 'buyer' && role !== 'agent');
  if (!party && !roles.some((role) => account.roles.has(role))) {
    return { zh: `${who} 无权作出 ${fact.kind}`, en: `${who} may not bring about ${fact.kind}` };
  }
  if (fact.kind === 'bid.entered' && fact.body.account !== who) {
    return { zh: '为另一账户参与投标', en: 'enters a bid for another account' };
  }
  return fact.body.tender === rec.tender ? panelProblem(rec, fact, who, party) : allowed;
}

/** Who may answer a call, sign a report, or give up a seat. */
function panelProblem(rec, fact, who, party) {
  if (fact.kind === 'call.answered') {
    const { draw, place } = fact.body;
    const call = rec.mine('expert.called').find(({ body }) => body.draw === draw && body.place === place);
    return call?.body.expert === who ? allowed : { zh: `${who} 并未被通知`, en: `${who} was not called there` };
  }
  const speaks = fact.kind === 'report.signed' || (fact.kind === 'seat.vacated' && !party);
  if (speaks && holders(rec, fact.seq).get(fact.body.seat) !== who) {
    return { zh: `${who} 不在席位 ${fact.body.seat}`, en: `${who} does not hold the seat ${fact.body.seat}` };
  }
  return allowed;
}

/** Check 17: signatures of all acts that are shown, and whether their authors might. */
export async function check17(check, rec, ceremonyOf) {
  let [acts, unknown] = [0, 0];
  for (const fact of rec.facts.values()) {
    const { kind, seq } = fact;
    if (fact.rule.platform) {
      const plain = fact.actor === 'platform' && fact.sig === '' && fact.key === null;
      check.expect(plain, `${kind} 应由平台自己作出`, `${kind} is not the platform's own`, seq);
    } else if (!kind.startsWith('account.')) {
      acts += 1;
      const named = fingerprintHex(fact.key) === fact.actor;
      check.expect(named, '行为人不是 @key', 'the actor is not @key', seq);
      await signature(check, rec.policy.origin, fact);
      const wrong = authorProblem(rec, ceremonyOf, fact);
      if (wrong === UNKNOWN) unknown += 1;
      else if (wrong) check.fail(wrong.zh, wrong.en, seq);
    }
  }
  if (acts === 0 && check.failures.length === 0) throw new NotApplicable('没有公开的签名行为', 'no act is shown');
  check.note(
    `${acts} 项签名行为;${unknown} 项的投标尚未公开`,
    `${acts} signed acts; ${unknown} by bids not disclosed yet`,
  );
}

async function signature(check, origin, fact) {
  try {
    const held = await verify(fact.key, fact.message(origin), unhex(fact.sig, 64));
    check.expect(held, `${fact.kind} 的签名不成立`, `the signature of ${fact.kind} does not hold`, fact.seq);
  } catch (error) {
    check.failWith(error, '签名不可读', 'the signature cannot be read', fact.seq);
  }
}

/** Check 20: the closing comes after the deadline, and its checkpoint before the first share. */
export async function check20(check, rec, rules) {
  const closings = rec.mine('tender.closed');
  const closed = closings.at(-1);
  if (!closed || rules.notice === null) throw notClosed();
  closings.slice(1).forEach((again, place) => {
    const moved = rules.extended.some(({ seq }) => closings[place].seq < seq && seq < again.seq);
    check.expect(moved, 'tender.closed 出现两次', 'tender.closed occurs twice', again.seq);
  });
  for (const { seq, ts } of closings) {
    const earliest = rules.before(seq) + GRACE;
    const [zh, en] = [`截标于 ${instant(ts)},早于 ${instant(earliest)}`, `tender.closed at ${instant(ts)}, before ${instant(earliest)}`];
    check.expect(ts >= earliest, zh, en, seq);
  }
  const kept = (await keptCheckpoints(rec)).flatMap((one) => (one.kept ? [one.kept] : [])).sort((a, b) => a.size - b.size);
  const closing = kept.find(({ size }) => size > 0 && size <= rec.size && rec.entries[size - 1].ts >= rules.closesAt);
  const [share] = rec.mine('share.given');
  if (!closing) {
    check.fail('没有保存截标检查点', 'no closing checkpoint is kept', closed.seq);
    return;
  }
  const { size } = closing;
  const early = !share || size <= share.seq;
  check.expect(
    early,
    `截标检查点大小为 ${size},在首份份额之后`,
    `the closing checkpoint has size ${size}, after the first share`,
    share?.seq ?? null,
  );
  check.note(
    `截标检查点大小为 ${size};本版本没有联署与时间戳`,
    `closing checkpoint of size ${size}; cosignatures and time stamps are not part of this version`,
    size - 1,
  );
}

const CONFLICTS = {
  bidder: ['buyer', 'agent', 'custodian', 'expert', 'supervisor', 'registrar', 'operator'],
  supervisor: ['buyer', 'agent', 'expert', 'operator'],
};

/** Check 34: nobody is on two sides. */
export function check34(check, rec, keys) {
  for (const account of rec.accounts.values()) {
    for (const [role, others] of Object.entries(CONFLICTS)) {
      const both = account.roles.has(role) ? others.filter((other) => account.roles.has(other)).sort() : [];
      const said = both.join(', ');
      const seq = Math.max(account.seq, 0);
      check.expect(both.length === 0, `${account.name} 既是 ${role} 又是 ${said}`, `${account.name} is ${role} and ${said}`, seq);
    }
  }
  const bids = rec.mine('bid.entered');
  const parties = partiesOf(rec, bids);
  const judges = judgesOf(rec, keys);
  for (const [name, { zh, en, seq }] of judges) {
    const other = parties.get(name);
    check.expect(!other, `${name} 是${zh},又是${other?.zh}`, `${name} is ${en} and ${other?.en}`, seq);
  }
  const taken = new Set();
  for (const account of rec.accounts.values()) {
    taken.add(hex(account.key));
    if (account.custody !== null) taken.add(account.custody.signer);
  }
  for (const { called, members } of keys.ceremonies.values()) {
    if (called !== null) members.forEach((member) => taken.add(member.signer));
  }
  for (const { body, seq } of bids) {
    const own = !taken.has(body.key);
    check.expect(own, '投标密钥是某账户或保管人的密钥', "a bid key is an account's or a custodian's key", seq);
  }
  check.note(
    `${rec.accounts.size} 个账户,决定一方 ${judges.size} 个,当事一方 ${parties.size} 个`,
    `${rec.accounts.size} accounts, ${judges.size} on the deciding side, ${parties.size} parties`,
  );
}

function partiesOf(rec, bids) {
  const out = new Map();
  for (const { body } of rec.mine('tender.registered')) {
    out.set(body.buyer, { zh: '招标人', en: 'the buyer' });
    if (body.agent !== undefined) out.set(body.agent, { zh: '招标代理机构', en: 'the agent' });
  }
  for (const { body } of bids) out.set(body.account, { zh: '投标人', en: 'a bidder' });
  return out;
}

function judgesOf(rec, keys) {
  const out = new Map();
  for (const { body, seq } of rec.mine('panel.appointed')) {
    for (const name of Object.values(body.seats)) out.set(name, { zh: '评委', en: 'of the panel', seq });
  }
  for (const name of holders(rec).values()) out.set(name, { zh: '评委', en: 'of the panel', seq: rec.size - 1 });
  for (const { called, members } of keys.ceremonies.values()) {
    if (called === null) continue;
    for (const member of members) out.set(member.account, { zh: '保管人', en: 'a custodian', seq: called.seq });
  }
  for (const fact of rec.mine('order.suspended', 'order.resumed', 'order.reevaluated')) {
    const account = rec.accountOf(fact);
    if (account !== null) out.set(account.name, { zh: '监督人', en: 'a supervisor', seq: fact.seq });
  }
  return out;
}
