// The backup of a bid: everything that replaces, unlocks and proves it from another machine, in one encrypted file.
// Invariant: the file is authentic as a whole; it is read only within limits, and only in the one form that we write.

import { Wrong, concat, equal, hex, random, u32be, unhex, utf8 } from './bytes.js';
import { parse, spell } from './canonical.js';
import { scalarBytes } from './ristretto.js';
import { secretsOf, signedEnvelope } from './seal-job.js';
import { ROUNDS } from './pkcs8.js';

const TAG = utf8('kaibiao/bid-folder/v1\n');
const HEAD = TAG.length + 4 + 16 + 12;
const MOST_ROUNDS = 4_000_000;
const LONGEST = 16 * 1_048_576;
const subtle = globalThis.crypto.subtle;

/**
 * @typedef {{bid: string, tender: string, key_file: string,
 *   envelopes: {envelope: object, file: object, scalar: string, beta?: string}[]}} BidBackup
 */

async function keyOf(passphrase, salt, rounds) {
  const base = await subtle.importKey('raw', utf8(passphrase), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  return subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/**
 * What a backup of a bid holds: the jobs that are done.
 * @param {import('./keyring.js').Keyring} keyring
 * @param {string} bid
 * @param {import('./seal-job.js').Job[]} jobs
 * @returns {Promise<BidBackup>}
 */
export async function bidBackup(keyring, bid, jobs) {
  const { tender, file } = await keyring.bid(bid);
  const envelopes = [];
  for (const job of jobs.filter(({ done }) => done)) {
    const { secret, beta } = await secretsOf(keyring, job);
    const envelope = await signedEnvelope(keyring, job);
    const lock = beta ? { beta: hex(beta) } : {};
    envelopes.push({ ...lock, envelope, file: job.file, scalar: hex(scalarBytes(secret)) });
  }
  return { bid, envelopes, key_file: file, tender };
}

/** Writes the file. @param {BidBackup} content @param {string} passphrase @returns {Promise<Uint8Array>} */
export async function sealBackup(content, passphrase, rounds = ROUNDS) {
  const salt = random(16);
  const iv = random(12);
  const head = concat(TAG, u32be(rounds), salt, iv);
  const key = await keyOf(passphrase, salt, rounds);
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: head }, key, spell(content));
  return concat(head, new Uint8Array(sealed));
}

/** Reads the file. @param {Uint8Array} file @param {string} passphrase @returns {Promise<BidBackup>} */
export async function openBackup(file, passphrase) {
  if (file.length < HEAD + 16 || file.length > LONGEST || !equal(file.subarray(0, TAG.length), TAG)) {
    throw new Wrong('这不是投标备份文件', 'this is not the backup file of a bid');
  }
  const head = file.slice(0, HEAD);
  const rounds = new DataView(head.buffer).getUint32(TAG.length);
  if (rounds < 1 || rounds > MOST_ROUNDS) {
    throw new Wrong(`备份文件要求 ${rounds} 轮密钥派生`, `the backup asks for ${rounds} rounds of key derivation`);
  }
  const key = await keyOf(passphrase, head.subarray(TAG.length + 4, TAG.length + 20), rounds);
  const how = { name: 'AES-GCM', iv: head.subarray(TAG.length + 20), additionalData: head };
  let plain;
  try {
    plain = new Uint8Array(await subtle.decrypt(how, key, file.subarray(HEAD)));
  } catch {
    throw new Wrong('口令错误或备份文件已损坏', 'the passphrase is wrong or the backup is damaged');
  }
  const content = parse(plain);
  if (typeof content?.key_file !== 'string' || !Array.isArray(content.envelopes)) {
    throw new Wrong('备份文件的内容不完整', 'the backup does not hold what it should');
  }
  return content;
}

/** The submissions of a backup, whose locks `keepBid` keeps again. @param {BidBackup} content @returns {Uint8Array[]} */
export const submissionsIn = ({ envelopes }) => envelopes.map(({ envelope }) => unhex(envelope.submission, 16));
