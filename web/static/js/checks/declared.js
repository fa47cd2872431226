// A method whose every rule is declared (docs/record-format.md, 8.3).
// Invariant: fractions all the way; a figure is rounded where the document says so and nowhere else.

import { by, ceil, clip, compare, floor, magnitude, minus, over, plus, rounded, times } from './fraction.js';

const HIGHEST = 10 ** 15;
const lookUp = (map, name, otherwise) => (Object.hasOwn(map, name) ? map[name] : otherwise);
const unitsOf = (row, item) => lookUp(row.deviations ?? {}, item, 0);
const ascending = (a, b) => (a < b ? -1 : Number(a > b));

/** Ascending figures without what the last tier that applies leaves out. @param {number[]} figures */
export function trimmed(tiers, figures) {
  const ordered = [...figures].sort(ascending);
  const tier = tiers.findLast((one) => one.from <= ordered.length);
  return tier ? ordered.slice(tier.low, Math.max(tier.low, ordered.length - tier.high)) : ordered;
}

const sumOf = (figures) => figures.reduce((total, figure) => total + BigInt(figure), 0n);

function claims(method, row, where) {
  const mine = method.deductions.filter(({ from, item }) => from === where && unitsOf(row, item) > 0);
  return Math.min(10_000, Number(sumOf(mine.map(({ bp }) => bp))));
}

/** The price after adjustments and deductions, to the minor unit. */
export function evaluatedPrice(method, row, price) {
  let factor = 10_000n;
  for (const { bp_per_unit: points, item } of method.adjustments) {
    factor += BigInt(points) * BigInt(Math.max(0, unitsOf(row, item)));
  }
  const left = BigInt(10_000 - claims(method, row, 'price'));
  const exact = over(BigInt(price) * (factor > 0n ? factor : 0n) * left, 10n ** 8n);
  return Math.min(HIGHEST, clip(rounded(exact)));
}

function clauseOf(row, price, given) {
  if (row.ceiling !== undefined && Math.max(price, row.price.minor) > row.ceiling.minor) return 'above_ceiling';
  if (row.floor !== undefined && price < row.floor.minor) return 'below_floor';
  return lookUp(given.rejected, row.code, null);
}

const amountOf = (amount, given) => amount.fixed ?? given.drawn[amount.drawn];
const share = (amount, given) => over(amountOf(amount, given), 10_000);

function meanOf(kind, kept) {
  if (kind === 'lowest') return over(kept[0]);
  if (kind === 'median') {
    const half = kept.length / 2;
    return over(BigInt(kept[Math.floor(half)]) + BigInt(kept[Math.ceil(half) - 1]), 2);
  }
  const mean = over(sumOf(kept), kept.length);
  return kind === 'mean_with_lowest' ? by(plus(mean, kept[0]), 2) : mean;
}

/** The benchmark in minor units, exact but for its declared rounding. */
export function benchmarkOf(rule, lot, ceiling, prices, given) {
  const mean = meanOf(rule.mean, trimmed(rule.tiers, prices));
  const weight = share(rule.control_bp, given);
  const provisional = lookUp(rule.provisional, lot, 0);
  const control = plus(times(minus(ceiling, provisional), minus(1, share(rule.k_bp, given))), provisional);
  const lowered = times(mean, minus(1, share(rule.float_bp, given)));
  const exact = plus(times(weight, control), times(minus(1, weight), lowered));
  return rule.round_to > 0 ? over(rounded(by(exact, rule.round_to)) * BigInt(rule.round_to)) : exact;
}

function published(method, hundredths) {
  const scale = 10 ** method.places;
  return clip(rounded(by(times(hundredths, scale), 100)) * BigInt(Math.floor(10_000 / scale)));
}

function itemsOf(method, row, sheets) {
  const trim = method.trim === undefined ? [] : [method.trim];
  const members = Math.max(1, trimmed(trim, sheets.map(() => 0)).length);
  const sums = new Map();
  for (const { item, steps } of method.items) {
    if (steps.length > 0) {
      const reached = steps.findLast((step) => step.at_least <= unitsOf(row, item));
      sums.set(item, BigInt(reached?.points ?? 0) * BigInt(members));
    } else {
      sums.set(item, sumOf(trimmed(trim, sheets.map((sheet) => sheet[row.code][item]))));
    }
  }
  return { sums, members };
}

function priceScore(method, row, own, base, given) {
  const { points: full, rule, benchmark } = method.price;
  let plain = 0;
  if (rule === 'lowest_first') {
    plain = published(method, own > 0 ? by(times(full, base), own) : full);
  } else if (rule === 'benchmark' && compare(base, 0) > 0) {
    let percents = by(times(magnitude(minus(own, base)), 100), base);
    if (benchmark.steps === 'begun') percents = over(ceil(percents));
    if (benchmark.steps === 'whole') percents = over(floor(percents));
    const slope = compare(own, base) > 0 ? benchmark.above : benchmark.below;
    plain = published(method, minus(full, times(percents, amountOf(slope, given))));
  }
  const bonus = claims(method, row, 'score');
  return bonus > 0 ? published(method, over(BigInt(plain) * BigInt(10_000 + bonus), 10n ** 6n)) : plain;
}

