// The desks of buyers and bidders and the hall, looked at in a real Chromium: every page in both languages, themes and
// widths, by axe and by keyboard; a buyer drafts a notice of government procurement from a template; the hall shows a
// late comer the same as one who was there from the start; a supervisor sees the process in the cockpit, counts, and
// judges a sign.
//
//   cargo run -p kaibiao-demo -- --until bidding|opening|evaluation|award --out DIR
//   node tests/chromium/desk.mjs DIR bidding|opening|evaluation|award PROGRAMS [folder for pictures]   (needs playwright-core)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS, play, WORTHLESS } from './stage.mjs';

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
  await tab.fill('#tender', TENDER);
  await tab.fill('#title', '办公设备采购');
  await stage.refused(buyer, async () => {
    await tab.click('#register button[type=submit]');
    await tab.waitForSelector('#tender-error:has-text("登记")');
  });
  assert.equal(await tab.inputValue('#title'), '办公设备采购');
  const id = `GP-${Date.now()}`;
  await tab.fill('#tender', id);
  await tab.fill('#title', '办公设备采购');
  await tab.selectOption('#regime', 'government_procurement');
  await tab.click('#register button[type=submit]');
  await tab.waitForURL(`${buyer.base}/buyer/${id}`);
  await stage.settled(buyer);
  assert.deepEqual(await tab.$$eval('#template option', (all) => all.map(({ value }) => value)), ['goods', 'standard-goods', 'services', 'consultation', 'negotiation', 'inquiry', 'single-source']);
  assert.deepEqual(await tab.$$eval('#method-name option', (all) => all.map(({ value }) => value)), ['low_price_score', 'lowest_price', 'consultation', 'negotiation']);
  for (const template of ['goods', 'standard-goods', 'services']) {
    await tab.selectOption('#template', template);
    await tab.click('#use-template');
    await tab.waitForFunction(() => document.querySelector('#method-error')?.hidden !== false && document.querySelector('#verdict').textContent !== '');
    // Only the key of the stage is still to be assigned.
    await stage.until(`${template} breaks no rule but that of the keys`, async () => /还有 1 处/.test(await tab.textContent('#verdict')));
    assert.ok(await tab.isVisible('#stages-error'), template);
  }
  // Of talks too; a single source names its supplier. Final quotes need a key of their own, beside that of the responses.
  for (const [template, ...also] of [['consultation'], ['negotiation'], ['inquiry'], ['single-source', 'procedure-error']]) {
    await tab.selectOption('#template', template);
    await tab.click('#use-template');
    const told = () => tab.$$eval('#notice .invalid-feedback:not([hidden]), #notice [id$="-error"]:not([hidden])', (all) => all.map(({ id }) => id));
    const due = [...also, 'stages-error'].join();
    await stage.until(`${template} breaks no rule but those of its keys`, async () => (await told()).toSorted().join() === due);
  }
  await tab.selectOption('#template', 'services');
  await tab.click('#use-template');
  await tab.click('#add-lot');
  await tab.fill('#lot-1-title', '打印机');
  await tab.click('[data-lot-row]:first-child [data-remove-lot]');
  assert.deepEqual(await tab.$$eval('[data-lot="title"]', (all) => all.map(({ value }) => value)), ['打印机']);
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
  for (const page of ['', '/questions', '/opening', '/result', '/readings']) {
    await stage.look(bidder, `/bidder/tenders/${TENDER}${page}`, `bidder${page.replace('/', '-')}-${point}`);
  }
  await stage.open(bidder, `/tenders/${TENDER}?lang=zh`);
  await bidder.tab.click('nav a[href^="/hall/"]');
  await bidder.tab.waitForURL(`${bidder.base}/hall/${TENDER}`);
  await stage.settled(bidder);
  stage.say(`every page of the tender was looked at (${point})`);
  return { stranger, bidder };
}

