// An invented bid from a ceremony to the opening, by the very modules that real ones go through.
// Invariant: its keys exist in this page only, belong to no tender and no account, and no fact of it goes to the log.

import { Wrong, equal, hex, random } from '../bytes.js';
import { BodyReader, bodyLength } from '../cobblestone.js';
import { Custodian } from '../custodian.js';
import { nextStep, shareOf, signedCertificate, viewOf } from '../custody.js';
import { openingKey } from '../envelope.js';
import { encapsulate, proveHeader } from '../kem.js';
import { Draft } from '../keyring.js';
import { labelDigest } from '../label.js';
import { TREE64K } from '../oracle.js';
import { Unpadder, paddedLength } from '../padding.js';
import { partPool } from '../part-pool.js';
import { pointHex } from '../ristretto.js';
import { prepare, secretsOf } from '../seal-job.js';
import { PART } from '../sealing.js';
import { combine, openPartially, partialHolds } from '../shares.js';
import { Subtrees } from '../tree64k.js';

/** The tender of an invented bid; the blank keeps it from being the id of a real one. */
export const TENDER = 'self check';
/** Bytes of the invented bid. */
export const SIZE = 32_000_000;
const K = 3;
const N = 5;
/** Bytes that are asked for at once when the sealed body is read back. */
const STRETCH = 4 * 1_048_576;

/**
 * A ceremony of five invented custodians, every message of it checked by every other.
 * @returns {Promise<{custodians: Custodian[], view: object, certificate: object}>}
 */
export async function heldCeremony() {
  const custodians = await Promise.all(Array.from({ length: N }, () => Custodian.of(random(32))));
  const called = {
    ceremony: 'self-check', k: K, keys: 1, purpose: { for: 'tender', stage: 'open', tender: TENDER }, session: hex(random(32)),
    members: custodians.map(({ point, signer }, at) => ({
      account: `custodian-${at + 1}`, index: at + 1, point: pointHex(point), signer: hex(signer.publicKey),
    })),
  }; // prettier-ignore
  const facts = [{ kind: 'ceremony.called', body: called, key: null }];
  for (const kind of ['ceremony.committed', 'ceremony.shared', 'ceremony.certified']) {
    for (const custodian of custodians) {
      const step = await nextStep(custodian, viewOf(facts));
      if (step.kind !== kind) throw new Wrong(`仪式停在 ${kind}`, `the ceremony stopped at ${kind}`);
      facts.push({ ...step, key: custodian.signer.publicKey });
    }
  }
  const view = viewOf(facts);
  return { custodians, view, certificate: await signedCertificate(view, 0) };
}

/** So many random bytes as a file. @param {number} size @returns {File} */
export function inventedFile(size) {
  const pieces = [];
  for (let left = size; left > 0; left -= 65_536) pieces.push(random(Math.min(left, 65_536)));
  return new File(pieces, 'self-check.bin', { lastModified: 0 });
}

/**
 * A bid key that is kept like a real one, and an envelope of it prepared, with a lock of the bidder's own.
 * @param {{keyring: import('../keyring.js').Keyring, storage: import('../storage.js').Storage}} kept
 * @param {object} certificate @param {File} file @param {number} closesAt ms
 * @returns {Promise<import('../seal-job.js').Job>}
 */
export async function preparedJob(kept, certificate, file, closesAt) {
  const bid = `self-check-${hex(random(8))}`;
  const passphrase = hex(random(16));
  const draft = await Draft.make('key', passphrase, 1_000);
  await draft.confirm(draft.file, passphrase);
  await kept.keyring.keepBid({ bid, tender: TENDER }, draft);
  const label = { tender: TENDER, lot: '1', part: 'file', keyId: certificate.keyId, closesAt, rules: new Uint8Array(32) };
  return prepare(kept, { bid, label, y: certificate.y, locked: true, file });
}

/** Removes every invented bid of this browser. @param {import('../keyring.js').Keyring} keyring @returns {Promise<number>} */
export async function forgetAll(keyring) {
  const invented = (await keyring.bids()).filter(({ tender }) => tender === TENDER);
  for (const { bid } of invented) await keyring.forget(bid);
  return invented.length;
}

