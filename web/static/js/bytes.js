// Byte strings: hexadecimal, base64, UTF-8, big-endian integers, joining.
// Invariant: every reader takes one spelling of a value and throws `Wrong` for all others.

/** Something does not have the form that it must have; says so in both languages. */
export class Wrong extends Error {
  /**
   * @param {string} zh the sentence in Chinese
   * @param {string} en the sentence in English
   */
  constructor(zh, en) {
    super(en);
    this.name = 'Wrong';
    this.zh = zh;
    this.en = en;
  }
}

const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DIGITS = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Lower-case hexadecimal. @param {Uint8Array} bytes @returns {string} */
export function hex(bytes) {
  let out = '';
  for (const byte of bytes) out += DIGITS[byte];
  return out;
}

/**
 * The bytes of lower-case hexadecimal text.
 * @param {string} text
 * @param {number} [size] the number of bytes that it must have
 * @returns {Uint8Array}
 */
export function unhex(text, size) {
  if (typeof text !== 'string' || !HEX.test(text)) throw new Wrong('不是小写十六进制', 'not lower-case hex');
  if (size !== undefined && text.length !== 2 * size) {
    throw new Wrong(`十六进制有 ${text.length / 2} 字节，应为 ${size}`, `${text.length / 2} bytes of hex, not ${size}`);
  }
  const out = new Uint8Array(text.length / 2);
  for (let n = 0; n < out.length; n += 1) out[n] = Number.parseInt(text.slice(2 * n, 2 * n + 2), 16);
  return out;
}

/** Base64 with padding (RFC 4648, section 4). @param {Uint8Array} bytes @returns {string} */
export function base64(bytes) {
  let out = '';
  for (let at = 0; at < bytes.length; at += 24573) {
    // 24573 is a multiple of three: pieces join without padding between them.
    out += btoa(String.fromCharCode(...bytes.subarray(at, at + 24573)));
  }
  return out;
}

/** The bytes of base64 in its one spelling, unused bits zero. @param {string} text @returns {Uint8Array} */
export function unbase64(text) {
  if (typeof text !== 'string' || !BASE64.test(text)) throw new Wrong('不是 base64', 'not base64');
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let n = 0; n < raw.length; n += 1) out[n] = raw.charCodeAt(n);
  if (base64(out) !== text) {
    throw new Wrong('不是其字节的规范 base64', 'not the canonical base64 of its bytes');
  }
  return out;
}

/** UTF-8 of a text; `Wrong` for lone surrogates. @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  if (!text.isWellFormed()) throw new Wrong('不是 Unicode 文本', 'not Unicode text');
  return ENCODER.encode(text);
}

/** The text of UTF-8 bytes; a byte order mark is kept as it stands. @param {Uint8Array} bytes @returns {string} */
export function text(bytes) {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new Wrong('不是 UTF-8', 'not UTF-8');
  }
}

/** All arguments joined. @param {...Uint8Array} parts @returns {Uint8Array} */
export function concat(...parts) {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * An unsigned integer in `size` bytes, most significant first.
 * @param {number|bigint} value
 * @param {number} size
 * @returns {Uint8Array}
 */
export function uintbe(value, size) {
  const whole = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : -1n;
  if (whole < 0n || whole >> BigInt(8 * size) !== 0n) {
    throw new Wrong(`整数放不进 ${size} 字节`, `an integer does not fit into ${size} bytes`);
  }
  const out = new Uint8Array(size);
  let rest = whole;
  for (let n = size - 1; n >= 0; n -= 1) {
    out[n] = Number(rest & 255n);
    rest >>= 8n;
  }
  return out;
}

/** Two bytes, most significant first. @param {number} value @returns {Uint8Array} */
export const u16be = (value) => uintbe(value, 2);
/** Four bytes, most significant first. @param {number} value @returns {Uint8Array} */
export const u32be = (value) => uintbe(value, 4);
/** Eight bytes, most significant first. @param {number|bigint} value @returns {Uint8Array} */
export const u64be = (value) => uintbe(value, 8);

/**
 * LP(x1, …): the length of each field in eight bytes, then the field; text is taken as UTF-8.
 * @param {...(Uint8Array|string)} fields
 * @returns {Uint8Array}
 */
export function lp(...fields) {
  const parts = [];
  for (const field of fields) {
    const bytes = typeof field === 'string' ? utf8(field) : field;
    parts.push(u64be(bytes.length), bytes);
  }
  return concat(...parts);
}

/** Whether two byte strings are equal, in time that depends on their lengths alone. */
export function equal(left, right) {
  if (left.length !== right.length) return false;
  let different = 0;
  for (let n = 0; n < left.length; n += 1) different |= left[n] ^ right[n];
  return different === 0;
}

/** Byte order: negative, zero or positive. @param {Uint8Array} left @param {Uint8Array} right */
export function compare(left, right) {
  const shorter = Math.min(left.length, right.length);
  for (let n = 0; n < shorter; n += 1) {
    if (left[n] !== right[n]) return left[n] - right[n];
  }
  return left.length - right.length;
}

/** So many random bytes. @param {number} size @returns {Uint8Array} */
export function random(size) {
  return globalThis.crypto.getRandomValues(new Uint8Array(size));
}
