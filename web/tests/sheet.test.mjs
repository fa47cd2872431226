// Score sheets as the evaluation's page reads, checks, commits to and keeps them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cabinet } from '../static/js/evaluation/cabinet.js';
import { kindOf, textOf } from '../static/js/evaluation/file-kind.js';
import { votesOf } from '../static/js/evaluation/review.js';
import { commitment, keep, keptText, readKept, readPoints, sayPoints, sheetFault, sheetOf, typedFault } from '../static/js/evaluation/sheet.js';
import { utf8 } from '../static/js/bytes.js';
import { Keyring } from '../static/js/keyring.js';
import { pulse } from '../static/js/pulse.js';
import { memoryStorage } from '../static/js/storage.js';

const SCORED = { item: 'construction', max: 4_000, title: '施工组织设计' };
const PASSED = { item: 'licence', max: 1, title: null };
const CODES = ['code-a', 'code-b'];

test('what is typed becomes hundredths of a point, or is told to be wrong at once', () => {
  const cases = [['0', 0], ['20', 2_000], ['12.5', 1_250], ['12.05', 1_205], [' 40 ', 4_000], ['39.99', 3_999], ['１２．５', 1_250], ['7.', 700]];
  for (const [typed, value] of cases) {
    assert.equal(readPoints(typed, SCORED), value, typed);
    assert.equal(typedFault(typed, SCORED), null, typed);
  }
  for (const typed of ['40.01', '41', '9999999']) assert.match(typedFault(typed, SCORED).en, /from 0 to 40 points/, typed);
  for (const typed of ['-1', '1e3', '12,5', '1.005', 'x', '1 2', '0x10', '99999999', '.']) {
    assert.equal(readPoints(typed, SCORED), null, typed);
    assert.match(typedFault(typed, SCORED).zh, /两位小数/, typed);
  }
  assert.match(typedFault(' ', SCORED).en, /Not judged/);
  assert.deepEqual(['0', '1', '2', '0.5'].map((typed) => readPoints(typed, PASSED)), [0, 1, null, null]);
  assert.deepEqual([0, 5, 50, 1_250, 4_000].map(sayPoints), ['0', '0.05', '0.5', '12.5', '40']);
});

test('the fault of a sheet is the one that the platform names', () => {
  const items = [SCORED, PASSED];
  const whole = () => ({ 'code-a': { construction: 2_000, licence: 1 }, 'code-b': { construction: 0, licence: 0 } });
  assert.equal(sheetFault(CODES, items, whole()), null);
  const changed = (change) => {
    const sheet = whole();
    change(sheet);
    const { refusal, code, item } = sheetFault(CODES, items, sheet);
    return [refusal, code, item];
  };
  assert.deepEqual(changed((s) => (s['code-c'] = {})), ['score.code_invalid', 'code-c', null]);
  assert.deepEqual(changed((s) => (s['code-b'].beauty = 1)), ['score.item_invalid', 'code-b', 'beauty']);
  assert.deepEqual(changed((s) => delete s['code-b']), ['score.missing_invalid', 'code-b', 'construction']);
  assert.deepEqual(changed((s) => delete s['code-a'].licence), ['score.missing_invalid', 'code-a', 'licence']);
  for (const value of [4_001, -1, 0.5, Number.NaN]) {
    assert.deepEqual(changed((s) => (s['code-a'].construction = value)), ['score.range_invalid', 'code-a', 'construction']);
  }
  assert.deepEqual(sheetFault(CODES, [], { 'code-a': {} }).refusal, 'score.missing_invalid');
  assert.equal(sheetFault(CODES, [], { 'code-a': {}, 'code-b': {} }), null);
  const typed = { 'code-a': { construction: '12.5', licence: '1' }, 'code-b': { construction: 'x' } };
  assert.deepEqual(sheetOf(CODES, items, typed), { 'code-a': { construction: 1_250, licence: 1 }, 'code-b': {} });
});

test('the commitment is that of the record format, and the kept file that of the command', async () => {
  // SHA-256(LP("kaibiao/score/v1", "T1", "seat-1", 32 bytes 07, canonical sheet)), computed apart from this code.
  const kept = { salt: '07'.repeat(32), seat: 'seat-1', sheet: { 'code-b': { z: 1, a: 250 }, 'code-a': { a: 0, z: 1 } }, tender: 'T1' };
  const canonical = '{"code-a":{"a":0,"z":1},"code-b":{"a":250,"z":1}}';
  const field = (bytes) => Buffer.concat([Buffer.from(bytes.length.toString(16).padStart(16, '0'), 'hex'), bytes]);
  const { createHash } = await import('node:crypto');
  const message = ['kaibiao/score/v1', 'T1', 'seat-1', Buffer.alloc(32, 7), canonical].map((part) => field(Buffer.from(part)));
  assert.equal(await commitment(kept), createHash('sha256').update(Buffer.concat(message)).digest('hex'));
  assert.deepEqual(readKept(keptText(kept)), kept);
  assert.deepEqual(Object.keys(JSON.parse(keptText(keep('T1', 'seat-1', {})))), ['salt', 'seat', 'sheet', 'tender']);
  assert.notEqual(keep('T1', 'seat-1', {}).salt, keep('T1', 'seat-1', {}).salt);
  for (const bad of ['', '[]', '{}', keptText({ ...kept, salt: '07' }), keptText({ ...kept, sheet: { a: { b: 'c' } } }), JSON.stringify({ ...kept, more: 1 })]) {
    assert.throws(() => readKept(bad), { name: 'Wrong' }, bad);
  }
});

