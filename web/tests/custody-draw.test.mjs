// A custodian answers a draw only if request, frozen pool, pinned head and key hold; the answers combine to one seed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Wrong, hex, lp, unhex } from '../static/js/bytes.js';
import { spell } from '../static/js/canonical.js';
import { Custodian } from '../static/js/custodian.js';
import { nextStep, signedCertificate, viewOf } from '../static/js/custody.js';
import { answerDraw, drawOf } from '../static/js/custody-draw.js';
import { callOrder, drawSeed, hashOfAll, poolHash } from '../static/js/draw.js';
import { sha256Sync } from '../static/js/hash-sync.js';
import { freshSeats, listOf } from '../static/js/panel-form.js';
import { pointHex, readPoint, readScalar } from '../static/js/ristretto.js';
import { combine, contributionHolds, readPartial } from '../static/js/shares.js';

const wrong = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);
const of32 = (byte) => new Uint8Array(32).fill(byte);
const all = await Promise.all([1, 2, 3].map((n) => Custodian.of(of32(n))));

/** A ceremony of a stock of two keys, to its end. */
async function ceremony() {
  const members = all.map((one, at) => ({
    account: `custodian-${at + 1}`, index: at + 1, point: pointHex(one.point), signer: hex(one.signer.publicKey),
  })); // prettier-ignore
  const facts = [{ kind: 'ceremony.called', body: { ceremony: 'c-1', k: 2, keys: 2, members, purpose: { for: 'stock' }, session: hex(of32(9)) }, key: null }];
  for (let moved = true; moved; ) {
    moved = false;
    for (const hand of all) {
      const step = await nextStep(hand, viewOf(facts));
      if (!step.kind) continue;
      facts.push({ ...step, key: hand.signer.publicKey });
      moved = true;
    }
  }
  const view = viewOf(facts);
  const keys = await Promise.all([0, 1].map(async (slot) => {
    const { keyId, y, shares } = await signedCertificate(view, slot);
    return { key_id: hex(keyId), public: pointHex(y), shares: shares.map(pointHex) };
  })); // prettier-ignore
  return viewOf([...facts, { kind: 'ceremony.completed', body: { ceremony: 'c-1', keys }, key: null }]);
}

const VIEW = await ceremony();
const KEY = await signedCertificate(VIEW, 1);
const IDS = [1, 2, 3, 4, 5].map((n) => hex(of32(n)));
const SUBJECT = { answer_minutes: 120, consultants: [], for: 'experts', pool: 'county', regions: ['32'], seats: 2, specialities: ['A01'] };
const FILTERS = ['suspended', 'speciality', 'region', 'party'];
const ROOT = of32(77);

function facts(change = {}) {
  const rules = hex(sha256Sync(lp('kaibiao/eligibility/v1', spell(change.subject ?? SUBJECT), ...FILTERS)));
  const pool = hex(hashOfAll(IDS.map((id) => unhex(id))));
  const at = (seq, kind, body) => ({ seq, kind, stream: 'evaluation/T1', body: { draw: 'panel', tender: 'T1', ...body } });
  return [
    at(10, 'draw.requested', { subject: SUBJECT }),
    at(11, 'pool.frozen', { filters: FILTERS, ids: IDS, key_id: hex(KEY.keyId), pool, rules, wanted: 2, ...change.frozen }),
    at(12, 'draw.pinned', { root: hex(ROOT), size: 12, ...change.pinned }),
  ];
}

const asked = (change, view = VIEW) => ({ tender: 'T1', draw: 'panel', facts: facts(change), view, contains: async () => {} });

