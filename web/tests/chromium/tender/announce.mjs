// The whole tender, first part: a key made by five custodians, two of them in browsers; a notice, a question, its answer.
// Invariant: what people do in browsers goes through pages alone, what the others do through `kaibiao` alone.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { KEYS, PHONE } from '../stage.mjs';

export const DAY = 86_400_000;
export const MINUTE = 60_000;
const CHINA = 8 * 3_600_000;

/** A `datetime-local` value, in China Standard Time. */
export const local = (at) => new Date(at + CHINA).toISOString().slice(0, 16);

/** The custodian at a browser, from 1: signed in, the seed restored from its file. */
async function custodian(stage, number, how = {}) {
  const account = `custodian-${number}`;
  const who = await stage.person('procurement', { name: account, clock: 0, ...how });
  await stage.signIn(who, account, { next: '/custodian' });
  await who.tab.setInputFiles('#seed-file', `${KEYS}bidder-01.pem`);
  await who.tab.fill('#seed-passphrase', 'openly-worthless');
  await who.tab.click('#restore button');
  await who.tab.waitForSelector('#seed-file.is-invalid');
  await who.tab.setInputFiles('#seed-file', `${KEYS}${account}-seed.pem`);
  await Promise.all([who.tab.waitForEvent('load'), who.tab.click('#restore button')]);
  await stage.settled(who);
  await who.tab.waitForSelector('#lists p');
  return who;
}

/** One look of a custodian's own program. */
export const custodianLooks = (stage, number, shares = 'never') =>
  stage.kaibiao(`custodian-${number}`, 'custodian', 'run', '--once', '--seed', `${KEYS}custodian-${number}-seed.pem`, '--shares', shares);

/** Two custodians in browsers, three by command line, three steps each. */
async function makeKey(play) {
  const { stage, buyer } = play;
  await stage.signIn(buyer, 'buyer', { next: '/buyer' });
  await buyer.tab.fill('#custodians', [1, 2, 3, 4, 5].map((n) => `custodian-${n}`).join('\n'));
  await buyer.tab.fill('#threshold', '2');
  await buyer.tab.click('#ceremony button');
  await buyer.tab.waitForSelector('#threshold.is-invalid');
  await buyer.tab.fill('#threshold', '3');
  await buyer.tab.click('#ceremony button');
  await buyer.tab.waitForSelector('#called code');
  play.ceremony = (await buyer.tab.locator('#called code').innerText()).split('/').at(-1);
  const step = async (who) => {
    await stage.open(who, `/ceremonies/${play.ceremony}`);
    await who.tab.click('#go:visible');
    await who.tab.waitForSelector('#done p');
  };
  for (const round of ['commitments', 'shares', 'certificates']) {
    await Promise.all(play.custodians.map(step));
    for (const number of [3, 4, 5]) await custodianLooks(stage, number);
    if (round === 'shares') await stage.glance(play.custodians[1], 'ceremony-under-way');
  }
  await stage.until('the ceremony is completed', async () => (await stage.api(`/api/ceremonies/${play.ceremony}`)).state.phase === 'completed');
  await stage.glance(play.custodians[0], 'ceremony-completed');
  stage.say('five custodians made a key: two in browsers, one of them on a phone, three by command line');
}

/** The buyer registers, assigns the key, drafts, is told what is wrong, publishes. */
async function announce(play) {
  const { stage, buyer, tender } = play;
  const { tab } = buyer;
  await stage.open(buyer, '/buyer');
  await tab.fill('#tender', tender);
  await tab.fill('#title', '滨河路雨污分流改造工程');
  await tab.click('#register button');
  await tab.waitForURL(`${buyer.base}/buyer/${tender}`);
  await stage.settled(buyer);
  await tab.selectOption('#ceremony', play.ceremony);
  await tab.click('#assign button');
  await tab.waitForSelector('.key-row');
  await stage.settled(buyer);
  const now = stage.now;
  await tab.fill('#documents_from', local(now + 60 * MINUTE));
  await tab.fill('#documents_until', local(now + 7 * DAY));
  await tab.fill('#closes_at', local(now + 9 * DAY));
  await tab.waitForSelector('#closes_at-error:not(:empty)');
  await stage.glance(buyer, 'draft-too-short');
  await tab.fill('#closes_at', local(now + 25 * DAY));
  await tab.check('#bidder_lock');
  await tab.fill('#unlock_min', '5');
  const [document, text] = [stage.file('招标文件(第一册)图纸与工程量清单.txt'), '滨河路雨污分流改造工程招标文件\n'.repeat(300)];
  writeFileSync(document, text);
  await tab.setInputFiles('#documents', document);
  await tab.waitForSelector('#document-rows code');
  await tab.waitForFunction(() => !document.querySelector('#notice .is-invalid'));
  await tab.click('#notice button[type=submit]');
  await tab.waitForSelector('#amend');
  await stage.settled(buyer);
  play.closesAt = (await stage.api(`/api/tenders/${tender}`)).state.closes_at;
  stage.advanceTo(now + 90 * MINUTE);
  const stranger = await stage.person('procurement', { name: 'stranger' });
  await stage.open(stranger, `/tenders/${tender}`);
  const saved = await stage.saved(stranger, 'a[download]', 'document.txt');
  const shown = await stranger.tab.locator('a[download] bdi').first().innerText();
  assert.equal(shown, '招标文件(第一册)图纸与工程量清单.txt');
  assert.ok(saved);
  await stage.leave(stranger);
  stage.say('the buyer was told that nine days are too few, and published');
}

/** A bidder asks on a phone; the buyer answers to all; nobody sees who asked. */
async function clarify(play) {
  const { stage, buyer, tender } = play;
  const asker = await stage.person('procurement', { name: 'bidder-02', viewport: PHONE });
  await stage.signIn(asker, 'bidder-02', { next: `/bidder/tenders/${tender}/questions` });
  await asker.tab.fill('#text', '检查井井盖的荷载等级?');
  await asker.tab.click('#ask button');
  await asker.tab.waitForSelector('#asked p');
  await stage.leave(asker);
  await stage.open(buyer, `/buyer/${tender}`);
  await buyer.tab.waitForSelector('#questions form');
  const asked = await buyer.tab.locator('#questions').innerText();
  assert.ok(asked.includes('荷载等级') && !asked.includes('bidder-02'), asked);
  await buyer.tab.fill('#questions textarea', 'D400。');
  await buyer.tab.click('#questions button');
  await stage.until('the answer is public', async () => (await stage.api(`/api/tenders/${tender}`)).records.some(({ kind }) => kind === 'question.answered'));
  await stage.glance(buyer, 'buyer-noticed');
  stage.say('a question was asked on a phone and answered to all');
}

/** From an empty platform to a notice. */
export async function firstPart(play) {
  const { stage } = play;
  play.buyer = await stage.person('procurement', { name: 'buyer', clock: 0 });
  play.custodians = await Promise.all([custodian(stage, 1), custodian(stage, 2, { viewport: PHONE, language: 'en' })]);
  await makeKey(play);
  await announce(play);
  await clarify(play);
}
