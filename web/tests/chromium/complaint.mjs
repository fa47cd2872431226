// From an objection to the decision of a complaint, in real Chromiums: a bidder objects to the documents, the works tender
// stands still, the buyer answers, the bidder complains in the supervision zone, a supervisor takes the complaint up, stops
// its clock, lets it go on and decides; the tracking page and the public page show it. Then an explanation is ordered and
// given, and access in an emergency is asked for.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/complaint.mjs DIR [folder for pictures]                           (needs playwright-core)

import assert from 'node:assert/strict';
import { play } from './stage.mjs';

const TENDER = 'T2026-001';
const WORDS = '第三章限定某一品牌,排斥其他投标人。';

/** China time for a `datetime-local` field. */
const local = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);

/** Presses a form and waits until the page was loaded again with what was signed. */
async function pressed(who, form) {
  await who.tab.evaluate(() => {
    globalThis.stillHere = true;
  });
  await who.tab.click(`${form} button[type=submit]`);
  await who.tab.waitForFunction(() => !globalThis.stillHere && document.documentElement.dataset.ready);
}

/** An empty field is told beside it. */
async function told({ tab }, form, field) {
  await tab.click(`${form} button[type=submit]`);
  await tab.waitForSelector(`${field}-error:not([hidden])`);
}

async function objecting(stage) {
  const bidder = await stage.person('procurement', { name: 'a bidder' });
  await stage.signIn(bidder, 'bidder-01', { next: `/bidder/tenders/${TENDER}` });
  await bidder.tab.click('nav a[href$="/objections"]');
  await stage.settled(bidder);
  await told(bidder, '#object', '#text');
  await bidder.tab.fill('#text', WORDS);
  await pressed(bidder, '#object');
  await bidder.tab.waitForSelector(`td:has-text("${WORDS}")`);
  await stage.look(bidder, `/bidder/tenders/${TENDER}/objections`, 'objections-own');
  const { records } = await stage.until('the tender stands still', async () => {
    const shown = await stage.api(`/api/tenders/${TENDER}`);
    return shown.records.some(({ kind }) => kind === 'tender.suspended') && shown;
  });
  const text = JSON.stringify(records);
  assert.ok(!text.includes(WORDS) && !text.includes('bidder-01'), 'neither what it says nor by whom is public before the reply');
  stage.say('a bidder objected to the documents; the tender stands still');
  return bidder;
}

async function answering(stage) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: `/buyer/${TENDER}` });
  await buyer.tab.click('a[href$="/objections"]:has-text("答复")');
  await stage.settled(buyer);
  assert.ok(!(await buyer.tab.textContent('main')).includes('bidder-01'), 'the buyer does not learn who objected');
  await stage.look(buyer, `/buyer/${TENDER}/objections`, 'objections-owed');
  await stage.open(buyer, `/buyer/${TENDER}/objections?lang=zh&theme=light`);
  await buyer.tab.click('form.reply button[type=submit]');
  await buyer.tab.waitForSelector('form.reply .invalid-feedback:not([hidden])');
  await buyer.tab.fill('form.reply textarea[name=text]', '有潜在投标人认为第三章限定品牌。');
  await buyer.tab.fill('form.reply textarea[name=reply]', '该品牌前已注明“或相当于”,不作修改。');
  await pressed(buyer, 'form.reply');
  await stage.until('the tender goes on', async () => {
    const { records } = await stage.api(`/api/tenders/${TENDER}`);
    return records.some(({ kind }) => kind === 'tender.resumed');
  });
  stage.say('the buyer answered without learning who asked; the tender goes on');
  return buyer;
}

/** @returns {Promise<{complainant: object, number: string, place: string}>} */
async function complaining(stage) {
  const complainant = await stage.person('supervision', { name: 'the complainant' });
  await stage.signIn(complainant, 'bidder-01', { next: `/complaints/new?tender=${TENDER}` });
  const { tab } = complainant;
  await stage.look(complainant, `/complaints/new?tender=${TENDER}`, 'complaint-new');
  await stage.open(complainant, `/complaints/new?tender=${TENDER}&lang=zh&theme=light`);
  await told(complainant, '#file', '#known');
  await tab.fill('#known', local(stage.now - 60_000));
  await tab.check('[name=objection]');
  await tab.fill('#claims', '答复与招标文件第三章原文不符(招标投标法实施条例第三十二条)。');
  await tab.fill('#requests', '责令招标人修改招标文件。');
  await tab.setInputFiles('#evidence', { name: '证据.txt', mimeType: 'text/plain', buffer: Buffer.from('第三章复印件') });
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector('#number');
  const number = await tab.textContent('#number');
  assert.match(number, /^[0-9a-f]{64}$/);
  await stage.glance(complainant, 'complaint-receipt');
  await stage.open(complainant, '/complaints?lang=zh');
  await stage.look(complainant, '/complaints', 'complaints-own');
  const place = await tab.getAttribute('tbody a[href^="/complaints/"]', 'href');
  stage.say('the bidder complained; the receipt has a tracking number');
  return { complainant, number, place };
}

