// Custodians at work: a ceremony from call to key, a bad share, and a list that is answered only when all of it holds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wrong, hex, lp, unhex } from '../static/js/bytes.js';
import { spell } from '../static/js/canonical.js';
import { Custodian } from '../static/js/custodian.js';
import { nextStep, readiness, shareOf, signedCertificate, viewOf } from '../static/js/custody.js';
import { answerList } from '../static/js/custody-opening.js';
import { envelopeRecord, openEnvelope, sealEnvelope } from '../static/js/envelope.js';
import { fingerprint, signerOfSeed } from '../static/js/ed25519.js';
import { sha256Sync } from '../static/js/hash-sync.js';
import { lockOf } from '../static/js/label.js';
import { TREE64K } from '../static/js/oracle.js';
import { pad, unpad } from '../static/js/padding.js';
import { pointHex, readPoint } from '../static/js/ristretto.js';
import { combine, readPartial, readyHolds } from '../static/js/shares.js';

const wrong = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);
const of32 = (byte) => new Uint8Array(32).fill(byte);
const all = await Promise.all([1, 2, 3].map((n) => Custodian.of(of32(n))));
const called = {
  ceremony: 'c-1', k: 2, keys: 2, purpose: { for: 'tender', stage: 'open', tender: 'T-1' }, session: hex(of32(9)),
  members: all.map((one, at) => ({
    account: `custodian-${at + 1}`, index: at + 1, point: pointHex(one.point), signer: hex(one.signer.publicKey),
  })),
};
const start = () => [{ kind: 'ceremony.called', body: called, key: null }];

/** Everybody takes the next step until nobody has one; returns the facts. */
async function play(facts, hands = all) {
  for (let moved = true; moved; ) {
    moved = false;
    for (const hand of hands) {
      const step = await nextStep(hand, viewOf(facts));
      if (!step.kind) continue;
      facts.push({ ...step, key: hand.signer.publicKey });
      moved = true;
    }
  }
  return facts;
}

const done = await play(start());
const VIEW = viewOf(done);

test('a ceremony of two keys, step by step', async () => {
  const kinds = done.map(({ kind }) => kind);
  for (const kind of ['ceremony.committed', 'ceremony.shared', 'ceremony.certified']) {
    assert.equal(kinds.filter((one) => one === kind).length, 3, kind);
  }
  assert.deepEqual(await nextStep(all[0], VIEW), { wait: [] });
  assert.deepEqual(await nextStep(all[0], viewOf(done.slice(0, 2))), { wait: [2, 3] });
  const certificate = await signedCertificate(VIEW, 1);
  const keys = await Promise.all(
    [0, 1].map(async (slot) => {
      const { keyId, y, shares } = await signedCertificate(VIEW, slot);
      return { key_id: hex(keyId), public: pointHex(y), shares: shares.map(pointHex) };
    }),
  );
  const completed = { kind: 'ceremony.completed', body: { ceremony: 'c-1', keys }, key: null };
  assert.deepEqual(await nextStep(all[0], viewOf([...done, completed])), { done: true });
  const swapped = { ...completed, body: { ...completed.body, keys: keys.toReversed() } };
  await wrong(nextStep(all[0], viewOf([...done, swapped])), /key 0 as completed is not the one/);

  const proved = await readiness(all[1], VIEW, 1, '2026-07-24');
  const beat = { keyId: certificate.keyId, date: '2026-07-24', index: 2 };
  assert.ok(readyHolds(beat, certificate.shares[1], readPartial(unhex(proved.proof))));
  await wrong(readiness(all[1], VIEW, 1, '24.7.2026'), /YYYY-MM-DD/);
});

test('a stolen seed and a stranger are noticed', async () => {
  const stranger = await Custodian.of(of32(7));
  await wrong(nextStep(stranger, VIEW), /not in the roster/);
  const forged = structuredClone(done.find(({ kind, body }) => kind === 'ceremony.committed' && body.index === 1));
  forged.body.slots[0].pop = hex(new Uint8Array(64));
  await wrong(nextStep(all[0], viewOf([...start(), forged])), /does not come from this seed/);
  // A message that its member did not sign as author changes nothing.
  assert.equal(viewOf([...start(), { ...forged, key: all[1].signer.publicKey }]).committed.size, 0);
});

