// The self-check: an invented bid by the real modules, what is said of it, and a report without a secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangesOf } from '../static/js/cobblestone.js';
import { Keyring } from '../static/js/keyring.js';
import { forgetAll, heldCeremony, inventedFile, openedAndSame, preparedJob, sealedHere, TENDER } from '../static/js/self-check/dummy.js';
import { skew } from '../static/js/self-check/machine.js';
import { report, verdicts } from '../static/js/self-check/outcome.js';
import { memoryStorage } from '../static/js/storage.js';

test('five invented custodians, a sealed file, three open it, every byte compared', async () => {
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  const ceremony = await heldCeremony();
  const file = inventedFile(200_001);
  const job = await preparedJob({ keyring, storage }, ceremony.certificate, file, 1_800_000_000_000);
  assert.deepEqual((await keyring.bids()).map(({ tender }) => tender), [TENDER]); // prettier-ignore
  const sealed = await sealedHere(keyring, job, file, ceremony.certificate.y, () => {}, 0);
  const bytes = new Uint8Array(await sealed.body.arrayBuffer());
  assert.deepEqual(await openedAndSame(ceremony, job, sealed, file, rangesOf(bytes)), [5, 1, 3]);

  bytes[70_000] ^= 1;
  await assert.rejects(openedAndSame(ceremony, job, sealed, file, rangesOf(bytes)), /not authentic/);
  bytes[70_000] ^= 1;
  await assert.rejects(openedAndSame(ceremony, job, sealed, inventedFile(200_001), rangesOf(bytes)), /differs from the file/);

  assert.equal(await forgetAll(keyring), 1);
  assert.deepEqual((await storage.names('')).filter((name) => name !== 'key/wrap'), []); // prettier-ignore
});

test('a broken generator shows', () => {
  assert.ok(skew(crypto.getRandomValues(new Uint8Array(65_536))) < 8);
  assert.ok(skew(new Uint8Array(65_536)) > 8);
});

test('what can be done follows from the steps, and what was not tried is not promised', () => {
  const all = ['browser', 'clock', 'chance', 'storage', 'key', 'signature', 'ceremony', 'seal', 'upload', 'open'];
  const outcomes = new Map(all.map((name) => [name, { state: 'good', said: '' }]));
  assert.deepEqual(verdicts(outcomes).map(({ can }) => can), [true, true, true, true]); // prettier-ignore
  outcomes.set('upload', { state: 'skipped', said: '' });
  outcomes.set('storage', { state: 'weak', said: '' });
  outcomes.set('signature', { state: 'bad', said: '' });
  assert.deepEqual(verdicts(outcomes).map(({ can }) => can), [false, true, null, true]); // prettier-ignore
});

test('the report has every step, its time and what to do', () => {
  const outcome = { state: 'bad', said: 'no', todo: 'again' };
  const text = report({ origin: 'https://x', zone: 'procurement', at: 'now', agent: 'B', rows: [{ name: 'seal', title: 'Sealing', outcome, ms: 12.4 }] });
  assert.match(text, /\[seal\] Sealing: Failed \(12 ms\)\n {2}no\n {2}Do: again/);
});
