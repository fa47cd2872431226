// The sealing worker in a real Chromium: keys in IndexedDB, an upload that outlives its tab, and how fast it is.
//
//   KAIBIAO_CHROMIUM=/usr/bin/chromium node tests/chromium/sealing.mjs [MiB]        (needs playwright-core)
//
// Ends with exit code 0 if everything held, and prints what was measured.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { tusServer } from '../tus-server.mjs';

const MIB = Number(process.argv[2] ?? 128);
const STATIC = new URL('../../static/', import.meta.url);
const TYPES = { '.js': 'text/javascript', '.html': 'text/html' };
const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; require-trusted-types-for 'script'";

function page(req, res) {
  const path = req.url.split('?')[0];
  try {
    const body = path === '/' ? '<!doctype html><title>sealing</title><input type=file>' : readFileSync(new URL(`.${path}`, STATIC));
    res.writeHead(200, { 'content-type': path === '/' ? 'text/html' : TYPES[extname(path)], 'content-security-policy': POLICY });
    res.end(body);
  } catch {
    res.writeHead(404);
    res.end();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'kaibiao-chromium-'));
const server = await tusServer({ page });
const origin = server.url.replace('/api/uploads', '/');
const profile = join(folder, 'profile');
const launch = () =>
  chromium.launchPersistentContext(profile, {
    executablePath: process.env.KAIBIAO_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
const opened = async (context, file) => {
  const tab = await context.newPage();
  await tab.goto(origin);
  if (file) await tab.setInputFiles('input', file);
  return tab;
};

/** Makes a key, keeps it, prepares an envelope; says whether anything could be exported. */
const prepareIn = (tab) =>
  tab.evaluate(async () => {
    const { Draft, Keyring } = await import('/js/keyring.js');
    const { browserStorage } = await import('/js/storage.js');
    const { prepare } = await import('/js/seal-job.js');
    const { G, times } = await import('/js/ristretto.js');
    const storage = browserStorage();
    const keyring = new Keyring(storage);
    const draft = await Draft.make('key', 'eight or more', 1000);
    await draft.confirm(draft.file, 'eight or more');
    await keyring.keepBid({ bid: 'bid-1', tender: 'T-1' }, draft);
    const label = {
      tender: 'T-1', lot: '1', part: 'price', keyId: new Uint8Array(32), closesAt: 1_800_000_000_000, rules: new Uint8Array(32),
    };
    const file = document.querySelector('input').files[0];
    const job = await prepare({ keyring, storage }, { bid: 'bid-1', label, y: times(G, 7n), locked: true, file });
    return job.submission;
  });

const exportable = (tab) =>
  tab.evaluate(async () => {
    const { browserStorage } = await import('/js/storage.js');
    const storage = browserStorage();
    const found = [];
    for (const name of ['key/wrap', 'key/bid/bid-1']) {
      const kept = await storage.get(name);
      for (const format of ['pkcs8', 'jwk', 'raw']) {
        await crypto.subtle.exportKey(format, kept.key ?? kept).then(() => found.push(`${name} ${format}`), () => {});
      }
    }
    return found;
  });

const runIn = (tab, submission) =>
  tab.evaluate(async (name) => {
    const { ownWorker } = await import('/js/own-worker.js');
    const worker = ownWorker('seal-worker.js');
    const file = document.querySelector('input').files[0];
    const began = performance.now();
    return new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }) => {
        if (data.progress) window.progress = data.progress;
        if (data.done) resolve({ ...data.done, ms: performance.now() - began });
        if (data.failed) reject(new Error(data.failed.en));
      };
      worker.postMessage({ run: { bid: 'bid-1', submission: name, file } });
    });
  }, submission);

/** Seals without a network, as the worker does. */
const sealOnly = (tab) =>
  tab.evaluate(async () => {
    const { partPool } = await import('/js/part-pool.js');
    const file = document.querySelector('input').files[0];
    const bytes = (size) => new Uint8Array(size).fill(3);
    const pool = await partPool({ key: bytes(32), salt: bytes(24), label: bytes(64), file });
    const count = Math.ceil(file.size / 8_388_608);
    const began = performance.now();
    const ahead = [];
    for (let number = 0, asked = 0; number < count; number += 1) {
      for (; asked < count && ahead.length <= pool.width; asked += 1) ahead.push(pool.part(asked));
      pool.giveBack(await ahead.shift());
    }
    const ms = performance.now() - began;
    pool.end();
    return { ms, width: pool.width };
  });