test('what a seat keeps cannot be read in the storage, and what came last stays', async () => {
  const storage = memoryStorage();
  const of = { account: 'expert-1', tender: 'T1', seat: 'seat-1' };
  const cabinet = new Cabinet(storage, new Keyring(storage), of);
  assert.equal(await cabinet.typed(), null);
  await Promise.all([1, 2, 3].map((n) => cabinet.keepTyped({ 'code-a': { construction: `${n}` } })));
  assert.deepEqual(await cabinet.typed(), { 'code-a': { construction: '3' } });
  await cabinet.keepSheet(keep('T1', 'seat-1', { 'code-a': { construction: 2_000 } }));
  for (const name of await storage.names('seat/')) {
    const wrapped = await storage.get(name);
    assert.doesNotMatch(Buffer.from(wrapped.sealed).toString('latin1'), /construction|salt/, name);
  }
  assert.equal(await new Cabinet(storage, new Keyring(storage), { ...of, seat: 'seat-2' }).kept(), null);
  await cabinet.keepTyped(null);
  assert.equal(await cabinet.typed(), null);
  assert.equal((await cabinet.kept()).seat, 'seat-1');
});

test('a file is what its first bytes say', () => {
  assert.equal(kindOf(utf8('%PDF-1.7\n')), 'application/pdf');
  assert.equal(kindOf(utf8('\n\n%PDF-1.4')), 'application/pdf');
  assert.equal(kindOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), 'image/jpeg');
  assert.equal(kindOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)), 'image/png');
  assert.equal(kindOf(utf8('RIFF....WEBPVP8 ')), 'image/webp');
  assert.equal(kindOf(utf8('施工组织设计\n第一章')), 'text/plain');
  assert.equal(textOf(Uint8Array.of(0xca, 0xa9, 0xb9, 0xa4)), '施工');
  assert.equal(kindOf(utf8('<html><script>alert(1)</script>')), 'text/plain');
  for (const bytes of [Uint8Array.of(0, 1, 2, 3), Uint8Array.of(0x50, 0x4b, 3, 4), Uint8Array.of(0xff, 0xff, 0x81)]) assert.equal(kindOf(bytes), null);
});

test('votes stand in the order that the platform asks for', () => {
  const votes = votesOf(CODES, [{ item: 'z' }, { item: 'a' }], (code, item) => ({ passes: item === 'a', reason: '' }));
  assert.deepEqual(votes.map(({ code, item, passes }) => `${code} ${item} ${passes}`), [
    'code-a z false', 'code-a a true', 'code-b z false', 'code-b a true',
  ]); // prettier-ignore
});

test('the pulse tells growth once, and comes back after a broken line', () => {
  const lines = [];
  const timers = new Map();
  let id = 0;
  const timer = { set: (work, ms) => (timers.set((id += 1), { work, ms }), id), clear: (n) => timers.delete(n) };
  const fire = (ms) => [...timers].filter(([, one]) => one.ms === ms).forEach(([n, one]) => (timers.delete(n), one.work()));
  const source = () => {
    const hears = {};
    const line = { readyState: 1, addEventListener: (name, work) => (hears[name] = work), close: () => {}, say: (name, data) => hears[name]?.({ data }) };
    lines.push(line);
    return line;
  };
  let grown = 0;
  const words = [];
  const stop = pulse({ onGrown: () => (grown += 1), onLine: (word) => words.push(word) }, { source, timer });
  lines[0].say('open');
  lines[0].say('checkpoint', '{"size":10}');
  fire(1_500);
  assert.equal(grown, 1, 'between what the page last asked and the first word of the line something may have been written');
  for (const size of [11, 12, 13]) lines[0].say('checkpoint', `{"size":${size}}`);
  fire(1_500);
  assert.equal(grown, 2);
  lines[0].say('checkpoint', '{"size":13}');
  fire(1_500);
  assert.equal(grown, 2, 'the same size is no news');
  fire(25_000);
  fire(3_000);
  assert.equal(lines.length, 2);
  lines[1].say('open');
  lines[1].say('checkpoint', '{"size":14}');
  fire(1_500);
  assert.equal(grown, 3);
  assert.deepEqual(words, ['live', 'lost', 'live']);
  stop();
});
