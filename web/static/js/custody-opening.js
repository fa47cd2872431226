// Giving shares (部分解密): everything that a custodian's browser verifies before it multiplies anything.
// Invariant: `answerList` first checks the whole settled list and only then touches the share, so a custodian is an
// oracle for nobody: one bad envelope, and nothing is answered. What is checked is what stands in the log, proven.

import { Wrong, equal, hex, lp, unhex } from './bytes.js';
import { spell } from './canonical.js';
import { WontAct, shareOf, signedCertificate } from './custody.js';
import { checkEnvelope } from './envelope.js';
import { checkKey, fingerprint } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { NO_LOCK, fits, labelDigest } from './label.js';
import { TREE64K } from './oracle.js';
import { pointHex } from './ristretto.js';
import { stays } from './outage.js';
import { pausesOf, prolonged } from './pauses.js';
import { openPartially, partialBytes } from './shares.js';

/** The custodian gives no share, and says why. */
export class WontAnswer extends WontAct {}

function stop(zh, en) {
  throw new WontAnswer(zh, en);
}

/** @typedef {import('./fact.js').Fact} Fact */

class Facts {
  /** @param {string} tender @param {Fact[]} facts proven, in any order */
  constructor(tender, facts) {
    const own = facts.filter(({ stream }) => stream === `tender/${tender}`);
    this.bySeq = new Map(own.map((fact) => [fact.seq, fact]));
    this.all = [...this.bySeq.values()].sort((left, right) => left.seq - right.seq);
  }

  each(kind) {
    return this.all.filter((fact) => fact.kind === kind);
  }

  one(kind, stage) {
    const found = this.each(kind).filter(({ body }) => stage === undefined || body.stage === stage);
    if (found.length === 0) stop(`未证明有 ${kind}`, `no proven fact ${kind} was shown`);
    if (found.length > 1) stop(`${kind} 出现多次`, `two facts ${kind} were shown where there can be one`);
    return found[0];
  }
}

const rulesHash = (before, body) => sha256Sync(lp('kaibiao/rules/v1', before, spell(body)));

/** The chain of rules: the deadline under each hash. */
function rulesOf(facts, noticed) {
  let hash = rulesHash(new Uint8Array(32), noticed.body);
  let closesAt = noticed.body.closes_at;
  const deadlines = new Map([[hex(hash), closesAt]]);
  facts.each('tender.amended').forEach(({ body }, place) => {
    const { rules, ...rest } = body;
    hash = rulesHash(hash, rest);
    if (body.number !== place + 1 || rules !== hex(hash) || body.closes_at < closesAt) {
      stop(`第 ${body.number} 号澄清与规则链不符`, `addendum ${body.number} does not continue the rules of this tender`);
    }
    closesAt = body.closes_at;
    deadlines.set(hex(hash), closesAt);
  });
  const invited = new Map();
  for (const { ts, body } of facts.each('quotes.invited')) {
    const { rules, ...rest } = body;
    hash = rulesHash(hash, rest);
    if (rules !== hex(hash) || invited.has(body.stage)) {
      stop('最后报价的邀请与规则链不符', 'an invitation to final quotes does not continue the rules of this tender');
    }
    invited.set(body.stage, { from: ts, until: body.closes_at });
    deadlines.set(hex(hash), body.closes_at);
  }
  return { deadlines, invited };
}

/** The deadline in force before a position: of the last version of the rules, or of a later order for all alike. */
function inForce(facts, past, before) {
  const version = [...facts.each('tender.noticed'), ...facts.each('tender.amended')].filter(({ seq }) => seq < before).at(-1);
  if (!version) return null;
  const moved = facts.each('deadline.extended').filter(({ seq }) => seq > version.seq && seq < before);
  return Math.max(...[version, ...moved].map(({ ts, body }) => prolonged(past, ts, body.closes_at)));
}

/**
 * The closing that counts, which is the last. One before it was undone by an order for an outage of the platform over its
 * deadline, nothing was listed by then, and what arrived while bids were shut out does not count.
 */
