// A tender of government procurement from a template to a changed score, in a real Chromium where the buyer, one bidder
// and one expert are concerned: the notice is drafted and published in the page, four bids come by command line, the buyer
// reviews who is qualified and puts one out, the panel asks, the bidder answers in the page by the key restored from its file; then the steps of steps.mjs.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/clarification.mjs DIR PROGRAMS [folder for pictures]             (needs playwright-core)

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS, play, WORTHLESS, bigFile } from './stage.mjs';
import { asking, away, comparing, pricing, seated } from './steps.mjs';

const CUSTODIANS = [1, 2, 3, 4, 5].map((number) => `custodian-${number}`);
const BIDDERS = ['bidder-01', 'bidder-02', 'bidder-03', 'bidder-05'];
/** In yuan; the third is below half of the others, the fourth is not qualified. */
const PRICES = ['900000.00', '910000.00', '350000.00', '640000.00'];
const key = (account) => `${KEYS}${account}.pem`;

/** A fresh key of five custodians, by command line. */
async function freshKey(stage, ceremony) {
  await stage.kaibiao('buyer', 'ceremony', 'call', ...CUSTODIANS.flatMap((name) => ['--custodian', name]), '--k', '3', '--keys', '1', '--ceremony', ceremony, '--key', key('buyer'));
  for (let round = 0; round < 3; round += 1) {
    for (const name of CUSTODIANS) await stage.kaibiao(name, 'custodian', 'run', '--once', '--shares', 'never', '--seed', `${KEYS}${name}-seed.pem`);
  }
  stage.say('five custodians made a key');
}

/** The buyer's page from the registration to the notice. */
async function published(stage, tender, ceremony) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: '/buyer' });
  const { tab } = buyer;
  await tab.fill('#tender', tender);
  await tab.fill('#title', '办公设备采购');
  await tab.selectOption('#regime', 'government_procurement');
  await tab.click('#register button[type=submit]');
  await tab.waitForURL(`${buyer.base}/buyer/${tender}`);
  await stage.settled(buyer);
  await tab.selectOption('#ceremony', ceremony);
  await tab.click('#assign button[type=submit]');
  await tab.waitForSelector('.key-row');
  await stage.settled(buyer);
  await tab.selectOption('#template', 'goods');
  await tab.click('#use-template');
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  await stage.glance(buyer, 'clarification-draft');
  await tab.click('#notice button[type=submit]');
  await stage.phase(tender, 'noticed');
  await stage.leave(buyer);
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const { body } = records.find(({ kind }) => kind === 'tender.noticed');
  assert.equal(body.method.basis, 'low_price_score');
  stage.say('a notice of government procurement was published from its template');
  return body;
}

async function bids(stage, tender) {
  const technical = bigFile(stage.file('technical.pdf'), 1);
  const proof = stage.file('proof.txt');
  writeFileSync(proof, '营业执照');
  for (const [at, account] of BIDDERS.entries()) {
    const [folder, own, letter] = [stage.file(`bid-${account}`), key(account), stage.file(`${account}.json`)];
    await stage.kaibiao(account, 'bid', 'enter', tender, '--account', account, '--key', own, '--folder', folder);
    await stage.kaibiao(account, 'bid', 'letter', '--folder', folder, '--account', account, '--key', own, '--name', `供应商${at + 1}`, '--price', PRICES[at], '--period-days', '30', '--project-lead', '李四', '--out', letter);
    await stage.kaibiao(account, 'seal', letter, '--folder', folder, '--lot', '1', '--part', 'letter');
    await stage.kaibiao(account, 'seal', technical, '--folder', folder, '--lot', '1', '--part', 'technical');
    await stage.kaibiao(account, 'seal', proof, '--folder', folder, '--lot', '1', '--part', 'qualification');
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
  for (const name of CUSTODIANS.slice(0, 3)) {
    await stage.kaibiao(name, 'custodian', 'run', '--once', '--shares', 'checked', '--seed', `${KEYS}${name}-seed.pem`);
  }
  await stage.phase(tender, 'recorded');
  stage.advanceTo((await body('opening.recorded')).until + 5_000);
  await stage.phase(tender, 'opened');
  stage.say('opened');
}

/** The buyer reads the proofs and reviews in the page: the last bidder is not qualified. */
async function qualified(stage, tender) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: `/buyer/${tender}` });
  const { tab } = buyer;
  await tab.click(`a[href="/buyer/${tender}/qualification"]`);
  await tab.waitForURL(`${buyer.base}/buyer/${tender}/qualification`);
  await stage.look(buyer, `/buyer/${tender}/qualification`, 'qualification');
  await stage.open(buyer, `/buyer/${tender}/qualification?lang=zh&theme=light`);
  await stage.settled(buyer);
  const sets = tab.locator('fieldset');
  assert.equal(await sets.count(), BIDDERS.length);
  const [file] = await Promise.all([tab.waitForEvent('download'), sets.first().locator('a[download]').click()]);
  assert.equal(readFileSync(await file.path(), 'utf8'), '营业执照');
  await tab.click('#qualification button[type=submit]');
  await tab.waitForSelector('fieldset .is-invalid');
  for (let at = 0; at < BIDDERS.length; at += 1) {
    const set = sets.nth(at);
    const fails = (await set.locator('legend').innerText()).includes('供应商4');
    await set.locator('select').selectOption(fails ? 'no' : 'yes');
    if (fails) await set.locator('input').fill('营业执照已过期');
  }
  assert.equal(await tab.locator('#effect').innerText(), '', 'three are enough');
  await tab.click('#qualification button[type=submit]');
  await tab.waitForSelector('#reviewed');
  await stage.look(buyer, `/buyer/${tender}/qualification`, 'qualification-reviewed');
  assert.doesNotMatch(JSON.stringify(await stage.api(`/api/tenders/${tender}`)), /已过期|qualification\.reviewed/);
  await stage.leave(buyer);
  stage.say('the buyer reviewed who is qualified, and put one bid out');
}

