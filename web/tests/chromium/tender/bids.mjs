// The whole tender, second part: six bidders, three of them in browsers: a large bid over a line that is cut twice and a
// tab that is closed, a bid that moves to a second device, a clock that is ten minutes off; a key that is revoked.
// Invariant: a bid counts as handed in when its receipt was checked, and opens with the key that the bidder kept.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { KEYS, PHONE, WORTHLESS, bigFile } from '../stage.mjs';
import { Wire } from '../wire.mjs';
import { DAY, custodianLooks } from './announce.mjs';

const PASSPHRASE = '一把够长的口令啊';
const MIB = 1 << 20;

/** Enters under a fresh bid key whose backup is read back. @returns {Promise<string>} path of the backup */
async function enter({ stage }, who) {
  const { tab } = who;
  await tab.waitForSelector('#make');
  await tab.fill('#passphrase', PASSPHRASE);
  await tab.fill('#again', PASSPHRASE);
  await tab.click('#make button');
  await tab.waitForSelector('#read-back a:visible');
  const backup = await stage.saved(who, '#read-back a', `${who.name}-投标密钥.pem`);
  await tab.setInputFiles('#copy', backup);
  await tab.click('#read-back button');
  await tab.waitForSelector('#fill');
  return backup;
}

async function letter({ tab }, { name, price, lead }) {
  await tab.fill('#name-1-letter', name);
  await tab.fill('#price-1-letter', price);
  await tab.fill('#period-1-letter', '210');
  await tab.fill('#lead-1-letter', lead);
}

async function choose({ tab }, file) {
  await tab.setInputFiles('#file-1-technical', file);
  await tab.waitForSelector('#fill code.hash');
}

async function handIn({ tab }) {
  await tab.waitForSelector('#hand-in');
  await tab.click('#hand-in button[type=submit]');
  await tab.waitForSelector(':text-matches("全部信封均可用本密钥解开|Every envelope opens with this key")');
}

/** Every key that this browser keeps refuses to be exported. */
export async function nothingExportable({ tab }) {
  const found = await tab.evaluate(async () => {
    const result = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const keys = [];
    const visit = (value, path) => {
      if (value instanceof CryptoKey) keys.push([path, value]);
      else if (value && typeof value === 'object' && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) {
        for (const [name, inner] of Object.entries(value)) visit(inner, `${path}.${name}`);
      }
    };
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        visit(await result(database.transaction(store).objectStore(store).getAll()), `${name}/${store}`);
      }
      database.close();
    }
    const leaky = [];
    for (const [path, key] of keys) {
      if (key.type === 'public') continue;
      for (const format of ['pkcs8', 'jwk', 'raw']) {
        await crypto.subtle.exportKey(format, key).then(() => leaky.push(`${path} ${format}`), () => {});
      }
    }
    return { kept: keys.length, leaky };
  });
  assert.ok(found.kept >= 3, `wrapping key, account key and bid key are kept: ${found.kept}`);
  assert.deepEqual(found.leaky, []);
}

/** A large bid: the line is cut twice, the tab is closed while it seals, another file is refused, it goes on. */
async function largeBid(play) {
  const { stage, tender } = play;
  const wire = await Wire.to(stage.zones.procurement);
  stage.atEnd(() => wire.end());
  const how = { name: 'bidder-01', profile: 'bidder-01', base: wire.base, clock: 0 };
  let who = await stage.person('procurement', how);
  await stage.signIn(who, 'bidder-01', { next: `/bidder/tenders/${tender}` });
  await enter(play, who);
  await nothingExportable(who);
  await letter(who, { name: '江淮市政建设集团有限公司', price: '98万', lead: '李建国' });
  const file = bigFile(stage.file('技术标(含 BIM 模型与施工组织设计)终稿.pdf'), play.mebibytes);
  const other = bigFile(stage.file('另一份文件.pdf'), 1);
  await choose(who, file);
  await who.tab.click('#fill button[type=submit]');
  await who.tab.waitForSelector('#price-1-letter.is-invalid');
  assert.equal(await who.tab.inputValue('#name-1-letter'), '江淮市政建设集团有限公司');
  await who.tab.fill('#price-1-letter', '985,000.00');
  const whole = play.mebibytes * MIB;
  // The browser's own lines about a broken connection are what this is about.
  who.expects.anything = true;
  wire.cutAfter(0.2 * whole, 1_500);
  await who.tab.click('#fill button[type=submit]');
  await stage.until('the line was cut once', () => wire.cuts === 1);
  await who.tab.waitForSelector('#sealing p[role=status]:text-matches("重试")');
  await stage.picture(who, 'line-cut');
  wire.cutAfter(0.2 * whole, 1_500);
  await stage.until('the line was cut twice', () => wire.cuts === 2);
  await who.tab.waitForFunction((least) => document.querySelector('#sealing progress')?.value > least, 0.5 * whole);
  await stage.leave(who);
  stage.say('a large bid: the line was cut twice, and the browser closed while it sealed');

  who = await stage.person('procurement', { ...how, account: 'bidder-01' });
  await stage.open(who, `/bidder/tenders/${tender}`);
  await who.tab.waitForSelector('#again-1-technical');
  await who.tab.setInputFiles('#again-1-technical', other);
  await who.tab.waitForSelector('#again-1-technical-error:not([hidden])');
  await stage.glance(who, 'sealing-again');
  const before = wire.sent;
  await who.tab.setInputFiles('#again-1-technical', file);
  await who.tab.waitForSelector('#hand-in');
  const sent = wire.sent - before;
  assert.ok(sent < 0.6 * whole, `what had arrived was not sent again: ${sent} of ${whole}`);
  assert.ok((await who.tab.locator('#bid').innerText()).includes('技术标(含 BIM 模型与施工组织设计)终稿.pdf'));
  await stage.glance(who, 'sealed-not-handed-in');
  await handIn(who);
  await nothingExportable(who);
  await stage.glance(who, 'handed-in');
  stage.say('another file was refused, the same went on where it had stopped and was handed in');
  return who;
}