function closingOf(facts, past) {
  const closings = facts.each('tender.closed');
  const closed = closings.at(-1) ?? facts.one('tender.closed');
  const shut = closings.slice(1).map((later, place) => {
    const { seq, ts, body } = closings[place];
    const moved = facts.each('deadline.extended').find((one) => one.seq > seq && one.seq < later.seq) ?? facts.one('tender.closed');
    const wrong = stays({ deadline: body.closes_at, closed: ts }, moved);
    if (wrong) {
      stop(
        `截止时间已过而被顺延:${wrong.zh}`,
        `the deadline was moved after it had passed, and no outage of the platform allows that: ${wrong.en}`,
      );
    }
    return { from: body.closes_at, until: moved.ts };
  });
  let closesAt = null;
  for (const one of closings) {
    // After the last one everything counts: a deadline moved since is still to come.
    closesAt = inForce(facts, past, one === closed ? Infinity : one.seq);
    if (one.body.closes_at !== closesAt || one.ts < closesAt) {
      stop(
        '截标记录与现行截止时间不符',
        `the tender was closed for the deadline ${one.body.closes_at} at ${one.ts}, but the deadline in force is ${closesAt}`,
      );
    }
  }
  if (facts.each('list.frozen').some(({ seq }) => seq < closed.seq)) {
    stop('名单形成后又重新截标', 'a list was frozen before the tender was closed at last');
  }
  return { closed, closesAt, shut };
}

function stageOf(facts, notice, wanted) {
  const place = notice.stages.findIndex(({ stage }) => stage === wanted);
  if (place < 0) stop(`该项目没有阶段 ${wanted}`, `the tender has no stage ${wanted}`);
  const stage = notice.stages[place];
  const twin = notice.stages.find((other) => other.stage !== wanted && other.key_id === stage.key_id);
  if (twin) stop(`阶段 ${twin.stage} 使用同一密钥`, `stage ${twin.stage} is sealed to the same key`);
  const closed = new Set(facts.each('opening.closed').map(({ body }) => body.stage));
  const open = notice.stages.slice(0, place).find((earlier) => !closed.has(earlier.stage));
  if (open) stop(`阶段 ${open.stage} 在先且尚未结束`, `stage ${open.stage} comes first and its opening is not closed`);
  return stage;
}

const listHash = (tender, stage, rows) =>
  hex(
    sha256Sync(
      lp('kaibiao/list/v1', tender, stage, ...rows.flatMap((row) => [unhex(row.submission, 16), unhex(row.envelope, 32)])),
    ),
  );

function ascending(submissions) {
  submissions.forEach((submission, place) => {
    if (place > 0 && submissions[place - 1] >= submission) {
      stop(`信封 ${submission} 重复或次序不对`, `envelope ${submission} stands twice or out of order in the list`);
    }
  });
}

/** The envelopes of the settled list: those of the frozen one without the excluded, none added, none lost. */
function settledRows(tender, stage, frozen, settled) {
  ascending(frozen.envelopes.map(({ submission }) => submission));
  ascending(settled.submissions);
  if (listHash(tender, stage, frozen.envelopes) !== frozen.list) {
    stop('冻结名单的哈希与其信封不符', 'the hash in list.frozen is not the hash of its envelopes');
  }
  const out = new Set(settled.excluded.map(({ submission }) => submission));
  const known = new Set(frozen.envelopes.map(({ submission }) => submission));
  const inside = new Set(settled.submissions);
  const unaccounted = (submission) =>
    stop(
      `信封 ${submission} 在冻结与确定的名单之间没有交代`,
      `envelope ${submission} is not accounted for between the frozen and the settled list`,
    );
  for (const submission of [...inside, ...out]) if (!known.has(submission)) unaccounted(submission);
  for (const { submission } of frozen.envelopes) if (inside.has(submission) === out.has(submission)) unaccounted(submission);
  const rows = frozen.envelopes.filter(({ submission }) => inside.has(submission));
  if (listHash(tender, stage, rows) !== settled.list) {
    stop('确定名单的哈希与其信封不符', 'the hash in list.settled is not the hash of its envelopes');
  }
  if (rows.length === 0) stop('确定的名单为空', 'the settled list is empty');
  return rows;
}

