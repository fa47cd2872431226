// The steps around the scores in a real Chromium: a question to a bidder and more time, prices that are sealed until all
// have committed, a correction that its bidder confirms, a low price that every seat judges, deviations and a changed
// score. One expert works in the pages, the other four by `kaibiao evaluation`. Played by clarification.mjs, which makes
// the tender.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { KEYS } from './stage.mjs';

/** The panel, in order of seats. */
export const EXPERTS = [1, 2, 3, 4, 5].map((number) => `expert-${number}`);
const key = (account) => `${KEYS}${account}.pem`;
const by = (stage, name, ...args) => stage.kaibiao(name, 'evaluation', ...args, '--key', key(name));
const seatOf = (name) => `seat-${EXPERTS.indexOf(name) + 1}`;
const stepsOf = (stage, tender, name = 'expert-1') => by(stage, name, 'steps', tender);
/** What a price of this tender looks like, however it is written. */
const PRICES = /900[,]?000|910[,]?000|350[,]?000/;

/** Waits until a page that follows the log shows something. */
const appears = ({ tab }, selector) => tab.waitForSelector(selector);

/** The panel is appointed, declares, and votes in the review. @returns {Promise<import('./stage.mjs').Person>} the first expert */
export async function seated(stage, tender) {
  await stage.until('the panel is appointed', () =>
    stage.kaibiao('buyer', 'evaluation', 'appoint', tender, '--reason', 'no expert of this trade is in the pool', ...EXPERTS.flatMap((name) => ['--expert', name]), '--key', key('buyer')).then(() => true, () => false));
  const expert = await stage.person('evaluation', { name: 'the first expert' });
  await stage.signIn(expert, 'expert-1', { next: `/seat/${tender}` });
  assert.equal(await expert.tab.locator('#seat-tabs').isVisible(), false, 'no other page before the declaration');
  await stage.open(expert, `/seat/${tender}/prices`);
  await expert.tab.locator('.note', { hasText: '请先作出回避声明' }).waitFor();
  for (const name of EXPERTS) await by(stage, name, 'recuse', tender, '--seat', seatOf(name));
  stage.say('five experts declared; before that the pages of the steps showed nothing');
  return expert;
}

/** Ten minutes without input, and a page that was closed: both stand in the log as the seat left. */
export async function away(stage, tender) {
  const expert = await stage.person('evaluation', { name: 'the fifth expert' });
  await stage.signIn(expert, 'expert-5', { next: `/seat/${tender}` });
  const at = (ms) => new Date(ms).toISOString();
  await stage.kaibiao('buyer', 'seat', 'hours', tender, '--from', at(stage.now - 3_600_000), '--until', at(stage.now + 86_400_000 * 3), '--key', key('buyer'));
  const isIn = async () => (await by(stage, 'expert-5', 'seat', tender)).present;
  const { tab } = expert;
  const enter = async () => {
    await stage.open(expert, `/seat/${tender}?lang=zh`);
    await tab.click('#enter-room button');
    await appears(expert, '#leave-room');
    assert.equal(await isIn(), true);
  };
  await enter();
  // A reload, and a look at another page of the seat, are no leaving.
  await stage.open(expert, `/seat/${tender}/questions`);
  await stage.open(expert, `/seat/${tender}`);
  await appears(expert, '#leave-room');
  // Closed for longer than a minute: told when the seat is looked at again.
  await stage.rest(expert);
  await expert.context.addInitScript((name) => {
    if (sessionStorage.getItem('once')) return;
    sessionStorage.setItem('once', '1');
    if (localStorage.getItem(name)) localStorage.setItem(name, String(Date.now() - 61_000));
  }, `seat-open/${tender}/seat-5`);
  await stage.open(expert, `/seat/${tender}`);
  await appears(expert, '#enter-room');
  assert.equal(await isIn(), false);
  await expert.tab.clock.install();
  await enter();
  await tab.clock.fastForward('11:00');
  await appears(expert, '#enter-room');
  assert.equal(await isIn(), false);
  await stage.leave(expert);
  stage.say('a closed page and ten minutes of nothing both left the seat');
}

