// Ed25519 (RFC 8032) by WebCrypto, with the one rule of verification of SPEC 10.
// Invariant: a public key is canonical, not of small order and free of torsion, and a signature with an R of small
// order is refused; so what is accepted here is accepted by every laxer verifier too.

import { Wrong, concat, hex, unbase64 } from './bytes.js';
import { sha256Sync } from './hash-sync.js';
import { ed25519 } from './noble.js';

const { Point } = ed25519;
const subtle = globalThis.crypto.subtle;

/** `PrivateKeyInfo` of an Ed25519 key up to its seed (RFC 8410, section 7). */
export const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

const KNOWN = new Map();
const MOST_KNOWN = 4096;

function refuse(zh, en) {
  throw new Wrong(zh, en);
}

/** Refuses a public key that verifiers could disagree about. @param {Uint8Array} bytes @returns {Uint8Array} `bytes` */
export function checkKey(bytes) {
  const name = hex(bytes);
  if (KNOWN.has(name)) return bytes;
  let point;
  try {
    point = Point.fromBytes(bytes);
  } catch {
    refuse('公钥不是曲线上点的规范编码', 'the public key is not the canonical encoding of a point of the curve');
  }
  if (point.isSmallOrder()) refuse('公钥的阶太小，任何人都能签名', 'the public key has small order: anybody can sign for it');
  if (!point.isTorsionFree()) {
    refuse(
      '公钥含小阶分量，各验证程序的结论会不一致',
      'the public key has a component of small order: verifiers would disagree about its signatures',
    );
  }
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  KNOWN.set(name, null);
  return bytes;
}

async function imported(bytes) {
  checkKey(bytes);
  const name = hex(bytes);
  let key = KNOWN.get(name);
  if (!key) {
    key = await subtle.importKey('raw', bytes, 'Ed25519', true, ['verify']);
    KNOWN.set(name, key);
  }
  return key;
}

/**
 * Whether the signature is by this key over this message, by the cofactorless equation.
 * @param {Uint8Array} key 32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {Promise<boolean>}
 */
export async function verify(key, message, signature) {
  if (signature.length !== 64) return false;
  try {
    if (Point.fromBytes(signature.subarray(0, 32)).isSmallOrder()) return false;
    return await subtle.verify('Ed25519', await imported(key), signature, message);
  } catch {
    return false;
  }
}

/** SHA-256 of a public key: how labels and logs name it. @param {Uint8Array} key @returns {Uint8Array} */
export const fingerprint = (key) => sha256Sync(key);

/**
 * A key that signs.
 * @typedef {{publicKey: Uint8Array, sign: (message: Uint8Array) => Promise<Uint8Array>}} Signer
 */

/** A signer around a WebCrypto private key. @param {CryptoKey} key @param {Uint8Array} publicKey @returns {Signer} */
export const signerOf = (key, publicKey) => ({
  publicKey,
  sign: async (message) => new Uint8Array(await subtle.sign('Ed25519', key, message)),
});

/** The public half of a seed. @param {Uint8Array} seed 32 bytes @returns {Promise<Uint8Array>} */
export async function publicOfSeed(seed) {
  const key = await subtle.importKey('pkcs8', concat(PKCS8_HEAD, seed), 'Ed25519', true, ['sign']);
  const { x } = await subtle.exportKey('jwk', key);
  return unbase64(`${x.replaceAll('-', '+').replaceAll('_', '/')}=`);
}

/** The key of a seed as WebCrypto holds it: it cannot be exported. @param {Uint8Array} seed @returns {Promise<CryptoKey>} */
export const privateKey = (seed) => subtle.importKey('pkcs8', concat(PKCS8_HEAD, seed), 'Ed25519', false, ['sign']);

/** The signer of a 32-byte seed. @param {Uint8Array} seed @returns {Promise<Signer>} */
export async function signerOfSeed(seed) {
  return signerOf(await privateKey(seed), await publicOfSeed(seed));
}
