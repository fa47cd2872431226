// What the platform computes for methods of every shape (tests/golden/methods.json), recomputed.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { results } from '../static/js/checks/arithmetic.js';
import { ceil, clip, floor, over, rounded } from '../static/js/checks/fraction.js';
import { spellText } from '../static/js/canonical.js';
import { problem } from '../static/js/schema.js';

const cases = JSON.parse(await readFile(new URL('../../tests/golden/methods.json', import.meta.url), 'utf8'));

test('every declared method gives what the platform computed', () => {
  assert.ok(cases.length >= 60);
  for (const [number, { method, bids, sheets, codes, lots, ...given }] of cases.entries()) {
    assert.equal(problem('Method', method, 'method'), null);
    const computed = results(method, bids, Object.values(sheets), codes, given);
    assert.equal(spellText(computed), spellText(lots), `case ${number}`);
  }
});

test('rounding is to the nearest, halves up, and below zero too', () => {
  assert.deepEqual([over(5, 2), over(-5, 2), over(7, 3), over(-7, 3)].map(rounded), [3n, -2n, 2n, -2n]);
  assert.deepEqual([floor(over(-1, 2)), ceil(over(-1, 2)), ceil(over(1, 2)), floor(over(3, -2))], [-1n, 0n, 1n, -2n]);
  assert.deepEqual([clip(-1n), clip(2n ** 60n), clip(7n)], [0, Number.MAX_SAFE_INTEGER, 7]);
});
