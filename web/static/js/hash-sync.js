// SHA-256, SHA-512, HMAC-SHA-512 and HKDF-Expand-SHA-512 at once, for the few hundred bytes of a proof or a label.
// Invariant: bulk data never comes here; `hash.js` and `tree64k.js` hash it by WebCrypto, twenty times as fast.

import { concat } from './bytes.js';
import { hmac, sha256, sha512 } from './noble.js';

/** SHA-256 (FIPS 180-4) of the parts joined. @param {...Uint8Array} parts @returns {Uint8Array} 32 bytes */
export const sha256Sync = (...parts) => sha256(concat(...parts));

/** SHA-512 (FIPS 180-4) of the parts joined. @param {...Uint8Array} parts @returns {Uint8Array} 64 bytes */
export const sha512Sync = (...parts) => sha512(concat(...parts));

/** HMAC-SHA-512 (RFC 2104). @param {Uint8Array} key @param {Uint8Array} message @returns {Uint8Array} 64 bytes */
export const hmacSha512Sync = (key, message) => hmac(sha512, key, message);

/**
 * HKDF-Expand with SHA-512 (RFC 5869, section 2.3); the key may be shorter than the hash, as Cobblestone requires.
 * @param {Uint8Array} prk
 * @param {Uint8Array} info
 * @param {number} size at most 255 · 64 bytes
 * @returns {Uint8Array}
 */
export function expandSync(prk, info, size) {
  const out = new Uint8Array(size);
  let block = new Uint8Array(0);
  for (let at = 0, count = 1; at < size; at += 64, count += 1) {
    block = hmacSha512Sync(prk, concat(block, info, Uint8Array.of(count)));
    out.set(block.subarray(0, Math.min(64, size - at)), at);
  }
  return out;
}
