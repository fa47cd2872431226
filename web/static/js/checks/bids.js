// Checks 18, 19 and 21 to 25: bids, lists, labels and locks.
// Invariant: an envelope is looked at with the bid key, the rules and the stage that the record gives it, never with
// what it says of itself alone.

import { Wrong, equal, hex, lp, unhex } from '../bytes.js';
import { bodyLength, plainLength } from '../cobblestone.js';
import { fingerprint, verify } from '../ed25519.js';
import { sha256Sync } from '../hash-sync.js';
import { headerHolds, readHeader } from '../kem.js';
import { NO_LOCK, labelDigest, labelFields, lockOf } from '../label.js';
import { TREE64K, dst } from '../oracle.js';
import { FRAME_HEAD, SMALLEST, paddedLength } from '../padding.js';
import { NotApplicable } from './report.js';
import { GRACE, instant } from './tender.js';

const BID_FACTS = ['bid.entered', 'bid.submitted', 'bid.confirmed', 'bid.withdrawn'];

const noEnvelope = () => new NotApplicable('尚未公开信封', 'no envelope is disclosed yet');

/** What ties a bid key to a bid. */
export const bidKeyMessage = (origin, tender, bid, key) => lp('kaibiao/bid-key/v1', origin, tender, bid, key);

/** One envelope of a disclosed submission, with what the record says of it. */
export class Envelope {
  #header;

  constructor(rules, fact, body) {
    this.fact = fact;
    this.body = body;
    this.bid = fact.body.bid;
    this.submission = unhex(body.submission);
    this.digest = unhex(body.body_digest);
    const stages = rules.stages.filter((stage) => stage.parts.some((part) => part.part === body.part));
    /** The stage of the notice whose part this is, or null. */
    this.stage = stages[0] ?? null;
    const part = this.stage?.parts.find((one) => one.part === body.part);
    this.maxBytes = part?.max_bytes ?? null;
    this.role = part?.role ?? null;
    const acknowledged = unhex(fact.body.rules);
    const closesAt = rules.deadline(acknowledged);
    /** The label and its digest; null where the rules are not in the chain. */
    this.label = null;
    this.context = null;
    if (closesAt !== null && closesAt >= 0) {
      this.label = {
        tender: fact.body.tender,
        lot: body.lot,
        part: body.part,
        submission: this.submission,
        signer: fingerprint(fact.key),
        keyId: unhex(body.key_id),
        closesAt,
        rules: acknowledged,
        blk: unhex(body.blk),
      };
      this.context = labelDigest(TREE64K, this.label);
    }
  }

  /** The header, each part read; throws where one is none. */
  get header() {
    this.#header ??= readHeader(unhex(this.body.header));
    return this.#header;
  }

  /** The recomputed envelope hash, over a header that may be wrong in itself (23); null without a label. */
  get hash() {
    if (this.label === null) return null;
    return sha256Sync(lp(dst(TREE64K, 'envelope'), ...labelFields(this.label), unhex(this.body.header), this.digest));
  }
}

/** The disclosed bids of the tender. */
export class Bids {
  /** @type {Map<string, Envelope>} */
  envelopes = new Map();
  /** @type {Envelope[]} */
  all = [];
  /** The submission of the greatest revision of each bid. */
  last = new Map();
  /** The last final quote of each bid, by stage and bid. @type {Map<string, Map<string, any>>} */
  quotes = new Map();
  #confirmed;

  /** @param {import('../record.js').Record} rec @param {import('./tender.js').Rules} rules */
  constructor(rec, rules) {
    this.entered = rec.mine('bid.entered');
    this.submitted = rec.mine('bid.submitted');
    this.withdrawn = new Set(rec.mine('bid.withdrawn').map((fact) => fact.body.bid));
    this.#confirmed = rec.mine('bid.submitted', 'bid.confirmed');
    for (const fact of this.submitted) {
      const into = this.#of(rules.invitation(fact.body.rules)?.body.stage ?? null);
      const before = into.get(fact.body.bid);
      if (!before || fact.body.revision >= before.body.revision) into.set(fact.body.bid, fact);
      for (const body of fact.body.envelopes) {
        const envelope = new Envelope(rules, fact, body);
        this.all.push(envelope);
        if (!this.envelopes.has(body.submission)) this.envelopes.set(body.submission, envelope);
      }
    }
  }

