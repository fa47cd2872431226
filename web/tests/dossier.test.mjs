// A dossier of a real run, sound and damaged, against the checks of the pages; policies and tars that are wrong.
// KAIBIAO_TEST_DOSSIER (a tar), KAIBIAO_TEST_POLICY, KAIBIAO_TEST_VERDICT (what kaibiao-verify says of it, as JSON) and
// KAIBIAO_TEST_RECEIPTS (a folder) name the run; without them only what needs no run is tested. The system tests set them.

import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { base64, hex, unhex, utf8, Wrong } from '../static/js/bytes.js';
import { folderSource, isClean, tarSource } from '../static/js/bundle.js';
import { verdictJson } from '../static/js/checks/report.js';
import { examine } from '../static/js/dossier.js';
import { examinePaper, kindOf } from '../static/js/paper.js';
import { readPolicy } from '../static/js/policy.js';
import { listTar } from '../static/js/tar.js';
import * as forge from './forge.mjs';
import { sourceAt } from './verify.mjs';

const { KAIBIAO_TEST_DOSSIER: DOSSIER, KAIBIAO_TEST_POLICY: POLICY, KAIBIAO_TEST_VERDICT: VERDICT } = process.env;
const skip = DOSSIER && POLICY ? false : 'KAIBIAO_TEST_DOSSIER and KAIBIAO_TEST_POLICY are not set';

const reason = (sentence) => (error) => {
  assert.ok(error instanceof Wrong, error.stack);
  assert.match(error.en, sentence);
  assert.match(error.zh, /[\u4e00-\u9fff]/);
  return true;
};
const wrong = (act, sentence) => assert.throws(act, reason(sentence));
const outcomes = (verdict) => Object.fromEntries(verdict.checks.map(({ id, outcome }) => [id, outcome]));
const failed = (verdict) => verdict.checks.filter((check) => check.outcome === 'fail').map((check) => check.id);

const log = new forge.Log();
const VKEY = forge.verifierKey(log.origin, log.key);
const REFUSALS = forge.verifierKey(`${log.origin}/refusals`, log.refusals);
const REGISTRAR = hex(forge.keyOf('registrar').publicKey);
const TOML = `# what I trust
origin = "log.example/1"
log_key = '${VKEY}'   # by letter
refusal_key = "${REFUSALS.replace('+', '\\u002b')}"
checkpoints = ["""
a
b\\
   c""", 'd',
  # one more
  "e",
]

[[registrar]]
account = "registrar-1"
key = "${REGISTRAR}"
`;

test('a policy is read as section 10 shows it', () => {
  const policy = readPolicy(TOML);
  assert.equal(policy.origin, 'log.example/1');
  assert.equal(policy.refusalKey.name, 'log.example/1/refusals');
  assert.deepEqual(policy.checkpoints, ['a\nbc', 'd', 'e']);
  assert.deepEqual([...policy.registrars].map(([account, key]) => [account, hex(key)]), [['registrar-1', REGISTRAR]]);
  assert.equal(readPolicy(TOML.replaceAll('\n', '\r\n')).checkpoints[0], 'a\nbc');
  const bare = readPolicy(` ${VKEY}\n`);
  assert.deepEqual([bare.origin, bare.refusalKey, bare.registrars], ['log.example/1', null, null]);
});

