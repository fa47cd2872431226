// A panel that is drawn, in real Chromiums against a running platform: the registrar fills the pool, the buyer asks for
// draws and sets the hours, a custodian answers in a browser and two by command, experts accept and decline; then the
// buyer tries a method on sample prices.
//
//   cargo run -p kaibiao-demo -- --until evaluation --out DIR
//   node tests/chromium/pool.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures]          (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on a console, nothing found by axe or the keyboard, no page too wide.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KEYS, PHONE, WORTHLESS, play } from './stage.mjs';
import { local } from './tender/announce.mjs';

const POOL = 'county';
const TENDER = 'T2026-001';
const PANEL = `/panels/${TENDER}`;
const HOUR = 3_600_000;

const text = (who, selector) => who.tab.locator(selector).innerText();

/** Presses a form's button and waits until the page came back with what was signed. */
async function signedBy(who, form) {
  await Promise.all([who.tab.waitForEvent('load'), who.tab.click(`${form} button[type=submit]`)]);
  await who.tab.waitForSelector('html[data-ready]');
}

/** The registrar begins the pool with one expert, told first what is wrong. */
async function begin(stage, registrar) {
  const { tab } = registrar;
  await stage.look(registrar, '/pools', 'pools-empty');
  await stage.open(registrar, '/pools?lang=zh&theme=light');
  await tab.fill('#pool', '不是名称');
  await tab.click('form[action="/pools"] button');
  await tab.waitForSelector('#pool-error');
  await tab.fill('#pool', POOL);
  await tab.click('form[action="/pools"] button');
  await tab.waitForURL(`${registrar.base}/pools/${POOL}`);
  await stage.settled(registrar);
  await tab.fill('#account', 'expert-1');
  await tab.fill('#employer', '某某设计院');
  await tab.fill('#regions', '34');
  await tab.fill('#since', '2099-01-01');
  await tab.fill('#credentials', '高级工程师\n一级建造师 | 2028-06-30');
  await tab.click('#list button[type=submit]');
  await tab.waitForSelector('#specialities-error:not(:empty)');
  assert.match(await text(registrar, '#since-error'), /晚于今天/);
  await stage.glance(registrar, 'pool-told');
  assert.equal(await tab.inputValue('#employer'), '某某设计院', 'what was typed stays');
  await tab.fill('#specialities', 'A01');
  await tab.fill('#since', '2008-07-01');
  await tab.check('#senior');
  await signedBy(registrar, '#list');
  assert.match(await text(registrar, '[data-expert="expert-1"]'), /某某设计院[\s\S]*可抽取/);
  stage.say('the registrar began a pool, told first what was missing');
}