/** Processor seconds that the browser of a profile has used so far, all its processes together (Linux). */
function processorSeconds() {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isRoot = readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(profile);
      return [{ pid, parent: fields[1], ticks: Number(fields[11]) + Number(fields[12]), isRoot }];
    } catch {
      return [];
    }
  }); // prettier-ignore
  const ours = new Set(processes.filter(({ isRoot }) => isRoot).map(({ pid }) => pid));
  for (let grew = true; grew; ) {
    const more = processes.filter(({ pid, parent }) => ours.has(parent) && !ours.has(pid));
    for (const { pid } of more) ours.add(pid);
    grew = more.length > 0;
  }
  return processes.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks / 100, 0);
}

/** Processor seconds per GB of what a work of so many bytes takes. */
async function costOf(work, bytes) {
  const before = processorSeconds();
  const result = await work();
  return { result, perGb: (processorSeconds() - before) / (bytes / 1e9) };
}

/** AES-GCM and SHA-256 of as many bytes that are in memory already, by WebCrypto alone, in calls of 64 KiB. */
const rawOnly = (tab, size) =>
  tab.evaluate(async (total) => {
    const CALL = 65_536;
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const block = crypto.getRandomValues(new Uint8Array(CALL));
    let next = 0;
    const lane = async () => {
      while (next < total) {
        next += CALL;
        const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: crypto.getRandomValues(new Uint8Array(12)) }, key, block);
        await crypto.subtle.digest('SHA-256', sealed);
      }
    };
    const began = performance.now();
    await Promise.all([lane(), lane(), lane(), lane()]);
    return performance.now() - began;
  }, size);

try {
  const path = join(folder, 'bid.bin');
  writeFileSync(path, randomBytes(MIB * 1_048_576));
  let context = await launch();
  let tab = await opened(context, path);
  for (let round = 0; round < 3; round += 1) {
    const bytes = MIB * 1_048_576;
    const alone = await costOf(() => rawOnly(tab, bytes), bytes);
    const raw = bytes / 1_000 / alone.result;
    const { result: { ms, width }, perGb } = await costOf(() => sealOnly(tab), bytes); // prettier-ignore
    const speed = bytes / 1_000 / ms;
    console.log(`processor seconds per GB: ${perGb.toFixed(2)}, of which AES-GCM and SHA-256 alone take ${alone.perGb.toFixed(2)}; two cores allow ${(2_000 / perGb).toFixed(0)} MB/s`);
    console.log(`sealed and hashed, ${width} workers: ${speed.toFixed(0)} MB/s; AES-GCM and SHA-256 alone: ${raw.toFixed(0)} MB/s; ratio ${(speed / raw).toFixed(2)}; load ${loadavg()[0].toFixed(1)}`);
  }

  const submission = await prepareIn(tab);
  assert.deepEqual(await exportable(tab), [], 'no key can be exported');
  runIn(tab, submission).catch(() => {});
  await tab.waitForFunction(() => window.progress?.sent > window.progress?.total / 3);
  await context.close();
  const [upload] = server.uploads.values();
  const had = upload.bytes.length;
  assert.ok(had > 0 && had < upload.length, 'the browser was closed in the middle');

  context = await launch();
  tab = await opened(context, path);
  assert.deepEqual(await exportable(tab), [], 'no key can be exported after a restart');
  const before = server.requests.filter((line) => line.startsWith('PATCH')).length;
  const done = await runIn(tab, submission);
  const sent = server.requests.filter((line) => line.startsWith('PATCH')).length - before;
  assert.equal(upload.digest, done.body_digest);
  assert.ok(sent <= Math.ceil((upload.length - had) / 8_388_608) + 1, 'what had arrived was not sent again');
  console.log(`gone on after a restart of the browser: ${had} of ${upload.length} bytes had arrived, ${sent} parts were sent`);

  const again = await prepareIn(tab);
  const whole = await runIn(tab, again);
  console.log(`sealed, hashed and uploaded to a server in memory: ${((MIB * 1048.576) / whole.ms).toFixed(0)} MB/s`);
  await context.close();
} finally {
  server.end();
  rmSync(folder, { recursive: true });
}
