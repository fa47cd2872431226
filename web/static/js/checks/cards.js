// Check 41: cards recomputed (docs/record-format.md, section 13).
// Invariant: of a card only what it says it was computed from is taken; the rest follows from the facts below its size.

import { dayOf, endOf, named } from '../days.js';
import { NotApplicable } from './report.js';
import { soundVersions } from './versions.js';

const DAY = 86_400_000;
const FRESH = 60_000;
const LATEST = 600_000;
const OWN = ['card.issued', 'card.warned', 'card.ended'];
const AHEAD = ['h48', 'h24', 'today', 'over'];
const MILLIS = { hour: 3_600_000, minute: 60_000, second: 1_000 };

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
/** A member of a body, none inherited. */
const member = (fact, name) => (Object.hasOwn(fact.body, name) ? fact.body[name] : undefined);

/** Whether a fact is one that a clock starts from. */
function counts(clock, fact) {
  const { some, only } = clock;
  if (some !== undefined) {
    const elements = member(fact, some.member);
    const inner = Array.isArray(elements) ? elements.map((element) => element?.[some.holds]) : [];
    if (!inner.some((one) => Array.isArray(one) && one.length > 0)) return false;
  }
  return only === undefined || member(fact, only.member) === only.is;
}

/** Whether a fact stops the clock of a start. */
function stops(clock, start, fact) {
  if (fact.seq <= start.seq || !clock.stop.includes(fact.kind)) return false;
  if (clock.join === undefined) return true;
  const theirs = member(fact, clock.join.stop);
  const ours = clock.join.start === '@seq' ? start.seq : member(start, clock.join.start);
  return theirs !== undefined && same(theirs, ours);
}

/** The last millisecond of a period. */
function limitOf({ calendar, unit, rolls }, from, number) {
  if (Object.hasOwn(MILLIS, unit)) return from + number * MILLIS[unit];
  const last = calendar.reached(dayOf(from), [Math.max(number, 0), unit === 'working_day' ? 'w' : 'd']);
  return endOf(unit === 'day' && rolls ? calendar.workedFrom(last) : last) - 1;
}

/** The facts of the tender that are read for a card of a size. */
class Scene {
  constructor(rec, size) {
    const streams = ['tender', 'evaluation', 'supervision'].map((head) => `${head}/${rec.tender}`);
    this.facts = [...rec.facts.values()]
      .filter((fact) => streams.includes(fact.stream) && fact.seq < size && !OWN.includes(fact.kind))
      .filter((fact) => !fact.confidential)
      .sort((left, right) => left.seq - right.seq);
    this.registered = this.of('tender.registered').at(-1);
    const ended = this.of('tender.failed').at(-1) ?? this.of('tender.terminated').at(-1);
    this.end = ended && { seq: ended.seq, ts: ended.ts, how: 'lapsed' };
    this.spans = this.#spans();
  }

  of(kind) {
    return this.facts.filter((fact) => fact.kind === kind);
  }