/** A CSV file with faults is told line by line and not signed; the corrected one is signed, one act each. */
async function importMany(stage, registrar) {
  const { tab } = registrar;
  const head = 'account,employer,specialities,regions,senior,since,credentials,past,kin';
  // The last one works elsewhere: only a draw from a wider region reaches there.
  const rows = [2, 3, 4, 5].map((n) => `expert-${n},设计院-${n},A01;A02,${n === 5 ? 35 : 34},是,2009-01-01,高级工程师,,`);
  rows.push('expert-6,设计院-6,A01,34,是,2009-01-01,,,', 'expert-7,bidder-02,A01,34,是,2009-01-01,,,', 'expert-8,设计院-8,A01,34,是,2009-01-01,,甲公司|2020-01-01,张三');
  const [bad, good] = [stage.file('bad.csv'), stage.file('good.csv')];
  writeFileSync(bad, [head, ...rows, 'expert-1,某某设计院,,34,是,2008-07-01,,,', 'expert-2,x,A01,34,,2009-01-01,,,'].join('\n'));
  writeFileSync(good, `\uFEFF${[head, ...rows, 'nobody-here,x,A01,34,是,2009-01-01,,,'].join('\r\n')}\r\n`);
  await tab.setInputFiles('#file', bad);
  await tab.waitForSelector('#file-error:not(:empty)');
  assert.match(await text(registrar, '#import-state'), /新列入 7 · 有误 2/);
  assert.ok(await tab.isHidden('#import-sign'), 'nothing is signed while a line is wrong');
  await stage.glance(registrar, 'pool-import-told');
  await tab.setInputFiles('#file', good);
  await tab.waitForSelector('#import-sign:visible');
  await stage.refused(registrar, async () => {
    await tab.click('#import-sign');
    await tab.waitForSelector('#import-state:has-text("未列入 1")');
  });
  assert.match(await text(registrar, '#import-state'), /已列入 7 · 未列入 1/);
  assert.match(await text(registrar, '[data-line="8"]'), /nobody-here[\s\S]*未注册为专家/);
  await stage.glance(registrar, 'pool-imported');
  await stage.open(registrar, `/pools/${POOL}`);
  assert.equal(await tab.locator('[data-expert]').count(), 8);
  await tab.setInputFiles('#file', good);
  await tab.waitForSelector('#import-state:has-text("跳过")');
  assert.match(await text(registrar, '#import-state'), /新列入 1 · 已一致,跳过 7/);
  stage.say('seven experts imported, one act each; the one without an account was refused in its line');
}

/** An entry written anew, a suspension, its end, and another. */
async function keep(stage, registrar) {
  const { tab } = registrar;
  await stage.open(registrar, `/pools/${POOL}/experts/expert-8`);
  assert.equal(await tab.inputValue('#past'), '甲公司 | 2020-01-01');
  await tab.fill('#employer', '新单位');
  await signedBy(registrar, '#list');
  assert.match(await text(registrar, 'dl.facts'), /新单位[\s\S]*甲公司[\s\S]*张三/);
  await stage.open(registrar, `/pools/${POOL}/experts/expert-6`);
  await tab.click('#suspend button[type=submit]');
  await tab.waitForSelector('#suspend-reason-error:not(:empty)');
  await tab.fill('#suspend-reason', '履职考核不合格');
  await tab.fill('#suspend #until', '2001-01-01');
  await tab.click('#suspend button[type=submit]');
  await tab.waitForSelector('#until-error:not(:empty)');
  await tab.fill('#suspend #until', new Date(stage.now + 180 * 86_400_000).toISOString().slice(0, 10));
  await signedBy(registrar, '#suspend');
  assert.match(await text(registrar, 'dl.facts'), /暂停,不参加抽取/);
  await stage.look(registrar, `/pools/${POOL}/experts/expert-6`, 'pool-expert');
  await stage.open(registrar, `/pools/${POOL}/experts/expert-6?lang=zh&theme=light`);
  await tab.fill('#reinstate-reason', '复核合格');
  await signedBy(registrar, '#reinstate');
  assert.match(await text(registrar, 'dl.facts'), /可抽取/);
  await tab.fill('#suspend-reason', '长期不参加评标');
  await signedBy(registrar, '#suspend');
  assert.match(await text(registrar, 'dl.facts'), /永久/);
  await stage.look(registrar, `/pools/${POOL}`, 'pool');
  await stage.open(registrar, `/pools/${POOL}?state=suspended&lang=zh&theme=light`);
  assert.deepEqual(await tab.$$eval('[data-expert]', (rows) => rows.map(({ dataset }) => dataset.expert)), ['expert-6']);
  stage.say('an entry was written anew, an expert suspended, reinstated, suspended for good');
}

/** What a column says of a draw, as the page of the buyer shows it by itself. */
const cell = (who, draw, name) => who.tab.locator(`[data-draw="${draw}"] [data-cell="${name}"]`);

async function says(stage, who, draw, name, words) {
  await stage.until(`${draw}: ${name} says ${words}`, async () => words.test(await cell(who, draw, name).innerText()));
}

