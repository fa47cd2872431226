// Calendars: every version that is known, day by day, as the golden file has it (record-format 8.7).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KNOWN, named } from '../static/js/days.js';

const DAY = 86_400_000;
const GOLDEN = JSON.parse(readFileSync(new URL('../../tests/golden/calendars.json', import.meta.url), 'utf8'));

test('every version has its days', () => {
  assert.deepEqual(GOLDEN.map(({ version }) => version), KNOWN.map(({ version }) => version));
  const [first, after] = [2025, 2029].map((year) => Date.UTC(year, 0, 1) / DAY);
  const days = Array.from({ length: after - first }, (_, n) => first + n);
  const spelt = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  for (const { version, off, worked } of GOLDEN) {
    const calendar = named(version);
    assert.deepEqual(days.filter((day) => (day + 3) % 7 < 5 && !calendar.isWorked(day)).map(spelt), off);
    assert.deepEqual(days.filter((day) => (day + 3) % 7 >= 5 && calendar.isWorked(day)).map(spelt), worked);
  }
});

test('an unknown version is none', () => {
  assert.equal(named('cn-workdays/1999/1'), undefined);
});
