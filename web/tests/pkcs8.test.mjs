// Key files: those that Rust and OpenSSL write are read, those that we write OpenSSL reads, everything else is refused.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Wrong, hex, random, unbase64, unhex } from '../static/js/bytes.js';
import { Custodian } from '../static/js/custodian.js';
import { fingerprint, publicOfSeed } from '../static/js/ed25519.js';
import { openKey, openSeed, sealKey, sealSeed } from '../static/js/pkcs8.js';

const EXAMPLES = new URL('../../keys-example/', import.meta.url);
const WORTHLESS = 'openly-worthless';
const example = (name) => readFileSync(new URL(name, EXAMPLES), 'utf8');
const wrong = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);

function openssl(args, input) {
  const folder = mkdtempSync(join(tmpdir(), 'kaibiao-pkcs8-'));
  try {
    writeFileSync(join(folder, 'in.pem'), input);
    return execFileSync('openssl', [...args, '-in', join(folder, 'in.pem')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('files of Rust are read, and agree with OpenSSL', async () => {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.pem'));
  assert.ok(names.length > 30);
  for (const name of names) {
    if (name.endsWith('-seed.pem')) {
      const seed = await openSeed(example(name), WORTHLESS);
      assert.equal((await Custodian.of(seed)).signer.publicKey.length, 32);
      continue;
    }
    const key = await publicOfSeed(await openKey(example(name), WORTHLESS));
    if (name !== 'bidder-01.pem') continue;
    const der = openssl(['pkey', '-passin', `pass:${WORTHLESS}`, '-pubout', '-outform', 'DER'], example(name));
    assert.equal(hex(key), hex(der.subarray(-32)));
  }
});

test('OpenSSL reads what we write, at full cost', async () => {
  const seed = unhex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const file = await sealKey(seed, '口令 pass');
  const der = openssl(['pkey', '-passin', 'pass:口令 pass', '-pubout', '-outform', 'DER'], file);
  // RFC 8032, section 7.1, test 1.
  assert.equal(hex(der.subarray(-32)), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  assert.equal(hex(await openKey(file, '口令 pass')), hex(seed));
});

test('we read what OpenSSL writes', async () => {
  const plain = openssl(['pkey', '-passin', `pass:${WORTHLESS}`], example('buyer.pem')).toString();
  const made = openssl(
    ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256', '-iter', '1000', '-passout', 'pass:other'],
    plain,
  ).toString();
  assert.deepEqual(await openKey(made, 'other'), await openKey(example('buyer.pem'), WORTHLESS));
  const old = openssl(['pkcs8', '-topk8', '-v2', 'aes-128-cbc', '-passout', 'pass:other'], plain).toString();
  await wrong(openKey(old, 'other'), /not protected by PBKDF2-HMAC-SHA-256 and AES-256-CBC/);
  await wrong(openKey(plain, 'other'), /not a ENCRYPTED PRIVATE KEY/);
});

test('a wrong passphrase, another key, another kind, damage', async () => {
  const seed = random(32);
  const file = await sealKey(seed, 'right', 10);
  await wrong(openKey(file, 'wrong'), /the passphrase is wrong/);
  await wrong(openKey(file, 'right', new Uint8Array(32)), /another key than the one enrolled/);
  assert.deepEqual(await openKey(file, 'right', fingerprint(await publicOfSeed(seed))), seed);
  const kept = await sealSeed(seed, 'right', 10);
  assert.deepEqual(await openSeed(kept, 'right'), seed);
  await wrong(openKey(kept, 'right'), /not a ENCRYPTED PRIVATE KEY/);
  await wrong(openSeed(file, 'right'), /not a TENDER CUSTODIAN SEED/);
  const relabelled = file.replaceAll('ENCRYPTED PRIVATE KEY', 'TENDER CUSTODIAN SEED');
  await wrong(openSeed(relabelled, 'right'), /another kind of key/);
  await wrong(openKey(file.slice(0, 90), 'right'), /not PEM/);
  await wrong(openKey('x'.repeat(5000), 'right'), /too long/);

  const bytes = unbase64(file.split('\n').slice(1, -2).join(''));
  const armoured = (changed) =>
    `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${Buffer.from(changed).toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = bytes.slice();
    changed[at] ^= 1;
    const expected = fingerprint(await publicOfSeed(seed));
    // A bit of the rounds or of the secret is noticed by the padding, the structure or the fingerprint.
    await assert.rejects(openKey(armoured(changed), 'right', expected), Wrong, `byte ${at}`);
  }
  await wrong(openKey(armoured([...bytes, 0]), 'right'), /not encrypted PKCS#8/);
});

test('a hostile file costs no time', async () => {
  const file = await sealKey(random(32), 'right', 100);
  const bytes = Buffer.from(file.split('\n').slice(1, -2).join(''), 'base64');
  const at = bytes.indexOf(Buffer.from([2, 1, 100]));
  const costly = Buffer.concat([bytes.subarray(0, at), Buffer.from([2, 4, 0x7f, 0xff, 0xff, 0xff]), bytes.subarray(at + 3)]);
  // The lengths around the number grow by three.
  for (let tag = 0; tag < at; tag += 1) {
    if (costly[tag] === 0x30 && costly[tag + 1] < 128 && tag + 2 + costly[tag + 1] >= at) costly[tag + 1] += 3;
  }
  if (costly[1] === 0x81) costly[2] += 3;
  const text = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${costly.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  await wrong(openKey(text, 'right'), /asks for 2147483647 rounds/);
});
