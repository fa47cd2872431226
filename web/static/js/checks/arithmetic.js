// The arithmetic of an evaluation (docs/record-format.md, 8.2), in integers and fractions.
// Invariant: nothing is rounded but where the document says so; a fraction is a pair of BigInts, the lower positive.

const LIMIT = 2n ** 53n - 1n;

const fraction = (top, bottom) => (bottom < 0n ? { top: -top, bottom: -bottom } : { top, bottom });

/** ⌊top / bottom⌋ for a positive bottom. */
function floor(top, bottom) {
  const quotient = top / bottom;
  return top % bottom < 0n ? quotient - 1n : quotient;
}

/** ⌊x + 1/2⌋. */
const rounded = ({ top, bottom }) => floor(2n * top + bottom, 2n * bottom);

/** x brought into 0 … 2^53−1, as a number. */
function clip(x) {
  if (x < 0n) return 0;
  return Number(x > LIMIT ? LIMIT : x);
}

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
  const price = BigInt(row.price.minor);
  const evaluated = clip(rounded(fraction(price * (markup > 0n ? markup : 0n), 10_000n)));
  return { evaluated, panel_e4: 0, price_e4: 0, total_e4: 0 };
}

/** The benchmark of the valid prices, not rounded; null without prices. */
export function benchmarkOf(method, prices) {
  if (prices.length === 0) return null;
  const { drop_low: low, drop_high: high } = method;
  let ordered = prices.map(BigInt).sort((a, b) => (a < b ? -1 : Number(a > b)));
  if (ordered.length - low - high >= 1) ordered = ordered.slice(low, ordered.length - high);
  const sum = ordered.reduce((total, price) => total + price, 0n);
  return fraction(sum * (10_000n - BigInt(method.float_bp)), BigInt(ordered.length) * 10_000n);
}

const magnitude = (x) => (x < 0n ? -x : x);

function composite(method, row, sheets, benchmark) {
  const price = BigInt(row.price.minor);
  let priceE4 = 0;
  if (benchmark.top > 0n) {
    // |p − b| / b = |p·bottom − top| / top
    const distance = price * benchmark.bottom - benchmark.top;
    const factor = BigInt(distance > 0n ? method.above : method.below);
    const whole = 100n * BigInt(method.price_points);
    priceE4 = clip(rounded(fraction(whole * benchmark.top - magnitude(distance) * 10_000n * factor, benchmark.top)));
  }
  let panelE4 = 0;
  if (sheets.length > 0) {
    const values = sheets.flatMap((sheet) => Object.values(sheet[row.code]));
    const total = values.reduce((sum, value) => sum + BigInt(value), 0n);
    panelE4 = clip(rounded(fraction(100n * total, BigInt(sheets.length))));
  }
  return {
    evaluated: row.price.minor,
    panel_e4: panelE4,
    price_e4: priceE4,
    total_e4: clip(BigInt(panelE4) + BigInt(priceE4)),
  };
}

const order = (a, b) => (a < b ? -1 : Number(a > b));
const better = (a, b) => order(b.total_e4, a.total_e4) || order(a.evaluated, b.evaluated) || order(a.price, b.price);

function lotResult(method, lot, rows, sheets, codes) {
  const bid = (code) => (Object.hasOwn(codes, code) ? codes[code] : null);
  const mine = rows.filter((row) => row.lot === lot).sort((a, b) => order(a.code, b.code));
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
    if (benchmark !== null) {
      out.benchmark_e4 = clip(rounded(fraction(benchmark.top * 10_000n, benchmark.bottom)));
    }
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
 * The results of all lots, ascending by lot.
 * @param {object} method @param {object[]} rows coded bids @param {object[]} sheets @param {Record<string, string>} codes
 */
export function results(method, rows, sheets, codes) {
  const lots = [...new Set(rows.map((row) => row.lot))].sort();
  return lots.map((lot) => lotResult(method, lot, rows, sheets, codes));
}
