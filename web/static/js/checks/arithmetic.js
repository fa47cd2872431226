// The arithmetic of an evaluation by the two plain methods (docs/record-format.md, 8.2), in integers and fractions.
// Invariant: nothing is rounded but where the document says so.

import { declaredResult } from './declared.js';
import { by, clip, compare, magnitude, minus, over, rounded, times } from './fraction.js';

/** The first clause that rejects a coded bid, or null. */
export function rejection(method, row, sheets) {
  const price = row.price.minor;
  if (row.ceiling !== undefined && price > row.ceiling.minor) return 'above_ceiling';
  if (row.floor !== undefined && price < row.floor.minor) return 'below_floor';
  if (method.method !== 'lowest_evaluated' || sheets.length === 0) return null;
  for (const item of method.must_pass) {
    const passed = sheets.filter((sheet) => sheet[row.code][item] === 1).length;
    if (!(2 * passed > sheets.length)) return `must_pass:${item}`;
  }
  return null;
}

function lowest(method, row) {
  const units = row.deviations ?? {};
  let markup = 10_000n;
  for (const { item, bp_per_unit: points } of method.adjustments) {
    const count = Object.hasOwn(units, item) ? units[item] : 0;
    markup += BigInt(points) * BigInt(Math.max(0, count));
  }
  const evaluated = clip(rounded(over(BigInt(row.price.minor) * (markup > 0n ? markup : 0n), 10_000n)));
  return { evaluated, panel_e4: 0, price_e4: 0, total_e4: 0 };
}

/** The benchmark of the valid prices, not rounded; null without prices. */
export function benchmarkOf(method, prices) {
  if (prices.length === 0) return null;
  const { drop_low: low, drop_high: high } = method;
  let ordered = [...prices].sort((a, b) => a - b);
  if (ordered.length - low - high >= 1) ordered = ordered.slice(low, ordered.length - high);
  const sum = ordered.reduce((total, price) => total + BigInt(price), 0n);
  return times(over(sum, ordered.length), over(10_000 - method.float_bp, 10_000));
}

function composite(method, row, sheets, benchmark) {
  const price = row.price.minor;
  let priceE4 = 0;
  if (compare(benchmark, 0) > 0) {
    const factor = compare(price, benchmark) > 0 ? method.above : method.below;
    const distance = by(magnitude(minus(price, benchmark)), benchmark);
    priceE4 = clip(rounded(minus(times(100, method.price_points), times(times(distance, 10_000), factor))));
  }
  let panelE4 = 0;
  if (sheets.length > 0) {
    const values = sheets.flatMap((sheet) => Object.values(sheet[row.code]));
    const total = values.reduce((sum, value) => sum + BigInt(value), 0n);
    panelE4 = clip(rounded(over(100n * total, sheets.length)));
  }
  const total = clip(BigInt(panelE4) + BigInt(priceE4));
  return { evaluated: price, panel_e4: panelE4, price_e4: priceE4, total_e4: total };
}

const order = (a, b) => (a < b ? -1 : Number(a > b));
const better = (a, b) => order(b.total_e4, a.total_e4) || order(a.evaluated, b.evaluated) || order(a.price, b.price);

function plainResult(method, lot, mine, sheets, codes) {
  const bid = (code) => (Object.hasOwn(codes, code) ? codes[code] : null);
  const rejected = [];
  const valid = [];
  for (const row of mine) {
    const clause = rejection(method, row, sheets);
    if (clause === null) valid.push(row);
    else rejected.push({ bid: bid(row.code), clause, code: row.code });
  }
  const out = { lot, rejected };
  let benchmark = null;
  if (method.method === 'composite') {
    benchmark = benchmarkOf(method, valid.map((row) => row.price.minor));
    if (benchmark !== null) out.benchmark_e4 = clip(rounded(times(benchmark, 10_000)));
  }
  const scored = valid.map((row) => {
    const numbers = benchmark === null ? lowest(method, row) : composite(method, row, sheets, benchmark);
    return { code: row.code, price: row.price.minor, ...numbers };
  });
  scored.sort((a, b) => better(a, b) || order(a.code, b.code));
  out.ranking = scored.map(({ price: _, ...numbers }, place) => ({
    bid: bid(numbers.code),
    ...numbers,
    rank: 1 + scored.slice(0, place).filter((other) => better(other, scored[place]) < 0).length,
  }));
  return out;
}

/**
 * What a declared method takes beside bids and sheets (8.4).
 * @typedef {{corrected: Record<string, number>, drawn: Record<string, number>, order: string[],
 *   rejected: Record<string, string>}} Given
 * @type {Given}
 */
const NOTHING = { corrected: {}, drawn: {}, order: [], rejected: {} };

/**
 * The results of all lots, ascending by lot.
 * @param {object} method @param {object[]} rows coded bids @param {object[]} sheets @param {Record<string, string>} codes
 * @param {Given} [given]
 */
export function results(method, rows, sheets, codes, given = NOTHING) {
  const lots = [...new Set(rows.map((row) => row.lot))].sort();
  return lots.map((lot) => {
    const mine = rows.filter((row) => row.lot === lot).sort((a, b) => order(a.code, b.code));
    return method.method === 'declared'
      ? declaredResult(method, lot, mine, sheets, codes, given)
      : plainResult(method, lot, mine, sheets, codes);
  });
}
