// Part of check 35: deposits that arrived, and what follows the award (record format, 8.9): contracts and deposits.
// Invariant: a contract is on the terms of award and bid, and every deposit has one fate.

import { dayOf } from '../days.js';

const KINDS = [
  'award.reported',
  'contract.filed',
  'contract.published',
  'contract.signed',
  'contract.supplemented',
  'deposit.kept',
  'deposits.received',
  'deposits.returned',
];

const within = (part, whole) =>
  part.currency === whole.currency && BigInt(part.minor) * 10n <= BigInt(whole.minor);

/** What contracts and deposits are compared with. */
class Scene {
  constructor(rec) {
    this.rec = rec;
    this.awards = rec.mine('award.made');
    this.records = rec.mine('opening.recorded');
    this.regime = rec.mine('tender.registered')[0]?.body.regime ?? null;
  }

  /** Time and award of a lot, made before a position; null without one. */
  award(lot, before) {
    for (const { body, seq, ts } of this.awards) {
      const award = body.awards.find((row) => row.lot === lot);
      if (seq < before && award) return { award, ts };
    }
    return null;
  }

  /** The parts of a bid in a lot that were read out before a position. */
  parts(bid, lot, before) {
    const bids = this.records.filter(({ seq }) => seq < before).flatMap(({ body }) => body.bids);
    return bids.filter((one) => one.bid === bid).flatMap(({ parts }) => parts.filter((part) => part.lot === lot));
  }

  /** Whether a withdrawn bid was for the lot. */
  withdrawn(bid, lot, before) {
    const gone = this.rec.mine('bid.withdrawn').some(({ body, seq }) => body.bid === bid && seq < before);
    const last = this.rec.mine('bid.submitted').filter(({ body }) => body.bid === bid).at(-1);
    return gone && last !== undefined && last.body.envelopes.some((envelope) => envelope.lot === lot);
  }
}

/** In what a contract is not that of award and bid; null if it is. */
function departs(scene, { body, seq, ts }) {
  const made = scene.award(body.lot, seq);
  if (made === null) return ['此前未定标', 'it was not awarded before'];
  const { award } = made;
  if (award.bid !== body.bid || award.account !== body.account) return ['相对方不是中标人', 'not with the winner'];
  if (award.price.minor !== body.price.minor || award.price.currency !== body.price.currency) {
    return ['价款与中标价不一致', "another price than the award's"];
  }
  const letters = scene.parts(body.bid, body.lot, seq).map(({ letter }) => letter);
  const letter = letters.filter((one) => one?.price !== undefined).at(-1);
  if (letter?.period_days !== body.period_days || letter.quality !== body.quality) {
    return ['质量或履行期限与投标不一致', "another quality or time than the bid's"];
  }
  if (body.signed_at > ts || dayOf(body.signed_at) < dayOf(made.ts)) {
    return ['签订时间早于定标或晚于登记', 'signed before the award or after its record'];
  }
  const { bond, price } = body;
  if (bond === undefined) return null;
  const bound = scene.regime === 'works' || scene.regime === 'government_procurement';
  const fits = bond.minor > 0 && bond.currency === price.currency && (!bound || within(bond, price));
  return fits ? null : ['履约保证金超过百分之十', 'its bond is above a tenth of it'];
}

function contracts(check, scene) {
  const signed = new Map();
  for (const fact of scene.rec.mine('contract.signed')) {
    const { lot } = fact.body;
    const wrong = departs(scene, fact);
    if (wrong) check.fail(`标段 ${lot} 的合同:${wrong[0]}`, `the contract of lot ${lot}: ${wrong[1]}`, fact.seq);
    check.expect(!signed.has(lot), `标段 ${lot} 重复登记合同`, `lot ${lot} has a second contract`, fact.seq);
    if (!signed.has(lot)) signed.set(lot, fact);
  }
  return signed;
}

function once(check, scene, signed, kind) {
  const seen = new Set();
  for (const { body, seq } of scene.rec.mine(kind)) {
    const known = signed.has(body.lot) && signed.get(body.lot).seq < seq && !seen.has(body.lot);
    const en = `lot ${body.lot} has no contract yet, or this is said of it twice`;
    check.expect(known, `标段 ${body.lot} 尚无合同,或重复登记`, en, seq);
    seen.add(body.lot);
  }
}

function supplements(check, scene, signed) {
  const sums = new Map();
  for (const { body, seq } of scene.rec.mine('contract.supplemented')) {
    const { change, lot } = body;
    sums.set(lot, (sums.get(lot) ?? 0) + change.minor);
    const contract = signed.get(lot);
    const whole = { currency: change.currency, minor: sums.get(lot) };
    const fits =
      contract !== undefined &&
      contract.seq < seq &&
      change.minor > 0 &&
      change.currency === contract.body.price.currency &&
      (scene.regime !== 'government_procurement' || within(whole, contract.body.price));
    const en = `the supplement of lot ${lot} has no contract, or is above a tenth of it`;
    check.expect(fits, `标段 ${lot} 补充合同无原合同,或累计超过百分之十`, en, seq);
  }
}

function ground(scene, signed, { body, seq }) {
  if (body.ground === 'fraud') return true;
  if (body.ground === 'revoked') {
    return scene.parts(body.bid, body.lot, seq).some(({ unopened }) => unopened?.cause.startsWith('bidder_'));
  }
  const contract = signed.get(body.lot);
  const free = contract === undefined || contract.seq > seq;
  return free && scene.award(body.lot, seq)?.award.bid === body.bid;
}

