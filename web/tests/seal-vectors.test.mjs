// Every vector file of tender-seal/v1, reproduced byte for byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, lp, unhex, utf8 } from '../static/js/bytes.js';
import { certificateOf, checkSignatures, finish, readCertificate } from '../static/js/certificate.js';
import {
  Ceremony, checkCommitments, checkRound2, readRound1, readRound2, rosterOf, round1, round1Bytes, round2, round2Bytes,
} from '../static/js/ceremony.js';
import { BodyCipher, bodyLength, plainLength, sealBody } from '../static/js/cobblestone.js';
import { Custodian } from '../static/js/custodian.js';
import { answer, answerBytes, complain, complaintBytes, judge, readAnswer, readComplaint } from '../static/js/dispute.js';
import { callOrder, drawSeed, poolHash } from '../static/js/draw.js';
import { bodyDigest, checkOpens, envelopeHash, openEnvelope } from '../static/js/envelope.js';
import { sha256Sync } from '../static/js/hash-sync.js';
import { encapsulate, headerBytes, headerHolds, proveHeader, readHeader } from '../static/js/kem.js';
import { labelDigest, labelFields, lockOf } from '../static/js/label.js';
import { gbar, hashToPoint, TREE64K, PLAIN } from '../static/js/oracle.js';
import { paddedLength } from '../static/js/padding.js';
import { G, pointHex, scalarBytes, times } from '../static/js/ristretto.js';
import {
  combine, contributionHolds, enrolMessage, openPartially, partialBytes, partialHolds, proveReady, proveStatic,
  readPartial, readyHolds, staticHolds,
} from '../static/js/shares.js';
import { FLAT, MORE, TREE, point, repeat, scalar, secret, vectorFile } from './vectors.mjs';

async function reproduce(vector, more) {
  const { json, suite, label, y, beta, body, plain, header } = vector;
  assert.equal(pointHex(gbar(suite)), json.gbar);
  assert.equal(hex(lockOf(suite, label.submission, beta)), json.bidder_lock_commitment);
  assert.equal(hex(lp(...labelFields(label))), json.label_msg);
  const digestOfLabel = labelDigest(suite, label);
  assert.equal(hex(digestOfLabel), json.label);

  const kem = encapsulate(suite, { label: digestOfLabel, y, beta, secret: secret(json.r) });
  assert.equal(pointHex(kem.r), json.R);
  assert.equal(hex(kem.key), json.dem_key);
  assert.equal(hex(await sealBody(kem.key, body.subarray(0, 24), digestOfLabel, plain)), json.body);
  const digest = await bodyDigest(suite, body);
  assert.equal(hex(digest), more.body_digest);

  const bound = { label: digestOfLabel, bodyDigest: digest, y };
  const proved = proveHeader(suite, { secret: kem.secret, r: kem.r, ...bound }, repeat(1));
  assert.equal(hex(headerBytes(proved)), more.header);
  assert.equal(hex(headerBytes(header)), more.header);
  assert.ok(headerHolds(suite, { header: readHeader(unhex(more.header)), ...bound }));
  assert.equal(hex(envelopeHash(suite, label, header, digest)), more.envelope_hash);

  const target = { suite, header, ...bound };
  vector.custodians.forEach(({ index, share, image, partial }, place) => {
    assert.equal(pointHex(times(G, share)), pointHex(image));
    const made = openPartially(target, index, share, repeat(index));
    assert.equal(hex(partialBytes(made)), more.partials_rnd_i[place]);
    assert.ok(partialHolds(target, index, image, readPartial(partialBytes(made))));
    assert.ok(partialHolds(target, index, image, partial), 'the proof in the file holds');
  });
  for (const quorum of [[1, 2, 3], [5, 3, 1], [2, 4, 5]]) {
    const given = quorum.map((index) => ({ index, d: vector.custodians[index - 1].partial.d }));
    const z = combine(3, given);
    assert.equal(pointHex(z), json.Z);
    assert.deepEqual(await openEnvelope({ suite, label, header, y, z, beta, body }), plain);
  }
  const read = (start, end) => body.subarray(start, end);
  const ends = await checkOpens({ suite, label, header, y, beta, secret: kem.secret, length: body.length, read });
  assert.equal(ends.plain, plain.length);
  assert.deepEqual(ends.first, plain.subarray(0, 16_384));

  const beat = { suite, keyId: label.keyId, date: '2026-07-24', index: 1 };
  const { share, image } = vector.custodians[0];
  const ready = proveReady(beat, share, repeat(7));
  assert.equal(hex(partialBytes(ready)), more.heartbeat.beat_rnd_7);
  assert.equal(pointHex(hashToPoint(suite, 'heartbeat', lp(label.keyId, '2026-07-24'))), more.heartbeat.base);
  assert.ok(readyHolds(beat, image, ready));
  assert.ok(!readyHolds({ ...beat, date: '2026-07-25' }, image, ready));
}

