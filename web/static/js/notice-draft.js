// A notice (招标公告) from the fields of its form, and back.
// Invariant: amounts are whole fen and times whole milliseconds; nothing is rounded silently.

import { benchmark } from './notice-benchmark.js';
import { procedure } from './notice-ways.js';

/** China Standard Time is eight hours ahead of UTC all year. */
const OFFSET = 8 * 3_600_000;

/** Milliseconds of a `datetime-local` value in China Standard Time; null if it is empty. @param {string} value */
export function instant(value) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(value);
  if (!found) return null;
  const [, year, month, day, hour, minute, second] = found.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second || 0) - OFFSET;
}

/** The `datetime-local` value of an instant, in China Standard Time to the minute. @param {number} ms */
export const local = (ms) => new Date(ms + OFFSET).toISOString().slice(0, 16);

/** Fen of an amount in yuan; null if it is empty, NaN if it is no amount. @param {string} text */
export function fen(text) {
  const plain = text.replaceAll(',', '').trim();
  if (plain === '') return null;
  const found = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(plain);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : Number.NaN;
}

/** Hundredths of a number with at most two decimals; NaN if it is none. @param {string} text */
export const hundredths = (text) => fen(text) ?? Number.NaN;

const money = (minor) => ({ currency: 'CNY', minor });

function lot({ id, title, estimate, ceiling, deposit }) {
  const made = { lot: id, title, estimate: money(fen(estimate) ?? 0) };
  if (fen(ceiling) !== null) made.ceiling = money(fen(ceiling));
  if (fen(deposit) !== null) made.deposit = money(fen(deposit));
  return made;
}

/** Items, one a line: an id, then points where it is scored, then what is judged. @param {string} text */
export function items(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [item, ...rest] = line.split(/\s+/);
      const isScored = rest.length > 0 && /^[\d.,-]/.test(rest[0]);
      return { item, points: isScored ? hundredths(rest.shift()) : null, title: rest.join(' ') || item };
    });
}

const HALF_HOUR = 1_800_000;

/** Methods whose rules the notice spells out, and the basis of each: 87号令54, 55, 财库〔2014〕214号24, 74号令35, 48, 12号令34, or the notice. */
const BASES = { benchmark: 'composite', low_price_score: 'low_price_score', lowest_price: 'lowest_price', consultation: 'consultation', negotiation: 'negotiation', comparison: 'notice' };

/** In open tendering of government procurement the buyer reviews the qualification, the panel the rest (87号令44, 50). */
const isBuyers = (basis, item) => ['low_price_score', 'lowest_price'].includes(basis) && /^qualification(?:$|[-.])/.test(item);

function declared(draft, listed, panel) {
  const basis = BASES[draft.method];
  const hasPoints = Number(draft.price_points) > 0 && listed.some(({ points }) => points !== null);
  const isScored = ['low_price_score', 'consultation'].includes(basis) || (basis === 'notice' && hasPoints);
  const isTalked = ['consultation', 'negotiation', 'notice'].includes(basis);
  const deduction = hundredths(draft.deduction || '0');
  const judged = isScored ? listed.filter(({ points }) => points !== null) : [];
  const reviewed = listed.filter((item) => !judged.includes(item));
  return {
    method: 'declared',
    adjustments: [],
    basis,
    category: draft.category || 'goods',
    deductions: deduction === 0 ? [] : [{ basis: '财库〔2020〕46号、财库〔2022〕19号', bp: deduction, from: 'price', item: 'small-firm' }],
    drawn: [],
    items: judged.map(({ item, points, title }) => ({ item, max: points, steps: [], title, weight_bp: 10_000 })),
    ...(basis === 'notice' ? {} : { low_price: { answer_ms: HALF_HOUR, ceiling_bp: 4_500, mean_bp: 5_000, second_bp: 5_000 } }),
    min_valid: isTalked ? Math.min(3, Number(draft.min_bidders)) : 3,
    panel,
    places: 2,
    price: { points: isScored ? hundredths(draft.price_points) : 0, rule: isScored ? 'lowest_first' : 'order' },
    review: reviewed.map(({ item, title }) => ({ by: isBuyers(basis, item) ? 'buyer' : 'panel', clause: title, item, title })),
    same_brand: 'ignored',
    ties: isScored ? [{ by: 'price' }] : [],
  };
}

