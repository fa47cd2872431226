// Steps of an arithmetic correction: they chain from the opened price in the order of the law, or a field is named.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RULES, correctionOf, readAmount } from '../static/js/evaluation/price-steps.js';

const rows = (filled) => RULES.map((rule) => ({ rule, place: '', after: '', ...filled[rule] }));

test('amounts are read exactly, or not at all', () => {
  assert.equal(readAmount('912,345.6', 2), 91_234_560);
  assert.equal(readAmount('9\uff0c000', 2), 900_000);
  assert.equal(readAmount('90', 0), 90);
  for (const wrong of ['', '1.234', '-1', '1e3', '一', '1.', '99999999999999']) assert.equal(readAmount(wrong, 2), null, wrong);
  assert.equal(readAmount('1.5', 0), null);
});

test('steps chain from the opened price; a rule may leave it', () => {
  const filled = rows({ summary_over_rest: { place: '第2页' }, unit_sum_over_total: { place: '第3页', after: '89.00' } });
  assert.deepEqual(correctionOf(9_000, filled, 2), {
    price: 8_900,
    steps: [
      { after: 9_000, before: 9_000, place: '第2页', rule: 'summary_over_rest' },
      { after: 8_900, before: 9_000, place: '第3页', rule: 'unit_sum_over_total' },
    ],
  });
});

test('the field that is wrong is named, in both languages', () => {
  const faultOf = (filled) => {
    const { fault, zh, en } = correctionOf(9_000, rows(filled), 2);
    assert.ok(zh && en);
    return `${fault.rule} ${fault.part}`;
  };
  assert.equal(faultOf({}), 'summary_over_rest place');
  assert.equal(faultOf({ words_over_figures: { after: '80' } }), 'words_over_figures place');
  assert.equal(faultOf({ words_over_figures: { place: 'p. 1', after: 'eighty' } }), 'words_over_figures after');
  assert.equal(faultOf({ words_over_figures: { place: 'p. 1', after: '80' }, unit_sum_over_total: { place: 'p. 2', after: '90' } }), 'unit_sum_over_total after');
});
