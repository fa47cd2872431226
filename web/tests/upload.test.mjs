// The tus client against a server that breaks: cut connections, spoiled bytes, a busy server, an expired upload.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { random } from '../static/js/bytes.js';
import { treeDigest } from '../static/js/tree64k.js';
import { Upload, UploadGone, capabilities, digestIs } from '../static/js/upload.js';
import { filled, tusServer } from './tus-server.mjs';

let server;
const quick = (troubles = []) => ({ pause: async () => {}, onTrouble: (why, ms) => troubles.push({ why, ms }) });
before(async () => {
  server = await tusServer();
});
after(() => server.end());

async function sent(bytes, faults, checksum = true) {
  const troubles = [];
  const upload = await Upload.begin(server.url, { length: bytes.length, metadata: { kind: 'body' } }, quick(troubles));
  upload.checksum = checksum;
  server.faults.push(...faults);
  for (let at = 0; at < bytes.length; at += 100_000) await upload.send(at, bytes.subarray(at, at + 100_000));
  const kept = server.uploads.get(new URL(upload.address).pathname);
  assert.deepEqual(new Uint8Array(kept.bytes), bytes);
  assert.ok(digestIs(upload, await treeDigest(bytes)));
  assert.equal(kept.metadata, 'kind Ym9keQ==');
  return { upload, troubles, kept };
}

test('what the server can do', async () => {
  const { extensions, checksums, maxSize } = await capabilities(server.url);
  assert.ok(extensions.has('creation') && extensions.has('termination'));
  assert.ok(checksums.has('sha256'));
  assert.equal(maxSize, 1e9);
});

test('an upload in parts, each with its checksum', async () => {
  const { upload, troubles, kept } = await sent(filled(65_000 * 5), []);
  assert.equal(troubles.length, 0);
  assert.ok(kept.checked);
  assert.match(upload.expires, /2026/);
});

test('cut connections are gone on with where the server stands', async () => {
  const { troubles } = await sent(filled(60_000 * 5), [{}, { cut: 40_000 }, { cut: 0 }, { cut: 10_000 }]);
  assert.equal(troubles.length, 3);
  assert.match(troubles[0].why.en, /connection is lost/);
});

test('a spoiled part is noticed and sent again', async () => {
  const { troubles } = await sent(filled(150_000), [{ spoil: true }]);
  assert.equal(troubles[0].why.code, 'upload.checksum');
});

test('a busy server is given the time it asks for', async () => {
  const faults = [{ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }];
  const { troubles } = await sent(filled(150_000), faults);
  assert.deepEqual(troubles.map(({ ms }) => ms), [7000, 500]);
});

test('a refusal that will not pass is told at once', async () => {
  const upload = await Upload.begin(server.url, { length: 10, metadata: { kind: 'body' } }, quick());
  server.faults.push({ status: 401 });
  await assert.rejects(upload.send(0, random(10)), { code: 'test.fault', status: 401 });
  await assert.rejects(Upload.begin(server.url, { length: 2e9, metadata: {} }, quick()), { code: 'upload.too_long' });
});

test('an upload that is gone says so, and can be ended', async () => {
  const upload = await Upload.begin(server.url, { length: 10, metadata: { kind: 'body' } }, quick());
  await upload.terminate();
  await assert.rejects(upload.ask(), UploadGone);
  await upload.terminate();
  await assert.rejects(upload.send(0, random(10)), UploadGone);
});

test('a stop ends the waiting', async () => {
  const stop = new AbortController();
  const upload = await Upload.begin(server.url, { length: 10, metadata: { kind: 'body' } }, { signal: stop.signal });
  server.faults.push({ status: 503 });
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(upload.send(0, random(10)), { name: 'AbortError' });
});
