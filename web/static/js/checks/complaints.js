// Check 40: orders are answered, the tender stands still when it must, and days are those of law and calendar (8.7).
// Invariant: what a fact states of a day is computed again from the times of entries, the law and the calendar.

import { dayOf, endOf, named } from '../days.js';
import { NotApplicable } from './report.js';

const SLOW = 60_000;
const PAUSE = 'objection-';
const RETURNED = 'instruction.returned';
const ANSWERS = new Map([
  ['order.suspended', ['tender.suspended', 'until']],
  ['order.resumed', ['tender.resumed']],
  ['order.inquired', ['explanation.called', 'until']],
  ['order.extended', ['deadline.extended', 'closes_at', 'down']],
  ['order.voided', ['step.voided', 'step']],
  ['order.reevaluated', ['candidates.revoked']],
]);
// How an order to evaluate again is obeyed is check 38's; it may be returned like every other.
const OBEYING = [...[...ANSWERS.values()].map(([kind]) => kind).filter((kind) => kind !== 'candidates.revoked'), RETURNED];
const OBJECTIONS = ['objection.raised', 'objection.noted', 'objection.replied'];
const QUIET = new Set([...OBEYING, ...OBJECTIONS, 'explanation.given', 'facts.disclosed', 'qualification.read']);
const COMPLAINT = ['filed', 'returned', 'supplemented', 'accepted', 'refused', 'paused', 'continued', 'decided', 'withdrawn'].map(
  (word) => `complaint.${word}`,
);
const REPLIES = new Map([
  ['objection.noted', 'objection.replied'],
  ['opening.objected', 'opening.replied'],
  ['candidates.objected', 'candidates.replied'],
]);
const FAMILY = { process: 'opening', result: 'candidates' };
const family = (grievance) => FAMILY[grievance] ?? grievance;

/** Check 40. */
export function check40(check, rec, rules) {
  const registered = rec.mine('tender.registered')[0];
  if (!registered) throw new NotApplicable('项目未登记', 'the tender is not registered');
  const { regime } = registered.body;
  const own = [...rec.facts.values()]
    .filter(({ stream }) => stream === `tender/${rec.tender}`)
    .sort((left, right) => left.seq - right.seq);
  const noted = rec.mine('objection.noted');
  const access = ['access.requested', 'access.granted', 'access.used'];
  if (noted.length === 0 && rec.mine(...OBEYING, ...ANSWERS.keys(), ...COMPLAINT, ...access).length === 0) {
    const en = 'no order, no objection to the documents and no complaint is shown';
    throw new NotApplicable('没有监督指令、对文件的异议或已公开的投诉', en);
  }
  answered(check, rec, own);
  shortEnough(check, rec, regime);
  stoodStill(check, rec, own, regime, noted);
  objections(check, rec, rules, regime, noted);
  complaints(check, rec, regime);
  accesses(check, rec);
  const by = [...new Set(noted.map(({ body }) => body.calendar))].sort().join(', ');
  const [zh, en] = noted.length === 0 ? ['', ''] : [`,按 ${regime} 以 ${by} 计算`, `, counted as ${regime} with ${by}`];
  check.note(`异议 ${noted.length} 件${zh}`, `${noted.length} objections${en}`);
}

/** Whether two members say the same: instants, positions, or the period of an outage. */
const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

function isAnswer(order, fact) {
  if (!order || order.seq >= fact.seq || order.body.order !== fact.body.order) return false;
  if (fact.kind === RETURNED) return true;
  const [kind, ...members] = ANSWERS.get(order.kind);
  return kind === fact.kind && members.every((member) => same(order.body[member], fact.body[member]));
}

