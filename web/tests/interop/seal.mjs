// One request as JSON on standard input, one answer as JSON on standard output: the browser library's seal side, driven
// by the Rust tests (crates/seal/tests/browser.rs). Bytes are hexadecimal.

import { readFileSync } from 'node:fs';
import { hex, random, unhex } from '../../static/js/bytes.js';
import { checkSignatures, finish, readCertificate } from '../../static/js/certificate.js';
import {
  Ceremony, checkCommitments, readRound1, readRound2, rosterOf, round1, round1Bytes, round2, round2Bytes,
} from '../../static/js/ceremony.js';
import { Custodian } from '../../static/js/custodian.js';
import { answer, answerBytes, judge, readComplaint } from '../../static/js/dispute.js';
import { fingerprint, publicOfSeed, signerOfSeed } from '../../static/js/ed25519.js';
import { checkEnvelope, envelopeRecord, openEnvelope, sealEnvelope } from '../../static/js/envelope.js';
import { readHeader } from '../../static/js/kem.js';
import { NO_LOCK, labelDigest, lockOf } from '../../static/js/label.js';
import { TREE64K } from '../../static/js/oracle.js';
import { pad, unpad } from '../../static/js/padding.js';
import { openKey, openSeed, sealKey, sealSeed } from '../../static/js/pkcs8.js';
import { pointHex, readPoint } from '../../static/js/ristretto.js';
import {
  combine, openPartially, partialBytes, partialHolds, proveReady, proveStatic, readPartial,
} from '../../static/js/shares.js';

const point = (text) => readPoint(unhex(text, 32));
const labelOf = ({ tender, lot, part, submission, signer, key_id, closes_at, rules, blk }) => ({
  tender, lot, part, closesAt: closes_at,
  submission: unhex(submission), signer: unhex(signer), keyId: unhex(key_id), rules: unhex(rules), blk: unhex(blk),
});

function ceremonyOf({ k, members, tender, part, session, slot }) {
  const roster = members.map((one, at) => ({ index: at + 1, signer: unhex(one.signer), point: point(one.point) }));
  return new Ceremony(rosterOf(k, roster), tender, part, unhex(session), slot);
}

/** A custodian in the middle of a ceremony, with everything that was logged. */
async function seated({ seed, ceremony: called, round1: firsts = [], round2: seconds = [] }) {
  const custodian = await Custodian.of(unhex(seed));
  const ceremony = ceremonyOf(called);
  const own = ceremony.indexOf(custodian);
  const received = seconds.map((text) => readRound2(unhex(text))).filter(({ to }) => to === own);
  const commitments = firsts.length ? await checkCommitments(ceremony, firsts.map((text) => readRound1(unhex(text)))) : null;
  return { custodian, ceremony, commitments, received };
}

const targetOf = ({ y, label, body_digest, header }) => ({
  y: point(y), label: labelDigest(TREE64K, labelOf(label)), bodyDigest: unhex(body_digest), header: readHeader(unhex(header)),
});

const OPERATIONS = {
  async enrol({ seed, origin, account }) {
    const custodian = await Custodian.of(unhex(seed));
    const signer = custodian.signer.publicKey;
    const proof = proveStatic({ origin, account, signer, point: custodian.point }, custodian.secret);
    return { signer: hex(signer), point: pointHex(custodian.point), proof: hex(partialBytes(proof)) };
  },
  async round1(request) {
    const { custodian, ceremony } = await seated(request);
    return { message: hex(round1Bytes(await round1(custodian, ceremony))) };
  },
  async round2(request) {
    const { custodian, ceremony, commitments } = await seated(request);
    return { messages: (await round2(custodian, ceremony, commitments)).map((one) => hex(round2Bytes(one))) };
  },
  async finish(request) {
    const { custodian, ceremony, commitments, received } = await seated(request);
    const { index, certificate, signature } = await finish(custodian, ceremony, commitments, received);
    return { index, certificate: hex(certificate.bytes), key_id: hex(certificate.keyId), signature: hex(signature) };
  },
  async certificate({ bytes, signatures, need }) {
    const certificate = readCertificate(unhex(bytes));
    await checkSignatures(certificate, signatures.map(({ index, signature }) => ({ index, signature: unhex(signature) })), need);
    return { y: pointHex(certificate.y), shares: certificate.shares.map(pointHex), key_id: hex(certificate.keyId) };
  },
  async answer(request) {
    const { custodian, ceremony } = await seated(request);
    return { answer: hex(answerBytes(await answer(custodian, ceremony, readComplaint(unhex(request.complaint))))) };
  },
  async judge(request) {
    const { ceremony, commitments } = await seated(request);
    const message = readRound2(unhex(request.message));
    return judge(ceremony, commitments, message, readComplaint(unhex(request.complaint)));
  },
  async partial(request) {
    const { custodian, ceremony, commitments, received } = await seated(request);
    const { index, share, certificate } = await finish(custodian, ceremony, commitments, received);
    const ready = proveReady({ keyId: certificate.keyId, date: request.date, index }, share);
    const partials = request.targets.map((target) => hex(partialBytes(openPartially(targetOf(target), index, share))));
    return { partials, ready: hex(partialBytes(ready)) };
  },
  async combine({ k, partials, ...target }) {
    const given = partials.map(({ index, image, partial }) => {
      const read = readPartial(unhex(partial));
      if (!partialHolds(targetOf(target), index, point(image), read)) throw new Error(`partial ${index} is false`);
      return { index, d: read.d };
    });
    return { z: pointHex(combine(k, given)) };
  },
  async seal({ label, y, beta, seed, plain }) {
    const signer = await signerOfSeed(unhex(seed));
    const submission = random(16);
    const lock = beta ? unhex(beta) : undefined;
    const blk = lock ? lockOf(TREE64K, submission, lock) : NO_LOCK;
    const whole = { ...labelOf({ ...label, submission: hex(submission), blk: hex(blk) }), signer: fingerprint(signer.publicKey) };
    const sealed = await sealEnvelope({ label: whole, y: point(y), beta: lock, plain: pad(unhex(plain)) });
    const signature = await signer.sign(sealed.envelopeHash);
    const record = envelopeRecord({ label: whole, ...sealed, bodyLength: sealed.body.length, signature });
    return { record, body: hex(sealed.body), envelope_hash: hex(sealed.envelopeHash), signer: hex(signer.publicKey) };
  },
  async open({ label, y, z, beta, record, body, signer }) {
    const whole = labelOf(label);
    const lock = beta ? unhex(beta) : undefined;
    const { header } = await checkEnvelope({ label: whole, y: point(y), record, signer: unhex(signer) });
    const frame = await openEnvelope({ label: whole, header, y: point(y), z: point(z), beta: lock, body: unhex(body) });
    return { plain: hex(unpad(frame)) };
  },
  async keyfiles({ key, seed, passphrase }) {
    const opened = await openKey(key, passphrase);
    const custodian = await openSeed(seed, passphrase);
    return {
      public: hex(await publicOfSeed(opened)), seed: hex(custodian),
      key_again: await sealKey(opened, passphrase, 50), seed_again: await sealSeed(custodian, passphrase, 50),
    };
  },
};

const request = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await OPERATIONS[request.op](request)));
