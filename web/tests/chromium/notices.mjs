// Notices in a real Chromium: custodian and buyer read them, mark them, and set up and end a webhook; axe, widths and keyboard.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/notices.mjs DIR PROGRAMS [folder for pictures]                   (needs playwright-core)

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { play } from './stage.mjs';

const unread = (who) => who.tab.locator('.site-person a[href="/notices"] .badge');

/** Presses a button of a plain form and waits for the page that answers. */
async function press(stage, who, selector) {
  await Promise.all([who.tab.waitForEvent('load'), who.tab.click(selector)]);
  await stage.settled(who);
}

/** A custodian opens one notice and marks the rest. */
async function reading(stage) {
  const custodian = await stage.person('procurement', { name: 'a custodian' });
  await stage.signIn(custodian, 'custodian-1', { next: '/notices' });
  await stage.until('the inbox is filled', async () => {
    await stage.open(custodian, '/notices?lang=en');
    return /Your account is enrolled/.test(await custodian.tab.textContent('main'));
  });
  await stage.look(custodian, '/notices', 'notices');
  await stage.open(custodian, '/notices?lang=zh&theme=light');
  const before = Number.parseInt(await unread(custodian).innerText(), 10);
  assert.ok(before > 1, String(before));
  await press(stage, custodian, 'tbody tr:first-child button[value=open]');
  assert.equal(new URL(custodian.tab.url()).pathname, '/custodian');
  assert.equal(Number.parseInt(await unread(custodian).innerText(), 10), before - 1);
  await stage.open(custodian, '/notices');
  await press(stage, custodian, 'button[value=all]');
  assert.equal(await unread(custodian).count(), 0);
  stage.say('a custodian read the notices and marked them');
  await stage.leave(custodian);
}

/** The buyer is refused an address of a private network, then adds a webhook, chooses, and ends it. */
async function choosing(stage) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: '/notices/settings' });
  const { tab } = buyer;
  await stage.look(buyer, '/notices/settings', 'notices-settings');
  await stage.open(buyer, '/notices/settings?lang=zh&theme=light');
  await tab.fill('#url', 'https://192.168.1.1/hook');
  await stage.refused(buyer, () => press(stage, buyer, 'button[value=webhook]'));
  assert.match(await tab.textContent('#url-error'), /不在公共互联网/);
  assert.equal(await tab.inputValue('#url'), 'https://192.168.1.1/hook');
  await tab.fill('#url', 'https://hooks.example.org/kaibiao');
  await press(stage, buyer, 'button[value=webhook]');
  assert.match(await tab.textContent('#secret'), /^whsec_/);
  await tab.uncheck('input[value="question.waiting"]');
  await press(stage, buyer, 'button[value=choose]');
  assert.equal(await tab.isChecked('input[value="question.waiting"]'), false);
  assert.equal(await tab.isChecked('input[value="objection.waiting"]'), true);
  assert.equal(await tab.locator('#secret').count(), 0);
  await stage.look(buyer, '/notices/settings', 'notices-webhook');
  await press(stage, buyer, 'button[value=end]');
  assert.equal(await tab.locator('#receiver-webhook').count(), 0);
  stage.say('the buyer set up a webhook and ended it');
  await stage.leave(buyer);
}

/** The walk. @param {import('./stage.mjs').Stage} stage */
export async function notices(stage) {
  await reading(stage);
  await choosing(stage);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dir, programs, pictures] = process.argv.slice(2);
  await play({ dir, programs, pictures, name: 'notices' }, notices);
}
