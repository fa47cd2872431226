// Receipts, refusal statements, the trust in a log, and acts over a connection that fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as acts from '../static/js/act.js';
import { Wrong, base64, hex, unhex } from '../static/js/bytes.js';
import { parseVerifierKey } from '../static/js/note.js';
import { Contradiction, Fork, Refused, Unreachable } from '../static/js/problem.js';
import { openReceipt, openRefusal } from '../static/js/receipt.js';
import { memoryStorage } from '../static/js/storage.js';
import { Trust } from '../static/js/trust.js';
import * as forge from './forge.mjs';

const BUYER = forge.keyOf('buyer');
const REGISTERED = {
  stream: 'tender/T1',
  kind: 'tender.registered',
  body: { buyer: 'buyer', regime: 'free', tender: 'T1', title: '标题' },
};
const QUESTION = {
  stream: 'tender/T1',
  kind: 'question.asked',
  body: { question: 'q1', tender: 'T1', text: '?' },
};

function logOf(count = 5) {
  const log = new forge.Log();
  for (let n = 0; n < count; n += 1) {
    log.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: n } });
  }
  return log;
}

const keyOf = (log) => parseVerifierKey(forge.verifierKey(log.origin, log.key));
const refusalKeyOf = (log) => parseVerifierKey(forge.verifierKey(`${log.origin}/refusals`, log.refusals));
const wrong = (promise, sentence, kind = Wrong) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, `${error.stack}`);
    assert.match(error.en, sentence);
    assert.match(error.zh, /[\u4e00-\u9fff]/);
    return true;
  });

test('receipts of public and of confidential acts hold', async () => {
  const log = logOf();
  for (const [brought, confidential] of [[REGISTERED, false], [QUESTION, true]]) {
    const act = forge.actOf(log, brought, BUYER);
    const seq = log.append({ ...brought, act, confidential });
    log.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 9 } });
    const opened = await openReceipt(log.receipt(seq), log.origin, keyOf(log));
    assert.equal(hex(opened.digest), hex(forge.digestOf(log, act)));
    assert.equal(opened.fact.kind, brought.kind);
    assert.deepEqual({ ...opened.fact.body }, brought.body);
    assert.equal(opened.entry.seq, seq);
  }
  assert.equal((await openReceipt(log.receipt(0), log.origin, keyOf(log))).digest, null);
});

test('every wrong receipt is refused for its own reason', async () => {
  const log = logOf();
  const act = forge.actOf(log, REGISTERED, BUYER);
  const seq = log.append({ ...REGISTERED, act });
  const key = keyOf(log);
  const refused = (change, sentence) => wrong(openReceipt(log.receipt(seq, 6, change), log.origin, key), sentence);
  const changed = (parts, more) => ({ ...parts, ...more });
  const entryWith = (parts, more) => {
    const entry = JSON.stringify({ ...JSON.parse(parts.extra.entry), ...more });
    return changed(parts, { extra: { ...parts.extra, entry } });
  };
  await refused((p) => changed(p, { checkpoint: log.checkpoint(6, forge.keyOf('x')) }), /no signature/);
  await refused((p) => changed(p, { checkpoint: p.checkpoint.replace('\n6\n', '\n7\n') }), /does not hold/);
  await refused((p) => changed(p, { checkpoint: log.checkpoint(5) }), /no entry 5/);
  await refused((p) => changed(p, { index: '4' }), /position 5.*for 4/);
  await refused((p) => changed(p, { index: '05' }), /"index"/);
  await refused((p) => changed(p, { proof: p.proof.slice(1) }), /too few/);
  await refused((p) => changed(p, { proof: [...p.proof, p.proof[0]] }), /too many/);
  await refused((p) => changed(p, { proof: p.proof.toReversed() }), /another root/);
  await refused((p) => changed(p, { proof: Array(65).fill(p.proof[0]) }), /"proof"/);
  await refused((p) => changed(p, { proof: [p.proof[0].slice(1)] }), /"proof"/);
  await refused((p) => entryWith(p, { ts: 1 }), /another root/);
  await refused((p) => entryWith(p, { v: 2 }), /v is not 1/);
  await refused((p) => entryWith(p, { more: 1 }), /not in canonical|not listed/);
  await refused((p) => entryWith(p, { kind: 'confidential' }), /confidential entry shows/);
  await refused((p) => changed(p, { extra: { ...p.extra, entry: `${p.extra.entry} ` } }), /canonical/);
  await refused((p) => {
    const slots = structuredClone(p.extra.payload.slots);
    slots[0].salt = '00'.repeat(32);
    return changed(p, { extra: { ...p.extra, payload: { slots } } });
  }, /does not match/);
  await refused((p) => changed(p, { extra: { ...p.extra, more: 1 } }), /entry.*payload/);
  await refused((p) => changed(p, { extraText: base64(new TextEncoder().encode('{ }')) }), /canonical/);
  await refused((p) => changed(p, { extraText: '!' }), /base64/);
  const good = log.receipt(seq);
  await wrong(openReceipt(good.replace('@v1', '@v2'), log.origin, key), /"title"/);
  await wrong(openReceipt(good.replace('extra ', 'extras '), log.origin, key), /"extra"/);
  await wrong(openReceipt('', log.origin, key), /"title"/);
  await wrong(openReceipt('x'.repeat((16 << 20) + 1), log.origin, key), /16777216/);
});

