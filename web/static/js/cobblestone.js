// The sealed body, cob256: C2SP chunked-encryption with HKDF-Expand-SHA-512 and AES-256-GCM (SPEC 5).
// Invariant: the commitment is compared before anything is decrypted, so a body has one key; every chunk but the last
// is full and the last one is not, so nothing can be cut off or added.

import { Wrong, concat, equal, utf8 } from './bytes.js';
import { expandSync } from './hash-sync.js';

/** Plaintext bytes of every chunk but the last. */
export const CHUNK = 16_384;
/** Bytes of a full sealed chunk. */
export const SEALED_CHUNK = CHUNK + 16;
/** Bytes of the salt. */
export const SALT = 24;
/** Salt and commitment before the first chunk. */
export const PREFIX = SALT + 32;

const TAG = 16;
const IN_FLIGHT = 64;
const INFO = concat(utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM'), Uint8Array.of(0));
const subtle = globalThis.crypto.subtle;

/** Bytes of the body around so many bytes of plaintext. @param {number} plain @returns {number} */
export const bodyLength = (plain) => PREFIX + plain + TAG * chunksOf(plain);

/** Chunks of so many bytes of plaintext. @param {number} plain @returns {number} */
export const chunksOf = (plain) => Math.floor(plain / CHUNK) + 1;

/** Bytes of plaintext in a body of that length; `Wrong` if no body has it. @param {number} body @returns {number} */
export function plainLength(body) {
  const chunks = body - PREFIX;
  const last = chunks % SEALED_CHUNK;
  if (chunks < 0 || last < TAG) {
    throw new Wrong(`没有长度为 ${body} 字节的密文`, `no sealed body has ${body} bytes`);
  }
  return ((chunks - last) / SEALED_CHUNK) * CHUNK + last - TAG;
}

/** One body's key and nonces. */
export class BodyCipher {
  #key;
  #nonce;
  /** The 32 bytes that bind the key. @type {Uint8Array} */
  commitment;

  /**
   * @param {Uint8Array} key K, 32 bytes
   * @param {Uint8Array} salt 24 bytes
   * @param {Uint8Array} context the label's digest
   * @returns {Promise<BodyCipher>}
   */
  static async of(key, salt, context) {
    const out = expandSync(key, concat(INFO, salt, context), 76);
    const cipher = new BodyCipher();
    cipher.#key = await subtle.importKey('raw', out.subarray(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt']);
    cipher.#nonce = out.slice(32, 44);
    cipher.commitment = out.slice(44);
    return cipher;
  }

  #algorithm(index) {
    const iv = this.#nonce.slice();
    const view = new DataView(iv.buffer);
    iv[7] ^= Math.floor(index / 2 ** 32);
    view.setUint32(8, view.getUint32(8) ^ (index % 2 ** 32));
    return { name: 'AES-GCM', iv };
  }

  /** Seals the chunk at an index. @param {number} index @param {Uint8Array} plain @returns {Promise<Uint8Array>} */
  async seal(index, plain) {
    return new Uint8Array(await subtle.encrypt(this.#algorithm(index), this.#key, plain));
  }

  /** Opens the chunk at an index. @param {number} index @param {Uint8Array} sealed @returns {Promise<Uint8Array>} */
  async open(index, sealed) {
    try {
      return new Uint8Array(await subtle.decrypt(this.#algorithm(index), this.#key, sealed));
    } catch {
      throw new Wrong(`第 ${index} 个数据块不真实`, `chunk ${index} of the body is not authentic`);
    }
  }
}

/**
 * Seals a plaintext that is in memory as a whole.
 * @param {Uint8Array} key
 * @param {Uint8Array} salt 24 random bytes; key and salt never serve two plaintexts
 * @param {Uint8Array} context
 * @param {Uint8Array} plain
 * @returns {Promise<Uint8Array>}
 */
export async function sealBody(key, salt, context, plain) {
  const cipher = await BodyCipher.of(key, salt, context);
  const parts = [salt, cipher.commitment];
  const count = chunksOf(plain.length);
  for (let at = 0; at < count; at += IN_FLIGHT) {
    const batch = [];
    for (let index = at; index < Math.min(at + IN_FLIGHT, count); index += 1) {
      batch.push(cipher.seal(index, plain.subarray(index * CHUNK, (index + 1) * CHUNK)));
    }
    parts.push(...(await Promise.all(batch)));
  }
  return concat(...parts);
}

/**
 * A sealed body that is read where it lies: in memory, in a file, or at the other end of a line.
 * @typedef {(start: number, end: number) => Promise<Uint8Array>|Uint8Array} ReadRange
 */
export class BodyReader {
  #cipher;
  #read;
  /** Bytes of plaintext. @type {number} */
  plain;
  /** Chunks of the body. @type {number} */
  chunks;

  /**
   * Compares the commitment and returns the reader.
   * @param {Uint8Array} key
   * @param {Uint8Array} context
   * @param {number} length bytes of the body
   * @param {ReadRange} read
   * @returns {Promise<BodyReader>}
   */
  static async of(key, context, length, read) {
    const reader = new BodyReader();
    reader.plain = plainLength(length);
    reader.chunks = chunksOf(reader.plain);
    const prefix = await read(0, PREFIX);
    reader.#cipher = await BodyCipher.of(key, prefix.subarray(0, SALT), context);
    if (!equal(reader.#cipher.commitment, prefix.subarray(SALT))) {
      throw new Wrong('密钥与密文的承诺不符', "the key does not fit the body's commitment");
    }
    reader.#read = read;
    return reader;
  }

  /** The plaintext of one chunk. @param {number} index @returns {Promise<Uint8Array>} */
  async chunk(index) {
    const start = PREFIX + index * SEALED_CHUNK;
    const end = Math.min(start + SEALED_CHUNK, bodyLength(this.plain));
    return this.#cipher.open(index, await this.#read(start, end));
  }

  /** All chunks in order; the body is opened only when this has come to its end. */
  async *all() {
    for (let at = 0; at < this.chunks; at += IN_FLIGHT) {
      const batch = [];
      for (let index = at; index < Math.min(at + IN_FLIGHT, this.chunks); index += 1) batch.push(this.chunk(index));
      // Whichever fails first in time, the first in order is named.
      for (const opened of await Promise.allSettled(batch)) {
        if (opened.status === 'rejected') throw opened.reason;
        yield opened.value;
      }
    }
  }
}

/** Reads ranges of bytes in memory. @param {Uint8Array} bytes @returns {ReadRange} */
export const rangesOf = (bytes) => (start, end) => bytes.subarray(start, end);

/** Opens a body that is in memory as a whole. @returns {Promise<Uint8Array>} */
export async function openBody(key, context, body) {
  const reader = await BodyReader.of(key, context, body.length, rangesOf(body));
  const parts = [];
  for await (const part of reader.all()) parts.push(part);
  return concat(...parts);
}