function answered(check, rec, own) {
  const asked = new Map(rec.mine(...ANSWERS.keys()).map((fact) => [fact.seq, fact]));
  const done = new Set();
  const resumed = new Set();
  for (const fact of own) {
    if (!OBEYING.includes(fact.kind) || fact.body.order.startsWith(PAUSE)) continue;
    if (fact.kind === 'tender.resumed') {
      const over = lapses(asked.get(fact.body.seq), fact) && done.has(fact.body.seq) && !resumed.has(fact.body.order);
      resumed.add(fact.body.order);
      if (over) continue;
    }
    const fits = isAnswer(asked.get(fact.body.seq), fact);
    check.expect(fits, '执行了并未如此作出的指令', 'obeys an order that was not given like this', fact.seq);
    check.expect(!done.has(fact.body.seq), '指令被重复执行', 'answers an order a second time', fact.seq);
    done.add(fact.body.seq);
  }
  for (const [seq, order] of asked) {
    const wentOn = own.some((fact) => fact.seq > seq && fact.ts - order.ts > SLOW);
    // An order to evaluate again waits while the tender stands still; check 38 looks at it.
    const fine = done.has(seq) || !wentOn || order.kind === 'order.reevaluated';
    check.expect(fine, '指令未执行,项目仍在继续', 'the order is not answered, and the tender went on', seq);
  }
}

/** Whether a tender goes on because the time of the order is over. */
const lapses = (order, fact) =>
  order?.kind === 'order.suspended' && order.body.order === fact.body.order && order.body.until !== undefined && fact.ts >= order.body.until;

/** 政府采购法57: thirty days for a complaint, counted from the first order given for it. */
function shortEnough(check, rec, regime) {
  if (regime !== 'government_procurement') return;
  const first = new Map();
  for (const { body, seq, ts } of rec.mine('order.suspended')) {
    if (body.complaint === undefined) continue;
    if (!first.has(body.complaint)) first.set(body.complaint, ts);
    const fine = body.until !== undefined && body.until <= endOf(dayOf(first.get(body.complaint)) + 30);
    check.expect(fine, '因投诉暂停超过三十日', 'stops the tender for a complaint beyond thirty days', seq);
  }
}

function stoodStill(check, rec, own, regime, noted) {
  const named = (facts) => new Set(facts.map(({ seq, body }) => `${seq} ${PAUSE}${body.objection}`));
  const known = named(noted);
  const replied = named(rec.mine('objection.replied'));
  const held = new Set();
  for (const fact of own) {
    const { order, seq } = fact.body;
    if (fact.kind === 'tender.suspended') {
      const fine = !order.startsWith(PAUSE) || (known.has(`${seq} ${order}`) && seq < fact.seq);
      check.expect(fine, '因未登记的异议而暂停', 'stands still for an objection that was not noted', fact.seq);
      held.add(order);
    } else if (fact.kind === 'tender.resumed') {
      const fine = !order.startsWith(PAUSE) || (replied.has(`${seq} ${order}`) && seq < fact.seq);
      check.expect(fine, '异议未答复即恢复', 'goes on without a reply to the objection', fact.seq);
      held.delete(order);
    } else {
      const fine = held.size === 0 || QUIET.has(fact.kind);
      check.expect(fine, `暂停期间发生 ${fact.kind}`, `${fact.kind} while the tender had to stand still`, fact.seq);
    }
  }
  if (regime !== 'works') return;
  const stops = new Set(rec.mine('tender.suspended').map(({ body }) => body.seq));
  for (const fact of noted) {
    const replies = rec.mine('objection.replied').filter(({ body, seq }) => body.objection === fact.body.objection && seq > fact.seq);
    const end = replies[0]?.seq ?? Infinity;
    const on = own.some((other) => other.seq > fact.seq && other.seq < end && other.ts - fact.ts > SLOW && !QUIET.has(other.kind));
    const fine = stops.has(fact.seq) || !on;
    check.expect(fine, '异议未答复,项目仍在继续', 'the tender goes on while the objection is open', fact.seq);
  }
}

/** The first instant at which a reply is late; undefined where no law sets one. */
export function replyDue(calendar, regime, raised) {
  if (regime === 'works') return calendar.calendarDays(dayOf(raised), 3);
  return regime === 'government_procurement' ? calendar.workingDays(dayOf(raised), 7) : undefined;
}

/** The calendar that a fact names; a fault where it is not known here. */
function calendarOf(check, { seq, body }) {
  const calendar = named(body.calendar);
  const en = `the days are counted by ${body.calendar}, a calendar that this verifier does not know`;
  check.expect(calendar !== undefined, `所据工作日历 ${body.calendar} 为本程序所未知`, en, seq);
  return calendar;
}