/** The deposits that the lots of a notice ask for. */
const askedBy = (noticed) => new Map((noticed?.body.lots ?? []).map(({ deposit, lot }) => [lot, deposit]));

/** How many payers a list has after a row; null if its number is neither a known one nor the next. */
function payers({ form, from }, known) {
  if (form === 'guarantee') return from === undefined ? known : null;
  return from !== undefined && from.payer >= 1 && from.payer <= known + 1 ? Math.max(known, from.payer) : null;
}

/** Lists of deposits that arrived; how many the last one has. */
function received(check, scene) {
  const { rec } = scene;
  const [noticed] = rec.mine('tender.noticed');
  const asked = askedBy(noticed);
  const lists = rec.mine('deposits.received');
  for (const { body, seq, ts } of lists) {
    const opened = scene.records.some((fact) => fact.seq < seq);
    const closed = rec.mine('contract.signed').some((fact) => fact.seq < seq);
    const early = 'deposits listed before the opening, or after a contract';
    check.expect(opened && !closed, '保证金到账情况登记于开标前或合同签订后', early, seq);
    const seen = new Set();
    let known = 0;
    for (const row of body.deposits) {
      const { amount, bid, lot } = row;
      const shown = scene.parts(bid, lot, seq).length > 0 || scene.withdrawn(bid, lot, seq);
      const sum = asked.get(lot)?.currency === amount.currency && amount.minor > 0;
      const timely = noticed !== undefined && noticed.ts <= row.received_at && row.received_at <= ts;
      const fits = shown && sum && timely && !seen.has(`${bid}/${lot}`);
      const zh = `标段 ${lot} 投标 ${bid} 的到账保证金:重复登记、此前未公开该投标,或金额、时间有误`;
      const en = `the deposit received of ${bid} in lot ${lot}: named twice, of no bid shown before, or with an impossible sum or time`;
      check.expect(fits, zh, en, seq);
      seen.add(`${bid}/${lot}`);
      const now = payers(row, known);
      const unnumbered = `the payer of the deposit of ${bid} is not numbered as the list asks`;
      check.expect(now !== null, `投标 ${bid} 保证金的付款人编号有误`, unnumbered, seq);
      known = now ?? known;
    }
  }
  return lists.at(-1)?.body.deposits.length ?? 0;
}

function deposits(check, scene, signed) {
  const { rec } = scene;
  const [noticed] = rec.mine('tender.noticed');
  const asked = askedBy(noticed);
  const seen = new Set();
  const settle = (seq, { amount, bid, interest = { currency: amount.currency, minor: 0 }, lot }, least) => {
    const most = asked.get(lot);
    const key = `${bid}/${lot}`;
    const fits =
      most !== undefined &&
      !seen.has(key) &&
      amount.currency === most.currency &&
      interest.currency === most.currency &&
      amount.minor >= least &&
      amount.minor <= most.minor &&
      interest.minor >= 0;
    const known = scene.parts(bid, lot, seq).length > 0 || scene.withdrawn(bid, lot, seq);
    const zh = `标段 ${lot} 投标 ${bid} 的保证金:重复处理、此前未公开该投标,或金额不符`;
    const en = `the deposit of ${bid} in lot ${lot}: settled twice, of no bid shown before, or another sum`;
    check.expect(fits && known, zh, en, seq);
    seen.add(key);
  };
  let bare = 0;
  for (const { body, seq, ts } of rec.mine('deposits.returned')) {
    let timely = noticed !== undefined && noticed.ts <= body.paid_at && body.paid_at <= ts;
    if (body.returned.length === 0) {
      const ended = rec.mine('tender.failed', 'tender.terminated').some((fact) => fact.seq < seq);
      const opened = scene.records.some((fact) => fact.seq < seq);
      timely = timely && ended && !opened && bare === 0;
      bare += 1;
    }
    const en = 'deposits paid back at an impossible time, or without names after an opening';
    check.expect(timely, '保证金退还时间有误,或开标后未列明投标', en, seq);
    for (const row of body.returned) settle(seq, row, 0);
  }
  for (const fact of rec.mine('deposit.kept')) {
    settle(fact.seq, fact.body, 1);
    const en = 'kept on a ground that the record contradicts';
    check.expect(ground(scene, signed, fact), '不退还保证金的理由与记录不符', en, fact.seq);
  }
  return seen.size;
}

/** Whether anything follows the award; what is wrong with it goes into the check. */
export function after(check, rec) {
  if (rec.mine(...KINDS).length === 0) return false;
  const scene = new Scene(rec);
  const signed = contracts(check, scene);
  for (const kind of ['contract.published', 'contract.filed']) once(check, scene, signed, kind);
  supplements(check, scene, signed);
  for (const [place, { seq }] of rec.mine('award.reported').entries()) {
    const late = place === 0 && scene.awards.some((award) => award.seq < seq);
    check.expect(late, '书面报告早于定标,或重复登记', 'a written report before the award, or a second one', seq);
  }
  const arrived = received(check, scene);
  const count = deposits(check, scene, signed);
  const en = `${signed.size} contracts, ${arrived} deposits received, ${count} accounted for`;
  check.note(`合同 ${signed.size} 份,到账保证金 ${arrived} 笔,已处理 ${count} 笔`, en);
  return true;
}