test('two answers of three give one seed, whoever they are', async () => {
  const { alpha } = drawOf(asked());
  const bodies = await Promise.all(all.map((hand) => answerDraw(hand, asked())));
  const parts = bodies.map(({ index, part }) => ({ index, partial: readPartial(unhex(part)) }));
  for (const { index, partial } of parts) {
    assert.ok(contributionHolds({ y: KEY.y, alpha, index }, KEY.shares[index - 1], partial));
  }
  assert.deepEqual(bodies.map(({ draw, tender }) => [draw, tender]), Array(3).fill(['panel', 'T1']));
  const seeds = [[0, 1], [1, 2], [0, 2]].map((pair) =>
    hex(drawSeed(alpha, combine(2, pair.map((at) => ({ index: parts[at].index, d: parts[at].partial.d }))))));
  assert.equal(new Set(seeds).size, 1);
});

test('what does not hold is not answered', async () => {
  const answer = (change) => answerDraw(all[0], asked(change));
  await wrong(answer({ frozen: { ids: IDS.toReversed() } }), /not in ascending order/);
  await wrong(answer({ frozen: { ids: IDS.slice(1) } }), /not what its hash says/);
  await wrong(answer({ subject: { ...SUBJECT, seats: 3 } }), /not that of the request/);
  await wrong(answer({ pinned: { size: 13 } }), /not that of the log right after/);
  await wrong(answer({ frozen: { key_id: hex(of32(1)) } }), /a key that this ceremony did not make/);
  await wrong(answerDraw(all[0], { ...asked(), facts: facts().slice(0, 2) }), /0 facts draw.pinned/);
  await wrong(answerDraw(all[0], { ...asked(), facts: [...facts(), facts()[0]] }), /2 facts draw.requested/);
  await wrong(answerDraw(all[0], { ...asked(), tender: 'T2' }), /0 facts draw.requested/);
  await wrong(answerDraw(await Custodian.of(of32(8)), asked()), /not in the roster/);
  const forked = { ...asked(), contains: async () => { throw new Wrong('分叉', 'a fork'); } };
  await wrong(answerDraw(all[0], forked), /a fork/);
  await assert.rejects(answerDraw(all[0], asked({}, viewOf([{ kind: 'ceremony.called', body: VIEW.called, key: null }]))), /did not make/);
});

test('the vector of a draw: contributions, seed, order', () => {
  const vector = JSON.parse(readFileSync(new URL('../../tests/vectors/tender-draw-v1.json', import.meta.url), 'utf8'));
  const alpha = unhex(vector.alpha);
  const y = readPoint(unhex(vector.Y));
  const parts = vector.partials.map(({ i, d, c, z }) => ({ index: i, d: readPoint(unhex(d)), c: readScalar(unhex(c)), z: readScalar(unhex(z)) }));
  for (const { index, ...partial } of parts) {
    assert.ok(contributionHolds({ y, alpha, index }, readPoint(unhex(vector.Yi[index])), partial), `custodian ${index}`);
    assert.ok(!contributionHolds({ y, alpha, index }, readPoint(unhex(vector.Yi[(index % 5) + 1])), partial));
  }
  const seed = drawSeed(alpha, combine(3, parts.slice(1)));
  assert.equal(hex(seed), vector.seed);
  const pool = Array.from({ length: vector.pool_size }, (_, n) => `expert-${String(n).padStart(3, '0')}`);
  const from = [0, 1].map((first) => pool.map((_, n) => `expert-${String(n + first).padStart(3, '0')}`)).find((ids) => hex(alpha).includes(hex(poolHash(ids))));
  assert.ok(from, 'the pool of the vector');
  assert.deepEqual(callOrder(from, seed).slice(0, vector.drawn.length), vector.drawn);
});

test('seats are named after those that stand vacant', () => {
  assert.deepEqual(listOf(' A01, B02、C03;\nD '), ['A01', 'B02', 'C03', 'D']);
  assert.deepEqual(listOf('甲 公司\n\n乙,公司', /\n/), ['甲 公司', '乙,公司']);
  assert.deepEqual(freshSeats(['x', 'y', 'z'], ['buyer-2'], ['buyer-1', 'buyer-2'], 'buyer'), { 'buyer-2': 'x', 'buyer-3': 'y', 'buyer-4': 'z' });
  assert.deepEqual(freshSeats(['x'], [], [], 'seat'), { 'seat-1': 'x' });
});
