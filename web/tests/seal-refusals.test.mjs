// The negative set of the protocol: every malformed envelope, opening and message fails, each for its own reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wrong, concat, hex, lp, u16be, unhex, utf8 } from '../static/js/bytes.js';
import { checkSignatures, finish, readCertificate } from '../static/js/certificate.js';
import {
  Ceremony, checkCommitments, checkRound1, openShare, readRound1, readRound2, rosterOf, round1, round2, round2Bytes,
} from '../static/js/ceremony.js';
import { BodyReader, PREFIX, SEALED_CHUNK, openBody, plainLength, sealBody } from '../static/js/cobblestone.js';
import { Custodian } from '../static/js/custodian.js';
import { answer, complain, judge, shareHash } from '../static/js/dispute.js';
import { checkKey, verify } from '../static/js/ed25519.js';
import { bodyDigest, checkEnvelope, checkOpens, openEnvelope, sealEnvelope } from '../static/js/envelope.js';
import { encapsulate, headerBytes, headerHolds, proveHeader, readHeader } from '../static/js/kem.js';
import { labelDigest } from '../static/js/label.js';
import { expandMessage } from '../static/js/oracle.js';
import { pad, unpad } from '../static/js/padding.js';
import { ORDER, joinPoints, readPoint, readScalar, readSecret, scalarBytes, wide } from '../static/js/ristretto.js';
import { combine, openPartially, partialHolds, readPartial } from '../static/js/shares.js';
import { FLAT, TREE, repeat, secret } from './vectors.mjs';

const wrong = (act, sentence) =>
  assert.throws(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);
const refused = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);

const { suite, label, y, beta, body, header, custodians } = TREE;
const DIGEST = await bodyDigest(suite, body);
const LABEL = labelDigest(suite, label);
const Z = combine(3, custodians.map(({ index, partial }) => ({ index, d: partial.d })));
const KEY = encapsulate(suite, { label: LABEL, y, beta, secret: secret(TREE.json.r) }).key;
const flipped = (bytes, at) => bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
const holds = (changed) => headerHolds(suite, { header, label: LABEL, bodyDigest: DIGEST, y, ...changed });

test('any field of the label, changed alone, breaks the proof and the key', async () => {
  const changes = {
    tender: 'T-2026-0002', lot: '2', part: 'technical', closesAt: label.closesAt + 1,
    submission: flipped(label.submission, 0), signer: flipped(label.signer, 0), keyId: flipped(label.keyId, 0),
    rules: flipped(label.rules, 0), blk: flipped(label.blk, 0),
  };
  assert.ok(holds({}));
  for (const [name, value] of Object.entries(changes)) {
    const other = { ...label, [name]: value };
    assert.ok(!holds({ label: labelDigest(suite, other) }), name);
    // Submission and commitment are caught by the lock, everything else by the body's commitment.
    const reason = ['submission', 'blk'].includes(name) ? /bidder lock does not fit/ : /does not fit the body's commitment/;
    await refused(openEnvelope({ label: other, header, y, z: Z, beta, body }), reason);
  }
  wrong(() => labelDigest(suite, { ...label, rules: new Uint8Array(31) }), /rules of the label must have 32 bytes/);
});

test('headers: another body, another key, swapped and crooked parts', () => {
  assert.ok(!holds({ bodyDigest: flipped(DIGEST, 0) }), 'a bit of the body');
  assert.ok(!holds({ y: custodians[0].image }), 'another key');
  assert.ok(!holds({ header: { ...header, rbar: header.r } }), 'R̄ swapped');
  const foreign = proveHeader(suite, { secret: 5n, r: header.r, label: LABEL, bodyDigest: DIGEST, y }, repeat(1));
  assert.ok(!holds({ header: { ...foreign, r: header.r, rbar: header.rbar } }), 'a copied R without its r');
  const bytes = headerBytes(header);
  const patched = (at, part) => concat(bytes.subarray(0, at), part, bytes.subarray(at + 32));
  wrong(() => readHeader(patched(0, new Uint8Array(32))), /^R in .*identity/);
  wrong(() => readHeader(patched(32, new Uint8Array(32))), /^R̄ in .*identity/);
  wrong(() => readHeader(patched(0, new Uint8Array(32).fill(1, 0, 1))), /^R in .*not the canonical encoding/);
  wrong(() => readHeader(patched(64, scalarBytes(ORDER))), /^e in .*not below the order/);
  wrong(() => readHeader(patched(96, scalarBytes(ORDER + 1n))), /^f in .*not below the order/);
  wrong(() => readHeader(bytes.subarray(1)), /127 bytes instead of 128/);
});