async function deciding(stage, place) {
  const supervisor = await stage.person('supervision', { name: 'the supervisor' });
  await stage.signIn(supervisor, 'supervisor', { next: '/complaints' });
  const { tab } = supervisor;
  await stage.look(supervisor, '/complaints', 'complaints');
  await stage.look(supervisor, place, 'complaint-filed');
  await stage.open(supervisor, `${place}?lang=zh&theme=light`);
  await pressed(supervisor, '#accept');
  await tab.waitForSelector('#state:has-text("已受理")');
  const due = () => tab.locator('dt:has-text("处理期限") + dd time').first().getAttribute('datetime');
  const first = await due();
  await stage.glance(supervisor, 'complaint-accepted');
  await tab.selectOption('#ground', 'expert_review');
  await tab.fill('#pause-reason', '委托三名专家论证品牌要求。');
  await pressed(supervisor, '#pause');
  await tab.waitForSelector('#state:has-text("中止")');
  await stage.glance(supervisor, 'complaint-paused');
  stage.advanceTo(stage.now + 3 * 86_400_000);
  await stage.open(supervisor, place);
  await tab.fill('#result', '专家意见:注明“或相当于”即不构成限定。');
  await pressed(supervisor, '#continue');
  await tab.waitForSelector('#state:has-text("已受理")');
  assert.ok((await due()) > first, 'the time of the opinion is not counted');
  await told(supervisor, '#decide', '#decide-basis');
  await tab.fill('#decide-basis', '招标投标法实施条例第六十一条');
  await tab.fill('#decide-reason', '招标文件已注明“或相当于”,投诉缺乏事实依据。');
  await tab.fill('#remedy', '不该填写');
  await stage.refused(supervisor, async () => {
    await tab.click('#decide button[type=submit]');
    await tab.waitForSelector('#remedy-error:not([hidden])');
  });
  await tab.fill('#remedy', '');
  await pressed(supervisor, '#decide');
  await tab.waitForSelector('#state:has-text("处理决定")');
  await stage.glance(supervisor, 'complaint-decided');
  stage.say('a supervisor took the complaint up, stopped its clock, let it go on and decided');
  return supervisor;
}

async function tracking(stage, number) {
  const stranger = await stage.person('supervision', { name: 'whoever holds the number' });
  const { tab } = stranger;
  await stage.look(stranger, '/complaints/track', 'track');
  await stage.look(stranger, '/complaints/new', 'complaint-paper');
  await stage.open(stranger, `/complaints/track?tender=${TENDER}&lang=zh&theme=light`);
  await tab.fill('#number', '00'.repeat(32));
  await tab.click('main form button[type=submit]');
  await tab.waitForSelector('[role=alert]:has-text("不符")');
  await tab.fill('#number', number);
  await tab.click('main form button[type=submit]');
  await tab.waitForSelector('#state:has-text("处理决定")');
  await stage.glance(stranger, 'track-decided');
  await stage.leave(stranger);
  stage.say('the number leads to the decision, without an account');
}

async function ordering(stage, supervisor, buyer) {
  const path = `/docket/${TENDER}/orders`;
  await stage.look(supervisor, path, 'orders');
  await stage.open(supervisor, `${path}?lang=zh&theme=light`);
  const { tab } = supervisor;
  await tab.fill('#inquire-basis', '招标投标法实施条例第六十二条');
  await tab.fill('#question', '请说明第三章品牌要求的由来。');
  await tab.fill('#inquire-until', local(stage.now + 3 * 86_400_000));
  await pressed(supervisor, '#inquire');
  await stage.until('the buyer is told', async () => {
    const { records } = await stage.api(`/api/tenders/${TENDER}`);
    return records.some(({ kind }) => kind === 'explanation.called');
  });
  await stage.open(buyer, `/buyer/${TENDER}/objections?lang=zh`);
  await buyer.tab.fill('form.explain textarea', '参照以往项目,已注明“或相当于”。');
  await pressed(buyer, 'form.explain');
  await stage.open(supervisor, `${path}?lang=zh`);
  await tab.fill('#seqs', '3');
  await told(supervisor, '#request', '#request-basis');
  await tab.fill('#request-basis', '应急预案第四条');
  await tab.fill('#request-reason', '核查串通线索,别无他法。');
  await pressed(supervisor, '#request');
  await tab.waitForSelector('text=等待另一名监督人员同意');
  await stage.glance(supervisor, 'orders-access');
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${TENDER}/objections`, 'objections-public');
  const shown = await stranger.tab.textContent('main');
  assert.ok(shown.includes('投诉缺乏事实依据') && shown.includes('参照以往项目') && !shown.includes('bidder-01') && !shown.includes('串通线索'));
  stage.say('an explanation was ordered and given; an access in an emergency waits for a second supervisor');
}

/** @param {{dir: string, pictures?: string}} at */
export async function complaint({ dir, pictures }) {
  await play({ dir, pictures, name: 'complaint' }, async (stage) => {
    await objecting(stage);
    const buyer = await answering(stage);
    const { number, place } = await complaining(stage);
    const supervisor = await deciding(stage, place);
    await tracking(stage, number);
    await ordering(stage, supervisor, buyer);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, pictures] = process.argv.slice(2);
  await complaint({ dir, pictures });
}
