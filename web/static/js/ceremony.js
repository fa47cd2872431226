// The key ceremony (密钥仪式): FROST's distributed key generation in logged messages (SPEC 9.1 to 9.3, 9.5).
// Invariant: every message carries the ceremony's context under its author's signature, so nothing of an older session
// is accepted, and every failure has a culprit whom anybody can name from the logged messages.

import { Wrong, concat, equal, hex, lp, u16be, u32be, utf8 } from './bytes.js';
import { SALT, openBody, sealBody } from './cobblestone.js';
import { verify } from './ed25519.js';
import { sha512Sync } from './hash-sync.js';
import { bodyKey, encapsulate, headerBytes, headerHolds, proveHeader, readHeader } from './kem.js';
import { TREE64K } from './oracle.js';
import {
  G, addProduct, evaluatePoints, evaluateScalars, joinPoints, pointBytes, pointHex, randomSecret, readPoint,
  readScalar, readSecret, recomputed, samePoint, scalarBytes, sum, times, wide,
} from './ristretto.js';
import { treeDigest } from './tree64k.js';

const BODY = 104;
const ROUND2 = 4 + 128 + BODY + 64;

/** Why a share is refused; `ground` says whether it is a ground for complaint. */
export class ShareFault extends Wrong {
  constructor(from, ground, zh, en) {
    super(zh, en);
    this.from = from;
    this.ground = ground;
  }
}

/**
 * Who takes part: indices 1..n without gaps, all keys distinct, and k more than half of n.
 * @typedef {{index: number, signer: Uint8Array, point: object}} Member
 * @typedef {{k: number, n: number, members: Member[]}} Roster
 * @param {number} k
 * @param {Member[]} members
 * @returns {Roster}
 */
export function rosterOf(k, members) {
  const n = members.length;
  if (n < 2 || n > 64) throw new Wrong(`保管人有 ${n} 人，应为 2 至 64 人`, `${n} custodians: between 2 and 64 are allowed`);
  if (!Number.isInteger(k) || k > n || 2 * k <= n) {
    throw new Wrong(
      `${n} 名保管人的门限为 ${k}，应多于一半且不超过全部`,
      `a threshold of ${k} among ${n} custodians: it must be more than half and at most all`,
    );
  }
  const keys = new Set();
  members.forEach(({ index, signer, point }, place) => {
    if (index !== place + 1) {
      throw new Wrong('保管人序号应为 1、2……不得间断', 'the indices of custodians are 1, 2, … without gaps');
    }
    for (const key of [`A${hex(signer)}`, `E${pointHex(point)}`]) {
      if (keys.has(key)) throw new Wrong(`保管人 ${index} 与他人密钥相同`, `custodian ${index} shares a key with another`);
      keys.add(key);
    }
  });
  return { k, n, members };
}

/** One key to be made; a stock of keys is one session with many slots. */
export class Ceremony {
  /**
   * @param {Roster} roster
   * @param {string} tender empty for a stock
   * @param {string} part empty for a stock
   * @param {Uint8Array} session 32 bytes, never used for a second attempt
   * @param {number} slot
   */
  constructor(roster, tender, part, session, slot) {
    Object.assign(this, { roster, tender, part, session, slot });
    this.points = joinPoints(roster.members.map(({ point }) => point));
    this.signers = concat(...roster.members.map(({ signer }) => signer));
    /** The 64 bytes that every message is bound to. */
    this.context = sha512Sync(lp('tender-dkg/v1', ...this.fields()));
  }

  /** What the context and the certificate both list. */
  fields() {
    const { roster, tender, part, session, slot, points, signers } = this;
    return [tender, part, session, u32be(slot), u16be(roster.n), u16be(roster.k), points, signers];
  }

  /** The member with an index, if there is one. @returns {Member|undefined} */
  member(index) {
    return this.roster.members[index - 1];
  }

  /** The index of a custodian, or 0. @param {import('./custodian.js').Custodian} custodian @returns {number} */
  indexOf(custodian) {
    const own = ({ signer, point }) => equal(signer, custodian.signer.publicKey) && samePoint(point, custodian.point);
    return this.roster.members.find(own)?.index ?? 0;
  }
}

