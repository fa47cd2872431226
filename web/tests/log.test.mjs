// Merkle trees, notes and payloads: right ones are accepted, each wrong one for its own reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Wrong, base64, concat, hex, random, utf8 } from '../static/js/bytes.js';
import * as merkle from '../static/js/merkle.js';
import { openCheckpoint, openNote, parseVerifierKey, writeVerifierKey } from '../static/js/note.js';
import { openPayload } from '../static/js/payload.js';
import * as forge from './forge.mjs';

const LEAVES = Array.from({ length: 70 }, (_, n) => forge.leafOf(utf8(`leaf ${n}`)));
const reason = (sentence) => (error) => {
  assert.ok(error instanceof Wrong, `${error.stack}`);
  assert.match(error.en, sentence);
  assert.match(error.zh, /[\u4e00-\u9fff]/);
  return true;
};
const wrong = (act, sentence) => assert.throws(act, reason(sentence));

test('roots are those of RFC 6962', () => {
  const all = merkle.rootsAt(LEAVES, [...LEAVES.keys(), LEAVES.length]);
  for (let size = 0; size <= LEAVES.length; size += 1) {
    assert.deepEqual(merkle.root(LEAVES.slice(0, size)), forge.rootOf(LEAVES.slice(0, size)));
    assert.deepEqual(all.get(size), forge.rootOf(LEAVES.slice(0, size)));
  }
});

test('every inclusion proof is accepted, and no other', () => {
  for (const size of [1, 2, 3, 5, 8, 13, 33, 64, 70]) {
    const leaves = LEAVES.slice(0, size);
    const root = forge.rootOf(leaves);
    for (let index = 0; index < size; index += 1) {
      const proof = forge.inclusion(index, leaves);
      merkle.checkInclusion(leaves[index], index, size, proof, root);
      wrong(() => merkle.checkInclusion(leaves[index], index, size, [...proof, root], root), /too many/);
      if (size === 1) continue;
      wrong(() => merkle.checkInclusion(leaves[index], index, size, proof.slice(1), root), /too few/);
      wrong(() => merkle.checkInclusion(root, index, size, proof, root), /another root/);
      const bent = [random(32), ...proof.slice(1)];
      wrong(() => merkle.checkInclusion(leaves[index], index, size, bent, root), /another root/);
    }
    wrong(() => merkle.checkInclusion(leaves[0], size, size, [], root), /no entry/);
    wrong(() => merkle.checkInclusion(leaves[0], -1, size, [], root), /no entry/);
  }
});

test('every consistency proof is accepted, and no other', () => {
  for (const to of [1, 2, 3, 4, 7, 8, 21, 64, 70]) {
    const later = forge.rootOf(LEAVES.slice(0, to));
    for (let from = 0; from <= to; from += 1) {
      const earlier = forge.rootOf(LEAVES.slice(0, from));
      const proof = forge.consistency(from, LEAVES.slice(0, to));
      merkle.checkConsistency(from, to, earlier, later, proof);
      wrong(() => merkle.checkConsistency(from, to, earlier, later, [...proof, later]), /too many/);
      if (proof.length > 0) {
        wrong(() => merkle.checkConsistency(from, to, earlier, later, proof.slice(0, -1)), /too few/);
        wrong(() => merkle.checkConsistency(from, to, earlier, random(32), proof), /another root$/);
      }
      wrong(() => merkle.checkConsistency(from, to, random(32), later, proof), /another root/);
    }
    wrong(() => merkle.checkConsistency(to + 1, to, later, later, []), /cannot have become/);
  }
});

test('large indices do not wrap', () => {
  const size = 2 ** 40 + 5;
  wrong(() => merkle.checkInclusion(LEAVES[0], 2 ** 40, size, [], LEAVES[0]), /too few/);
  assert.equal(merkle.isPowerOfTwo(2 ** 40), true);
  assert.equal(merkle.isPowerOfTwo(2 ** 40 + 1), false);
});

test('tiles are named and filled as C2SP tlog-tiles says', () => {
  assert.equal(merkle.tileName(1_234_067), 'x001/x234/067');
  assert.equal(merkle.tileName(0, 7), '000.p/7');
  assert.equal(merkle.tileName(256_000, 1), 'x256/000.p/1');
  const leaves = Array.from({ length: 300 }, (_, n) => forge.leafOf(utf8(String(n))));
  const tiles = new Map(merkle.tiles(leaves));
  assert.deepEqual([...tiles.keys()], ['tile/0/000', 'tile/0/001.p/44', 'tile/1/000.p/1']);
  assert.deepEqual(tiles.get('tile/0/001.p/44'), concat(...leaves.slice(256)));
  assert.deepEqual(tiles.get('tile/1/000.p/1'), forge.rootOf(leaves.slice(0, 256)));
});