/** A bid made on a phone and carried to a second device by its backup. */
async function movedBid(play) {
  const { stage, tender } = play;
  const path = `/bidder/tenders/${tender}`;
  const phone = await stage.person('procurement', { name: 'bidder-02 on the phone', viewport: PHONE, clock: 0 });
  await stage.signIn(phone, 'bidder-02', { next: path });
  await enter(play, phone);
  await letter(phone, { name: '安澜水利工程有限公司', price: '1,012,300.50', lead: '欧阳静' });
  await choose(phone, bigFile(stage.file('技术文件·第二标.pdf'), 2));
  await stage.glance(phone, 'filled-in');
  await phone.tab.click('#fill button[type=submit]');
  await phone.tab.waitForSelector('#hand-in');
  await phone.tab.click('summary:has-text("投标备份")');
  await phone.tab.fill('#folder-passphrase', PASSPHRASE);
  await phone.tab.click('#folder button');
  await phone.tab.waitForSelector('#folder a:visible');
  const backup = await stage.saved(phone, '#folder a', '投标备份.bid');
  await phone.tab.setInputFiles('#folder-copy', backup);
  await phone.tab.click('#folder-back button');
  await phone.tab.waitForSelector('#folder-back p:text("备份核对无误")');
  await handIn(phone);
  await stage.leave(phone);

  const who = await stage.person('procurement', { name: 'bidder-02', language: 'en', clock: 0 });
  await stage.signIn(who, 'bidder-02', { next: path });
  await who.tab.waitForSelector('#restore');
  await who.tab.setInputFiles('#backup', backup);
  await who.tab.fill('#passphrase', 'not the passphrase');
  await who.tab.click('#restore button');
  await who.tab.waitForSelector('#backup.is-invalid');
  await who.tab.fill('#passphrase', PASSPHRASE);
  await who.tab.click('#restore button');
  await who.tab.click('button:text("Check “this key opens this bid”")');
  await who.tab.waitForSelector('text=Every envelope opens with this key');
  await nothingExportable(who);
  stage.say('a bid was handed in on a phone and taken up on a second device');
  return who;
}

/** A bidder whose clock is ten minutes slow is told so; deadlines go by the platform's time. */
async function slowClock(play) {
  const { stage, tender } = play;
  const who = await stage.person('procurement', { name: 'bidder-03', language: 'en', clock: -10 * 60_000 });
  await stage.signIn(who, 'bidder-03', { next: `/bidder/tenders/${tender}` });
  await who.tab.waitForSelector('#warnings:has-text("This machine\'s clock is about 10 minutes off")');
  await enter(play, who);
  await letter(who, { name: 'Huaihe River Works 淮河工程', price: '1004000', lead: 'Zhang Wei' });
  await choose(who, bigFile(stage.file('technical.pdf'), 1));
  await who.tab.click('#fill button[type=submit]');
  await handIn(who);
  stage.say('a bidder whose clock is ten minutes off was told so, and handed in');
  return who;
}