test('a policy with anything wrong in it is refused', () => {
  const changed = (from, to, sentence) => {
    assert.ok(TOML.includes(from), from);
    wrong(() => readPolicy(TOML.replace(from, to)), sentence);
  };
  changed('origin =', 'orign =', /not known/);
  changed('origin = "log.example/1"\n', '', /origin is not a text/);
  changed('origin = "log.example/1"', 'origin = "other"', /not its origin/);
  changed('origin = "log.example/1"', 'origin = 5', /TOML/);
  changed('origin = "log.example/1"', 'origin = "log.example/1', /TOML/);
  changed('origin = "log.example/1"', 'origin = "log.example/1" x', /TOML/);
  changed('origin = "log.example/1"', 'origin = "log.example/1"\norigin = "a"', /TOML/);
  changed('origin = "log.example/1"', 'origin = "\\q"', /TOML/);
  changed('origin = "log.example/1"', 'origin = "\\ud800"', /TOML/);
  changed('/refusals', '/refusal', /is written|key id|refusals/);
  changed("'d',", "'d'", /TOML/);
  changed('[[registrar]]', '[[registrars]]', /not known/);
  changed('[[registrar]]', '[registrar]', /TOML/);
  changed('account = "registrar-1"', 'account = "-"', /registrar has the members/);
  changed('account = "registrar-1"', 'account = "registrar-1"\nmore = "x"', /registrar has the members/);
  changed(REGISTRAR, REGISTRAR.slice(2), /31 bytes of hex/);
  changed(REGISTRAR, `01${'00'.repeat(31)}`, /small order/);
  wrong(() => readPolicy(TOML.slice(0, TOML.indexOf('[['))), /names no registrar/);
  wrong(() => readPolicy(`${TOML}[[registrar]]\naccount = "registrar-1"\nkey = "${REGISTRAR}"\n`), /occurs once/);
  wrong(() => readPolicy(''), /origin is not a text/);
});