/** The index of a custodian; `Wrong` if the keys are not in the roster. */
export function ownIndex(ceremony, custodian) {
  const index = ceremony.indexOf(custodian);
  if (index === 0) throw new Wrong('此密钥不在保管人名单中', "this custodian's keys are not in the roster");
  return index;
}

/** The polynomial of a custodian, and the nonce of its proof: both from the seed. */
function polynomial(custodian, ceremony) {
  const chance = custodian.round1Chance(ceremony.context);
  const coefficients = Array.from({ length: ceremony.roster.k }, () => randomSecret(chance));
  return { coefficients, nonce: randomSecret(chance) };
}

function popChallenge(index, first, r) {
  const identifier = new Uint8Array(32);
  identifier[0] = index % 256;
  identifier[1] = Math.floor(index / 256);
  return wide(sha512Sync(utf8('FROST-RISTRETTO255-SHA512-v1dkg'), identifier, pointBytes(first), r));
}

/** Whether a proof of possession `R ‖ z` of the constant term holds. */
export function popHolds(index, first, pop) {
  try {
    const r = pop.subarray(0, 32);
    return equal(recomputed(readScalar(pop.subarray(32)), G, popChallenge(index, first, r), first), r);
  } catch {
    return false;
  }
}

/** @typedef {{from: number, commitments: object[], pop: Uint8Array, signature: Uint8Array}} Round1 */

const round1Message = (ceremony, { from, commitments, pop }) =>
  lp('tender-dkg/v1/round1', ceremony.context, u16be(from), joinPoints(commitments), pop);

/** Round 1 of a custodian. @returns {Promise<Round1>} */
export async function round1(custodian, ceremony) {
  const from = ownIndex(ceremony, custodian);
  const { coefficients, nonce } = polynomial(custodian, ceremony);
  const commitments = coefficients.map((coefficient) => times(G, coefficient));
  const r = pointBytes(times(G, nonce));
  const z = addProduct(nonce, popChallenge(from, commitments[0], r), coefficients[0]);
  const message = { from, commitments, pop: concat(r, scalarBytes(z)) };
  return { ...message, signature: await custodian.signer.sign(round1Message(ceremony, message)) };
}

/** @param {Round1} message @returns {Uint8Array} */
export const round1Bytes = ({ from, commitments, pop, signature }) =>
  concat(u16be(from), u16be(commitments.length), joinPoints(commitments), pop, signature);

/** Reads a round-1 message. @param {Uint8Array} bytes @returns {Round1} */
export function readRound1(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length >= 4 ? view.getUint16(2) : 0;
  if (bytes.length !== 132 + 32 * count) {
    throw new Wrong('第一轮消息的长度不对', `the round-1 message has ${bytes.length} bytes, not ${132 + 32 * count}`);
  }
  const at = 4 + 32 * count;
  const commitments = Array.from({ length: count }, (_, m) => readPoint(bytes.subarray(4 + 32 * m, 36 + 32 * m)));
  return { from: view.getUint16(0), commitments, pop: bytes.slice(at, at + 64), signature: bytes.slice(at + 64) };
}

/** What can be checked of one round-1 message by itself; throws what is wrong with it. @param {Round1} message */
export async function checkRound1(ceremony, message) {
  const { from, commitments, pop, signature } = message;
  const { k } = ceremony.roster;
  const member = ceremony.member(from);
  if (!member) throw new Wrong(`名单中没有保管人 ${from}`, `there is no custodian ${from} in the roster`);
  if (!(await verify(member.signer, round1Message(ceremony, message), signature))) {
    throw new Wrong(
      `保管人 ${from} 未为本次仪式签署此第一轮消息`,
      `custodian ${from} did not sign this round-1 message for this ceremony`,
    );
  }
  if (commitments.length !== k) {
    throw new Wrong(
      `保管人 ${from} 承诺了 ${commitments.length} 个系数，应恰为 ${k} 个`,
      `custodian ${from} committed to ${commitments.length} coefficients where exactly ${k} are required`,
    );
  }
  if (!popHolds(from, commitments[0], pop)) {
    throw new Wrong(`保管人 ${from} 未证明知悉常数项`, `custodian ${from} did not prove to know the constant term`);
  }
}

