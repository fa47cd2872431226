// A complaint without an account, in real Chromiums: the letter and its tracking number are made without any connection;
// a supervisor enters the paper, over a connection that is cut; whoever holds the number follows it to the decision.
//
//   cargo run -p kaibiao-demo -- --until bidding --out DIR
//   node tests/chromium/paper.mjs DIR [folder for pictures]                               (needs playwright-core)

import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { play } from './stage.mjs';

const TENDER = 'T2026-001';
const CLAIMS = '公告第五条要求本地注册,违反招标投标法第六条。';
const HEX = /^[0-9a-f]{64}$/;

/** China time for a `datetime-local` field. */
const local = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);

/** A file of so many bytes that takes no room. */
function hollow(path, bytes) {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
  return path;
}

/** An attempt is told beside a field. */
async function told({ tab }, field) {
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector(`${field}-error:not([hidden])`);
}

/** What everybody fills in. */
async function claimed({ tab }, stage) {
  await tab.fill('#tender', TENDER);
  await tab.fill('#known', local(stage.now - 3_600_000));
  await tab.fill('#claims', CLAIMS);
  await tab.fill('#requests', '责令招标人删除该要求。');
}

/** Without an account and without a connection: a letter, its number, and the digest that the letter names. */
async function lettered(stage) {
  const stranger = await stage.person('supervision', { name: 'the complainant' });
  const { tab } = stranger;
  await stage.look(stranger, `/complaints/new?tender=${TENDER}`, 'paper-new');
  await stage.open(stranger, `/complaints/new?tender=${TENDER}&lang=zh&theme=light`);
  await stranger.context.setOffline(true);
  stranger.expects.anything = true;
  await told(stranger, '#known');
  await claimed(stranger, stage);
  await tab.fill('#known', local(stage.now + 2 * 86_400_000));
  await told(stranger, '#known');
  await tab.fill('#known', local(stage.now - 3_600_000));
  await tab.setInputFiles('#evidence', hollow(stage.file('证据.bin'), (512 << 20) + 1));
  await told(stranger, '#evidence');
  assert.match(await tab.textContent('#evidence-error'), /512 MiB/);
  assert.equal(await tab.inputValue('#claims'), CLAIMS, 'what was typed stays');
  await stage.glance(stranger, 'paper-too-large');
  writeFileSync(stage.file('证据.txt'), '公告第五条复印件');
  await tab.setInputFiles('#evidence', stage.file('证据.txt'));
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector('#number');
  const number = await tab.textContent('#number');
  assert.match(number, HEX);
  const letter = readFileSync(await stage.saved(stranger, '#receipt a[download]', 'letter.txt'), 'utf8');
  const [, tracking] = /查询摘要\(供录入\): ([0-9a-f]{64})/.exec(letter);
  assert.ok(letter.includes(CLAIMS) && letter.includes(TENDER) && !letter.includes(number), 'the letter names the digest and never the number');
  await stage.glance(stranger, 'paper-letter');
  await tab.emulateMedia({ media: 'print' });
  assert.ok(await tab.isVisible('.paper-letter'));
  for (const other of ['#file', '#number', 'h1', '.site-foot']) assert.equal(await tab.isVisible(other), false, `${other} is printed with the letter`);
  await stage.picture(stranger, 'paper-printed');
  await tab.emulateMedia({ media: 'screen' });
  stranger.expects.anything = false;
  await stage.leave(stranger);
  stage.say('a letter of complaint was made without an account and without a connection');
  return { number, tracking, letter: stage.file('letter.txt') };
}

