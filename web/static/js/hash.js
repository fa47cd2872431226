// Hashes and HMAC by WebCrypto.
// Invariant: these are the only places of the browser library that call `crypto.subtle.digest`.

import { concat } from './bytes.js';

const subtle = globalThis.crypto.subtle;

async function digest(name, parts) {
  const bytes = parts.length === 1 ? parts[0] : concat(...parts);
  return new Uint8Array(await subtle.digest(name, bytes));
}

/** SHA-256 (FIPS 180-4) of the parts joined. @param {...Uint8Array} parts @returns {Promise<Uint8Array>} 32 bytes */
export const sha256 = (...parts) => digest('SHA-256', parts);

/** SHA-512 (FIPS 180-4) of the parts joined. @param {...Uint8Array} parts @returns {Promise<Uint8Array>} 64 bytes */
export const sha512 = (...parts) => digest('SHA-512', parts);

async function hmac(name, key, message) {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: name }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
}

/** HMAC-SHA-256 (RFC 2104); the key is not empty. @param {Uint8Array} key @param {Uint8Array} message */
export const hmacSha256 = (key, message) => hmac('SHA-256', key, message);

/** HMAC-SHA-512 (RFC 2104); the key is not empty. @param {Uint8Array} key @param {Uint8Array} message */
export const hmacSha512 = (key, message) => hmac('SHA-512', key, message);
