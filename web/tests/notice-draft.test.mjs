// Notices from form fields: times in China Standard Time, amounts in fen, parts by the keys assigned.
import assert from 'node:assert/strict';
import test from 'node:test';

import { fen, hundredths, instant, items, local, notice, stages } from '../static/js/notice-draft.js';

test('times are those of China Standard Time, and come back', () => {
  assert.equal(instant('1970-01-01T08:00'), 0);
  assert.equal(instant('2026-11-22T09:30'), Date.UTC(2026, 10, 22, 1, 30));
  assert.equal(local(instant('2026-11-22T09:30')), '2026-11-22T09:30');
  assert.equal(instant(''), null);
});

test('amounts are whole fen or no amounts at all', () => {
  assert.equal(fen('1,234,567.8'), 123456780);
  assert.equal(fen('0.05'), 5);
  assert.equal(fen(''), null);
  for (const wrong of ['1.234', '-1', '1e3', 'abc', '.5']) assert.ok(Number.isNaN(fen(wrong)), wrong);
  assert.equal(hundredths('0.5'), 50);
});

test('items are read line by line', () => {
  assert.deepEqual(items('quality 30\n\n  team 12.5 \nlicence'), [
    { item: 'quality', points: 3000 },
    { item: 'team', points: 1250 },
    { item: 'licence', points: null },
  ]);
});

test('the parts follow from the keys, the technical envelope before the price', () => {
  const two = stages(new Map([['price', 'aa'], ['technical', 'bb']]), 1024); // prettier-ignore
  assert.deepEqual(two.map(({ stage, key_id: key }) => [stage, key]), [['technical', 'bb'], ['price', 'aa']]); // prettier-ignore
  const one = stages(new Map([['open', 'cc']]), 1024);
  assert.deepEqual(one[0].parts.map(({ role }) => role), ['letter', 'panel']); // prettier-ignore
});

test('a whole notice has every member of the fact', () => {
  const draft = {
    title: ' 工程 ', region: '341125', trade: 'A01', documents_from: '2026-11-23T09:00', documents_until: '2026-11-29T09:00',
    closes_at: '2026-12-20T09:30', min_bidders: '3', publicity_days: '3', validity_days: '90', max_mib: '2', panel: '5',
    items: 'qualification', method: 'lowest_evaluated', bidder_lock: true, unlock_min: '30', share_min: '120',
    objection_min: '60', remedy: '见文件', lots: [{ id: '1', title: '一', estimate: '100', ceiling: '', deposit: '2' }],
  }; // prettier-ignore
  const body = notice(draft, { tender: 'T1', keys: new Map([['open', 'cc']]), documents: [] });
  assert.deepEqual(Object.keys(body).sort(), [
    'closes_at', 'documents', 'documents_from', 'documents_until', 'lots', 'method', 'min_bidders', 'opening', 'publicity_days',
    'region', 'stages', 'tender', 'title', 'trade', 'validity_days',
  ]); // prettier-ignore
  assert.deepEqual(body.lots, [
    { lot: '1', title: '一', estimate: { currency: 'CNY', minor: 10000 }, deposit: { currency: 'CNY', minor: 200 } },
  ]);
  assert.equal(body.opening.share_ms, 7_200_000);
  assert.equal(body.title, '工程');
});
