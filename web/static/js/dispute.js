// A bad share: complaint, answer, and a verdict that anybody reaches from the logged messages (SPEC 9.4).
// Invariant: an answer opens one ciphertext and nothing else, because r belongs to that ciphertext alone; and a verdict
// names one loser, the sender of a bad share or the author of a false complaint.

import { Wrong, concat, equal, lp, u16be } from './bytes.js';
import {
  ShareFault, checkRound2, checkShareSignature, ownIndex, round2Bytes, shareScalar, unsealShare,
} from './ceremony.js';
import { verify } from './ed25519.js';
import { sha256Sync } from './hash-sync.js';
import { G, readSecret, samePoint, scalarBytes, times } from './ristretto.js';

/**
 * @typedef {{accused: number, accuser: number, hash: Uint8Array, signature: Uint8Array}} Complaint
 * @typedef {{accused: number, accuser: number, hash: Uint8Array, r: Uint8Array, signature: Uint8Array}} Answer
 * @typedef {{loser: number, reason: 'silence'|'wrong scalar'|'bad share'|'false complaint', fault?: ShareFault}} Verdict
 */

/** SHA-256 of a round-2 message. @returns {Uint8Array} */
export const shareHash = (message) => sha256Sync(round2Bytes(message));

const complaintMessage = (ceremony, { accused, accuser, hash }) =>
  lp('tender-dkg/v1/complaint', ceremony.context, u16be(accused), u16be(accuser), hash);
const answerMessage = (ceremony, { accused, accuser, hash, r }) =>
  lp('tender-dkg/v1/answer', ceremony.context, u16be(accused), u16be(accuser), hash, r);

/** The complaint of a share's recipient. @returns {Promise<Complaint>} */
export async function complain(custodian, ceremony, message) {
  const about = { accused: message.from, accuser: message.to, hash: shareHash(message) };
  return { ...about, signature: await custodian.signer.sign(complaintMessage(ceremony, about)) };
}

/** The answer of the accused: the scalar of that one share. @param {Complaint} complaint @returns {Promise<Answer>} */
export async function answer(custodian, ceremony, { accused, accuser, hash }) {
  if (ownIndex(ceremony, custodian) !== accused) {
    throw new Wrong('投诉针对的是另一名保管人', 'the complaint is against another custodian');
  }
  const given = { accused, accuser, hash, r: scalarBytes(shareScalar(custodian, ceremony, accuser)) };
  return { ...given, signature: await custodian.signer.sign(answerMessage(ceremony, given)) };
}

/** @param {Complaint} complaint @returns {Uint8Array} 100 bytes */
export const complaintBytes = ({ accused, accuser, hash, signature }) =>
  concat(u16be(accused), u16be(accuser), hash, signature);

/** @param {Answer} given @returns {Uint8Array} 132 bytes */
export const answerBytes = ({ accused, accuser, hash, r, signature }) =>
  concat(u16be(accused), u16be(accuser), hash, r, signature);

function pieces(bytes, expected, name) {
  if (bytes.length !== expected) throw new Wrong(`${name.zh}的长度不对`, `${name.en} has ${bytes.length} bytes, not ${expected}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { accused: view.getUint16(0), accuser: view.getUint16(2), hash: bytes.slice(4, 36) };
}

/** @param {Uint8Array} bytes @returns {Complaint} */
export function readComplaint(bytes) {
  return { ...pieces(bytes, 100, { zh: '投诉', en: 'the complaint' }), signature: bytes.slice(36) };
}

/** @param {Uint8Array} bytes @returns {Answer} */
export function readAnswer(bytes) {
  const head = pieces(bytes, 132, { zh: '答复', en: 'the answer' });
  return { ...head, r: bytes.slice(36, 68), signature: bytes.slice(68) };
}

async function signedAbout(ceremony, message, given, by, signed) {
  const about = given.accused === message.from && given.accuser === message.to;
  return about && equal(given.hash, shareHash(message)) && verify(ceremony.member(by).signer, signed, given.signature);
}

/**
 * The verdict on a share, a complaint and an answer; without an answer the accused loses.
 * @param {Answer} [given]
 * @returns {Promise<Verdict>}
 */
export async function judge(ceremony, commitments, message, complaint, given) {
  const { from, to } = message;
  try {
    await checkShareSignature(ceremony, message);
  } catch {
    throw new Wrong('被投诉的份额没有其发送人的签名', 'the share complained of is not signed by its sender: nobody answers for it');
  }
  if (!ceremony.member(to) || !(await signedAbout(ceremony, message, complaint, to, complaintMessage(ceremony, complaint)))) {
    throw new Wrong('投诉未由其作者签名或针对别的消息', 'the complaint is not signed by its author or is about another message');
  }
  if (!given) return { loser: from, reason: 'silence' };
  if (!(await signedAbout(ceremony, message, given, from, answerMessage(ceremony, given)))) {
    throw new Wrong('答复未由被投诉人签名或针对别的消息', 'the answer is not signed by the accused or is about another message');
  }
  return judgeScalar(ceremony, commitments, message, given.r);
}

/** The verdict once the scalar of a share is known. @param {Uint8Array} r @returns {Promise<Verdict>} */
export async function judgeScalar(ceremony, commitments, message, r) {
  const { from, to, header } = message;
  let secret;
  try {
    secret = readSecret(r);
  } catch {
    return { loser: from, reason: 'wrong scalar' };
  }
  if (!samePoint(times(G, secret), header.r)) return { loser: from, reason: 'wrong scalar' };
  try {
    await checkRound2(ceremony, message);
    await unsealShare(ceremony, commitments, message, times(ceremony.member(to).point, secret));
  } catch (fault) {
    if (!(fault instanceof ShareFault)) throw fault;
    return { loser: from, reason: 'bad share', fault };
  }
  return { loser: to, reason: 'false complaint' };
}
