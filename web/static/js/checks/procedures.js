// Trade methods (docs/record-format.md, section 12): the table, the calendar, and what a notice may not do; check 39.
// Invariant: the faults of a notice depend on the notice, the regime, its instant and the calendar alone.

import { CHINA, KNOWN, dayOf } from '../days.js';
import { NotApplicable } from './report.js';

const SHOWN = [5, 'w'];
const LONGEST = 366;

/** Every trade method; `more`: a larger panel from an amount in fen, or from the threshold of open tendering. */
export const TABLE = {
  tendering: {
    regime: 'works', documents: [5, 'd'], tendering: [20, 'd'], addendum: [15, 'd'], publicity: [3, 'd'],
    least: 3, panel: 5, price: 'once', bases: ['lowest_evaluated', 'composite'],
  },
  open_tendering: {
    regime: 'government_procurement', documents: [5, 'w'], tendering: [20, 'd'], addendum: [15, 'd'], publicity: [1, 'd'],
    least: 3, panel: 5, more: { from: 1_000_000_000, members: 7 }, price: 'once', bases: ['lowest_price', 'low_price_score'],
  },
  consultation: {
    regime: 'government_procurement', documents: [5, 'w'], tendering: [10, 'd'], addendum: [5, 'd'], publicity: [1, 'd'],
    least: 3, excepted: 2, panel: 3, price: 'final', bases: ['consultation'],
  },
  negotiation: {
    regime: 'government_procurement', documents: [0, 'd'], tendering: [3, 'w'], addendum: [3, 'w'], publicity: [1, 'd'],
    least: 3, excepted: 2, panel: 3, more: { from: 'threshold', members: 5 }, price: 'final', bases: ['negotiation'],
  },
  inquiry: {
    regime: 'government_procurement', documents: [0, 'd'], tendering: [3, 'w'], addendum: [3, 'w'], publicity: [1, 'd'],
    least: 3, panel: 3, more: { from: 'threshold', members: 5 }, price: 'unchangeable', bases: ['negotiation'],
  },
  single_source: {
    regime: 'government_procurement', documents: [0, 'd'], tendering: [0, 'd'], addendum: [0, 'd'], publicity: [1, 'd'],
    least: 1, most: 1, panel: 3, price: 'negotiated', bases: ['negotiation'],
  },
  comparison: {
    regime: 'free', documents: [0, 'd'], tendering: [0, 'd'], addendum: [0, 'd'], publicity: [0, 'd'],
    least: 1, panel: 0, price: 'flow', bases: ['lowest_evaluated', 'composite', 'notice'],
  },
};
const OPEN_TENDERING = { works: 400_000_000, goods: 200_000_000, services: 200_000_000 };
const MUST_TENDER = { works: 400_000_000, goods: 200_000_000, services: 100_000_000 };
const STEPS = ['notice', 'documents', 'clarification', 'quotes', 'opening', 'final_quotes', 'comparison', 'publicity', 'award'];
const NEEDED = ['notice', 'quotes', 'opening', 'comparison', 'award'];
const TALKS = ['consultation', 'negotiation', 'inquiry', 'single_source'];
const STAGES = { once: [0], unchangeable: [0], final: [1], negotiated: [0, 1] };

/** A period of a row; the flow of a comparison sets its own. */
function period(row, name, said) {
  const [number, unit] = row[name];
  const flow = said.way === 'comparison' ? said.flow : undefined;
  return flow === undefined ? [number, unit] : [Math.min(flow[`${name}_days`], LONGEST), unit];
}

/**
 * The first China day for the deadline after a substantive addendum at `ts`, by the calendar that asks for the least;
 * null where no trade method is named.
 */
export function addendumDue(notice, ts) {
  const said = notice.procedure;
  if (said === undefined) return null;
  const due = period(TABLE[said.way], 'addendum', said);
  return Math.min(...KNOWN.map((calendar) => calendar.reached(dayOf(ts), due)));
}

function estimates(notice) {
  const cny = notice.lots.filter((lot) => lot.estimate.currency === 'CNY');
  return cny.reduce((sum, lot) => sum + lot.estimate.minor, 0);
}

const reaches = (notice, amounts) =>
  notice.method.category !== undefined && estimates(notice) >= amounts[notice.method.category];

