// Check 29: draws computed again from request, frozen pool, pinned head and contributions (section 8.5).
// Invariant: the seed is computed from the contributions alone, and only then compared with the one on record.

import { Wrong, equal, hex, lp, u64be, unhex } from '../bytes.js';
import { spell, spellText } from '../canonical.js';
import { Numbers, drawSeed, hashOfAll } from '../draw.js';
import { sha256Sync } from '../hash-sync.js';
import { rootsAt } from '../merkle.js';
import { combine, contributionHolds, readPartial } from '../shares.js';
import { furtherDraws } from './further.js';
import { NotApplicable } from './report.js';

/** Facts that only a draw may bring about. */
const FOUNDED = ['pool.frozen', 'draw.completed', 'coefficient.drawn', 'tie.drawn', 'expert.called'];
const SCALES = [100, 10, 1];

/** Check 29. */
export function check29(check, rec, keys) {
  const requested = rec.mine('draw.requested');
  everythingDue(check, rec);
  nothingUnfounded(check, rec, requested);
  furtherDraws(check, rec, requested);
  if (requested.length === 0 && check.failures.length === 0) {
    throw new NotApplicable('本项目没有随机抽取', 'this tender has no draw');
  }
  for (const fact of requested) {
    const { draw } = fact.body;
    try {
      drawn(check, rec, keys, fact);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      check.failWith(error, `抽取 ${draw}`, `the draw ${draw}`, fact.seq);
    }
  }
  check.note(`重算了 ${requested.length} 项抽取`, `${requested.length} draws recomputed`);
}

/** What the method leaves to a draw was drawn before the result. */
function everythingDue(check, rec) {
  const [concluded] = rec.mine('evaluation.concluded');
  const method = rec.mine('tender.noticed')[0]?.body.method;
  if (!concluded || method?.method !== 'declared') return;
  const before = (kind) => rec.mine(kind).some((fact) => fact.seq < concluded.seq);
  const zh = '评标办法规定抽取的事项未经抽取即已得出结果';
  const en = 'there is a result although what the method leaves to a draw was not drawn before it';
  const values = method.drawn.length === 0 || before('coefficient.drawn');
  const order = !method.ties.some((tie) => tie.by === 'drawn') || before('tie.drawn');
  check.expect(values && order, zh, en, concluded.seq);
}

/** Nothing that only a draw brings about stands there without one; coefficients and ties are drawn once. */
function nothingUnfounded(check, rec, requested) {
  const names = new Set(requested.map(({ body }) => body.draw));
  check.expect(names.size === requested.length, '同一抽取被申请两次', 'a draw was asked for twice');
  for (const { body, seq } of rec.mine(...FOUNDED)) {
    const founded = requested.some((one) => one.body.draw === body.draw && one.seq < seq);
    check.expect(founded, `无人申请抽取 ${body.draw}`, `nobody asked for the draw ${body.draw}`, seq);
  }
  for (const what of ['coefficients', 'order']) {
    const second = requested.filter(({ body }) => body.subject.for === what)[1];
    check.expect(!second, '系数或并列顺序被第二次申请抽取', 'coefficients or the order were asked for twice', second?.seq);
  }
}

/** The fact of a kind that belongs to a draw; throws if there are two. */
function only(rec, kind, draw) {
  const [first, second] = rec.mine(kind).filter(({ body }) => body.draw === draw);
  if (second) throw new Wrong(`有第二条 ${kind}`, `has a second ${kind}`);
  return first ?? null;
}

const identity = (rec, draw, name, salt) => hex(sha256Sync(lp('kaibiao/drawn/v1', rec.tender, draw, name, salt)));

/** The filters that every draw of experts applies, in order. */
function filtersOf(rec) {
  const works = rec.mine('tender.registered')[0]?.body.regime === 'works';
  const qualified = works ? ['qualified'] : [];
  return ['suspended', 'speciality', 'region', ...qualified, 'party', 'employer', 'past', 'kin', 'consultant'];
}

