// The chain walk: a sound log is walked whole, and every way to break it is found where it is.
import assert from 'node:assert/strict';
import test from 'node:test';

import { concat, hex, utf8 } from '../static/js/bytes.js';
import { spellText } from '../static/js/canonical.js';
import { examine, fork, unpack } from '../static/js/chain.js';
import { confront } from '../static/js/chain-kept.js';
import { Frontier, leafHash } from '../static/js/merkle.js';
import { parseVerifierKey } from '../static/js/note.js';
import * as forge from './forge.mjs';

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

/** What a platform answers; `leaves`: the log whose leaf hashes it still serves, where that is another. */
function reader(entries, asked = [], leaves = null) {
  return async (path) => {
    asked.push(path);
    const tile = /\/tile\/0\/(\d{3})(?:\.p\/(\d+))?$/.exec(path);
    if (tile) {
      const first = Number(tile[1]) * 256;
      return concat(...(leaves ?? entries).slice(first, first + Number(tile[2] ?? 256)).map(leafHash));
    }
    const [, tens, width] = /entries\/(?:x000\/)?(\d{3})(?:\.p\/(\d+))?$/.exec(path);
    const from = Number(tens) * 256;
    return packed(entries.slice(from, from + (width ? Number(width) : 256)));
  };
}

test('a sound log is walked to its end, bundle by bundle', async () => {
  const entries = log(600);
  const asked = [];
  const { broken, walked, isSigned } = await examine(headOf(entries), { read: reader(entries, asked) });
  assert.deepEqual([broken, walked, isSigned], [null, 600, true]);
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
    const { broken, isSigned } = await examine(headOf(entries), { read: reader(entries) });
    assert.deepEqual([broken?.seq, isSigned], [seq, false], what);
  }
});

/** A log that leaves another at an entry: from there on every entry is another one, and the links fit. */
function forked(count, at) {
  const entries = log(at);
  let prev = hex(leafHash(entries[at - 1]));
  for (let seq = at; seq < count; seq += 1) {
    const bytes = entry(seq, prev, 5_000 + seq);
    entries.push(bytes);
    prev = hex(leafHash(bytes));
  }
  return entries;
}

const markOf = (entries, size) => headOf(entries.slice(0, size));

test('a root that nobody signed is told by the range in which the entries differ, not by their number', async () => {
  const [signed, shown] = [log(10), forked(10, 6)];
  const head = headOf(signed);
  const read = reader(shown);
  const found = await examine(head, { marks: [markOf(signed, 4)], read });
  assert.deepEqual([found.broken, found.isSigned, found.compared[0].agrees], [null, false, true]);
  assert.deepEqual(await fork(head, found.compared, headOf(shown), read), { from: 4, to: 10, exact: false });
  // The leaf hashes of what was signed are still served: the entry itself is named.
  const betrayed = reader(shown, [], signed);
  assert.deepEqual(await fork(head, found.compared, head, betrayed), { from: 6, to: 7, exact: true });
});

test('a fork is walked to its end, and kept checkpoints bound where it parts', async () => {
  const [before, now] = [log(600), forked(700, 300)];
  const marks = [128, 256, 290, 310, 600].map((size) => markOf(before, size));
  const found = await examine(headOf(now), { marks, read: reader(now) });
  assert.deepEqual([found.broken, found.walked, found.isSigned], [null, 700, true]);
  assert.deepEqual(found.compared.map(({ agrees }) => agrees), [true, true, true, false, false]); // prettier-ignore
  assert.equal(found.compared[2].time, 1_000 + 289);
  const parts = (mark, read = reader(now)) => fork(mark, found.compared, headOf(now), read);
  assert.deepEqual(await parts(marks[3]), { from: 290, to: 310, exact: false });
  assert.deepEqual(await parts(marks[4]), { from: 290, to: 600, exact: false });
  const stale = async (path) => (path.includes('/0/') ? reader(log(700))(path) : reader(now)(path));
  assert.deepEqual(await parts(marks[4], stale), { from: 300, to: 301, exact: true });
  // Two checkpoints beside the fork leave one entry, with no leaf hash at all.
  const near = await examine(headOf(now), { marks: [markOf(before, 300), markOf(before, 301)], read: reader(now) });
  assert.deepEqual(await fork(near.compared[1].mark, near.compared, headOf(now), reader(now)), { from: 300, to: 301, exact: true }); // prettier-ignore
});

