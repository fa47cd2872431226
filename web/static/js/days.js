// Days of the law (docs/record-format.md, 8.7): China days, working days, periods with spans that do not count.
// Invariant: the day on which a period begins is never counted; a day is its number since 1970-01-01 in UTC+8; what a
// record counted by a calendar is counted again by that calendar, whatever came after it.

const DAY = 86_400_000;
const CHINA_OFFSET = 8 * 3_600_000;

/** Days off, first to last, and weekend days on which people work. */
const YEARS = {
  2025: ['01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08', '01-26 02-08 04-27 09-28 10-11'],
  2026: ['01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07', '01-04 02-14 02-28 05-09 09-20 10-10'],
};
/** 2027 as the regulation alone has it (全国年节及纪念日放假办法2). */
const REGULATION_2027 = ['01-01..01-01 02-05..02-08 04-05..04-05 05-01..05-02 06-09..06-09 09-15..09-15 10-01..10-03', ''];

/** The China day of an instant. @param {number} ts */
export const dayOf = (ts) => Math.floor((ts + CHINA_OFFSET) / DAY);

/** The first instant after a day. @param {number} day */
export const endOf = (day) => (day + 1) * DAY - CHINA_OFFSET;

/** The last day of a period of which every day counts that is not free; null while an open span keeps it from ending. */
function count(begins, days, spans, counts) {
  if (!Number.isSafeInteger(begins)) throw new RangeError('a period begins on no day');
  let day = begins;
  for (let left = days; left > 0; ) {
    day += 1;
    const current = day;
    if (spans.some(([first, last]) => last === null && current >= first)) return null;
    if (spans.some(([first, last]) => last !== null && first <= current && current <= last)) continue;
    if (counts(day)) left -= 1;
  }
  return day;
}

/** A calendar of working days, one version of it. */
export class Calendar {
  #off = new Set();
  #worked = new Set();

  /** @param {string} version @param {Record<string, [string, string]>} years */
  constructor(version, years) {
    this.version = version;
    for (const [year, [off, worked]] of Object.entries(years)) {
      const number = (text) => Date.parse(`${year}-${text}T00:00:00Z`) / DAY;
      for (const span of off.split(' ')) {
        const [first, last] = span.split('..').map(number);
        for (let day = first; day <= last; day += 1) this.#off.add(day);
      }
      for (const day of worked.split(' ').filter(Boolean)) this.#worked.add(number(day));
    }
  }

  /** Whether people work on that day; 1970-01-01 was a Thursday. @param {number} day */
  isWorked(day) {
    return this.#worked.has(day) || ((((day + 3) % 7) + 7) % 7 < 5 && !this.#off.has(day));
  }

  /** That day, or the next on which people work. @param {number} day */
  workedFrom(day) {
    let found = day;
    while (!this.isWorked(found)) found += 1;
    return found;
  }

  /** The last day of a period begun on a day. @param {number} begins @param {[number, string]} due `d` days, `w` working days */
  reached(begins, [number, unit]) {
    return count(begins, number, [], (day) => unit === 'd' || this.isWorked(day));
  }

  /**
   * The end of a period of working days; null while an open span keeps it from ending.
   * @param {number} begins @param {number} days
   * @param {[number, number|null][]} [spans] days that do not count, first and last
   */
  workingDays(begins, days, spans = []) {
    const day = count(begins, days, spans, (one) => this.isWorked(one));
    return day === null ? null : endOf(day);
  }

  /**
   * The end of a period of days, moved to a working day.
   * @param {number} begins @param {number} days
   * @param {[number, number|null][]} [spans]
   */
  calendarDays(begins, days, spans = []) {
    const day = count(begins, days, spans, () => true);
    return day === null ? null : endOf(this.workedFrom(day));
  }
}

/** Every version that ever counted a day, the latest last. */
export const KNOWN = [
  new Calendar('cn-workdays/2025-2026/1', YEARS),
  new Calendar('cn-workdays/2025-2027/1', { ...YEARS, 2027: REGULATION_2027 }),
];

/** The latest. */
export const CHINA = KNOWN.at(-1);

/** The calendar that a record names; undefined if it is not known here. @param {string} version */
export const named = (version) => KNOWN.find((calendar) => calendar.version === version);