function pool(check, rec, { body: { subject } }, { body, seq }) {
  const { ids, filters } = body;
  const say = (good, zh, en) => check.expect(good, zh, en, seq);
  say(ids.every((id, n) => n === 0 || ids[n - 1] < id), '冻结名单未按序排列', 'the frozen pool is out of order');
  say(hex(hashOfAll(ids.map((id) => unhex(id)))) === body.pool, '名单与其哈希不符', 'the pool is not what its hash says');
  const rules = hex(sha256Sync(lp('kaibiao/eligibility/v1', spell(subject), ...filters)));
  say(rules === body.rules, '资格条件的哈希与申请不符', 'the rules are not those of the request');
  const coefficients = rec.mine('tender.noticed')[0]?.body.method.drawn ?? [];
  const wanted = { experts: subject.seats, coefficients: coefficients.length, order: ids.length }[subject.for];
  const due = subject.for === 'experts' ? filtersOf(rec) : [];
  const lawful = body.wanted === wanted && spellText(filters) === spellText(due);
  const empty = subject.for !== 'coefficients' || ids.length === 0;
  say(lawful && empty, '名单与申请不符,或未按法定条件筛选', 'the pool is not for what was asked, or not filtered so');
}

function contributions(check, rec, { ceremony, key }, pinned, completed, alpha) {
  const { draw } = pinned.body;
  const given = new Map();
  for (const fact of rec.mine('draw.answered')) {
    if (fact.body.draw !== draw) continue;
    const { index, part } = fact.body;
    const signer = ceremony.signer(index);
    const share = key.shares[index - 1];
    const partial = readPartial(unhex(part));
    const good = signer !== null && equal(signer, fact.key) && share && contributionHolds({ y: key.y, alpha, index }, share, partial);
    check.expect(good, `第 ${index} 号保管人的份额不成立`, `the contribution of custodian ${index} does not hold`, fact.seq);
    const timely = !given.has(index) && fact.seq > pinned.seq;
    check.expect(timely, `第 ${index} 号保管人提交过早或两次`, `custodian ${index}: twice or too early`, fact.seq);
    if (fact.seq < completed.seq) given.set(index, partial.d);
  }
  return [...given].map(([index, d]) => ({ index, d })).toSorted((left, right) => left.index - right.index);
}

function drawn(check, rec, keys, request) {
  const { draw, subject } = request.body;
  const [frozen, pinned, completed] = ['pool.frozen', 'draw.pinned', 'draw.completed'].map((kind) => only(rec, kind, draw));
  const after = frozen !== null && frozen.seq > request.seq;
  if (!check.expect(after, `抽取 ${draw} 没有冻结名单`, `no pool was frozen for ${draw}`, request.seq)) return;
  pool(check, rec, request, frozen);
  if (pinned === null || completed === null) {
    const early = rec.mine('coefficient.drawn', 'tie.drawn', 'expert.called').some(({ body }) => body.draw === draw);
    check.expect(!early, `抽取 ${draw} 尚未完成,却已有结果`, `something follows from ${draw}, which is not complete`, request.seq);
    return;
  }
  const size = frozen.seq + 1;
  const root = rootsAt(rec.leaves, [size]).get(size);
  const head = pinned.body.size === size && root && hex(root) === pinned.body.root;
  check.expect(head, '固定的日志头不是冻结名单之后的日志头', 'the head pinned is not that right after the frozen pool', pinned.seq);
  const found = keys.ofStage('draw');
  const own = found !== null && hex(found.key.keyId) === frozen.body.key_id;
  if (!check.expect(own, '不是本项目的抽取密钥', 'not the draw key of this tender', frozen.seq)) return;
  const { wanted } = frozen.body;
  const alpha = lp(rec.tender, draw, u64be(wanted), ...[frozen.body.pool, frozen.body.rules, pinned.body.root].map((one) => unhex(one)));
  const given = contributions(check, rec, found, pinned, completed, alpha);
  const quorum = given.slice(0, found.ceremony.k);
  const enough = quorum.length === found.ceremony.k;
  const named = enough && spellText(quorum.map(({ index }) => index)) === spellText(completed.body.quorum);
  if (!check.expect(named, '份额组合不符', 'not the quorum', completed.seq)) return;
  const seed = drawSeed(alpha, combine(found.ceremony.k, quorum));
  const follows = hex(seed) === completed.body.seed;
  if (!check.expect(follows, '种子与保管人份额不符', 'the seed does not follow', completed.seq)) return;
  consequences(check, rec, { draw, subject, wanted, seed, completed, ids: frozen.body.ids });
}

