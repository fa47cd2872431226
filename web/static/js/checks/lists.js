// Check 21: the list of envelopes that were opened is exactly the one that the record asks for.
// Invariant: what belongs on a list is computed from bids, notice and earlier records, and only then compared.

import { compare, equal, hex, lp, unhex } from '../bytes.js';
import { sha256Sync } from '../hash-sync.js';
import { NotApplicable } from './report.js';

/** The hash of a list. @param {string} tender @param {string} stage @param {[Uint8Array, Uint8Array][]} rows */
export function listHash(tender, stage, rows) {
  const sorted = [...rows].sort(([a], [b]) => compare(a, b));
  return sha256Sync(lp('kaibiao/list/v1', tender, stage, ...sorted.flat()));
}

/** The `bid/lot` pairs of which every part of this stage was opened. */
function wentThrough(rec, stage) {
  const whole = new Set();
  const closed = new Set();
  for (const { body } of rec.mine('opening.recorded')) {
    if (body.stage !== stage) continue;
    for (const { bid, parts } of body.bids) {
      for (const part of parts) (part.unopened ? closed : whole).add(`${bid}/${part.lot}`);
    }
  }
  return new Set([...whole].filter((pair) => !closed.has(pair)));
}

/** How many bids count for a lot: they stand, bid for it, and missed no substantive addendum. */
function counting(rules, bids, lot, stage) {
  let count = 0;
  for (const [bid, last] of bids.listed(stage)) {
    if (bids.withdrawn.has(bid) || last.body.envelopes.every((envelope) => envelope.lot !== lot)) continue;
    const place = Math.max(rules.place(bids.acknowledged(bid)), 0);
    if (!rules.amended.slice(place).some((fact) => fact.body.substantive)) count += 1;
  }
  return count;
}

/** The lots that are opened: those on the list, and on the first list those with enough bids. */
function openedLots(check, rec, rules, bids, fact, stage, first) {
  const got = new Set(fact.body.envelopes.map((row) => row.submission));
  const least = rules.notice.body.min_bidders;
  const out = new Set();
  for (const { lot } of rules.notice.body.lots) {
    const of = ({ body }) => body.envelopes.some((envelope) => envelope.lot === lot && got.has(envelope.submission));
    const listed = [...bids.listed(stage).values()].some(of);
    const count = counting(rules, bids, lot, stage);
    if (listed && rec.mine('opening.recorded').length > 0) {
      check.expect(
        count >= least,
        `标段 ${lot} 以 ${count} 份投标开启,应有 ${least} 份`,
        `lot ${lot} is opened with ${count} bids of ${least}`,
        fact.seq,
      );
    }
    if (listed || (first && count >= least)) out.add(lot);
  }
  return out;
}

/** The rows that belong on the list of a stage. */
function wantedRows(check, rec, rules, bids, fact, place) {
  const { stages } = rules;
  const through = place > 0 ? wentThrough(rec, stages[place - 1].stage) : null;
  const stage = stages[place];
  const lots = openedLots(check, rec, rules, bids, fact, stage, place === 0 || stage.invited === true);
  const named = rules.invited.filter((one) => one.body.stage === stage.stage).flatMap((one) => one.body.invited);
  const asked = stage.invited ? new Set(named.map((row) => `${row.bid}/${row.lot}`)) : null;
  const parts = new Set(stages[place].parts.map((part) => part.part));
  const out = [];
  for (const [bid, last] of bids.listed(stage)) {
    if (bids.withdrawn.has(bid)) continue;
    for (const { submission, lot, part } of last.body.envelopes) {
      const pair = `${bid}/${lot}`;
      const came = (through === null || through.has(pair)) && (asked === null || asked.has(pair));
      if (parts.has(part) && lots.has(lot) && came) out.push({ submission, bid, seq: last.seq });
    }
  }
  return out;
}

const rowKey = ({ submission, bid, seq }) => `${submission}/${bid}/${seq}`;

