// A custodian (密钥保管人) at work in a ceremony: from the seed and the proven facts to the next body to sign.
// Invariant: every message is derived again from the seed, and if the log holds another one in this custodian's name the
// custodian stops; a share leaves the browser only sealed, or in answer to a complaint that its receiver signed.

import { Wrong, hex, unhex } from './bytes.js';
import { spellText } from './canonical.js';
import { certificateOf, checkSignatures, finish } from './certificate.js';
import {
  Ceremony, ShareFault, checkCommitments, checkRound1, checkRound2, openShare, readRound2, recoverShare, rosterOf,
  round1, round2, round2Bytes, shareScalar,
} from './ceremony.js';
import { checkKey } from './ed25519.js';
import { pointHex, readPoint, scalarBytes } from './ristretto.js';
import { partialBytes, proveReady } from './shares.js';

/** The custodian stops: nothing here heals by itself, a person has to look. */
export class WontAct extends Wrong {}

const FIRST = ['ceremony.committed', 'ceremony.shared', 'ceremony.certified'];

/**
 * A ceremony as its facts tell it; the first fact of a kind by a member stands, a later one changes nothing.
 * @typedef {object} View
 * @property {object} called the body of `ceremony.called`
 * @property {Map<number, object>} committed by index @property {Map<number, object>} shared
 * @property {Map<number, object>} certified
 * @property {object[]} complained @property {object[]} answered
 * @property {{kind: string, body: object}|null} end
 */

/**
 * The picture that proven facts of one ceremony give, in the order of the log.
 * @param {{kind: string, body: object, key: Uint8Array|null}[]} facts
 * @returns {View}
 */
export function viewOf(facts) {
  const called = facts.find(({ kind }) => kind === 'ceremony.called');
  if (!called) throw new WontAct('没有发起该仪式的事实', 'no fact calls this ceremony');
  const maps = new Map(FIRST.map((kind) => [kind, new Map()]));
  const view = { called: called.body, complained: [], answered: [], end: null };
  for (const { kind, body, key } of facts) {
    const signer = view.called.members.find(({ index }) => index === body.index)?.signer;
    const isOwn = key && signer === hex(key);
    if (maps.has(kind) && isOwn && !maps.get(kind).has(body.index)) maps.get(kind).set(body.index, body);
    if (kind === 'ceremony.complained' && isOwn) view.complained.push(body);
    if (kind === 'ceremony.answered' && isOwn) view.answered.push(body);
    if ((kind === 'ceremony.completed' || kind === 'ceremony.failed') && !view.end) view.end = { kind, body };
  }
  const [committed, shared, certified] = FIRST.map((kind) => maps.get(kind));
  return { ...view, committed, shared, certified };
}

const indices = (view) => view.called.members.map(({ index }) => index);
const missing = (view, map) => indices(view).filter((index) => !map.has(index));

/** One key of a ceremony: roster and context. @param {View} view @param {number} slot */
export function ceremonyAt({ called }, slot) {
  if (!(slot < called.keys)) throw new WontAct(`该仪式没有第 ${slot} 个密钥`, `the ceremony has no key ${slot}`);
  const members = called.members.map(({ index, signer, point }) => ({
    index,
    signer: checkKey(unhex(signer, 32)),
    point: readPoint(unhex(point, 32)),
  }));
  const { tender = '', stage = '' } = called.purpose.for === 'tender' ? called.purpose : {};
  return new Ceremony(rosterOf(called.k, members), tender, stage, unhex(called.session, 32), slot);
}

const slotsOf = (view) => Array.from({ length: view.called.keys }, (_, slot) => slot);

function slotOf(view, body, slot) {
  if (body.slots.length !== view.called.keys) {
    throw new WontAct(
      `保管人 ${body.index} 的消息应有 ${view.called.keys} 个密钥`,
      `the message of custodian ${body.index} does not have ${view.called.keys} keys`,
    );
  }
  return body.slots[slot];
}

const firstMessage = (from, { points, pop, sig }) => ({
  from,
  commitments: points.map((point) => readPoint(unhex(point, 32))),
  pop: unhex(pop, 64),
  signature: unhex(sig, 64),
});

