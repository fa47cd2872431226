// Checks 30 to 33 and 35: panel, sheets, arithmetic, candidates and award.
// Invariant: the ranking is computed from the record's prices, the notice's method and the revealed sheets, and only
// then compared.

import { hex, lp, unhex } from '../bytes.js';
import { spell, spellText } from '../canonical.js';
import { sha256Sync } from '../hash-sync.js';
import { after } from './after.js';
import { results } from './arithmetic.js';
import { holders, inForce, latest, walk } from './panel.js';
import { evaluated, failed } from './qualification.js';
import { NotApplicable } from './report.js';
import * as steps from './steps.js';

const methodOf = (rec) => rec.mine('tender.noticed')[0]?.body.method ?? null;

/** Whether two optional values are the same. */
const same = (left, right) =>
  left === undefined || right === undefined ? left === right : spellText(left) === spellText(right);

/** The number of seats; throws where there is no panel to look at. */
function seatsNeeded(rec) {
  const method = methodOf(rec);
  if (method === null) throw new NotApplicable('尚无公告', 'there is no notice yet');
  if (method.panel === 0) throw new NotApplicable('该方法没有评标委员会', 'the method has no panel');
  if (rec.mine('panel.appointed', 'call.answered', 'representatives.named').length === 0) {
    throw new NotApplicable('评标委员会尚未公开', 'the panel is not disclosed yet');
  }
  return method.panel;
}

const heldBy = (rec, fact) => {
  const name = rec.accountOf(fact)?.name;
  return name !== undefined && holders(rec, fact.seq).get(fact.body.seat) === name ? name : null;
};

/** The smallest panel of a law; 0 where none speaks (招标投标法37; 87号令47; 74号令7). */
function smallest(rec, regime) {
  const { lots, method } = rec.mine('tender.noticed')[0].body;
  const yuan = lots.filter(({ estimate }) => estimate.currency === 'CNY');
  const budget = yuan.reduce((total, { estimate }) => total + estimate.minor, 0);
  if (regime === 'works') return 5;
  if (regime !== 'government_procurement') return 0;
  if (method.basis === 'negotiation' || method.basis === 'consultation') return 3;
  return budget >= 1_000_000_000 ? 7 : 5;
}

/** Check 30: the panel is full, expert, lawfully made up and without conflicts. */
export function check30(check, rec) {
  const needed = seatsNeeded(rec);
  const seats = walk(check, rec, needed);
  check.expect(seats.size === needed, `${seats.size} 席,应为 ${needed} 席`, `${seats.size} seats, the method says ${needed}`);
  const names = new Set([...seats.values()].map((held) => held.name));
  check.expect(names.size === seats.size, '一人占两席', 'an account holds two seats');
  for (const [seat, { name, free }] of seats) {
    const expert = rec.accounts.get(name)?.roles.has('expert');
    check.expect(expert, `席位 ${seat}:${name} 不是专家`, `seat ${seat}: ${name} is no expert`);
    const en = `seat ${seat}: ${name} did not declare to be free of conflicts`;
    check.expect(free, `席位 ${seat}:${name} 未声明无利害关系`, en);
  }
  for (const fact of rec.mine('recusal.declared')) {
    const { seat } = fact.body;
    const own = heldBy(rec, fact) !== null;
    check.expect(own, `席位 ${seat}:声明人不是其成员`, `seat ${seat}: declared by one who does not hold it`, fact.seq);
  }
  const named = new Set(rec.mine('representatives.named').flatMap(({ body }) => Object.keys(body.seats)));
  const represent = [...seats.keys()].filter((seat) => named.has(seat)).length;
  check.expect(3 * represent <= needed, '招标人代表超过三分之一', 'more than a third sits for the buyer');
  const regime = rec.mine('tender.registered')[0]?.body.regime ?? 'free';
  const least = smallest(rec, regime);
  const odd = least === 0 || (needed >= least && needed % 2 === 1);
  check.expect(odd, `评标委员会 ${needed} 人,法定为 ${least} 人以上单数`, `a panel of ${needed}; the law asks for an odd one of at least ${least}`);
  for (const { body, seq } of rec.mine('panel.appointed').slice(0, 1)) {
    const lawful = regime === 'free' || (body.reason ?? '').trim() !== '';
    check.expect(lawful, '未经抽取直接确定且未说明理由', 'appointed without a draw and without a reason', seq);
  }
  check.note(`${seats.size} 席`, `${seats.size} seats`);
}

