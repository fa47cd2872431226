// Check 41 over the facts of tests/golden/cards.json: as they are, and each change caught.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { check41 } from '../static/js/checks/cards.js';
import { Check } from '../static/js/checks/report.js';

const GOLDEN = JSON.parse(await readFile(new URL('../../tests/golden/cards.json', import.meta.url), 'utf8'));

async function examined(change = () => {}) {
  const { facts, places, tender, times } = structuredClone(GOLDEN);
  const bySeq = new Map(facts.map((fact) => [fact.seq, { confidential: false, ...fact }]));
  change(bySeq, places);
  const all = [...bySeq.values()].sort((left, right) => left.seq - right.seq);
  const rec = {
    tender,
    size: times.length,
    entries: times.map((ts) => ({ ts })),
    facts: bySeq,
    of: (...kinds) => all.filter((fact) => kinds.includes(fact.kind)),
  };
  const check = new Check('41');
  await check.run((running) => check41(running, rec));
  return { outcome: check.outcome, said: check.evidence.map(({ en }) => en).join('; ') };
}

const put = (place, member, value) => (facts, places) => {
  const { body } = facts.get(places[place]);
  body[member] = typeof value === 'function' ? value(body[member]) : value;
};
const gone = (place) => (facts, places) => facts.delete(places[place]);

test('honest cards pass', async () => {
  const { outcome, said } = await examined();
  assert.equal(outcome, 'pass', said);
  assert.match(said, /2 cards of clock rules recomputed/);
});

test('changes are caught', async () => {
  const twice = (facts, places) => {
    const again = structuredClone(facts.get(places.red));
    again.seq += 1;
    facts.set(again.seq, again);
  };
  for (const [change, says] of [
    [put('adopted', 'file', { rules: [] }), /not the digest/],
    [put('adopted', 'changed', ['A03', 'A04']), /does not name the rules/],
    [put('red', 'due', (due) => due - 86_400_000), /not the one that follows/],
    [put('yellow', 'ahead', 'today'), /not the one that follows/],
    [put('red', 'told', ['supervisors']), /not the one that follows/],
    [put('red', 'since', (seq) => seq - 1), /no fact supports/],
    [put('red', 'version', '07'.repeat(32)), /another version/],
    [put('red', 'at', (at) => at - 86_400_000), /not computed when/],
    [put('red', 'follows', (seq) => seq - 1), /does not follow the yellow/],
    [put('warned', 'ahead', 'h48'), /not in its turn/],
    [put('warned', 'due', (due) => due + 1), /not the one that follows/],
    [put('ended', 'how', 'lapsed'), /did not end like this/],
    [gone('red'), /the red card of A03 is missing/],
    [gone('warned'), /the warning "today" of A03 is missing/],
    [gone('ended'), /was not ended/],
    [twice, /issued twice/],
  ]) {
    const { outcome, said } = await examined(change);
    assert.equal(outcome, 'fail', String(says));
    assert.match(said, says);
  }
});