test('bodies: bit, truncation, extension, order, salamander', async () => {
  const last = PREFIX + 8 * SEALED_CHUNK;
  await refused(openBody(KEY, LABEL, flipped(body, 0)), /commitment/);
  await refused(openBody(KEY, LABEL, flipped(body, 30)), /commitment/);
  await refused(openBody(KEY, LABEL, flipped(body, 60)), /chunk 0 of the body is not authentic/);
  await refused(openBody(KEY, LABEL, body.subarray(0, last)), /no sealed body has/);
  await refused(openBody(KEY, LABEL, body.subarray(0, body.length - 1)), /chunk 8 of the body is not authentic/);
  await refused(openBody(KEY, LABEL, concat(body, Uint8Array.of(0))), /chunk 8 of the body is not authentic/);
  const one = body.subarray(PREFIX, PREFIX + SEALED_CHUNK);
  const two = body.subarray(PREFIX + SEALED_CHUNK, PREFIX + 2 * SEALED_CHUNK);
  const swapped = concat(body.subarray(0, PREFIX), two, one, body.subarray(PREFIX + 2 * SEALED_CHUNK));
  await refused(openBody(KEY, LABEL, swapped), /chunk 0 of the body is not authentic/);
  // A full last chunk in the place of a shorter one would hide that something was cut off.
  await refused(BodyReader.of(KEY, LABEL, PREFIX + SEALED_CHUNK, () => body), /no sealed body has/);
  for (const length of [0, 55, 56, 71, 56 + SEALED_CHUNK, 56 + SEALED_CHUNK + 15]) wrong(() => plainLength(length), /no sealed body/);
});

test('the lock: wrong, missing, superfluous', async () => {
  const what = { label, header, y, z: Z, body };
  for (const given of [undefined, flipped(beta, 0)]) {
    await refused(openEnvelope({ ...what, beta: given }), /bidder lock does not fit/);
  }
  const open = { ...label, blk: new Uint8Array(32) };
  await refused(sealEnvelope({ label: open, y, beta, plain: utf8('x') }), /bidder lock does not fit/);
  await refused(sealEnvelope({ label, y, plain: utf8('x') }), /bidder lock does not fit/);
});

test('another Z, another suite', async () => {
  const z = custodians[0].partial.d;
  await refused(openEnvelope({ label, header, y, z, beta, body }), /commitment/);
  await refused(openEnvelope({ suite: FLAT.suite, label, header, y, z: Z, beta, body }), /bidder lock does not fit/);
});

test('partials: too few, doubled, index 0, renamed, of another stage', () => {
  const given = custodians.map(({ index, partial }) => ({ index, d: partial.d }));
  wrong(() => combine(3, given.slice(0, 2)), /2 partial openings where 3 are needed/);
  wrong(() => combine(3, [given[0], given[1], given[1]]), /custodian 2 appears twice/);
  wrong(() => combine(3, [given[0], given[1], { ...given[2], index: 0 }]), /never 0/);
  wrong(() => combine(0, given), /threshold is zero/);
  const target = { suite, header, label: LABEL, bodyDigest: DIGEST, y };
  const [{ share, image, partial }, second] = custodians;
  assert.ok(partialHolds(target, 1, image, partial));
  assert.ok(!partialHolds(target, 2, image, partial), 'labelled 2');
  assert.ok(!partialHolds(target, 2, second.image, partial), 'labelled 2, with the key of 2');
  assert.ok(!partialHolds({ ...target, label: labelDigest(suite, { ...label, part: 'technical' }) }, 1, image, partial));
  assert.ok(!partialHolds(target, 1, image, { ...partial, d: second.partial.d }), 'a foreign D');
  wrong(() => openPartially({ ...target, bodyDigest: flipped(DIGEST, 0) }, 1, share), /custodian refuses this envelope/);
  wrong(() => openPartially(target, 0, share), /never 0/);
  wrong(() => readPartial(new Uint8Array(95)), /95 bytes instead of 96/);
  wrong(() => readPartial(new Uint8Array(96)), /identity/);
});

