// Key files (密钥文件): PEM around PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (SPEC 10), as OpenSSL reads and writes.
// Invariant: a file is read only within limits fixed here, so a hostile file costs neither time nor memory; and a
// secret is returned only if its inner structure is exactly the one that we write.

import { Wrong, base64, concat, equal, hex, lp, random, unbase64, utf8 } from './bytes.js';
import { PKCS8_HEAD, fingerprint, publicOfSeed } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';

/** Rounds of PBKDF2 in files that are written. */
export const ROUNDS = 600_000;
const MOST_ROUNDS = 4_000_000;
const LONGEST = 4_096;
const KEY = 'ENCRYPTED PRIVATE KEY';
const SEED = 'TENDER CUSTODIAN SEED';
const subtle = globalThis.crypto.subtle;

const INTEGER = 0x02;
const OCTETS = 0x04;
const NULL = 0x05;
const OID = 0x06;
const SEQUENCE = 0x30;

const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
const HMAC_SHA256 = '2a864886f70d0209';
const AES256_CBC = '60864801650304012a';

const structure = () => new Wrong('密钥文件不是加密的 PKCS#8', 'the key file is not encrypted PKCS#8');
const scheme = () =>
  new Wrong(
    '密钥文件未采用 PBKDF2-HMAC-SHA-256 与 AES-256-CBC 保护',
    'the key file is not protected by PBKDF2-HMAC-SHA-256 and AES-256-CBC',
  );
const inner = () =>
  new Wrong('口令错误，或文件中是另一种密钥', 'the passphrase is wrong, or the key file holds another kind of key');

/** DER of one value: tag, definite length, content. */
function der(tag, ...parts) {
  const content = concat(...parts);
  const { length } = content;
  if (length < 128) return concat(Uint8Array.of(tag, length), content);
  const size = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concat(Uint8Array.of(tag, ...size), content);
}

const oid = (text) => der(OID, Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16)));

function integer(value) {
  const bytes = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  if (bytes.length === 0 || bytes[0] >= 128) bytes.unshift(0);
  return der(INTEGER, Uint8Array.from(bytes));
}

/** Reads DER values one after the other; refuses what DER does not allow. */
class Reader {
  constructor(bytes) {
    this.rest = bytes;
  }

  get ended() {
    return this.rest.length === 0;
  }

  get tag() {
    return this.rest[0];
  }

  take(tag) {
    const { rest } = this;
    if (rest.length < 2 || rest[0] !== tag) throw structure();
    let length = rest[1];
    let at = 2;
    if (length >= 128) {
      const size = length - 128;
      if (size < 1 || size > 2 || rest.length < 2 + size) throw structure();
      length = size === 1 ? rest[2] : rest[2] * 256 + rest[3];
      if (length < (size === 1 ? 128 : 256)) throw structure();
      at += size;
    }
    if (rest.length < at + length) throw structure();
    this.rest = rest.subarray(at + length);
    return rest.subarray(at, at + length);
  }

  inside(tag = SEQUENCE) {
    return new Reader(this.take(tag));
  }

  number() {
    const bytes = this.take(INTEGER);
    if (bytes.length < 1 || bytes.length > 5 || bytes[0] >= 128) throw structure();
    if (bytes.length > 1 && bytes[0] === 0 && bytes[1] < 128) throw structure();
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  end() {
    if (!this.ended) throw structure();
  }
}

async function aesKey(passphrase, salt, rounds, use) {
  const base = await subtle.importKey('raw', utf8(passphrase), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return subtle.deriveKey(how, base, { name: 'AES-CBC', length: 256 }, false, [use]);
}

async function seal(label, secret, passphrase, rounds) {
  const salt = random(16);
  const iv = random(16);
  const key = await aesKey(passphrase, salt, rounds, 'encrypt');
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv }, key, secret));
  const prf = der(SEQUENCE, oid(HMAC_SHA256), der(NULL));
  const kdf = der(SEQUENCE, oid(PBKDF2), der(SEQUENCE, der(OCTETS, salt), integer(rounds), prf));
  const cipher = der(SEQUENCE, oid(AES256_CBC), der(OCTETS, iv));
  const algorithm = der(SEQUENCE, oid(PBES2), der(SEQUENCE, kdf, cipher));
  const lines = base64(der(SEQUENCE, algorithm, der(OCTETS, sealed))).match(/.{1,64}/g);
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The label and the bytes of the PEM block in a text; what stands before it is a remark. */
function pem(file) {
  if (file.length > LONGEST) {
    throw new Wrong(`文件有 ${file.length} 个字符，不可能是密钥文件`, `the key file has ${file.length} characters: too long to be one`);
  }
  const found = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n?-----END \1-----/.exec(file);
  if (!found) throw new Wrong('密钥文件不是 PEM 文本', 'the key file is not PEM text');
  return { label: found[1], bytes: unbase64(found[2].replace(/[\r\n]/g, '')) };
}

