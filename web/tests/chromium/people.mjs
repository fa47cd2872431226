// People in a real Chromium against a running platform: somebody makes a key and sends a request to be enrolled, the
// registrar declines one and admits one, the new person signs in on two devices; a buyer registers, calls a ceremony, is
// told what is wrong with a draft, publishes; a supervisor stops and resumes a tender and walks the chain. Then every
// page is looked at, in both languages, and in a browser that lacks what is needed.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/people.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures]        (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on the console, nothing found by axe, no page too wide.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { keeps, walksTheChain } from './chain.mjs';
import { KEYS, play } from './stage.mjs';

const TENDER = 'T2026-001';
const PASSPHRASE = 'a long passphrase';
const DAY = 86_400_000;

const text = (who, selector) => who.tab.locator(selector).innerText();
const filled = (who, selector) =>
  who.tab.waitForFunction((of) => document.querySelector(of).textContent.trim() !== '', selector);

/** Somebody makes a key and asks to be enrolled; what is wrong is told beside its field. */
async function asks(stage, who, name, { isCustodian = false } = {}) {
  const { tab } = who;
  await stage.open(who, '/enrol');
  await tab.click('#make button[type=submit]');
  assert.notEqual(await text(who, '#account-error'), '');
  await tab.fill('#account', name);
  await tab.fill('#name', '新来的公司');
  await tab.check('input[value=custodian]');
  if (!isCustodian) await tab.uncheck('input[value=custodian]');
  if (!isCustodian) await tab.check('input[value=bidder]');
  await tab.fill('#passphrase', PASSPHRASE);
  await tab.fill('#again', 'another passphrase');
  await tab.click('#make button[type=submit]');
  assert.notEqual(await text(who, '#again-error'), '');
  assert.equal(await tab.inputValue('#name'), '新来的公司');
  await tab.fill('#again', PASSPHRASE);
  await tab.click('#make button[type=submit]');
  const files = { key: await stage.saved(who, '#save-key', `${name}.key.pem`) };
  await tab.setInputFiles('#key-file', `${KEYS}bidder-01.pem`);
  if (isCustodian) {
    files.seed = await stage.saved(who, '#save-seed', `${name}.seed.pem`);
    await tab.setInputFiles('#seed-file', files.seed);
  }
  await tab.fill('#read-passphrase', PASSPHRASE);
  await tab.click('#confirm button');
  await tab.waitForSelector('#key-file.is-invalid');
  await tab.setInputFiles('#key-file', files.key);
  await tab.click('#confirm button');
  files.request = await stage.saved(who, '#save-request', `${name}.request.json`);
  return files;
}

/** Sends the request that was just made to the inbox. */
async function sends(who, name) {
  await who.tab.click('#send button');
  await who.tab.waitForSelector(`#sent-list li[data-account="${name}"]`);
}

/** Restores an account's key on another device. */
async function restores(stage, who, account, file) {
  await stage.signIn(who, account, { file, passphrase: PASSPHRASE });
}

