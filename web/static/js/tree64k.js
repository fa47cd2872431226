// The body digest of the platform's suite: RFC 6962 root over 65,536-byte segments (SPEC 5.1).
// Invariant: the root is the same whether bytes came in order through a `TreeHasher` or segments were hashed one by
// one, anywhere, and joined by `rootOfLeaves`.

import { concat } from './bytes.js';
import { sha256Sync } from './hash-sync.js';
import { sha256 } from './hash.js';

/** Bytes of every segment but the last. */
export const SEGMENT = 65_536;

const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

/** Leaf of one segment: `SHA-256(00 ‖ segment)`. @param {Uint8Array} segment @returns {Promise<Uint8Array>} */
export const segmentLeaf = (segment) => sha256(ZERO, segment);

/** Complete subtrees from left to right, largest first: the binary digits of the number of leaves. */
export class Subtrees {
  #roots = [];
  #leaves = 0;

  /** Adds the next leaf. @param {Uint8Array} leaf */
  push(leaf) {
    let node = leaf;
    for (let count = this.#leaves; count % 2 === 1; count = Math.floor(count / 2)) {
      node = sha256Sync(ONE, this.#roots.pop(), node);
    }
    this.#roots.push(node);
    this.#leaves += 1;
  }

  /** Leaves so far. */
  get leaves() {
    return this.#leaves;
  }

  /** The root over the leaves so far; of none it is SHA-256 of nothing. @returns {Uint8Array} */
  root() {
    if (this.#roots.length === 0) return sha256Sync();
    return this.#roots.reduceRight((right, left) => sha256Sync(ONE, left, right));
  }
}

/** RFC 6962 root over leaves. @param {Iterable<Uint8Array>} leaves @returns {Uint8Array} */
export function rootOfLeaves(leaves) {
  const tree = new Subtrees();
  for (const leaf of leaves) tree.push(leaf);
  return tree.root();
}

/** Hashes a body that comes in order, in pieces of any size; holds at most one segment. */
export class TreeHasher {
  #tree = new Subtrees();
  #rest = new Uint8Array(0);

  /** @param {Uint8Array} piece */
  async update(piece) {
    const bytes = this.#rest.length > 0 ? concat(this.#rest, piece) : piece;
    const whole = bytes.length - (bytes.length % SEGMENT);
    const leaves = [];
    for (let at = 0; at < whole; at += SEGMENT) leaves.push(segmentLeaf(bytes.subarray(at, at + SEGMENT)));
    this.#rest = bytes.slice(whole);
    for (const leaf of await Promise.all(leaves)) this.#tree.push(leaf);
  }

  /** @returns {Promise<Uint8Array>} 32 bytes */
  async finish() {
    if (this.#rest.length > 0) this.#tree.push(await segmentLeaf(this.#rest));
    return this.#tree.root();
  }
}

/** The digest of a body that is in memory as a whole. @param {Uint8Array} body @returns {Promise<Uint8Array>} */
export async function treeDigest(body) {
  const hasher = new TreeHasher();
  await hasher.update(body);
  return hasher.finish();
}