/** Y and the Y_j that follow from commitments, which must have distinct constant terms. @param {object[][]} all */
export function publicValues(all) {
  const seen = new Map();
  all.forEach(([first], place) => {
    const name = pointHex(first);
    if (seen.has(name)) {
      throw new Wrong(
        `保管人 ${seen.get(name)} 与 ${place + 1} 的常数项相同`,
        `custodians ${seen.get(name)} and ${place + 1} have the same constant term`,
      );
    }
    seen.set(name, place + 1);
  });
  const summed = all[0].map((_, m) => sum(all.map((commitments) => commitments[m])));
  return { y: summed[0], shares: all.map((_, place) => evaluatePoints(summed, place + 1)) };
}

/**
 * All of round 1, checked: one message of each custodian in order of index.
 * @typedef {{messages: Round1[], y: object, shares: object[]}} Commitments
 * @param {Ceremony} ceremony
 * @param {Round1[]} messages
 * @returns {Promise<Commitments>}
 */
export async function checkCommitments(ceremony, messages) {
  if (messages.length !== ceremony.roster.n || messages.some(({ from }, place) => from !== place + 1)) {
    throw new Wrong(
      '第一轮须按序号每名保管人恰有一条消息',
      'round 1 needs one message of every custodian in order of index',
    );
  }
  for (const message of messages) await checkRound1(ceremony, message);
  return { messages, ...publicValues(messages.map(({ commitments }) => commitments)) };
}

/** @typedef {{from: number, to: number, header: object, body: Uint8Array, signature: Uint8Array}} Round2 */

const shareLabel = (ceremony, from, to) => lp(ceremony.context, u16be(from), u16be(to));
const round2Message = (ceremony, { from, to, header, body }) =>
  lp('tender-dkg/v1/round2', ceremony.context, u16be(from), u16be(to), headerBytes(header), body);

/** The scalar r with which a custodian seals the share for one recipient; answering a complaint shows it. */
export const shareScalar = (custodian, ceremony, to) => randomSecret(custodian.round2Chance(ceremony.context, to));

async function sealShare(custodian, ceremony, from, member, share) {
  const to = member.index;
  const chance = custodian.round2Chance(ceremony.context, to);
  const secret = randomSecret(chance);
  const label = shareLabel(ceremony, from, to);
  const { r, key } = encapsulate(TREE64K, { label, y: member.point, secret });
  const body = await sealBody(key, chance(SALT), label, scalarBytes(share));
  const bodyDigest = await treeDigest(body);
  const header = proveHeader(TREE64K, { secret, r, label, bodyDigest, y: member.point }, chance);
  const message = { from, to, header, body };
  return { ...message, signature: await custodian.signer.sign(round2Message(ceremony, message)) };
}

/** Round 2 of a custodian: one sealed share for each other. @param {Commitments} commitments @returns {Promise<Round2[]>} */
export async function round2(custodian, ceremony, commitments) {
  const from = ownIndex(ceremony, custodian);
  const { coefficients } = polynomial(custodian, ceremony);
  if (!samePoint(times(G, coefficients[0]), commitments.messages[from - 1].commitments[0])) {
    throw new Wrong('记录中本人的第一轮消息并非由此种子产生', 'the round-1 message in your name does not come from this seed');
  }
  const others = ceremony.roster.members.filter(({ index }) => index !== from);
  const seal = (member) => sealShare(custodian, ceremony, from, member, evaluateScalars(coefficients, member.index));
  return Promise.all(others.map(seal));
}

/** @param {Round2} message @returns {Uint8Array} 300 bytes */
export const round2Bytes = ({ from, to, header, body, signature }) =>
  concat(u16be(from), u16be(to), headerBytes(header), body, signature);

