// The self-check in a real Chromium against a running platform: for a stranger and for a bidder, in both languages; the
// invented upload is cut, resumed, read back, opened and removed, and the saved report has nothing secret in it.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/self-check.mjs DIR [folder for pictures]                       (needs playwright-core)

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { play, WORTHLESS } from './stage.mjs';

const BIDDER = process.env.KAIBIAO_BIDDER ?? 'bidder-06';
/** What depends on the machine and on how busy it is. */
const SOFT = ['storage', 'clock', 'seal'];

/** Runs the check by keyboard. @returns {Promise<Record<string, string>>} the state of every step */
async function checked(stage, who, path) {
  await stage.open(who, path);
  await who.tab.focus('#begin');
  await who.tab.keyboard.press('Enter');
  await who.tab.waitForSelector('#self-check[data-done]');
  const rows = await who.tab.$$eval('tr[data-step]', (all) => all.map((row) => [row.dataset.step, row.dataset.state, row.querySelector('.result').textContent]));
  for (const [name, state, text] of rows) stage.say(`${name}: ${state} · ${text}`);
  return Object.fromEntries(rows.map(([name, state]) => [name, state]));
}

async function asBidder(stage, who) {
  const { tab } = who;
  await stage.signIn(who, BIDDER, { next: '/self-check' });
  const ended = [];
  tab.on('request', (request) => request.method() === 'DELETE' && ended.push(request.url()));
  const states = await checked(stage, who, '/self-check?lang=en');
  for (const [name, state] of Object.entries(states)) assert.match(state, SOFT.includes(name) ? /^(good|weak)$/ : /^good$/, name);
  assert.match(await tab.textContent('#verdict'), /This computer can do it/);
  assert.equal(ended.length, 1, 'the upload was ended');
  const read = await stage.refused(who, () => tab.evaluate((address) => fetch(address).then(({ status }) => status), ended[0]));
  assert.ok(read === 404 || read === 410, `nothing is left to read: ${read}`);
  const left = await tab.evaluate(async () => {
    const { browserStorage } = await import('/static/js/storage.js');
    return (await browserStorage().names('')).filter((name) => /self-check|^sealing|^lock/.test(name));
  });
  assert.deepEqual(left, [], 'nothing is left in the browser');
  await stage.glance(who, 'self-check-bidder');
  const report = readFileSync(await stage.saved(who, '#save', 'report.txt'), 'utf8');
  assert.match(report, /\[upload\]/);
  for (const secret of [BIDDER, 'PRIVATE KEY', WORTHLESS]) assert.ok(!report.includes(secret), secret);
}

/** @param {{dir: string, pictures?: string}} at */
export async function selfCheck({ dir, pictures }) {
  await play({ dir, pictures, name: 'self-check' }, async (stage) => {
    const who = await stage.person('procurement', { name: 'somebody' });
    await stage.look(who, '/self-check', 'self-check');
    const stranger = await checked(stage, who, '/self-check?lang=zh');
    for (const name of ['browser', 'clock', 'chance', 'storage', 'signature', 'ceremony', 'seal', 'open', 'tidy']) {
      assert.match(stranger[name], /^(good|weak)$/, name);
    }
    assert.deepEqual([stranger.key, stranger.upload], ['skipped', 'skipped']);
    await stage.glance(who, 'self-check-stranger');
    await asBidder(stage, who);
    const elsewhere = await stage.person('supervision', { name: 'somebody at supervision' });
    const other = await checked(stage, elsewhere, '/self-check?lang=en');
    assert.deepEqual([other.upload, other.open], ['skipped', 'good']);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, pictures] = process.argv.slice(2);
  await selfCheck({ dir, pictures });
}
