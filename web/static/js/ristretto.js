// ristretto255 (RFC 9496): points, scalars, and the few operations that the protocol needs.
// Invariant: a point that was read is canonical and not the identity; a scalar that was read is below the order;
// a secret is not zero. JavaScript numbers are not constant in time: a machine that others can measure closely is
// no place for a secret scalar, in a browser as anywhere (docs/browser.md).

import { Wrong, concat, equal, hex, random } from './bytes.js';
import { ristretto255, ristretto255_hasher } from './noble.js';

const { Point } = ristretto255;
const Field = Point.Fn;

/** The order of the group. */
export const ORDER = Field.ORDER;
/** The generator G. */
export const G = Point.BASE;

const ENCODED = new WeakMap();

/** The 32 bytes of a point; the encoding is computed once. @returns {Uint8Array} */
export function pointBytes(point) {
  let bytes = ENCODED.get(point);
  if (!bytes) {
    bytes = point.toBytes();
    ENCODED.set(point, bytes);
  }
  return bytes;
}

/** The 32 bytes of a point as text. @returns {string} */
export const pointHex = (point) => hex(pointBytes(point));

/** Whether two points are the same element. */
export const samePoint = (left, right) => equal(pointBytes(left), pointBytes(right));

/**
 * Reads a point; refuses an encoding that is not canonical, and the identity.
 * @param {Uint8Array} bytes 32 bytes
 */
export function readPoint(bytes) {
  let point;
  try {
    point = Point.fromBytes(bytes);
  } catch {
    throw new Wrong('不是 ristretto255 元素的规范编码', 'not the canonical encoding of a ristretto255 element');
  }
  return notIdentity(point);
}

function notIdentity(point) {
  if (point.is0()) throw new Wrong('不允许单位元', 'the identity element is not allowed');
  return point;
}

function little(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

/** Reads 32 bytes, little-endian, below the order. @param {Uint8Array} bytes @returns {bigint} */
export function readScalar(bytes) {
  const value = bytes.length === 32 ? little(bytes) : ORDER;
  if (value >= ORDER) throw new Wrong('标量不小于群的阶', 'the scalar is not below the order of the group');
  return value;
}

/** Reads a scalar that is not zero. @param {Uint8Array} bytes @returns {bigint} */
export function readSecret(bytes) {
  const value = readScalar(bytes);
  if (value === 0n) throw new Wrong('秘密标量为零', 'the secret scalar is zero');
  return value;
}

/** The 32 bytes of a scalar, little-endian. @param {bigint} value @returns {Uint8Array} */
export function scalarBytes(value) {
  const out = new Uint8Array(32);
  for (let at = 0, rest = value; at < 32; at += 1, rest >>= 8n) out[at] = Number(rest & 255n);
  return out;
}

/** 64 uniform bytes, little-endian, modulo the order. @param {Uint8Array} bytes @returns {bigint} */
export const wide = (bytes) => little(bytes) % ORDER;

/** A uniform secret scalar. @param {(size: number) => Uint8Array} [chance] where random bytes come from */
export function randomSecret(chance = random) {
  for (;;) {
    const value = wide(chance(64));
    if (value !== 0n) return value;
  }
}

/** `secret · point` for a secret that is not zero; never the identity. */
export const times = (point, secret) => point.multiply(secret);

/** `a + b·c` modulo the order. */
export const addProduct = (a, b, c) => (a + b * c) % ORDER;

/** Encoding of `z·base − c·image`, for public values only: the nonce commitment that a verifier recomputes. */
export function recomputed(z, base, c, image) {
  return base.multiplyUnsafe(z).subtract(image.multiplyUnsafe(c)).toBytes();
}

/** Sum of points; a sum that is the identity is refused. @param {Iterable<object>} points */
export function sum(points) {
  let total = Point.ZERO;
  for (const point of points) total = total.add(point);
  return notIdentity(total);
}

/** `Σ x^m · coefficients[m]`: a committed polynomial at the index x, for public values only. */
export function evaluatePoints(coefficients, x) {
  let value = Point.ZERO;
  for (const point of coefficients.toReversed()) value = value.multiplyUnsafe(BigInt(x)).add(point);
  return notIdentity(value);
}

/** `Σ x^m · coefficients[m]` modulo the order. @param {bigint[]} coefficients @param {number} x @returns {bigint} */
export function evaluateScalars(coefficients, x) {
  return coefficients.reduceRight((value, coefficient) => addProduct(coefficient, value, BigInt(x)), 0n);
}

/** Lagrange coefficient at zero `Π_{j≠i} j/(j−i)` for distinct indices, none zero. @returns {bigint} */
export function lagrange(index, all) {
  let above = 1n;
  let below = 1n;
  for (const other of all) {
    if (other === index) continue;
    above = Field.mul(above, BigInt(other));
    below = Field.mul(below, Field.sub(BigInt(other), BigInt(index)));
  }
  return Field.mul(above, Field.inv(below));
}

/** `Σ scalar · point`, for public values only; a sum that is the identity is refused. @param {[bigint, object][]} terms */
export function weighted(terms) {
  return sum(terms.map(([scalar, point]) => point.multiplyUnsafe(scalar)));
}

/** The element that 64 uniform bytes are mapped to (RFC 9496, section 4.3.4). @param {Uint8Array} bytes */
export const fromUniform = (bytes) => notIdentity(ristretto255_hasher.deriveToCurve(bytes));

/** The encodings of points, joined. @param {object[]} points @returns {Uint8Array} */
export const joinPoints = (points) => concat(...points.map(pointBytes));