/** Check 21: F and F' of every stage. */
export function check21(check, rec, rules, bids) {
  const frozen = rec.mine('list.frozen');
  if (frozen.length === 0) throw new NotApplicable('尚无冻结的清单', 'no list is frozen yet');
  for (const fact of frozen) {
    const { body, seq } = fact;
    const [zh, en] = [`阶段 ${body.stage}:`, `stage ${body.stage}: `];
    const once = frozen.filter((other) => other.body.stage === body.stage).length === 1;
    check.expect(once, `${zh}清单冻结多次`, `${en}its list is frozen more than once`, seq);
    const place = rules.stages.findIndex((stage) => stage.stage === body.stage);
    if (!check.expect(place >= 0, `${zh}公告中没有该阶段`, `${en}not in the notice`, seq)) continue;
    const wanted = new Map(wantedRows(check, rec, rules, bids, fact, place).map((row) => [rowKey(row), row]));
    const got = new Map(body.envelopes.map((row) => [rowKey(row), row]));
    for (const [key, row] of wanted) {
      const what = `${row.submission} (${row.bid})`;
      check.expect(got.has(key), `${zh}清单缺少 ${what}`, `${en}${what} is missing from the list`, seq);
    }
    for (const [key, row] of got) {
      const what = `${row.submission} (${row.bid})`;
      check.expect(wanted.has(key), `${zh}${what} 不应在清单上`, `${en}${what} does not belong on the list`, seq);
    }
    const ids = body.envelopes.map((row) => row.submission);
    const ascending = ids.every((id, n) => n === 0 || ids[n - 1] < id);
    check.expect(ascending, `${zh}清单次序不对或重复`, `${en}the list is out of order`, seq);
    const rows = body.envelopes.map((row) => [unhex(row.submission), unhex(row.envelope)]);
    const same = body.list === hex(listHash(rec.tender, body.stage, rows));
    check.expect(same, `${zh}清单哈希不符`, `${en}the list's hash is another`, seq);
    settled(check, rec, fact, bids);
  }
  const hidden = rec.entries.filter((entry, seq) => entry.kind === 'confidential' && !rec.facts.has(seq)).length;
  check.note(
    `${frozen.length} 份清单;${hidden} 条保密条目从未公开`,
    `${frozen.length} lists; ${hidden} confidential entries were never disclosed`,
  );
}

function settled(check, rec, frozen, bids) {
  const { stage } = frozen.body;
  const [zh, en] = [`阶段 ${stage}:`, `stage ${stage}: `];
  const all = rec.mine('list.settled').filter((fact) => fact.body.stage === stage);
  if (all.length === 0) {
    check.note(`${zh}清单尚未确定`, `${en}the list is not settled yet`);
    return;
  }
  const [{ body, seq }] = all;
  const say = (good, chinese, english) => check.expect(good, zh + chinese, en + english, seq);
  say(all.length === 1, '清单确定多次', 'settled more than once');
  say(seq > frozen.seq, '清单在冻结前确定', 'settled before it was frozen');
  const listed = new Set(frozen.body.envelopes.map((row) => row.submission));
  const out = new Set(body.excluded.map((row) => row.submission));
  say(out.size === body.excluded.length, '同一信封排除两次', 'an envelope is excluded twice');
  say([...out].every((submission) => listed.has(submission)), '排除了清单外的信封', 'excludes an envelope that is not on the list');
  const rest = [...listed].filter((submission) => !out.has(submission)).sort();
  const left = rest.length === body.submissions.length && rest.every((submission, n) => submission === body.submissions[n]);
  say(left, "F' 不是 F 去掉被排除的", "F' is not F without the excluded");
  const hashes = rest.map((submission) => bids.envelopes.get(submission)?.hash ?? null);
  const rows = rest.map((submission, n) => [unhex(submission), hashes[n]]);
  const same = !hashes.includes(null) && equal(unhex(body.list), listHash(rec.tender, stage, rows));
  say(same, "F' 的哈希不符", "F' has another hash");
}