/** A comparison: negative if the first is better, 0 where nothing declared tells them apart. */
function comparison(method, given) {
  const place = (code) => {
    const at = given.order.indexOf(code);
    return at < 0 ? given.order.length : at;
  };
  const ties = {
    evaluated: () => (one, other) => ascending(one.evaluated, other.evaluated),
    price: () => (one, other) => ascending(one.price, other.price),
    panel: () => (one, other) => ascending(other.panel, one.panel),
    item: ({ item }) => (one, other) => ascending(other.items.get(item), one.items.get(item)),
    drawn: () => (one, other) => ascending(place(one.code), place(other.code)),
  };
  const first =
    method.price.rule === 'order'
      ? (one, other) => ascending(one.evaluated, other.evaluated)
      : (one, other) => ascending(other.total, one.total);
  const steps = [first, ...method.ties.map((tie) => ties[tie.by](tie))];
  return (one, other) => {
    for (const step of steps) {
      const found = step(one, other);
      if (found !== 0) return found;
    }
    return 0;
  };
}

/** How many bids count: all of one brand as one, where the method says so. */
function countOf(valid, oneBrand) {
  const branded = oneBrand ? valid.filter(({ row }) => row.brand !== undefined) : [];
  return new Set(branded.map(({ row }) => row.brand.trim())).size + valid.length - branded.length;
}

function baseOf(method, lot, valid, given) {
  const { rule, benchmark } = method.price;
  if (valid.length === 0) return null;
  const prices = valid.map(({ own }) => own);
  if (rule === 'lowest_first') return over(Math.min(...prices));
  if (rule !== 'benchmark') return null;
  const ceiling = valid.find(({ row }) => row.ceiling !== undefined)?.row.ceiling.minor ?? 0;
  return benchmarkOf(benchmark, lot, ceiling, prices, given);
}

function scored(method, { row, price, own }, base, sheets, given) {
  const { sums, members } = itemsOf(method, row, sheets);
  const points = method.items.reduce(
    (total, { item, weight_bp: weight }) => plus(total, over(sums.get(item) * BigInt(weight), members * 10_000)),
    over(0),
  );
  const panel = published(method, points);
  const ofPrice = priceScore(method, row, own, base, given);
  const total = method.price.rule === 'order' ? 0 : clip(BigInt(panel) + BigInt(ofPrice));
  return { code: row.code, brand: row.brand?.trim(), evaluated: own, price, items: sums, panel, ofPrice, total };
}

/** The first of each brand in order; the others with the clause that puts them out. */
function firstOfBrands(entries) {
  const best = new Map();
  const [ranked, out] = [[], []];
  for (const entry of entries) {
    if (entry.brand !== undefined && best.has(entry.brand)) {
      out.push({ code: entry.code, clause: `same_brand:${best.get(entry.brand)}` });
      continue;
    }
    if (entry.brand !== undefined) best.set(entry.brand, entry.code);
    ranked.push(entry);
  }
  return { ranked, out };
}

/** The LotResult of one lot; `mine` are its coded bids, ascending by code. */
export function declaredResult(method, lot, mine, sheets, codes, given) {
  const bid = (code) => lookUp(codes, code, null);
  const out = [];
  let valid = [];
  for (const row of mine) {
    const price = lookUp(given.corrected, row.code, row.price.minor);
    const clause = clauseOf(row, price, given);
    if (clause === null) valid.push({ row, price, own: evaluatedPrice(method, row, price) });
    else out.push({ code: row.code, clause });
  }
  const found = { lot };
  const oneBrand = method.same_brand === 'one';
  if (method.min_valid > 0 || oneBrand) {
    found.counted = countOf(valid, oneBrand);
    if (found.counted < method.min_valid) valid = [];
  }
  const base = baseOf(method, lot, valid, given);
  if (base !== null && method.price.rule === 'benchmark') found.benchmark_e4 = clip(rounded(times(base, 10_000)));
  const better = comparison(method, given);
  const entries = valid
    .map((one) => scored(method, one, base, sheets, given))
    .sort((one, other) => better(one, other) || ascending(one.code, other.code));
  const split = oneBrand ? firstOfBrands(entries) : { ranked: entries, out: [] };
  const rejected = [...out, ...split.out].sort((one, other) => ascending(one.code, other.code));
  return {
    ...found,
    rejected: rejected.map(({ code, clause }) => ({ bid: bid(code), clause, code })),
    ranking: split.ranked.map((entry, _, all) => ({
      bid: bid(entry.code),
      code: entry.code,
      evaluated: entry.evaluated,
      panel_e4: entry.panel,
      price_e4: entry.ofPrice,
      rank: 1 + all.filter((other) => better(other, entry) < 0).length,
      total_e4: entry.total,
    })),
  };
}