  /** The spans in which procurement stood still; the last may have no end. */
  #spans() {
    const [spans, orders] = [[], new Set()];
    for (const { kind, body, ts } of this.facts) {
      if (kind === 'tender.suspended') {
        if (orders.size === 0) spans.push({ begun: ts, over: null });
        orders.add(body.order);
      } else if (kind === 'tender.resumed' && orders.delete(body.order) && orders.size === 0) {
        spans.at(-1).over = ts;
      }
    }
    return spans;
  }

  /** Every clock of a clock rule. */
  runs(clock) {
    const at = this.registered?.ts;
    if (at === undefined || !clock.regimes.includes(this.registered.body.regime)) return [];
    if (at < (clock.first ?? at) || at >= (clock.gone ?? at + 1)) return [];
    const starts = this.of(clock.start).filter((fact) => counts(clock, fact));
    return starts
      .map((start, place) => this.#run(clock, start, clock.last ? starts[place + 1] : undefined))
      .filter((run) => run !== null);
  }

  #run(clock, start, following) {
    const facts = new Set([start.seq]);
    let { number } = clock;
    if (clock.days_of !== undefined) {
      const before = this.of(clock.days_of.kind).findLast((fact) => fact.seq < start.seq);
      number = before && member(before, clock.days_of.member);
      if (!Number.isInteger(number)) return null;
      facts.add(before.seq);
    }
    const from = clock.base === undefined ? start.ts : member(start, clock.base);
    if (!Number.isInteger(from)) return null;
    const stop = this.facts.find((fact) => stops(clock, start, fact));
    const ends = this.end ? [this.end] : [];
    if (stop) {
      facts.add(stop.seq);
      ends.push({ seq: stop.seq, ts: stop.ts, how: 'cured' });
    }
    if (following) ends.push({ seq: following.seq, ts: following.ts, how: 'replaced' });
    const [end] = ends.sort((left, right) => left.seq - right.seq);
    const { due, resumed } = this.#moved(clock, from, limitOf(clock, from, number));
    const about = clock.about === undefined ? '' : member(start, clock.about);
    return {
      clock, start, end, due, resumed,
      about: typeof about === 'string' ? about : '',
      facts: [...facts].sort((left, right) => left - right),
      raised: due === null ? null : Math.max(due - 2 * DAY, start.ts),
    };
  }

  /** The limit, moved by standstill, null while that lasts; and when the last that moved it was over. */
  #moved(clock, from, limit) {
    let [due, resumed] = [limit, null];
    for (const { begun, over } of clock.pauses ? this.spans : []) {
      if (begun >= due) break;
      if (over === null) return { due: null, resumed };
      due += Math.max(over - Math.max(begun, from), 0);
      resumed = over;
    }
    return { due, resumed };
  }

  /** What a card of a run must say at an instant, and whether its clock is over; null without a card. */
  card({ clock, due, end, raised, about, facts }, at) {
    if (due === null) return null;
    const over = end !== undefined && end.ts <= at;
    const seen = over ? end.ts : at;
    const late = seen > due;
    let colour = null;
    if (clock.red && late) colour = ['red', due + 1];
    else if (clock.warns && seen >= raised) colour = ['yellow', raised];
    else if (!clock.warns && !clock.red && late) colour = ['yellow', due + 1];
    if (colour === null) return null;
    const told = clock.tells.flatMap((word) => {
      const { buyer, agent } = this.registered.body;
      if (word === 'buyer') return agent === undefined ? [buyer] : [buyer, agent];
      return word === 'operator' ? ['operators'] : [];
    });
    let ahead = due - seen <= DAY ? 'h24' : 'h48';
    if (dayOf(seen) >= dayOf(due)) ahead = 'today';
    if (late) ahead = 'over';
    const { basis } = clock;
    return { over, said: { about, ahead, basis, colour: colour[0], due, facts, raised: colour[1], told: [...told, 'supervisors'] } };
  }
}

const isFresh = ({ seq, ts, body }) => body.size <= seq && ts >= body.at && ts - body.at <= FRESH;

/** The check while it runs. */
class Cards {
  constructor(check, rec) {
    this.check = check;
    this.rec = rec;
    this.versions = rec.of('rules.adopted').filter((fact) => fact.stream === 'rules');
    this.causes = new Map();
    this.places = new Map();
    this.exact = 0;
    this.other = 0;
  }

  version(size, at) {
    return this.versions.findLast((fact) => fact.seq < size && fact.body.from <= at)?.body;
  }

  /**
   * The clocks of a version with the calendar that they count by; none where that is not known here, so that their cards
   * are looked at as those of other rules are.
   */
  clocks(version) {
    const calendar = version && named(version.calendar);
    return calendar === undefined ? [] : version.clocks.map((clock) => ({ ...clock, calendar }));
  }

  clocksOf(version, rule) {
    return this.clocks(version).filter((clock) => clock.rule === rule);
  }

  wanted(size, at, rule, since) {
    const scene = new Scene(this.rec, size);
    const run = this.clocksOf(this.version(size, at), rule)
      .flatMap((clock) => scene.runs(clock))
      .find(({ start }) => start.seq === since);
    return run && { run, card: scene.card(run, at) };
  }