async function enrolments(stage) {
  const newcomer = await stage.person('procurement', { name: 'newcomer' });
  const stamp = Date.now().toString(36);
  const custodian = `custodian-${stamp}`;
  const files = await asks(stage, newcomer, custodian, { isCustodian: true });
  stage.say('a key and a seed were made, their backups read back; a wrong file was refused beside its field');

  const registrar = await stage.person('procurement', { name: 'registrar' });
  await stage.signIn(registrar, 'registry', { file: `${KEYS}registrar.pem` });
  await stage.open(registrar, '/registrar');
  const forged = stage.file('forged.json');
  writeFileSync(forged, JSON.stringify({ ...JSON.parse(readFileSync(files.request, 'utf8')), name: '另一家公司' }));
  await registrar.tab.setInputFiles('#request', forged);
  await registrar.tab.waitForSelector('#request.is-invalid');
  assert.ok(await registrar.tab.isHidden('#sign'));
  await registrar.tab.setInputFiles('#request', files.request);
  await registrar.tab.click('#sign');
  await filled(registrar, '#enrolled');
  stage.say('the registrar refused a changed file and enrolled the holder of the true one');

  // By the inbox: one is declined, one admitted.
  const bidder = await stage.person('procurement', { name: 'bidder' });
  const unwanted = `unwanted-${stamp}`;
  await asks(stage, bidder, unwanted);
  await sends(bidder, unwanted);
  const wanted = `bidder-${stamp}`;
  const own = await asks(stage, bidder, wanted);
  await sends(bidder, wanted);
  await stage.open(registrar, '/registrar');
  await registrar.tab.click(`#inbox tr[data-account="${unwanted}"] button`);
  await registrar.tab.waitForSelector('#decline:visible');
  await stage.glance(registrar, 'registrar-request');
  await registrar.tab.click('#decline button');
  await registrar.tab.waitForSelector('#why.is-invalid');
  await registrar.tab.fill('#why', '证件不符');
  await registrar.tab.click('#decline button');
  await filled(registrar, '#enrolled');
  await registrar.tab.click(`#inbox tr[data-account="${wanted}"] button`);
  await registrar.tab.waitForFunction((name) => document.querySelector('#shown').textContent.includes(name), wanted);
  const shown = await text(registrar, '#shown');
  await registrar.tab.fill('#until', '2020-01-01');
  await registrar.tab.click('#sign');
  await registrar.tab.waitForSelector('#until.is-invalid');
  const end = new Date(stage.now + 40 * DAY).toISOString().slice(0, 10);
  await registrar.tab.fill('#until', end);
  await registrar.tab.click('#sign');
  await registrar.tab.waitForFunction((name) => document.querySelector('#enrolled').textContent.includes(name), wanted);
  await registrar.tab.waitForSelector(`#inbox tr[data-account="${wanted}"]`, { state: 'detached' });
  await registrar.tab.fill('#account', wanted);
  await registrar.tab.click('#look button');
  await registrar.tab.waitForSelector('#found dl');
  assert.ok((await text(registrar, '#found')).includes(end));

  await stage.open(bidder, '/enrol');
  await bidder.tab.waitForSelector('#sent-list li');
  const told = await text(bidder, '#sent-list');
  assert.match(told, /证件不符/);
  assert.match(told, /已注册/);
  await stage.glance(bidder, 'enrol-sent');
  // Of the request that was declined the platform knows no account.
  await stage.refused(bidder, () => stage.open(bidder, '/keys'));
  const print = await text(bidder, `section:has(bdi:text-is("${wanted}")) .hash`);
  assert.ok(shown.includes(print.trim()), 'the registrar sees the fingerprint that the applicant sees');
  stage.say('of two requests sent one was declined with a reason and one admitted for a time; the applicant was told of both');

  // The new person signs in, and on a second device.
  const enter = async (who, account) => {
    await stage.open(who, '/sign-in');
    await who.tab.click(`button[data-account="${account}"]`);
    await who.tab.waitForURL(`${who.base}/`);
  };
  await enter(bidder, wanted);
  assert.ok((await text(bidder, '.ending')).includes('天'), 'the end of the account is told 40 days ahead');
  await stage.glance(bidder, 'ending');
  const second = await stage.person('procurement', { name: 'second device' });
  await restores(stage, second, wanted, own.key);
  for (const [who, question] of [[bidder, '一'], [second, '二']]) {
    await stage.open(who, `/bidder/tenders/${TENDER}/questions`);
    await who.tab.fill('#text', `自设备${question}提出的询问`);
    await who.tab.click('#ask button[type=submit]');
    await who.tab.waitForFunction(() => document.querySelector('#asked')?.textContent.trim());
  }
  stage.say('the same key signed in and acted on two devices');

  await stage.open(registrar, '/registrar');
  await registrar.tab.fill('#revoked', wanted);
  await registrar.tab.fill('#reason', '试验');
  await registrar.tab.click('#revoke button');
  await filled(registrar, '#revoked-done');
  for (const who of [bidder, second]) {
    await stage.refused(who, async () => {
      await stage.open(who, '/sign-in');
      await who.tab.click(`button[data-account="${wanted}"]`);
      await who.tab.waitForSelector('#trouble:not([hidden])');
    });
  }
  stage.say('after the revocation the key opened nothing on either device');
  return registrar;
}