function onceByHolder(check, rec, fact, seen, zh, en) {
  const { seat } = fact.body;
  check.expect(!seen.has(seat), `席位 ${seat} 两次${zh}`, `seat ${seat} ${en} twice`, fact.seq);
  seen.add(seat);
  check.expect(heldBy(rec, fact) !== null, `席位 ${seat}:不是其成员所为`, `seat ${seat}: not by its holder`, fact.seq);
}

const isEverySeat = (rec, seen) => {
  const seats = holders(rec);
  return seen.size === seats.size && [...seats.keys()].every((seat) => seen.has(seat));
};

/** Check 31: every seat committed before any revealed. */
export function check31(check, rec) {
  seatsNeeded(rec);
  const committed = inForce(rec, 'score.committed');
  const [revealed] = inForce(rec, 'score.revealed');
  if (committed.length === 0) throw new NotApplicable('没有评分承诺,或尚未公开', 'no sheet is committed, or none disclosed');
  const seen = new Set();
  for (const fact of committed) {
    onceByHolder(check, rec, fact, seen, '承诺', 'committed');
    const before = !revealed || fact.seq < revealed.seq;
    const { seat } = fact.body;
    check.expect(before, `席位 ${seat} 在首次公布后承诺`, `seat ${seat} committed after the first reveal`, fact.seq);
  }
  check.expect(isEverySeat(rec, seen), '并非每席都有承诺', 'not every seat committed');
  check.note(`${seen.size} 份承诺`, `${seen.size} commitments`);
}

/** Check 32: what was revealed is what was committed to. */
export function check32(check, rec) {
  seatsNeeded(rec);
  const revealed = inForce(rec, 'score.revealed');
  if (revealed.length === 0) throw new NotApplicable('没有公布的评分,或尚未公开', 'no sheet is revealed, or none disclosed');
  const promised = new Map();
  for (const { body } of inForce(rec, 'score.committed')) {
    if (!promised.has(body.seat)) promised.set(body.seat, body.commitment);
  }
  const opened = rec.mine('evaluation.opened')[0];
  const codes = opened ? new Set(opened.body.bids.map((row) => row.code)) : null;
  const seen = new Set();
  for (const fact of revealed) {
    const { seat, salt, sheet } = fact.body;
    onceByHolder(check, rec, fact, seen, '公布', 'revealed');
    const commitment = hex(sha256Sync(lp('kaibiao/score/v1', rec.tender, seat, unhex(salt), spell(sheet))));
    const kept = promised.get(seat) === commitment;
    check.expect(kept, `席位 ${seat}:评分不是所承诺的`, `seat ${seat}: the sheet is not the committed one`, fact.seq);
    const wrong = codes === null ? null : sheetProblem(methodOf(rec), codes, sheet);
    if (wrong) check.fail(`席位 ${seat}:${wrong.zh}`, `seat ${seat}: ${wrong.en}`, fact.seq);
  }
  if (latest(rec, 'evaluation.concluded').length > 0) {
    check.expect(isEverySeat(rec, seen), '并非每席都已公布', 'not every seat revealed');
  }
  check.note(`${seen.size} 份评分`, `${seen.size} sheets`);
}

