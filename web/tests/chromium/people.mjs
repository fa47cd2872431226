// People in a real Chromium against a running platform: somebody makes a key and asks to be enrolled, the registrar
// enrols, the new person signs in; a buyer registers, calls a ceremony, is told what is wrong with a draft, publishes;
// a supervisor stops and resumes a tender and walks the chain. Then every page is looked at, in both languages.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/people.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures]        (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on the console, nothing found by axe, no page too wide.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [dir, programs, pictures] = process.argv.slice(2);
const zones = JSON.parse(readFileSync(join(dir, 'addresses.json'), 'utf8'));
const KEYS = new URL('../../../keys-example/', import.meta.url).pathname;
const WORTHLESS = 'openly-worthless';
const TENDER = 'T2026-001';
const folder = mkdtempSync(join(tmpdir(), 'kaibiao-people-'));
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]; // prettier-ignore
const AXE = await import('axe-core').then((module) => module.default.source);
if (pictures) mkdirSync(pictures, { recursive: true });

const complaints = [];
const browser = await chromium.launch({
  executablePath: process.env.KAIBIAO_CHROMIUM ?? '/usr/bin/chromium',
  args: FLAGS,
});

/** A person's browser of its own, at one zone. */
async function person(zone, language = 'zh-CN') {
  const context = await browser.newContext({ acceptDownloads: true, locale: language, viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  tab.setDefaultTimeout(30_000);
  const refused = /Failed to load resource.*(40\d|42\d)/;
  tab.on('console', (message) => {
    if (message.type() === 'error' && !refused.test(message.text())) complaints.push(`${tab.url()}: ${message.text()}`);
  });
  tab.on('pageerror', (error) => complaints.push(`${tab.url()}: ${error}`));
  return { tab, base: zones[zone] };
}

const open = async ({ tab, base }, path) => {
  await tab.goto(base + path);
  if (await tab.locator('script[src*="/js/pages/"]').count()) await tab.waitForSelector('html[data-ready]');
};

async function signIn(who, account, file = account) {
  await open(who, '/sign-in');
  await who.tab.fill('#account', account);
  await who.tab.setInputFiles('#file', `${KEYS}${file}.pem`);
  await who.tab.fill('#passphrase', WORTHLESS);
  await who.tab.click('#restore button');
  await who.tab.waitForURL(`${who.base}/`).catch(async (error) => {
    throw new Error(`${account}: ${await who.tab.locator('main').innerText()}`, { cause: error });
  });
  assert.match(await who.tab.locator('.site-person').innerText(), new RegExp(account));
}

/** Looks at a page: language, width, accessibility; writes a picture. */
async function look({ tab, base }, path, name) {
  for (const language of ['zh', 'en']) {
    for (const theme of ['light', 'dark']) {
      const join_ = path.includes('?') ? '&' : '?';
      await open({ tab, base }, `${path}${join_}lang=${language}&theme=${theme}`);
      const found = await tab.evaluate(async (source) => {
        if (!globalThis.axe) {
          const policy = trustedTypes.createPolicy('axe-test', { createScript: (text) => text });
          // eslint-disable-next-line no-eval
          (0, eval)(policy.createScript(source));
        }
        const { violations } = await globalThis.axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`);
      }, AXE).catch(async () => axeOutside(tab)); // prettier-ignore
      if (found.length > 0) complaints.push(`${path} ${language} ${theme}: ${found.join('; ')}`);
      for (const [size, width] of [['desktop', 1280], ['phone', 375]]) {
        await tab.setViewportSize({ width, height: 800 });
        const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) complaints.push(`${path} ${language} ${size}: ${over} px too wide`);
        if (pictures && theme === 'light') {
          await tab.screenshot({ path: join(pictures, `${name}-${language}-${size}.png`), fullPage: true });
        }
      }
      await tab.setViewportSize({ width: 1280, height: 900 });
    }
  }
}

/** The page's policy allows no evaluated script: axe comes in by the debugging protocol, in a world of its own. */
async function axeOutside(tab) {
  const session = await tab.context().newCDPSession(tab);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { expression: AXE, contextId });
  const expression = `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) =>
    id + ': ' + nodes.map(({ target }) => target).join(' '))))`;
  const { result } = await session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true });
  await session.detach();
  return JSON.parse(result.value);
}

const kaibiao = (...args) =>
  execFileSync(join(programs, 'kaibiao'), ['--server', zones.procurement, '--home', join(folder, 'home'), ...args], {
    env: { ...process.env, KAIBIAO_PASSPHRASE: WORTHLESS, KAIBIAO_DEMO_CLOCK: join(dir, 'clock') },
    encoding: 'utf8',
  });

async function saved(tab, selector, name) {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.click(selector)]);
  const path = join(folder, name);
  await download.saveAs(path);
  return path;
}

const say = (what) => console.log(`  ${what}`);

// Somebody makes a key and asks to be enrolled; what is wrong is told beside its field.
const newcomer = await person('procurement');
const name = `newcomer-${Date.now().toString(36)}`;
await open(newcomer, '/enrol');
await newcomer.tab.click('#make button[type=submit]');
assert.notEqual(await newcomer.tab.locator('#account-error').innerText(), '');
await newcomer.tab.fill('#account', name);
await newcomer.tab.fill('#name', '新来的公司');
await newcomer.tab.check('input[value=bidder]');
await newcomer.tab.check('input[value=custodian]');
await newcomer.tab.fill('#passphrase', 'a long passphrase');
await newcomer.tab.fill('#again', 'another passphrase');
await newcomer.tab.click('#make button[type=submit]');
assert.notEqual(await newcomer.tab.locator('#again-error').innerText(), '');
assert.equal(await newcomer.tab.inputValue('#name'), '新来的公司');
await newcomer.tab.fill('#again', 'a long passphrase');
await newcomer.tab.click('#make button[type=submit]');
const keyFile = await saved(newcomer.tab, '#save-key', 'key.pem');
const seedFile = await saved(newcomer.tab, '#save-seed', 'seed.pem');
await newcomer.tab.setInputFiles('#key-file', `${KEYS}bidder-01.pem`);
await newcomer.tab.setInputFiles('#seed-file', seedFile);
await newcomer.tab.fill('#read-passphrase', 'a long passphrase');
await newcomer.tab.click('#confirm button');
await newcomer.tab.waitForSelector('#key-file.is-invalid');
await newcomer.tab.setInputFiles('#key-file', keyFile);
await newcomer.tab.click('#confirm button');
const request = await saved(newcomer.tab, '#save-request', 'request.json');
say('a key was made, its backup read back; a wrong file was refused beside its field');

const registrar = await person('procurement');
await signIn(registrar, 'registry', 'registrar');
await open(registrar, '/registrar');
const forged = join(folder, 'forged.json');
writeFileSync(forged, JSON.stringify({ ...JSON.parse(readFileSync(request, 'utf8')), name: '另一家公司' }));
await registrar.tab.setInputFiles('#request', forged);
await registrar.tab.waitForSelector('#request.is-invalid');
assert.ok(await registrar.tab.isDisabled('#sign'));
await registrar.tab.setInputFiles('#request', request);
await registrar.tab.click('#sign:enabled');
await registrar.tab.waitForFunction(() => document.querySelector('#enrolled').textContent !== '');
await registrar.tab.fill('#account', name);
await registrar.tab.click('#look button');
await registrar.tab.waitForSelector('#found dl');
say('the registrar refused a changed request and enrolled the holder of the true one');

await open(newcomer, '/sign-in');
await Promise.all([newcomer.tab.waitForURL(`${newcomer.base}/`), newcomer.tab.click(`button[data-account="${name}"]`)]);
say('the new person signed in with the key of the browser');
await registrar.tab.fill('#revoked', name);
await registrar.tab.fill('#reason', '试验');
await registrar.tab.click('#revoke button');
await registrar.tab.waitForFunction(() => document.querySelector('#revoked-done').textContent !== '');
await open(newcomer, '/sign-in');
await newcomer.tab.click(`button[data-account="${name}"]`);
await newcomer.tab.waitForSelector('#trouble:not([hidden])');
say('after the revocation the key opened nothing any more');

// A buyer registers, calls a ceremony, drafts, publishes, amends.
const buyer = await person('procurement');
await signIn(buyer, 'buyer');
await open(buyer, '/buyer');
const tender = `T-${Date.now().toString(36)}`;
await buyer.tab.fill('#custodians', 'custodian-1\ncustodian-2\nbuyer\n');
await buyer.tab.fill('#threshold', '2');
await buyer.tab.click('#ceremony button');
await buyer.tab.waitForSelector('#custodians.is-invalid');
await buyer.tab.fill('#custodians', 'custodian-1\ncustodian-2\ncustodian-3\n');
await buyer.tab.click('#ceremony button');
await buyer.tab.waitForSelector('#called code');
const ceremony = (await buyer.tab.locator('#called code').innerText()).split('/').at(-1);
for (let round = 0; round < 3; round += 1) {
  for (const n of [1, 2, 3]) {
    kaibiao('custodian', 'run', '--once', '--seed', `${KEYS}custodian-${n}-seed.pem`, '--shares', 'never');
  }
}
await buyer.tab.fill('#tender', tender);
await buyer.tab.fill('#title', '浏览器中登记的项目');
await Promise.all([buyer.tab.waitForURL(`${buyer.base}/buyer/${tender}`), buyer.tab.click('#register button')]);
await buyer.tab.waitForSelector('html[data-ready]');
await buyer.tab.waitForSelector('#stages-error:not(:empty)');
say('a draft without a key is told so before anything is signed');
await buyer.tab.selectOption('#ceremony', ceremony);
await buyer.tab.click('#assign button');
await buyer.tab.waitForSelector('.key-row');
await buyer.tab.waitForSelector('html[data-ready]');
const clock = await (await fetch(`${zones.procurement}/api/platform`)).json();
const local = (days) => new Date(clock.now + days * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 16);
await buyer.tab.fill('#documents_from', local(0.1));
await buyer.tab.fill('#documents_until', local(7));
await buyer.tab.fill('#closes_at', local(9));
await buyer.tab.fill('#min_bidders', '2');
await buyer.tab.waitForSelector('#closes_at-error:not(:empty)');
await buyer.tab.waitForSelector('#min_bidders-error:not(:empty)');
if (pictures) await buyer.tab.screenshot({ path: join(pictures, 'buyer-draft-faults.png'), fullPage: true });
await buyer.tab.fill('#closes_at', local(25));
await buyer.tab.fill('#min_bidders', '3');
await buyer.tab.waitForFunction(() => !document.querySelector('#notice .is-invalid'));
writeFileSync(join(folder, '招标文件.txt'), '工程招标文件\n');
await buyer.tab.setInputFiles('#documents', join(folder, '招标文件.txt'));
await buyer.tab.waitForSelector('#document-rows code');
await buyer.tab.click('#notice button[type=submit]');
await buyer.tab.waitForSelector('#amend');
await buyer.tab.waitForSelector('html[data-ready]');
await buyer.tab.fill('#text', '澄清一处笔误');
await buyer.tab.click('#amend button');
await buyer.tab.waitForFunction(() => document.querySelector('#done').textContent !== '');
say('a buyer called a ceremony, was told every fault of a draft, published it and issued an addendum');

// A supervisor stops and resumes, and walks the chain.
const supervisor = await person('supervision');
await signIn(supervisor, 'supervisor');
await open(supervisor, `/docket/${tender}`);
await supervisor.tab.fill('#basis', '条例第六十二条');
await supervisor.tab.fill('#suspend-reason', '核查');
await supervisor.tab.click('#suspend button');
await supervisor.tab.waitForSelector('#resume');
await supervisor.tab.waitForSelector('html[data-ready]');
await supervisor.tab.fill('#resume-reason', '核查完毕');
await supervisor.tab.click('#resume button');
await supervisor.tab.waitForSelector('#suspend');
await open(supervisor, '/chain');
await supervisor.tab.click('#here');
await supervisor.tab.waitForSelector('#mine dl');
assert.equal(await supervisor.tab.locator('#mine [role=alert]').count(), 0, await supervisor.tab.locator('#mine').innerText());
await supervisor.tab.click('#there');
await supervisor.tab.waitForSelector('#theirs pre');
say('a supervisor stopped and resumed a tender, and walked the whole chain in the browser');

// Every page, in both languages, themes and widths.
const stranger = await person('procurement');
const entry = await (await fetch(`${zones.procurement}/api/tenders/${TENDER}`)).json();
const seq = entry.records[0].seq;
for (const [path, picture] of [
  ['/', 'notices'], ['/?text=none-such', 'notices-none'], [`/tenders/${TENDER}`, 'tender'], [`/tenders/${TENDER}/keys`, 'tender-keys'],
  [`/tenders/${TENDER}/verify`, 'tender-verify'], ['/log', 'log'], [`/log/entries/${seq}`, 'entry'], ['/subscribe', 'subscribe'],
  ['/about', 'about'], ['/limits', 'limits'], ['/verify', 'verify'], ['/sign-in', 'sign-in'], ['/enrol', 'enrol'], ['/keys', 'keys-none'],
  [`/hall/${TENDER}`, 'hall'], [`/ceremonies/${ceremony}`, 'ceremony'], ['/nowhere', 'problem'],
]) await look(stranger, path, picture); // prettier-ignore
for (const [who, path, picture] of [
  [registrar, '/registrar', 'registrar'], [registrar, '/keys', 'keys'], [buyer, '/buyer', 'buyer'], [buyer, `/buyer/${tender}`, 'buyer-tender'],
  [supervisor, '/', 'supervision'], [supervisor, '/docket', 'docket'], [supervisor, `/docket/${tender}`, 'matter'],
  [supervisor, '/chain', 'chain'],
]) await look(who, path, picture); // prettier-ignore
const custodian = await person('procurement');
await signIn(custodian, 'custodian-1');
await look(custodian, '/custodian', 'custodian');
const expert = await person('evaluation');
await look(expert, '/', 'evaluation');
say('every page was looked at');

await browser.close();
rmSync(folder, { recursive: true });
for (const complaint of new Set(complaints)) console.error(`! ${complaint}`);
if (complaints.length > 0) process.exit(1);
console.log('everything held');