/** A question in the page and one for every other bid by command; more time by two of five. */
export async function asking(stage, tender, expert) {
  const { tab } = expert;
  const { review, codes } = await by(stage, 'expert-1', 'seat', tender);
  const votes = codes.flatMap(({ code }) => review.items.map(({ item }) => ({ code, item, passes: true, reason: '' })));
  writeFileSync(stage.file('votes.json'), JSON.stringify(votes));
  for (const name of EXPERTS) await by(stage, name, 'review', tender, '--seat', seatOf(name), '--votes', stage.file('votes.json'));
  await stage.open(expert, `/seat/${tender}/questions`);
  await tab.click('#ask button');
  await appears(expert, '#ask-text-error:not(:empty)');
  await tab.fill('#ask-text', '请说明售后服务的响应时间。');
  await tab.click('#ask button');
  await appears(expert, '#ask-time-error:not(:empty)');
  assert.match(await tab.locator('#ask-time-error').innerText(), /30/, 'a low price, which nobody knows yet, has thirty minutes');
  await tab.selectOption('#ask-time', '3600000');
  await tab.click('#ask button');
  await appears(expert, '[data-question]');
  const [asked] = (await stepsOf(stage, tender)).questions;
  for (const { code } of codes) {
    if (code !== asked.code) await by(stage, 'expert-2', 'ask', tender, '--seat', 'seat-2', '--code', code, '--minutes', '60', '请说明售后服务的响应时间。');
  }
  await tab.waitForFunction((count) => document.querySelectorAll('[data-question]').length === count, codes.length);
  await tab.fill('#extend-reason', '投标文件篇幅较长');
  await tab.click('#extend button');
  await appears(expert, '#extensions');
  assert.equal(await tab.locator('#extend').count(), 0, 'nobody asks twice');
  await by(stage, 'expert-2', 'extend', tender, '--seat', 'seat-2', '--minutes', '45', '--reason', '同上');
  await stage.open(expert, `/seat/${tender}/questions`);
  await appears(expert, '#granted');
  await stage.look(expert, `/seat/${tender}/questions`, 'steps-questions');
  stage.say('the panel asked every bid, and has more time');
}

/** Sealed until everybody has committed; then a correction and a low price. */
export async function pricing(stage, tender, expert, confirm) {
  const { tab } = expert;
  await stage.open(expert, `/seat/${tender}/prices?lang=zh&theme=light`);
  assert.equal(await tab.locator('#sealed').count(), 1);
  assert.doesNotMatch(await tab.locator('main').innerText(), PRICES);
  const { codes, items } = await by(stage, 'expert-1', 'seat', tender);
  assert.doesNotMatch(JSON.stringify(codes), PRICES);
  // The first seat is far from the others in everything.
  for (const [n, name] of EXPERTS.entries()) {
    const sheet = Object.fromEntries(codes.map(({ code }) => [code, Object.fromEntries(items.map(({ item, max }) => [item, n === 0 ? 0 : Math.floor(max * 0.8)]))]));
    writeFileSync(stage.file(`sheet-${n}.json`), JSON.stringify(sheet));
    await stage.kaibiao(name, 'score', 'commit', tender, '--seat', seatOf(name), '--sheet', stage.file(`sheet-${n}.json`), '--keep', stage.file(`steps-kept-${n}.json`), '--key', key(name));
  }
  await appears(expert, '#ledger');
  const { prices, low_prices: low } = await stepsOf(stage, tender);
  const dear = prices.find(({ opened }) => opened.minor === 90_000_000).code;
  const cheap = prices.find(({ opened }) => opened.minor === 35_000_000).code;
  assert.deepEqual(low.bids.map(({ code }) => code), [cheap]);
  stage.say('prices were shown when all had committed; the low one is looked into');

  await stage.settled(expert);
  await tab.selectOption('#correct-code', dear);
  await tab.click('#correct button');
  await appears(expert, '#place-summary_over_rest-error:not(:empty)');
  await tab.fill('#place-unit_sum_over_total', '报价表第3页');
  await tab.fill('#after-unit_sum_over_total', '900000');
  await tab.click('#correct button');
  await appears(expert, '#after-unit_sum_over_total-error:not(:empty)');
  await tab.fill('#after-unit_sum_over_total', '899000.00');
  assert.match(await tab.locator('#corrected').innerText(), /899,000\.00/);
  await stage.glance(expert, 'steps-correct');
  await tab.click('#correct button');
  await appears(expert, `[data-correction="${dear}"]`);
  assert.match(await tab.locator('#ledger').innerText(), /等待投标人确认/);
  await confirm();
  await tab.waitForFunction(() => /修正经投标人确认/.test(document.querySelector('#ledger').textContent));
  const row = await tab.locator('#ledger tr', { hasText: dear }).innerText();
  assert.match(row, /900,000\.00/, 'the opened price stands');
  assert.match(row, /899,000\.00/);

  // A question was answered before prices were known; a low price is asked about when it is known to be one.
  await stage.settled(expert);
  await tab.click(`[data-explain="${cheap}"] button`);
  await tab.waitForSelector(`[data-explain="${cheap}"]`, { state: 'detached' });
  // The session ends while nobody is at the page.
  await stage.rest(expert);
  stage.advanceTo(stage.now + 40 * 60_000);
  await stage.until('the time to explain is over', async () => (await stepsOf(stage, tender)).low_prices.bids[0].heard, 500);
  await stage.open(expert, `/seat/${tender}/prices`);
  await appears(expert, `[data-judge="${cheap}"]`);
  await stage.settled(expert);
  await tab.locator(`[data-judge="${cheap}"] button`).click();
  await tab.locator(`[data-judge="${cheap}"] .invalid-feedback:not(:empty)`).waitFor();
  await tab.locator(`[data-judge="${cheap}"] select`).selectOption('yes');
  await tab.locator(`[data-judge="${cheap}"] textarea`).fill('成本构成合理');
  await tab.locator(`[data-judge="${cheap}"] button`).click();
  await appears(expert, `[data-low="${cheap}"] [data-judgements]`);
  assert.equal(await tab.locator('[data-judgements] li').count(), 1, 'the own judgement alone');
  for (const name of EXPERTS.slice(1)) await by(stage, name, 'judge-low', tender, '--seat', seatOf(name), '--code', cheap, '--reasonable', 'yes', '--reason', '同意');
  await stage.open(expert, `/seat/${tender}/prices`);
  assert.equal(await tab.locator('[data-judgements] li').count(), 5);
  await stage.look(expert, `/seat/${tender}/prices`, 'steps-prices');
  stage.say('a correction was confirmed by its bidder, a low price judged by every seat');
}