async function buying(stage) {
  const buyer = await stage.person('procurement', { name: 'buyer' });
  const { tab } = buyer;
  await stage.signIn(buyer, 'buyer');
  await stage.open(buyer, '/buyer');
  const tender = `T-${Date.now().toString(36)}`;
  await tab.fill('#custodians', 'custodian-1\ncustodian-2\nbuyer\n');
  await tab.fill('#threshold', '2');
  await stage.refused(buyer, async () => {
    await tab.click('#ceremony button');
    await tab.waitForSelector('#custodians.is-invalid');
  });
  await tab.fill('#custodians', 'custodian-1\ncustodian-2\ncustodian-3\n');
  await tab.click('#ceremony button');
  await tab.waitForSelector('#called code');
  const ceremony = (await text(buyer, '#called code')).split('/').at(-1);
  for (let round = 0; round < 3; round += 1) {
    for (const n of [1, 2, 3]) {
      const seed = `${KEYS}custodian-${n}-seed.pem`;
      await stage.kaibiao(`custodian-${n}`, 'custodian', 'run', '--once', '--seed', seed, '--shares', 'never');
    }
  }
  await tab.fill('#tender', tender);
  await tab.fill('#title', '浏览器中登记的项目');
  await Promise.all([tab.waitForURL(`${buyer.base}/buyer/${tender}`), tab.click('#register button')]);
  await stage.settled(buyer);
  await tab.waitForSelector('#stages-error:not(:empty)');
  stage.say('a draft without a key is told so before anything is signed');
  await tab.selectOption('#ceremony', ceremony);
  await tab.click('#assign button');
  await tab.waitForSelector('.key-row');
  await stage.settled(buyer);
  const local = (days) => new Date(stage.now + days * DAY + 8 * 3_600_000).toISOString().slice(0, 16);
  await tab.fill('#documents_from', local(0.1));
  await tab.fill('#documents_until', local(7));
  await tab.fill('#closes_at', local(9));
  await tab.fill('#min_bidders', '2');
  await tab.waitForSelector('#closes_at-error:not(:empty)');
  await tab.waitForSelector('#min_bidders-error:not(:empty)');
  await stage.glance(buyer, 'buyer-draft-faults');
  await tab.fill('#closes_at', local(25));
  await tab.fill('#min_bidders', '3');
  await tab.waitForFunction(() => !document.querySelector('#notice .is-invalid'));
  writeFileSync(stage.file('招标文件.txt'), '工程招标文件\n');
  await tab.setInputFiles('#documents', stage.file('招标文件.txt'));
  await tab.waitForSelector('#document-rows code');
  await tab.click('#notice button[type=submit]');
  await tab.waitForSelector('#amend');
  await stage.settled(buyer);
  await tab.fill('#text', '澄清一处笔误');
  await tab.click('#amend button');
  await filled(buyer, '#done');
  stage.say('a buyer called a ceremony, was told every fault of a draft, published it and issued an addendum');
  return { buyer, tender, ceremony };
}

async function supervising(stage, tender) {
  const supervisor = await stage.person('supervision', { name: 'supervisor' });
  const { tab } = supervisor;
  await stage.signIn(supervisor, 'supervisor');
  const kept = await keeps(stage, 'kept-before.note');
  await stage.open(supervisor, `/docket/${tender}`);
  await tab.fill('#basis', '条例第六十二条');
  await tab.fill('#suspend-reason', '核查');
  await tab.click('#suspend button');
  await tab.waitForSelector('#resume');
  await stage.settled(supervisor);
  await tab.fill('#resume-reason', '核查完毕');
  await tab.click('#resume button');
  await tab.waitForSelector('#suspend');
  await walksTheChain(stage, supervisor, kept);
  stage.say('a supervisor stopped and resumed a tender, walked the whole chain in the browser, and found where a fork parts from it');
  return supervisor;
}

/** Runs in every document before its scripts: a browser of some years ago. */
function age(lacks) {
  if (lacks === 'ed25519') {
    const { subtle } = globalThis.crypto;
    const { generateKey, importKey } = subtle;
    const isOld = (algorithm) => (algorithm?.name ?? algorithm) === 'Ed25519';
    const no = () => Promise.reject(new DOMException('Algorithm: Unrecognized name', 'NotSupportedError'));
    subtle.generateKey = (algorithm, ...rest) => (isOld(algorithm) ? no() : generateKey.call(subtle, algorithm, ...rest));
    subtle.importKey = (format, key, algorithm, ...rest) =>
      isOld(algorithm) ? no() : importKey.call(subtle, format, key, algorithm, ...rest);
  }
  if (lacks === 'streams') {
    delete globalThis.ReadableStream;
    delete Blob.prototype.stream;
  }
  if (lacks === 'storage') Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
  if (lacks === 'subtle') Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined });
}