test('a log cut back is told by what is missing', async () => {
  const [before, now] = [log(40), log(25)];
  const marks = [markOf(before, 20), markOf(before, 40)];
  const found = await examine(headOf(now), { marks, read: reader(now) });
  assert.deepEqual(found.compared.map(({ agrees }) => agrees), [true, null]); // prettier-ignore
  assert.deepEqual(await fork(marks[1], found.compared, headOf(now), reader(now)), { from: 20, to: 26, exact: false });
});

/** Trust in a log whose notes are `size` and root in plain text. */
function trusting(kept, shown) {
  const held = new Map();
  const followed = [];
  return {
    followed,
    held,
    kept: async () => kept,
    shown: async () => ({ ...shown, note: 'shown' }),
    follow: async (note) => followed.push(note),
    storage: {
      get: async (name) => held.get(name),
      update: async (name, change) => held.set(name, change(held.get(name))),
    },
    logKey: forge.keyOf('key of the log'),
    origin: 'log.example/1',
  };
}

test('what contradicts anything kept is not kept, and the roots of the last walk narrow where it parts', async () => {
  const [before, now] = [log(600), forked(700, 300)];
  const trust = trusting(null, headOf(before));
  const first = await confront(trust, { read: reader(before) });
  assert.deepEqual([first.isSound, first.kept, trust.followed], [true, [], ['shown']]);
  assert.deepEqual(trust.held.get('chain/roots').map(({ size }) => size), [256, 512, 600]); // prettier-ignore
  const own = { ...headOf(before), note: 'own', at: 7 };
  const later = trusting(own, headOf(now));
  later.held.set('chain/roots', trust.held.get('chain/roots'));
  const second = await confront(later, { read: reader(now) });
  assert.deepEqual([second.isSound, second.broken, second.isSigned, later.followed], [false, null, true, []]);
  assert.deepEqual(second.kept.map(({ from, at, agrees, parts }) => [from, at, agrees, parts]), [
    [null, 7, false, { from: 256, to: 512, exact: false }],
  ]); // prettier-ignore
});

test('a note that is handed in counts only with the signature of the log', async () => {
  const signed = new forge.Log();
  for (let lag = 0; lag < 5; lag += 1) signed.append({ kind: 'clock.suspected', stream: 'platform', body: { lag } });
  const entries = signed.entries.map((one) => utf8(one));
  const trust = { ...trusting(null, signed.head(5)), logKey: parseVerifierKey(forge.verifierKey(signed.origin, signed.key)), origin: signed.origin };
  const file = (name, text) => ({ name, size: text.length, lastModified: 9, text: async () => text });
  const other = new forge.Log();
  for (let lag = 7; lag < 12; lag += 1) other.append({ kind: 'clock.suspected', stream: 'platform', body: { lag } });
  const files = [
    file('kept-3.note', signed.checkpoint(3)),
    file('fork.note', other.checkpoint(4)),
    file('forged.note', signed.checkpoint(3, forge.keyOf('x'))),
    file('long.note', 'x'.repeat(20_000)),
  ];
  const found = await confront(trust, { files, read: reader(entries) });
  assert.deepEqual(found.kept.map(({ from, size, at, agrees }) => [from, size, at, agrees]), [
    ['kept-3.note', 3, 9, true],
    ['fork.note', 4, 9, false],
  ]); // prettier-ignore
  assert.deepEqual(found.refused.map(({ name }) => name), ['forged.note', 'long.note']); // prettier-ignore
  assert.deepEqual([found.isSound, trust.followed], [false, []]);
});

test('a bundle that is cut off, or short, is a break', async () => {
  const entries = log(5);
  const whole = packed(entries);
  assert.equal(unpack(whole).length, 5);
  assert.equal(unpack(whole.subarray(0, whole.length - 1)), null);
  const { broken } = await examine(headOf(entries), { read: async () => packed(entries.slice(0, 4)) });
  assert.equal(broken.seq, 0);
});