/** A bidder at a terminal. */
async function commandLine(play, number) {
  const { stage, tender } = play;
  const account = `bidder-${String(number).padStart(2, '0')}`;
  const key = `${KEYS}${account}.pem`;
  const folder = stage.file(`投标 ${account}`);
  const run = (...words) => stage.kaibiao(account, ...words);
  await run('bid', 'enter', tender, '--account', account, '--key', key, '--folder', folder);
  const letterFile = stage.file(`${account}-letter.json`);
  await run('bid', 'letter', '--folder', folder, '--account', account, '--key', key, '--name', `第${number}建设有限公司`,
    '--period-days', '200', '--project-lead', '王工', '--price', `${1_000_000 + number * 1_500}.00`, '--out', letterFile); // prettier-ignore
  const technical = stage.file(`${account} 施工组织设计.txt`);
  writeFileSync(technical, `第${number}建设有限公司施工组织设计\n`.repeat(20_000));
  await run('seal', letterFile, '--folder', folder, '--lot', '1', '--part', 'letter');
  await run('seal', technical, '--folder', folder, '--lot', '1', '--part', 'technical');
  await run('submit', '--folder', folder, '--key', key);
  assert.equal((await run('bid', 'check', '--folder', folder)).intact, true);
  return { account, folder, run };
}

/** A bidder's key is revoked while the browser is signed in: the next page asks to sign in, and the key opens nothing. */
async function revoked(play) {
  const { stage, tender } = play;
  const path = `/bidder/tenders/${tender}`;
  const who = await stage.person('procurement', { name: 'bidder-07', clock: 0 });
  await stage.signIn(who, 'bidder-07', { next: path });
  await who.tab.waitForSelector('#make');
  const registrar = await stage.person('procurement', { name: 'registry' });
  await stage.signIn(registrar, 'registry', { file: `${KEYS}registrar.pem`, next: '/registrar' });
  await registrar.tab.fill('#revoked', 'bidder-07');
  await registrar.tab.fill('#reason', '密钥遗失');
  await registrar.tab.click('#revoke button');
  await registrar.tab.waitForSelector('#revoked-done:not(:empty)');
  await stage.leave(registrar);
  await stage.refused(who, async () => {
    await who.tab.goto(who.base + path);
    await who.tab.waitForURL(/\/sign-in\?next=/);
    await who.tab.waitForSelector('html[data-ready]');
    await who.tab.click('button[data-account="bidder-07"]');
    await who.tab.waitForSelector('#trouble:not([hidden])');
  });
  const said = await who.tab.locator('#trouble').innerText();
  assert.match(said, /bidder-07.*注销/);
  await stage.glance(who, 'key-revoked');
  who.account = null;
  await stage.open(who, '/keys');
  await stage.leave(who);
  stage.say('a revoked key ended its session at once and opened nothing any more');
}

/** An addendum after bids: whoever handed in is told so and confirms. */
async function addendum(play) {
  const { stage, buyer, tender } = play;
  await stage.open(buyer, `/buyer/${tender}`);
  await buyer.tab.fill('#amend #text', '更正第三章目录页码。');
  await buyer.tab.click('#amend button');
  await buyer.tab.waitForSelector('#done:not(:empty)');
  for (const { run, folder } of play.terminals) await run('bid', 'confirm', '--folder', folder);
  for (const who of play.bidders) {
    await stage.open(who, `/bidder/tenders/${tender}`);
    await who.tab.click('button:text-matches("签名确认投标仍有效|Sign that the bid stands")');
    await who.tab.waitForSelector(':text-matches("确认投标仍有效|Confirmed after an addendum")');
    await who.tab.waitForSelector('#state');
  }
  // Sessions end with the days that pass now: nobody's page goes on asking.
  for (const who of play.bidders) await stage.rest(who);
  stage.say('after an addendum every bidder confirmed that the bid stands');
}

/** Custodians prove that their shares are alive; the one at the browser by a button. */
async function readiness(play) {
  const { stage, tender, closesAt } = play;
  stage.advanceTo(closesAt - DAY / 2);
  for (const number of [3, 4, 5]) await custodianLooks(stage, number);
  for (const who of play.custodians) {
    await stage.setClock(who, 0);
    await stage.open(who, '/custodian');
    await who.tab.click(`tr[data-ready^="${tender}/"] button`);
    await who.tab.waitForSelector(`tr[data-ready^="${tender}/"] [role=status] p`);
  }
  await stage.glance(play.custodians[1], 'readiness');
  stage.say('every custodian proved to be ready');
}

/** From the notice to the last hours before the deadline. */
export async function secondPart(play) {
  const { stage, tender, closesAt } = play;
  stage.advanceTo(closesAt - 4 * DAY);
  const quick = async () => {
    const terminals = [];
    for (const number of [4, 5, 6]) terminals.push(await commandLine(play, number));
    stage.say('three bidders handed in by command line');
    return terminals;
  };
  const small = async () => {
    const moved = await movedBid(play);
    await revoked(play);
    return [moved, await slowClock(play)];
  };
  const [large, others, terminals] = await Promise.all([largeBid(play), small(), quick()]);
  Object.assign(play, { bidders: [large, ...others], terminals });
  const { records } = await stage.api(`/api/tenders/${tender}`);
  assert.ok(!records.some(({ kind }) => kind.startsWith('bid.')), 'no bid is public before the opening');
  await addendum(play);
  await readiness(play);
}
