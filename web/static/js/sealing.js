// Sealing a file part by part: every part of the sealed body can be made by itself, from the key and the file alone.
// Invariant: the same key, salt and file give the same bytes, whatever order the parts are made in; a part is never
// made twice from different bytes, because who resumes compares the leaves first (seal-job.js).

import { Wrong, concat, u64be } from './bytes.js';
import { BodyCipher, CHUNK, PREFIX, SEALED_CHUNK, bodyLength, chunksOf } from './cobblestone.js';
import { FRAME_HEAD, paddedLength } from './padding.js';
import { SEGMENT } from './tree64k.js';

/** Bytes of a part: what is sealed, hashed and sent at once. A multiple of `SEGMENT`. */
export const PART = 8 * 1_048_576;

/** AES-GCM calls in flight: more do not make a browser faster, they only hold more memory. */
const LANES = 8;

const subtle = globalThis.crypto.subtle;

/** Reads ranges of a File or Blob. @param {Blob} file @returns {import('./cobblestone.js').ReadRange} */
export const rangesOfFile = (file) => async (start, end) => {
  const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
  if (bytes.length !== end - start) {
    throw new Wrong('文件在加密过程中变短了', 'the file became shorter while it was being sealed');
  }
  return bytes;
};

/** The sealed body of one file, in parts. */
export class PartSealer {
  #cipher;
  #salt;
  #read;
  #length;
  #frame;
  /** Bytes of the whole body. @type {number} */
  total;

  /**
   * @param {{key: Uint8Array, salt: Uint8Array, label: Uint8Array, length: number,
   *   read: import('./cobblestone.js').ReadRange}} what label: its digest; length and read: of the file
   * @returns {Promise<PartSealer>}
   */
  static async of({ key, salt, label, length, read }) {
    const sealer = new PartSealer();
    sealer.#cipher = await BodyCipher.of(key, salt, label);
    sealer.#salt = salt;
    sealer.#read = read;
    sealer.#length = length;
    sealer.#frame = paddedLength(length);
    sealer.total = bodyLength(sealer.#frame);
    return sealer;
  }

  /** Parts of the body. */
  get parts() {
    return Math.ceil(this.total / PART);
  }

  /** Bytes of the frame (length, data, zeros) from `start` to `end`. */
  async #plain(start, end) {
    const from = Math.max(0, start - FRAME_HEAD);
    const until = Math.min(this.#length, end - FRAME_HEAD);
    const data = from < until ? await this.#read(from, until) : new Uint8Array(0);
    if (start >= FRAME_HEAD && data.length === end - start) return data;
    const out = new Uint8Array(end - start);
    if (start < FRAME_HEAD) out.set(u64be(this.#length).subarray(start, end), 0);
    out.set(data, Math.max(0, FRAME_HEAD - start));
    return out;
  }

  /**
   * One part of the body.
   * @param {number} number from 0
   * @returns {Promise<{offset: number, bytes: Uint8Array}>} offset: within the body
   */
  async part(number) {
    const offset = number * PART;
    const bytes = new Uint8Array(Math.min(PART, this.total - offset));
    if (number === 0) bytes.set(concat(this.#salt, this.#cipher.commitment));
    const first = Math.max(0, Math.floor((offset - PREFIX) / SEALED_CHUNK));
    const beyond = Math.min(chunksOf(this.#frame), Math.ceil((offset + bytes.length - PREFIX) / SEALED_CHUNK));
    const plain = await this.#plain(first * CHUNK, Math.min(beyond * CHUNK, this.#frame));
    let next = first;
    const lane = async () => {
      while (next < beyond) {
        const index = next;
        next += 1;
        const start = (index - first) * CHUNK;
        const sealed = await this.#cipher.seal(index, plain.subarray(start, start + CHUNK));
        const at = PREFIX + index * SEALED_CHUNK - offset;
        // A chunk across the border of two parts is sealed for both: the same bytes under the same nonce.
        const fitting = sealed.subarray(Math.max(0, -at), Math.max(0, bytes.length - at));
        bytes.set(fitting, Math.max(0, at));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return { offset, bytes };
  }
}

/** The leaves of the segments of one part, joined: 32 bytes each. @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export async function leavesOf(bytes) {
  const count = Math.ceil(bytes.length / SEGMENT);
  const leaves = new Uint8Array(32 * count);
  let next = 0;
  const lane = async () => {
    const prefixed = new Uint8Array(SEGMENT + 1);
    while (next < count) {
      const at = next;
      next += 1;
      const segment = bytes.subarray(at * SEGMENT, (at + 1) * SEGMENT);
      prefixed.set(segment, 1);
      // WebCrypto takes its copy of the bytes before `digest` returns, so the lane's buffer is free again.
      const leaf = await subtle.digest('SHA-256', prefixed.subarray(0, segment.length + 1));
      leaves.set(new Uint8Array(leaf), 32 * at);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return leaves;
}
