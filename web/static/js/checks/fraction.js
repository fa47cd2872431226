// Exact fractions of BigInts.
// Invariant: the lower number is positive; nothing is rounded but by `rounded`, `floor` and `ceil`.

/** @typedef {{top: bigint, bottom: bigint}} Fraction */

/** The fraction of two integers; the lower one is not 0. @returns {Fraction} */
export function over(top, bottom = 1n) {
  const [a, b] = [BigInt(top), BigInt(bottom)];
  return b < 0n ? { top: -a, bottom: -b } : { top: a, bottom: b };
}

const of = (x) => (typeof x === 'object' ? x : over(x));

/** x + y. */
export function plus(x, y) {
  const [a, b] = [of(x), of(y)];
  return over(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

/** x · y. */
export function times(x, y) {
  const [a, b] = [of(x), of(y)];
  return over(a.top * b.top, a.bottom * b.bottom);
}

/** x − y. */
export const minus = (x, y) => plus(x, times(y, -1));

/** x / y; y is not 0. */
export function by(x, y) {
  const [a, b] = [of(x), of(y)];
  return over(a.top * b.bottom, a.bottom * b.top);
}

/** |x|. */
export function magnitude(x) {
  const { top, bottom } = of(x);
  return over(top < 0n ? -top : top, bottom);
}

/** −1, 0 or 1. */
export function compare(x, y) {
  const { top } = minus(x, y);
  return top < 0n ? -1 : Number(top > 0n);
}

/** ⌊x⌋. @returns {bigint} */
export function floor(x) {
  const { top, bottom } = of(x);
  const quotient = top / bottom;
  return top % bottom < 0n ? quotient - 1n : quotient;
}

/** ⌈x⌉. @returns {bigint} */
export const ceil = (x) => -floor(times(x, -1));

/** ⌊x + 1/2⌋. @returns {bigint} */
export const rounded = (x) => floor(plus(x, over(1, 2)));

const LIMIT = 2n ** 53n - 1n;

/** An integer brought into 0 … 2^53−1, as a number. @param {bigint} x */
export function clip(x) {
  if (x < 0n) return 0;
  return Number(x > LIMIT ? LIMIT : x);
}
