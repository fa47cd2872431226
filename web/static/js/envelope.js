// An envelope (投标文件的密封): label, header and sealed body, and the hash by which it is deposited (SPEC 7, 8.3).
// Invariant: nothing is decrypted before the bidder's secret fits the label and the key fits the body's commitment.

import { Wrong, equal, hex, lp, random, unhex } from './bytes.js';
import { BodyReader, SALT, openBody, plainLength, sealBody } from './cobblestone.js';
import { verify } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { sha256 } from './hash.js';
import { bodyKey, encapsulate, headerBytes, headerHolds, proveHeader, readHeader } from './kem.js';
import { fits, labelDigest, labelFields } from './label.js';
import { TREE64K, dst } from './oracle.js';
import { samePoint } from './ristretto.js';
import { treeDigest } from './tree64k.js';

/** The digest of a sealed body under the suite's rule. @returns {Promise<Uint8Array>} */
export const bodyDigest = (suite, body) => (suite === TREE64K ? treeDigest(body) : sha256(body));

/** What the bidder signs and deposits. @param {import('./kem.js').Header} header @returns {Uint8Array} 32 bytes */
export function envelopeHash(suite, label, header, digest) {
  return sha256Sync(lp(dst(suite, 'envelope'), ...labelFields(label), headerBytes(header), digest));
}

function demandLock(suite, label, beta) {
  if (!fits(suite, label, beta)) {
    throw new Wrong(
      '投标人解密密钥缺失，或与标签中的承诺不符',
      'the bidder lock does not fit: the secret is missing or not the one that the label commits to',
    );
  }
}

/**
 * Seals a plaintext that is in memory; the frame of padding.js is the caller's to put around it.
 * @param {{suite?: string, label: import('./label.js').Label, y: object, beta?: Uint8Array, plain: Uint8Array}} what
 * @param {(size: number) => Uint8Array} [chance]
 */
export async function sealEnvelope({ suite = TREE64K, label, y, beta, plain }, chance = random) {
  demandLock(suite, label, beta);
  const digestOfLabel = labelDigest(suite, label);
  const { secret, r, key } = encapsulate(suite, { label: digestOfLabel, y, beta });
  const body = await sealBody(key, chance(SALT), digestOfLabel, plain);
  const digest = await bodyDigest(suite, body);
  const header = proveHeader(suite, { secret, r, label: digestOfLabel, bodyDigest: digest, y }, chance);
  return { secret, body, header, bodyDigest: digest, envelopeHash: envelopeHash(suite, label, header, digest) };
}

/**
 * The member of `bid.submitted` that stands for a sealed part (docs/record-format.md, 3.2).
 * @param {{label: import('./label.js').Label, header: import('./kem.js').Header, bodyDigest: Uint8Array,
 *   bodyLength: number, signature: Uint8Array}} sealed
 */
export const envelopeRecord = ({ label, header, bodyDigest: digest, bodyLength, signature }) => ({
  blk: hex(label.blk),
  body_digest: hex(digest),
  body_length: bodyLength,
  header: hex(headerBytes(header)),
  key_id: hex(label.keyId),
  lot: label.lot,
  part: label.part,
  sig: hex(signature),
  submission: hex(label.submission),
});

/**
 * Everything that can be checked of an envelope without a secret: header proof, hash, signature of the bid key.
 * @param {{suite?: string, label: import('./label.js').Label, y: object, record: object, signer: Uint8Array}} what
 *   record: the member of `bid.submitted`; signer: the bid key
 * @returns {Promise<{header: import('./kem.js').Header, bodyDigest: Uint8Array, envelopeHash: Uint8Array}>}
 */
export async function checkEnvelope({ suite = TREE64K, label, y, record, signer }) {
  plainLength(record.body_length);
  const header = readHeader(unhex(record.header));
  const digest = unhex(record.body_digest, 32);
  if (!headerHolds(suite, { header, label: labelDigest(suite, label), bodyDigest: digest, y })) {
    throw new Wrong(
      '信封头的证明对此标签、密文和密钥不成立',
      "the header's proof does not hold for this label, this body and this key",
    );
  }
  const hash = envelopeHash(suite, label, header, digest);
  if (!(await verify(signer, hash, unhex(record.sig, 64)))) {
    throw new Wrong('信封不是由投标密钥签名的', 'the envelope is not signed by the bid key');
  }
  return { header, bodyDigest: digest, envelopeHash: hash };
}

/**
 * The key of the body once Z is known.
 * @param {{suite?: string, label: import('./label.js').Label, header: import('./kem.js').Header, y: object, z: object,
 *   beta?: Uint8Array}} what
 */
export function openingKey({ suite = TREE64K, label, header, y, z, beta }) {
  demandLock(suite, label, beta);
  return bodyKey(suite, { z, r: header.r, y, beta, label: labelDigest(suite, label) });
}

/** Opens an envelope whose body is in memory; the frame is left on. @returns {Promise<Uint8Array>} */
export async function openEnvelope({ suite = TREE64K, body, ...what }) {
  return openBody(openingKey({ suite, ...what }), labelDigest(suite, what.label), body);
}

/**
 * "This key opens this bid": derives K again from the kept r and Y, and reads first and last chunk of the body as it
 * lies at the platform. Nobody but who has r can do this before the opening.
 * @param {{suite?: string, label: import('./label.js').Label, header: import('./kem.js').Header, y: object,
 *   beta?: Uint8Array, secret: bigint, length: number, read: import('./cobblestone.js').ReadRange}} what
 * @returns {Promise<{plain: number, first: Uint8Array, last: Uint8Array}>} length of the frame, and its two ends
 */
export async function checkOpens({ suite = TREE64K, label, header, y, beta, secret, length, read }) {
  demandLock(suite, label, beta);
  const digest = labelDigest(suite, label);
  const { r, key } = encapsulate(suite, { label: digest, y, beta, secret });
  if (!samePoint(r, header.r)) {
    throw new Wrong('保存的标量不属于此信封', 'the scalar that was kept does not belong to this envelope');
  }
  const reader = await BodyReader.of(key, digest, length, read);
  const last = await reader.chunk(reader.chunks - 1);
  return { plain: reader.plain, first: reader.chunks > 1 ? await reader.chunk(0) : last, last };
}

/** Whether a body has the digest that an envelope states. */
export async function bodyIs(suite, body, digest) {
  return equal(await bodyDigest(suite, body), digest);
}