function objections(check, rec, rules, regime, noted) {
  const names = new Set();
  for (const fact of noted) {
    const { seq, body } = fact;
    const entry = body.seq < seq ? rec.entries[body.seq] : undefined;
    const sealed = entry?.kind === 'confidential';
    if (!check.expect(sealed, '未对应在先的保密条目', 'notes no earlier confidential entry', seq)) continue;
    check.expect(!names.has(body.objection), '重复登记同一异议', 'the objection is noted a second time', seq);
    names.add(body.objection);
    const calendar = calendarOf(check, fact);
    if (calendar === undefined) continue;
    const right = body.due === replyDue(calendar, regime, entry.ts);
    check.expect(right, '答复期限与法律及日历不符', 'the day of the reply is not that of the law and the calendar', seq);
    if (body.against === 'documents') {
      const timely = inWindow(rules, calendar, regime, [body.seq, entry.ts]);
      check.expect(timely, '异议超过提出期限', 'the objection came after its window', seq);
    } else {
      check.expect(regime === 'government_procurement', '本法律制度无此类异议', 'this law knows no such objection', seq);
    }
  }
}

function inWindow(rules, calendar, regime, [seq, raised]) {
  if (rules.notice === null) return false;
  const last = [rules.notice, ...rules.amended].filter((fact) => fact.seq < seq).at(-1) ?? rules.notice;
  const deadline = rules.inForce(last, seq);
  if (regime === 'works') return dayOf(deadline) - dayOf(raised) >= 10;
  if (regime === 'free') return raised < deadline;
  const known = Math.max(rules.notice.body.documents_until, last.ts);
  return raised < calendar.workingDays(dayOf(known), 7);
}

/** The objections of that name, as they stood before a position. */
function raisedOf(rec, calendar, regime, [name, before]) {
  const voided = new Set(rec.mine('step.voided').filter(({ seq }) => seq < before).map(({ body }) => body.step));
  const out = [];
  for (const [kind, reply] of REPLIES) {
    const stands = (fact) => fact.body.objection === name && fact.seq < before && !voided.has(fact.seq);
    const replied = rec.mine(reply).filter(stands).at(-1)?.ts ?? null;
    for (const fact of rec.mine(kind).filter(({ body }) => body.objection === name)) {
      if (kind === 'objection.noted') {
        const at = rec.entries[fact.body.seq].ts;
        out.push({ grievance: fact.body.against, at, replied, due: fact.body.due });
      } else if (kind === 'opening.objected') {
        out.push({ grievance: 'opening', at: fact.ts, replied, due: fact.ts });
      } else {
        out.push({ grievance: 'candidates', at: fact.ts, replied, due: replyDue(calendar, regime, fact.ts) });
      }
    }
  }
  return out;
}

const wantsObjection = (regime, grievance) =>
  regime === 'works' ? ['documents', 'opening', 'candidates'].includes(grievance) : regime === 'government_procurement';

/** The first instant at which a complaint is too late; null if nothing ends its window. */
export function windowEnd(calendar, regime, known, raised) {
  if (regime === 'works') {
    const spans = raised.map(({ at, replied }) => [dayOf(at), replied === null ? null : dayOf(replied)]);
    return calendar.calendarDays(dayOf(known), 10, spans);
  }
  if (regime !== 'government_procurement' || raised.length === 0) return null;
  return Math.max(...raised.map(({ replied, due }) => calendar.workingDays(dayOf(replied ?? due - 1), 15)));
}

/** The first instant at which a decision is late; undefined where no law sets one. */
export function decisionDue(calendar, regime, [received, accepted], spans) {
  if (regime === 'free') return undefined;
  const days = spans.map(([from, until]) => [dayOf(from), dayOf(until)]);
  return calendar.workingDays(dayOf(regime === 'works' ? accepted : received), 30, days);
}

