// The chain (日志链) walked in this browser, from the tiles that everybody can read (C2SP tlog-tiles).
// Invariant: an entry counts as good only if its position, its link to the one before and its time fit, and the whole
// only if the root over all of them is the one that the log's key signed. A checkpoint that somebody kept is compared
// with the root of the entries walked, so no proof of the platform is needed to find that it was left.

import { hex, text } from './bytes.js';
import { request } from './api.js';
import { entryProblem, readEntry } from './fact.js';
import { Frontier, leafHash, tileName } from './merkle.js';

const WIDTH = 256;
const ZEROS = new Uint8Array(32);

/**
 * Where the log breaks.
 * @typedef {{seq: number, zh: string, en: string}} Break
 */

/** The entries of one bundle: each after its length in two bytes. @param {Uint8Array} bytes @returns {Uint8Array[]|null} */
export function unpack(bytes) {
  const entries = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return null;
    const length = bytes[at] * 256 + bytes[at + 1];
    at += 2;
    if (at + length > bytes.length) return null;
    entries.push(bytes.subarray(at, at + length));
    at += length;
  }
  return entries;
}

const breakAt = (seq, zh, en) => ({ seq, zh, en });

/**
 * What is known of a log at a size: a checkpoint that somebody kept.
 * @typedef {{size: number, root: Uint8Array}} Mark
 */

/**
 * A mark beside the entries walked. `agrees`: null where they do not reach so far; `time`: that of its last entry, in ms.
 * @typedef {{mark: Mark, agrees: boolean|null, time: number|null}} Compared
 */

/**
 * Where two logs first differ: at `from` if `exact`, else at one of the entries `from` to `to` − 1.
 * @typedef {{from: number, to: number, exact: boolean}} Fork
 */

/** A walk that takes entries in order. */
export class Walk {
  #frontier = new Frontier();
  #prev = ZEROS;
  #time = 0;
  /** Entries that were good. @type {number} */
  size = 0;