/** The bidder's page shows the question, which is answered there. @returns {Promise<import('./stage.mjs').Person>} the bidder */
async function answered(stage, tender) {
  const bidder = await stage.person('procurement', { name: 'the bidder' });
  const { tab } = bidder;
  await stage.signIn(bidder, BIDDERS[0], { next: `/bidder/tenders/${tender}` });
  await tab.setInputFiles('#backup', join(stage.file(`bid-${BIDDERS[0]}`), 'bid-key.pem'));
  await tab.fill('#passphrase', WORTHLESS);
  await tab.click('#restore button');
  await tab.waitForSelector('#restore', { state: 'detached' });
  await stage.until('the question is there', async () => {
    await stage.open(bidder, `/bidder/tenders/${tender}/questions`);
    return (await tab.locator('#put article').count()) === 1;
  }, 500);
  await stage.glance(bidder, 'clarification-asked');
  const words = tab.locator('#put article', { hasText: '售后服务' });
  await words.locator('textarea').fill('接到通知后四小时内到场。');
  await words.locator('button').click();
  await words.locator('text=已答复').waitFor();
  await stage.glance(bidder, 'clarification-answered');
  await stage.open(bidder, `/bidder/tenders/${tender}?lang=zh`);
  assert.match(await tab.textContent('#bid'), /对评标委员会的答复/);
  // Nobody else is shown any of it.
  const other = await stage.person('procurement', { name: 'another bidder' });
  await stage.signIn(other, BIDDERS[1], { next: `/bidder/tenders/${tender}/questions` });
  assert.doesNotMatch(await other.tab.textContent('main'), /四小时内到场/);
  assert.doesNotMatch(JSON.stringify(await stage.api(`/api/tenders/${tender}`)), /四小时内到场|inquiry/);
  stage.say('the bidder answered the panel in the page');
  return bidder;
}

/** A form that is not whole is told so; then the corrected price is confirmed. */
async function confirmed(stage, tender, bidder) {
  const { tab } = bidder;
  await stage.until('the corrected price is there', async () => {
    await stage.open(bidder, `/bidder/tenders/${tender}/questions`);
    return (await tab.locator('#put article').count()) === 2;
  }, 500);
  const price = tab.locator('#put article', { hasText: '算术性修正' });
  assert.match(await price.innerText(), /899,000\.00/);
  await price.locator('textarea').fill('确认。');
  await price.locator('button').click();
  await price.locator('text=请选择是否确认').waitFor();
  assert.equal(await price.locator('textarea').inputValue(), '确认。');
  await price.locator('input[value=yes]').check();
  await price.locator('button').click();
  await price.locator('text=已确认更正后的报价').waitFor();
  await stage.rest(bidder);
}

/** @param {{dir: string, programs: string, pictures?: string}} at */
export async function clarification({ dir, programs, pictures }) {
  const mark = Date.now().toString(36);
  await play({ dir, programs, pictures, name: 'clarification' }, async (stage) => {
    await freshKey(stage, `key-${mark}`);
    const { closes_at: closesAt } = await published(stage, `GP-${mark}`, `key-${mark}`);
    await bids(stage, `GP-${mark}`);
    await opened(stage, `GP-${mark}`, closesAt);
    const tender = `GP-${mark}`;
    await qualified(stage, tender);
    const expert = await seated(stage, tender);
    await asking(stage, tender, expert);
    await away(stage, tender);
    const bidder = await answered(stage, tender);
    await pricing(stage, tender, expert, () => confirmed(stage, tender, bidder));
    await comparing(stage, tender, expert);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await clarification({ dir, programs, pictures });
}
