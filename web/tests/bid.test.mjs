// What a bid is: places, letters, amounts, one's own facts, warnings; the chain of rules; the list against the receipt.

import assert from 'node:assert/strict';
import { test } from 'node:test';

const at = (name) => import(`../static/js/${name}`);
const { amountOf, handedIn, letterOf, ownOf, placesOf, priceRemark, progressOf, unconfirmed, warningsOf } = await at('bid.js');
const { spellText } = await at('canonical.js');
const { hex, lp } = await at('bytes.js');
const { spell } = await at('canonical.js');
const { sha256Sync } = await at('hash-sync.js');
const { versionsOf } = await at('terms.js');

const money = (minor) => ({ currency: 'CNY', minor });
const notice = {
  lots: [{ lot: '1', estimate: money(1) }, { lot: '2', estimate: money(1) }],
  stages: [
    { stage: 'technical', key_id: 'aa', parts: [{ part: 'plan', role: 'panel', max_bytes: 10 }] },
    { stage: 'price', key_id: 'bb', parts: [{ part: 'letter', role: 'letter', max_bytes: 20 }] },
  ],
  method: { method: 'lowest' },
};

test('every lot needs every part; the price stands in the letter of the last stage', () => {
  const places = placesOf(notice);
  assert.deepEqual(places.map(({ name }) => name), ['1/plan', '1/letter', '2/plan', '2/letter']);
  assert.deepEqual(places.map(({ priced }) => priced), [false, true, false, true]);
  assert.deepEqual(places.map(({ keyId }) => keyId), ['aa', 'bb', 'aa', 'bb']);
});

test('amounts are read exactly or refused', () => {
  assert.deepEqual(amountOf('9,850,000.5', 'CNY'), money(985_000_050));
  assert.deepEqual(amountOf(' 9850000 ', 'CNY'), money(985_000_000));
  assert.deepEqual(amountOf('12', 'JPY'), { currency: 'JPY', minor: 12 });
  for (const wrong of ['', '-1', '1.234', '1e6', '一百', '0x10', '99999999999999999']) {
    assert.throws(() => amountOf(wrong, 'CNY'), (error) => Boolean(error.zh && error.en), wrong);
  }
  assert.throws(() => amountOf('1.5', 'JPY'));
  assert.ok(priceRemark(money(11), { ceiling: money(10) }));
  assert.ok(priceRemark(money(9), { floor: money(10) }));
  assert.equal(priceRemark(money(10), { ceiling: money(10), floor: money(10) }), null);
});

test('a letter leaves out what is empty, in canonical order', () => {
  const about = { account: 'b', certificate: '00', name: '甲公司', period: 90, lead: '', quality: '合格' };
  assert.equal(
    spellText(letterOf({ ...about, brand: '', deviations: { x: 0 } })),
    '{"account":"b","certificate":"00","name":"甲公司","period_days":90,"project_lead":"","quality":"合格"}',
  );
  const whole = letterOf({ ...about, brand: '牌', deviations: { x: 2, y: 0 }, price: money(5) });
  assert.deepEqual(whole.deviations, { x: 2 });
  assert.deepEqual(whole.price, money(5));
});

const submitted = (revision, submissions, seq) => ({
  kind: 'bid.submitted', seq, at: seq * 10,
  body: { bid: 'bid-1', revision, rules: 'r0', envelopes: submissions.map((submission) => ({ submission })) },
}); // prettier-ignore

test('own facts add up: handed in, confirmed, withdrawn, handed in again', () => {
  const facts = [{ kind: 'bid.entered', seq: 1, at: 10, body: { bid: 'bid-1', key: 'k' } }, submitted(1, ['s1'], 2)];
  let own = ownOf(facts);
  assert.deepEqual([own.bid, own.revision, own.live, own.acknowledged], ['bid-1', 1, true, 'r0']);
  facts.push({ kind: 'bid.confirmed', seq: 3, at: 30, body: { bid: 'bid-1', rules: 'r1' } });
  assert.equal(ownOf(facts).acknowledged, 'r1');
  facts.push({ kind: 'bid.withdrawn', seq: 4, at: 40, body: { bid: 'bid-1' } });
  own = ownOf(facts);
  assert.deepEqual([own.live, own.revision, own.last.kind], [false, 1, 'bid.withdrawn']);
  facts.push(submitted(2, ['s2'], 5));
  own = ownOf(facts);
  assert.deepEqual([own.live, own.revision], [true, 2]);
});