/** The buyer asks for four experts; what cannot be is told beside its field. */
async function ask(stage, buyer) {
  const { tab } = buyer;
  await stage.look(buyer, '/panels', 'panels');
  await stage.look(buyer, PANEL, 'panel-before');
  await stage.open(buyer, `${PANEL}?lang=zh&theme=light`);
  assert.equal(await tab.inputValue('#seats'), '5');
  await tab.fill('#specialities', 'A01');
  await tab.fill('#regions', '34');
  await tab.fill('#seats', '9');
  await tab.fill('#pool', POOL);
  await tab.click('#draw-experts button');
  await tab.waitForSelector('#seats-error:not(:empty)');
  await tab.fill('#seats', '4');
  await tab.fill('#regions', '99');
  await tab.fill('#consultants', '新单位');
  await stage.refused(buyer, async () => {
    await tab.click('#draw-experts button');
    await tab.waitForSelector('#specialities-error:has-text("请放宽")');
    await tab.fill('#regions', '34');
    await tab.fill('#pool', 'nowhere');
    await tab.click('#draw-experts button');
    await tab.waitForSelector('#draw-experts [role=alert]:has-text("没有该专家库")');
  });
  await stage.glance(buyer, 'panel-told');
  await tab.fill('#pool', POOL);
  await signedBy(buyer, '#draw-experts');
  assert.match(await cell(buyer, 'panel', 'pool').innerText(), /通过筛选 4 人/);
  await says(stage, buyer, 'panel', 'state', /等待保管人/);
  assert.match(await cell(buyer, 'panel', 'answers').innerText(), /0 \/ 3/);
  stage.say('the buyer asked for a draw: four of eight experts pass the filters');
}

/** A custodian answers in a browser, on a phone; two more by their own programs. */
async function answer(stage, buyer) {
  const who = await stage.person('evaluation', { name: 'custodian-1', clock: 0, viewport: PHONE });
  await stage.signIn(who, 'custodian-1', { next: '/draws' });
  await who.tab.setInputFiles('#seed-file', `${KEYS}custodian-1-seed.pem`);
  await who.tab.fill('#seed-passphrase', WORTHLESS);
  await Promise.all([who.tab.waitForEvent('load'), who.tab.click('#restore button')]);
  await stage.settled(who);
  await stage.glance(who, 'draws-waiting');
  await who.tab.click('form.draw button[type=submit]');
  await who.tab.waitForSelector('text=/已核对、签名并取得回执/');
  await says(stage, buyer, 'panel', 'answers', /1 \/ 3/);
  for (const number of [2, 3]) {
    await stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--seed', `${KEYS}custodian-${number}-seed.pem`, '--shares', 'never');
  }
  await says(stage, buyer, 'panel', 'state', /已完成/);
  await says(stage, buyer, 'panel', 'calls', /已通知 4,接受 0,等待答复 4/);
  await stage.look(who, '/draws', 'draws-done');
  await stage.leave(who);
  stage.say('a custodian answered on a phone, two by command; the page of the buyer went on by itself');
}

/** The answers of the called to a draw, as long as somebody waits for one; the first so many decline. @returns {Promise<string[]>} who accepted */
async function answered(stage, names, declines) {
  const [accepted, declined] = [[], []];
  for (let round = 0, calm = false; !calm; round += 1) {
    assert.ok(round < 6, 'the draw comes to an end within six rounds');
    calm = true;
    for (const name of names) {
      const key = `${KEYS}${name}.pem`;
      const { calls } = await stage.kaibiao(name, 'expert', 'calls', TENDER, '--key', key);
      const call = calls.find((one) => one.answer === 'open');
      if (!call) continue;
      calm = false;
      const words = ['expert', 'answer', TENDER, '--draw', call.draw, '--place', String(call.place), '--key', key];
      const isFirst = declined.length < declines;
      await stage.kaibiao(name, ...words, ...(isFirst ? ['--decline', '当日出差'] : []));
      (isFirst ? declined : accepted).push(name);
    }
  }
  return accepted;
}