function complaints(check, rec, regime) {
  const courses = new Map();
  for (const fact of rec.mine(...COMPLAINT)) {
    const { complaint } = fact.body;
    courses.set(complaint, [...(courses.get(complaint) ?? []), fact]);
  }
  for (const [first, ...rest] of courses.values()) {
    if (first.kind !== 'complaint.filed') continue;
    const course = new Course(check, rec, regime, first);
    for (const fact of rest) course.step(fact);
  }
}

/** One complaint while its facts are read. */
class Course {
  returned = null;
  supplemented = null;
  accepted = null;
  paused = null;
  spans = [];
  ended = false;

  constructor(check, rec, regime, filed) {
    Object.assign(this, { check, rec, regime, filed, received: filed.body.paper?.received ?? filed.ts });
  }

  step(fact) {
    const { seq, ts, body } = fact;
    const word = fact.kind.split('.')[1];
    const follows = this.#follows(word, ts);
    this.check.expect(follows, `投诉程序中不应出现 ${fact.kind}`, `${fact.kind} does not follow in the course`, seq);
    if (['supplemented', 'withdrawn'].includes(word) && this.filed.body.paper === undefined) {
      this.check.expect(fact.actor === this.filed.actor, '非投诉人所为', 'not by who filed the complaint', seq);
    }
    if (word === 'returned') this.returned = { at: ts, until: body.until };
    else if (word === 'supplemented') this.supplemented = ts;
    else if (word === 'accepted') this.#accept(fact);
    else if (word === 'paused') this.paused = ts;
    else if (word === 'continued') {
      if (this.paused !== null) this.spans.push([this.paused, ts]);
      this.paused = null;
      const calendar = calendarOf(this.check, fact);
      if (calendar !== undefined) this.#due(calendar, fact);
    } else if (word === 'decided') {
      const fits = (body.remedy !== undefined) === (body.outcome === 'upheld');
      this.check.expect(fits, '处理措施与处理结论不符', 'what is ordered does not fit the outcome', seq);
    }
    this.ended ||= ['decided', 'refused', 'withdrawn'].includes(word);
  }

  #follows(word, ts) {
    if (this.ended) return false;
    const waits = this.accepted === null;
    if (word === 'returned') return waits && this.returned === null;
    if (word === 'supplemented') return waits && this.supplemented === null && this.returned !== null && ts < this.returned.until;
    if (word === 'accepted' || word === 'refused') return waits;
    if (word === 'paused' || word === 'decided') return !waits && this.paused === null;
    if (word === 'continued') return this.paused !== null;
    return word === 'withdrawn';
  }

  #accept(fact) {
    this.accepted = fact.ts;
    const calendar = calendarOf(this.check, fact);
    if (calendar === undefined) return;
    if (this.returned !== null) this.spans.push([this.returned.at, this.supplemented ?? fact.ts]);
    const { grievance, known, objections: names } = this.filed.body;
    const raised = names.flatMap((name) => raisedOf(this.rec, calendar, this.regime, [name, fact.seq]));
    const fitting = raised.filter((one) => family(one.grievance) === family(grievance));
    if (wantsObjection(this.regime, grievance) && fitting.length === 0) {
      this.check.fail('未先提出异议或质疑即予受理', 'taken up without the objection that comes first', fact.seq);
    } else {
      const end = windowEnd(calendar, this.regime, known, fitting);
      const timely = end === null || this.received < end;
      this.check.expect(timely, '超过投诉期限仍予受理', 'taken up after its window', fact.seq);
    }
    this.#due(calendar, fact);
  }

  #due(calendar, { seq, body }) {
    const due = decisionDue(calendar, this.regime, [this.received, this.accepted ?? this.received], this.spans);
    const right = body.due === due;
    this.check.expect(right, '处理期限与法律及日历不符', 'the day of the decision is not that of the law and the calendar', seq);
  }
}

function accesses(check, rec) {
  const asked = rec.mine('access.requested');
  for (const fact of rec.mine('access.granted')) {
    const before = asked.find(({ body, seq }) => body.access === fact.body.access && seq < fact.seq);
    const fine = before !== undefined && before.actor !== fact.actor;
    check.expect(fine, '未经申请或由申请人自行批准', 'granted without a request, or by who asked', fact.seq);
  }
}
