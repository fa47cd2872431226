// Trade methods: the cases of the golden file have the faults that they name (docs/record-format.md, section 12).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { procedureFaults } from '../static/js/checks/procedures.js';
import { problem } from '../static/js/schema.js';

const CASES = JSON.parse(readFileSync(new URL('../../tests/golden/procedures.json', import.meta.url), 'utf8'));

test('every case has its faults', () => {
  assert.ok(CASES.length > 50);
  for (const { case: name, notice, regime, at, faults } of CASES) {
    assert.deepEqual(procedureFaults(notice, regime, at), faults, name);
  }
});

test('the notices have the form of the record', () => {
  for (const { case: name, notice } of CASES) {
    assert.equal(problem('[Stage]', notice.stages, 'stages'), null, name);
    if (notice.procedure !== undefined) assert.equal(problem('Procedure', notice.procedure, 'procedure'), null, name);
  }
});
