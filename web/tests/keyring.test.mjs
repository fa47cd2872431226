// Keys of a person in a browser: kept after their backup was read back, and given out to nobody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wrong, hex, lp, random, utf8 } from '../static/js/bytes.js';
import { fingerprint, verify } from '../static/js/ed25519.js';
import { sha256Sync } from '../static/js/hash-sync.js';
import { Draft, Keyring, STOCK, lockSecret } from '../static/js/keyring.js';
import { openKey } from '../static/js/pkcs8.js';
import { memoryStorage } from '../static/js/storage.js';

const PASS = 'eight or more';
const wrong = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);

test('a key is kept only after its backup was read back', async () => {
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  const draft = await Draft.make('key', PASS, 10);
  await wrong(keyring.keepAccount('buyer', draft), /read the backup file back first/);
  const other = await Draft.make('key', PASS, 10);
  await wrong(draft.confirm(other.file, PASS), /another key/);
  await wrong(draft.confirm(draft.file, 'wrong passphrase'), /passphrase is wrong/);
  await draft.confirm(draft.file, PASS);
  await keyring.keepAccount('buyer', draft);
  await wrong(keyring.keepAccount('again', draft), /kept already/);
  assert.deepEqual(await keyring.accounts(), ['buyer']);

  const signer = await keyring.account('buyer');
  const signature = await signer.sign(utf8('message'));
  assert.ok(await verify(signer.publicKey, utf8('message'), signature));
  assert.ok(!(await verify(signer.publicKey, utf8('other'), signature)));
  await wrong(keyring.account('nobody'), /restore it from its backup/);
  await wrong(Draft.make('key', 'short'), /at least 8/);
});

test('no key that is kept can be exported', async () => {
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  for (const keep of [
    async (draft) => keyring.keepAccount('a', draft),
    async (draft) => keyring.keepBid({ bid: 'b', tender: 't' }, draft),
  ]) {
    const draft = await Draft.make('key', PASS, 10);
    await draft.confirm(draft.file, PASS);
    await keep(draft);
  }
  const names = ['key/account/a', 'key/bid/b', 'key/wrap'];
  for (const name of names) {
    const kept = await storage.get(name);
    const key = kept.key ?? kept;
    assert.equal(key.extractable, false, name);
    for (const format of ['pkcs8', 'jwk', 'raw']) {
      await assert.rejects(crypto.subtle.exportKey(format, key), `${name} ${format}`);
    }
  }
});

test('a backup restores the key, and only that key', async () => {
  const draft = await Draft.make('key', PASS, 10);
  const restored = await Draft.restore('key', draft.file, PASS, fingerprint(draft.publicKey));
  assert.deepEqual(restored.publicKey, draft.publicKey);
  await wrong(Draft.restore('key', draft.file, PASS, random(32)), /another key than the one enrolled/);
  const keyring = new Keyring(memoryStorage());
  await keyring.keepAccount('buyer', restored);
  assert.deepEqual((await keyring.account('buyer')).publicKey, draft.publicKey);
});

test('a custodian seed is wrapped and comes back', async () => {
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  const draft = await Draft.make('seed', PASS, 10);
  await draft.confirm(draft.file, PASS);
  await keyring.keepSeed('custodian-1', draft);
  const custodian = await keyring.custodian('custodian-1');
  assert.deepEqual(custodian.signer.publicKey, draft.publicKey);
  const kept = await storage.get('key/seed/custodian-1');
  await wrong(keyring.unwrap('key/seed/custodian-2', kept.wrapped), /cannot be unwrapped/);
  await wrong(new Keyring(memoryStorage()).unwrap('key/seed/custodian-1', kept.wrapped), /cannot be unwrapped/);
});

test('every submission is taken once, and its lock follows from the key file alone', async () => {
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  const draft = await Draft.make('key', PASS, 10);
  await draft.confirm(draft.file, PASS);
  await keyring.keepBid({ bid: 'bid-1', tender: 'T-1' }, draft);
  const taken = await Promise.all(Array.from({ length: STOCK }, () => keyring.takeSubmission('bid-1')));
  assert.equal(new Set(taken.map(({ submission }) => hex(submission))).size, STOCK);
  await wrong(keyring.takeSubmission('bid-1'), /used up/);

  const { submission, beta } = taken[7];
  assert.deepEqual(await keyring.lock('bid-1', submission), beta);
  const seed = await openKey(draft.file, PASS);
  assert.deepEqual(beta, sha256Sync(lp('kaibiao/bidder-lock/v1', seed, submission)));
  assert.deepEqual(beta, lockSecret(seed, submission));

  const elsewhere = new Keyring(memoryStorage());
  await wrong(elsewhere.lock('bid-1', submission), /restore the bid key/);
  await elsewhere.keepBid({ bid: 'bid-1', tender: 'T-1' }, await Draft.restore('key', draft.file, PASS), [submission]);
  assert.deepEqual(await elsewhere.lock('bid-1', submission), beta);
  assert.deepEqual(await elsewhere.bids(), [{ bid: 'bid-1', tender: 'T-1' }]);

  await keyring.forget('bid-1');
  assert.deepEqual(await storage.names('lock/'), []);
  await wrong(keyring.bid('bid-1'), /no key of bid/);
});
