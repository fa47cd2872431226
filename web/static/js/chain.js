// The chain (日志链) walked in this browser, from the tiles that everybody can read (C2SP tlog-tiles).
// Invariant: an entry counts as good only if its position, its link to the one before and its time fit, and the whole
// only if the root over all of them is the one that the log's key signed.

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

  /** The root over what was taken. @returns {Uint8Array} */
  root() {
    return this.#frontier.root();
  }
}

/**
 * Walks a whole log of a signed size.
 * @param {{size: number, root: Uint8Array}} head signed by the log's key
 * @param {{read?: (path: string) => Promise<Uint8Array>, onProgress?: (done: number) => void}} [options]
 * @returns {Promise<Break|null>} the first break, null if the log is whole
 */
export async function walk(head, { read = fetched, onProgress = () => {} } = {}) {
  const steps = new Walk();
  while (steps.size < head.size) {
    const index = steps.size / WIDTH;
    const width = Math.min(WIDTH, head.size - steps.size);
    const entries = unpack(await read(`/log/tile/entries/${tileName(index, width)}`));
    if (entries === null || entries.length !== width) {
      return breakAt(steps.size, `第 ${index} 包不含 ${width} 条`, `bundle ${index} does not have ${width} entries`);
    }
    for (const entry of entries) {
      const found = steps.take(entry);
      if (found) return found;
    }
    onProgress(steps.size);
  }
  if (hex(steps.root()) !== hex(head.root)) {
    return breakAt(
      head.size,
      '各条相接,但其根不是日志密钥签名的根',
      'the entries follow one another, but their root is not the one that the log key signed',
    );
  }
  return null;
}

async function fetched(path) {
  const answer = await request(path);
  return new Uint8Array(await answer.arrayBuffer());
}

