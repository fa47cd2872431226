// A deadline that an order moved after it had passed, because the platform was down over it (record format, 4.3).
// Invariant: the numbers are those of the law; why a deadline stays is said in both languages, and null means that it moves.


const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A closing later than this after its deadline says that the platform did not run then, in ms. */
const LATE = 5 * MINUTE;
/** For how long after such a closing an order may come, in ms. */
export const WITHIN = 24 * HOUR;
/** The least time that a moved deadline leaves, in ms. */
export const FLOOR = 2 * HOUR;
/** What the way from the order to the fact that obeys it may take, in ms. */
const COURIER = MINUTE;

/**
 * Why a deadline that has passed cannot be moved so.
 * @param {{deadline: number, closed: number}} passed the deadline, and when its closing was written
 * @param {{ts: number, body: {closes_at: number, down?: {from: number, until: number}}}} moved the fact that obeys the order
 * @returns {{zh: string, en: string} | null}
 */
export function stays({ deadline, closed }, { ts, body: { closes_at: closesAt, down } }) {
  if (closed - deadline <= LATE) return { zh: '平台按时截标', en: 'the platform closed in time' };
  if (down === undefined) return { zh: '未写明停机时段', en: 'no outage is stated' };
  if (!(down.from < down.until && down.until <= ts)) {
    return { zh: '停机时段不成立或当时尚未结束', en: 'the outage stated is no period that was over' };
  }
  if (!(down.from <= deadline && deadline <= down.until)) {
    return { zh: '停机时段不包含该截止时间', en: 'the outage stated does not cover it' };
  }
  if (ts > closed + WITHIN + COURIER) return { zh: '距记入截标已逾二十四小时', en: 'more than a day after the closing' };
  const needed = Math.max(down.until - down.from, FLOOR);
  return closesAt + COURIER >= ts + needed ? null : { zh: '留出的时间过短', en: 'it leaves too little time' };
}