/** One of the called declines, and nobody of the order is left; the buyer sees numbers. */
async function come(stage, buyer) {
  const accepted = await answered(stage, [1, 2, 3, 4].map((n) => `expert-${n}`), 1);
  assert.equal(accepted.length, 3);
  await says(stage, buyer, 'panel', 'calls', /已通知 4,接受 3,等待答复 0,未参加 1/);
  const shown = await text(buyer, 'main');
  assert.doesNotMatch(shown, /expert-[1-8]|当日出差/, 'the buyer is shown a name');
  assert.equal(await text(buyer, '#filled'), '3');
  stage.say('one declined and the order is used up; the buyer saw numbers and no name');
}

/** For the seat left empty a further draw, from a wider pool, that names the one it follows; no larger one than that. */
async function further(stage, buyer) {
  const { tab } = buyer;
  await stage.until('a further draw is offered', async () => {
    await stage.open(buyer, `${PANEL}?lang=zh&theme=light`);
    return (await tab.locator('#further').count()) === 1;
  }, 500);
  assert.match(await text(buyer, '#further'), /panel[\s\S]*1 个席位空缺/);
  await stage.look(buyer, PANEL, 'panel-further');
  await stage.open(buyer, `${PANEL}?lang=zh&theme=light`);
  assert.equal(await tab.inputValue('#seats'), '1');
  await tab.fill('#pool', POOL);
  await tab.fill('#specialities', 'A01');
  await tab.fill('#seats', '2');
  await tab.click('#draw-experts button');
  await tab.waitForSelector('#seats-error:not(:empty)');
  await tab.fill('#seats', '1');
  // Everybody who may come within the same filters was called before.
  await tab.fill('#regions', '34');
  await tab.fill('#consultants', '新单位');
  await stage.refused(buyer, async () => {
    await tab.click('#draw-experts button');
    await tab.waitForSelector('#specialities-error:has-text("请放宽")');
  });
  await stage.glance(buyer, 'panel-further-told');
  await tab.fill('#regions', '34,35');
  const name = await tab.inputValue('#draw');
  await signedBy(buyer, '#draw-experts');
  assert.match(await cell(buyer, name, 'pool').innerText(), /通过筛选 1 人/);
  for (const number of [2, 3, 4]) {
    await stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--seed', `${KEYS}custodian-${number}-seed.pem`, '--shares', 'never');
  }
  await says(stage, buyer, name, 'state', /已完成/);
  assert.deepEqual(await answered(stage, ['expert-5'], 0), ['expert-5']);
  await says(stage, buyer, name, 'calls', /已通知 1,接受 1,等待答复 0/);
  assert.equal(await text(buyer, '#filled'), '5');
  stage.say('a further draw from a wider region filled the seat that the first left empty');
}

/** A representative of the buyer; who takes part in the tender cannot be one. */
async function represent(stage, buyer) {
  const { tab } = buyer;
  await stage.open(buyer, `${PANEL}?lang=zh&theme=light`);
  assert.match(await text(buyer, '#stranded'), /1 个席位空缺/);
  await tab.fill('#representatives-accounts', 'bidder-01');
  await stage.refused(buyer, async () => {
    await tab.click('#representatives button');
    await tab.waitForSelector('#representatives-accounts-error:not(:empty)');
  });
  await tab.fill('#representatives-accounts', 'expert-9');
  await signedBy(buyer, '#representatives');
  assert.match(await text(buyer, 'dl.facts'), /buyer-1 expert-9/);
  stage.say('a representative was named');
}