/** One file of a tar; `change` may damage its header before the checksum is made. */
function member(path, contents, change = () => {}) {
  const head = new Uint8Array(512);
  head.set(utf8(path));
  head.set(utf8('0000644\0'), 100);
  head.set(utf8(`${contents.length.toString(8).padStart(11, '0')}\0`), 124);
  head[156] = 0x30;
  head.set(utf8('ustar\x0000'), 257);
  change(head);
  head.set(utf8('        '), 148);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.set(utf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return [head, contents, new Uint8Array((512 - (contents.length % 512)) % 512)];
}
const END = new Uint8Array(1024);
const tarOf = (...parts) => new Blob(parts.flat());

test('a tar holds regular files, once each, and ends', async () => {
  const files = await listTar(tarOf(member('a', utf8('x')), member('dir', utf8(''), (h) => (h[156] = 0x35)), member('b/c', utf8('yy')), END));
  assert.deepEqual([...files], [['a', { start: 512, size: 1 }], ['b/c', { start: 2048, size: 2 }]]);
  const source = await tarSource(tarOf(member('a', utf8('x')), member('b', utf8('yz')), END));
  assert.deepEqual(await source.bytes('b', 0, 99), utf8('yz'));
  const prefixed = await listTar(tarOf(member('c', utf8('')), member('d', utf8(''), (h) => h.set(utf8('a/b'), 345)), END));
  assert.deepEqual([...prefixed.keys()], ['c', 'a/b/d']);
  const refused = (blob, sentence) => assert.rejects(listTar(blob), reason(sentence));
  await refused(tarOf(member('a', utf8('x'))), /cut short/);
  await refused(tarOf(member('a', utf8('x')), new Uint8Array(100)), /cut short/);
  await refused(tarOf(member('a', utf8('x')), member('a', utf8('y')), END), /occurs twice/);
  await refused(tarOf(END, utf8('more')), /follows the end/);
  for (const type of ['1', '2', '3', '6', 'x', 'g', 'L', 'S']) {
    await refused(tarOf(member('a', utf8(''), (h) => (h[156] = type.charCodeAt(0))), END), /not a regular file/);
  }
  await refused(tarOf(member('a', utf8(''), (h) => h.set(utf8('ustar  \0'), 257)), END), /not ustar/);
  await refused(tarOf(member('a', utf8(''), (h) => h.set(utf8('99999999999\0'), 124)), END), /octal/);
  await refused(tarOf(member('a', utf8(''), (h) => h.set(utf8('77777777777\0'), 124)), END), /cut short/);
  const [head, body, rest] = member('a', utf8('x'));
  head[0] ^= 1;
  await refused(tarOf([head, body, rest], END), /checksum/);
});

test('paths of a dossier are clean', () => {
  for (const path of ['a', 'log/tile/0/x001/000.p/3', 'a..b']) assert.ok(isClean(path), path);
  for (const path of ['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', './a', 'a b', 'é', 'a\n', 'a\\b']) {
    assert.ok(!isClean(path), path);
  }
});

test('a bundle that cannot be read at all says why', async () => {
  const policy = readPolicy(TOML);
  const refused = (files, sentence) =>
    assert.rejects(examine(folderSource(files), policy), reason(sentence));
  const manifest = (change) => {
    const value = { files: [], format: 'kaibiao/dossier/v1', origin: 'log.example/1', size: 0, tender: 'T1' };
    const text = JSON.stringify(change(value) ?? value);
    return [['manifest.json', new Blob([text])]];
  };
  await refused([], /no manifest/);
  await refused([['manifest.json', new Blob(['{ }'])]], /canonical/);
  await refused(manifest((m) => void (m.more = 1)), /canonical|five members/);
  await refused(manifest((m) => void (m.format = 'kaibiao/dossier/v2')), /another format/);
  await refused(manifest((m) => void (m.size = -1)), /another type/);
  await refused(manifest((m) => void (m.tender = '../x')), /not an id/);
  await refused(manifest((m) => void (m.files = [{}])), /three members/);
  const empty = await examine(folderSource(manifest(() => {})), policy);
  assert.equal(empty.good, false);
  assert.deepEqual(failed(empty), ['02', '05', '06']);
});

test('papers are told apart, and told as rows', async () => {
  log.append({ kind: 'clock.suspected', stream: 'platform', body: { lag: 3 } });
  const policy = readPolicy(TOML);
  const receipt = new Blob([log.receipt(0)]);
  const refusal = new Blob([log.refusal('bid.late', forge.sha256(), { sentence: 'Too late.' })]);
  assert.equal(await kindOf(receipt), 'receipt');
  assert.equal(await kindOf(refusal), 'refusal');
  assert.equal(await kindOf(tarOf(member('a', utf8('x')), END)), 'dossier');
  assert.equal(await kindOf(new Blob(['%PDF-1.7'])), null);
  const value = (paper, en) => paper.rows.find((row) => row.en === en)?.value;
  const read = await examinePaper(receipt, policy);
  assert.deepEqual([read.kind, value(read, 'Fact'), value(read, 'Content: lag')], ['receipt', 'clock.suspected', '3']);
  const refused = await examinePaper(refusal, policy);
  assert.deepEqual([value(refused, 'Reason'), value(refused, 'Refused at')], ['Too late.', 5000]);
  await assert.rejects(examinePaper(refusal, readPolicy(VKEY)), reason(/no refusal_key/));
  await assert.rejects(examinePaper(new Blob([unhex('ff')]), policy), reason(/UTF-8/));
});

test('a sound dossier passes, check for check as kaibiao-verify says', { skip }, async () => {
  const policy = readPolicy(await readFile(POLICY, 'utf8'));
  const told = [];
  const verdict = await examine(await sourceAt(DOSSIER), policy, { onProgress: (progress) => told.push(progress) });
  assert.deepEqual(failed(verdict), [], JSON.stringify(verdictJson(verdict), null, 1));
  assert.ok(told.length > 30 && told.every(({ zh, en, done }) => zh && en && done >= 0 && done <= 1));
  for (const check of verdict.checks) {
    for (const item of check.evidence) {
      assert.match(item.zh, /[\u4e00-\u9fff]/, `${check.id}: ${item.en}`);
      assert.doesNotMatch(item.en, /[\u4e00-\u9fff]/, `${check.id}: ${item.en}`);
    }
  }
  if (VERDICT) {
    const theirs = JSON.parse(await readFile(VERDICT, 'utf8'));
    assert.deepEqual(outcomes(verdictJson(verdict)), outcomes(theirs));
    assert.deepEqual(
      verdictJson(verdict).checks.map(({ id, name }) => [id, name]),
      theirs.checks.map(({ id, name }) => [id, name]),
    );
  }
});

test('receipts of the run hold, with the signatures of their authors', { skip: skip || !process.env.KAIBIAO_TEST_RECEIPTS }, async () => {
  const policy = readPolicy(await readFile(POLICY, 'utf8'));
  const folder = process.env.KAIBIAO_TEST_RECEIPTS;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.tlog-proof'));
  assert.ok(names.length > 0);
  for (const name of names) {
    const paper = await examinePaper(await openAsBlob(join(folder, name)), policy);
    assert.equal(paper.signed, true, name);
    assert.ok(name.includes(paper.rows.find((row) => row.en === 'Fact').value), name);
  }
});

test('with a bare log key the registrars are those that the log names', { skip }, async () => {
  const whole = readPolicy(await readFile(POLICY, 'utf8'));
  const verdict = await examine(await sourceAt(DOSSIER), readPolicy(whole.logKey.text));
  assert.equal(verdict.good, true);
  assert.match(verdict.checks.find(({ id }) => id === '06').evidence[0].en, /the policy names no registrar/);
});

/** The dossier with some files changed: a value of null takes a file away. */
async function changed(change) {
  const source = await sourceAt(DOSSIER);
  const files = new Map();
  for (const [path, size] of source.files) files.set(path, (await source.bytes(path, 0, size)).slice());
  await change(files);
  return folderSource([...files].map(([path, bytes]) => [path, new Blob([bytes])]));
}

const flipAt = (path, at = 0) => (files) => {
  const name = [...files.keys()].find((one) => one.startsWith(path));
  files.get(name)[at] ^= 1;
};

test('damage on the way is found where it is', { skip }, async () => {
  const policy = readPolicy(await readFile(POLICY, 'utf8'));
  const found = async (change) => failed(await examine(await changed(change), policy));
  assert.deepEqual(await found(flipAt('documents/')), ['01']);
  assert.deepEqual(await found((files) => files.set('stray', utf8('x'))), ['01']);
  assert.deepEqual(await found((files) => files.set('bodies/a b', utf8('x'))), ['01']);
  assert.deepEqual(await found(flipAt('log/tile/0/')), ['01', '03']);
  assert.deepEqual(await found((files) => files.delete('payloads/7.json')), ['01', '36']);
  assert.deepEqual(await found((files) => files.set('payloads/7.json', files.get('payloads/8.json'))), ['01', '36']);
  assert.deepEqual(await found(flipAt('bodies/', 500)), ['01', '27']);
  assert.deepEqual(await found((files) => files.delete('log/checkpoint')), ['01', '02']);
  const entries = await found(flipAt('log/tile/entries/', 40));
  assert.ok(entries.includes('03') && entries.includes('04'), entries.join());
  const short = await found((files) => {
    const name = [...files.keys()].find((one) => one.startsWith('log/tile/entries/'));
    files.set(name, files.get(name).subarray(0, -3));
  });
  // Without its entries nothing can be said for the log: not who founded it, nor what its earlier heads were.
  assert.deepEqual(short, ['01', '02', '03', '04', '05']);
});

test('another log key, another registrar, a kept checkpoint of another log', { skip }, async () => {
  const text = await readFile(POLICY, 'utf8');
  const whole = readPolicy(text);
  const by = async (policy, given = []) => failed(await examine(await sourceAt(DOSSIER), policy, { given }));
  const stranger = readPolicy(forge.verifierKey(whole.origin, forge.keyOf('stranger')));
  assert.deepEqual(await by(stranger), ['02', '05', '20']);
  const registrars = new Map([['registry', forge.keyOf('stranger').publicKey]]);
  assert.deepEqual(await by({ ...whole, registrars }), ['06']);
  const key = forge.keyOf('x');
  const fake = forge.note(`${whole.origin}\n3\n${base64(forge.sha256())}\n`, whole.origin, key);
  assert.deepEqual(await by(whole, [['kept', fake]]), ['05']);
});
