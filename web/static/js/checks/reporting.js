// Check 38: the evaluation report equals the log (docs/record-format.md, 8.6).
// Invariant: the document is put together from the facts shown and only then compared with what the members signed.

import { hex } from '../bytes.js';
import { spell } from '../canonical.js';
import { sha256Sync } from '../hash-sync.js';
import { signedPart } from '../fact.js';
import { seated } from './panel.js';
import { NotApplicable } from './report.js';

/** Milliseconds in which an order may still be on its way to procurement. */
const ON_ITS_WAY = 60_000;

/** SHA-256 of the report document of the result at a position, or null. */
function digest(rec, concluded) {
  const result = rec.mine('evaluation.concluded').find(({ seq }) => seq === concluded);
  if (result === undefined) return null;
  const stream = `evaluation/${rec.tender}`;
  const own = [...rec.facts.values()]
    .filter((fact) => fact.stream === stream && fact.seq <= concluded && fact.kind !== 'facts.disclosed')
    .sort((left, right) => left.seq - right.seq);
  const candidates = result.body.lots
    .filter(({ ranking }) => ranking.length > 0)
    .map(({ lot, ranking }) => ({ bids: ranking.slice(0, 3).map(({ bid, code, rank }) => ({ bid, code, rank })), lot }));
  return hex(
    sha256Sync(
      spell({
        candidates,
        facts: own.map(({ body, kind, seq, ts }) => ({ at: ts, body: signedPart(kind, body), kind, seq })),
        format: 'kaibiao/report/v1',
        round: 1 + own.filter(({ kind }) => kind === 'evaluation.reopened').length,
        tender: rec.tender,
      }),
    ),
  );
}

const alike = (left, right) => JSON.stringify(left) === JSON.stringify(right);

/** A report is of the last result before it, names its round, and its document follows from the log. */
function equals(check, rec, { body, seq }, disclosed) {
  const last = rec.mine('evaluation.concluded').findLast((fact) => fact.seq < seq)?.seq;
  const en = 'the report is not of the last result before it';
  if (!check.expect(last === body.concluded, '评标报告所依据的并非其前最后的评标结果', en, seq)) return;
  const again = rec.mine('evaluation.reopened').filter((fact) => fact.seq < seq);
  check.expect(body.round === 1 + again.length, '评标报告所称轮次不符', 'the report names another round', seq);
  const same = !disclosed || digest(rec, body.concluded) === body.document;
  check.expect(same, '评标报告与日志不符', 'the evaluation report is not the one that follows from the log', seq);
}

/** What the seats said is what the completion says of them; each signed the digests on record, once and in time. */
function voices(check, rec, report, completed) {
  const spoken = new Map();
  for (const { body, seq, ts } of rec.mine('report.signed')) {
    if (seq < report.seq || seq > completed.seq) continue;
    const { seat } = body;
    const same = body.document === report.body.document && body.pdf === report.body.pdf;
    check.expect(same, `席位 ${seat} 签署的不是该报告`, `seat ${seat} signed another report`, seq);
    const once = !spoken.has(seat) && ts < report.body.until && !('dissent' in body && 'refused' in body);
    check.expect(once, `席位 ${seat} 重复、逾期签署,或既签署又拒签`, `seat ${seat} spoke twice, late, or both ways`, seq);
    spoken.set(seat, body);
  }
  const of = (test) => [...spoken].filter(([, body]) => test(body)).map(([seat]) => seat).sort();
  const silent = [...seated(rec, completed.seq)].filter((seat) => !spoken.has(seat)).sort();
  const { body } = completed;
  const fits =
    alike(body.signed, of((said) => !('refused' in said))) &&
    alike(body.refused, of((said) => 'refused' in said)) &&
    alike(body.dissenting, of((said) => 'dissent' in said)) &&
    alike(body.silent, silent);
  check.expect(fits, '完成记录与各席位的签署不符', 'the completion does not say what the seats said', completed.seq);
}

