// The self-check in a real Chromium against a running platform: for a stranger and for a bidder, in both languages; the
// dummy upload is cut, resumed, read back, opened and removed, and the saved report has nothing secret in it.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/self-check.mjs DIR [folder for pictures]                       (needs playwright-core)

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [dir, pictures] = process.argv.slice(2);
const { procurement: base, supervision } = JSON.parse(readFileSync(join(dir, 'addresses.json'), 'utf8'));
const KEYS = new URL('../../../keys-example/', import.meta.url).pathname;
const BIDDER = process.env.KAIBIAO_BIDDER ?? 'bidder-06';
const folder = mkdtempSync(join(tmpdir(), 'kaibiao-self-check-'));
const AXE = await import('axe-core').then((module) => module.default.source).catch(() => null);
if (pictures) mkdirSync(pictures, { recursive: true });
const complaints = [];

const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath: process.env.KAIBIAO_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  acceptDownloads: true, locale: 'zh-CN', viewport: { width: 1280, height: 900 },
}); // prettier-ignore
const tab = await context.newPage();
tab.setDefaultTimeout(120_000);
tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
tab.on('pageerror', (error) => complaints.push(String(error)));

async function look(name) {
  if (AXE) {
    const session = await context.newCDPSession(tab);
    await session.send('Runtime.evaluate', { expression: AXE });
    const run = 'axe.run(document, { resultTypes: ["violations"] }).then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])))';
    const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
    if (result.value !== '[]') complaints.push(`${name}: ${result.value}`);
    await session.detach();
  }
  for (const [width, size] of [[1280, 'wide'], [390, 'phone']]) {
    await tab.setViewportSize({ width, height: 900 });
    const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${name} is ${over} pixels too wide at ${width}`);
    if (pictures) await tab.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
  }
  await tab.setViewportSize({ width: 1280, height: 900 });
}

/** Runs the check and returns the state of every step. */
async function checked(path) {
  await tab.goto(path);
  await tab.waitForSelector('html[data-ready="self-check"]');
  await tab.focus('#begin');
  await tab.keyboard.press('Enter');
  await tab.waitForSelector('#self-check[data-done]');
  const rows = await tab.$$eval('tr[data-step]', (all) => all.map((row) => [row.dataset.step, row.dataset.state, row.querySelector('.result').textContent]));
  for (const [name, state, text] of rows) console.log(`  ${name}: ${state} · ${text}`);
  return Object.fromEntries(rows.map(([name, state]) => [name, state]));
}

const fine = (state) => assert.match(state, /^(good|weak)$/);
try {
  const stranger = await checked(`${base}/self-check?lang=zh`);
  for (const name of ['browser', 'clock', 'chance', 'storage', 'signature', 'ceremony', 'seal', 'open', 'tidy']) fine(stranger[name]);
  assert.deepEqual([stranger.key, stranger.upload], ['skipped', 'skipped']);
  await look('1-stranger');

  await tab.goto(`${base}/sign-in?next=/self-check&lang=en`);
  await tab.waitForSelector('html[data-ready]');
  await tab.fill('#account', BIDDER);
  await tab.setInputFiles('#file', join(KEYS, `${BIDDER}.pem`));
  await tab.fill('#passphrase', 'openly-worthless');
  await tab.click('#restore button');
  await tab.waitForURL(`${base}/self-check`);
  const gone = [];
  tab.on('request', (request) => request.method() === 'DELETE' && gone.push(request.url()));
  const bidder = await checked(`${base}/self-check`);
  for (const [name, state] of Object.entries(bidder)) assert.match(state, ['storage', 'clock', 'seal'].includes(name) ? /^(good|weak)$/ : /^good$/, name);
  assert.match(await tab.textContent('#verdict'), /This computer can do it/);
  assert.equal(gone.length, 1, 'the upload was ended');
  const read = await tab.evaluate((address) => fetch(address, { headers: { range: 'bytes=0-9' } }).then(({ status }) => status), gone[0]);
  assert.equal(read, 404, 'nothing is left to read');
  const left = await tab.evaluate(async () => {
    const { browserStorage } = await import('/static/js/storage.js');
    return (await browserStorage().names('')).filter((name) => /self-check|^sealing|^lock/.test(name));
  });
  assert.deepEqual(left, [], 'nothing is left in the browser');
  await look('2-bidder-en');
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.click('#save')]);
  const path = join(folder, 'report.txt');
  await download.saveAs(path);
  const report = readFileSync(path, 'utf8');
  assert.match(report, /\[upload\]/);
  for (const secret of [BIDDER, 'PRIVATE KEY', 'openly-worthless']) assert.ok(!report.includes(secret), secret);
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !/404/.test(text)));

  const other = await checked(`${supervision}/self-check?lang=en`);
  assert.deepEqual([other.upload, other.open], ['skipped', 'good']);
  assert.deepEqual(complaints, []);
  console.log('everything held');
} catch (error) {
  if (pictures) await tab.screenshot({ path: join(pictures, 'failed.png'), fullPage: true }).catch(() => {});
  console.error(complaints);
  throw error;
} finally {
  await context.close();
  rmSync(folder, { recursive: true, force: true });
}
