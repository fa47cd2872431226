// A competitive consultation (竞争性磋商) in a real Chromium where the buyer is concerned: the notice from its template
// with two keys, the invitation to final quotes with one bidder left out, and what strangers are shown of it; the bids
// and quotes come by command line.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/quotes.mjs DIR PROGRAMS [folder for pictures]                     (needs playwright-core)

import assert from 'node:assert/strict';
import { KEYS, play, bigFile } from './stage.mjs';
import { custodianLooks, local } from './tender/announce.mjs';

const CUSTODIANS = [1, 2, 3, 4, 5];
const BIDDERS = ['bidder-01', 'bidder-02', 'bidder-03', 'bidder-04'];
/** In yuan, of those invited. */
const QUOTES = ['800000.00', '600000.00', '700000.00'];
const HOUR = 3_600_000;
const key = (account) => `${KEYS}${account}.pem`;

async function freshKeys(stage, ceremony) {
  const named = CUSTODIANS.flatMap((number) => ['--custodian', `custodian-${number}`]);
  await stage.kaibiao('buyer', 'ceremony', 'call', ...named, '--k', '3', '--keys', '2', '--ceremony', ceremony, '--key', key('buyer'));
  for (let round = 0; round < 3; round += 1) for (const number of CUSTODIANS) await custodianLooks(stage, number);
  stage.say('five custodians made two keys');
}

/** The buyer's page from the registration to the notice: one key for the responses, one for the final quotes. */
async function published(stage, buyer, tender, ceremony) {
  const { tab } = buyer;
  await tab.fill('#tender', tender);
  await tab.fill('#title', '信息系统运维服务');
  await tab.selectOption('#regime', 'government_procurement');
  await tab.click('#register button[type=submit]');
  await tab.waitForURL(`${buyer.base}/buyer/${tender}`);
  await stage.settled(buyer);
  for (const [slot, name] of ['open', 'final'].entries()) {
    await tab.selectOption('#stage', name);
    await tab.selectOption('#ceremony', ceremony);
    await tab.fill('#slot', String(slot));
    await tab.click('#assign button[type=submit]');
    await tab.waitForSelector(`.key-row[data-stage="${name}"]`);
    await stage.settled(buyer);
  }
  await tab.selectOption('#template', 'consultation');
  await tab.click('#use-template');
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  assert.equal(await tab.inputValue('#way'), 'consultation');
  assert.ok(await tab.isVisible('#final-hint'));
  // An inquiry has no final quotes: the stage for them is refused while it is chosen.
  await tab.selectOption('#way', 'inquiry');
  await tab.waitForSelector('#stages-error:not([hidden]):has-text("一次报出不得更改")');
  await tab.selectOption('#way', 'consultation');
  await tab.waitForSelector('#verdict:has-text("此草稿可以发布")');
  await stage.glance(buyer, 'quotes-draft');
  await tab.click('#notice button[type=submit]');
  await stage.phase(tender, 'noticed');
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const { body } = records.find(({ kind }) => kind === 'tender.noticed');
  assert.deepEqual(body.stages.map(({ invited, stage: name }) => [name, invited === true]), [['open', false], ['final', true]]); // prettier-ignore
  stage.say('the notice of a consultation was published from its template');
  return body;
}

const folderOf = (stage, account) => stage.file(`quotes-${account}`);

async function sealed(stage, account, part, ...price) {
  const [folder, own, letter] = [folderOf(stage, account), key(account), stage.file(`${account}-${part}.json`)];
  await stage.kaibiao(account, 'bid', 'letter', '--folder', folder, '--account', account, '--key', own, '--name', `服务商${account.slice(-1)}`, ...price, '--period-days', '365', '--project-lead', '王五', '--out', letter);
  await stage.kaibiao(account, 'seal', letter, '--folder', folder, '--lot', '1', '--part', part);
}

async function responses(stage, tender) {
  const technical = bigFile(stage.file('technical.pdf'), 1);
  for (const account of BIDDERS) {
    const [folder, own] = [folderOf(stage, account), key(account)];
    await stage.kaibiao(account, 'bid', 'enter', tender, '--account', account, '--key', own, '--folder', folder);
    await sealed(stage, account, 'letter');
    await stage.kaibiao(account, 'seal', technical, '--folder', folder, '--lot', '1', '--part', 'technical');
    await stage.kaibiao(account, 'submit', '--folder', folder, '--key', own);
  }
  stage.say('four responses were handed in');
}