function consequences(check, rec, found) {
  const { draw, subject, seed, completed, ids } = found;
  const numbers = new Numbers(seed);
  if (subject.for === 'coefficients') {
    const fact = only(rec, 'coefficient.drawn', draw);
    const method = rec.mine('tender.noticed')[0]?.body.method;
    const values = Object.fromEntries(method.drawn.map((one) => [one.name, coefficient(numbers, one)]));
    const same = fact !== null && fact.seq > completed.seq && spellText(fact.body.values) === spellText(values);
    check.expect(same, '系数与种子及规定范围不符', 'the coefficients are not those that the seed gives', completed.seq);
    return;
  }
  const order = [...ids];
  for (let at = 0; at < order.length; at += 1) {
    const other = at + numbers.below(order.length - at);
    [order[at], order[other]] = [order[other], order[at]];
  }
  if (subject.for === 'order') {
    const fact = only(rec, 'tie.drawn', draw);
    const mine = (fact?.body.order ?? []).map((code) => identity(rec, draw, code, new Uint8Array(32)));
    const same = fact !== null && fact.seq > completed.seq && spellText(mine) === spellText(order);
    check.expect(same, '并列顺序与抽取结果不符', 'the order for ties is not the one drawn', completed.seq);
    // The codes are shown with the rest of the evaluation.
    const codes = rec.mine('codes.drawn')[0]?.body.codes;
    const all = codes === undefined || Object.keys(codes).length === mine.length;
    check.expect(all, '顺序未包含全部编号', 'the order does not hold every code', completed.seq);
  } else if (rec.mine('award.made').length > 0) {
    calls(check, rec, found, order);
  }
}

/** One coefficient: by steps, or digit by digit. */
function coefficient(numbers, { by_digits: byDigits, from, to, step }) {
  if (!byDigits) return from + step * numbers.below(Math.floor((to - from) / step) + 1);
  let [low, high] = [from, to];
  for (const scale of SCALES) {
    const first = Math.floor(low / scale);
    const start = (first + numbers.below(Math.floor(high / scale) - first + 1)) * scale;
    [low, high] = [Math.max(low, start), Math.min(high, start + scale - 1)];
  }
  return low;
}

/** Calls take the order place by place, to seats that are vacant; answers come in time. */
function calls(check, rec, { draw, wanted, completed }, order) {
  const called = rec.mine('expert.called').filter(({ body }) => body.draw === draw);
  const of = (kind) => rec.mine(kind).filter(({ body }) => body.draw === draw);
  const seats = new Set(Array.from({ length: wanted }, (_, n) => `${draw}-${n + 1}`));
  for (const [place, { body, seq }] of called.entries()) {
    const { expert, seat } = body;
    const due = body.place === place && order[place] === identity(rec, draw, expert, unhex(body.salt));
    check.expect(due, `${expert} 并非第 ${body.place} 位应抽取的专家`, `${expert} is not due at place ${body.place}`, seq);
    const fits = seats.has(seat) && seq > completed.seq;
    check.expect(fits, `席位 ${seat} 不由该抽取填补`, `the draw does not fill the seat ${seat}`, seq);
    const held = called.slice(0, place).findLast((other) => other.body.seat === seat);
    const vacant = !held || ended(rec, of, held, seq);
    check.expect(vacant, `席位 ${seat} 并未空缺`, `${expert} was called to ${seat} while it was not vacant`, seq);
  }
  const enough = called.length >= Math.min(wanted, order.length);
  check.expect(enough, '通知的专家少于应抽取人数', 'too few were called', completed.seq);
  const said = new Set();
  for (const fact of of('call.answered')) {
    const { place } = fact.body;
    const call = called.find(({ body }) => body.place === place);
    const lapsed = of('call.lapsed').some(({ body, seq }) => body.place === place && seq < fact.seq);
    const timely = call !== undefined && fact.ts < call.body.until && !lapsed && !said.has(place);
    said.add(place);
    check.expect(timely, `第 ${place} 位的答复重复、未经通知或逾期`, `the answer for place ${place} comes twice, uncalled or late`, fact.seq);
  }
}

/** Whether a call had come to nothing, or its expert had left the seat, after it and before a position. */
function ended(rec, of, call, until) {
  const { place, seat } = call.body;
  const gone = [
    ...of('call.answered').filter(({ body }) => body.place === place && !body.accept),
    ...of('call.lapsed').filter(({ body }) => body.place === place),
    ...rec.mine('recusal.declared').filter(({ body }) => body.seat === seat && body.conflicts.length > 0),
    ...rec.mine('seat.vacated').filter(({ body }) => body.seat === seat),
    ...rec.mine('evaluation.reopened').filter(({ body }) => body.panel === 'new'),
  ];
  return gone.some(({ seq }) => call.seq < seq && seq < until);
}
