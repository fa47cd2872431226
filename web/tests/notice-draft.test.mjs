// Notices from form fields: times in China Standard Time, amounts in fen, parts by the keys assigned.
import assert from 'node:assert/strict';
import test from 'node:test';

import { brandAsked, deviationsAsked } from '../static/js/bid.js';
import { fen, hundredths, instant, items, local, notice, stages } from '../static/js/notice-draft.js';
import { TEMPLATES, laidOver } from '../static/js/notice-templates.js';

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
  assert.deepEqual(items('quality 30\n\n  team 12.5 项目 团队\nlicence\nsafety 安全'), [
    { item: 'quality', points: 3000, title: 'quality' },
    { item: 'team', points: 1250, title: '项目 团队' },
    { item: 'licence', points: null, title: 'licence' },
    { item: 'safety', points: null, title: '安全' },
  ]);
});

test('the parts follow from the keys, the technical envelope before the price', () => {
  const two = stages(new Map([['price', 'aa'], ['technical', 'bb']]), 1024); // prettier-ignore
  assert.deepEqual(two.map(({ stage, key_id: key }) => [stage, key]), [['technical', 'bb'], ['price', 'aa']]); // prettier-ignore
  const one = stages(new Map([['open', 'cc']]), 1024);
  assert.deepEqual(one[0].parts.map(({ role }) => role), ['letter', 'panel']); // prettier-ignore
});

test('the files of the qualification are apart where the buyer reviews, and the panel reviews in works', () => {
  const draft = { lots: [], documents_from: '', documents_until: '', closes_at: '', region: '', title: '', remedy: '' };
  const made = (id) => notice(laidOver(draft, TEMPLATES.find((one) => one.id === id), 0), { tender: 'T1', keys: new Map([['open', 'cc']]), documents: [] });
  assert.deepEqual(made('services').stages[0].parts.map(({ role }) => role), ['letter', 'qualification', 'panel']); // prettier-ignore
  assert.deepEqual(made('small-works').stages[0].parts.map(({ role }) => role), ['letter', 'panel']); // prettier-ignore
  assert.deepEqual(made('small-works').method.must_pass, ['qualification', 'quality', 'safety']);
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

test('every template gives points that sum to a hundred where points are given', () => {
  const base = { title: '一', region: '341125', documents_from: '', documents_until: '', closes_at: '', remedy: '见文件', bidder_lock: false,
    lots: [{ id: '1', title: '一', estimate: '50,000,000', ceiling: '', deposit: '' }] }; // prettier-ignore
  for (const template of TEMPLATES) {
    const { method, lots } = notice(laidOver(base, template, 0), { tender: 'T1', keys: new Map([['open', 'cc']]), documents: [] });
    const points = method.price_points ?? method.price?.points ?? 0;
    const scored = method.items?.reduce((sum, { max }) => sum + max, 0) ?? 0;
    if (points > 0) assert.equal(points + scored, 10_000, template.id);
    else assert.equal(scored, 0, template.id);
    assert.equal(lots[0].deposit.minor, template.regime === 'works' ? 80_000_000 : 100_000_000, template.id);
    assert.equal(lots[0].title, '一');
  }
});

test('a method of government procurement is spelt out', () => {
  const template = TEMPLATES.find(({ id }) => id === 'goods');
  const { method } = notice(laidOver({ lots: [], documents_from: '', documents_until: '', closes_at: '', region: '', title: '', remedy: '' }, template, 0), { tender: 'T1', keys: new Map(), documents: [] });
  assert.equal(method.basis, 'low_price_score');
  assert.deepEqual(method.review.map(({ item }) => item), ['qualification', 'conformity']); // prettier-ignore
  assert.deepEqual(method.review.map(({ by }) => by), ['buyer', 'panel']); // prettier-ignore
  assert.deepEqual(method.deductions.map(({ bp, from }) => [bp, from]), [[1000, 'price']]); // prettier-ignore
  assert.deepEqual(deviationsAsked({ method }).map(({ as }) => as), ['claim']); // prettier-ignore
  assert.equal(brandAsked({ method }), false);
});
