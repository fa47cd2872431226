// Every page that the router has is walked in a browser, and nothing is walked that it does not have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedPages, unwalked } from './chromium/pages.mjs';

test('every page is walked', () => {
  assert.deepEqual([...listedPages().keys()], ['procurement', 'evaluation', 'supervision']);
  assert.deepEqual(unwalked(), []);
});
