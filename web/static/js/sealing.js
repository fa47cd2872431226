// Sealing a file part by part: every part of the sealed body can be made by itself, from the key and the file alone.
// Invariant: the same key, salt and file give the same bytes, whatever order the parts are made in; a part never goes
// out twice with different bytes, because who resumes compares the leaves first (seal-job.js).

import { Wrong, concat, u64be } from './bytes.js';
import { BodyCipher, CHUNK, PREFIX, SEALED_CHUNK, bodyLength, chunksOf } from './cobblestone.js';
import { FRAME_HEAD, paddedLength } from './padding.js';
import { SEGMENT } from './tree64k.js';

/** Bytes of a part: what is sealed, hashed and sent at once. A multiple of `SEGMENT`. */
export const PART = 8 * 1_048_576;

/** Chunks that are read, sealed and hashed together: few enough to stay in a processor's cache. */
const PIECE = 32;
/** AES-GCM calls in flight: with more, a browser's threads wait for one another. */
const LANES = 2;

const subtle = globalThis.crypto.subtle;

const shorter = () => new Wrong('文件在加密过程中变短了', 'the file became shorter while it was being sealed');

/** Fills buffers with the bytes of a blob in order; a byte stream saves the browser most of its copies. */
class Filler {
  #blob;
  #reader = null;
  #at = 0;

  constructor(blob) {
    this.#blob = blob;
    try {
      this.#reader = blob.stream().getReader({ mode: 'byob' });
    } catch {
      // A browser without byte streams: slices are read instead.
    }
  }

  /** The buffer, or its successor, with the next bytes of the blob from `from` to `until`. */
  async fill(buffer, from, until) {
    if (!this.#reader) {
      const slice = await this.#blob.slice(this.#at, this.#at + until - from).arrayBuffer();
      if (slice.byteLength !== until - from) throw shorter();
      this.#at += slice.byteLength;
      new Uint8Array(buffer).set(new Uint8Array(slice), from);
      return buffer;
    }
    let filled = buffer;
    for (let at = from; at < until; ) {
      const { done, value } = await this.#reader.read(new Uint8Array(filled, at, until - at));
      if (done) throw shorter();
      filled = value.buffer;
      at += value.length;
    }
    return filled;
  }

  end() {
    return this.#reader?.cancel();
  }
}

/** The sealed body of one file, in parts. */
export class PartSealer {
  #cipher;
  #salt;
  #file;
  #frame;
  #buffers = [new ArrayBuffer(PIECE * CHUNK), new ArrayBuffer(PIECE * CHUNK)];
  #leaf = new Uint8Array(SEGMENT + 1);
  /** Bytes of the whole body. @type {number} */
  total;

  /**
   * @param {{key: Uint8Array, salt: Uint8Array, label: Uint8Array, file: Blob}} what label: its digest
   * @returns {Promise<PartSealer>}
   */
  static async of({ key, salt, label, file }) {
    const sealer = new PartSealer();
    sealer.#cipher = await BodyCipher.of(key, salt, label);
    sealer.#salt = salt;
    sealer.#file = file;
    sealer.#frame = paddedLength(file.size);
    sealer.total = bodyLength(sealer.#frame);
    return sealer;
  }

  /** Bytes of the frame (length, data, zeros) from `start` to `end`; `filler` stands where the data goes on. */
  async #plain(filler, buffer, start, end) {
    const from = Math.min(end, Math.max(start, FRAME_HEAD)) - start;
    const until = Math.max(from, Math.min(end, FRAME_HEAD + this.#file.size) - start);
    const filled = until > from ? await filler.fill(buffer, from, until) : buffer;
    const bytes = new Uint8Array(filled, 0, end - start);
    if (from > 0) bytes.set(u64be(this.#file.size).subarray(start, start + from));
    bytes.fill(0, until);
    return bytes;
  }

  /** Seals `count` chunks from `first` on, the last one perhaps empty, and lays them into a part where they belong. */
  async #seal(part, offset, first, count, plain) {
    let next = 0;
    const lane = async () => {
      while (next < count) {
        const start = next * CHUNK;
        const index = first + next;
        next += 1;
        const sealed = await this.#cipher.seal(index, plain.subarray(start, start + CHUNK));
        const at = PREFIX + index * SEALED_CHUNK - offset;
        // A chunk across the border of two parts is sealed for both: the same bytes under the same nonce.
        const fitting = sealed.subarray(Math.max(0, -at), Math.max(0, part.length - at));
        part.set(fitting, Math.max(0, at));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Hashes the segments of a part that lie before `until`, from the one numbered `from` on. */
  async #hash(part, leaves, from, until) {
    let at = from;
    for (; (at + 1) * SEGMENT <= until || (until === part.length && at * SEGMENT < until); at += 1) {
      const segment = part.subarray(at * SEGMENT, (at + 1) * SEGMENT);
      this.#leaf.set(segment, 1);
      const leaf = await subtle.digest('SHA-256', this.#leaf.subarray(0, segment.length + 1));
      leaves.set(new Uint8Array(leaf), 32 * at);
    }
    return at;
  }

  /**
   * One part of the body, with the leaves of its segments; one part at a time.
   * @param {number} number from 0
   * @param {ArrayBuffer} [room] `PART` bytes to use again
   * @returns {Promise<{offset: number, bytes: Uint8Array, leaves: Uint8Array}>} offset: within the body; leaves: joined
   */
  async part(number, room = new ArrayBuffer(PART)) {
    const offset = number * PART;
    const bytes = new Uint8Array(room, 0, Math.min(PART, this.total - offset));
    const leaves = new Uint8Array(32 * Math.ceil(bytes.length / SEGMENT));
    if (number === 0) bytes.set(concat(this.#salt, this.#cipher.commitment));
    const first = Math.max(0, Math.floor((offset - PREFIX) / SEALED_CHUNK));
    const beyond = Math.min(chunksOf(this.#frame), Math.ceil((offset + bytes.length - PREFIX) / SEALED_CHUNK));
    const end = Math.min(beyond * CHUNK, this.#frame);
    const filler = new Filler(this.#file.slice(Math.max(0, first * CHUNK - FRAME_HEAD), Math.max(0, end - FRAME_HEAD)));
    const read = async (chunk, turn) => {
      const stop = Math.min((chunk + PIECE) * CHUNK, end);
      const plain = await this.#plain(filler, this.#buffers[turn], chunk * CHUNK, stop);
      this.#buffers[turn] = plain.buffer;
      return plain;
    };
    try {
      let coming = read(first, 0);
      let hashed = Promise.resolve(0);
      for (let chunk = first, turn = 0; chunk < beyond; chunk += PIECE, turn = 1 - turn) {
        const plain = await coming;
        // The next piece is read, and the last one hashed, while this one is sealed.
        coming = chunk + PIECE < beyond ? read(chunk + PIECE, 1 - turn) : null;
        coming?.catch(() => {});
        await this.#seal(bytes, offset, chunk, Math.min(PIECE, beyond - chunk), plain);
        const until = Math.min(bytes.length, PREFIX + (chunk + PIECE) * SEALED_CHUNK - offset);
        const from = await hashed;
        hashed = this.#hash(bytes, leaves, from, until);
      }
      await hashed;
    } finally {
      await filler.end();
    }
    return { offset, bytes, leaves };
  }
}