/** Reads a round-2 message. @param {Uint8Array} bytes @returns {Round2} */
export function readRound2(bytes) {
  if (bytes.length !== ROUND2) {
    throw new Wrong('第二轮消息的长度不对', `the round-2 message has ${bytes.length} bytes, not ${ROUND2}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    from: view.getUint16(0),
    to: view.getUint16(2),
    header: readHeader(bytes.subarray(4, 132)),
    body: bytes.slice(132, 132 + BODY),
    signature: bytes.slice(132 + BODY),
  };
}

/** Whether a share is signed by its sender for this ceremony; throws if not. @param {Round2} message */
export async function checkShareSignature(ceremony, message) {
  const { from } = message;
  const sender = ceremony.member(from);
  if (!sender || !(await verify(sender.signer, round2Message(ceremony, message), message.signature))) {
    throw new ShareFault(
      from,
      false,
      `保管人 ${from} 的份额并非其为本次仪式签署`,
      `the share from custodian ${from} is not signed by that custodian for this ceremony`,
    );
  }
}

/** What a log can check of a share without opening it: addressee, signature, header. @param {Round2} message */
export async function checkRound2(ceremony, message) {
  const { from, to, body, header } = message;
  const recipient = ceremony.member(to);
  if (from === to || !recipient) throw notForMe(from);
  await checkShareSignature(ceremony, message);
  const bodyDigest = await treeDigest(body);
  if (!headerHolds(TREE64K, { header, label: shareLabel(ceremony, from, to), bodyDigest, y: recipient.point })) {
    throw new ShareFault(
      from,
      true,
      `保管人 ${from} 的份额信封头有误`,
      `the share from custodian ${from} has a false header`,
    );
  }
}

const notForMe = (from) =>
  new ShareFault(from, false, '此份额不是给该保管人的', 'the share is not addressed to this custodian in this ceremony');

/**
 * Opens a share with Z and compares it with its sender's commitments. Signature and header are checked before.
 * @param {Commitments} commitments
 * @returns {Promise<bigint>}
 */
export async function unsealShare(ceremony, commitments, message, z) {
  const { from, to, header, body } = message;
  const { point } = ceremony.member(to);
  const label = shareLabel(ceremony, from, to);
  let share;
  try {
    share = readSecret(await openBody(bodyKey(TREE64K, { z, r: header.r, y: point, label }), label, body));
  } catch {
    throw new ShareFault(from, true, `保管人 ${from} 的份额打不开`, `the share from custodian ${from} does not open`);
  }
  if (!samePoint(times(G, share), evaluatePoints(commitments.messages[from - 1].commitments, to))) {
    throw new ShareFault(
      from,
      true,
      `保管人 ${from} 的份额与其承诺矛盾`,
      `the share from custodian ${from} contradicts that custodian's commitments`,
    );
  }
  return share;
}

/** Opens the share that somebody sealed to this custodian. @returns {Promise<bigint>} */
export async function openShare(custodian, ceremony, commitments, message) {
  if (ceremony.indexOf(custodian) !== message.to) throw notForMe(message.from);
  await checkRound2(ceremony, message);
  return unsealShare(ceremony, commitments, message, times(message.header.r, custodian.secret));
}

/**
 * The custodian's share s_j from the seed and the messages of the others; never stored.
 * @param {Round2[]} received one from each other custodian
 * @returns {Promise<bigint>}
 */
export async function recoverShare(custodian, ceremony, commitments, received) {
  const own = ownIndex(ceremony, custodian);
  const { coefficients } = polynomial(custodian, ceremony);
  let share = evaluateScalars(coefficients, own);
  for (const { index } of ceremony.roster.members) {
    if (index === own) continue;
    const from = received.filter((message) => message.from === index);
    if (from.length !== 1) {
      throw new Wrong(
        `须恰有保管人 ${index} 的一份份额`,
        `exactly one share from every other custodian is needed; that of custodian ${index} is missing or doubled`,
      );
    }
    share = addProduct(share, await openShare(custodian, ceremony, commitments, from[0]), 1n);
  }
  if (share === 0n || !samePoint(times(G, share), commitments.shares[own - 1])) {
    throw new Wrong('份额之和与公开份额不符', 'the sum of the shares does not belong to the public share');
  }
  return share;
}