test('the key that was kept must be that of the envelope', async () => {
  const what = { label, header, y, beta, length: body.length, read: (start, end) => body.subarray(start, end) };
  await refused(checkOpens({ ...what, secret: 7n }), /does not belong to this envelope/);
  const spoiled = flipped(body, body.length - 1);
  const read = (start, end) => spoiled.subarray(start, end);
  await refused(checkOpens({ ...what, secret: secret(TREE.json.r), read }), /chunk 8 of the body is not authentic/);
});

test('a depositor who did not sign', async () => {
  const record = {
    body_length: body.length, header: hex(headerBytes(header)), body_digest: hex(DIGEST), sig: hex(new Uint8Array(64)),
  };
  const { publicKey } = (await Custodian.of(new Uint8Array(32).fill(1))).signer;
  await refused(checkEnvelope({ label, y, record, signer: publicKey }), /not signed by the bid key/);
  await refused(checkEnvelope({ label, y, record: { ...record, body_length: 57 }, signer: publicKey }), /no sealed body/);
});

test('frames have one form', () => {
  const good = pad(utf8('price'));
  assert.equal(good.length, 65_536);
  assert.deepEqual(unpad(good), utf8('price'));
  wrong(() => unpad(flipped(good, 20)), /not zero at byte 20/);
  wrong(() => unpad(good.subarray(0, 65_535)), /65535 bytes where its length of 5 requires 65536/);
  wrong(() => unpad(concat(good, new Uint8Array(1))), /65537 bytes where/);
  wrong(() => unpad(good.subarray(0, 7)), /ends after 7 bytes/);
  wrong(() => unpad(new Uint8Array(100).fill(0xff)), /more than the format can hold/);
});

test('points and scalars have one spelling', () => {
  const crooked = new Uint8Array(32).fill(0xff);
  crooked[0] = 0xed;
  crooked[31] = 0x7f;
  wrong(() => readPoint(crooked), /not the canonical encoding/);
  wrong(() => readPoint(new Uint8Array(31)), /not the canonical encoding/);
  wrong(() => readScalar(scalarBytes(ORDER)), /not below the order/);
  wrong(() => readSecret(new Uint8Array(32)), /secret scalar is zero/);
  // RFC 9497, A.1.1: DeriveKeyPair pins expand_message_xmd and the reduction.
  const message = concat(new Uint8Array(32).fill(0xa3), Uint8Array.of(0, 8), utf8('test key'), Uint8Array.of(0));
  const tag = concat(utf8('DeriveKeyPairOPRFV1-'), Uint8Array.of(0), utf8('-ristretto255-SHA512'));
  assert.equal(
    hex(scalarBytes(wide(expandMessage(message, tag)))),
    '5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e',
  );
});

test('Ed25519: keys that verifiers disagree about', async () => {
  wrong(() => checkKey(unhex(`01${'00'.repeat(31)}`)), /small order/);
  wrong(() => checkKey(unhex(`ee${'ff'.repeat(30)}7f`)), /not the canonical encoding/);
  wrong(() => checkKey(unhex(`02${'00'.repeat(31)}`)), /not the canonical encoding/);
  const { signer } = await Custodian.of(new Uint8Array(32).fill(1));
  const signature = await signer.sign(utf8('m'));
  assert.ok(await verify(signer.publicKey, utf8('m'), signature));
  const small = concat(Uint8Array.of(1), new Uint8Array(31), signature.subarray(32));
  assert.ok(!(await verify(signer.publicKey, utf8('m'), small)));
  const big = scalarBytes(0n).fill(0xff);
  assert.ok(!(await verify(signer.publicKey, utf8('m'), concat(signature.subarray(0, 32), big))));
  assert.ok(!(await verify(signer.publicKey, utf8('m'), signature.subarray(1))));
});

