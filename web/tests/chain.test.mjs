// The chain walk: a sound log is walked whole, and every way to break it is found where it is.
import assert from 'node:assert/strict';
import test from 'node:test';

import { concat, hex, utf8 } from '../static/js/bytes.js';
import { spellText } from '../static/js/canonical.js';
import { unpack, walk } from '../static/js/chain.js';
import { Frontier, leafHash } from '../static/js/merkle.js';

const entry = (seq, prev, ts = 1_000 + seq) =>
  utf8(spellText({ actor: 'platform', commit: '11'.repeat(32), kind: 'clock.suspected', prev, seq, sig: '', subj: 'platform', ts, v: 1 })); // prettier-ignore

function log(count, change = (bytes) => bytes) {
  const entries = [];
  let prev = '00'.repeat(32);
  for (let seq = 0; seq < count; seq += 1) {
    const bytes = change(entry(seq, prev), seq, prev);
    entries.push(bytes);
    prev = hex(leafHash(bytes));
  }
  return entries;
}

function headOf(entries) {
  const frontier = new Frontier();
  for (const one of entries) frontier.push(leafHash(one));
  return { size: entries.length, root: frontier.root() };
}

const packed = (entries) => concat(...entries.flatMap((one) => [Uint8Array.of(one.length >> 8, one.length & 255), one]));

function reader(entries, asked = []) {
  return async (path) => {
    asked.push(path);
    const [, tens, width] = /entries\/(?:x000\/)?(\d{3})(?:\.p\/(\d+))?$/.exec(path);
    const from = Number(tens) * 256;
    return packed(entries.slice(from, from + (width ? Number(width) : 256)));
  };
}

test('a sound log is walked to its end, bundle by bundle', async () => {
  const entries = log(600);
  const asked = [];
  assert.equal(await walk(headOf(entries), { read: reader(entries, asked) }), null);
  assert.deepEqual(asked, ['/log/tile/entries/000', '/log/tile/entries/001', '/log/tile/entries/002.p/88']);
});

test('every break is found where it is', async () => {
  const sound = log(300);
  const ways = [
    ['an entry exchanged', (entries) => entries.with(120, entry(120, '22'.repeat(32))), 120],
    ['an entry changed, its successor no longer fits', (entries) => entries.with(7, entry(7, hex(leafHash(entries[6])), 999_999_999)), 8],
    ['two entries in each other’s place', (entries) => entries.with(3, entries[4]).with(4, entries[3]), 3],
    ['time that runs back', () => log(300, (bytes, seq, prev) => (seq === 50 ? entry(50, prev, 5) : bytes)), 50],
    ['no entry at all', (entries) => entries.with(9, utf8('{}')), 9],
  ]; // prettier-ignore
  for (const [what, change, seq] of ways) {
    const entries = change(sound);
    const found = await walk(headOf(entries), { read: reader(entries) });
    assert.equal(found?.seq, seq, what);
  }
});

test('a log that follows but is not the one signed is a break at its end', async () => {
  const entries = log(10);
  const found = await walk({ size: 10, root: headOf(log(9)).root }, { read: reader(entries) });
  assert.equal(found.seq, 10);
});

test('a bundle that is cut off, or short, is a break', async () => {
  const entries = log(5);
  const whole = packed(entries);
  assert.equal(unpack(whole).length, 5);
  assert.equal(unpack(whole.subarray(0, whole.length - 1)), null);
  const found = await walk(headOf(entries), { read: async () => packed(entries.slice(0, 4)) });
  assert.equal(found.seq, 0);
});