/** Hours, the order for ties. */
async function complete(stage, buyer) {
  const { tab } = buyer;
  await stage.open(buyer, `${PANEL}?lang=zh&theme=light`);
  const time = stage.now;
  await tab.fill('#from', local(time));
  await tab.fill('#until', local(time - HOUR));
  await tab.click('#hours button');
  await tab.waitForSelector('#until-error:not(:empty)');
  await tab.fill('#until', local(time + 8 * HOUR));
  await signedBy(buyer, '#hours');
  assert.equal(await tab.inputValue('#until'), local(time + 8 * HOUR));
  await signedBy(buyer, '#draw-order');
  await says(stage, buyer, 'order', 'state', /等待保管人/);
  for (const number of [3, 4, 5]) {
    await stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--seed', `${KEYS}custodian-${number}-seed.pem`, '--shares', 'never');
  }
  await says(stage, buyer, 'order', 'result', /→/);
  assert.equal(await tab.locator('#draw-experts, #draw-order, #appoint').count(), 0, 'nothing is drawn twice, nobody appointed beside the draw');
  await stage.look(buyer, PANEL, 'panel-complete');
  stage.say('the hours set, the order for ties drawn');
}

/** The trial of a method: the sample, templates, a method that the law refuses. */
async function tryMethods(stage) {
  const buyer = await stage.person('procurement', { name: 'the buyer, trying', clock: 0 });
  await stage.signIn(buyer, 'buyer', { next: '/what-if' });
  const { tab } = buyer;
  await stage.look(buyer, '/what-if', 'what-if');
  await stage.open(buyer, '/what-if?lang=zh&theme=light');
  const first = await text(buyer, '#benchmark');
  await tab.fill('#drawn-float', '3');
  await Promise.all([tab.waitForEvent('load'), tab.click('#samples ~ button, section:has(#samples) > button')]);
  await stage.settled(buyer);
  assert.ok(Number(await text(buyer, '#benchmark')) < Number(first), 'a float lowers the benchmark');
  assert.equal(await tab.locator('#result tr:has-text("不计入基准价")').count(), 2);
  const offers = await tab.$$eval('#from option', (all) => all.map(({ value, textContent }) => ({ value, textContent })));
  const goods = offers.find(({ textContent }) => /货物\(综合评分法\)/.test(textContent));
  assert.ok(goods, 'templates are offered');
  await tab.selectOption('#from', goods.value);
  await Promise.all([tab.waitForEvent('load'), tab.click('#take')]);
  await stage.settled(buyer);
  assert.match(await text(buyer, '#verdict'), /可以载入公告/);
  assert.equal(await tab.inputValue('#regime'), 'government_procurement');
  await tab.fill('#method', (await tab.inputValue('#method')).replace('"points": 4000', '"points": 2000').replace('"panel": 5', '"panel": 4'));
  await Promise.all([tab.waitForEvent('load'), tab.click('button:has-text("读取办法并核对")')]);
  await stage.settled(buyer);
  const refused = await text(buyer, '#refusals');
  for (const words of ['87号令第五十五条', '应为单数']) assert.ok(refused.includes(words), refused);
  await stage.glance(buyer, 'what-if-refused');
  await stage.leave(buyer);
  stage.say('a method was tried on samples; what the law refuses is listed with its articles');
}

/** The walk. @param {import('./stage.mjs').Stage} stage */
export async function pool(stage) {
  const registrar = await stage.person('evaluation', { name: 'registry', clock: 0 });
  await stage.signIn(registrar, 'registry', { file: `${KEYS}registrar.pem`, next: '/pools' });
  await begin(stage, registrar);
  await importMany(stage, registrar);
  await keep(stage, registrar);
  await stage.leave(registrar);
  const buyer = await stage.person('evaluation', { name: 'the buyer', clock: 0 });
  await stage.signIn(buyer, 'buyer', { next: '/panels' });
  await ask(stage, buyer);
  await answer(stage, buyer);
  await come(stage, buyer);
  await represent(stage, buyer);
  await further(stage, buyer);
  await complete(stage, buyer);
  await stage.leave(buyer);
  await tryMethods(stage);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await play({ dir, programs, pictures, name: 'pool' }, pool);
}