/** Round 1 of a key, all of it, checked. */
export async function commitmentsAt(view, slot) {
  const late = missing(view, view.committed);
  if (late.length) throw new WontAct(`第一轮尚缺保管人 ${late.join('、')}`, `round 1 lacks custodians ${late.join(', ')}`);
  const messages = indices(view).map((index) => firstMessage(index, slotOf(view, view.committed.get(index), slot)));
  return checkCommitments(ceremonyAt(view, slot), messages);
}

function secondMessage(from, { to, sealed }) {
  const message = readRound2(unhex(sealed));
  if (message.from !== from || message.to !== to) {
    throw new WontAct(
      `保管人 ${from} 给 ${to} 的份额写着别的收发人`,
      `the share from custodian ${from} to ${to} names others`,
    );
  }
  return message;
}

/** The shares of one key that the others sealed to `own`. */
function received(view, slot, own) {
  const messages = [];
  for (const body of view.shared.values()) {
    if (body.index === own) continue;
    for (const share of slotOf(view, body, slot)) if (share.to === own) messages.push(secondMessage(body.index, share));
  }
  return messages;
}

async function committed(custodian, view, index) {
  const slots = [];
  for (const slot of slotsOf(view)) {
    const { commitments, pop, signature } = await round1(custodian, ceremonyAt(view, slot));
    slots.push({ points: commitments.map(pointHex), pop: hex(pop), sig: hex(signature) });
  }
  return { ceremony: view.called.ceremony, index, slots };
}

async function shared(custodian, view, index) {
  const slots = [];
  for (const slot of slotsOf(view)) {
    const messages = await round2(custodian, ceremonyAt(view, slot), await commitmentsAt(view, slot));
    slots.push(messages.map((message) => ({ sealed: hex(round2Bytes(message)), to: message.to })));
  }
  return { ceremony: view.called.ceremony, index, slots };
}

/** What stands in this custodian's name must be what this seed makes. */
async function ownMessages(custodian, view, index) {
  const made = [['第一轮', 'round 1', view.committed, committed], ['第二轮', 'round 2', view.shared, shared]];
  for (const [zh, en, map, make] of made) {
    const logged = map.get(index);
    if (!logged || spellText(logged) === spellText(await make(custodian, view, index))) continue;
    throw new WontAct(
      `记录中本人的${zh}消息并非由此种子产生：种子可能已被盗用`,
      `the log holds a message of ${en} in this custodian's name that does not come from this seed: the seed may be stolen`,
    );
  }
}

/** Everybody's round-2 messages, as far as anybody can check them. */
async function checkShared(view) {
  for (const body of view.shared.values()) {
    const others = indices(view).filter((index) => index !== body.index);
    for (const slot of slotsOf(view)) {
      const shares = slotOf(view, body, slot);
      if (shares.map(({ to }) => to).join() !== others.join()) {
        throw new WontAct(
          `保管人 ${body.index} 的份额收件人不全`,
          `the shares of custodian ${body.index} are not one for each other custodian`,
        );
      }
      for (const share of shares) await checkRound2(ceremonyAt(view, slot), secondMessage(body.index, share));
    }
  }
}

async function certified(custodian, view, index) {
  await checkShared(view);
  const { ceremony } = view.called;
  const slots = [];
  for (const slot of slotsOf(view)) {
    const context = ceremonyAt(view, slot);
    const commitments = await commitmentsAt(view, slot);
    const messages = received(view, slot, index);
    for (const message of messages) {
      try {
        await openShare(custodian, context, commitments, message);
      } catch (fault) {
        if (!(fault instanceof ShareFault) || !fault.ground) throw fault;
        return { kind: 'ceremony.complained', body: { against: message.from, ceremony, index, slot } };
      }
    }
    const { certificate, signature } = await finish(custodian, context, commitments, messages);
    slots.push({ key_id: hex(certificate.keyId), sig: hex(signature) });
  }
  return { kind: 'ceremony.certified', body: { ceremony, index, slots } };
}

/** The index of a custodian in a ceremony; `WontAct` if the keys are not in the roster. */
export function indexIn(custodian, view) {
  const index = ceremonyAt(view, 0).indexOf(custodian);
  if (index === 0) throw new WontAct('此密钥不在该仪式的保管人名单中', 'these keys are not in the roster of the ceremony');
  return index;
}

/** The complaint that waits for its answer. @param {View} view */
export const disputeOf = (view) =>
  view.complained.find(
    ({ against, index, slot }) =>
      !view.answered.some((one) => one.index === against && one.to === index && one.slot === slot),
  );

