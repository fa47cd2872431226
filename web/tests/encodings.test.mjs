// Byte strings, canonical JSON and hashes: known answers, and every other spelling refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as bytes from '../static/js/bytes.js';
import { parse, parseText, spellText } from '../static/js/canonical.js';
import { hmacSha256, hmacSha512, sha256, sha512 } from '../static/js/hash.js';

const { Wrong, hex, unhex, utf8 } = bytes;
const wrong = (act, sentence) =>
  assert.throws(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);

test('hex has one spelling', () => {
  assert.equal(hex(unhex('00ff10')), '00ff10');
  wrong(() => unhex('00FF'), /lower-case/);
  wrong(() => unhex('0'), /lower-case/);
  wrong(() => unhex('00', 2), /1 bytes of hex, not 2/);
  wrong(() => unhex('00\n'), /lower-case/);
});

test('base64 has one spelling', () => {
  for (let size = 0; size < 70; size += 1) {
    const data = bytes.random(size);
    assert.deepEqual(bytes.unbase64(bytes.base64(data)), data);
    assert.equal(bytes.base64(data), Buffer.from(data).toString('base64'));
  }
  const long = bytes.random(60_000);
  assert.equal(bytes.base64(long), Buffer.from(long).toString('base64'));
  wrong(() => bytes.unbase64('AB=='), /canonical/);
  for (const text of ['A', 'AA', 'AAA', 'AA=', 'AAAA\n', 'AA_-', '=AAA']) wrong(() => bytes.unbase64(text), /base64/);
});

test('text is UTF-8 and nothing else', () => {
  assert.equal(bytes.text(utf8('开标 ⏎')), '开标 ⏎');
  assert.equal(bytes.text(unhex('efbbbf41')), '\ufeffA');
  wrong(() => bytes.text(unhex('ff')), /UTF-8/);
  wrong(() => utf8('\ud800'), /Unicode/);
});

test('integers and length prefixes', () => {
  assert.equal(hex(bytes.u64be(Number.MAX_SAFE_INTEGER)), '001fffffffffffff');
  assert.equal(hex(bytes.u64be(2n ** 64n - 1n)), 'ffffffffffffffff');
  assert.equal(hex(bytes.u16be(258)), '0102');
  wrong(() => bytes.u64be(2n ** 64n), /does not fit/);
  wrong(() => bytes.u64be(-1), /does not fit/);
  wrong(() => bytes.u16be(65536), /does not fit/);
  wrong(() => bytes.u32be(1.5), /does not fit/);
  assert.equal(hex(bytes.lp('开', unhex('00'))), '0000000000000003e5bc80' + '0000000000000001' + '00');
});

test('comparing', () => {
  assert.ok(bytes.equal(unhex('0102'), unhex('0102')));
  assert.ok(!bytes.equal(unhex('0102'), unhex('0103')));
  assert.ok(!bytes.equal(unhex('01'), unhex('0100')));
  assert.ok(bytes.compare(unhex('01'), unhex('0100')) < 0);
  assert.ok(bytes.compare(unhex('02'), unhex('0100')) > 0);
});

test('canonical JSON is written and read in one spelling', () => {
  const value = { b: [1, -2, true, null], a: { 10: 'x', 9: '"\\\b\f\n\r\t\u0001/\u007f\u2028开' } };
  const written = '{"a":{"10":"x","9":"\\"\\\\\\b\\f\\n\\r\\t\\u0001/\u007f\u2028开"},"b":[1,-2,true,null]}';
  assert.equal(spellText(value), written);
  assert.deepEqual(parse(utf8(written)), value);
  assert.equal(spellText(parseText('{"__proto__":{"a":1}}')), '{"__proto__":{"a":1}}');
});

test('every other spelling of JSON is refused', () => {
  const refused = {
    '{"b":1,"a":2}': /canonical/,
    '{"a":1,"a":1}': /canonical/,
    ' 1': /canonical/,
    '1.0': /canonical/,
    '1e2': /canonical/,
    '-0': /integer/,
    '1.5': /integer/,
    '9007199254740992': /integer/,
    '-9007199254740992': /integer/,
    '"\\u0041"': /canonical/,
    '"\\/"': /canonical/,
    '"\\u001F"': /canonical/,
    '"\\ud800"': /Unicode/,
    '{"é":1}': /ASCII/,
    '\ufeff1': /JSON/,
    '01': /JSON/,
    '[1,]': /JSON/,
    '': /JSON/,
  };
  for (const [text, sentence] of Object.entries(refused)) wrong(() => parseText(text), sentence);
  parseText('['.repeat(32) + ']'.repeat(32));
  wrong(() => parseText('['.repeat(33) + ']'.repeat(33)), /32 levels/);
  wrong(() => parseText('['.repeat(100_000) + ']'.repeat(100_000)), /32 levels/);
  wrong(() => spellText({ a: undefined }), /JSON value/);
  wrong(() => spellText(1n), /JSON value/);
});

test('hashes give known answers', async () => {
  assert.equal(hex(await sha256(utf8('a'), utf8('bc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(hex(await sha512(utf8('abc'))).slice(0, 32), 'ddaf35a193617abacc417349ae204131');
  // RFC 4231, test case 2
  const key = utf8('Jefe');
  const message = utf8('what do ya want for nothing?');
  assert.equal(hex(await hmacSha256(key, message)), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  assert.equal(hex(await hmacSha512(key, message)).slice(0, 32), '164b7a7bfcf819e2e395fbe73b56e0a3');
});