test('a receipt does not cover an act that nobody signed', async () => {
  const refused = async (change, sentence) => {
    const log = logOf();
    const act = { ...forge.actOf(log, REGISTERED, BUYER) };
    const made = { ...REGISTERED, act };
    change(made, act, log);
    const seq = log.append(made);
    await wrong(openReceipt(log.receipt(seq), log.origin, keyOf(log)), sentence);
  };
  await refused((made) => (made.body = { ...made.body, title: 'another' }), /signature of the act/);
  await refused((made) => (made.body = { ...made.body, more: 1 }), /not listed/);
  await refused((made) => (made.stream = 'tender/T2'), /not on tender\/T1/);
  await refused((made) => (made.kind = 'tender.unheard'), /not known/);
  await refused((made) => (made.confidential = true), /is public, the entry is not/);
  await refused((made) => delete made.act, /lacks @seen/);
  await refused((_, act) => (act.nonce = 'ab'.repeat(16)), /signature of the act/);
  await refused((_, act) => (act.seen = { ...act.seen, size: 4 }), /signature of the act/);
  await refused((_, act, log) => {
    Object.assign(act, forge.actOf(log, REGISTERED, forge.keyOf('thief')), { sig: act.sig });
  }, /signature of the act/);
});

test('a receipt of which part is shown proves the place and the fields, and claims no more', async () => {
  const log = logOf();
  for (const confidential of [false, true]) {
    const brought = confidential ? QUESTION : REGISTERED;
    const seq = log.append({ ...brought, act: forge.actOf(log, brought, BUYER), confidential });
    const only = (...names) => (parts) => {
      const slots = parts.extra.payload.slots.map((slot) =>
        'leaf' in slot || names.includes(slot.name) ? slot : { leaf: hex(forge.slotLeaf(slot)) },
      );
      return { ...parts, extra: { ...parts.extra, payload: { slots } } };
    };
    const shown = await openReceipt(log.receipt(seq, seq + 1, only('tender')), log.origin, keyOf(log));
    assert.deepEqual([shown.fact, shown.digest, [...shown.fields]], [null, null, [['tender', 'T1']]]);
    // With all that the signature needs but one member of the body it is no act any more.
    const all = ['@key', '@nonce', '@seen', '@actor', '@kind', '@sig', '@subj', 'tender'];
    await wrong(openReceipt(log.receipt(seq, seq + 1, only(...all)), log.origin, keyOf(log)), /lacks (buyer|question)/);
  }
});

test('refusal statements', async () => {
  const log = logOf();
  const digest = forge.sha256(unhex('00'));
  const key = refusalKeyOf(log);
  const refusal = await openRefusal(log.refusal('bid.late', digest, { sentence: 'Too late.' }), log.origin, key);
  assert.deepEqual([refusal.code, hex(refusal.act), refusal.at, refusal.size], ['bid.late', hex(digest), 5000, 5]);
  assert.equal(refusal.sentence, 'Too late.');
  const refused = (note, sentence) => wrong(openRefusal(note, log.origin, key), sentence);
  await refused(log.refusal('a', digest, { key: forge.keyOf('x') }), /no signature/);
  await refused(log.refusal('a', digest, { key: log.key, name: log.origin }), /no signature/);
  await refused(log.refusal('a', digest.slice(1)), /"act"/);
  await refused(log.refusal('a', digest, { at: '05' }), /"time"/);
  await refused(log.refusal('a', digest, { sentence: 'a\nb' }), /"end"/);
  await refused(log.refusal('a', digest).replace('\n5\n', '\n6\n'), /does not hold/);
  await refused(new forge.Log('other', 'log').refusal('a', digest, { name: `${log.origin}/refusals` }), /another log/);
  await wrong(openRefusal(log.refusal('a', digest), log.origin, keyOf(log)), /not that of the refusals/);
});

