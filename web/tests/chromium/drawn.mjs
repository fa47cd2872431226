// A works tender whose coefficients are drawn at the opening, in a real Chromium where the buyer is concerned: the notice
// from its template with a key for draws, told what is wrong beside each figure; bids by command line; after the opening
// the buyer has K, E1 and E2 drawn, and everybody sees what they are.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/drawn.mjs DIR PROGRAMS [folder for pictures]                      (needs playwright-core)

import assert from 'node:assert/strict';
import { KEYS, play, bigFile } from './stage.mjs';
import { custodianLooks } from './tender/announce.mjs';

const CUSTODIANS = [1, 2, 3, 4, 5];
const BIDDERS = ['bidder-01', 'bidder-02', 'bidder-03', 'bidder-04'];
const PRICES = ['900000.00', '910000.00', '935000.00', '905000.00'];
const key = (account) => `${KEYS}${account}.pem`;

async function freshKeys(stage, ceremony) {
  const named = CUSTODIANS.flatMap((number) => ['--custodian', `custodian-${number}`]);
  await stage.kaibiao('buyer', 'ceremony', 'call', ...named, '--k', '3', '--keys', '2', '--ceremony', ceremony, '--key', key('buyer'));
  for (let round = 0; round < 3; round += 1) for (const number of CUSTODIANS) await custodianLooks(stage, number);
  stage.say('five custodians made two keys');
}

async function assign(stage, { tab }, name, slot, ceremony) {
  await tab.selectOption('#stage', name);
  await tab.selectOption('#ceremony', ceremony);
  await tab.fill('#slot', String(slot));
  await tab.click('#assign button[type=submit]');
  await tab.waitForSelector(`.key-row[data-stage="${name}"]`);
  await stage.settled({ tab });
}

