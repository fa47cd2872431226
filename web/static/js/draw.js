// The order that a draw gives (SPEC 11): a pure function of the pool, of alpha and of the combined point V.
// Invariant: no number is favoured; a number that would favour one is thrown away and the next one taken.

import { compare, lp, u64be, utf8 } from './bytes.js';
import { hmacSha512Sync, sha256Sync, sha512Sync } from './hash-sync.js';
import { PLAIN, dst } from './oracle.js';
import { pointBytes } from './ristretto.js';

const WHOLE = 2n ** 64n;

/** Identifiers in byte order. @param {string[]} ids @returns {string[]} */
export const sortedPool = (ids) => ids.toSorted((left, right) => compare(utf8(left), utf8(right)));

/** SHA-256 of the sorted pool. @param {string[]} ids @returns {Uint8Array} */
export const poolHash = (ids) => sha256Sync(lp(...sortedPool(ids)));

/** SHA-256 of many fields, in pieces: a pool may be larger than a call may have arguments. @param {Uint8Array[]} fields */
export function hashOfAll(fields) {
  const pieces = [];
  for (let at = 0; at < fields.length; at += 1000) pieces.push(lp(...fields.slice(at, at + 1000)));
  return sha256Sync(...pieces);
}

/** What is drawn, and from whom. @returns {Uint8Array} */
export const drawAlpha = ({ tender, draw, seats, pool, rules, root }) =>
  lp(tender, draw, u64be(seats), poolHash(pool), rules, root);

/** The seed of the order. @param {Uint8Array} alpha @param {object} v @returns {Uint8Array} 64 bytes */
export const drawSeed = (alpha, v) => sha512Sync(lp(dst(PLAIN, 'dvrf-out'), alpha, pointBytes(v)));

/** The numbers of a seed, eight bytes each. */
export class Numbers {
  #seed;
  #count = 0;
  #block = new DataView(new ArrayBuffer(0));
  #at = 0;

  constructor(seed) {
    this.#seed = seed;
  }

  next() {
    if (this.#at === this.#block.byteLength) {
      const block = hmacSha512Sync(this.#seed, lp('tender-draw/v1/stream', u64be(this.#count)));
      this.#block = new DataView(block.buffer, block.byteOffset, block.length);
      this.#count += 1;
      this.#at = 0;
    }
    this.#at += 8;
    return this.#block.getBigUint64(this.#at - 8);
  }

  /** A number below n. @param {number} n */
  below(n) {
    const limit = WHOLE - (WHOLE % BigInt(n));
    for (;;) {
      const number = this.next();
      if (number < limit) return Number(number % BigInt(n));
    }
  }
}

/** The call order. @param {string[]} ids @param {Uint8Array} seed @returns {string[]} */
export function callOrder(ids, seed) {
  const order = sortedPool(ids);
  const numbers = new Numbers(seed);
  for (let at = 0; at < order.length; at += 1) {
    const other = at + numbers.below(order.length - at);
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}