const NAME = 'log.example/1';
const KEY = forge.keyOf('log');
const VKEY = forge.verifierKey(NAME, KEY);

test('verifier keys', () => {
  const key = parseVerifierKey(VKEY);
  assert.equal(key.name, NAME);
  assert.equal(writeVerifierKey(NAME, KEY.publicKey), VKEY);
  wrong(() => parseVerifierKey(NAME), /is written/);
  wrong(() => parseVerifierKey(`a b${VKEY}`), /is written/);
  wrong(() => parseVerifierKey(VKEY.replace(/\+[0-9a-f]{8}\+/, '+00000000+')), /key id/);
  wrong(() => parseVerifierKey(VKEY.replace('+A', '+B')), /is written|base64/);
  const identity = new Uint8Array(32);
  identity[0] = 1;
  wrong(() => parseVerifierKey(forge.verifierKey(NAME, { publicKey: identity })), /small order/);
});

test('notes', async () => {
  const key = parseVerifierKey(VKEY);
  const stranger = forge.keyOf('stranger');
  const text = 'a\n\nb\n';
  const good = forge.note(text, NAME, KEY);
  const rejected = (note, sentence) => assert.rejects(openNote(note, [key]), reason(sentence));
  assert.equal(await openNote(good, [key]), text);
  assert.equal(await openNote(good + forge.noteLine(text, 'else', stranger), [key]), text);
  await rejected(forge.note(text, 'else', stranger), /no signature by/);
  await rejected(forge.note(text, NAME, stranger), /no signature by/);
  const forged = concat(key.id, stranger.signSync(utf8(text)));
  await rejected(`${good}— ${NAME} ${base64(forged)}\n`, /does not hold/);
  await rejected(good.replace('a\n', 'c\n'), /does not hold/);
  await rejected(good.slice(0, -1), /empty line/);
  await rejected(text, /empty line|signature line/);
  await rejected(good.replace('a', '\r'), /control/);
  await rejected(good.replace('— ', '- '), /signature line/);
  await rejected(`${good}\n`, /empty line/);
  await rejected(good + forge.noteLine(text, 'else', stranger).repeat(64), /more than 64/);
  await rejected(forge.note(`${'x'.repeat(262_144)}\n`, NAME, KEY), /262144/);
});

test('checkpoints', async () => {
  const key = parseVerifierKey(VKEY);
  const root = base64(LEAVES[0]);
  const made = (text) => openCheckpoint(forge.note(text, NAME, KEY), key);
  const checkpoint = await made(`${NAME}\n12\n${root}\n`);
  assert.equal(checkpoint.size, 12);
  assert.equal(hex(checkpoint.root), hex(LEAVES[0]));
  await assert.rejects(made(`${NAME}\n12\n${root}\nextension\n`), reason(/three lines/));
  await assert.rejects(made(`${NAME}\n12\n`), reason(/three lines/));
  await assert.rejects(made(`other\n12\n${root}\n`), reason(/another origin/));
  for (const size of ['012', '-1', '1e3', '9007199254740992', '']) {
    await assert.rejects(made(`${NAME}\n${size}\n${root}\n`), reason(/decimal/));
  }
  await assert.rejects(made(`${NAME}\n1\n${base64(LEAVES[0].slice(1))}\n`), reason(/32 bytes/));
});

test('payloads', () => {
  const { slots, commit } = forge.payloadOf({ a: 1, b: ['x'], c: true }, 'w');
  assert.deepEqual([...openPayload({ slots }, commit)], [['a', 1], ['b', ['x']], ['c', true]]);
  const changed = (change) => {
    const copy = structuredClone(slots);
    return { slots: change(copy) ?? copy };
  };
  const refused = (change, sentence) => wrong(() => openPayload(changed(change), commit), sentence);
  const hidden = changed((s) => {
    const { commit: leaf } = forge.payloadOf({ b: ['x'] }, 'w');
    s[1] = { leaf: hex(leaf) };
  });
  assert.deepEqual([...openPayload(hidden, commit).keys()], ['a', 'c']);
  refused((s) => void (s[0].value = 2), /does not match/);
  refused((s) => void (s[0].name = 'A'), /does not match/);
  refused((s) => void s.pop(), /power of two/);
  refused(() => [], /power of two/);
  refused((s) => [s[1], s[0], s[2], s[3]], /ascend/);
  refused((s) => [s[0], s[0], s[2], s[3]], /ascend/);
  refused((s) => void (s[3].extra = 1), /neither open/);
  refused((s) => void (s[3].leaf = 'ab'), /1 bytes of hex/);
  refused((s) => void (s[0].value = 1.5), /integer/);
  wrong(() => openPayload({ slots, more: 1 }, commit), /array slots/);
  wrong(() => openPayload([], commit), /array slots/);
  wrong(() => openPayload({ slots: Array(2048).fill(slots[3]) }, commit), /power of two/);
});