/**
 * What the custodian does next: a fact to sign, others to wait for, or nothing more.
 * @param {import('./custodian.js').Custodian} custodian
 * @param {View} view
 * @returns {Promise<{kind: string, body: object}|{wait: number[]}|{done: true}>}
 */
export async function nextStep(custodian, view) {
  const index = indexIn(custodian, view);
  await ownMessages(custodian, view, index);
  if (view.end) {
    if (view.end.kind === 'ceremony.completed') {
      if (!view.certified.has(index)) {
        throw new WontAct('仪式宣告完成，但本人未签署证书', 'the ceremony is said to be complete, but you signed no certificate');
      }
      for (const slot of slotsOf(view)) await signedCertificate(view, slot);
    }
    return { done: true };
  }
  if (!view.committed.has(index)) return { kind: 'ceremony.committed', body: await committed(custodian, view, index) };
  let late = missing(view, view.committed);
  if (late.length) return { wait: late };
  if (!view.shared.has(index)) {
    for (const body of view.committed.values()) {
      for (const slot of slotsOf(view)) {
        await checkRound1(ceremonyAt(view, slot), firstMessage(body.index, slotOf(view, body, slot)));
      }
    }
    return { kind: 'ceremony.shared', body: await shared(custodian, view, index) };
  }
  late = missing(view, view.shared);
  const dispute = disputeOf(view);
  if (dispute) {
    const { against, index: accuser, slot, ceremony } = dispute;
    if (against !== index || late.length || accuser === index || !(slot < view.called.keys)) return { wait: [against] };
    const scalar = hex(scalarBytes(shareScalar(custodian, ceremonyAt(view, slot), accuser)));
    return { kind: 'ceremony.answered', body: { ceremony, index, scalar, slot, to: accuser } };
  }
  if (late.length) return { wait: late };
  if (view.certified.has(index)) return { wait: missing(view, view.certified) };
  return certified(custodian, view, index);
}

/** The certificate of a key that all members signed, recomputed from round 1. @param {View} view @param {number} slot */
export async function signedCertificate(view, slot) {
  const certificate = certificateOf(ceremonyAt(view, slot), await commitmentsAt(view, slot));
  const late = missing(view, view.certified);
  if (late.length) throw new WontAct(`证书尚缺保管人 ${late.join('、')} 签名`, `the certificate lacks custodians ${late.join(', ')}`);
  const signatures = indices(view).map((index) => {
    const { key_id, sig } = slotOf(view, view.certified.get(index), slot);
    if (key_id !== hex(certificate.keyId)) {
      throw new WontAct(`保管人 ${index} 签署的是另一把密钥`, `custodian ${index} signed another key than round 1 gives`);
    }
    return { index, signature: unhex(sig, 64) };
  });
  await checkSignatures(certificate, signatures, signatures.length);
  if (view.end?.kind === 'ceremony.completed') {
    const named = view.end.body.keys[slot];
    const own = { key_id: hex(certificate.keyId), public: pointHex(certificate.y), shares: certificate.shares.map(pointHex) };
    if (!named || spellText(named) !== spellText(own)) {
      throw new WontAct(`平台宣告的第 ${slot} 个密钥与仪式不符`, `key ${slot} as completed is not the one that the ceremony gives`);
    }
  }
  return certificate;
}

/**
 * The custodian's share of one key, checked against the certificate that all members signed. Use it and let it go.
 * @returns {Promise<{index: number, share: bigint, certificate: import('./certificate.js').Certificate}>}
 */
export async function shareOf(custodian, view, slot) {
  const index = indexIn(custodian, view);
  const certificate = await signedCertificate(view, slot);
  const context = ceremonyAt(view, slot);
  const share = await recoverShare(custodian, context, await commitmentsAt(view, slot), received(view, slot, index));
  return { index, share, certificate };
}

/** The body of `key.proved`: this custodian's share of the key is alive on the date. @param {string} date `YYYY-MM-DD` */
export async function readiness(custodian, view, slot, date) {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new WontAct('日期应为 YYYY-MM-DD', 'the date must have the form YYYY-MM-DD');
  const { index, share, certificate } = await shareOf(custodian, view, slot);
  const proof = hex(partialBytes(proveReady({ keyId: certificate.keyId, date, index }, share)));
  return { date, index, key_id: hex(certificate.keyId), proof };
}