const isStated = (text) => text !== undefined && text.trim() !== '';

/**
 * What is wrong with a notice of that instant: the codes of section 12.2.
 * @param {Record<string, any>} notice @param {string} regime @param {number} ts
 * @param {import('../days.js').Calendar} [calendar]
 * @returns {string[]}
 */
export function procedureFaults(notice, regime, ts, calendar = CHINA) {
  const said = notice.procedure;
  if (said === undefined) return notice.stages.some((stage) => stage.invited) ? ['procedure.unnamed'] : [];
  const row = TABLE[said.way];
  const found = row.regime === regime ? [] : ['procedure.regime'];
  const start = dayOf(Math.max(notice.documents_from, ts));
  for (const [name, end] of [['documents', 'documents_until'], ['tendering', 'closes_at']]) {
    const due = period(row, name, said);
    if (due[0] > 0 && calendar.reached(start, due) > dayOf(notice[end])) found.push(`procedure.${name}_short`);
  }
  if (notice.publicity_days < period(row, 'publicity', said)[0]) found.push('procedure.publicity_short');
  found.push(...bidderFaults(notice, row, said), ...stageFaults(notice, row, said), ...methodFaults(notice, row));
  if (TALKS.includes(said.way)) {
    if (!notice.lots.every(isBudgeted)) found.push('procedure.ceiling');
    if (reaches(notice, OPEN_TENDERING) && !isStated(said.approval)) found.push('procedure.approval_missing');
  }
  return [...found, ...singleFaults(notice, said, ts, calendar), ...flowFaults(notice, said)];
}

const isBudgeted = ({ ceiling, estimate }) =>
  ceiling !== undefined && ceiling.currency === estimate.currency && ceiling.minor <= estimate.minor;

function bidderFaults({ min_bidders: given }, row, said) {
  if (row.most !== undefined && given > row.most) return ['procedure.bidders'];
  if (given >= row.least) return [];
  if (row.excepted === undefined || given < row.excepted) return ['procedure.bidders'];
  return isStated(said.ground) ? [] : ['procedure.ground_missing'];
}

function stageFaults({ stages }, row, said) {
  const places = [...stages.keys()].filter((place) => stages[place].invited);
  const inFlow = said.flow?.steps.includes('final_quotes') ?? false;
  const allowed = row.price === 'flow' ? [Number(inFlow)] : STAGES[row.price];
  const placed = places.every((place) => place === stages.length - 1 && place > 0);
  return placed && allowed.includes(places.length) ? [] : ['procedure.stages'];
}

function methodFaults(notice, row) {
  const { method } = notice;
  const declared = method.method === 'declared';
  const found = row.bases.includes(declared ? method.basis : method.method) ? [] : ['procedure.method'];
  const { from, members } = row.more ?? {};
  const large = from === 'threshold' ? reaches(notice, OPEN_TENDERING) : from !== undefined && estimates(notice) >= from;
  if (method.panel < (large ? members : row.panel) || (method.panel > 0 && method.panel % 2 === 0)) {
    found.push('procedure.panel');
  }
  if (!declared) return found;
  const needed = Math.min(row.least, notice.min_bidders);
  if (row.regime === 'government_procurement' && method.min_valid < needed) found.push('procedure.min_valid');
  const ties = method.ties.map((tie) => tie.by);
  const place = ties.indexOf('drawn');
  if (place >= 0) {
    const before = ties.slice(0, place);
    const priced = method.price.rule === 'order' || before.includes('evaluated') || before.includes('price');
    if (place !== ties.length - 1 || !priced) found.push('procedure.drawn');
  }
  return found;
}

function singleFaults(notice, said, ts, calendar) {
  if (said.way !== 'single_source') {
    return said.supplier === undefined && said.shown === undefined ? [] : ['procedure.supplier'];
  }
  const found = said.supplier === undefined || !isStated(said.ground) ? ['procedure.supplier'] : [];
  const { shown } = said;
  const enough =
    shown !== undefined && shown.until <= ts && calendar.reached(dayOf(shown.from), SHOWN) <= dayOf(shown.until);
  if (reaches(notice, OPEN_TENDERING) && !enough) found.push('procedure.shown_short');
  return found;
}

