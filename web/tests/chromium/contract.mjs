// After an award, in a real Chromium: the buyer records which deposits arrived, of whose payers only numbers leave the
// browser, then contract, publication, report and deposits, is refused a bond above a tenth beside its field, and keeps a
// deposit on a ground; everybody sees it, the bidders see their own, and the supervisor sees the phase, and the sign of two
// deposits from one account.
//
//   cargo run -p kaibiao-demo -- --until award --out DIR
//   node tests/chromium/contract.mjs DIR PROGRAMS [folder for pictures]       (needs playwright-core)

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { play } from './stage.mjs';

const TENDER = 'T2026-001';
const PAGE = `/buyer/${TENDER}/contract`;

/** Sends a form and waits for the page that comes after it. */
async function sent(stage, { tab }, kind) {
  await tab.click(`form[data-act="${kind}"] button[type=submit]`);
  await tab.waitForSelector('#done .note');
  await tab.waitForFunction(() => document.querySelector('#done .note') === null && document.documentElement.dataset.ready === 'contract');
  stage.say(`${kind} is signed`);
}

/** The list of deposits: all came, the last two from one account; no name of an account is in what is sent. */
async function listing(stage, buyer, day) {
  const { tab } = buyer;
  const form = 'form[data-act="deposits.received"]';
  const rows = await tab.$$(`${form} [data-received]`);
  await tab.click(`${form} button[type=submit]`);
  await tab.waitForSelector(`${form} .is-invalid`);
  for (const [place, row] of rows.entries()) {
    const payer = Math.min(place, rows.length - 2);
    await (await row.$('[data-field=came]')).check();
    await (await row.$('[data-field=at]')).fill(`${day}T00:00`);
    await (await row.$('[data-field=name]')).fill(place === payer ? `甲${payer}（集团）公司` : `甲${payer} (集团)公司`);
    if (place === payer) await (await row.$('[data-field=own]')).check();
  }
  const sending = tab.waitForRequest((request) => request.url().endsWith('/api/acts'));
  await sent(stage, buyer, 'deposits.received');
  const act = (await sending).postData();
  assert.ok(!act.includes('公司') && !act.includes('甲'), 'no name of an account is sent');
  const payers = JSON.parse(act).body.deposits.map(({ from }) => from.payer);
  assert.equal(new Set(payers).size, rows.length - 1);
  assert.equal(Math.max(...payers), rows.length - 1);
  await stage.look(buyer, PAGE, 'contract-received');
  await stage.open(buyer, `${PAGE}?lang=zh&theme=light`);
}