test('a bad share is complained of, and the accused opens it', async () => {
  const facts = done.slice(0, 7).map((fact) => structuredClone(fact));
  // Custodian 1 seals to 2 what belongs to slot 1 in the place of slot 0: signature and header stay those of slot 1.
  const lie = facts.find(({ kind, body }) => kind === 'ceremony.shared' && body.index === 1);
  [lie.body.slots[0], lie.body.slots[1]] = [lie.body.slots[1], lie.body.slots[0]];
  await wrong(nextStep(all[1], viewOf(facts)), /not signed by that custodian for this ceremony/);
  const complaint = { kind: 'ceremony.complained', body: { against: 1, ceremony: 'c-1', index: 2, slot: 0 } };
  const disputed = viewOf([...done.slice(0, 7), { ...complaint, key: all[1].signer.publicKey }]);
  const step = await nextStep(all[0], disputed);
  assert.equal(step.kind, 'ceremony.answered');
  assert.equal(step.body.to, 2);
  assert.deepEqual(await nextStep(all[2], disputed), { wait: [1] });
});

const CLOSES = 1_800_000_000_000;
const bidKey = await signerOfSeed(of32(40));
const BETA = of32(41);
const PLAIN = new Uint8Array([1, 2, 3]);

/** The facts of a tender whose list was settled, with one bid of one part. */
async function tender() {
  const certificate = await signedCertificate(VIEW, 0);
  const keyId = hex(certificate.keyId);
  const notice = {
    closes_at: CLOSES, lots: [{ lot: '1' }], opening: { bidder_lock: true }, tender: 'T-1',
    stages: [{ key_id: keyId, parts: [{ max_bytes: 1000, part: 'price', role: 'public' }], stage: 'open' }],
  };
  const rules = sha256Sync(lp('kaibiao/rules/v1', new Uint8Array(32), spell(notice)));
  const submission = new Uint8Array(16).fill(5);
  const label = {
    tender: 'T-1', lot: '1', part: 'price', submission, signer: fingerprint(bidKey.publicKey), keyId: certificate.keyId,
    closesAt: CLOSES, rules, blk: lockOf(TREE64K, submission, BETA),
  };
  const sealed = await sealEnvelope({ label, y: certificate.y, beta: BETA, plain: pad(PLAIN) });
  const signature = await bidKey.sign(sealed.envelopeHash);
  const envelope = envelopeRecord({ label, ...sealed, bodyLength: sealed.body.length, signature });
  const row = { bid: 'b-1', envelope: hex(sealed.envelopeHash), seq: 2, submission: hex(submission) };
  const list = hex(sha256Sync(lp('kaibiao/list/v1', 'T-1', 'open', submission, sealed.envelopeHash)));
  const bodies = [
    ['tender.noticed', notice],
    ['bid.submitted', { bid: 'b-1', envelopes: [envelope], revision: 1, rules: hex(rules), tender: 'T-1' }, bidKey.publicKey],
    ['tender.closed', { closes_at: CLOSES, tender: 'T-1' }],
    ['list.frozen', { envelopes: [row], list, stage: 'open', tender: 'T-1', until: 0 }],
    ['bid.unlocked', { bid: 'b-1', keys: [{ beta: hex(BETA), submission: hex(submission) }], stage: 'open', tender: 'T-1' }, bidKey.publicKey],
    ['list.settled', { excluded: [], list, stage: 'open', submissions: [hex(submission)], tender: 'T-1', until: 0 }],
  ];
  const facts = bodies.map(([kind, body, key = null], at) => ({
    kind, body, key, seq: at + 1, stream: 'tender/T-1', ts: at < 2 ? CLOSES - 1000 + at : CLOSES + 2000 + at,
    at: new Map([['@arrived', CLOSES - 1000]]),
  }));
  return { facts, label, sealed, certificate };
}

const question = (facts, more = {}) => ({ tender: 'T-1', stage: 'open', facts, view: VIEW, slot: 0, now: CLOSES + 5000, ...more });

test('a list that holds is answered, and two answers open the bid', async () => {
  const { facts, label, sealed, certificate } = await tender();
  const given = [];
  for (const custodian of [all[0], all[2]]) {
    const body = await answerList(custodian, question(facts));
    assert.equal(body.list, facts[3].body.list);
    given.push({ index: body.index, d: readPartial(unhex(body.partials[0])).d });
  }
  const what = { label, header: sealed.header, y: certificate.y, beta: BETA, body: sealed.body };
  assert.deepEqual(unpad(await openEnvelope({ ...what, z: combine(2, given) })), PLAIN);
  assert.equal((await shareOf(all[0], VIEW, 0)).index, 1);
});