function flowFaults(notice, { way, flow }) {
  if (flow === undefined || way !== 'comparison') {
    return (flow === undefined) === (way === 'comparison') ? ['procedure.flow'] : [];
  }
  const places = flow.steps.map((step) => STEPS.indexOf(step));
  const ordered = places.every((place, at) => at === 0 || places[at - 1] < place);
  const whole = ordered && NEEDED.every((step) => flow.steps.includes(step)) && isStated(flow.rule);
  const publicised = flow.steps.includes('publicity') === flow.publicity_days > 0;
  const found = whole && publicised ? [] : ['procedure.flow'];
  if (notice.method.category === undefined || reaches(notice, MUST_TENDER)) found.push('procedure.must_tender');
  return found;
}

/** Check 39: the notice keeps to the trade method that it names, and a single source is who it names. */
export function check39(check, rec, rules) {
  if (rules.notice === null) throw new NotApplicable('尚无公告', 'there is no notice yet');
  const { body: notice, seq, ts } = rules.notice;
  const regime = rec.mine('tender.registered')[0]?.body.regime ?? 'free';
  // The calendar that the notice was admitted by is not in it: it is at fault only if it is so by every one.
  const by = KNOWN.toReversed().map((calendar) => ({ calendar, wrong: procedureFaults(notice, regime, ts, calendar) }));
  const { calendar, wrong } = by.reduce((least, one) => (one.wrong.length < least.wrong.length ? one : least));
  const said = notice.procedure;
  if (said === undefined && wrong.length === 0) {
    throw new NotApplicable('公告未载明交易方式', 'the notice names no trade method');
  }
  for (const code of wrong) {
    check.fail(`公告与其交易方式不符:${code}`, `the notice leaves its trade method: ${code}`, seq);
  }
  const supplier = said?.supplier;
  for (const fact of supplier === undefined ? [] : rec.mine('bid.entered')) {
    const who = fact.body.account;
    check.expect(who === supplier, `${who} 不是单一来源供应商`, `${who} is not the single source`, fact.seq);
  }
  for (const fact of rules.invited) invitation(check, rec, rules, fact);
  const way = said?.way ?? '—';
  check.note(`${way};工作日按 ${calendar.version}`, `${way}; working days by ${calendar.version}`, seq);
}

/** One invitation to final quotes: in its turn, everybody opened named once, its deadline waited for. */
function invitation(check, rec, rules, fact) {
  const { body, seq, ts } = fact;
  const { stages } = rules;
  const place = stages.findIndex((stage) => stage.stage === body.stage && stage.invited === true);
  const first = rules.invited.find((other) => other.body.stage === body.stage) === fact;
  const isDue = place > 0 && first;
  if (!check.expect(isDue, '邀请的阶段不接受最后报价,或重复邀请', 'an invitation to no stage for final quotes, or a second one', seq)) return;
  const before = stages[place - 1].stage;
  const over = rec.mine('opening.closed').find((other) => other.body.stage === before);
  check.expect(over?.seq < seq, '邀请早于前一阶段开启结束', 'invited before the opening was over', seq);
  check.expect(body.closes_at > ts, '最后报价的截止时间已过', 'the deadline of the final quotes is past', seq);
  const [whole, shut] = [new Set(), new Set()];
  for (const record of rec.mine('opening.recorded').filter((other) => other.body.stage === before)) {
    for (const { bid, parts } of record.body.bids) {
      for (const part of parts) (part.unopened ? shut : whole).add(`${bid}/${part.lot}`);
    }
  }
  const due = [...whole].filter((pair) => !shut.has(pair));
  const named = [...body.invited, ...body.left_out].map((row) => `${row.bid}/${row.lot}`);
  const exact = named.length === due.length && new Set(named).size === due.length && due.every((pair) => named.includes(pair));
  check.expect(exact, '受邀者与未受邀者并非恰为已开启的响应文件', 'those invited and left out are not exactly the bids that were opened', seq);
  check.expect(body.left_out.every((row) => isStated(row.reason)), '未附理由即不邀请', 'left out without a reason', seq);
  for (const listed of rec.mine('list.frozen').filter((other) => other.body.stage === body.stage)) {
    const waited = listed.ts >= rules.moved(fact) + 2000;
    check.expect(waited, '最后报价在截止前即列入清单', 'the final quotes were listed before their deadline was over', listed.seq);
  }
}