/** What is asked, put together from proven facts: contradictions and gaps stop the custodian. */
function openingOf(tender, stageId, proven) {
  const facts = new Facts(tender, proven);
  const { past, suspended } = pausesOf(facts.all);
  if (suspended) stop('项目处于暂停状态', `tender ${tender} is suspended`);
  const noticed = facts.one('tender.noticed');
  const { deadlines, invited } = rulesOf(facts, noticed);
  const { closed, closesAt, shut } = closingOf(facts, past);
  const stage = stageOf(facts, noticed.body, stageId);
  const frozen = facts.one('list.frozen', stageId);
  const settled = facts.one('list.settled', stageId);
  if (!(closed.seq < frozen.seq && frozen.seq < settled.seq)) {
    stop('截标、冻结、确定名单的次序不对', 'closing, frozen and settled list do not stand in this order in the log');
  }
  const rows = settledRows(tender, stageId, frozen.body, settled.body);
  const base = { facts, notice: noticed.body, deadlines, shut, stage, settled, rows };
  if (!stage.invited) return { ...base, closesAt, closed };
  // Final quotes come in until their own deadline, and what is listed then is the last quote of each.
  const window = invited.get(stageId);
  if (!window) stop('该阶段的最后报价没有邀请', 'the final quotes of this stage have no invitation');
  const end = prolonged(past, window.from, window.until);
  if (frozen.ts < end) stop('最后报价在截止前即列入清单', 'the final quotes were listed before their deadline');
  return { ...base, closesAt: end, closed: frozen };
}

/** The last word of every bid before the closing. */
function lastWords({ facts, closed }) {
  const last = new Map();
  for (const { seq, kind, body } of facts.all) {
    if ((kind === 'bid.submitted' || kind === 'bid.withdrawn') && seq < closed.seq) last.set(body.bid, seq);
  }
  return last;
}

/** β by submission and bid key, as disclosed before the list was settled. */
function unlockedBefore({ facts, settled, stage }) {
  const betas = new Map();
  for (const { seq, body, key } of facts.each('bid.unlocked')) {
    if (seq >= settled.seq || body.stage !== stage.stage || !key) continue;
    for (const { submission, beta } of body.keys) {
      const name = `${submission}/${hex(key)}`;
      if (!betas.has(name)) betas.set(name, unhex(beta, 32));
    }
  }
  return betas;
}

function submittedAs(opening, tender, { bid, seq, submission }) {
  const fact = opening.facts.bySeq.get(seq);
  if (!fact) stop(`未证明第 ${seq} 条在日志中`, `entry ${seq}, which is to hold envelope ${submission}, was not proven to be in the log`);
  const own = fact.kind === 'bid.submitted' ? fact.body.envelopes.filter((one) => one.submission === submission) : [];
  if (own.length !== 1 || fact.body.bid !== bid || fact.body.tender !== tender || !fact.key) {
    stop(`第 ${seq} 条中没有投标 ${bid} 的信封 ${submission}`, `entry ${seq} does not hold envelope ${submission} of bid ${bid}`);
  }
  const arrived = fact.at.get('@arrived');
  const shutOut = opening.shut.some(({ from, until }) => from <= arrived && arrived < until);
  if (!(arrived < opening.closesAt) || shutOut || seq > opening.closed.seq) {
    stop(`信封 ${submission} 未在截止前递交`, `envelope ${submission} was not handed in before the deadline`);
  }
  const [envelope] = own;
  if (envelope.key_id !== opening.stage.key_id) {
    stop(`信封 ${submission} 封给另一把密钥`, `envelope ${submission} is sealed to another key than that of this stage`);
  }
  if (!opening.stage.parts.some(({ part }) => part === envelope.part)) {
    stop(`信封 ${submission} 的部分不在本阶段开启`, `envelope ${submission} is a part that is not opened in this stage`);
  }
  return { envelope, rules: fact.body.rules, key: checkKey(fact.key) };
}

