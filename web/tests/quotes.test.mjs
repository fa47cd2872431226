// The invitation to final quotes as the buyer's page makes it: bidders' machines follow it, and nobody is passed over.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, lp } from '../static/js/bytes.js';
import { spell } from '../static/js/canonical.js';
import { sha256Sync } from '../static/js/hash-sync.js';
import { UNCHANGED, invitation } from '../static/js/quotes.js';
import { versionsOf } from '../static/js/terms.js';

const noticed = { closes_at: 100, tender: 'T1' };
const rules = hex(sha256Sync(lp('kaibiao/rules/v1', new Uint8Array(32), spell(noticed))));
const talks = [
  { bid: 'bid-b', lot: '1', reason: null },
  { bid: 'bid-a', lot: '2', reason: '不满足3.2条' },
  { bid: 'bid-a', lot: '1', reason: null },
  { bid: 'bid-C', lot: '1', reason: 'quit' },
];
const told = { tender: 'T1', stage: 'final', rules, closesAt: 200, changes: '交货期改为20日', talks };

test('an invitation names everybody of the talks once, in the order of bytes', () => {
  const body = invitation(told);
  assert.deepEqual(body.invited, [{ bid: 'bid-a', lot: '1' }, { bid: 'bid-b', lot: '1' }]); // prettier-ignore
  assert.deepEqual(body.left_out, [
    { bid: 'bid-C', lot: '1', reason: 'quit' },
    { bid: 'bid-a', lot: '2', reason: '不满足3.2条' },
  ]);
  assert.equal(body.changes, '交货期改为20日');
  assert.equal(invitation({ ...told, changes: ' \n' }).changes, UNCHANGED);
});

test('the chain of rules that bidders follow goes through the invitation', () => {
  const body = invitation(told);
  const facts = (change) => [
    { kind: 'tender.noticed', body: noticed, seq: 1, ts: 1 },
    { kind: 'quotes.invited', body: { ...body, ...change }, seq: 9, ts: 150 },
  ];
  assert.deepEqual(versionsOf(facts({})).map((one) => [one.rules, one.closesAt]), [[rules, 100], [body.rules, 200]]); // prettier-ignore
  for (const change of [{ changes: '别的' }, { left_out: [] }, { stage: 'price' }]) {
    assert.throws(() => versionsOf(facts(change)), JSON.stringify(change));
  }
});