/**
 * Seals a job without sending it.
 * @param {import('../keyring.js').Keyring} keyring @param {object} job @param {File} file
 * @param {(done: number, of: number) => void} [onPart] @param {number} [width] as of `partPool`
 * @returns {Promise<{body: Blob, bodyDigest: Uint8Array, header: object, beta: Uint8Array, width: number}>}
 */
export async function sealedHere(keyring, job, file, y, onPart = () => {}, width = undefined) {
  const { secret, beta } = await secretsOf(keyring, job);
  const label = labelDigest(TREE64K, job.label);
  const { r, key } = encapsulate(TREE64K, { label, y, beta, secret });
  const pool = await partPool({ key, salt: job.salt, label, file }, width);
  const tree = new Subtrees();
  const pieces = [];
  const count = Math.ceil(bodyLength(paddedLength(file.size)) / PART);
  const ahead = [];
  try {
    for (let number = 0, asked = 0; number < count; number += 1) {
      for (; asked < count && ahead.length <= pool.width; asked += 1) ahead.push(pool.part(asked));
      const part = await ahead.shift();
      for (let at = 0; at < part.leaves.length; at += 32) tree.push(part.leaves.slice(at, at + 32));
      // A Blob holds a copy of its own, so the memory of the part can be used again.
      pieces.push(new Blob([part.bytes]));
      pool.giveBack(part);
      onPart(number + 1, count);
    }
  } finally {
    pool.end();
  }
  const bodyDigest = tree.root();
  const header = proveHeader(TREE64K, { secret, r, label, bodyDigest, y });
  return { body: new Blob(pieces), bodyDigest, header, beta, width: pool.width };
}

/** Reads by long stretches what is asked for in short ones; two stretches are kept. @param {import('../cobblestone.js').ReadRange} read */
function inStretches(read, length) {
  const kept = new Map();
  const stretch = (number) => {
    if (!kept.has(number)) {
      if (kept.size > 1) kept.delete(kept.keys().next().value);
      kept.set(number, read(number * STRETCH, Math.min((number + 1) * STRETCH, length)));
    }
    return kept.get(number);
  };
  return async (start, end) => {
    const out = new Uint8Array(end - start);
    for (let at = start; at < end; ) {
      const number = Math.floor(at / STRETCH);
      const bytes = (await stretch(number)).subarray(at - number * STRETCH, end - number * STRETCH);
      out.set(bytes, at - start);
      at += bytes.length;
    }
    return out;
  };
}

/**
 * Opens the sealed body with three custodians and compares it with the file.
 * @param {object} ceremony of `heldCeremony` @param {object} job @param {object} sealed of `sealedHere` @param {File} file
 * @param {import('../cobblestone.js').ReadRange} read where the body lies
 * @returns {Promise<number[]>} the custodians who opened
 */
export async function openedAndSame({ custodians, view, certificate }, job, { body, bodyDigest, header, beta }, file, read) {
  const label = labelDigest(TREE64K, job.label);
  const target = { y: certificate.y, label, bodyDigest, header };
  const partials = [];
  for (const custodian of [custodians[4], custodians[0], custodians[2]]) {
    const { index, share } = await shareOf(custodian, view, 0);
    const partial = openPartially(target, index, share);
    if (!partialHolds(target, index, certificate.shares[index - 1], partial)) {
      throw new Wrong(`保管人 ${index} 的份额证明不成立`, `the proof of custodian ${index} does not hold`);
    }
    partials.push({ index, d: partial.d });
  }
  const z = combine(K, partials);
  const key = openingKey({ label: job.label, header, y: certificate.y, z, beta });
  const reader = await BodyReader.of(key, label, body.size, inStretches(read, body.size));
  const frame = new Unpadder();
  let at = 0;
  for await (const chunk of reader.all()) {
    const plain = frame.take(chunk);
    const wanted = new Uint8Array(await file.slice(at, at + plain.length).arrayBuffer());
    if (!equal(plain, wanted)) throw new Wrong(`第 ${at} 字节起与原文件不同`, `it differs from the file from byte ${at} on`);
    at += plain.length;
  }
  frame.end();
  if (at !== file.size) throw new Wrong('开启后的长度与原文件不同', 'what was opened has another length than the file');
  return partials.map(({ index }) => index);
}
