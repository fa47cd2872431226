// Numbers of payers: the same as the command line's for the same names and accounts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labels, numbered } from '../static/js/payers.js';

const payer = (name, account = '') => ({ account, name });

test('one payer has one number however it is typed', () => {
  const payers = [
    payer('甲建设(集团)有限公司', '6222 0210'),
    payer('乙公司', '1'),
    payer('甲建设（集团） 有限公司 '),
    payer('ＡＢＣ Ltd'),
    payer('abc ltd', '９'),
    payer('王某', '62220210'),
  ];
  assert.deepEqual(labels(payers), [1, 2, 1, 3, 3, 1]);
  assert.deepEqual(labels([]), []);
  // The third row shows that the first two are one payer.
  assert.deepEqual(labels([payer('甲', '1'), payer('乙', '2'), payer('甲', '2'), payer('丙', '3')]), [1, 1, 1, 2]);
  // A name is not compared with a number.
  assert.deepEqual(labels([payer('7'), payer('8', '7')]), [1, 2]);
});

test('numbers follow the list, and nothing of an account is in it', () => {
  const row = (bid, name) => ({ bid, lot: 'L1', payer: name ? { account: '62220210', name, own: true } : null });
  const rows = numbered([row('b3', '丙'), row('b1', '丙'), row('b4', null)]);
  assert.deepEqual(rows, [
    { bid: 'b1', from: { own: true, payer: 1 }, lot: 'L1' },
    { bid: 'b3', from: { own: true, payer: 1 }, lot: 'L1' },
    { bid: 'b4', lot: 'L1' },
  ]);
});