async function oldBrowsers(stage) {
  for (const [lacks, said] of [['ed25519', 'Ed25519'], ['streams', '分段'], ['storage', 'IndexedDB'], ['subtle', 'https']]) {
    const who = await stage.person('procurement', { name: `a browser without ${lacks}` });
    await who.context.addInitScript(age, lacks);
    for (const path of ['/sign-in', '/enrol', '/keys']) {
      await who.tab.goto(who.base + path);
      await who.tab.waitForSelector('#missing');
      const told = await text(who, '#missing');
      assert.ok(told.includes(said) && told.includes('kaibiao'), `${path} without ${lacks}: ${told}`);
      assert.equal(await who.tab.locator('main button:enabled').count(), 0, `${path} without ${lacks}`);
      if (lacks === 'ed25519') await stage.glance(who, `old-browser${path.replace('/', '-')}`);
    }
    await stage.leave(who);
  }
  // Whoever is signed in already is told on the page where the key would act.
  const custodian = await stage.person('procurement', { name: 'custodian with an old browser' });
  await stage.signIn(custodian, 'custodian-2');
  await custodian.context.addInitScript(age, 'ed25519');
  for (const path of ['/custodian', `/hall/${TENDER}`]) {
    await custodian.tab.goto(custodian.base + path);
    await custodian.tab.waitForSelector('#missing');
  }
  await stage.leave(custodian);
  stage.say('browsers that lack something say what, and name the command');
}

async function looks(stage, { registrar, buyer, supervisor, tender, ceremony }) {
  const stranger = await stage.person('procurement', { name: 'stranger' });
  const { records } = await stage.api(`/api/tenders/${TENDER}`);
  for (const [path, picture] of [
    ['/', 'notices'], ['/?text=none-such', 'notices-none'], [`/tenders/${TENDER}`, 'tender'], [`/tenders/${TENDER}/keys`, 'tender-keys'],
    [`/tenders/${TENDER}/verify`, 'tender-verify'], ['/log', 'log'], [`/log/entries/${records[0].seq}`, 'entry'], ['/subscribe', 'subscribe'],
    ['/about', 'about'], ['/limits', 'limits'], ['/verify', 'verify'], ['/sign-in', 'sign-in'], ['/enrol', 'enrol'], ['/keys', 'keys-none'],
    [`/hall/${TENDER}`, 'hall'], [`/ceremonies/${ceremony}`, 'ceremony'],
  ]) await stage.look(stranger, path, picture); // prettier-ignore
  await stage.refused(stranger, () => stage.look(stranger, '/nowhere', 'problem'));
  for (const [who, path, picture] of [
    [registrar, '/registrar', 'registrar'], [registrar, '/keys', 'keys'], [buyer, '/buyer', 'buyer'], [buyer, `/buyer/${tender}`, 'buyer-tender'],
    [supervisor, '/', 'supervision'], [supervisor, '/docket', 'docket'], [supervisor, `/docket/${tender}`, 'matter'],
    [supervisor, '/chain', 'chain'],
  ]) await stage.look(who, path, picture); // prettier-ignore
  const custodian = await stage.person('procurement', { name: 'custodian' });
  await stage.signIn(custodian, 'custodian-1');
  await stage.look(custodian, '/custodian', 'custodian');
  const expert = await stage.person('evaluation', { name: 'expert' });
  await stage.look(expert, '/', 'evaluation');
  stage.say('every page was looked at');
}

/** The whole walk. @param {import('./stage.mjs').Stage} stage */
export async function people(stage) {
  const registrar = await enrolments(stage);
  await oldBrowsers(stage);
  const { buyer, tender, ceremony } = await buying(stage);
  const supervisor = await supervising(stage, tender);
  await looks(stage, { registrar, buyer, supervisor, tender, ceremony });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await play({ dir, programs, pictures, name: 'people' }, people);
}