test('addenda after the rules acknowledged wait for a confirmation', () => {
  const versions = ['r0', 'r1', 'r2'].map((rules, number) => ({ rules, number }));
  assert.deepEqual(unconfirmed(versions, 'r0').map(({ number }) => number), [1, 2]);
  assert.deepEqual(unconfirmed(versions, 'r2'), []);
  assert.deepEqual(unconfirmed(versions, null), []);
});

test('a draft is open, begun or sealed place by place; old rules open a place again', () => {
  const places = placesOf(notice);
  const draft = { lots: ['1'], slots: { '1/plan': 's1', '1/letter': 's2' } };
  const jobs = [{ submission: 's1', rules: 'r1', done: {} }, { submission: 's2', rules: 'r1', done: null }];
  const now = (rules) => progressOf(draft, places, jobs, rules, (job) => job.rules);
  assert.deepEqual([now('r1').sealed.length, now('r1').begun.length, now('r1').open.length], [1, 1, 0]);
  assert.equal(now('r2').open.length, 2);
  assert.equal(progressOf({ ...draft, lots: ['1', '2'] }, places, jobs, 'r1', (job) => job.rules).open.length, 2);
  const used = handedIn(ownOf([submitted(1, ['s1'], 2), { kind: 'bid.withdrawn', seq: 3, at: 1, body: {} }]));
  assert.deepEqual([...used], ['s1']);
  assert.deepEqual(progressOf(draft, places, jobs, 'r1', (job) => job.rules, used).open.map(({ name }) => name), ['1/plan']);
});

test('warnings: deadlines, what is not handed in, addenda, the clock; in both languages', () => {
  const hour = 3_600_000;
  const calm = { now: 0, local: 0, closesAt: 48 * hour, standing: false, sealed: false, waiting: 0 };
  assert.deepEqual(warningsOf(calm), []);
  const texts = (change) => warningsOf({ ...calm, ...change }).map(({ zh, en }) => (zh && en ? en : assert.fail()));
  assert.match(texts({ closesAt: 20 * hour })[0], /24 hours left, and no bid/);
  assert.match(texts({ closesAt: hour / 2, standing: true })[0], /an hour left\./);
  assert.match(texts({ closesAt: hour / 10 })[0], /10 minutes/);
  assert.match(texts({ sealed: true })[0], /not yet handed in/);
  assert.match(texts({ waiting: 2 })[0], /2 addenda/);
  assert.match(texts({ local: 5 * 60_000 })[0], /5 minutes off/);
  assert.deepEqual(texts({ now: 49 * hour, local: 49 * hour, sealed: true, waiting: 1 }), []);
});

test('the chain of rules is followed, and a withheld or false addendum is found', () => {
  const noticed = { closes_at: 100, tender: 'T1' };
  const rules = (before, body) => hex(sha256Sync(lp('kaibiao/rules/v1', before, spell(body))));
  const zero = new Uint8Array(32);
  const r0 = rules(zero, noticed);
  const text = { closes_at: 120, number: 1, substantive: true, tender: 'T1', text: '改' };
  const r1 = rules(Uint8Array.from(Buffer.from(r0, 'hex')), text);
  const facts = [{ kind: 'tender.noticed', body: noticed, seq: 1, ts: 1 }, { kind: 'tender.amended', body: { ...text, rules: r1 }, seq: 2, ts: 2 }];
  assert.deepEqual(versionsOf(facts).map((one) => [one.number, one.rules, one.closesAt]), [[0, r0, 100], [1, r1, 120]]);
  const wrong = (change) => () => versionsOf([facts[0], { ...facts[1], body: { ...facts[1].body, ...change } }]);
  for (const change of [{ text: '别的' }, { number: 2 }, { closes_at: 90 }, { rules: r0 }]) assert.throws(wrong(change), JSON.stringify(change));
  assert.throws(() => versionsOf([facts[1]]));
});

test('what the panel asks stands with its answer and changes nothing of the bid', () => {
  const put = { kind: 'inquiry.put', seq: 9, at: 90, body: { bid: 'bid-1', clarification: 'c-1', price: 5, text: '?', until: 100 } };
  const answered = { kind: 'inquiry.answered', seq: 10, at: 95, body: { bid: 'bid-1', clarification: 'c-1', confirms: true, text: '!' } };
  const own = ownOf([submitted(1, ['aa'], 1), put, answered]);
  assert.deepEqual(own.inquiries.map(({ clarification, answer }) => [clarification, answer.text, answer.confirms]), [['c-1', '!', true]]); // prettier-ignore
  assert.equal(own.last.seq, 1);
  assert.equal(own.live, true);
});
