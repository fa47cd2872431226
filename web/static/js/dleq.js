// Equality of discrete logarithms (Chaum and Pedersen), the only kind of proof in the system (SPEC 2).
// Invariant: the whole statement and its context are hashed into the challenge, so a proof says nothing about any
// other points, label, body or key; and the nonce depends on fresh chance, on the secret and on the context.

import { lp, random } from './bytes.js';
import { hashToScalar } from './oracle.js';
import { addProduct, pointBytes, recomputed, scalarBytes, times } from './ristretto.js';

/**
 * X1 = x·B1 and X2 = x·B2 for one x.
 * @typedef {{b1: object, x1: object, b2: object, x2: object}} Statement
 * @typedef {{c: bigint, z: bigint}} Proof
 */

function challenge(suite, name, { b1, x1, b2, x2 }, context, a1, a2) {
  const points = [b1, x1, b2, x2].map(pointBytes);
  return hashToScalar(suite, name, lp(context, ...points, a1, a2));
}

/**
 * Proves the statement for the secret x.
 * @param {string} suite
 * @param {string} name the name of the proof, part of its domain tag
 * @param {bigint} secret x
 * @param {Statement} statement
 * @param {Uint8Array} context what else the proof is bound to
 * @param {(size: number) => Uint8Array} [chance] where the 32 fresh bytes come from
 * @returns {Proof}
 */
export function proveEqual(suite, name, secret, statement, context, chance = random) {
  const seeded = lp(chance(32), scalarBytes(secret), context);
  const nonce = hashToScalar(suite, `${name}/nonce`, seeded) || 1n;
  const [a1, a2] = [statement.b1, statement.b2].map((base) => pointBytes(times(base, nonce)));
  const c = challenge(suite, name, statement, context, a1, a2);
  return { c, z: addProduct(nonce, c, secret) };
}

/** Whether the proof holds. @param {Statement} statement @param {Uint8Array} context @param {Proof} proof */
export function holdsEqual(suite, name, statement, context, { c, z }) {
  const a1 = recomputed(z, statement.b1, c, statement.x1);
  const a2 = recomputed(z, statement.b2, c, statement.x2);
  return challenge(suite, name, statement, context, a1, a2) === c;
}
