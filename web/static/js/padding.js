// The frame of a plaintext: `u64be(length) ‖ data ‖ zero bytes` (SPEC 6), so that the sealed length tells little.
// Invariant: the total is max(65536, padmé(8 + length)) and every byte after the data is zero; a frame that breaks
// either is refused, so one document has one frame.

import { Wrong, concat, u64be } from './bytes.js';

/** Bytes of the length that opens the frame. */
export const FRAME_HEAD = 8;
/** Smallest frame. */
export const SMALLEST = 65_536;
const LONGEST = 2 ** 52;

/** ⌊log₂ n⌋ for 1 ≤ n < 2⁵³, exactly. */
function log2(n) {
  const high = Math.floor(n / 2 ** 32);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(n);
}

/**
 * Bytes of the frame around so many bytes of data (Padmé, PURBs, 2019: at most 12 % more).
 * @param {number} length
 * @returns {number}
 */
export function paddedLength(length) {
  if (!Number.isSafeInteger(length) || length < 0 || length > LONGEST) {
    throw new Wrong(`长度 ${length} 超出格式允许的范围`, `a length of ${length} bytes is more than the format can hold`);
  }
  const framed = length + FRAME_HEAD;
  const exponent = log2(framed);
  const unit = 2 ** (exponent - log2(exponent) - 1);
  return Math.max(SMALLEST, Math.ceil(framed / unit) * unit);
}

/** Frames data that is in memory as a whole. @param {Uint8Array} data @returns {Uint8Array} */
export function pad(data) {
  const zeros = paddedLength(data.length) - FRAME_HEAD - data.length;
  return concat(u64be(data.length), data, new Uint8Array(zeros));
}

/** The length that opens a frame. @param {Uint8Array} head at least 8 bytes @returns {number} */
export function announced(head) {
  if (head.length < FRAME_HEAD) {
    throw new Wrong(
      `填充帧只有 ${head.length} 字节，长度字段不完整`,
      `the padded frame ends after ${head.length} bytes, inside its own length`,
    );
  }
  const length = Number(new DataView(head.buffer, head.byteOffset, FRAME_HEAD).getBigUint64(0));
  paddedLength(length);
  return length;
}

/** Takes a frame apart that arrives in pieces; hands the data among them on. */
export class Unpadder {
  #head = new Uint8Array(0);
  #seen = 0;
  /** Bytes of data announced, once the first eight bytes were seen. @type {number|undefined} */
  length;

  /** The data among the next bytes of the frame. @param {Uint8Array} piece @returns {Uint8Array} a view of `piece` */
  take(piece) {
    let rest = piece;
    if (this.length === undefined) {
      const missing = FRAME_HEAD - this.#head.length;
      this.#head = concat(this.#head, rest.subarray(0, missing));
      rest = rest.subarray(missing);
      if (this.#head.length < FRAME_HEAD) return rest;
      this.length = announced(this.#head);
      this.#seen = FRAME_HEAD;
    }
    const left = Math.max(0, this.length + FRAME_HEAD - this.#seen);
    const dirt = rest.subarray(left).findIndex((byte) => byte !== 0);
    if (dirt >= 0) {
      const at = this.#seen + Math.min(left, rest.length) + dirt;
      throw new Wrong(`填充第 ${at} 字节不为零`, `the padding is not zero at byte ${at} of the frame`);
    }
    this.#seen += rest.length;
    return rest.subarray(0, left);
  }

  /** The frame ends here. */
  end() {
    if (this.length === undefined) announced(this.#head);
    const expected = paddedLength(this.length);
    if (this.#seen !== expected) {
      throw new Wrong(
        `填充帧有 ${this.#seen} 字节，长度 ${this.length} 要求 ${expected}`,
        `the padded frame has ${this.#seen} bytes where its length of ${this.length} requires ${expected}`,
      );
    }
  }
}

/** Takes a frame apart that is in memory as a whole. @param {Uint8Array} frame @returns {Uint8Array} */
export function unpad(frame) {
  const reader = new Unpadder();
  const data = reader.take(frame);
  reader.end();
  return data;
}
