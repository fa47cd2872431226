// What a bid is: the places that a notice asks to fill, the opening letter (投标函), and how one's own facts add up.
// Invariant: nothing here touches the network or the page; what it refuses it says in both languages.

import { Wrong } from './bytes.js';

/**
 * One envelope that a lot needs.
 * @typedef {{name: string, lot: string, part: string, role: 'letter'|'panel'|'public', maxBytes: number, stage: string,
 *   keyId: string, priced: boolean, currency: string}} Place
 */

/**
 * Every place of a notice that is filled now: lots by the parts of its stages, or of the one for final quotes.
 * @param {object} notice @param {string|null} [round] the stage for whose final quotes one is invited
 * @returns {Place[]}
 */
export function placesOf(notice, round = null) {
  const due = ({ stage, invited }) => (round === null ? !invited : stage === round);
  const last = notice.stages.at(-1).stage;
  return notice.lots.flatMap(({ lot, estimate }) =>
    notice.stages.filter(due).flatMap(({ stage, key_id: keyId, parts }) =>
      parts.map(({ part, role, max_bytes: maxBytes }) => ({
        name: `${lot}/${part}`, lot, part, role, maxBytes, stage, keyId, currency: estimate.currency,
        priced: role === 'letter' && stage === last,
      })), // prettier-ignore
    ),
  );
}

/** An amount as a person writes it. @param {string} text @param {string} currency @returns {{currency: string, minor: number}} */
export function amountOf(text, currency) {
  const digits = currency === 'JPY' ? 0 : 2;
  const plain = text.trim().replace(/[,,\s]/g, '');
  const shape = digits === 0 ? /^\d+$/ : /^\d+(\.\d{1,2})?$/;
  if (!shape.test(plain)) {
    throw new Wrong(
      digits === 0 ? '请填写整数金额,如 9850000。' : '请填写金额,至多两位小数,如 9850000.00。',
      digits === 0 ? 'Write a whole amount, such as 9850000.' : 'Write an amount with at most two decimals, such as 9850000.00.',
    );
  }
  const [whole, rest = ''] = plain.split('.');
  const minor = Number(whole + rest.padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) throw new Wrong('金额过大。', 'The amount is too large.');
  return { currency, minor };
}

/** What is remarkable about a price beside the limits of its lot; null if nothing is. */
export function priceRemark({ minor }, { ceiling, floor }) {
  if (ceiling && minor > ceiling.minor) {
    return { zh: '报价高于最高投标限价,评审时将被否决。', en: 'The price is above the ceiling: the bid would be rejected.' };
  }
  if (floor && minor < floor.minor) {
    return { zh: '报价低于最低限价,评审时将被否决。', en: 'The price is below the floor: the bid would be rejected.' };
  }
  return null;
}

/**
 * Numbers that a letter declares: deviations, claims to a deduction, objective items.
 * @param {object} notice @returns {{item: string, unit: string, as: 'deviation'|'claim'|'number'}[]}
 */
export const deviationsAsked = ({ method: { adjustments = [], deductions = [], items = [] } }) => [
  ...adjustments.map(({ item, unit }) => ({ item, unit, as: 'deviation' })),
  ...deductions.map(({ item, basis }) => ({ item, unit: basis, as: 'claim' })),
  ...items.filter(({ steps }) => steps?.length > 0).map(({ item, title }) => ({ item, unit: title, as: 'number' })),
];

/** Whether letters name the brand of the core product (87号令31). @param {object} notice */
export const brandAsked = ({ method }) => method.same_brand === 'one';

/**
 * The opening letter (docs/record-format.md): optional members are left out, never empty.
 * @param {{account: string, certificate: string, name: string, period: number, lead: string, quality: string,
 *   price?: {currency: string, minor: number}, brand?: string, deviations?: Record<string, number>}} said
 */
export function letterOf({ account, certificate, name, period, lead, quality, price, brand, deviations = {} }) {
  const declared = Object.fromEntries(Object.entries(deviations).filter(([, units]) => units !== 0));
  return {
    account,
    ...(brand ? { brand } : {}),
    certificate,
    ...(Object.keys(declared).length > 0 ? { deviations: declared } : {}),
    name,
    period_days: period,
    ...(price ? { price } : {}),
    project_lead: lead,
    quality,
  };
}

/**
 * How one's own facts add up.
 * @typedef {{bid: string|null, key: string|null, submissions: {seq: number, at: number, body: object}[], revision: number,
 *   live: boolean, acknowledged: string|null, inquiries: object[], last: {seq: number, at: number, kind: string}|null}} Own
 * @param {{kind: string, body: object, seq: number, at: number}[]} facts in the order of the log
 * @returns {Own}
 */