test('a list that does not hold is answered by nobody, each for its own reason', async () => {
  const { facts } = await tender();
  const [noticed, submitted, closed, frozen, unlocked, settled] = facts;
  const changed = (fact, change) => {
    const copy = { ...fact, body: structuredClone(fact.body) };
    change(copy.body, copy);
    return facts.map((one) => (one === fact ? copy : one));
  };
  const cases = [
    [facts, /too early/, { now: CLOSES - 1 }],
    [facts, /sealed to another key than the one of this ceremony/, { slot: 1 }],
    [facts, /no stage second/, { stage: 'second' }],
    [facts.filter((one) => one !== settled), /no proven fact list.settled/],
    [[...facts, { ...closed, seq: 9 }], /two facts tender.closed/],
    [facts.filter((one) => one !== submitted), /entry 2.*was not proven to be in the log/],
    [facts.filter((one) => one !== unlocked), /was not unlocked by its bidder/],
    [[...facts, { ...unlocked, seq: 0, kind: 'tender.suspended', body: { order: 'o' } }], /is suspended/],
    [[...facts, { ...submitted, seq: 2.5 }], /replaced or withdrawn later/],
    [changed(closed, (body) => (body.closes_at += 1)), /the deadline in force is/],
    [changed(frozen, (body) => (body.list = hex(of32(0)))), /hash in list.frozen/],
    [changed(settled, (body) => (body.list = hex(of32(0)))), /hash in list.settled/],
    [changed(settled, (body) => (body.submissions = [])), /not accounted for/],
    [changed(settled, (body, fact) => (fact.seq = 3.5)), /do not stand in this order/],
    [changed(submitted, (body) => (body.envelopes[0].lot = '2')), /does not hold for this label/],
    [changed(submitted, (body) => (body.envelopes[0].part = 'other')), /a part that is not opened in this stage/],
    [changed(submitted, (body) => (body.envelopes[0].sig = hex(new Uint8Array(64)))), /not signed by the bid key/],
    [changed(submitted, (body) => (body.rules = hex(of32(1)))), /rules that this tender never had/],
    [changed(submitted, (body) => (body.bid = 'b-2')), /does not hold envelope/],
    [changed(submitted, (_, fact) => (fact.at = new Map([['@arrived', CLOSES]]))), /not handed in before the deadline/],
    [changed(submitted, (_, fact) => (fact.key = all[0].signer.publicKey)), /does not hold for this label/],
    [changed(unlocked, (body) => (body.keys[0].beta = hex(of32(1)))), /was not unlocked by its bidder/],
    [changed(noticed, (body) => (body.title = 'other')), /rules that this tender never had/],
  ];
  for (const [given, reason, more] of cases) await wrong(answerList(all[0], question(given, more)), reason);
});

const HOUR = 3_600_000;

/** The same tender, its platform down over the deadline: closed three hours late, moved by order, closed again. */
async function reopened() {
  const { facts } = await tender();
  const [noticed, submitted, closed, ...opened] = facts;
  const next = CLOSES + 8 * HOUR;
  const down = { from: CLOSES - HOUR, until: CLOSES + 3 * HOUR };
  const late = { ...closed, ts: CLOSES + 3 * HOUR };
  const moved = { ...closed, kind: 'deadline.extended', seq: 3.1, ts: CLOSES + 4 * HOUR, body: { closes_at: next, down, order: 'o', seq: 1, tender: 'T-1' } };
  const again = { ...closed, seq: 3.2, ts: next + 2000, body: { ...closed.body, closes_at: next } };
  const rest = opened.map((fact) => ({ ...fact, ts: fact.ts + 8 * HOUR }));
  return { until: next, parts: { noticed, submitted, late, moved, again, rest } };
}

const told = ({ noticed, submitted, late, moved, again, rest }) => [noticed, submitted, late, moved, again, ...rest];

test('a deadline that the platform was down over is moved by order, and the last one counts', async () => {
  const { until, parts } = await reopened();
  const now = until + 5000;
  assert.equal((await answerList(all[0], question(told(parts), { now }))).index, 1);
  await wrong(answerList(all[0], question(told(parts), { now: until - 1 })), /too early/);
  const { submitted, late, moved, again } = parts;
  const inGap = new Map([['@arrived', CLOSES + HOUR]]);
  const { down: _, ...unstated } = moved.body;
  const cases = [
    [{ moved: { ...moved, body: unstated } }, /no outage is stated/],
    [{ late: { ...late, ts: CLOSES + 2000 } }, /the platform closed in time/],
    [{ moved: { ...moved, ts: until - HOUR } }, /too little time/],
    [{ again: { ...again, ts: until - HOUR } }, /the deadline in force is/],
    [{ again: { ...again, seq: 4.5 } }, /a list was frozen before/],
  ];
  for (const [change, reason] of cases) {
    await wrong(answerList(all[0], question(told({ ...parts, ...change }), { now })), reason);
  }
  await wrong(answerList(all[0], question(told(parts).filter((one) => one !== moved), { now })), /two facts tender.closed/);
  const early = { ...submitted, at: inGap };
  await wrong(answerList(all[0], question(told({ ...parts, submitted: early }), { now })), /not handed in before the deadline/);
});