test('the tree suite', () => reproduce(TREE, MORE.envelopes[0]));
test('the plain suite', () => reproduce(FLAT, MORE.envelopes[1]));

test('a custodian from a seed', async () => {
  const custodian = await Custodian.of(unhex(MORE.custodian.seed));
  const signer = custodian.signer.publicKey;
  assert.equal(hex(signer), MORE.custodian.signing);
  assert.equal(hex(scalarBytes(custodian.secret)), MORE.custodian.static_scalar);
  assert.equal(pointHex(custodian.point), MORE.custodian.static_point);
  const enrolled = { origin: 'kaibiao.example', account: 'custodian-1', signer, point: custodian.point };
  assert.equal(hex(enrolMessage(enrolled.origin, enrolled.account, signer)), MORE.custodian.enrol_message);
  const proof = proveStatic(enrolled, custodian.secret, repeat(8));
  assert.equal(hex(partialBytes(proof)), MORE.custodian.static_proof_rnd_8);
  assert.ok(staticHolds(enrolled, proof));
  assert.ok(!staticHolds({ ...enrolled, account: 'custodian-2' }, proof));
});

test('a whole ceremony', async () => {
  const vector = MORE.ceremony;
  const custodians = await Promise.all([1, 2, 3].map((n) => Custodian.of(new Uint8Array(32).fill(n))));
  const members = custodians.map((one, place) => ({ index: place + 1, signer: one.signer.publicKey, point: one.point }));
  const session = new Uint8Array(32).fill(9);
  const ceremony = new Ceremony(rosterOf(2, members), 'T-2026-0001', 'price', session, 0);
  assert.equal(hex(ceremony.context), vector.context);

  const firsts = await Promise.all(custodians.map((one) => round1(one, ceremony)));
  assert.deepEqual(firsts.map((one) => hex(round1Bytes(one))), vector.round1);
  const commitments = await checkCommitments(ceremony, vector.round1.map((text) => readRound1(unhex(text))));
  const seconds = (await Promise.all(custodians.map((one) => round2(one, ceremony, commitments)))).flat();
  assert.deepEqual(seconds.map((one) => hex(round2Bytes(one))), vector.round2);
  const messages = vector.round2.map((text) => readRound2(unhex(text)));
  for (const message of messages) await checkRound2(ceremony, message);

  const signatures = [];
  for (const [place, custodian] of custodians.entries()) {
    const received = messages.filter((message) => message.to === place + 1);
    const done = await finish(custodian, ceremony, commitments, received, utf8('ext'));
    assert.equal(hex(scalarBytes(done.share)), vector.shares[place]);
    assert.equal(hex(done.certificate.bytes), vector.certificate);
    signatures.push({ index: done.index, signature: done.signature });
  }
  assert.equal(hex(signatures[0].signature), vector.signature_1);
  const certificate = readCertificate(unhex(vector.certificate));
  assert.equal(hex(certificate.keyId), vector.key_id);
  assert.deepEqual(certificate.bytes, certificateOf(ceremony, commitments, utf8('ext')).bytes);
  await checkSignatures(certificate, signatures, 3);

  const disputed = messages.find(({ from, to }) => from === 1 && to === 2);
  const complaint = await complain(custodians[1], ceremony, disputed);
  assert.equal(hex(complaintBytes(complaint)), vector.complaint_of_2);
  const given = await answer(custodians[0], ceremony, readComplaint(unhex(vector.complaint_of_2)));
  assert.equal(hex(answerBytes(given)), vector.answer_of_1);
  const verdict = await judge(ceremony, commitments, disputed, complaint, readAnswer(unhex(vector.answer_of_1)));
  assert.deepEqual(verdict, { loser: 2, reason: 'false complaint' });
});

