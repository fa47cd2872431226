// Merkle trees of RFC 6962, their proofs (RFC 9162) and the tiles of C2SP tlog-tiles.
// Invariant: a root depends on the leaves and their number alone; a proof is accepted only with exactly as many
// hashes as index and size ask for.

import { Wrong, concat, equal } from './bytes.js';
import { sha256Sync } from './hash-sync.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of no leaves. */
export const EMPTY = sha256Sync();

/** The hash of a leaf. @param {Uint8Array} bytes @returns {Uint8Array} */
export const leafHash = (bytes) => sha256Sync(LEAF, bytes);

/** The hash of an inner node. @param {Uint8Array} left @param {Uint8Array} right @returns {Uint8Array} */
export const nodeHash = (left, right) => sha256Sync(NODE, left, right);

/** The right edge of a growing tree. */
export class Frontier {
  #stack = [];

  /** Appends a leaf hash. @param {Uint8Array} leaf */
  push(leaf) {
    let size = 1;
    let top = leaf;
    while (this.#stack.length > 0 && this.#stack.at(-1).size === size) {
      top = nodeHash(this.#stack.pop().hash, top);
      size *= 2;
    }
    this.#stack.push({ size, hash: top });
  }

  /** The root so far. @returns {Uint8Array} */
  root() {
    if (this.#stack.length === 0) return EMPTY;
    let top = this.#stack.at(-1).hash;
    for (let n = this.#stack.length - 2; n >= 0; n -= 1) top = nodeHash(this.#stack[n].hash, top);
    return top;
  }
}

/** The root over leaf hashes. @param {Iterable<Uint8Array>} leaves @returns {Uint8Array} */
export function root(leaves) {
  const tree = new Frontier();
  for (const leaf of leaves) tree.push(leaf);
  return tree.root();
}

/**
 * The roots at the sizes asked for, as far as the leaves reach.
 * @param {Uint8Array[]} leaves
 * @param {Iterable<number>} sizes
 * @returns {Map<number, Uint8Array>}
 */
export function rootsAt(leaves, sizes) {
  const wanted = new Set(sizes);
  const tree = new Frontier();
  const out = new Map();
  if (wanted.has(0)) out.set(0, EMPTY);
  leaves.forEach((leaf, place) => {
    tree.push(leaf);
    if (wanted.has(place + 1)) out.set(place + 1, tree.root());
  });
  return out;
}

const half = (n) => Math.floor(n / 2);
const odd = (n) => n % 2 === 1;

/** Whether a positive safe integer is a power of two. @param {number} n */
export function isPowerOfTwo(n) {
  let rest = n;
  while (rest > 1 && !odd(rest)) rest = half(rest);
  return rest === 1;
}

function tooLong() {
  return new Wrong('证明的哈希过多', 'the proof has too many hashes');
}

function tooShort() {
  return new Wrong('证明的哈希过少', 'the proof has too few hashes');
}

/** One walk up the tree: `left(step)` where the step stands on the left, `right(step)` otherwise. */
function climb(place, last, steps, left, right) {
  let at = place;
  let end = last;
  for (const step of steps) {
    if (end === 0) throw tooLong();
    if (odd(at) || at === end) {
      left(step);
      while (!odd(at) && at !== 0) {
        at = half(at);
        end = half(end);
      }
    } else {
      right(step);
    }
    at = half(at);
    end = half(end);
  }
  if (end !== 0) throw tooShort();
}

/**
 * Checks that a leaf stands at `index` of the tree with `size` leaves and this root; throws `Wrong` if not.
 * @param {Uint8Array} leaf @param {number} index @param {number} size
 * @param {Uint8Array[]} proof @param {Uint8Array} treeRoot
 */
export function checkInclusion(leaf, index, size, proof, treeRoot) {
  if (!(index >= 0 && index < size)) {
    throw new Wrong(`${size} 条的日志里没有第 ${index} 条`, `there is no entry ${index} in a log of ${size} entries`);
  }
  let top = leaf;
  climb(
    index,
    size - 1,
    proof,
    (step) => (top = nodeHash(step, top)),
    (step) => (top = nodeHash(top, step)),
  );
  if (!equal(top, treeRoot)) throw new Wrong('证明得出的是另一个树根', 'the proof leads to another root');
}

/**
 * Checks that the tree of `to` leaves is that of `from` leaves with leaves appended; throws `Wrong` if not.
 * @param {number} from @param {number} to @param {Uint8Array} fromRoot @param {Uint8Array} toRoot
 * @param {Uint8Array[]} proof
 */
export function checkConsistency(from, to, fromRoot, toRoot, proof) {
  const earlierRoot = () =>
    new Wrong('证明对较早的大小得出另一个树根', 'the proof leads to another root for the earlier size');
  if (from > to) {
    throw new Wrong(`${from} 条的日志不能变成 ${to} 条`, `a log of ${from} entries cannot have become one of ${to}`);
  }
  if (from === 0 || from === to) {
    if (proof.length > 0) throw tooLong();
    if (from === 0 && !equal(fromRoot, EMPTY)) throw earlierRoot();
    if (from === to && !equal(fromRoot, toRoot)) {
      throw new Wrong('证明得出的是另一个树根', 'the proof leads to another root');
    }
    return;
  }
  let place = from - 1;
  let last = to - 1;
  while (odd(place)) {
    place = half(place);
    last = half(last);
  }
  // A complete earlier tree is its own first node and is left out of the proof.
  const whole = isPowerOfTwo(from);
  if (!whole && proof.length === 0) throw tooShort();
  let earlier = whole ? fromRoot : proof[0];
  let later = earlier;
  climb(
    place,
    last,
    whole ? proof : proof.slice(1),
    (step) => {
      earlier = nodeHash(step, earlier);
      later = nodeHash(step, later);
    },
    (step) => (later = nodeHash(later, step)),
  );
  if (!equal(earlier, fromRoot)) throw earlierRoot();
  if (!equal(later, toRoot)) throw new Wrong('证明得出的是另一个树根', 'the proof leads to another root');
}

/**
 * The path of a tile's number, with the suffix of a partial one: `x001/x234/067.p/8`.
 * @param {number} number @param {number} [width] 1 to 256
 */
export function tileName(number, width = 256) {
  let rest = number;
  let name = String(rest % 1000).padStart(3, '0');
  while (rest >= 1000) {
    rest = Math.floor(rest / 1000);
    name = `x${String(rest % 1000).padStart(3, '0')}/${name}`;
  }
  return width === 256 ? name : `${name}.p/${width}`;
}

/** Number and width of the tiles that hold so many hashes of one level. @param {number} count */
export function* widths(count) {
  const full = Math.floor(count / 256);
  for (let number = 0; number < full; number += 1) yield [number, 256];
  if (count % 256 > 0) yield [full, count % 256];
}

/** Path below `log/` and bytes of every hash tile over these leaves. @param {Uint8Array[]} leaves */
export function* tiles(leaves) {
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level += 1) {
    const above = [];
    for (const [number, width] of widths(hashes.length)) {
      const part = hashes.slice(number * 256, number * 256 + width);
      yield [`tile/${level}/${tileName(number, width)}`, concat(...part)];
      if (width === 256) above.push(root(part));
    }
    hashes = above;
  }
}
