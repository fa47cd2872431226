// A review of the qualification: how many pass in each lot, and which lots are not evaluated.
import assert from 'node:assert/strict';
import test from 'node:test';

import { passing, short } from '../static/js/qualification.js';

const vote = (lot, bid, item, passes) => ({ bid, item, lot, passes, reason: passes ? '' : '无营业执照' });

test('one failed item is enough, and lots are counted apart', () => {
  const votes = [
    vote('L1', 'A', 'licence', true), vote('L1', 'A', 'tax', false), vote('L1', 'B', 'licence', true), vote('L1', 'B', 'tax', true),
    vote('L2', 'A', 'licence', true), vote('L2', 'A', 'tax', true),
  ]; // prettier-ignore
  assert.deepEqual([...passing(votes)], [['L1', 1], ['L2', 1]]); // prettier-ignore
  assert.deepEqual(short([...votes, vote('L1', 'C', 'licence', true)], 2), ['L2']);
  assert.deepEqual(short(votes.filter(({ passes }) => !passes), 1), ['L1']);
});