  /** Takes the next entry. @param {Uint8Array} bytes @returns {Break|null} */
  take(bytes) {
    const seq = this.size;
    let entry;
    try {
      entry = readEntry(text(bytes));
    } catch (error) {
      return breakAt(seq, `条目无法读取:${error.zh ?? error.message}`, `the entry cannot be read: ${error.message}`);
    }
    const wrong = entryProblem(entry);
    if (wrong) return breakAt(seq, `条目不合规定:${wrong.zh}`, `the entry is not allowed: ${wrong.en}`);
    if (entry.seq !== seq) return breakAt(seq, `条目自称第 ${entry.seq} 条`, `the entry calls itself ${entry.seq}`);
    if (entry.prev !== hex(this.#prev)) {
      return breakAt(seq, '条目未接在前一条之后(prev 不符)', 'the entry does not follow the one before it (prev differs)');
    }
    if (entry.ts < this.#time) return breakAt(seq, '时间早于前一条', 'its time is before that of the entry before');
    this.#prev = leafHash(bytes);
    this.#time = entry.ts;
    this.#frontier.push(this.#prev);
    this.size += 1;
    return null;
  }

  /** The time of the entry taken last, in ms. @returns {number} */
  get time() {
    return this.#time;
  }

  /** The root over what was taken. @returns {Uint8Array} */
  root() {
    return this.#frontier.root();
  }
}

/** The entries of one bundle of a log of that size, null if it does not hold them. */
async function bundle(read, index, size) {
  const width = Math.min(WIDTH, size - index * WIDTH);
  const entries = unpack(await read(`/log/tile/entries/${tileName(index, width)}`));
  return entries?.length === width ? entries : null;
}

/**
 * Walks a whole log of a signed size and compares it on the way with what was kept of it.
 * @param {Mark} head signed by the log's key
 * @param {{marks?: Mark[], read?: (path: string) => Promise<Uint8Array>, onProgress?: (done: number) => void}} [options]
 * @returns {Promise<{broken: Break|null, walked: number, compared: Compared[], isSigned: boolean,
 *   roots: Mark[]}>} `broken`: the first entry that does not fit; `isSigned`: whether the root is that of the head;
 *   `roots`: those at the ends of bundles, and at the end
 */
export async function examine(head, { marks = [], read = fetched, onProgress = () => {} } = {}) {
  const steps = new Walk();
  const known = new Map([[0, { root: steps.root(), time: null }]]);
  const wanted = new Set(marks.map(({ size }) => size));
  const roots = [];
  let broken = null;
  while (broken === null && steps.size < head.size) {
    const index = steps.size / WIDTH;
    const entries = await bundle(read, index, head.size);
    if (entries === null) {
      broken = breakAt(steps.size, `第 ${index} 包所含条数不符`, `bundle ${index} does not have the entries it should`);
      break;
    }
    for (const entry of entries) {
      broken = steps.take(entry);
      if (broken) break;
      if (wanted.has(steps.size)) known.set(steps.size, { root: steps.root(), time: steps.time });
    }
    if (!broken) roots.push({ size: steps.size, root: steps.root() });
    onProgress(steps.size);
  }
  const compared = marks.map((mark) => {
    const here = known.get(mark.size);
    return { mark, agrees: here ? hex(here.root) === hex(mark.root) : null, time: here?.time ?? null };
  });
  const isSigned = broken === null && hex(steps.root()) === hex(head.root);
  return { broken, walked: steps.size, compared, isSigned, roots };
}

/**
 * Where the log walked first differs from the one that a mark tells of. Entries are hashed with the hash of the entry
 * before, so once two logs differ they differ to the end: marks that agree bound it from below, marks that do not from
 * above. Where the platform still serves the leaf hashes of that other log, the entry itself is found.
 * @param {Mark} other the mark that does not agree, or lies beyond the log
 * @param {Compared[]} compared the marks of this log
 * @param {Mark} head as walked
 * @param {(path: string) => Promise<Uint8Array>} [read]
 * @returns {Promise<Fork>}
 */
export async function fork(other, compared, head, read = fetched) {
  const agreeing = compared.filter(({ agrees, mark }) => agrees && mark.size < other.size);
  const from = agreeing.reduce((most, { mark }) => Math.max(most, mark.size), 0);
  const to = Math.min(other.size, head.size + 1);
  const exact = other.size <= head.size ? await differing(other, from, head, read).catch(() => null) : null;
  return exact === null ? { from, to, exact: to - from === 1 } : { from: exact, to: exact + 1, exact: true };
}

/** The first entry from `from` on whose hash is not the leaf hash served, if those are the leaves of the other log. */
async function differing(other, from, head, read) {
  const tree = new Frontier();
  const leaves = [];
  while (leaves.length < other.size) {
    const index = leaves.length / WIDTH;
    const width = Math.min(WIDTH, head.size - leaves.length);
    const tile = await read(`/log/tile/0/${tileName(index, width)}`);
    if (tile.length !== width * 32) return null;
    for (let n = 0; n < width && leaves.length < other.size; n += 1) {
      leaves.push(tile.subarray(n * 32, n * 32 + 32));
      tree.push(leaves.at(-1));
    }
  }
  if (hex(tree.root()) !== hex(other.root)) return null;
  for (let index = Math.floor(from / WIDTH); index * WIDTH < other.size; index += 1) {
    const entries = await bundle(read, index, head.size);
    const at = entries?.findIndex((entry, n) => {
      const leaf = leaves[index * WIDTH + n];
      return leaf !== undefined && hex(leafHash(entry)) !== hex(leaf);
    });
    if (at === undefined) return null;
    if (at >= 0) return index * WIDTH + at;
  }
  return null;
}

async function fetched(path) {
  const answer = await request(path);
  return new Uint8Array(await answer.arrayBuffer());
}
