// The certificate of a key (密钥证书): everything from which an outsider recomputes Y and Y_1..Y_n (SPEC 9.6).
// Invariant: a certificate has one byte form T; its hash is the key's name, and a reader recomputes everything in it.

import { Wrong, concat, equal, hex, lp, text } from './bytes.js';
import { Ceremony, popHolds, publicValues, recoverShare, rosterOf } from './ceremony.js';
import { checkKey, verify } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { joinPoints, pointBytes, readPoint, samePoint } from './ristretto.js';

/**
 * @typedef {{ceremony: Ceremony, y: object, shares: object[], ext: Uint8Array, bytes: Uint8Array, keyId: Uint8Array}} Certificate
 */

function made(ceremony, commitments, pops, { y, shares }, ext) {
  const bytes = lp(
    'tender-key/v1', ceremony.context, ...ceremony.fields(),
    joinPoints(commitments.flat()), concat(...pops), pointBytes(y), joinPoints(shares), ext,
  );
  return { ceremony, y, shares, ext, bytes, keyId: sha256Sync(bytes) };
}

/**
 * The certificate of a ceremony whose round 1 was checked.
 * @param {Ceremony} ceremony
 * @param {import('./ceremony.js').Commitments} commitments
 * @param {Uint8Array} [ext] what else the custodians agreed to
 * @returns {Certificate}
 */
export function certificateOf(ceremony, commitments, ext = new Uint8Array(0)) {
  const { messages } = commitments;
  return made(ceremony, messages.map((one) => one.commitments), messages.map((one) => one.pop), commitments, ext);
}

/** What every custodian signs. @param {Uint8Array} keyId @returns {Uint8Array} */
export const certificateMessage = (keyId) => lp('tender-key/v1/sign', keyId);

/** Round 3 of a custodian: share and certificate, from the seed and the logged messages. */
export async function finish(custodian, ceremony, commitments, received, ext) {
  const share = await recoverShare(custodian, ceremony, commitments, received);
  const certificate = certificateOf(ceremony, commitments, ext);
  const signature = await custodian.signer.sign(certificateMessage(certificate.keyId));
  return { index: ceremony.indexOf(custodian), share, certificate, signature };
}

/** Reads a length-prefixed list of exactly `count` fields. */
function fieldsOf(bytes, count) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = [];
  let at = 0;
  while (fields.length < count) {
    const size = at + 8 <= bytes.length ? Number(view.getBigUint64(at)) : Infinity;
    if (at + 8 + size > bytes.length) {
      throw new Wrong('密钥证书的字段超出末尾', `field ${fields.length} of the key certificate runs over its end`);
    }
    fields.push(bytes.slice(at + 8, at + 8 + size));
    at += 8 + size;
  }
  if (at !== bytes.length) throw new Wrong('密钥证书末尾有多余字节', 'bytes follow the last field of the key certificate');
  return fields;
}

function sized(name, bytes, size) {
  if (bytes.length !== size) {
    throw new Wrong(`密钥证书字段 ${name} 长度不对`, `key certificate: field ${name} has ${bytes.length} bytes, not ${size}`);
  }
  return bytes;
}

const pieces = (name, bytes, size, count) =>
  Array.from({ length: count }, (_, at) => sized(name, bytes, size * count).subarray(at * size, (at + 1) * size));

const number = (name, bytes, size) => sized(name, bytes, size).reduce((value, byte) => value * 256 + byte, 0);

/** Reads T and recomputes everything in it: context, proofs of possession, Y and Y_1..Y_n. @returns {Certificate} */
export function readCertificate(bytes) {
  const [tag, context, tender, part, session, slotField, nField, kField, ...rest] = fieldsOf(bytes, 15);
  if (!equal(tag, new TextEncoder().encode('tender-key/v1'))) {
    throw new Wrong('不是 tender-key/v1 密钥证书', 'key certificate: the first field is not tender-key/v1');
  }
  const [pointField, signerField, commitmentField, popField, yField, shareField, ext] = rest;
  const n = number('n', nField, 2);
  const k = number('k', kField, 2);
  const points = pieces('E', pointField, 32, n).map(readPoint);
  const signers = pieces('A', signerField, 32, n).map(checkKey);
  const members = points.map((point, place) => ({ index: place + 1, signer: signers[place], point }));
  const roster = rosterOf(k, members);
  const slot = number('slot', slotField, 4);
  const ceremony = new Ceremony(roster, text(tender), text(part), sized('session', session, 32), slot);
  if (!equal(ceremony.context, context)) {
    throw new Wrong('密钥证书的上下文与其他字段不符', 'key certificate: the context does not follow from the other fields');
  }
  const all = pieces('C', commitmentField, 32, n * k).map(readPoint);
  const commitments = members.map((_, place) => all.slice(place * k, (place + 1) * k));
  const pops = pieces('PoP', popField, 64, n);
  members.forEach(({ index }, place) => {
    if (!popHolds(index, commitments[place][0], pops[place])) {
      throw new Wrong(`保管人 ${index} 未证明知悉常数项`, `custodian ${index} did not prove to know the constant term`);
    }
  });
  const values = publicValues(commitments);
  if (!samePoint(readPoint(sized('Y', yField, 32)), values.y)) {
    throw new Wrong('密钥证书的 Y 与承诺不符', 'key certificate: Y does not follow from the commitments');
  }
  pieces('Y_i', shareField, 32, n).forEach((share, place) => {
    if (!equal(share, pointBytes(values.shares[place]))) {
      throw new Wrong(
        `保管人 ${place + 1} 的公开份额与承诺不符`,
        `key certificate: the public share of custodian ${place + 1} does not follow from the commitments`,
      );
    }
  });
  return made(ceremony, commitments, pops, values, ext);
}

/**
 * Checks that at least `need` custodians of the roster signed, none twice, none falsely.
 * @param {Certificate} certificate
 * @param {{index: number, signature: Uint8Array}[]} signatures
 * @param {number} need
 */
export async function checkSignatures(certificate, signatures, need) {
  const seen = new Set();
  const message = certificateMessage(certificate.keyId);
  for (const { index, signature } of signatures) {
    const member = certificate.ceremony.member(index);
    if (seen.has(index) || !member || !(await verify(member.signer, message, signature))) {
      throw new Wrong(
        `密钥证书上保管人 ${index} 的签名虚假、重复或来自名单之外`,
        `key certificate ${hex(certificate.keyId)}: the signature of custodian ${index} is false, doubled or by a stranger`,
      );
    }
    seen.add(index);
  }
  if (seen.size < need) {
    throw new Wrong(
      `密钥证书只有 ${seen.size} 名保管人签名，需要 ${need} 名`,
      `key certificate: ${seen.size} custodians signed where ${need} must`,
    );
  }
}