function labelOf(opening, tender, { envelope, rules, key }) {
  const closesAt = opening.deadlines.get(rules);
  if (closesAt === undefined) {
    stop(
      `信封 ${envelope.submission} 确认的规则不属于本项目`,
      `envelope ${envelope.submission} acknowledges rules that this tender never had`,
    );
  }
  return {
    tender, lot: envelope.lot, part: envelope.part, closesAt,
    submission: unhex(envelope.submission, 16), signer: fingerprint(key), keyId: unhex(envelope.key_id, 32),
    rules: unhex(rules, 32), blk: unhex(envelope.blk, 32),
  };
}

function checkLock(opening, label, beta, submission) {
  const { bidder_lock: locked } = opening.notice.opening;
  if (equal(label.blk, NO_LOCK) === locked) {
    stop(`信封 ${submission} 与公告对投标人解密的规定不符`, `envelope ${submission}: notice and envelope do not agree on the bidder lock`);
  }
  if (locked && !fits(TREE64K, label, beta)) {
    stop(`信封 ${submission} 未由投标人解密`, `envelope ${submission} was not unlocked by its bidder before the list was settled`);
  }
}

/**
 * Checks the whole settled list against the facts and the key; multiplies nothing.
 * @param {{tender: string, stage: string, facts: Fact[], view: import('./custody.js').View, slot: number, now: number,
 *   onChecked?: (done: number, of: number) => void}} question now: this machine's own clock, ms
 * @returns {Promise<{opening: object, certificate: object, targets: import('./shares.js').Target[]}>}
 */
export async function checkList({ tender, stage, facts, view, slot, now, onChecked }) {
  const opening = openingOf(tender, stage, facts);
  if (now < opening.closesAt) {
    stop('时间未到：本机时钟早于截止时间', `too early: this machine's clock says ${new Date(now).toISOString()}, the deadline is ${new Date(opening.closesAt).toISOString()}`);
  }
  const certificate = await signedCertificate(view, slot);
  if (opening.stage.key_id !== hex(certificate.keyId)) {
    stop('该阶段封给另一把密钥', 'the stage is sealed to another key than the one of this ceremony');
  }
  const betas = unlockedBefore(opening);
  const last = lastWords(opening);
  const points = new Set();
  const targets = [];
  for (const row of opening.rows) {
    const { submission } = row;
    const found = submittedAs(opening, tender, row);
    if ((last.get(row.bid) ?? -1) > row.seq) {
      stop(`信封 ${submission} 后来被替换或撤回`, `envelope ${submission} was replaced or withdrawn later`);
    }
    const label = labelOf(opening, tender, found);
    let checked;
    try {
      checked = await checkEnvelope({ label, y: certificate.y, record: found.envelope, signer: found.key });
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      stop(`信封 ${submission}:${error.zh}`, `envelope ${submission}: ${error.en}`);
    }
    if (hex(checked.envelopeHash) !== row.envelope) {
      stop(`信封 ${submission} 的哈希与名单不符`, `envelope ${submission} has another hash than the list says`);
    }
    const point = pointHex(checked.header.r);
    if (points.has(point)) stop(`信封 ${submission} 的 R 与前面的相同`, `envelope ${submission} has the same R as an earlier one`);
    points.add(point);
    checkLock(opening, label, betas.get(`${submission}/${hex(found.key)}`), submission);
    const { header, bodyDigest } = checked;
    targets.push({ suite: TREE64K, y: certificate.y, label: labelDigest(TREE64K, label), bodyDigest, header });
    onChecked?.(targets.length, opening.rows.length);
  }
  return { opening, certificate, targets };
}

/**
 * The body of `share.given`: the partial openings of the whole list, after all of it was checked.
 * @param {import('./custodian.js').Custodian} custodian
 * @param {Parameters<typeof checkList>[0]} question
 */
export async function answerList(custodian, question) {
  const { opening, targets } = await checkList(question);
  const { index, share } = await shareOf(custodian, question.view, question.slot);
  const partials = targets.map((target) => hex(partialBytes(openPartially(target, index, share))));
  return { index, list: opening.settled.body.list, partials, stage: question.stage, tender: question.tender };
}