/** Whether one of the facts is the order that this fact obeys and repeats. */
const repeats = ({ body, seq }, orders) =>
  orders.some((one) => one.seq === body.seq && one.seq < seq && ['order', 'panel', 'reason'].every((name) => one.body[name] === body[name]));

/** Whether an order came back before there was a result, or the award was made while it was on its way. */
function givenBack(rec, { seq, ts, body: { order } }, award) {
  const back = rec.mine('instruction.returned').find(({ body }) => body.seq === seq && body.order === order);
  if (back === undefined) return false;
  if (back.seq < award.seq) return rec.mine('evaluation.concluded').every((fact) => fact.seq > back.seq);
  return award.ts - ts <= ON_ITS_WAY;
}

/** An order to evaluate again is obeyed by procurement, then by evaluation, before anything is awarded. */
function orders(check, rec, ordered, shown) {
  const revoked = rec.mine('candidates.revoked');
  for (const fact of revoked) {
    const en = 'candidates were revoked without such an order';
    check.expect(repeats(fact, ordered), '并无该监督指令,却撤销了中标候选人', en, fact.seq);
  }
  for (const [number, fact] of rec.mine('evaluation.reopened').entries()) {
    const good = fact.body.round === number + 2 && repeats(fact, revoked);
    check.expect(good, '并无该监督指令,却重新评标', 'the evaluation was done again without such an order', fact.seq);
  }
  for (const { body, seq } of shown) {
    const last = revoked.findLast((fact) => fact.seq < seq)?.seq ?? -1;
    const en = 'candidates of a revoked result were publicised again';
    check.expect(body.evaluation > last, '已撤销的评标结果再次公示', en, seq);
  }
  const award = rec.mine('award.made')[0];
  for (const order of ordered.filter(({ seq }) => seq < award?.seq)) {
    const obeyed = revoked.find(({ body }) => body.seq === order.seq);
    const anew = obeyed !== undefined && shown.some(({ seq }) => obeyed.seq < seq && seq < award.seq);
    const name = order.body.order;
    const good = anew || givenBack(rec, order, award);
    check.expect(good, `监督指令 ${name} 尚未执行即定标`, `awarded although order ${name} was not obeyed`, award.seq);
  }
}

/** Check 38: every report equals the log and is complete before its candidates are publicised. */
export function check38(check, rec) {
  const assembled = rec.mine('report.assembled');
  const completed = rec.mine('report.completed');
  const shown = rec.mine('candidates.publicised');
  const ordered = rec.mine('order.reevaluated');
  if (assembled.length + shown.length + ordered.length === 0) {
    throw new NotApplicable('尚无评标报告', 'there is no evaluation report yet');
  }
  const awarded = rec.mine('award.made').length > 0;
  const disclosed = awarded || rec.mine('evaluation.opened').length > 0;
  for (const fact of assembled) equals(check, rec, fact, disclosed);
  const done = new Map();
  const seen = new Set();
  for (const fact of completed) {
    const report = assembled.findLast(({ seq }) => seq < fact.seq);
    if (!check.expect(report?.body.document === fact.body.document, '没有这份报告', 'no such report', fact.seq)) continue;
    check.expect(!seen.has(report.seq), '评标报告重复完成', 'a report is complete twice', fact.seq);
    const timely = fact.body.silent.length === 0 || fact.ts >= report.body.until;
    const en = 'the report was closed before its time, with seats that had not spoken';
    check.expect(timely, '签署期限未满,尚有席位未表态即完成评标报告', en, fact.seq);
    seen.add(report.seq);
    done.set(report.body.concluded, fact.seq);
    if (awarded) voices(check, rec, report, fact);
  }
  for (const { body, seq } of shown) {
    const at = done.get(body.evaluation);
    check.expect(at !== undefined && at < seq, '报告完成之前即公示候选人', 'publicised before the report was complete', seq);
  }
  orders(check, rec, ordered, shown);
  check.note(
    `${assembled.length} 份评标报告,${completed.length} 份已完成`,
    `${assembled.length} reports, ${completed.length} complete`,
  );
}