  #of(stage) {
    if (stage === null) return this.last;
    if (!this.quotes.has(stage)) this.quotes.set(stage, new Map());
    return this.quotes.get(stage);
  }

  /** What may stand on the list of a stage of the notice: bid → submission. */
  listed(stage) {
    return stage?.invited ? (this.quotes.get(stage.stage) ?? new Map()) : this.last;
  }

  /** The key of a bid as entered, or as it acted; null for an unknown bid. @returns {Uint8Array|null} */
  key(bid) {
    const entered = this.entered.find((fact) => fact.body.bid === bid);
    return entered ? unhex(entered.body.key) : (this.last.get(bid)?.key ?? null);
  }

  /** The account of a bid, or null while it is not disclosed. */
  account(bid) {
    return this.entered.find((fact) => fact.body.bid === bid)?.body.account ?? null;
  }

  /** The rules that a bid acknowledged last. @returns {Uint8Array} */
  acknowledged(bid) {
    return unhex(this.#confirmed.findLast((fact) => fact.body.bid === bid).body.rules);
  }
}

/** Check 18: every bid was entered once, and none of its revisions is missing. */
export async function check18(check, rec, rules, bids) {
  if (bids.entered.length === 0) throw new NotApplicable('尚未公开 bid.entered', 'no bid.entered is disclosed yet');
  const entered = new Map();
  for (const fact of bids.entered) {
    const { bid, key, proof } = fact.body;
    check.expect(!entered.has(bid), `投标 ${bid} 参与两次`, `bid ${bid} is entered twice`, fact.seq);
    if (!entered.has(bid)) entered.set(bid, fact);
    const message = bidKeyMessage(rec.policy.origin, rec.tender, bid, unhex(key));
    const held = await verify(unhex(key), message, unhex(proof));
    check.expect(held, `投标 ${bid}:其密钥未证明`, `bid ${bid}: its key is not proved`, fact.seq);
  }
  const revisions = new Map();
  for (const fact of rec.mine('bid.submitted', 'bid.confirmed', 'bid.withdrawn')) {
    const { bid } = fact.body;
    const before = entered.get(bid)?.seq < fact.seq;
    check.expect(before, `投标 ${bid} 此前未参与`, `bid ${bid} was not entered before`, fact.seq);
    if (fact.kind === 'bid.submitted') revisions.set(bid, [...(revisions.get(bid) ?? []), fact.body.revision]);
  }
  for (const [bid, numbers] of revisions) {
    const whole = numbers.every((number, place) => number === place + 1);
    const said = numbers.join(', ');
    check.expect(
      whole,
      `投标 ${bid}:版本为 ${said},应为 1 至 ${numbers.length}`,
      `bid ${bid}: its revisions are ${said}, not 1 to ${numbers.length}`,
    );
  }
  for (const listed of rec.mine('list.frozen')) {
    const stage = rules.stages.find((one) => one.stage === listed.body.stage);
    for (const row of listed.body.envelopes) lastRevision(check, bids.listed(stage), listed, row);
  }
  check.note(`${entered.size} 份投标,${bids.submitted.length} 个版本`, `${entered.size} bids, ${bids.submitted.length} revisions`);
}

function lastRevision(check, lasts, listed, row) {
  const last = lasts.get(row.bid);
  const known = last !== undefined;
  if (!check.expect(known, `所列投标 ${row.bid} 什么都未公开`, `lists bid ${row.bid}, of which nothing is disclosed`, listed.seq)) return;
  const named = last.seq === row.seq && last.body.envelopes.some((envelope) => envelope.submission === row.submission);
  check.expect(
    named,
    `${row.submission} 不属于 ${row.bid} 的最后版本`,
    `${row.submission} is not of the last revision of ${row.bid}`,
    listed.seq,
  );
}