/** item → highest value, for every item that a sheet of the method has. */
function limitsOf(method) {
  if (method.method === 'composite') return new Map(method.items.map((row) => [row.item, row.max]));
  if (method.method === 'lowest_evaluated') return new Map(method.must_pass.map((item) => [item, 1]));
  const judged = method.items.filter((row) => row.steps.length === 0);
  return new Map(judged.map((row) => [row.item, row.max]));
}

/** What is wrong with a sheet; null if it has one value in range for every code and item. */
function sheetProblem(method, codes, sheet) {
  const limits = limitsOf(method);
  const names = Object.keys(sheet);
  if (names.length !== codes.size || !names.every((code) => codes.has(code))) {
    return { zh: '其代号不是评标的代号', en: 'its codes are not those of the evaluation' };
  }
  for (const [code, row] of Object.entries(sheet)) {
    const items = Object.keys(row);
    if (items.length !== limits.size || !items.every((item) => limits.has(item))) {
      return { zh: `${code}:其项目不是方法所列`, en: `${code}: its items are not those of the method` };
    }
    const bad = items.find((item) => !(row[item] >= 0 && row[item] <= limits.get(item)));
    if (bad !== undefined) {
      return { zh: `${code}:${bad} 为 ${row[bad]},超出范围`, en: `${code}: ${bad} is ${row[bad]}, out of range` };
    }
  }
  return null;
}

/** `bid/lot` → price and deviations of the opened letters with a price. */
function expectedBids(rec) {
  const out = new Map();
  for (const { body } of rec.mine('opening.recorded')) {
    for (const { bid, parts } of body.bids) {
      for (const { letter, lot } of parts) {
        if (letter?.price !== undefined) out.set(`${bid}/${lot}`, { lot, price: letter.price, deviations: letter.deviations, brand: letter.brand });
      }
    }
  }
  return out;
}

/** Of `expectedBids` those of which no part stayed closed. */
function wholeBids(rec) {
  const bids = rec.mine('opening.recorded').flatMap(({ body }) => body.bids);
  const closed = bids.flatMap(({ bid, parts }) => parts.filter(({ unopened }) => unopened).map(({ lot }) => `${bid}/${lot}`));
  return new Map([...expectedBids(rec)].filter(([key]) => !closed.includes(key)));
}

const saidAlike = (left, right) => ['price', 'deviations', 'brand'].every((name) => same(left[name], right[name]));

function openedOn(check, rec, { body, seq }, codes) {
  const say = (good, zh, en) => check.expect(good, zh, en, seq);
  const lots = new Map(rec.mine('tender.noticed')[0].body.lots.map((row) => [row.lot, row]));
  const whole = wholeBids(rec);
  const due = evaluated(check, rec, methodOf(rec), { body, seq }, new Set(whole.keys()));
  const expected = new Map([...whole].filter(([key]) => due.has(key)));
  const rows = body.bids;
  const sorted = rows.every((row, n) => n === 0 || rows[n - 1].code <= row.code);
  say(sorted, '代号投标次序不对', 'the coded bids are out of order');
  const closed = rec.mine('opening.closed').some((fact) => fact.seq === body.opening && fact.seq < seq);
  say(closed, '所称 opening.closed 不是本项目的', 'does not name the opening.closed of this tender');
  say(same(body.method, methodOf(rec)), '方法不是公告的', "the method is not the notice's");
  const way = body.way === undefined || body.way === steps.wayOf(rec);
  say(way, '交易方式不是公告的', "the trade method is not the notice's");
  say(rows.length === expected.size, `${rows.length} 份代号投标,开启 ${expected.size} 份`, `${rows.length} coded bids, ${expected.size} were opened and passed`);
  const used = new Set();
  for (const row of rows) {
    const lot = lots.get(row.lot);
    const limits = lot && same(row.ceiling, lot.ceiling) && same(row.floor, lot.floor);
    say(limits, `${row.code}:限价不是标段的`, `${row.code}: ceiling or floor are not the lot's`);
    const found = [...expected].find(([key, value]) => {
      const right = codes === null ? value.lot === row.lot : key === `${codes[row.code]}/${row.lot}`;
      return right && !used.has(key) && saidAlike(value, row);
    });
    const fits = found !== undefined;
    if (say(fits, `${row.code}:报价与偏差不是开启的投标函的`, `${row.code}: not the price and deviations of an opened letter`)) {
      used.add(found[0]);
    }
  }
}