/** One opening: the list, the shares, the record, its end. */
async function opened(stage, tender, name, deadline) {
  const body = async (kind) => {
    const { records } = await stage.api(`/api/tenders/${tender}`);
    return records.find((record) => record.kind === kind && record.body.stage === name)?.body;
  };
  const there = (kind) => stage.until(`${kind} of ${name}`, () => body(kind));
  stage.advanceTo(deadline + 10_000);
  stage.advanceTo((await there('list.frozen')).until + 5_000);
  await there('list.settled');
  for (const number of [1, 2, 3]) await custodianLooks(stage, number, 'checked');
  stage.advanceTo((await there('opening.recorded')).until + 5_000);
  await there('opening.closed');
  stage.say(`the stage ${name} was opened`);
  return body('opening.recorded');
}

/** The invitation in the page: a deadline is asked for, one bidder is left out with a reason, what changed is told. */
async function invited(stage, buyer, tender) {
  const { tab } = buyer;
  await stage.until('the form is there', async () => {
    await stage.open(buyer, `/buyer/${tender}`);
    return (await tab.locator('#invite').count()) === 1;
  }, 500);
  assert.equal(await tab.locator('#invite [data-bid]').count(), BIDDERS.length);
  await stage.look(buyer, `/buyer/${tender}`, 'quotes-invite');
  await stage.open(buyer, `/buyer/${tender}?lang=zh`);
  await tab.click('#invite button[type=submit]');
  await tab.waitForSelector('#quotes-deadline.is-invalid');
  await tab.fill('#quotes-deadline', local(stage.now - HOUR));
  await tab.click('#invite button[type=submit]');
  await tab.waitForSelector('#quotes-deadline-error:has-text("将来")');
  const closesAt = Math.ceil((stage.now + 24 * HOUR) / 60_000) * 60_000;
  await tab.fill('#quotes-deadline', local(closesAt));
  await tab.fill('#changes', '响应时间由8小时改为4小时');
  await tab.locator('#invite div:has(bdi:text-is("bidder-04")) input').fill('不满足第3.2条实质性要求');
  await tab.waitForSelector('#invite-effect:has-text("将邀请 3 份,不邀请 1 份")');
  await tab.click('#invite button[type=submit]');
  await tab.waitForSelector('#done:has-text("已签名")');
  const body = await stage.until('the invitation', async () => {
    const { records } = await stage.api(`/api/tenders/${tender}`);
    return records.find(({ kind }) => kind === 'quotes.invited')?.body;
  });
  assert.equal(body.closes_at, closesAt);
  assert.deepEqual([body.invited.length, body.left_out.map(({ reason }) => reason)], [3, ['不满足第3.2条实质性要求']]);
  assert.equal(body.changes, '响应时间由8小时改为4小时');
  await stage.until('the form is gone', async () => {
    await stage.open(buyer, `/buyer/${tender}`);
    return (await tab.locator('#invite').count()) === 0;
  }, 500);
  stage.say('the buyer invited three of four in the page');
  return closesAt;
}

/** @param {{dir: string, programs: string, pictures?: string}} at */
export async function quotes({ dir, programs, pictures }) {
  const mark = Date.now().toString(36);
  const [tender, ceremony] = [`CS-${mark}`, `talks-${mark}`];
  await play({ dir, programs, pictures, name: 'quotes' }, async (stage) => {
    await freshKeys(stage, ceremony);
    const buyer = await stage.person('procurement', { name: 'the buyer', clock: 0 });
    await stage.signIn(buyer, 'buyer', { next: '/buyer' });
    const { closes_at: deadline } = await published(stage, buyer, tender, ceremony);
    await responses(stage, tender);
    await stage.rest(buyer);
    const first = await opened(stage, tender, 'open', deadline);
    assert.ok(first.bids.every(({ parts }) => parts[0].letter === undefined || parts[0].letter.price === undefined), 'no price before the talks');
    await stage.setClock(buyer, 0);
    const until = await invited(stage, buyer, tender);
    for (const [at, price] of QUOTES.entries()) {
      await sealed(stage, BIDDERS[at], 'quote', '--price', price);
      await stage.kaibiao(BIDDERS[at], 'submit', '--folder', folderOf(stage, BIDDERS[at]), '--key', key(BIDDERS[at]));
    }
    await stage.rest(buyer);
    const last = await opened(stage, tender, 'final', until);
    const prices = last.bids.map(({ parts }) => parts[0].letter.price.minor).toSorted((a, b) => a - b);
    assert.deepEqual(prices, [60_000_000, 70_000_000, 80_000_000]);
    const stranger = await stage.person('procurement', { name: 'a stranger' });
    await stage.look(stranger, `/tenders/${tender}/record`, 'quotes-record');
    assert.match(await stranger.tab.innerText('main'), /600,000\.00/);
    await stage.look(stranger, `/tenders/${tender}`, 'quotes-tender');
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await quotes({ dir, programs, pictures });
}
