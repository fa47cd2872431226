// What a custodian proves with a share: readiness, and partial openings (部分解密) that anybody combines (SPEC 8, 9.8).
// Invariant: a share is multiplied only with the R of a header that was verified for label, body and key at hand;
// without that check a custodian is a decryption oracle for headers copied from other stages.

import { Wrong, concat, lp, random, u16be } from './bytes.js';
import { holdsEqual, proveEqual } from './dleq.js';
import { headerHolds } from './kem.js';
import { PLAIN, TREE64K, hashToPoint } from './oracle.js';
import { G, lagrange, pointBytes, readPoint, readScalar, scalarBytes, times, weighted } from './ristretto.js';

/** Bytes of a partial opening, a heartbeat or a proof of a static point: `D ‖ c ‖ z`. */
export const PARTIAL = 96;

/** @typedef {{d: object, c: bigint, z: bigint}} Partial */

/** @param {Partial} partial @returns {Uint8Array} 96 bytes */
export const partialBytes = ({ d, c, z }) => concat(pointBytes(d), scalarBytes(c), scalarBytes(z));

/** Reads `D ‖ c ‖ z`, each part canonical, no identity. @param {Uint8Array} bytes @returns {Partial} */
export function readPartial(bytes) {
  if (bytes.length !== PARTIAL) {
    throw new Wrong(
      `部分解密有 ${bytes.length} 字节，应为 ${PARTIAL}`,
      `the partial opening has ${bytes.length} bytes instead of ${PARTIAL}`,
    );
  }
  return {
    d: readPoint(bytes.subarray(0, 32)),
    c: readScalar(bytes.subarray(32, 64)),
    z: readScalar(bytes.subarray(64)),
  };
}

/** `D = x·B` with the proof that D belongs to X = x·G. */
function prove(suite, name, secret, image, base, context, chance) {
  const d = times(base, secret);
  const { c, z } = proveEqual(suite, name, secret, { b1: G, x1: image, b2: base, x2: d }, context, chance);
  return { d, c, z };
}

const holds = (suite, name, image, base, { d, c, z }, context) =>
  holdsEqual(suite, name, { b1: G, x1: image, b2: base, x2: d }, context, { c, z });

function demandIndex(index) {
  if (!(index > 0)) throw new Wrong('保管人序号不能为 0', "a custodian's index is never 0");
}

/**
 * The envelope that a partial opening is for.
 * @typedef {{suite?: string, y: object, label: Uint8Array, bodyDigest: Uint8Array,
 *   header: import('./kem.js').Header}} Target label: its digest
 */

const openingContext = (index, { label, bodyDigest }) => lp(u16be(index), label, bodyDigest);

/**
 * Checks the header, then answers with `D_i = s_i·R` and its proof.
 * @param {Target} target
 * @param {number} index the custodian's, from 1
 * @param {bigint} share s_i
 * @returns {Partial}
 */
export function openPartially(target, index, share, chance = random) {
  demandIndex(index);
  const suite = target.suite ?? TREE64K;
  if (!headerHolds(suite, target)) {
    throw new Wrong(
      '拒绝解密：信封头的证明对此标签、密文和密钥不成立',
      "the custodian refuses this envelope: the header's proof does not hold for this label, this body and this key",
    );
  }
  return prove(suite, 'pd-proof', share, times(G, share), target.header.r, openingContext(index, target), chance);
}

/** Whether the partial opening is that of custodian `index` with public share `image`. @param {Target} target */
export function partialHolds(target, index, image, partial) {
  demandIndex(index);
  const suite = target.suite ?? TREE64K;
  return holds(suite, 'pd-proof', image, target.header.r, partial, openingContext(index, target));
}

/**
 * `Σ λ_i·D_i` over the first k of verified partials: Z.
 * @param {number} k
 * @param {{index: number, d: object}[]} partials
 */
export function combine(k, partials) {
  if (!(k > 0)) throw new Wrong('门限为零', 'the threshold is zero');
  const seen = new Set();
  for (const { index } of partials) {
    demandIndex(index);
    if (seen.has(index)) {
      throw new Wrong(`保管人 ${index} 出现两次`, `custodian ${index} appears twice among the partial openings`);
    }
    seen.add(index);
  }
  if (partials.length < k) {
    throw new Wrong(
      `只有 ${partials.length} 份部分解密，需要 ${k} 份`,
      `${partials.length} partial openings where ${k} are needed`,
    );
  }
  const quorum = partials.slice(0, k);
  const indices = quorum.map(({ index }) => index);
  return weighted(quorum.map(({ index, d }) => [lagrange(index, indices), d]));
}

const beatBase = ({ suite = TREE64K, keyId, date }) => hashToPoint(suite, 'heartbeat', lp(keyId, date));
const beatContext = ({ index, keyId, date }) => lp(u16be(index), keyId, date);

/**
 * Readiness: shows that a share is alive on a date, and nothing else.
 * @param {{suite?: string, keyId: Uint8Array, date: string, index: number}} beat date: as asked, e.g. `2026-07-24`
 * @param {bigint} share
 * @returns {Partial}
 */
export function proveReady(beat, share, chance = random) {
  const { suite = TREE64K } = beat;
  return prove(suite, 'heartbeat-proof', share, times(G, share), beatBase(beat), beatContext(beat), chance);
}

/** Whether a readiness proof holds against the public share. */
export function readyHolds(beat, image, partial) {
  return holds(beat.suite ?? TREE64K, 'heartbeat-proof', image, beatBase(beat), partial, beatContext(beat));
}

/** What a custodian's account key signs at enrolment, and what each key signs to be enrolled. */
export const enrolMessage = (origin, account, key) => lp('kaibiao/enrol/v1', origin, account, key);

const staticContext = ({ origin, account, signer, point }) =>
  lp('kaibiao/enrol-static/v1', origin, account, signer, pointBytes(point));

/**
 * Proof of possession of a custodian's static point.
 * @param {{origin: string, account: string, signer: Uint8Array, point: object}} enrolled
 * @param {bigint} secret d with point = d·G
 * @returns {Partial}
 */
export function proveStatic(enrolled, secret, chance = random) {
  const context = staticContext(enrolled);
  const base = hashToPoint(TREE64K, 'static', context);
  return prove(TREE64K, 'static-proof', secret, enrolled.point, base, context, chance);
}

/** Whether the proof of possession of a static point holds. */
export function staticHolds(enrolled, partial) {
  const context = staticContext(enrolled);
  return holds(TREE64K, 'static-proof', enrolled.point, hashToPoint(TREE64K, 'static', context), partial, context);
}

const drawBase = (y, alpha) => hashToPoint(PLAIN, 'dvrf/h', lp(pointBytes(y), alpha));

/** A custodian's contribution to a draw (SPEC 11). @returns {Partial} */
export function contribute({ y, alpha, index }, share, chance = random) {
  const context = lp(u16be(index), alpha);
  return prove(PLAIN, 'dvrf-proof', share, times(G, share), drawBase(y, alpha), context, chance);
}

/** Whether a contribution to a draw holds. */
export function contributionHolds({ y, alpha, index }, image, partial) {
  return holds(PLAIN, 'dvrf-proof', image, drawBase(y, alpha), partial, lp(u16be(index), alpha));
}