function parameters(bytes) {
  const whole = new Reader(bytes);
  const file = whole.inside();
  whole.end();
  const algorithm = file.inside();
  const data = file.take(OCTETS);
  file.end();
  if (hex(algorithm.take(OID)) !== PBES2) throw scheme();
  const pbes2 = algorithm.inside();
  algorithm.end();
  const kdf = pbes2.inside();
  const cipher = pbes2.inside();
  pbes2.end();
  if (hex(kdf.take(OID)) !== PBKDF2 || hex(cipher.take(OID)) !== AES256_CBC) throw scheme();
  const pbkdf2 = kdf.inside();
  kdf.end();
  const iv = cipher.take(OCTETS);
  cipher.end();
  const salt = pbkdf2.take(OCTETS);
  const rounds = pbkdf2.number();
  if (pbkdf2.tag === INTEGER && pbkdf2.number() !== 32) throw scheme();
  if (pbkdf2.ended) throw scheme();
  const prf = pbkdf2.inside();
  pbkdf2.end();
  if (hex(prf.take(OID)) !== HMAC_SHA256 || iv.length !== 16) throw scheme();
  if (!prf.ended && prf.take(NULL).length !== 0) throw structure();
  prf.end();
  if (rounds < 1 || rounds > MOST_ROUNDS) {
    throw new Wrong(
      `密钥文件要求 ${rounds} 轮密钥派生，应为 1 至 ${MOST_ROUNDS}`,
      `the key file asks for ${rounds} rounds of key derivation: not between 1 and ${MOST_ROUNDS}`,
    );
  }
  return { salt, rounds, iv, data };
}

async function open(label, file, passphrase) {
  const found = pem(file);
  if (found.label !== label) throw new Wrong(`密钥文件不是 ${label}`, `the key file is not a ${label}`);
  const { salt, rounds, iv, data } = parameters(found.bytes);
  const key = await aesKey(passphrase, salt, rounds, 'decrypt');
  try {
    return new Uint8Array(await subtle.decrypt({ name: 'AES-CBC', iv }, key, data));
  } catch {
    throw new Wrong('口令错误或密钥文件已损坏', 'the passphrase is wrong or the key file is damaged');
  }
}

/**
 * Writes an Ed25519 key file (PKCS#8 v1 inside).
 * @param {Uint8Array} seed 32 bytes
 * @param {string} passphrase
 * @param {number} [rounds] fewer than `ROUNDS` for worthless keys only
 * @returns {Promise<string>} PEM
 */
export const sealKey = (seed, passphrase, rounds = ROUNDS) => seal(KEY, concat(PKCS8_HEAD, seed), passphrase, rounds);

/**
 * Reads an Ed25519 key file, ours or OpenSSL's.
 * @param {string} file
 * @param {string} passphrase
 * @param {Uint8Array} [expected] fingerprint that the key must have: CBC alone does not notice a changed seed
 * @returns {Promise<Uint8Array>} the seed, 32 bytes
 */
export async function openKey(file, passphrase, expected) {
  const secret = await open(KEY, file, passphrase);
  if (secret.length !== 48 || !equal(secret.subarray(0, 16), PKCS8_HEAD)) throw inner();
  const seed = secret.slice(16);
  if (expected && !equal(fingerprint(await publicOfSeed(seed)), expected)) {
    throw new Wrong('密钥文件中不是已登记的密钥', 'the key file holds another key than the one enrolled');
  }
  return seed;
}

const check = (seed) => sha256Sync(lp('tender-custodian-seed/v1', seed)).subarray(0, 16);

/** Writes a custodian's seed file. @param {Uint8Array} seed @returns {Promise<string>} PEM */
export const sealSeed = (seed, passphrase, rounds = ROUNDS) => seal(SEED, concat(seed, check(seed)), passphrase, rounds);

/** Reads a custodian's seed file. @returns {Promise<Uint8Array>} the seed, 32 bytes */
export async function openSeed(file, passphrase) {
  const secret = await open(SEED, file, passphrase);
  const seed = secret.slice(0, 32);
  if (secret.length !== 48 || !equal(secret.subarray(32), check(seed))) throw inner();
  return seed;
}