/** Check 33: the evaluation was made on the record, and its arithmetic is right. */
export function check33(check, rec) {
  const opened = rec.mine('evaluation.opened');
  const concluded = latest(rec, 'evaluation.concluded');
  if (methodOf(rec) !== null && failed(check, rec, methodOf(rec), new Set(wholeBids(rec).keys()))) {
    const none = opened.length === 0 && concluded.length === 0;
    check.expect(none, '合格者不足仍评标', 'evaluated although too few passed');
    return;
  }
  if (opened.length === 0) {
    throw new NotApplicable('评标未开始,或尚未公开', 'the evaluation is not opened yet, or not disclosed');
  }
  if (methodOf(rec) === null) throw new NotApplicable('没有公告', 'there is no notice');
  const once = opened.length === 1 && concluded.length <= 1 + rec.mine('score.changed').length;
  check.expect(once, '评标开始或结束两次', 'the evaluation is opened or concluded twice');
  const drawn = rec.mine('codes.drawn');
  const codes = drawn[0]?.body.codes ?? null;
  const rows = opened[0].body.bids;
  const names = new Set(rows.map((row) => row.code));
  if (codes !== null) {
    check.expect(drawn.length === 1, '代号抽取两次', 'codes are drawn twice', drawn[0].seq);
    const known = Object.keys(codes).length === names.size && Object.keys(codes).every((code) => names.has(code));
    check.expect(known, '代号属于别的投标', 'codes of other bids', drawn[0].seq);
  }
  openedOn(check, rec, opened[0], codes);
  if (concluded.length === 0) {
    check.note('评标尚未结束', 'the evaluation is not concluded yet');
    return;
  }
  compareResults(check, rec, concluded, opened[0], codes, names);
}

function compareResults(check, rec, concluded, opened, codes, names) {
  const method = methodOf(rec);
  const [{ seq }] = concluded;
  check.expect(opened.seq < seq, '结束早于开始', 'concluded before it was opened', seq);
  const sheets = new Map(inForce(rec, 'score.revealed').map(({ body }) => [body.seat, body.sheet]));
  if (codes === null || (method.panel > 0 && sheets.size !== method.panel)) {
    check.fail(
      '评标已结束,代号或评分却未公开',
      'codes or sheets are not disclosed although the evaluation is concluded',
      seq,
    );
    return;
  }
  // A sheet that cannot be computed with is what check 32 finds; here there is nothing to compare then.
  if ([...sheets.values()].some((sheet) => sheetProblem(method, names, sheet) !== null)) {
    check.note('评分表不可计算,见第 32 项', 'a sheet cannot be computed with, see 32', seq);
    return;
  }
  steps.extensions(check, rec, [...holders(rec).keys()]);
  if (check.failures.length > 0) return;
  for (const result of concluded) compareResult(check, rec, result, opened, codes, sheets);
}

function compareResult(check, rec, { body, seq }, opened, codes, sheets) {
  const method = methodOf(rec);
  const now = steps.changed(check, rec, sheets, limitsOf(method), seq);
  const given = steps.given(check, rec, method, opened.body.bids, sheets.size, seq);
  const mine = results(method, opened.body.bids, [...now.values()], codes, given);
  for (let n = 0; n < Math.max(mine.length, body.lots.length); n += 1) {
    const [computed, said] = [mine[n], body.lots[n]].map((lot) => (lot === undefined ? '–' : spellText(lot)));
    check.expect(computed === said, `重新计算得 ${computed},记录为 ${said}`, `recomputed ${computed}, the record says ${said}`, seq);
  }
  check.note(
    `${body.lots.length} 个标段,${sheets.size} 份评分,精确重算`,
    `${body.lots.length} lots, ${sheets.size} sheets, recomputed exactly`,
    seq,
  );
}