/** Check 19: nothing of a bid came late. */
export function check19(check, rec, rules) {
  const closed = rec.mine('tender.closed').at(-1);
  if (!closed || rules.notice === null) throw new NotApplicable('项目尚未截标', 'the tender is not closed yet');
  const facts = rec.mine(...BID_FACTS);
  if (facts.length === 0) throw new NotApplicable('没有公开的投标', 'no bid is disclosed');
  for (const { kind, seq, ts, at, body } of facts) {
    const quoted = kind === 'bid.submitted' ? rules.invitation(body.rules) : null;
    const listed = quoted && rec.mine('list.frozen').find((fact) => fact.body.stage === quoted.body.stage);
    const end = quoted === null ? closed.seq : (listed?.seq ?? rec.size);
    const until = quoted === null ? rules.before(seq) : rules.moved(quoted);
    check.expect(seq < end, `${kind} 在截标之后`, `${kind} after tender.closed`, seq);
    const arrived = at.get('@arrived');
    const said = arrived !== undefined;
    if (!check.expect(said, `${kind} 没有到达时间`, `${kind} does not say when it arrived`, seq)) continue;
    const when = instant(arrived);
    check.expect(arrived < until, `${kind} 于 ${when} 到达,已过截止`, `${kind} arrived at ${when}, not before the deadline`, seq);
    const open = !rules.shutOut(arrived);
    check.expect(open, `${kind} 于 ${when} 到达,时在截止之后、顺延之前`, `${kind} arrived at ${when}, while bids were shut out`, seq);
    const took = ts - arrived;
    check.expect(took >= 0 && took <= GRACE, `到达 ${took} 毫秒后才记入`, `accepted ${took} ms after it arrived`, seq);
  }
  const deadline = instant(rules.closesAt);
  check.note(
    `${facts.length} 条投标事实,均早于截止时间 ${deadline}`,
    `${facts.length} facts of bids, all before the deadline ${deadline}`,
    closed.seq,
  );
}

/** Check 22: every envelope's label is that of the notice, and its hash is signed and listed. */
export async function check22(check, rec, rules, bids) {
  if (bids.submitted.length === 0 || rules.notice === null) throw noEnvelope();
  for (const envelope of bids.all) await labelled(check, rules, bids, envelope);
  for (const { body, seq } of bids.submitted) {
    const quoted = rules.invitation(body.rules);
    const mine = rules.stages.filter((one) => (quoted === null ? !one.invited : one.stage === quoted.body.stage));
    const everyPart = new Set(mine.flatMap((stage) => stage.parts.map((part) => part.part)));
    const pairs = new Set(body.envelopes.map((one) => `${one.lot}/${one.part}`));
    check.expect(pairs.size === body.envelopes.length, '同一标段同一部分有两份信封', 'two envelopes for one lot and part', seq);
    const lots = new Set(body.envelopes.map((one) => one.lot));
    const full = pairs.size > 0 && pairs.size === lots.size * everyPart.size;
    const each = body.envelopes.every((one) => everyPart.has(one.part));
    check.expect(full && each, '不是所投每一标段每一部分一份信封', 'not one envelope per lot bid for and part', seq);
  }
  for (const { body, seq } of rec.mine('list.frozen')) {
    for (const row of body.envelopes) {
      const envelope = bids.envelopes.get(row.submission);
      const where = row.submission;
      if (!check.expect(envelope, `${where} 在清单上,其信封未公开`, `${where} is listed, its envelope not disclosed`, seq)) continue;
      const same = envelope.hash !== null && row.envelope === hex(envelope.hash);
      check.expect(same, `${where}:清单上的信封哈希不符`, `${where}: the list names another envelope hash`, seq);
    }
  }
  check.note(`${bids.all.length} 份信封`, `${bids.all.length} envelopes of ${bids.submitted.length} submissions`);
}

async function labelled(check, rules, bids, envelope) {
  const { body, stage, maxBytes, hash, fact } = envelope;
  const { notice } = rules;
  const where = body.submission;
  const say = (good, zh, en) => check.expect(good, `${where}:${zh}`, `${where}: ${en}`, fact.seq);
  say(notice.body.lots.some((row) => row.lot === body.lot), `标段 ${body.lot} 不在公告中`, `the lot ${body.lot} is not in the notice`);
  if (say(stage !== null, `部分 ${body.part} 不在公告中`, `the part ${body.part} is not in the notice`)) {
    say(body.key_id === stage.key_id, '不是其阶段的密钥', 'not the key of its stage');
    say(body.body_length <= longest(maxBytes), '超过该部分的大小上限', 'larger than the part may be');
  }
  const locked = !equal(unhex(body.blk), NO_LOCK);
  say(locked === notice.body.opening.bidder_lock, 'blk 与投标人锁的规定不符', 'blk does not fit the bidder lock');
  const rulesKnown = say(
    hash !== null,
    '其规则不在链上,或截止时间不可能',
    'its rules are not in the chain, or set no possible deadline',
  );
  if (!rulesKnown) return;
  const key = bids.key(envelope.bid);
  say(equal(key, fact.key), '不是其投标的密钥', 'another key than that of its bid');
  say(await verify(key, hash, unhex(body.sig)), '其签名不成立', 'its signature does not hold');
}