/** A table of n custodians with threshold k. */
async function table(k, n, session = 9) {
  const all = await Promise.all(Array.from({ length: n }, (_, at) => Custodian.of(new Uint8Array(32).fill(at + 1))));
  const members = all.map((one, at) => ({ index: at + 1, signer: one.signer.publicKey, point: one.point }));
  const ceremony = new Ceremony(rosterOf(k, members), 'T', 'price', new Uint8Array(32).fill(session), 0);
  const firsts = await Promise.all(all.map((one) => round1(one, ceremony)));
  return { all, members, ceremony, firsts };
}

test('rosters', async () => {
  const { members } = await table(2, 3);
  wrong(() => rosterOf(1, members.slice(0, 1)), /between 2 and 64/);
  for (const k of [1, 4, 1.5]) wrong(() => rosterOf(k, members), /more than half and at most all|threshold/);
  wrong(() => rosterOf(2, members.toReversed()), /without gaps/);
  wrong(() => rosterOf(2, [members[0], { ...members[0], index: 2 }, members[2]]), /shares a key/);
});

test('round 1: count, proof, session, attendance, twins', async () => {
  const { all, ceremony, firsts } = await table(2, 3);
  await checkCommitments(ceremony, firsts);
  await refused(checkCommitments(ceremony, firsts.slice(0, 2)), /one message of every custodian/);
  await refused(checkCommitments(ceremony, [firsts[1], firsts[0], firsts[2]]), /one message of every custodian/);
  const old = await table(2, 3, 8);
  await refused(checkCommitments(ceremony, [old.firsts[0], firsts[1], firsts[2]]), /did not sign this round-1 message/);

  // Who breaks the rules still signs: the counts and the proof are caught behind the signature.
  const cheat = all[0];
  const resigned = async (message) => {
    const signed = lp('tender-dkg/v1/round1', ceremony.context, u16be(1), joinPoints(message.commitments), message.pop);
    return { ...message, signature: await cheat.signer.sign(signed) };
  };
  const [own] = firsts;
  for (const commitments of [own.commitments.slice(0, 1), [...own.commitments, own.commitments[1]]]) {
    await refused(checkRound1(ceremony, await resigned({ ...own, commitments })), /where exactly 2 are required/);
  }
  await refused(checkRound1(ceremony, await resigned({ ...own, pop: firsts[1].pop })), /did not prove to know/);
  const copied = await resigned({ ...own, commitments: firsts[1].commitments });
  await refused(checkRound1(ceremony, copied), /did not prove to know/);
  wrong(() => readRound1(new Uint8Array(131)), /131 bytes/);
});

