// A custodian (密钥保管人) is a 32-byte seed: every key and every message of a ceremony follows from it (SPEC 9.7).
// Invariant: what is derived for one purpose, ceremony, slot and recipient is derived for no other, and the same
// inputs give the same bytes; so the seed and the log together recover every share.

import { lp, u16be } from './bytes.js';
import { chachaChance } from './chacha20.js';
import { signerOfSeed } from './ed25519.js';
import { expandSync } from './hash-sync.js';
import { G, times, wide } from './ristretto.js';

/** Keys and chance of one custodian. */
export class Custodian {
  #seed;
  /** Signs the custodian's messages. @type {import('./ed25519.js').Signer} */
  signer;
  /** The static scalar d. @type {bigint} */
  secret;
  /** E = d·G, to which shares are sealed. */
  point;

  /** @param {Uint8Array} seed 32 bytes @returns {Promise<Custodian>} */
  static async of(seed) {
    const custodian = new Custodian();
    custodian.#seed = seed.slice();
    custodian.signer = await signerOfSeed(custodian.#derive(32, 'ed25519'));
    custodian.secret = wide(custodian.#derive(64, 'static')) || 1n;
    custodian.point = times(G, custodian.secret);
    return custodian;
  }

  #derive(size, ...fields) {
    return expandSync(this.#seed, lp('tender-custodian/v1', ...fields), size);
  }

  /** The chance of round 1. @param {Uint8Array} context the ceremony's */
  round1Chance(context) {
    return chachaChance(this.#derive(32, 'round1', context));
  }

  /** The chance of the share for one recipient. @param {Uint8Array} context @param {number} to */
  round2Chance(context, to) {
    return chachaChance(this.#derive(32, 'round2', context, u16be(to)));
  }
}
