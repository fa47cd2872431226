// The opening hall: the same facts give the same hall in whatever pieces they come, and a broken line is taken up again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentStage, envelopesOf, hallOf, shareState, stepsOf } from '../static/js/hall/hall.js';
import { follow } from '../static/js/live.js';

const T = 1_800_000_000_000;
const KINDS = [
  ['tender.registered', { buyer: 'buyer', regime: 'works', tender: 'T-1', title: 'Road' }],
  ['key.assigned', { ceremony: 'c-1', key_id: 'k', slot: 0, stage: 'open', tender: 'T-1' }],
  ['tender.noticed', { closes_at: T, opening: { bidder_lock: true }, stages: [{ parts: [{ part: 'letter' }], stage: 'open' }], title: 'Road' }],
  ['key.proved', { date: '2026-07-23', index: 1, key_id: 'k' }],
  ['bid.entered', { account: 'b-01', bid: 'bid-1' }],
  ['bid.submitted', { bid: 'bid-1', envelopes: [{ lot: '1', part: 'letter', submission: 's1' }] }],
  ['bid.submitted', { bid: 'bid-2', envelopes: [{ lot: '1', part: 'letter', submission: 's2' }] }],
  ['tender.closed', { closes_at: T, tender: 'T-1' }],
  ['list.frozen', { envelopes: [{ bid: 'bid-1', submission: 's1' }, { bid: 'bid-2', submission: 's2' }], list: 'l1', stage: 'open', until: T + 10 }],
  ['bid.unlocked', { bid: 'bid-1', keys: [{ submission: 's1' }], stage: 'open' }],
  ['tender.suspended', { order: 'o-1' }],
  ['tender.resumed', { order: 'o-1' }],
  ['list.settled', { excluded: [{ cause: 'bidder_no_unlock', evidence: 'e', submission: 's2' }], list: 'l2', stage: 'open', submissions: ['s1'], until: T + 20 }],
  ['share.given', { index: 1, list: 'l2', stage: 'open' }],
  ['share.given', { index: 2, list: 'l2', stage: 'open' }],
  ['share.faulted', { index: 2, reason: 'r', seq: 14, stage: 'open', submission: 's1' }],
  ['share.given', { index: 3, list: 'l2', stage: 'open' }],
  ['opening.recorded', {
    bids: [
      { account: 'b-01', bid: 'bid-1', parts: [{ letter: { name: 'Firm', price: { currency: 'CNY', minor: 5 } }, lot: '1', part: 'letter', submission: 's1' }] },
      { account: 'b-02', bid: 'bid-2', parts: [{ lot: '1', part: 'letter', submission: 's2', unopened: { cause: 'bidder_no_unlock', evidence: 'e', submission: 's2' } }] },
    ],
    quorum: [1, 3], stage: 'open', until: T + 30,
  }],
  ['opening.objected', { bid: 'bid-1', objection: 'x', stage: 'open', text: 'why' }],
  ['opening.replied', { objection: 'x', text: 'so' }],
  ['opening.confirmed', { bid: 'bid-1', record: 17, stage: 'open' }],
  ['opening.closed', { stage: 'open' }],
]; // prettier-ignore
const FACTS = KINDS.map(([kind, body], seq) => ({ at: T + seq, body, kind, seq }));
const upTo = (kind) => FACTS.slice(0, FACTS.findLastIndex((fact) => fact.kind === kind) + 1);
const stageOf = (hall) => hall.stages[0];

