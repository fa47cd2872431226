// A pool of experts in real Chromiums against a running platform: the registrar lists, imports, suspends and reinstates.
//
//   cargo run -p kaibiao-demo -- --until evaluation --out DIR
//   node tests/chromium/pool.mjs DIR FOLDER-WITH-PROGRAMS [folder for pictures]          (needs playwright-core)
//
// Ends with exit code 0 if everything held: no error on a console, nothing found by axe or the keyboard, no page too wide.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KEYS, play } from './stage.mjs';

const POOL = 'county';

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
  const rows = [2, 3, 4, 5].map((n) => `expert-${n},设计院-${n},A01;A02,34,是,2009-01-01,高级工程师,,`);
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

/** The walk. @param {import('./stage.mjs').Stage} stage */
export async function pool(stage) {
  const registrar = await stage.person('evaluation', { name: 'registry', clock: 0 });
  await stage.signIn(registrar, 'registry', { file: `${KEYS}registrar.pem`, next: '/pools' });
  await begin(stage, registrar);
  await importMany(stage, registrar);
  await keep(stage, registrar);
  await stage.leave(registrar);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await play({ dir, programs, pictures, name: 'pool' }, pool);
}
