// Templates of notices: each keeps to its trade method, and to the law of notices, which reads the same golden file.
// KAIBIAO_GOLDEN=write writes it anew.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';

import { TABLE, procedureFaults } from '../static/js/checks/procedures.js';
import { CHINA } from '../static/js/days.js';
import { instant, notice } from '../static/js/notice-draft.js';
import { TEMPLATES, laidOver } from '../static/js/notice-templates.js';
import { METHODS, WAYS, hasFinal, leastDays, procedure, stated } from '../static/js/notice-ways.js';
import { problem } from '../static/js/schema.js';

/** Monday 2026-03-02, 09:00 in China. */
const AT = 1_772_413_200_000;
const GOLDEN = new URL('../../tests/golden/notice-templates.json', import.meta.url);
const BLANK = {
  title: '项目', region: '341125', documents_from: '', documents_until: '2026-03-30T09:30', closes_at: '2026-03-30T09:30', remedy: '见文件',
  bidder_lock: false, supplier: 'SUPPLIER', lots: [{ id: '1', title: '一', estimate: '900,000.00', ceiling: '1,200,000', deposit: '' }],
}; // prettier-ignore

const KEY = '07'.repeat(32);
const keys = (way) => new Map([['open', KEY], ...(hasFinal(way) ? [['final', KEY]] : [])]);
const made = (template, at = AT) => {
  const draft = laidOver(BLANK, template, at);
  return notice(draft, { tender: 'T1', keys: keys(draft.way), documents: [] });
};

test('every template keeps to its trade method, on every day of a year', () => {
  for (const template of TEMPLATES) {
    for (let day = 0; day < 365; day += 1) {
      const at = 1_767_198_600_000 + day * 86_400_000;
      if (template.id === 'plain') continue;
      assert.deepEqual(procedureFaults(made(template, at), template.regime, at), [], `${template.id} on day ${day}`);
    }
  }
});

test('every trade method has a template, and every method of evaluation is one of its law', () => {
  const named = new Set(TEMPLATES.map(({ fields }) => fields.way));
  for (const { way } of WAYS) assert.ok(named.has(way), way);
  assert.deepEqual(WAYS.map(({ way }) => way), Object.keys(TABLE)); // prettier-ignore
  for (const { fields, id, regime } of TEMPLATES) assert.ok(METHODS[regime].includes(fields.method), id);
});

test('a template for talks has a ceiling within the budget, a stage for final quotes and the panel of its row', () => {
  const consultation = made(TEMPLATES.find(({ id }) => id === 'consultation'));
  assert.equal(consultation.lots[0].ceiling.minor, consultation.lots[0].estimate.minor);
  assert.deepEqual(consultation.stages.map(({ invited, stage }) => [stage, invited]), [['open', undefined], ['final', true]]); // prettier-ignore
  assert.deepEqual([consultation.method.panel, consultation.min_bidders, consultation.method.basis], [3, 3, 'consultation']); // prettier-ignore
  const inquiry = made(TEMPLATES.find(({ id }) => id === 'inquiry'));
  assert.deepEqual(inquiry.stages.map(({ stage }) => stage), ['open']); // prettier-ignore
  const tender = made(TEMPLATES.find(({ id }) => id === 'goods'));
  assert.equal(tender.lots[0].ceiling.minor, 120_000_000, 'as it was typed');
});

test('the least days are those of the row, in its unit', () => {
  assert.equal(leastDays('consultation', 'documents')[0], '(≥ 5 个工作日)');
  assert.equal(leastDays('consultation', 'tendering')[1], '(≥ 10 days)');
  assert.deepEqual(leastDays('single_source', 'tendering'), ['', '']);
  assert.equal(leastDays('', 'tendering'), null);
});

test('a procedure states what its trade method asks for and nothing else', () => {
  const all = { approval: ' a ', ground: 'g', supplier: 's', shown_from: '2026-03-02T09:00', shown_until: '2026-03-10T09:00', publicity_days: '1' };
  assert.deepEqual(procedure({ ...all, way: 'inquiry' }, instant), { approval: 'a', way: 'inquiry' });
  assert.deepEqual(Object.keys(procedure({ ...all, way: 'single_source' }, instant)).sort(), ['approval', 'ground', 'shown', 'supplier', 'way']); // prettier-ignore
  assert.deepEqual(procedure({ ...all, ground: ' ', way: 'consultation' }, instant), { approval: 'a', way: 'consultation' });
  assert.equal(procedure({ ...all, way: '' }, instant), undefined);
  const { flow } = procedure({ publicity_days: '0', flow_rule: 'r', way: 'comparison' }, instant);
  assert.ok(!flow.steps.includes('publicity'));
  assert.deepEqual(stated('tendering'), []);
});

test('without an instant nothing is counted, and nothing hangs', () => {
  for (const template of TEMPLATES) assert.throws(() => laidOver(BLANK, template), TypeError, template.id);
  assert.throws(() => laidOver(BLANK, TEMPLATES[0], Number.NaN), TypeError);
  for (const unit of ['d', 'w']) assert.throws(() => CHINA.reached(Number.NaN, [5, unit]), RangeError);
});

test('the notices are those that the law of notices is asked about', () => {
  const told = TEMPLATES.map((template) => ({ at: AT, id: template.id, notice: made(template), regime: template.regime }));
  for (const { id, notice: body } of told) {
    assert.equal(problem('[Stage]', body.stages, 'stages'), null, id);
    if (body.procedure) assert.equal(problem('Procedure', body.procedure, 'procedure'), null, id);
    assert.equal(problem('Method', body.method, 'method'), null, id);
  }
  const text = `${JSON.stringify(told, null, 2)}\n`;
  if (process.env.KAIBIAO_GOLDEN === 'write') writeFileSync(GOLDEN, text);
  assert.equal(readFileSync(GOLDEN, 'utf8'), text);
});
