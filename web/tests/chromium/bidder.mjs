// A bidder in a real Chromium against a running platform: enters, seals and hands in a large bid, with the connection
// cut and the tab closed in between, checks that the key opens it, replaces, asks, withdraws; in both languages.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/bidder.mjs DIR [MiB] [folder for pictures]                       (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on the console, nothing found by axe.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { CHROMIUM, FLAGS, KEYS, bigFile as written } from './stage.mjs';

const [dir, size = '60', pictures] = process.argv.slice(2);
const { procurement: base } = JSON.parse(readFileSync(join(dir, 'addresses.json'), 'utf8'));
const BIDDER = process.env.KAIBIAO_BIDDER ?? 'bidder-05';
const TENDER = '/bidder/tenders/T2026-001';
const folder = mkdtempSync(join(tmpdir(), 'kaibiao-bidder-'));
if (pictures) mkdirSync(pictures, { recursive: true });

const bigFile = (name, mebibytes) => written(join(folder, name), mebibytes);

const complaints = [];
let expected = false;
const launch = () =>
  chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: CHROMIUM, args: FLAGS, acceptDownloads: true, bypassCSP: false,
    locale: 'zh-CN', viewport: { width: 1280, height: 900 },
  }); // prettier-ignore

async function tabOf(context) {
  const tab = await context.newPage();
  tab.setDefaultTimeout(60_000);
  tab.on('console', (message) => message.type() === 'error' && !expected && complaints.push(message.text()));
  if (process.env.KAIBIAO_TRACE) context.on('requestfailed', (r) => console.log('failed', r.method(), r.url(), r.failure()?.errorText));
  tab.on('pageerror', (error) => complaints.push(String(error)));
  return tab;
}

async function ready(tab, path) {
  await tab.goto(base + path);
  await tab.waitForSelector('html[data-ready]');
}