/** Check 35: candidates and award follow from the ranking. */
export function check35(check, rec) {
  const shown = rec.mine('candidates.publicised');
  const awards = rec.mine('award.made');
  const followed = after(check, rec);
  if (shown.length === 0) {
    if (awards.length === 0 && followed) return;
    if (awards.length === 0) throw new NotApplicable('尚未公示候选人', 'no candidates are publicised yet');
    check.fail('未公示候选人即定标', 'an award without publicised candidates', awards[0].seq);
    return;
  }
  const concluded = new Map(rec.mine('evaluation.concluded').map((fact) => [fact.seq, fact]));
  for (const fact of shown) {
    const result = concluded.get(fact.body.evaluation);
    const about = result && result.seq < fact.seq;
    if (check.expect(about, '所依据的不是评标结果', 'is not about the result of the evaluation', fact.seq)) {
      candidates(check, rec, fact, result);
    }
  }
  check.expect(awards.length <= 1, '定标两次', 'the award is made twice');
  for (const fact of awards) {
    const before = shown.filter((other) => other.seq < fact.seq).at(-1);
    if (check.expect(before, '定标早于候选人公示', 'an award before the candidates', fact.seq)) award(check, fact, before);
  }
  const count = shown.at(-1).body.candidates.length;
  check.note(
    `${count} 名候选人,${awards.length > 0 ? '已定标' : '尚未定标'}`,
    `${count} candidates, ${awards.length > 0 ? 'award made' : 'no award yet'}`,
  );
}

function candidates(check, rec, { body, seq }, result) {
  const prices = expectedBids(rec);
  const accounts = new Map(rec.mine('bid.entered').map((fact) => [fact.body.bid, fact.body.account]));
  const wanted = new Map(
    result.body.lots.map(({ lot, ranking }) => [
      lot,
      ranking.map(({ bid, rank }) => ({
        account: accounts.get(bid) ?? null,
        bid,
        lot,
        price: prices.get(`${bid}/${lot}`)?.price ?? null,
        rank,
      })),
    ]),
  );
  const lots = new Set(body.candidates.map((row) => row.lot));
  for (const [lot, rows] of wanted) if (rows.length > 0) lots.add(lot);
  for (const lot of lots) {
    const got = body.candidates.filter((row) => row.lot === lot);
    const first = (wanted.get(lot) ?? []).slice(0, got.length);
    const good = got.length > 0 && same(got, first);
    check.expect(
      good,
      `标段 ${lot}:候选人不是排名在前的`,
      `lot ${lot}: the candidates are not the first of the ranking`,
      seq,
    );
  }
}

function award(check, { body, seq }, shown) {
  const seen = new Set();
  for (const row of body.awards) {
    const { lot } = row;
    check.expect(!seen.has(lot), `标段 ${lot} 定标两次`, `lot ${lot} is awarded twice`, seq);
    seen.add(lot);
    const match = shown.body.candidates.find(
      (one) => one.account === row.account && one.bid === row.bid && one.lot === lot && same(one.price, row.price),
    );
    const named = `lot ${lot}: the award is to no candidate, or at another price`;
    if (!check.expect(match, `标段 ${lot}:中标人不是候选人,或价格不符`, named, seq)) continue;
    const reasoned = match.rank === 1 || (row.deviation ?? '').trim() !== '';
    check.expect(reasoned, `标段 ${lot}:未说明理由而选较后名次`, `lot ${lot}: a lower rank without a reason`, seq);
  }
  const lots = new Set(shown.body.candidates.map((row) => row.lot));
  const whole = seen.size === lots.size && [...lots].every((lot) => seen.has(lot));
  check.expect(whole, '并非每个有候选人的标段都已定标', 'not every lot with candidates is awarded', seq);
}
