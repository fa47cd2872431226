// Encapsulation to a point Y (SPEC 4) and the header that proves it (SPEC 7).
// Invariant: the key is a function of Z, R, Y, β and the label, and Z is determined by R and Y; nobody chooses it.
// A header holds for one label, one body and one key only.

import { Wrong, concat, lp, random } from './bytes.js';
import { holdsEqual, proveEqual } from './dleq.js';
import { expandSync, hmacSha512Sync } from './hash-sync.js';
import { dst, gbar } from './oracle.js';
import { G, pointBytes, randomSecret, readPoint, readScalar, scalarBytes, times } from './ristretto.js';

/** Bytes of a header. */
export const HEADER = 128;

/**
 * @typedef {{r: object, rbar: object, e: bigint, f: bigint}} Header
 * @typedef {{secret: bigint, r: object, key: Uint8Array}} Encapsulation
 */

/**
 * The key of the body: `prk = HMAC-SHA-512(DST("kem-extract"), LP(Z, β or ""))`,
 * `K = Expand(prk, LP(DST("kem-expand"), R, Y, label), 32)`.
 * @param {string} suite
 * @param {{z: object, r: object, y: object, beta?: Uint8Array, label: Uint8Array}} of label: its digest
 * @returns {Uint8Array} 32 bytes
 */
export function bodyKey(suite, { z, r, y, beta, label }) {
  const prk = hmacSha512Sync(dst(suite, 'kem-extract'), lp(pointBytes(z), beta ?? new Uint8Array(0)));
  return expandSync(prk, lp(dst(suite, 'kem-expand'), pointBytes(r), pointBytes(y), label), 32);
}

/**
 * Encapsulates to Y. A given `secret` re-derives what was sealed before; a new envelope takes a fresh one.
 * @returns {Encapsulation}
 */
export function encapsulate(suite, { label, y, beta, secret = randomSecret() }) {
  const r = times(G, secret);
  return { secret, r, key: bodyKey(suite, { z: times(y, secret), r, y, beta, label }) };
}

const statement = (suite, r, rbar) => ({ b1: G, x1: r, b2: gbar(suite), x2: rbar });
const context = (label, bodyDigest, y) => lp(label, bodyDigest, pointBytes(y));

/**
 * The header for a body with this digest.
 * @param {{secret: bigint, r: object, label: Uint8Array, bodyDigest: Uint8Array, y: object}} of
 * @returns {Header}
 */
export function proveHeader(suite, { secret, r, label, bodyDigest, y }, chance = random) {
  const rbar = times(gbar(suite), secret);
  const bound = context(label, bodyDigest, y);
  const { c, z } = proveEqual(suite, 'ct-proof', secret, statement(suite, r, rbar), bound, chance);
  return { r, rbar, e: c, f: z };
}

/** Whether the header's proof holds for this label, body and key; needs no secret. @param {Header} header */
export function headerHolds(suite, { header, label, bodyDigest, y }) {
  const bound = context(label, bodyDigest, y);
  return holdsEqual(suite, 'ct-proof', statement(suite, header.r, header.rbar), bound, { c: header.e, z: header.f });
}

/** `R ‖ R̄ ‖ e ‖ f`. @param {Header} header @returns {Uint8Array} 128 bytes */
export function headerBytes({ r, rbar, e, f }) {
  return concat(pointBytes(r), pointBytes(rbar), scalarBytes(e), scalarBytes(f));
}

/** Reads a header: each part canonical, no identity. @param {Uint8Array} bytes @returns {Header} */
export function readHeader(bytes) {
  if (bytes.length !== HEADER) {
    throw new Wrong(
      `信封头有 ${bytes.length} 字节，应为 ${HEADER}`,
      `the envelope's header has ${bytes.length} bytes instead of ${HEADER}`,
    );
  }
  const part = (name, read, at) => {
    try {
      return read(bytes.subarray(at, at + 32));
    } catch (error) {
      throw new Wrong(`信封头中的 ${name}:${error.zh}`, `${name} in the envelope's header: ${error.en}`);
    }
  };
  return {
    r: part('R', readPoint, 0),
    rbar: part('R̄', readPoint, 32),
    e: part('e', readScalar, 64),
    f: part('f', readScalar, 96),
  };
}
