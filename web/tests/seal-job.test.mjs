// An envelope on its way: sealed, uploaded, gone on with after a closed tab, and refused when the file is another.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bidBackup, openBackup, sealBackup, submissionsIn } from '../static/js/bid-backup.js';
import { Wrong, hex, unhex } from '../static/js/bytes.js';
import { checkEnvelope, checkOpens, openEnvelope } from '../static/js/envelope.js';
import { Draft, Keyring } from '../static/js/keyring.js';
import { readHeader } from '../static/js/kem.js';
import { unpad } from '../static/js/padding.js';
import { G, randomSecret, readPoint, times } from '../static/js/ristretto.js';
import { checkJob, discard, jobs, prepare, run, sealedLength, secretsOf, signedEnvelope } from '../static/js/seal-job.js';
import { PART } from '../static/js/sealing.js';
import { memoryStorage } from '../static/js/storage.js';
import { rangesAt } from '../static/js/upload.js';
import { filled, tusServer } from './tus-server.mjs';

const wrong = (act, sentence) =>
  assert.rejects(act, (error) => error instanceof Wrong && sentence.test(error.en) && error.zh.length > 0);
const custodians = randomSecret();
const y = times(G, custodians);
let server;
let kept;
before(async () => {
  server = await tusServer();
  const storage = memoryStorage();
  const keyring = new Keyring(storage);
  const draft = await Draft.make('key', 'eight or more', 10);
  await draft.confirm(draft.file, 'eight or more');
  await keyring.keepBid({ bid: 'bid-1', tender: 'T-1' }, draft);
  kept = { keyring, storage };
});
after(() => server.end());

const label = () => ({
  tender: 'T-1', lot: '1', part: 'price', keyId: new Uint8Array(32).fill(5), closesAt: 1_800_000_000_000,
  rules: new Uint8Array(32).fill(6),
});
const means = (more = {}) => ({ endpoint: server.url, pause: async () => {}, ...more });
const fileOf = (bytes) => new File([bytes], 'price.pdf', { lastModified: 1_700_000_000_000 });
const body = (job) => server.uploads.get(new URL(job.address).pathname).bytes;
const begin = (bytes, locked = true) => prepare(kept, { bid: 'bid-1', label: label(), y, locked, file: fileOf(bytes) });

async function opened(job, bytes) {
  const header = readHeader(unhex(job.done.header));
  const { secret, beta } = await secretsOf(kept.keyring, job);
  const what = { label: job.label, header, y, beta };
  const frame = await openEnvelope({ ...what, z: times(header.r, custodians), body: new Uint8Array(body(job)) });
  assert.ok(Buffer.from(unpad(frame)).equals(Buffer.from(bytes)));
  const read = (start, end) => new Uint8Array(body(job).subarray(start, end));
  const ends = await checkOpens({ ...what, secret, length: job.done.body_length, read });
  assert.equal(ends.plain, frame.length);
}

for (const size of [0, 1, 65_528, 65_529, PART - 60_000, 2 * PART + 12_345]) {
  test(`a file of ${size} bytes`, async () => {
    const bytes = filled(size);
    const job = await begin(bytes, size % 2 === 0);
    const seen = [];
    await run(kept, job, fileOf(bytes), means({ onProgress: (at) => seen.push(at) }));
    assert.equal(seen.at(-1).sent, job.done.body_length);
    await opened(job, bytes);
    const record = await signedEnvelope(kept.keyring, job);
    const { publicKey } = await kept.keyring.bid('bid-1');
    const checked = await checkEnvelope({ label: job.label, y: readPoint(job.y), record, signer: publicKey });
    assert.equal(hex(checked.envelopeHash), job.done.envelope_hash);
    await wrong(
      checkEnvelope({ label: { ...job.label, lot: '2' }, y, record, signer: publicKey }),
      /does not hold for this label/,
    );
  });
}

test('a closed tab: the same file goes on where the server stands', async () => {
  const bytes = filled(2 * PART + 500_000);
  const job = await begin(bytes);
  const stop = new AbortController();
  server.faults.push({}, { cut: 1_000_000 });
  const onTrouble = () => stop.abort();
  await assert.rejects(run(kept, job, fileOf(bytes), means({ signal: stop.signal, onTrouble })), { name: 'AbortError' });
  assert.equal(body(job).length, PART + 1_000_000);

  const [again] = (await jobs(kept.storage, 'bid-1')).filter((one) => one.submission === job.submission);
  assert.equal(again.address, job.address);
  const before = server.requests.length;
  await run(kept, again, fileOf(bytes), means());
  const patches = server.requests.slice(before).filter((line) => line.startsWith('PATCH'));
  assert.equal(patches.length, 2, 'what had arrived is not sent again');
  await opened(again, bytes);
  assert.equal(await run(kept, again, fileOf(bytes), means()), again.done, 'what is done is done');
});

test('an upload that expired is begun anew with the same bytes', async () => {
  const bytes = filled(PART + 1000);
  const job = await begin(bytes);
  const stop = new AbortController();
  server.faults.push({ cut: 5_000 });
  await assert.rejects(
    run(kept, job, fileOf(bytes), means({ signal: stop.signal, onTrouble: () => stop.abort() })),
    { name: 'AbortError' },
  );
  const first = Buffer.from(body(job));
  server.uploads.clear();
  await run(kept, job, fileOf(bytes), means());
  assert.ok(body(job).subarray(0, first.length).equals(first));
  await opened(job, bytes);
});