  issued(fact) {
    const { check } = this;
    const { seq, body: card } = fact;
    const cause = JSON.stringify([card.rule, card.about, card.due === undefined ? null : card.since]);
    const course = this.causes.get(cause) ?? { warned: [] };
    this.causes.set(cause, course);
    const last = course.red ?? course.yellow;
    const once = (card.colour === 'red' ? course.red : last) === undefined && course.ended === undefined;
    if (!check.expect(once, '同一事由重复亮牌', 'a card is issued twice for one cause', seq)) return;
    check.expect(isFresh(fact), '预警并非亮牌时所算', 'the card was not computed when it was issued', seq);
    check.expect(card.follows === last?.seq, '红牌未对应先前黄牌', 'the card does not follow the yellow one before it', seq);
    const within = card.facts.length > 0 && [...card.facts, card.since].every((one) => one < card.size);
    check.expect(within, '预警所据事实不在所读范围', 'the card rests on facts that it did not read', seq);
    if (this.#follows(seq, card)) this.exact += 1;
    else this.other += 1;
    this.places.set(seq, course);
    course[card.colour] = fact;
  }

  #follows(seq, card) {
    const { check } = this;
    const version = this.version(card.size, card.at);
    if (!check.expect(version !== undefined, '亮牌时并无规则生效', 'no version of the rules was in force', seq)) return false;
    const en = 'the card is of another version than the one in force';
    if (!check.expect(version.version === card.version, '预警所据规则版本并非生效版本', en, seq)) return false;
    if (card.due === undefined || this.clocksOf(version, card.rule).length === 0) return false;
    const wanted = this.wanted(card.size, card.at, card.rule, card.since)?.card;
    if (!check.expect(Boolean(wanted), '没有事实支持该预警', 'no fact supports the card', seq)) return true;
    const fits = Object.entries(wanted.said).every(([name, value]) => same(card[name], value));
    const open = card.colour === 'red' || !wanted.over;
    check.expect(fits && open, '预警与日志所得不一致', 'the card is not the one that follows from the log', seq);
    return true;
  }

  warned(fact) {
    const { check } = this;
    const { seq, body } = fact;
    const course = this.places.get(body.card);
    if (!check.expect(course?.yellow !== undefined, '预警未对应黄牌', 'the warning is of no yellow card', seq)) return;
    const yellow = course.yellow.body;
    const before = [...course.warned.map((one) => one.body.ahead), yellow.ahead].map((word) => AHEAD.indexOf(word));
    const nearer = before.every((one) => AHEAD.indexOf(body.ahead) > one) && body.ahead !== 'over';
    const last = (course.red ?? course.yellow).seq === body.card && course.ended === undefined;
    check.expect(nearer && last && isFresh(fact), '预警次序或时间不符', 'the warning is not in its turn', seq);
    course.warned.push(fact);
    if (this.clocksOf(this.version(body.size, body.at), yellow.rule).length === 0) return;
    const wanted = this.wanted(body.size, body.at, yellow.rule, yellow.since)?.card;
    const fits = wanted && !wanted.over && wanted.said.due === body.due && wanted.said.ahead === body.ahead;
    check.expect(Boolean(fits), '预警与日志所得不一致', 'the warning is not the one that follows from the log', seq);
  }

  ended(fact) {
    const { check } = this;
    const { seq, ts, body } = fact;
    const course = this.places.get(body.card);
    const last = course?.red ?? course?.yellow;
    const isOpen = last?.seq === body.card && course.ended === undefined;
    if (!check.expect(isOpen, '未对应未结预警', 'it ends no card that is open', seq)) return;
    course.ended = fact;
    check.expect(body.by < seq, '销牌所据事实在其之后', 'the fact that ended the card comes after its end', seq);
    const { rule, since, due } = last.body;
    if (due === undefined || this.clocksOf(this.version(seq, ts), rule).length === 0) return;
    const end = this.wanted(seq, ts, rule, since)?.run.end;
    const fits = end?.seq === body.by && end.how === body.how;
    check.expect(fits, '销牌方式与日志所得不一致', 'the card did not end like this', seq);
  }

