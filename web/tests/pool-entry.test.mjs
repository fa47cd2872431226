// Entries of a pool of experts from fields, CSV and JSON: what is whole comes out, what is not is told by its field.
import assert from 'node:assert/strict';
import test from 'node:test';

import { cells, dayEnd, dayOf, dayStart, entriesOf, entryOf } from '../static/js/pool-entry.js';

const NOW = Date.UTC(2026, 10, 22);
const TYPED = {
  account: 'expert-1', employer: '某某设计院', specialities: 'A01, A0803、B02', regions: '32 3411', senior: true, since: '2010-07-01',
  credentials: '高级工程师\n一级建造师 | 2028-06-30', past: '甲建设有限公司 | 2024-12-31', kin: '张三\n乙公司',
}; // prettier-ignore

test('days are days of China and come back', () => {
  assert.equal(dayStart('1970-01-01'), -8 * 3_600_000);
  assert.equal(dayEnd('1970-01-01'), 16 * 3_600_000 - 1);
  assert.equal(dayStart('2026/2/3'), dayStart('2026-02-03'));
  for (const at of [dayStart('2026-11-22'), dayEnd('2026-11-22')]) assert.equal(dayOf(at), '2026-11-22');
  for (const wrong of ['2026-02-30', '2026-13-01', '26-1-1', 'x', '']) assert.equal(dayStart(wrong), null, wrong);
});

test('fields give the body of the act', () => {
  assert.deepEqual(entryOf(TYPED, 'county', NOW), {
    body: {
      account: 'expert-1',
      credentials: [{ title: '高级工程师' }, { title: '一级建造师', until: dayEnd('2028-06-30') }],
      employer: '某某设计院',
      kin: ['张三', '乙公司'],
      past: [{ employer: '甲建设有限公司', until: dayEnd('2024-12-31') }],
      pool: 'county',
      regions: ['32', '3411'],
      senior: true,
      since: dayStart('2010-07-01'),
      specialities: ['A01', 'A0803', 'B02'],
    },
    faults: [],
  });
});

test('every fault is told, each by its field', () => {
  const wrong = { ...TYPED, account: 'no name', employer: '', specialities: ' ', since: '2027-01-01', credentials: 'x | soon', past: '甲公司', regions: 'a'.repeat(201) };
  const { body, faults } = entryOf(wrong, 'county', NOW);
  assert.equal(body, null);
  assert.deepEqual(faults.map(({ field }) => field), ['account', 'employer', 'specialities', 'regions', 'since', 'credentials', 'past']);
  for (const { zh, en } of faults) assert.ok(zh && en);
  const many = Array.from({ length: 65 }, (_, n) => `name ${n}`).join('\n');
  assert.deepEqual(entryOf({ ...TYPED, kin: many }, 'county', NOW).faults.map(({ field }) => field), ['kin']);
});

test('a CSV file is read with quotes, either mark and Chinese names', () => {
  assert.deepEqual(cells('a,b\r\n"x, ""y""\nz",2\n\n'), [['a', 'b'], ['x, "y"\nz', '2']]);
  assert.throws(() => cells('a\n"b'), /quotation/);
  const text = '\uFEFF账户,单位,专业,从业起始,高级职称,证书,备注\nexpert-1,"设计院, 一所",A01;A02,2010-07-01,是,"高级工程师;一级建造师|2028-06-30",x\nexpert-2,院,A01,2011-01-01,,,\n';
  const [first, second] = entriesOf(text, 'county', NOW);
  assert.equal(first.body.employer, '设计院, 一所');
  assert.deepEqual(first.body.specialities, ['A01', 'A02']);
  assert.deepEqual(first.body.credentials, [{ title: '高级工程师' }, { title: '一级建造师', until: dayEnd('2028-06-30') }]);
  assert.deepEqual([first.body.senior, second.body.senior], [true, false]);
  assert.throws(() => entriesOf('account;employer\nx;y', 'county', NOW), /specialities, since/);
});

test('a JSON file is what the command takes', () => {
  const { body } = entryOf(TYPED, 'county', NOW);
  const [one] = entriesOf(JSON.stringify(body), 'county', NOW);
  assert.deepEqual(one.body, body);
  const { pool, ...rest } = body;
  assert.equal(pool, 'county');
  assert.deepEqual(entriesOf(JSON.stringify([rest]), 'county', NOW)[0].body, body);
  const faults = (change) => entriesOf(JSON.stringify([{ ...body, ...change }]), 'county', NOW)[0].faults.map(({ field }) => field);
  assert.deepEqual(faults({ pool: 'other' }), ['pool']);
  assert.deepEqual(faults({ extra: 1 }), ['extra']);
  assert.deepEqual(faults({ since: '2010' }), ['since']);
  assert.deepEqual(faults({ specialities: [] }), ['specialities']);
  assert.deepEqual(faults({ past: [{ employer: 'x' }] }), ['past']);
  assert.deepEqual(faults({ kin: ['x'.repeat(201)] }), ['account']);
  assert.throws(() => entriesOf('[', 'county', NOW), /JSON/);
  assert.throws(() => entriesOf('[]', 'county', NOW), /nobody/);
});

test('who stands twice in a file is told', () => {
  const text = 'account,employer,specialities,since\ne1,x,A,2010-01-01\ne1,y,A,2010-01-01\n';
  assert.deepEqual(entriesOf(text, 'p', NOW).map(({ body, faults }) => [body === null, faults.length]), [[false, 0], [true, 1]]);
});