test('another file never goes out under the same key', async () => {
  const bytes = filled(PART + 1000);
  const job = await begin(bytes);
  const stop = new AbortController();
  server.faults.push({ cut: 300_000 });
  await assert.rejects(
    run(kept, job, fileOf(bytes), means({ signal: stop.signal, onTrouble: () => stop.abort() })),
    { name: 'AbortError' },
  );
  await wrong(run(kept, job, fileOf(filled(PART + 1001)), means()), /not the file price.pdf/);
  const later = new File([bytes], 'price.pdf', { lastModified: 1_700_000_000_001 });
  await wrong(run(kept, job, later, means()), /not the file price.pdf/);

  const changed = Buffer.from(bytes);
  changed[PART - 1_000_000] ^= 1;
  const length = body(job).length;
  await wrong(run(kept, job, fileOf(changed), means()), /contents of price.pdf have changed/);
  assert.equal(body(job).length, length, 'nothing was sent');
  await discard(kept.storage, job, means());
  assert.deepEqual((await jobs(kept.storage, 'bid-1')).filter((one) => one.submission === job.submission), []);
  assert.deepEqual(await kept.storage.names(`sealing/bid-1/${job.submission}`), []);
});

test('a pause holds before the next part', async () => {
  const bytes = filled(2 * PART + 1000);
  const job = await begin(bytes);
  let parts = 0;
  let go;
  const held = new Promise((resolve) => {
    go = resolve;
  });
  let reached;
  const atSecond = new Promise((resolve) => {
    reached = resolve;
  });
  const gate = () => {
    parts += 1;
    if (parts !== 2) return undefined;
    reached();
    return held;
  };
  const running = run(kept, job, fileOf(bytes), means({ gate }));
  await atSecond;
  assert.equal(body(job).length, PART, 'one part went out, no more');
  go();
  await running;
  await opened(job, bytes);
});

test('what is too long is refused before anything is sealed', async () => {
  const what = { bid: 'bid-1', label: label(), y, locked: false, file: fileOf(filled(1000)), maxBytes: 999 };
  await wrong(prepare(kept, what), /takes at most 999. Nothing was sealed/);
});

test('what is longer sealed than the platform takes is refused before a byte is sent', async () => {
  const bytes = filled(100_000);
  const tight = await tusServer({ most: sealedLength(bytes.length) - 1 });
  const job = await begin(bytes);
  await wrong(run(kept, job, fileOf(bytes), means({ endpoint: tight.url })), /takes at most \d+. Nothing was sent/);
  assert.deepEqual(tight.requests.map((request) => request.split(' ')[0]), ['OPTIONS']);
  tight.end();
  const just = await tusServer({ most: sealedLength(bytes.length) });
  await run(kept, job, fileOf(bytes), means({ endpoint: just.url }));
  assert.ok(just.requests.some((request) => request.startsWith('PATCH')));
  just.end();
});

test('a body that the platform received otherwise is not handed in', async () => {
  const plain = await tusServer({ extensions: 'creation,termination' });
  const bytes = filled(100_000);
  const job = await begin(bytes);
  plain.faults.push({ spoil: true });
  await wrong(run(kept, job, fileOf(bytes), means({ endpoint: plain.url })), /the platform received a body with the digest/);
  plain.end();
});

test('a backup restores a bid on another machine', async () => {
  const bytes = filled(1000);
  const job = await begin(bytes);
  await run(kept, job, fileOf(bytes), means());
  const content = await bidBackup(kept.keyring, 'bid-1', [job]);
  const file = await sealBackup(content, 'another passphrase', 10);
  assert.deepEqual(content.envelopes[0].file, { name: 'price.pdf', size: 1000, modified: 1_700_000_000_000 });
  await wrong(openBackup(file, 'wrong'), /passphrase is wrong or the backup is damaged/);
  for (const at of [0, 25, 40, 60, file.length - 1]) {
    const changed = file.map((byte, place) => (place === at ? byte ^ 1 : byte));
    await assert.rejects(openBackup(changed, 'another passphrase'), Wrong, `byte ${at}`);
  }
  const read = await openBackup(file, 'another passphrase');
  assert.deepEqual(read, content);

  const elsewhere = new Keyring(memoryStorage());
  const draft = await Draft.restore('key', read.key_file, 'eight or more', job.label.signer);
  await elsewhere.keepBid(read, draft, submissionsIn(read));
  const { beta } = await secretsOf(kept.keyring, job);
  assert.deepEqual(await elsewhere.lock('bid-1', job.label.submission), beta);
  assert.equal(read.envelopes[0].beta, hex(beta));
});

test('this key opens this bid', async () => {
  const bytes = filled(PART + 70_000);
  const job = await begin(bytes);
  await run(kept, job, fileOf(bytes), means());
  const before = server.requests.length;
  assert.equal(await checkJob(kept.keyring, job, rangesAt(job.address)), bytes.length);
  assert.equal(server.requests.length - before, 3, 'prefix, last chunk, first chunk; nothing else is read');
  body(job)[body(job).length - 1] ^= 1;
  await wrong(checkJob(kept.keyring, job, rangesAt(job.address)), /chunk \d+ of the body is not authentic/);
  const other = await begin(bytes);
  await wrong(checkJob(kept.keyring, { ...job, scalar: other.scalar }, rangesAt(job.address)), /cannot be unwrapped/);
  await assert.rejects(checkJob(kept.keyring, job, rangesAt(`${job.address}0`)), { code: 'upload.unknown' });
});