test('round 2: complaints in both directions', async () => {
  const { all, ceremony, firsts } = await table(2, 3);
  const commitments = await checkCommitments(ceremony, firsts);
  const messages = (await Promise.all(all.map((one) => round2(one, ceremony, commitments)))).flat();
  const message = messages.find(({ from, to }) => from === 1 && to === 2);
  await refused(openShare(all[2], ceremony, commitments, message), /not addressed to this custodian/);
  await refused(
    openShare(all[1], ceremony, commitments, { ...message, signature: new Uint8Array(64) }),
    /not signed by that custodian/,
  );
  wrong(() => readRound2(round2Bytes(message).subarray(1)), /299 bytes, not 300/);

  const received = messages.filter(({ to }) => to === 2);
  await refused(finish(all[1], ceremony, commitments, received.slice(1)), /missing or doubled/);
  await refused(finish(all[1], ceremony, commitments, [...received, received[0]]), /missing or doubled/);

  // Custodian 1 seals a share of another polynomial: 2 complains, 1 answers, 1 loses.
  const other = await table(2, 3, 7);
  const liar = {
    signer: all[0].signer,
    point: all[0].point,
    round1Chance: () => other.all[0].round1Chance(other.ceremony.context),
    round2Chance: (context, to) => all[0].round2Chance(context, to),
  };
  const false1 = { ...firsts[0], commitments: other.firsts[0].commitments };
  const lied = await round2(liar, ceremony, { ...commitments, messages: [false1, firsts[1], firsts[2]] });
  const bad = lied.find(({ to }) => to === 2);
  const fault = await openShare(all[1], ceremony, commitments, bad).catch((error) => error);
  assert.match(fault.en, /contradicts that custodian's commitments/);
  assert.ok(fault.ground);
  const complaint = await complain(all[1], ceremony, bad);
  const given = await answer(all[0], ceremony, complaint);
  const verdict = await judge(ceremony, commitments, bad, complaint, given);
  assert.equal(verdict.loser, 1);
  assert.equal(verdict.reason, 'bad share');
  assert.deepEqual(await judge(ceremony, commitments, bad, complaint), { loser: 1, reason: 'silence' });

  // A complaint without ground: the accuser loses; an answer with another scalar: the accused loses.
  const slander = await complain(all[1], ceremony, message);
  const truth = await answer(all[0], ceremony, slander);
  assert.deepEqual(await judge(ceremony, commitments, message, slander, truth), { loser: 2, reason: 'false complaint' });
  await refused(answer(all[2], ceremony, slander), /against another custodian/);
  await refused(judge(ceremony, commitments, bad, slander), /not signed by its author or is about another message/);
  await refused(judge(ceremony, commitments, message, slander, given), /not signed by the accused/);
  assert.notDeepEqual(shareHash(bad), shareHash(message));
});

test('certificates: every field is recomputed, every signature counts once', async () => {
  const { all, ceremony, firsts } = await table(2, 3);
  const commitments = await checkCommitments(ceremony, firsts);
  const messages = (await Promise.all(all.map((one) => round2(one, ceremony, commitments)))).flat();
  const done = await Promise.all(
    all.map((one, at) => finish(one, ceremony, commitments, messages.filter(({ to }) => to === at + 1))),
  );
  const { certificate } = done[0];
  const signatures = done.map(({ index, signature }) => ({ index, signature }));
  await checkSignatures(readCertificate(certificate.bytes), signatures, 3);
  await refused(checkSignatures(certificate, signatures.slice(0, 2), 3), /2 custodians signed where 3 must/);
  await refused(checkSignatures(certificate, [signatures[0], signatures[0]], 1), /custodian 1 is false, doubled/);
  await refused(checkSignatures(certificate, [{ ...signatures[0], index: 2 }], 1), /custodian 2 is false/);
  await refused(checkSignatures(certificate, [{ ...signatures[0], index: 4 }], 1), /stranger/);
  let caught = 0;
  for (let at = 0; at < certificate.bytes.length; at += 7) {
    assert.throws(() => readCertificate(flipped(certificate.bytes, at)), Wrong, `byte ${at}`);
    caught += 1;
  }
  assert.ok(caught > 100);
  wrong(() => readCertificate(certificate.bytes.subarray(0, 100)), /runs over its end/);
  wrong(() => readCertificate(concat(certificate.bytes, Uint8Array.of(0))), /bytes follow the last field/);
});

test('sealing needs no chance from outside and never repeats itself', async () => {
  const plain = pad(utf8('bid'));
  const one = await sealEnvelope({ label, y, beta, plain });
  const two = await sealEnvelope({ label, y, beta, plain });
  assert.notDeepEqual(one.body.subarray(0, 56), two.body.subarray(0, 56));
  assert.notDeepEqual(headerBytes(one.header).subarray(0, 32), headerBytes(two.header).subarray(0, 32));
  const salted = await sealBody(KEY, new Uint8Array(24), LABEL, plain);
  assert.deepEqual(await openBody(KEY, LABEL, salted), plain);
});