/** From the registration to the notice: without a key for draws it is refused, and every figure is told of beside it. */
async function published(stage, buyer, tender, ceremony) {
  const { tab } = buyer;
  await stage.open(buyer, '/buyer?lang=zh&theme=light');
  await tab.fill('#tender', tender);
  await tab.fill('#title', '中心小学校舍加固工程');
  await tab.selectOption('#regime', 'works');
  await tab.click('#register button[type=submit]');
  await tab.waitForURL(`${buyer.base}/buyer/${tender}`);
  await stage.settled(buyer);
  assert.equal(await tab.isVisible('#benchmark'), false);
  await assign(stage, buyer, 'open', 0, ceremony);
  await tab.selectOption('#template', 'construction-drawn');
  await tab.click('#use-template');
  await tab.waitForSelector('#method-error:not([hidden])');
  assert.match(await tab.textContent('#method-error'), /抽取/, 'a key for draws is asked for');
  await assign(stage, buyer, 'draw', 1, ceremony);
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  assert.deepEqual(await tab.$$eval('[data-figure]', (rows) => rows.map((row) => [...row.querySelectorAll('[data-part]')].filter(({ hidden }) => !hidden).map(({ dataset }) => dataset.part).join())), ['from,to', 'from,to,step', 'from,to,step', 'fixed', 'fixed']); // prettier-ignore
  const wrong = async (field, value, words) => {
    const before = await tab.inputValue(`#${field}`);
    await tab.fill(`#${field}`, value);
    await tab.waitForSelector(`#${field}-error:not([hidden])`);
    assert.match(await tab.textContent(`#${field}-error`), words);
    await tab.fill(`#${field}`, before);
    await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  };
  await wrong('k_from', '五', /0 至 99\.99/);
  await wrong('e1_to', '1', /小于起值/);
  await wrong('e2_step', '0.3', /整数倍/);
  await wrong('provisional', '1 一万', /每行/);
  // What the law refuses of the figures is told beside the method: a share of a ceiling that does not cover the sums.
  await tab.fill('#provisional', '1 99000000');
  await tab.waitForSelector('#method-error:not([hidden])');
  await tab.fill('#provisional', '1 50000');
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  await stage.look(buyer, `/buyer/${tender}`, 'drawn-draft');
  await stage.open(buyer, `/buyer/${tender}?lang=zh&theme=light`);
  assert.equal(await tab.inputValue('#k_how'), 'digits', 'the draft is kept');
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  await tab.click('#notice button[type=submit]');
  await stage.phase(tender, 'noticed');
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const { body } = records.find(({ kind }) => kind === 'tender.noticed');
  assert.deepEqual(body.method.drawn.map(({ name, from, to, step, by_digits: digits }) => [name, from, to, step, digits]), [['K', 500, 700, 1, true], ['E1', 150, 250, 50, false], ['E2', 50, 100, 25, false]]); // prettier-ignore
  assert.deepEqual(body.method.price.benchmark.provisional, { 1: 5_000_000 });
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${tender}`, 'drawn-public');
  await stage.leave(stranger);
  stage.say('a notice whose K, E1 and E2 are drawn was published from its template');
  return body;
}

async function bids(stage, tender) {
  const technical = bigFile(stage.file('technical.pdf'), 1);
  for (const [at, account] of BIDDERS.entries()) {
    const [folder, own, letter] = [stage.file(`drawn-${account}`), key(account), stage.file(`${account}.json`)];
    await stage.kaibiao(account, 'bid', 'enter', tender, '--account', account, '--key', own, '--folder', folder);
    await stage.kaibiao(account, 'bid', 'letter', '--folder', folder, '--account', account, '--key', own, '--name', `建筑公司${at + 1}`, '--price', PRICES[at], '--period-days', '90', '--project-lead', '赵六', '--out', letter);
    await stage.kaibiao(account, 'seal', letter, '--folder', folder, '--lot', '1', '--part', 'letter');
    await stage.kaibiao(account, 'seal', technical, '--folder', folder, '--lot', '1', '--part', 'technical');
    await stage.kaibiao(account, 'submit', '--folder', folder, '--key', own);
  }
  stage.say('four bids were handed in');
}

async function opened(stage, tender, closesAt) {
  const body = async (kind) => (await stage.api(`/api/tenders/${tender}`)).records.find((record) => record.kind === kind).body;
  stage.advanceTo(closesAt + 10_000);
  await stage.phase(tender, 'listed');
  stage.advanceTo((await body('list.frozen')).until + 5_000);
  await stage.phase(tender, 'sharing');
  for (const number of CUSTODIANS.slice(0, 3)) {
    await stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--shares', 'checked', '--seed', `${KEYS}custodian-${number}-seed.pem`);
  }
  await stage.phase(tender, 'recorded');
  stage.advanceTo((await body('opening.recorded')).until + 5_000);
  await stage.phase(tender, 'opened');
  stage.say('opened');
}

/** The buyer asks in the evaluation zone; three custodians answer; the figures stand on the page. */
async function drawn(stage, tender) {
  const buyer = await stage.person('evaluation', { name: 'the buyer at the panel', clock: 0 });
  await stage.signIn(buyer, 'buyer', { next: `/panels/${tender}` });
  const { tab } = buyer;
  await stage.until('the coefficients may be drawn', async () => {
    await stage.open(buyer, `/panels/${tender}?lang=zh&theme=light`);
    return (await tab.locator('#draw-coefficients').count()) === 1;
  }, 500);
  await stage.look(buyer, `/panels/${tender}`, 'drawn-panel');
  await stage.open(buyer, `/panels/${tender}?lang=zh&theme=light`);
  await Promise.all([tab.waitForEvent('load'), tab.click('#draw-coefficients button')]);
  await stage.settled(buyer);
  const cell = (name) => tab.locator(`[data-draw="coefficients"] [data-cell="${name}"]`);
  for (const number of CUSTODIANS.slice(1, 4)) {
    await stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--seed', `${KEYS}custodian-${number}-seed.pem`, '--shares', 'never');
  }
  await stage.until('the figures are there', async () => /K/.test(await cell('result').innerText()));
  const said = await cell('result').innerText();
  for (const name of ['K', 'E1', 'E2']) assert.ok(said.includes(name), said);
  await stage.look(buyer, `/panels/${tender}`, 'drawn-result');
  assert.equal(await tab.locator('#draw-coefficients').count(), 0, 'nothing is drawn twice');
  await stage.leave(buyer);
  stage.say(`the custodians drew ${said.replaceAll(/\s+/g, ' ')}`);
}

/** @param {{dir: string, programs: string, pictures?: string}} at */
export async function drawing({ dir, programs, pictures }) {
  const mark = Date.now().toString(36);
  await play({ dir, programs, pictures, name: 'drawn' }, async (stage) => {
    const [tender, ceremony] = [`SG-${mark}`, `draws-${mark}`];
    await freshKeys(stage, ceremony);
    const buyer = await stage.person('procurement', { name: 'the buyer' });
    await stage.signIn(buyer, 'buyer', { next: '/buyer' });
    const { closes_at: closesAt } = await published(stage, buyer, tender, ceremony);
    await stage.leave(buyer);
    await bids(stage, tender);
    await opened(stage, tender, closesAt);
    await drawn(stage, tender);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await drawing({ dir, programs, pictures });
}