/** The paper is entered: told what is missing, the connection cut before it is sent, the answer lost, sent again, once. */
async function entered(stage, { tracking, letter }) {
  const supervisor = await stage.person('supervision', { name: 'the supervisor' });
  await stage.signIn(supervisor, 'supervisor', { next: '/complaints' });
  const { tab } = supervisor;
  const count = async () => {
    const { complaints } = await tab.evaluate(() => fetch('/api/complaints').then((answer) => answer.json()));
    return complaints.filter(({ tender }) => tender === TENDER).length;
  };
  const before = await count();
  await tab.click('a[href="/complaints/new"]');
  await stage.settled(supervisor);
  await stage.look(supervisor, '/complaints/new', 'paper-enter');
  await stage.open(supervisor, '/complaints/new?lang=zh&theme=light');
  await claimed(supervisor, stage);
  await told(supervisor, '#received');
  await tab.fill('#received', local(stage.now + 86_400_000));
  await told(supervisor, '#received');
  assert.match(await tab.textContent('#received-error'), /尚未到来/);
  await tab.fill('#received', local(stage.now - 120_000));
  await told(supervisor, '#scan');
  await tab.setInputFiles('#scan', hollow(stage.file('scan.bin'), (512 << 20) + 1));
  await told(supervisor, '#scan');
  await tab.setInputFiles('#scan', letter);
  await tab.fill('#tracking', tracking.slice(1));
  await told(supervisor, '#tracking');
  await tab.fill('#tracking', tracking.toUpperCase());
  await stage.glance(supervisor, 'paper-entering');

  supervisor.expects.anything = true;
  await supervisor.context.setOffline(true);
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector('#file [data-trouble]:not([hidden])');
  assert.match(await tab.textContent('#file [data-trouble]'), /没有应答|连接|网络/);
  assert.equal(await tab.inputValue('#claims'), CLAIMS);
  await stage.glance(supervisor, 'paper-cut');
  await supervisor.context.setOffline(false);
  // It arrives, and every answer is lost on the way back.
  let sent = 0;
  await tab.route('**/api/acts', async (route) => {
    sent += 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector('#file [data-trouble]:not([hidden])');
  assert.ok(sent > 1, 'it was tried again by itself');
  await tab.unroute('**/api/acts');
  supervisor.expects.anything = false;
  assert.equal(await count(), before + 1);
  await tab.click('#file button[type=submit]');
  await tab.waitForSelector('#receipt:not([hidden]) h2');
  assert.equal(await count(), before + 1, 'sent again it is the same complaint');
  assert.equal(await tab.locator('#number').count(), 0, 'the number is with whoever wrote the letter');
  await stage.glance(supervisor, 'paper-entered');
  stage.say('a supervisor entered the paper; over a cut connection nothing was lost and nothing doubled');
  await stage.open(supervisor, '/complaints?lang=zh&theme=light');
  const places = await tab.$$eval('tbody a[href^="/complaints/"]', (all) => all.map((one) => one.getAttribute('href')));
  for (const place of places) {
    await stage.open(supervisor, `${place}?lang=zh&theme=light`);
    if ((await tab.textContent('main')).includes(CLAIMS)) return { supervisor, place };
  }
  throw new Error('the complaint is not in the list');
}

const looked = async ({ tab }, number, tender = TENDER) => {
  await tab.fill('#tender', tender);
  await tab.fill('#number', number);
  await tab.click('main form button[type=submit]');
  await tab.waitForLoadState();
};

/** By the number, without an account: wrong ones first, then each step of the course. */
async function followed(stage, { number }, { supervisor, place }) {
  const holder = await stage.person('supervision', { name: 'who holds the number' });
  const { tab } = holder;
  await stage.open(holder, '/complaints/track?lang=zh&theme=light');
  await looked(holder, number.slice(2));
  await tab.waitForSelector('[role=alert]:has-text("64 位")');
  await looked(holder, 'ab'.repeat(32));
  await tab.waitForSelector('[role=alert]:has-text("不符")');
  await looked(holder, number, 'T0000');
  await tab.waitForSelector('[role=alert]:has-text("不符")');
  await stage.glance(holder, 'paper-track-wrong');
  await looked(holder, ` ${number.toUpperCase()} `);
  await tab.waitForSelector('#state:has-text("已收到")');
  assert.ok(!holder.tab.url().includes(number), 'the number is in no address');
  await stage.glance(holder, 'paper-track-filed');

  const desk = supervisor.tab;
  const pressed = async (form) => {
    await desk.evaluate(() => {
      globalThis.stillHere = true;
    });
    await desk.click(`${form} button[type=submit]`);
    await desk.waitForFunction(() => !globalThis.stillHere && document.documentElement.dataset.ready);
  };
  await stage.open(supervisor, `${place}?lang=zh&theme=light`);
  await desk.fill('#missing', '请补交营业执照复印件。');
  await desk.fill('#return-until', local(stage.now + 5 * 86_400_000));
  await pressed('#return');
  await looked(holder, number);
  await tab.waitForSelector('#state:has-text("退回补正")');
  assert.match(await tab.textContent('main'), /营业执照复印件/);
  await stage.glance(holder, 'paper-track-returned');
  await stage.look(supervisor, place, 'paper-returned');
  await stage.open(supervisor, `${place}?lang=zh&theme=light`);
  await desk.fill('#supplement textarea', '收到营业执照复印件。');
  await pressed('#supplement');
  await desk.selectOption('#cause', 'no_standing');
  await desk.fill('#refuse-basis', '工程建设项目招标投标活动投诉处理办法第十二条');
  await desk.fill('#refuse-reason', '投诉人未参加本项目,不是利害关系人。');
  await pressed('#refuse');
  await looked(holder, number);
  await tab.waitForSelector('#state:has-text("不予受理")');
  assert.match(await tab.textContent('main'), /不是利害关系人/);
  await stage.glance(holder, 'paper-track-refused');
  await stage.open(holder, '/complaints/track?lang=en');
  await looked(holder, number);
  await tab.waitForSelector('#state:has-text("not taken up")');
  await stage.glance(holder, 'paper-track-en');
  for (const who of [holder, supervisor]) await stage.leave(who);
  stage.say('the number led its holder from the receipt to the refusal, wrong ones to nothing');
}

/** @param {{dir: string, pictures?: string}} at */
export async function paper({ dir, pictures }) {
  await play({ dir, pictures, name: 'paper' }, async (stage) => {
    const letter = await lettered(stage);
    await followed(stage, letter, await entered(stage, letter));
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, pictures] = process.argv.slice(2);
  await paper({ dir, pictures });
}
