// Days of the law (docs/record-format.md, 8.7): China days, working days, periods with spans that do not count.
// Invariant: the day on which a period begins is never counted; a day is its number since 1970-01-01 in UTC+8.

/** The calendar that these days are counted with. */
export const CALENDAR = 'cn-workdays/2025-2027/1';

const DAY = 86_400_000;
const CHINA = 8 * 3_600_000;

const HOLIDAYS = {
  2025: '01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08',
  2026: '01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07',
  2027: '01-01..01-01 02-05..02-08 04-05..04-05 05-01..05-02 06-09..06-09 09-15..09-15 10-01..10-03',
};
const MADE_UP = {
  2025: '01-26 02-08 04-27 09-28 10-11',
  2026: '01-04 02-14 02-28 05-09 09-20 10-10',
};

const number = (year, text) => Date.parse(`${year}-${text}T00:00:00Z`) / DAY;

const FREE = new Set();
for (const [year, spans] of Object.entries(HOLIDAYS)) {
  for (const span of spans.split(' ')) {
    const [first, last] = span.split('..').map((text) => number(year, text));
    for (let day = first; day <= last; day += 1) FREE.add(day);
  }
}
const WORKED = new Set(Object.entries(MADE_UP).flatMap(([year, days]) => days.split(' ').map((text) => number(year, text))));

/** The China day of an instant. @param {number} ts */
export const dayOf = (ts) => Math.floor((ts + CHINA) / DAY);

/** The first instant after a day. @param {number} day */
export const endOf = (day) => (day + 1) * DAY - CHINA;

/** Whether people work on that day; 1970-01-01 was a Thursday. @param {number} day */
export const isWorking = (day) => WORKED.has(day) || ((day + 3) % 7 < 5 && !FREE.has(day));

/** The last day of a period; null while an open span keeps it from ending. */
function count(begins, days, spans, working) {
  let day = begins;
  for (let left = days; left > 0; ) {
    day += 1;
    const current = day;
    if (spans.some(([first, last]) => last === null && current >= first)) return null;
    if (spans.some(([first, last]) => last !== null && first <= current && current <= last)) continue;
    if (!working || isWorking(day)) left -= 1;
  }
  return day;
}

/**
 * The end of a period of working days. @param {number} begins @param {number} days
 * @param {[number, number|null][]} [spans] days that do not count, first and last
 */
export function workingDays(begins, days, spans = []) {
  const day = count(begins, days, spans, true);
  return day === null ? null : endOf(day);
}

/**
 * The end of a period of days, moved to a working day. @param {number} begins @param {number} days
 * @param {[number, number|null][]} [spans]
 */
export function calendarDays(begins, days, spans = []) {
  let day = count(begins, days, spans, false);
  if (day === null) return null;
  while (!isWorking(day)) day += 1;
  return endOf(day);
}