/** A small generator, so that a failure can be had again. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test('the same facts give the same hall in any order, any pieces, once or twice', () => {
  for (let size = 0; size <= FACTS.length; size += 1) {
    const facts = FACTS.slice(0, size);
    const whole = hallOf(facts);
    for (let seed = 1; seed <= 20; seed += 1) {
      const below = chance(seed * 1000 + size);
      const mixed = [...facts];
      for (let n = mixed.length - 1; n > 0; n -= 1) {
        const other = below(n + 1);
        [mixed[n], mixed[other]] = [mixed[other], mixed[n]];
      }
      for (let n = below(4); n > 0 && size > 0; n -= 1) mixed.splice(below(mixed.length), 0, mixed[below(mixed.length)]);
      assert.deepEqual(hallOf(mixed), whole);
    }
  }
});

test('an envelope goes from locked to opened, or off the list with its cause', () => {
  const states = (facts) => envelopesOf(hallOf(facts), stageOf(hallOf(facts)), 2).map(({ state }) => state);
  assert.deepEqual(states(upTo('tender.closed')), []);
  assert.deepEqual(states(upTo('list.frozen')), ['locked', 'locked']);
  assert.deepEqual(states(upTo('bid.unlocked')), ['unlocked', 'locked']);
  assert.deepEqual(states(upTo('list.settled')), ['shares', 'out']);
  // Two batches came, one of them is at fault: one counts.
  assert.deepEqual(states(upTo('share.faulted')), ['shares', 'out']);
  assert.deepEqual(states(upTo('share.given')), ['opening', 'out']);
  assert.deepEqual(states(FACTS), ['opened', 'shut']);
  const [, shut] = envelopesOf(hallOf(FACTS), stageOf(hallOf(FACTS)), 2);
  assert.equal(shut.cause, 'bidder_no_unlock');
  const failed = [...upTo('list.settled'), { at: T, body: { cause: 'custodians_below_k', shares: 1, stage: 'open' }, kind: 'opening.failed', seq: 50 }];
  assert.deepEqual(states(failed), ['shut', 'out']);
  assert.equal(shareState(stageOf(hallOf(failed)), 3), 'absent');
});

test('shares are counted, named and attributed', () => {
  const before = stageOf(hallOf(upTo('share.faulted')));
  assert.deepEqual([1, 2, 3].map((index) => shareState(before, index)), ['given', 'faulted', 'awaited']);
  const after = stageOf(hallOf(FACTS));
  assert.deepEqual([1, 2, 3, 4].map((index) => shareState(after, index)), ['given', 'faulted', 'given', 'unneeded']);
  // Who was at fault may give a batch that holds.
  const again = { at: T, body: { index: 2, list: 'l2', stage: 'open' }, kind: 'share.given', seq: 30 };
  assert.equal(shareState(stageOf(hallOf([...FACTS, again])), 2), 'given');
});

test('the steps follow one another; the window is that of the step that is on', () => {
  const on = (facts) => {
    const hall = hallOf(facts);
    const { name, until } = stepsOf(hall, stageOf(hall), 2).find(({ state }) => state === 'now') ?? {};
    return [name, until];
  };
  assert.deepEqual(on(upTo('tender.noticed')), ['closed', T]);
  assert.deepEqual(on(upTo('list.frozen')), ['unlock', T + 10]);
  assert.deepEqual(on(upTo('list.settled')), ['shares', T + 20]);
  assert.deepEqual(on(upTo('share.given')), ['record', null]);
  assert.deepEqual(on(upTo('opening.recorded')), ['objections', T + 30]);
  assert.deepEqual(on(FACTS), [undefined, undefined]);
  assert.equal(hallOf(upTo('tender.suspended')).suspended, true);
  assert.equal(hallOf(FACTS).suspended, false);
  assert.equal(currentStage(hallOf(upTo('tender.closed'))), null);
  assert.equal(currentStage(hallOf(FACTS)).stage, 'open');
});

test('names are those of the letters, and an answer stands with its objection', () => {
  const hall = hallOf(FACTS);
  assert.deepEqual(hall.bids.get('bid-1'), { account: 'b-01', name: 'Firm' });
  assert.deepEqual(hallOf(upTo('list.frozen')).bids.get('bid-2'), { account: null, name: null });
  const [objection] = stageOf(hall).objections;
  assert.equal(objection.reply.text, 'so');
  assert.ok(stageOf(hall).confirmed.has('bid-1'));
});

/** Lines that a test speaks on, and a timer that it moves. */
function staged() {
  const lines = [];
  const timers = new Map();
  let next = 1;
  const source = (url) => {
    const line = new EventTarget();
    Object.assign(line, { url, readyState: 1, close: () => (line.readyState = 2) });
    lines.push(line);
    return line;
  };
  const timer = {
    set: (work, ms) => {
      timers.set(next, { work, ms });
      return next++;
    },
    clear: (name) => timers.delete(name),
  };
  const ring = () => {
    const [name, { work }] = [...timers].at(-1);
    timers.delete(name);
    work();
  };
  const say = (line, name, data) => line.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data) }));
  return { lines, timers, source, timer, ring, say };
}

test('a silent or broken line is taken up after the last fact, and nothing is told twice', () => {
  const { lines, timers, source, timer, ring, say } = staged();
  const seen = [];
  const states = [];
  let time = 0;
  const stop = follow(
    '/events',
    { onFact: ({ record }) => seen.push(record.seq), onTime: (now) => (time = now), onLine: (state) => states.push(state) },
    { source, timer },
  );
  say(lines[0], 'open', null);
  say(lines[0], 'time', { now: 7 });
  say(lines[0], 'fact', { record: { seq: 3 } });
  say(lines[0], 'fact', { record: { seq: 5 } });
  assert.equal(time, 7);
  assert.deepEqual([...timers.values()].map(({ ms }) => ms), [25_000]);
  ring(); // Silence.
  assert.deepEqual(states, ['live', 'lost']);
  ring(); // The pause is over.
  assert.equal(lines[1].url, '/events?after=5');
  say(lines[0], 'fact', { record: { seq: 6 } }); // The old line speaks no more.
  say(lines[1], 'open', null);
  say(lines[1], 'fact', { record: { seq: 5 } });
  say(lines[1], 'fact', { record: { seq: 6 } });
  assert.deepEqual(seen, [3, 5, 6]);
  // The browser comes back by itself from a short break, and is let be.
  lines[1].readyState = 0;
  lines[1].dispatchEvent(new Event('error'));
  assert.equal(lines.length, 2);
  lines[1].readyState = 2;
  lines[1].dispatchEvent(new Event('error'));
  ring();
  assert.equal(lines[2].url, '/events?after=6');
  stop();
  assert.equal(timers.size, 0);
  assert.equal(lines[2].readyState, 2);
});