async function look(tab, name) {
  // The policy of the page forbids scripts of others: axe runs in the debugger's own world.
  const session = await tab.context().newCDPSession(tab);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = 'axe.run({ resultTypes: ["violations"] }).then((r) => JSON.stringify(r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])))';
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  if (result.value !== '[]') complaints.push(`${name}: ${result.value}`);
  await session.detach();
  if (!pictures) return;
  const url = new URL(tab.url());
  await tab.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await tab.setViewportSize({ width: 390, height: 844 });
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide} pixels too wide for a phone (${url.pathname})`);
  await tab.screenshot({ path: join(pictures, `${name}-phone.png`), fullPage: true });
  await tab.setViewportSize({ width: 1280, height: 900 });
}

const saved = async (tab, click, name) => {
  const [download] = await Promise.all([tab.waitForEvent('download'), click()]);
  const path = join(folder, name);
  await download.saveAs(path);
  return path;
};
const step = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

process.on('uncaughtException', async (error) => {
  console.error(error);
  console.error(complaints);
  if (pictures) await tab.screenshot({ path: join(pictures, 'failed.png'), fullPage: true }).catch(() => {});
  process.exit(1);
});
let context = await launch();
let tab = await tabOf(context);
await ready(tab, `/sign-in?next=${TENDER}`);
await tab.fill('#account', BIDDER);
await tab.setInputFiles('#file', join(KEYS, `${BIDDER}.pem`));
await tab.fill('#passphrase', 'openly-worthless');
await tab.click('#restore button');
await tab.waitForURL(`${base}${TENDER}`);
await tab.waitForSelector('#make');
step('signed in');
await look(tab, '1-enter');

await tab.click('#make button');
assert.match(await tab.textContent('#passphrase-error'), /必填/);
await tab.fill('#passphrase', '一把够长的口令啊');
await tab.fill('#again', '一把够长的口令啊');
await tab.click('#make button');
const key = await saved(tab, () => tab.click('#read-back a'), 'bid.key.pem');
await tab.setInputFiles('#copy', join(KEYS, `${BIDDER}.pem`));
await tab.click('#read-back button');
await tab.waitForSelector('#copy-error:not([hidden])');
await tab.setInputFiles('#copy', key);
await tab.click('#read-back button');
await tab.waitForSelector('#fill');
step('entered under a key whose backup was read back; another file was refused');

const [name, price] = ['#name-1-letter', '#price-1-letter'];
await tab.fill(name, '某某路桥工程有限公司');
await tab.fill(price, '九百万');
await tab.fill('#period-1-letter', '180');
await tab.fill('#lead-1-letter', '张工');
await tab.click('#fill button[type=submit]');
assert.match(await tab.textContent('#price-1-letter-error'), /金额/);
assert.equal(await tab.inputValue(name), '某某路桥工程有限公司');
await tab.fill(price, '9,450,000.00');
const over = join(folder, '过大的文件.pdf');
writeFileSync(over, '');
truncateSync(over, 600 << 20);
await tab.setInputFiles('#file-1-technical', over);
await tab.waitForSelector('#file-1-technical-error:not([hidden])');
const first = bigFile('技术标 第一版(终稿).pdf', Number(size));
await tab.setInputFiles('#file-1-technical', first);
await tab.waitForSelector('#fill code.hash');
await look(tab, '2-fill');
await tab.reload();
await tab.waitForSelector('#fill');
assert.equal(await tab.inputValue(price), '9,450,000.00');
step('what was typed outlives the tab; too large a file is refused before anything is sent');
await tab.setInputFiles('#file-1-technical', first);
await tab.waitForSelector('#fill code.hash');
await tab.click('#fill button[type=submit]');
await tab.waitForFunction(() => document.querySelector('#sealing progress')?.value > 8e6);
await tab.click('#sealing button:text-is("暂停")');
await look(tab, '3-sealing');
await tab.click('#sealing button:text-is("继续")');
step('paused and gone on');
expected = true;
await context.setOffline(true);
await tab.waitForTimeout(2_500);
const offline = await tab.textContent('#sealing p[role=status]');
await context.setOffline(false);
expected = false;
step(`connection cut: ${offline.trim()}`);
await tab.close();
await context.close();

context = await launch();
tab = await tabOf(context);
await ready(tab, TENDER);
if ((await tab.$('#hand-in')) === null) {
  await tab.waitForSelector('#again-1-technical');
  await look(tab, '4-again');
  await tab.setInputFiles('#again-1-technical', over);
  await tab.waitForSelector('#again-1-technical-error:not([hidden])');
  await tab.setInputFiles('#again-1-technical', first);
}
await tab.waitForSelector('#hand-in');
step('the browser was closed and opened again: another file was refused, the same went on to the end');
assert.match(await tab.textContent('#bid'), /已加密,尚未递交/);
await look(tab, '5-sealed');
await tab.click('#hand-in button[type=submit]');
await tab.waitForSelector('text=全部信封均可用本密钥解开');
assert.match(await tab.textContent('#state'), /已递交第 1 版,回执第 \d+ 号/);
assert.doesNotMatch(await tab.textContent('#bid'), /尚未递交/);
await look(tab, '6-handed-in');
step('handed in, receipt checked, the key opens the bid');

await tab.click('text=替换投标');
await tab.waitForSelector('#fill');
await tab.fill(price, '9,400,000.00');
await tab.click('#fill button[type=submit]');
await tab.waitForSelector('#file-1-technical-error:not([hidden])');
await tab.setInputFiles('#file-1-technical', bigFile('技术标 第二版.pdf', 20));
await tab.waitForSelector('#fill code.hash');
await tab.click('#fill button[type=submit]');
await tab.waitForSelector('#hand-in');
await tab.click('#hand-in button[type=submit]');
await tab.waitForSelector('text=已递交第 2 版');
await tab.waitForSelector('text=全部信封均可用本密钥解开');
step('replaced: letter and file sealed anew');

await tab.goto(`${base}${TENDER}/questions?lang=en`);
await tab.waitForSelector('html[data-ready]');
await tab.fill('#text', '招标文件第 12 页的图号是否有误?');
await tab.click('#ask button');
await tab.waitForSelector('#asked p');
await look(tab, '7-question');
await ready(tab, `${TENDER}/opening`);
await look(tab, '8-opening');
await ready(tab, `${TENDER}/result`);
await look(tab, '9-result');
await tab.goto(`${base}/bidder`);
assert.match(await tab.textContent('main'), /Handed in, revision 2/);
await look(tab, '10-bids');
await ready(tab, TENDER);
await look(tab, '11-bid-en');
step('questions, opening, result, my bids in English');
if (!process.env.KAIBIAO_KEEP) {
  await tab.click('text=Withdraw the bid');
  await tab.click('#withdraw button');
  await tab.waitForSelector('#sure-error:not([hidden])');
  await tab.check('#sure');
  await tab.click('#withdraw button');
  await tab.waitForSelector('#state >> text=Withdrawn');
  await look(tab, '12-withdrawn');
  step('withdrawn');
}
await context.close();
rmSync(folder, { recursive: true, force: true });
assert.deepEqual(complaints, []);
console.log('everything held');