test('the first sight pins, and a later head must continue it', async () => {
  const log = logOf(3);
  const storage = memoryStorage();
  const open = (fetch) => Trust.open({ storage, fetch });
  const first = await open(forge.platform(log));
  assert.equal(first.firstSight, true);
  assert.equal((await first.observe()).size, 3);
  log.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 7 } });
  const second = await open(forge.platform(log));
  assert.equal(second.firstSight, false);
  assert.equal((await second.observe()).size, 4);
  // An older head of the same log is no fork, and does not replace the greater one.
  assert.equal((await second.follow(log.checkpoint(2))).size, 2);
  assert.equal((await storage.get('trust/head')).split('\n')[1], '4');
});

test('a fork, a rewritten log and other keys are found', async () => {
  const storage = memoryStorage();
  const log = logOf(5);
  await (await Trust.open({ storage, fetch: forge.platform(log) })).observe();
  const another = logOf(4);
  another.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 66 } });
  const sameSize = await Trust.open({ storage, fetch: forge.platform(another) });
  await wrong(sameSize.observe(), /does not continue/, Fork);
  another.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 67 } });
  await wrong(sameSize.observe(), /does not continue/, Fork);
  // A log put back to an older state cannot prove what it has forgotten.
  await wrong((await Trust.open({ storage, fetch: forge.platform(logOf(2)) })).observe(), /does not continue/, Fork);
  const shortFork = new forge.Log();
  shortFork.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 99 } });
  shortFork.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 99 } });
  await wrong((await Trust.open({ storage, fetch: forge.platform(shortFork) })).observe(), /does not continue/, Fork);
  const refusing = forge.platform(log, {
    '/log/consistency': () => forge.answer(409, forge.problem('span.invalid', 409), 'application/problem+json'),
  });
  log.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 8 } });
  await wrong((await Trust.open({ storage, fetch: refusing })).observe(), /does not continue/, Fork);
  const busy = forge.platform(log, {
    '/log/consistency': () => forge.answer(503, forge.problem('clock.behind', 503), 'application/problem+json'),
  });
  await wrong((await Trust.open({ storage, fetch: busy })).observe(), /It is refused/, Refused);
  const unsigned = forge.platform(log, { '/log/checkpoint': () => forge.answer(200, log.checkpoint(6, BUYER)) });
  await wrong((await Trust.open({ storage, fetch: unsigned })).observe(), /no signature/, Contradiction);
  const other = new forge.Log('log.example/1', 'other key');
  await wrong(Trust.open({ storage, fetch: forge.platform(other) }), /log_key.*remembers/, Contradiction);
  assert.equal((await storage.get('trust/head')).split('\n')[1], '5');
});

test('an act is signed over the head, sent, and its receipt kept', async () => {
  const log = logOf();
  const fetch = forge.platform(log);
  const trust = await Trust.open({ storage: memoryStorage(), fetch });
  const done = await acts.act(REGISTERED, BUYER, { trust });
  assert.deepEqual([done.seq, done.at], [5, 1005]);
  const opened = await openReceipt(done.receipt, log.origin, keyOf(log));
  assert.deepEqual(opened.fact.at.get('@seen'), { root: hex(log.head(5).root), size: 5 });
  assert.deepEqual(await acts.receipts(trust), [{ seq: 5, receipt: done.receipt }]);
  assert.deepEqual(await acts.pending(trust), []);
  assert.equal((await trust.storage.get('trust/head')).split('\n')[1], '6');
});

test('a lost connection: the same act is sent again and lands once', async () => {
  const log = logOf();
  let losses = 2;
  const serve = forge.platform(log);
  const fetch = async (address, options) => {
    const response = await serve(address, options);
    if (options?.method === 'POST' && losses > 0) {
      losses -= 1;
      throw new TypeError('connection reset');
    }
    return response;
  };
  const trust = await Trust.open({ storage: memoryStorage(), fetch });
  const retries = [];
  const done = await acts.act(REGISTERED, BUYER, {
    trust,
    pause: async () => {},
    onRetry: (attempt) => retries.push(attempt),
  });
  assert.deepEqual([done.seq, log.entries.length, retries], [5, 6, [1, 2]]);
});

test('an act that was never answered is kept, and sent by the next visit', async () => {
  const log = logOf();
  const storage = memoryStorage();
  const down = forge.platform(log, {
    '/api/acts': () => {
      throw new TypeError('no route');
    },
  });
  const trust = await Trust.open({ storage, fetch: down });
  await wrong(acts.act(REGISTERED, BUYER, { trust, pause: async () => {} }), /does not answer/, Unreachable);
  assert.equal(down.calls.filter((call) => call === 'POST /api/acts').length, 5);
  const [kept] = await acts.pending(trust);
  assert.equal(acts.readWire(kept).kind, 'tender.registered');
  const later = await Trust.open({ storage, fetch: forge.platform(log) });
  const [result] = await acts.resend(later);
  assert.equal(result.status, 'fulfilled');
  assert.equal(result.value.seq, 5);
  assert.deepEqual(await acts.pending(later), []);
});