/** The supervisor's cockpit, statistics and report; numbers of an evaluation and nothing it says; a sign is judged. */
async function overseeing(stage, point) {
  const supervisor = await stage.person('supervision', { name: 'the supervisor' });
  await stage.signIn(supervisor, 'supervisor');
  const { tab } = supervisor;
  await stage.look(supervisor, '/', `cockpit-${point}`);
  const said = await tab.innerText('main');
  assert.ok(said.includes(TENDER), 'the tender is live or listed');
  for (const secret of await secrets(stage)) assert.ok(!said.includes(secret), `${secret} stands in the cockpit`);
  if (point === 'opening') assert.match(await tab.getAttribute(`a[href$="/hall/${TENDER}"]`, 'href'), /^https?:/);
  await stage.look(supervisor, '/statistics', `statistics-${point}`);
  await tab.selectOption('#by', 'trade');
  await tab.click('form.filters button[type=submit]');
  await tab.waitForURL(/by=trade/);
  await tab.click('#months + ul a');
  await tab.waitForURL(/\/reports\//);
  await stage.look(supervisor, new URL(tab.url()).pathname, `month-${point}`);
  const pdf = await stage.saved(supervisor, () => tab.click('a[href$="report.csv"]'), 'month.csv');
  assert.deepEqual([...readFileSync(pdf).subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  await judging(stage, supervisor, point);
  await adopting(stage, supervisor, point);
  await stage.leave(supervisor);
  stage.say(`the supervisor looked at cockpit, statistics and report (${point})`);
}

/** Names of bidders before the opening, which no page of supervision may say. */
async function secrets(stage) {
  const { phase, records } = await stage.api(`/api/tenders/${TENDER}`);
  const isOpened = records.some(({ kind }) => kind === 'opening.recorded');
  return isOpened || phase === 'awarded' ? [] : ['bidder-01', 'bidder-02', 'bidder-03'];
}

/** The first sign of the opened tender is judged: told what is missing, signed, and shown with its reason. */
async function judging(stage, supervisor, point) {
  const { tab } = supervisor;
  if (point !== 'evaluation') return;
  await stage.open(supervisor, `/screens/${TENDER}?lang=zh&theme=light`);
  const form = tab.locator('form[data-sign]').first();
  assert.ok((await form.count()) > 0, 'the opened tender of the demonstration has a sign to judge');
  await form.locator('button[type=submit]').click();
  await form.locator('.invalid-feedback:not([hidden])').first().waitFor();
  await form.locator('select').selectOption('explained');
  await form.locator('textarea').fill('报价差额源于同一计价依据,已核对清单。');
  await form.locator('button[type=submit]').click();
  await tab.waitForSelector('[data-judged]');
  assert.match(await tab.textContent('[data-judged]'), /已核对清单/);
  await stage.look(supervisor, `/screens/${TENDER}`, `judged-${point}`);
  stage.say('a sign was judged');
}

/** A rule file of the city's own: one with a word that no rule knows is refused with its line, the next is adopted. */
async function another(stage, supervisor) {
  const { tab } = supervisor;
  const text = await tab.evaluate(async () => (await fetch('/api/rules/file')).text());
  const give = (name, content) =>
    tab.setInputFiles('#adopt-file', { name, mimeType: 'application/json', buffer: Buffer.from(content) });
  await stage.refused(supervisor, async () => {
    await give('broken.json', text.replace('"card":"red"', '"card":"blue"'));
    await tab.locator('#read:not(:empty)').waitFor();
  });
  const line = text.slice(0, text.indexOf('"card":"red"')).split('\n').length;
  const said = await tab.locator('#read').textContent();
  if (!said.includes(String(line)) || !said.includes('blue')) throw new Error(`the refusal names no line: ${said}`);
  await give('city.json', text.replace('"name": "', '"name": "本市'));
  await tab.waitForFunction(() => document.querySelector('#read').textContent.includes('本市'));
  await tab.click('#adopt button[type=submit]');
  await tab.locator('#done:not(:empty)').waitFor();
  await tab.waitForFunction(() => document.querySelector('#done')?.textContent === '' && document.readyState === 'complete');
  const name = await tab.locator('main p bdi').first().textContent();
  if (!name.startsWith('本市')) throw new Error(`the page shows the rules ${name}`);
}

/** The rules are adopted by a signature of this browser: before it nothing stands in the log, after it nobody is asked again. */
async function adopting(stage, supervisor, point) {
  const { tab } = supervisor;
  if (point !== 'evaluation') return;
  await stage.open(supervisor, '/cards?lang=zh&theme=light');
  assert.match(await tab.innerText('main'), /尚无监察规则版本生效/);
  await stage.look(supervisor, '/rules', `rules-${point}`);
  await stage.refused(supervisor, async () => {
    await tab.fill('#adopt-from', '2020-01-01');
    await tab.click('#adopt button[type=submit]');
    await tab.locator('#adopt-from-error:not(:empty)').waitFor();
  });
  await tab.fill('#adopt-from', '');
  await tab.click('#adopt button[type=submit]');
  const taken = () => document.readyState === 'complete' && document.querySelector('#adopt')?.dataset.version === undefined;
  await tab.waitForFunction(taken);
  await another(stage, supervisor);
  await stage.open(supervisor, '/cards?lang=zh&theme=light');
  assert.doesNotMatch(await tab.innerText('main'), /尚无监察规则版本生效/);
  stage.say('the rules were adopted');
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

/** Presses a form of the hall and waits until its receipt was checked. */
async function signedIn(tab, title, words) {
  const card = tab.locator('.hall-acts section', { hasText: title });
  await card.locator('form').waitFor();
  if (words !== undefined) {
    await told(card, words);
  }
  await card.locator('button[type=submit]').click();
  await card.locator('text=已签名并取得回执').waitFor();
}

/** An empty text is told beside its field; then it is filled in. */
async function told(card, words) {
  await card.locator('button[type=submit]').click();
  await card.locator('.invalid-feedback:not([hidden])').waitFor();
  await card.locator('textarea').fill(words);
}

/**
 * The opening to its end: a bidder restores the key and unlocks in the hall, three custodians answer, the bidder objects
 * and signs the record, the buyer answers; whoever comes late sees all of it.
 */
async function opening(stage, { stranger, bidder }) {
  const { tab } = bidder;
  const hall = `/hall/${TENDER}?lang=zh&theme=light`;
  await stage.open(bidder, `/bidder/tenders/${TENDER}?lang=zh`);
  await tab.setInputFiles('#backup', join(stage.dir, 'machines', 'bidder-01', `bid-${TENDER}`, 'bid-key.pem'));
  await tab.fill('#passphrase', 'quite wrong');
  await tab.click('#restore button');
  await tab.waitForSelector('#backup-error:not([hidden])');
  await tab.fill('#passphrase', WORTHLESS);
  await tab.click('#restore button');
  await tab.waitForSelector('#restore', { state: 'detached' });
  await stage.open(stranger, hall);
  await stage.open(bidder, hall);
  // The clock of a demonstration is followed only by who says so.
  await tab.click('#follow-clock');
  await signedIn(tab, '投标人解密');
  await stage.glance(bidder, 'hall-unlocked');
  stage.say('unlocked in the hall by a key restored from its file');

  const records = async (kind) => (await stage.api(`/api/tenders/${TENDER}`)).records.filter((record) => record.kind === kind);
  const [{ body: frozen }] = await records('list.frozen');
  stage.advanceTo(frozen.until + 5_000);
  await stage.phase(TENDER, 'sharing');
  for (const index of [1, 2, 3]) {
    await stage.kaibiao(`custodian-${index}`, 'custodian', 'run', '--once', '--shares', 'checked', '--seed', `${KEYS}custodian-${index}-seed.pem`);
  }
  await stage.phase(TENDER, 'recorded');
  stage.say('three custodians gave their shares; the record was read out');
  await tab.waitForSelector('text=/^唱标:/');
  await signedIn(tab, '对开标提出异议', '唱标内容与递交的投标函不一致,请核对。');
  await signedIn(tab, '签名确认开标记录');
  const buyer = await stage.person('procurement', { name: 'the buyer in the hall' });
  await stage.signIn(buyer, 'buyer', { next: `/hall/${TENDER}` });
  await stage.glance(buyer, 'hall-objection');
  await signedIn(buyer.tab, '答复异议', '经核对,唱标内容与投标函一致。');
  await stranger.tab.waitForSelector('text=经核对,唱标内容与投标函一致');
  await stage.glance(stranger, 'hall-answered');
  await stage.open(stranger, `/hall/${TENDER}/screen?lang=zh`);
  await stranger.tab.waitForSelector('html[data-facts]');
  await stage.glance(stranger, 'wall-recorded');
  await stage.leave(buyer);
  stage.say('objected, answered and signed in the hall');
}

/** @param {{dir: string, point: string, programs?: string, pictures?: string}} at */
export async function desk({ dir, point, programs, pictures }) {
  await play({ dir, programs, pictures, name: `desk-${point}` }, async (stage) => {
    if (point === 'bidding') await buying(stage);
    const people = await looking(stage, point);
    if (point === 'opening') await opening(stage, people);
    if (point !== 'bidding') await halls(stage, people);
    await overseeing(stage, point);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, point = 'bidding', programs, pictures] = process.argv.slice(2);
  await desk({ dir, point, programs, pictures });
}
