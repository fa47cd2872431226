// The desks of buyers and bidders and the hall, looked at in a real Chromium: every page in both languages, themes and
// widths, by axe and by keyboard; a buyer drafts a notice of government procurement from a template; the hall shows a
// late comer the same as one who was there from the start.
//
//   cargo run -p kaibiao-demo -- --until bidding|opening|evaluation|award --out DIR
//   node tests/chromium/desk.mjs DIR bidding|opening|evaluation|award [folder for pictures]       (needs playwright-core)

import assert from 'node:assert/strict';
import { Stage } from './stage.mjs';

const TENDER = 'T2026-001';

/** The buyer's pages of a tender that is open for bids, and a draft from a template. */
async function buying(stage) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: '/buyer' });
  const { tab } = buyer;
  await stage.look(buyer, '/buyer', 'buyer');
  await stage.look(buyer, `/buyer/${TENDER}`, 'buyer-tender');
  assert.match(await tab.textContent('#counts'), /neither do you/);
  await stage.open(buyer, '/buyer?lang=zh&theme=light');

  await tab.click('#register button[type=submit]');
  await tab.waitForSelector('#tender-error:not([hidden])');
  const id = `GP-${Date.now()}`;
  await tab.fill('#tender', id);
  await tab.fill('#title', '办公设备采购');
  await tab.selectOption('#regime', 'government_procurement');
  await tab.click('#register button[type=submit]');
  await tab.waitForURL(`${buyer.base}/buyer/${id}`);
  await stage.settled(buyer);
  assert.deepEqual(await tab.$$eval('#template option', (all) => all.map(({ value }) => value)), ['goods', 'standard-goods', 'services']);
  assert.deepEqual(await tab.$$eval('#method-name option', (all) => all.map(({ value }) => value)), ['low_price_score', 'lowest_price']);
  for (const template of ['goods', 'standard-goods', 'services']) {
    await tab.selectOption('#template', template);
    await tab.click('#use-template');
    await tab.waitForFunction(() => document.querySelector('#method-error')?.hidden !== false && document.querySelector('#verdict').textContent !== '');
    // Only the key of the stage is still to be assigned.
    await stage.until(`${template} breaks no rule but that of the keys`, async () => /还有 1 处/.test(await tab.textContent('#verdict')));
    assert.ok(await tab.isVisible('#stages-error'), template);
  }
  await tab.fill('#price_points', '5');
  await tab.waitForSelector('#method-error:not([hidden])');
  assert.equal(await tab.inputValue('#title'), '办公设备采购');
  await stage.look(buyer, `/buyer/${id}`, 'buyer-draft');
  stage.say('the buyer drafted a notice of government procurement from each template');
  await stage.leave(buyer);
}

/** Everybody's pages of the tender as it stands. */
async function looking(stage, point) {
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${TENDER}`, `tender-${point}`);
  await stage.look(stranger, `/hall/${TENDER}`, `hall-${point}`);
  await stage.look(stranger, `/hall/${TENDER}/screen`, `wall-${point}`);
  for (const page of ['record', 'keys', 'verify']) await stage.look(stranger, `/tenders/${TENDER}/${page}`, `tender-${page}-${point}`);
  if (point === 'award') await stage.look(stranger, `/tenders/${TENDER}/award`, 'tender-award');
  const bidder = await stage.person('procurement', { name: 'a bidder' });
  await stage.signIn(bidder, 'bidder-01', { next: '/bidder' });
  await stage.look(bidder, '/bidder', `bidder-${point}`);
  for (const page of ['', '/questions', '/opening', '/result']) {
    await stage.look(bidder, `/bidder/tenders/${TENDER}${page}`, `bidder${page.replace('/', '-')}-${point}`);
  }
  await stage.open(bidder, `/tenders/${TENDER}?lang=zh`);
  await bidder.tab.click('nav a[href^="/hall/"]');
  await bidder.tab.waitForURL(`${bidder.base}/hall/${TENDER}`);
  await stage.settled(bidder);
  stage.say(`every page of the tender was looked at (${point})`);
  return { stranger, bidder };
}

/** What the hall shows, without what ticks. */
const shown = ({ tab }) =>
  tab.evaluate(() => {
    const hall = document.querySelector('#hall').cloneNode(true);
    for (const ticking of hall.querySelectorAll('.countdown, [data-block$="/check"]')) ticking.remove();
    return hall.textContent;
  });

/** One who looked from the start and one who comes late see the same; the check of list and shares is made again. */
async function halls(stage, { stranger }) {
  await stage.open(stranger, `/hall/${TENDER}?lang=zh&theme=light`);
  await stranger.tab.waitForSelector('html[data-facts]');
  const late = await stage.person('procurement', { name: 'a late comer' });
  await stage.open(late, `/hall/${TENDER}?lang=zh`);
  await stage.until('both see the same hall', async () => (await shown(stranger)) === (await shown(late)));
  const check = late.tab.locator('button', { hasText: '在本浏览器核验' });
  if (await check.count()) {
    await check.first().click();
    await late.tab.waitForSelector('text=/信封的封头与签名均成立/');
    stage.say('list and shares were checked again in the browser of a stranger');
  }
  await stage.leave(late);
}

/** @param {{dir: string, point: string, pictures?: string}} at */
export async function desk({ dir, point, pictures }) {
  const stage = new Stage({ dir, pictures, name: `desk-${point}` });
  try {
    if (point === 'bidding') await buying(stage);
    const people = await looking(stage, point);
    if (point !== 'bidding') await halls(stage, people);
  } catch (error) {
    await stage.lastSight();
    stage.complain(String(error.stack ?? error));
  } finally {
    await stage.end();
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, point = 'bidding', pictures] = process.argv.slice(2);
  await desk({ dir, point, pictures });
}