export function ownOf(facts) {
  const own = { bid: null, key: null, submissions: [], revision: 0, live: false, acknowledged: null, inquiries: [], last: null };
  for (const { kind, body, seq, at } of facts) {
    if (kind === 'bid.entered') Object.assign(own, { bid: body.bid, key: body.key });
    if (kind === 'bid.submitted') {
      own.submissions.push({ seq, at, body });
      Object.assign(own, { revision: body.revision, live: true, acknowledged: body.rules });
    }
    if (kind === 'bid.confirmed') own.acknowledged = body.rules;
    if (kind === 'bid.withdrawn') own.live = false;
    if (kind === 'inquiry.put') own.inquiries.push({ ...body, seq, at, answer: null });
    if (kind === 'inquiry.answered') {
      const asked = own.inquiries.find(({ clarification }) => clarification === body.clarification);
      if (asked) asked.answer = { seq, at, text: body.text, confirms: body.confirms };
    }
    // What the panel asks, and is answered, changes nothing of where the bid stands.
    if (kind.startsWith('bid.')) own.last = { seq, at, kind };
  }
  return own;
}

/** The addenda after the rules that a bid acknowledged last. @param {import('./terms.js').Version[]} versions @param {string|null} rules */
export function unconfirmed(versions, rules) {
  const at = versions.findIndex((version) => version.rules === rules);
  return at < 0 ? [] : versions.slice(at + 1);
}

/**
 * How far a draft is. An envelope that was handed in once is never handed in again: the log takes a body once.
 * @param {{lots: string[], slots: Record<string, string>}} draft submission by name of the place
 * @param {Place[]} places @param {import('./seal-job.js').Job[]} jobs @param {string} rules in force, hex
 * @param {(job: object) => string} rulesOf of a job, hex
 * @param {Set<string>} used submissions that were handed in
 * @returns {{wanted: Place[], open: Place[], begun: {place: Place, job: object}[], sealed: {place: Place, job: object}[]}}
 */
export function progressOf(draft, places, jobs, rules, rulesOf, used = new Set()) {
  const wanted = places.filter(({ lot }) => draft.lots.includes(lot));
  const out = { wanted, open: [], begun: [], sealed: [] };
  for (const place of wanted) {
    const job = jobs.find(({ submission }) => submission === draft.slots[place.name]);
    if (!job || rulesOf(job) !== rules || used.has(job.submission)) out.open.push(place);
    else out[job.done ? 'sealed' : 'begun'].push({ place, job });
  }
  return out;
}

/** The submissions that were handed in, in any revision. @param {Own} own @returns {Set<string>} */
export const handedIn = (own) =>
  new Set(own.submissions.flatMap(({ body }) => body.envelopes.map(({ submission }) => submission)));

const MINUTE = 60_000;
const CLOCK = 2 * MINUTE;

/**
 * What a bidder must be told now.
 * @param {{now: number, local: number, closesAt: number, standing: boolean, sealed: boolean, waiting: number}} at
 *   `now`: the platform's time; `local`: this machine's; `sealed`: sealed and not handed in; `waiting`: unconfirmed addenda
 * @returns {{zh: string, en: string, urgent: boolean}[]}
 */
export function warningsOf({ now, local, closesAt, standing, sealed, waiting }) {
  const out = [];
  const add = (urgent, zh, en) => out.push({ zh, en, urgent });
  const left = closesAt - now;
  const stages = [[10 * MINUTE, '10 分钟', '10 minutes'], [60 * MINUTE, '1 小时', 'an hour'], [1_440 * MINUTE, '24 小时', '24 hours']];
  const near = left > 0 && stages.find(([within]) => left <= within);
  if (near && !standing) add(true, `距截止不足 ${near[1]},您还没有有效的投标。`, `Less than ${near[2]} left, and no bid of yours stands.`);
  else if (near) add(false, `距截止不足 ${near[1]}。`, `Less than ${near[2]} left.`);
  if (sealed && left > 0) {
    add(true, '已加密,尚未递交:只有签名递交并取得回执后,投标才算送达。', 'Sealed, not yet handed in: a bid has arrived only when you signed it in and have the receipt.');
  }
  if (waiting > 0 && left > 0) {
    add(true, `有 ${waiting} 份澄清修改尚未确认:请确认原投标仍然有效,或替换投标。`, `${waiting === 1 ? 'An addendum is' : `${waiting} addenda are`} unconfirmed: confirm that your bid stands as it is, or replace it.`);
  }
  const off = local - now;
  if (Math.abs(off) > CLOCK) {
    const minutes = Math.round(Math.abs(off) / MINUTE);
    add(false, `本机时钟与平台相差约 ${minutes} 分钟;一切时限以平台时间为准。`, `This machine's clock is about ${minutes} minutes off; every deadline goes by the platform's time.`);
  }
  return out;
}