test('pressing again sends the act that was never answered, and no other', async () => {
  const log = logOf();
  const storage = memoryStorage();
  const fetch = forge.platform(log);
  // The first attempt arrives, and its answer is lost, whatever is tried.
  const lossy = async (url, options) => {
    const answer = await fetch(url, options);
    if (String(url).endsWith('/api/acts')) throw new TypeError('cut');
    return answer;
  };
  const trust = await Trust.open({ storage, fetch: lossy });
  await wrong(acts.act(REGISTERED, BUYER, { trust, pause: async () => {} }), /does not answer/, Unreachable);
  const before = log.entries.length;
  const whole = await Trust.open({ storage, fetch });
  const done = await acts.act({ ...REGISTERED, body: { ...REGISTERED.body } }, BUYER, { trust: whole });
  assert.deepEqual([done.seq, log.entries.length], [5, before]);
  assert.deepEqual(await acts.pending(whole), []);
  const other = await acts.act({ ...REGISTERED, body: { ...REGISTERED.body, title: '另一标题' } }, BUYER, { trust: whole });
  assert.equal(other.seq, 6, 'another title is another act');
});

const refusing = (log, make) =>
  forge.platform(log, {
    '/api/acts': (options) => {
      const digest = forge.digestOf(log, JSON.parse(options.body));
      return forge.answer(409, make(digest), 'application/problem+json');
    },
  });

test('a refusal is told with its statement, which must hold', async () => {
  const log = logOf();
  const attempt = async (make) => {
    const trust = await Trust.open({ storage: memoryStorage(), fetch: refusing(log, make) });
    await assert.rejects(acts.act(REGISTERED, BUYER, { trust }), (error) => {
      attempt.error = error;
      return true;
    });
    return { error: attempt.error, left: (await acts.pending(trust)).length };
  };
  const good = await attempt((digest) => forge.problem('tender.taken', 409, log.refusal('tender.taken', digest)));
  assert.ok(good.error instanceof Refused);
  assert.deepEqual([good.error.code, good.error.zh, good.error.en], ['tender.taken', '已拒绝。', 'It is refused.']);
  assert.match(good.error.statement, /^kaibiao\/refusal\/v1\n/);
  assert.equal(good.left, 0);
  const stranger = await attempt((d) => forge.problem('a', 409, log.refusal('a', d, { key: BUYER })));
  assert.ok(stranger.error instanceof Contradiction);
  assert.match(stranger.error.en, /no signature/);
  assert.equal(stranger.left, 1);
  const elsewhere = await attempt(() => forge.problem('a', 409, log.refusal('a', forge.sha256())));
  assert.match(elsewhere.error.en, /about another act/);
  const otherwise = await attempt((d) => forge.problem('a', 409, log.refusal('b', d)));
  assert.match(otherwise.error.en, /another reason/);
});

test('a receipt for something else is no receipt', async () => {
  const log = logOf();
  const answered = (make) => forge.platform(log, { '/api/acts': () => forge.answer(201, make()) });
  const attempt = async (make, sentence) => {
    const trust = await Trust.open({ storage: memoryStorage(), fetch: answered(make) });
    await wrong(acts.act(REGISTERED, BUYER, { trust }), sentence, Contradiction);
    assert.equal((await acts.pending(trust)).length, 1);
  };
  await attempt(() => ({ at: 1000, seq: 0, receipt: log.receipt(0) }), /another act/);
  await attempt(() => ({ at: 1000, seq: 0, receipt: 'x' }), /"title"/);
  await attempt(() => ({}), /./);
});

test('nothing is signed over a fork', async () => {
  const storage = memoryStorage();
  await (await Trust.open({ storage, fetch: forge.platform(logOf(5)) })).observe();
  const fork = new forge.Log();
  for (let n = 0; n < 6; n += 1) fork.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 50 + n } });
  const fetch = forge.platform(fork);
  let signed = 0;
  const key = { publicKey: BUYER.publicKey, sign: async (m) => ((signed += 1), BUYER.sign(m)) };
  const trust = await Trust.open({ storage, fetch });
  await wrong(acts.act(REGISTERED, key, { trust }), /does not continue/, Fork);
  assert.equal(signed, 0);
  assert.ok(!fetch.calls.includes('POST /api/acts'));
});