function longest(maxBytes) {
  try {
    return bodyLength(paddedLength(maxBytes));
  } catch {
    return 0;
  }
}

/** Whether a framed plaintext can give a body of this length. @param {number} length */
function isPossible(length) {
  const plain = plainLength(length);
  return plain >= SMALLEST && paddedLength(plain - FRAME_HEAD) === plain;
}

/** Check 23: every header was made by one who knew its scalar, for this label, body and key. */
export function check23(check, _rec, keys, bids) {
  if (bids.all.length === 0) throw noEnvelope();
  for (const envelope of bids.all) {
    const { seq } = envelope.fact;
    const where = envelope.body.submission;
    try {
      const possible = isPossible(envelope.body.body_length);
      check.expect(possible, `${where}:密文不可能有此长度`, `${where}: no body has this length`, seq);
      const found = envelope.stage === null ? null : keys.ofStage(envelope.stage.stage);
      if (found === null || envelope.context === null) {
        throw new Wrong('密钥或标签不可知', 'neither key nor label can be known');
      }
      const { header, context, digest } = envelope;
      if (!headerHolds(TREE64K, { header, label: context, bodyDigest: digest, y: found.key.y })) {
        throw new Wrong('信封头证明不成立', 'the header proof does not hold');
      }
    } catch (error) {
      check.failWith(error, where, where, seq);
    }
  }
  check.note(`${bids.all.length} 个信封头证明`, `${bids.all.length} header proofs`);
}

/** Check 24: no R and no submission id occurs twice. */
export function check24(check, rec) {
  const facts = rec.of('bid.submitted');
  if (facts.length === 0) throw noEnvelope();
  const seen = new Map();
  let count = 0;
  for (const { body, seq } of facts) {
    for (const envelope of body.envelopes) {
      count += 1;
      for (const [zh, en, value] of [['提交编号', 'submission id', envelope.submission], ['R', 'R', envelope.header.slice(0, 64)]]) {
        const key = `${en} ${value}`;
        const first = seen.get(key);
        check.expect(first === undefined, `${zh} ${value} 出现两次,首次在第 ${first} 条`, `the ${key} occurs twice, first in entry ${first}`, seq);
        if (first === undefined) seen.set(key, seq);
      }
    }
  }
  check.note(`整个日志 ${count} 份信封`, `${count} envelopes in the whole log`);
}

/** Check 25: the bidder lock was opened where it counts. */
export function check25(check, rec, rules, bids) {
  if (rules.notice === null || !rules.notice.body.opening.bidder_lock) {
    throw new NotApplicable('本项目没有投标人锁', 'the tender has no bidder lock');
  }
  const settled = rec.mine('list.settled');
  if (settled.length === 0) throw new NotApplicable('清单尚未确定', 'no list is settled yet');
  for (const { body, seq } of settled) {
    const betas = unlocks(rec, bids, { body, seq });
    for (const submission of body.submissions) {
      const good = betas.has(submission);
      check.expect(good, `${submission} 在 F' 中却未解锁`, `${submission} is in F' and was not unlocked`, seq);
    }
    for (const { cause, submission } of body.excluded) {
      const good = cause !== 'bidder_no_unlock' || !betas.has(submission);
      check.expect(good, `${submission} 已解锁却被排除`, `${submission} was excluded although it was unlocked`, seq);
    }
    check.note(`阶段 ${body.stage}:${betas.size} 份信封已解锁`, `stage ${body.stage}: ${betas.size} envelopes unlocked`, seq);
  }
}

/**
 * The β of the unlocks of a list's stage that fit: those before it was settled, or whenever they came.
 * @returns {Map<string, Uint8Array>} submission → β
 */
export function unlocks(rec, bids, settled, late = false) {
  const out = new Map();
  for (const { body, seq } of rec.mine('bid.unlocked')) {
    if ((seq >= settled.seq && !late) || body.stage !== settled.body.stage) continue;
    for (const { submission, beta } of body.keys) {
      const envelope = bids.envelopes.get(submission);
      if (envelope?.bid !== body.bid) continue;
      const fits = equal(lockOf(TREE64K, envelope.submission, unhex(beta)), unhex(envelope.body.blk));
      if (fits) out.set(submission, unhex(beta));
    }
  }
  return out;
}