test('lengths of frames and bodies', () => {
  for (const { len, padded, body } of MORE.padding) {
    assert.equal(paddedLength(len), padded);
    assert.equal(bodyLength(padded), body);
    assert.equal(plainLength(body), padded);
  }
});

test('the draw', () => {
  const vector = vectorFile('tender-draw-v1.json');
  const alpha = unhex(vector.alpha);
  const y = point(vector.Y);
  assert.equal(pointHex(hashToPoint(PLAIN, 'dvrf/h', lp(unhex(vector.Y), alpha))), vector.H);
  const given = vector.partials.map(({ i, d, c, z }) => {
    const partial = { d: point(d), c: scalar(c), z: scalar(z) };
    assert.ok(contributionHolds({ y, alpha, index: i }, point(vector.Yi[i]), partial));
    assert.ok(!contributionHolds({ y, alpha, index: i + 1 }, point(vector.Yi[i]), partial));
    return { index: i, d: partial.d };
  });
  const v = combine(3, given);
  assert.equal(pointHex(v), vector.V);
  const seed = drawSeed(alpha, v);
  assert.equal(hex(seed), vector.seed);
  const pool = Array.from({ length: vector.pool_size }, (_, n) => `expert-${String(n + 1).padStart(3, '0')}`);
  assert.ok(vector.alpha.includes(hex(poolHash(pool))), 'alpha fixes this pool');
  assert.deepEqual(callOrder(pool.toReversed(), seed).slice(0, vector.drawn.length), vector.drawn);
});

test('one AES-GCM ciphertext under two keys opens under neither', async () => {
  const vector = vectorFile('aes-gcm-two-openings.json');
  const sealed = unhex(vector.ciphertext_and_tag);
  for (const name of ['a', 'b']) {
    const key = unhex(vector[`key_${name}`]);
    const plain = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: unhex(vector.nonce) },
      await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']),
      sealed,
    );
    assert.ok(new TextDecoder().decode(plain).includes(vector[`contains_under_key_${name}`]), 'AES-GCM is deceived');
    const { BodyReader } = await import('../static/js/cobblestone.js');
    for (const fill of [0, 7, 0xff]) {
      const body = Uint8Array.from([...new Uint8Array(56).fill(fill), ...sealed]);
      const open = BodyReader.of(key, utf8('label'), body.length, (start, end) => body.subarray(start, end));
      await assert.rejects(open, /does not fit the body's commitment/);
    }
  }
  const context = utf8('label');
  const salt = new Uint8Array(24).fill(1);
  const [one, other] = await Promise.all(
    [0xaa, 0xbb].map((byte) => BodyCipher.of(new Uint8Array(32).fill(byte), salt, context)),
  );
  assert.notDeepEqual(one.commitment, other.commitment);
});

test('the key id of the envelope files is the hash of the commitments', () => {
  for (const { json, label, suite } of [TREE, FLAT]) {
    assert.equal(hex(sha256Sync(unhex(json.commitments.join('')))), hex(label.keyId));
    assert.ok([TREE64K, PLAIN].includes(suite));
  }
});