async function buying(stage, day) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: `/buyer/${TENDER}` });
  const { tab } = buyer;
  await tab.click(`a[href="${PAGE}"]`);
  await tab.waitForURL(`${buyer.base}${PAGE}`);
  await stage.look(buyer, PAGE, 'contract-due');
  await stage.open(buyer, `${PAGE}?lang=zh&theme=light`);
  await listing(stage, buyer, day);
  const contract = stage.file('合同.pdf');
  writeFileSync(contract, '%PDF-1.7 a contract of the walk');

  const form = 'form[data-act="contract.signed"]';
  await tab.click(`${form} button[type=submit]`);
  await tab.waitForSelector(`${form} [name=file].is-invalid`);
  await tab.setInputFiles(`${form} [name=file]`, contract);
  await tab.fill(`${form} [name=day]`, day);
  await tab.fill(`${form} [name=bond]`, '900000000');
  await stage.refused(buyer, async () => {
    await tab.click(`${form} button[type=submit]`);
    await tab.waitForSelector(`${form} [name=bond].is-invalid`);
  });
  assert.match(await tab.textContent(form), /百分之十/);
  await tab.fill(`${form} [name=bond]`, '1000.00');
  await sent(stage, buyer, 'contract.signed');

  await tab.fill('[data-act="contract.published"] [name=medium]', '中国招标投标公共服务平台');
  await tab.fill('[data-act="contract.published"] [name=url]', 'https://example.org/contract');
  await tab.setInputFiles('[data-act="contract.published"] [name=file]', contract);
  await sent(stage, buyer, 'contract.published');
  await tab.fill('[data-act="award.reported"] [name=office]', '市住建局');
  await tab.setInputFiles('[data-act="award.reported"] [name=file]', contract);
  await sent(stage, buyer, 'award.reported');

  // Who did not unlock has lost its deposit; on another's, the ground is refused beside its field.
  const kept = 'form[data-act="deposit.kept"]';
  await tab.click(`details:has(${kept}) summary`);
  const bids = await tab.$$eval(`${kept} [name=bid] option`, (all) => all.filter(({ value }) => value).map(({ value, textContent }) => ({ value, name: textContent })));
  await tab.selectOption(`${kept} [name=bid]`, bids[0].value);
  await tab.selectOption(`${kept} [name=ground]`, 'revoked');
  await tab.fill(`${kept} [name=amount]`, '1.00');
  await tab.fill(`${kept} [name=reason]`, '截止后未解密');
  await stage.refused(buyer, async () => {
    await tab.click(`${kept} button[type=submit]`);
    await tab.waitForSelector(`${kept} [name=ground].is-invalid`);
  });
  await stage.glance(buyer, 'contract-refused');

  const back = 'form[data-act="deposits.returned"]';
  await tab.click(`${back} button[type=submit]`);
  await tab.waitForSelector(`${back} .is-invalid`);
  for (const box of await tab.$$(`${back} input[type=checkbox]`)) await box.check();
  for (const interest of await tab.$$(`${back} [data-sum=interest]`)) await interest.fill('41.20');
  await tab.fill(`${back} [name=day]`, day);
  await sent(stage, buyer, 'deposits.returned');
  await stage.look(buyer, PAGE, 'contract-done');
  await stage.leave(buyer);
  return bids.length;
}

/** @param {{dir: string, programs?: string, pictures?: string}} at */
export async function contract({ dir, programs, pictures }) {
  await play({ dir, programs, pictures, name: 'contract' }, async (stage) => {
    const records = async () => (await stage.api(`/api/tenders/${TENDER}`)).records;
    const made = (await records()).find(({ kind }) => kind === 'award.made');
    const day = new Date((made.at ?? made.ts) + 8 * 3_600_000).toISOString().slice(0, 10);
    const count = await buying(stage, day);
    const stranger = await stage.person('procurement', { name: 'a stranger' });
    await stage.look(stranger, `/tenders/${TENDER}/award`, 'award-fulfilled');
    await stage.open(stranger, `/tenders/${TENDER}/award?lang=zh`);
    assert.equal((await stranger.tab.$$('#fulfilled-title ~ ul ul li')).length, count);
    await stage.look(stranger, `/tenders/${TENDER}/record`, 'record-received');
    assert.equal((await stranger.tab.$$('[aria-labelledby="received-title"] tbody tr')).length, count);
    await stage.leave(stranger);
    const supervisor = await stage.person('supervision', { name: 'the supervisor' });
    await stage.signIn(supervisor, 'supervisor', { next: `/docket/${TENDER}` });
    assert.match(await supervisor.tab.textContent('main'), /合同签订/);
    await stage.look(supervisor, `/docket/${TENDER}`, 'docket-contracted');
    // The board of signs is renewed behind the pages.
    for (let tries = 0; tries < 20; tries += 1) {
      await stage.open(supervisor, `/screens/${TENDER}?lang=zh`);
      if ((await supervisor.tab.textContent('main')).includes('保证金出自同一账户')) break;
      assert.ok(tries < 19, 'two deposits from one account are a sign');
      await supervisor.tab.waitForTimeout(500);
    }
    await stage.glance(supervisor, 'screens-payer');
    await stage.leave(supervisor);
    const bidder = await stage.person('procurement', { name: 'a bidder' });
    await stage.signIn(bidder, 'bidder-04', { next: `/bidder/tenders/${TENDER}` });
    await stage.open(bidder, `/bidder/tenders/${TENDER}/result?lang=zh`);
    await stage.glance(bidder, 'result-fulfilled');
    await stage.leave(bidder);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await contract({ dir, programs, pictures });
}