/** After the last reveal: who is far from the others, and a score changed on a ground of the law. */
export async function comparing(stage, tender, expert) {
  const { tab } = expert;
  await stage.open(expert, `/seat/${tender}/scores?lang=zh&theme=light`);
  assert.equal(await tab.locator('#sealed').count(), 1, 'no score before the last reveal');
  // The result waits for every question: those that nobody answers are over after their hour.
  await stage.rest(expert);
  stage.advanceTo(stage.now + 60 * 60_000);
  await stage.open(expert, `/seat/${tender}/scores`);
  for (const [n, name] of EXPERTS.entries()) await stage.kaibiao(name, 'score', 'reveal', '--keep', stage.file(`steps-kept-${n}.json`), '--key', key(name));
  await appears(expert, '#change');
  const far = await tab.locator('#by-seat tbody tr').evaluateAll((rows) => rows.map((row) => Number(row.cells[1].textContent)));
  assert.ok(far[0] > 0 && far.slice(1).every((count) => count === 0), `the first seat alone is far: ${far}`);
  await stage.settled(expert);
  await tab.fill('#change-to', '9999');
  await tab.click('#change button');
  await appears(expert, '#change-to-error:not(:empty)');
  await tab.fill('#change-to', '7.5');
  await tab.click('#change button');
  await appears(expert, '#change-ground-error:not(:empty)');
  await tab.selectOption('#change-ground', 'extreme');
  await tab.fill('#change-reason', '经评标委员会认定评分畸低');
  await tab.click('#change button');
  await appears(expert, '#changes');
  assert.match(await tab.locator('#changes').innerText(), /0\.00[\s\S]*7\.50/);
  const [{ from, to, code, item }] = (await stepsOf(stage, tender)).scores.changes;
  assert.deepEqual([from, to], [0, 750]);
  // A second change by command begins at the value in force.
  await by(stage, 'expert-1', 'change-score', tender, '--seat', 'seat-1', '--change', `${code}/${item}=750:800`, '--ground', 'extreme', '--reason', '再次核对');
  await stage.open(expert, `/seat/${tender}/scores`);
  assert.equal(await tab.locator('#changes tbody tr').count(), 2);
  await stage.look(expert, `/seat/${tender}/scores`, 'steps-scores');
  stage.say('deviations were shown, and a changed score stands beside the revealed one');
}