  #adopted(at) {
    return this.versions.some((fact) => fact.body.from <= at && fact.ts <= at);
  }

  /** What came late or never, with ten minutes from the first entry of a platform that was away (13.3). */
  missing() {
    const times = this.rec.entries.map(({ ts }) => ts);
    const last = times.at(-1);
    const version = this.versions.findLast((fact) => fact.body.from <= last);
    if (version === undefined) return;
    const begins = Math.max(version.body.from, version.ts);
    const waited = (at) => {
      const first = times.find((ts) => ts >= Math.max(at, begins));
      return first !== undefined && first + LATEST <= last ? first + LATEST : null;
    };
    const scene = new Scene(this.rec, this.rec.size);
    for (const run of this.clocks(version.body).flatMap((clock) => scene.runs(clock))) {
      const { clock, due, end, start: { seq } } = run;
      const course = this.causes.get(JSON.stringify([clock.rule, run.about, seq])) ?? { warned: [] };
      if (due !== null) this.#before(run, course, waited);
      const card = course.red ?? course.yellow;
      const until = end === undefined || card === undefined ? null : waited(Math.max(end.ts, card.ts));
      if (until !== null && !stands(course.ended, until)) {
        this.check.fail(`规则 ${clock.rule} 的预警未销或迟销`, `the card of ${clock.rule} was not ended, or late`, end.seq);
      }
    }
  }

  /** What is due of a run with a limit: red card, yellow card, warnings. */
  #before(run, course, waited) {
    const { clock, due, end, raised, resumed } = run;
    const isOver = (at) => end !== undefined && end.ts <= at;
    const known = (at) => Math.max(at, resumed ?? at);
    const within = (at) => (this.#adopted(at) ? waited(at) : null);
    if (clock.red && !isOver(due)) {
      const until = within(due + 1);
      if (until !== null && !stands(course.red, until)) this.#lacks('红牌', 'red card', run);
    }
    if (!clock.warns) return;
    const until = within(known(raised));
    if (until !== null && until <= due && !isOver(until) && !stands(course.yellow, until)) this.#lacks('黄牌', 'yellow card', run);
    if (course.yellow === undefined) return;
    const today = endOf(dayOf(due) - 1);
    for (const [word, zh, at, next] of [['h24', '24小时预警', due - DAY, today], ['today', '当日预警', today, due + 1]]) {
      const by = within(known(at));
      if (by === null || by >= next || isOver(by) || !stands(course.yellow, by)) continue;
      const given = course.warned.filter((fact) => fact.ts <= by).map(({ body }) => body.ahead);
      const said = [...given, course.yellow.body.ahead].some((one) => AHEAD.indexOf(one) >= AHEAD.indexOf(word));
      if (!said) this.#lacks(zh, `warning "${word}"`, run);
    }
  }

  #lacks(zh, en, { clock: { rule }, start: { seq } }) {
    this.check.fail(`规则 ${rule} 的${zh}缺失或迟延`, `the ${en} of ${rule} is missing or late`, seq);
  }
}

const stands = (fact, until) => fact !== undefined && fact.ts <= until;

/** Check 41: every card of a clock rule is the one that follows; none is missing, late or issued twice. */
export async function check41(check, rec) {
  const cards = new Cards(check, rec);
  const own = OWN.flatMap((kind) => rec.of(kind)).filter((fact) => fact.stream === `supervision/${rec.tender}`);
  if (cards.versions.length === 0 && !own.some(({ kind }) => kind === 'card.issued')) {
    throw new NotApplicable('尚未采用监察规则', 'no rules of supervision are adopted');
  }
  await soundVersions(check, cards.versions);
  for (const fact of own.sort((left, right) => left.seq - right.seq)) cards[fact.kind.slice('card.'.length)](fact);
  cards.missing();
  const { exact, other } = cards;
  check.note(`重算期限规则预警 ${exact} 张,其余规则预警 ${other} 张仅核对形式`, `${exact} cards of clock rules recomputed, ${other} of other rules looked at`);
}