/** A works method whose prices are measured against a benchmark (12号令34): with fewer than three valid bids the panel argues (12号令27). */
function measured(draft, listed, panel) {
  const { benchmark: against, drawn } = benchmark(draft);
  const { low_price: _, ...rest } = declared({ ...draft, category: 'works', deduction: '0' }, listed, panel);
  const scored = listed.filter(({ points }) => points !== null);
  return {
    ...rest,
    drawn,
    items: scored.map(({ item, points, title }) => ({ item, max: points, steps: [], title, weight_bp: 10_000 })),
    min_valid: 0,
    price: { benchmark: against, points: hundredths(draft.price_points), rule: 'benchmark' },
    review: rest.review.filter(({ item }) => !scored.some((one) => one.item === item)),
    ties: [{ by: 'price' }],
  };
}

function method(draft) {
  const listed = items(draft.items);
  const panel = Number(draft.panel);
  if (draft.method === 'benchmark') return measured(draft, listed, panel);
  if (draft.method === 'lowest_evaluated') {
    return { method: 'lowest_evaluated', adjustments: [], must_pass: listed.map(({ item }) => item), panel };
  }
  if (draft.method in BASES) return declared(draft, listed, panel);
  const scored = listed.map(({ item, points, title }) => ({ item, max: points ?? 0, title }));
  return {
    method: 'composite',
    above: hundredths(draft.above),
    below: hundredths(draft.below),
    drop_high: Number(draft.drop_high),
    drop_low: Number(draft.drop_low),
    float_bp: hundredths(draft.float),
    items: scored,
    panel,
    price_points: hundredths(draft.price_points),
  };
}

const LETTER = { max_bytes: 65_536, part: 'letter', role: 'letter' };
const QUOTE = { ...LETTER, part: 'quote' };

/**
 * Stages of the keys that are assigned: the technical envelope is opened before the price, final quotes last. What proves
 * the qualification is a file of its own where the buyer reviews it, so that the panel's file stays under its code.
 */
export function stages(keys, maxBytes, qualifies = false) {
  const file = { max_bytes: maxBytes, part: 'technical', role: 'panel' };
  const proof = qualifies ? [{ max_bytes: maxBytes, part: 'qualification', role: 'qualification' }] : [];
  const parts = { open: [LETTER, ...proof, file], technical: [...proof, file], price: [LETTER], final: [QUOTE] };
  return ['open', 'technical', 'price', 'final']
    .filter((stage) => keys.has(stage))
    .map((stage) => ({ ...(stage === 'final' ? { invited: true } : {}), key_id: keys.get(stage), parts: parts[stage], stage }));
}

const MINUTE = 60_000;

/**
 * The body of `tender.noticed`.
 * @param {object} draft the fields as they were typed
 * @param {{tender: string, keys: Map<string, string>, documents: object[]}} given
 */
export function notice(draft, { tender, keys, documents }) {
  const said = procedure(draft, instant);
  return {
    closes_at: instant(draft.closes_at) ?? 0,
    documents,
    documents_from: instant(draft.documents_from) ?? 0,
    documents_until: instant(draft.documents_until) ?? 0,
    lots: draft.lots.map(lot),
    method: method(draft),
    min_bidders: Number(draft.min_bidders),
    opening: {
      bidder_lock: draft.bidder_lock,
      objection_ms: Number(draft.objection_min) * MINUTE,
      remedy: draft.remedy.trim(),
      share_ms: Number(draft.share_min) * MINUTE,
      unlock_ms: Number(draft.unlock_min) * MINUTE,
    },
    ...(said ? { procedure: said } : {}),
    publicity_days: Number(draft.publicity_days),
    region: draft.region.trim(),
    stages: stages(keys, Number(draft.max_mib) * 1_048_576, method(draft).review?.some(({ by }) => by === 'buyer')),
    tender,
    title: draft.title.trim(),
    trade: draft.trade.trim(),
    validity_days: Number(draft.validity_days),
  };
}
