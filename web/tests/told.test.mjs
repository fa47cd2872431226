// News between the making of a page and its script's first look.
import assert from 'node:assert/strict';
import test from 'node:test';

import { digestOf, page } from '../static/js/evaluation/told.js';

const memory = () => {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
};

test('an answer is spelt as the platform spells it', () => {
  // printf '{"a":1,"b":"评"}' | sha256sum
  assert.equal(digestOf({ a: 1, b: '评' }), '591cf1841ef6ab63d112a5bbd4aa91997af25326c92bd822d3a3c48fbeb2ead1');
});

test('what came before the first look is news', () => {
  const before = { votes: 1 };
  const shown = page(digestOf(before), memory());
  assert.equal(shown.isNews(before), false);
  assert.equal(shown.isNews({ votes: 2 }), true);
});

test('a page is loaded again once for one answer, so that it never loads for ever', () => {
  const own = memory();
  const [first, again] = [page(digestOf({ votes: 1 }), own), page(digestOf({ votes: 1 }), own)];
  assert.equal(first.mayReload({ votes: 2 }), true);
  assert.equal(again.mayReload({ votes: 2 }), false);
  assert.equal(again.mayReload({ votes: 3 }), true);
});

test('a page that shows nothing yet takes the first answer for what it shows', () => {
  const shown = page(undefined, memory());
  assert.equal(shown.isNews({ votes: 1 }), false);
  assert.equal(shown.isNews({ votes: 2 }), true);
});
