// Further orders of supervisors in real Chromiums, at three points of a tender: while it takes bids the deadline is moved
// for all and a reply is undone; at the opening two supervisors read confidential facts in an emergency; once it is
// opened those concerned see that they did. After an evaluation one is ordered anew.
//
//   cargo run -p kaibiao-demo -- --until bidding|opening|evaluation --out DIR
//   node tests/chromium/orders.mjs DIR bidding|opening|opened|evaluated PROGRAMS [folder for pictures]

import assert from 'node:assert/strict';
import { play } from './stage.mjs';

const TENDER = 'T2026-001';
const ORDERS = `/docket/${TENDER}/orders`;
const DAY = 86_400_000;
const WHY = '核查线索,别无他法。';

/** China time for a `datetime-local` field. */
const local = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16);
const shownTime = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

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

const records = async (stage, kind) => (await stage.api(`/api/tenders/${TENDER}`)).records.filter((record) => record.kind === kind);

/** A fault of the platform: the deadline is moved, later only, and everybody sees the same new time. */
async function extending(stage, supervisor) {
  const { tab } = supervisor;
  const bidders = [];
  for (const account of ['bidder-01', 'bidder-02']) {
    const bidder = await stage.person('procurement', { name: account });
    await stage.signIn(bidder, account, { next: `/bidder/tenders/${TENDER}` });
    bidders.push(bidder);
  }
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  const before = (await stage.api(`/api/tenders/${TENDER}`)).state.closes_at;
  await stage.open(supervisor, `${ORDERS}?lang=zh&theme=light`);
  await told(supervisor, '#extend', '#extend-basis');
  await tab.fill('#extend-basis', '电子招标投标办法第二十七条');
  await told(supervisor, '#extend', '#extend-reason');
  await tab.fill('#extend-reason', '平台于 10:00 至 12:00 停机,投标人无法上传。');
  await tab.fill('#closes', local(before - DAY));
  await stage.refused(supervisor, async () => {
    await tab.click('#extend button[type=submit]');
    await tab.waitForSelector('#closes-error:has-text("只能顺延")');
  });
  assert.match(await tab.inputValue('#extend-reason'), /停机/, 'what was typed stays');
  await stage.glance(supervisor, 'orders-extend-told');
  const after = Math.floor((before + 2 * DAY) / 60_000) * 60_000;
  await tab.fill('#closes', local(after));
  await pressed(supervisor, '#extend');
  await stage.until('procurement obeyed', async () => (await stage.api(`/api/tenders/${TENDER}`)).state.closes_at === after);
  for (const bidder of bidders) {
    await stage.open(bidder, `/bidder/tenders/${TENDER}?lang=zh`);
    assert.ok((await bidder.tab.textContent('main')).includes(shownTime(after)), `${bidder.name} sees the new deadline`);
  }
  await stage.look(bidders[0], `/bidder/tenders/${TENDER}`, 'extended-bidder');
  await stage.open(stranger, `/tenders/${TENDER}?lang=zh&theme=light`);
  assert.ok((await stranger.tab.textContent('main')).includes(shownTime(after)));
  await stage.look(stranger, `/tenders/${TENDER}`, 'extended-public');
  await stage.open(stranger, `/tenders/${TENDER}/objections?lang=zh`);
  assert.match(await stranger.tab.textContent('main'), /投标截止对所有人顺延至/);
  for (const who of [...bidders, stranger]) await stage.leave(who);
  stage.say('the deadline was moved for a fault of the platform; every bidder and a stranger see the same new one');
}

/** A reply that answers nothing is undone: the objection waits again, and is answered anew. */
async function voiding(stage, supervisor) {
  const { tab } = supervisor;
  const bidder = await stage.person('procurement', { name: 'who objects' });
  await stage.signIn(bidder, 'bidder-05', { next: `/bidder/tenders/${TENDER}/objections` });
  await bidder.tab.fill('#text', '第二章的业绩要求与项目规模不相称。');
  await pressed(bidder, '#object');
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: `/buyer/${TENDER}/objections` });
  const replied = async (reply) => {
    await stage.open(buyer, `/buyer/${TENDER}/objections?lang=zh&theme=light`);
    await buyer.tab.fill('form.reply textarea[name=text]', '有潜在投标人认为业绩要求过高。');
    await buyer.tab.fill('form.reply textarea[name=reply]', reply);
    await pressed(buyer, 'form.reply');
  };
  await replied('知悉。');
  await stage.until('the reply is in the docket', async () => {
    await stage.open(supervisor, `${ORDERS}?lang=zh&theme=light`);
    return (await tab.locator('#step option').count()) > 0;
  }, 500);
  await told(supervisor, '#void', '#void-basis');
  const last = await tab.$$eval('#step option', (all) => all.at(-1).value);
  await tab.selectOption('#step', last);
  await tab.fill('#void-basis', '招标投标法实施条例第二十二条');
  await tab.fill('#void-reason', '答复未回应异议的内容。');
  await stage.look(supervisor, ORDERS, 'orders-void');
  await stage.open(supervisor, `${ORDERS}?lang=zh&theme=light`);
  await tab.selectOption('#step', last);
  await tab.fill('#void-basis', '招标投标法实施条例第二十二条');
  await tab.fill('#void-reason', '答复未回应异议的内容。');
  await pressed(supervisor, '#void');
  await stage.until('procurement undid the reply', async () => (await records(stage, 'step.voided')).some(({ body }) => body.step === Number(last)));
  await replied('业绩要求改为近五年一项,另行发布修改。');
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${TENDER}/objections`, 'voided-public');
  await stage.open(stranger, `/tenders/${TENDER}/objections?lang=zh`);
  const said = await stranger.tab.textContent('main');
  assert.ok(said.includes('答复未回应异议的内容') && said.includes('近五年一项'), said);
  assert.doesNotMatch(said, /知悉。/, 'the reply that was undone is no reply');
  for (const who of [bidder, buyer, stranger]) await stage.leave(who);
  stage.say('a reply was undone by order, and the buyer answered anew');
}

/** Positions of the sealed facts of a bid, as its bidder knows them. */
async function ownSeqs(stage, account) {
  const bidder = await stage.person('procurement', { name: account });
  await stage.signIn(bidder, account);
  const mine = await bidder.tab.evaluate((tender) => fetch(`/api/tenders/${tender}/bids/mine`).then((answer) => answer.json()), TENDER);
  await stage.leave(bidder);
  const seqs = [...JSON.stringify(mine).matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
  assert.ok(seqs.length > 0, JSON.stringify(mine).slice(0, 400));
  return [...new Set(seqs)].sort((a, b) => a - b);
}

/** What the platform answers to an act signed in somebody's page; its refusal code. */
const refusalOf = ({ tab }, account, access) =>
  tab.evaluate(
    async ([account, access, tender]) => {
      const { signed } = await import('/static/js/hearing.js');
      try {
        await signed({ account, stream: `supervision/${tender}`, kind: 'access.granted', body: { access, reason: '自行批准', tender } });
        return 'granted';
      } catch (error) {
        return error.code;
      }
    },
    [account, access, TENDER],
  );

/** Reads in the procurement zone, where one signs in. @returns {Promise<string>} what is shown */
async function reading(stage, account, path, name) {
  const reader = await stage.person('procurement', { name: `${account} reads` });
  await stage.signIn(reader, account, { next: path });
  const { tab } = reader;
  if (name) await stage.look(reader, path, `${name}-before`);
  await stage.open(reader, `${path}?lang=zh&theme=light`);
  assert.equal(await tab.locator('#records > *').count(), 0, 'nothing before the button');
  await tab.click('#read button');
  await tab.waitForSelector('#records section');
  if (name) await stage.glance(reader, name);
  const said = await tab.textContent('#records');
  await stage.leave(reader);
  return said;
}

/** One asks, cannot grant it, cannot read; another grants; both read; the public and the bidder see nothing yet. */
async function emergency(stage) {
  const [seq] = await ownSeqs(stage, 'bidder-01');
  const first = await stage.person('supervision', { name: 'the first supervisor' });
  await stage.signIn(first, 'supervisor', { next: ORDERS });
  const { tab } = first;
  await stage.open(first, `${ORDERS}?lang=zh&theme=light`);
  await tab.fill('#seqs', 'x');
  await told(first, '#request', '#seqs');
  await tab.fill('#seqs', String(seq));
  await told(first, '#request', '#request-basis');
  await tab.fill('#request-basis', '应急预案第四条');
  await told(first, '#request', '#request-reason');
  await tab.fill('#request-reason', WHY);
  await pressed(first, '#request');
  await tab.waitForSelector('text=等待另一名监督人员同意');
  assert.equal(await tab.locator('form.grant').count(), 0, 'who asked is offered no grant');
  const access = await tab.locator('h2 code', { hasText: 'access-' }).last().textContent();
  await stage.refused(first, async () => assert.equal(await refusalOf(first, 'supervisor', access), 'access.same_person'));
  const path = `/access/${TENDER}/${access}`;
  const early = await stage.person('procurement', { name: 'too early' });
  await stage.signIn(early, 'supervisor', { next: path });
  await stage.refused(early, async () => {
    await early.tab.click('#read button');
    await early.tab.waitForSelector('#read [role=alert]:not([hidden])');
  });
  assert.match(await early.tab.textContent('#read [role=alert]'), /仅申请和批准的两名监督人员/);
  await stage.leave(early);
  stage.say('one supervisor asked; the same one can neither grant nor read');

  const second = await stage.person('supervision', { name: 'the second supervisor' });
  await stage.signIn(second, 'supervisor-2', { next: '/notices' });
  await stage.until('the other supervisor is told', async () => {
    await stage.open(second, '/notices?lang=zh&theme=light');
    return /有人申请应急查阅/.test(await second.tab.textContent('main'));
  }, 500);
  await second.tab.locator('tbody tr', { hasText: '有人申请应急查阅' }).locator('button[value=open]').first().click();
  await second.tab.waitForURL(`${second.base}${ORDERS}`);
  await stage.settled(second);
  await stage.look(second, ORDERS, 'orders-grant');
  await stage.open(second, `${ORDERS}?lang=zh&theme=light`);
  const grant = `form.grant[data-access="${access}"]`;
  await told(second, grant, `#grant-${access}`);
  await second.tab.fill(`#grant-${access}`, '线索具体,同意。');
  await pressed(second, grant);
  await second.tab.waitForSelector(`a[href$="${path}"]`);
  await stage.glance(second, 'orders-granted');
  for (const [account, name] of [['supervisor', 'access-read'], ['supervisor-2', null]]) {
    const said = await reading(stage, account, path, name);
    assert.ok(said.includes(`#${seq}`) && /bid\.(entered|submitted)/.test(said), said.slice(0, 300));
  }
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer');
  await stage.refused(buyer, async () => {
    const answer = await buyer.tab.goto(`${buyer.base}${path}`);
    assert.equal(answer.status(), 403);
  });
  await stage.leave(buyer);
  for (const who of [first, second]) await stage.leave(who);
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.open(stranger, `/tenders/${TENDER}/objections?lang=zh`);
  assert.doesNotMatch(await stranger.tab.textContent('main'), /应急查阅|核查线索/);
  await stage.leave(stranger);
  const bidder = await stage.person('procurement', { name: 'the bidder concerned' });
  await stage.signIn(bidder, 'bidder-01', { next: `/bidder/tenders/${TENDER}/readings` });
  assert.doesNotMatch(await bidder.tab.textContent('main'), new RegExp(access));
  await stage.leave(bidder);
  stage.say('another granted it, both read; before the opening nobody else is told');
}

/** After the opening: the bidder concerned in its own log of accesses, everybody on the public page. */
async function seen(stage) {
  const [seq] = await ownSeqs(stage, 'bidder-01');
  const bidder = await stage.person('procurement', { name: 'the bidder concerned' });
  const path = `/bidder/tenders/${TENDER}/readings`;
  await stage.signIn(bidder, 'bidder-01', { next: path });
  await stage.until('the reading is disclosed', async () => {
    await stage.open(bidder, `${path}?lang=zh&theme=light`);
    return (await bidder.tab.textContent('main')).includes(WHY);
  }, 500);
  const said = await bidder.tab.textContent('main');
  for (const words of [`#${seq}`, '线索具体,同意', 'supervisor-2']) assert.ok(said.includes(words), `${words}: ${said}`);
  await stage.look(bidder, path, 'readings-emergency');
  await stage.leave(bidder);
  const other = await stage.person('procurement', { name: 'another bidder' });
  await stage.signIn(other, 'bidder-02', { next: path });
  assert.doesNotMatch(await other.tab.textContent('main'), /核查线索/, 'whom it does not concern is not told here');
  await stage.leave(other);
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${TENDER}/objections`, 'objections-emergency');
  assert.match(await stranger.tab.textContent('main'), /核查线索/);
  await stage.leave(stranger);
  stage.say('after the opening the bidder concerned and the public see who read what, and why');
}

/** After the report: the buyer publishes the candidates, a supervisor orders the evaluation anew, the candidates are gone. */
async function anew(stage) {
  const buyer = await stage.person('procurement', { name: 'the buyer' });
  await stage.signIn(buyer, 'buyer', { next: `/buyer/${TENDER}` });
  await buyer.tab.waitForSelector('form.ready[data-kind="candidates.publicised"] button');
  await buyer.tab.click('form.ready[data-kind="candidates.publicised"] button');
  await stage.until('the candidates are public', async () => (await records(stage, 'candidates.publicised')).length === 1);
  const supervisor = await stage.person('supervision', { name: 'the supervisor' });
  await stage.signIn(supervisor, 'supervisor', { next: `/docket/${TENDER}` });
  const { tab } = supervisor;
  await stage.look(supervisor, `/docket/${TENDER}`, 'docket-publicised');
  await stage.open(supervisor, `/docket/${TENDER}?lang=zh&theme=light`);
  await told(supervisor, '#reevaluate', '#again-basis');
  await tab.fill('#again-basis', '招标投标法实施条例第七十一条');
  await tab.fill('#again-reason', '评分汇总与评分表不一致。');
  await tab.selectOption('#again-panel', 'new');
  await pressed(supervisor, '#reevaluate');
  await stage.until('the candidates are revoked', async () => (await records(stage, 'candidates.revoked')).length === 1);
  await stage.look(supervisor, '/', 'cockpit-reevaluated');
  const stranger = await stage.person('procurement', { name: 'a stranger' });
  await stage.look(stranger, `/tenders/${TENDER}`, 'tender-reevaluated');
  await stage.open(buyer, `/buyer/${TENDER}?lang=zh`);
  assert.equal(await buyer.tab.locator('form.ready').count(), 0, 'nothing to award before the new result');
  for (const who of [buyer, supervisor, stranger]) await stage.leave(who);
  stage.say('the evaluation is ordered anew; the candidates are revoked');
}

/** @param {{dir: string, point: string, programs?: string, pictures?: string}} at */
export async function orders({ dir, point, programs, pictures }) {
  await play({ dir, programs, pictures, name: `orders-${point}` }, async (stage) => {
    if (point === 'bidding') {
      const supervisor = await stage.person('supervision', { name: 'the supervisor' });
      await stage.signIn(supervisor, 'supervisor', { next: ORDERS });
      await extending(stage, supervisor);
      await voiding(stage, supervisor);
    }
    if (point === 'opening') await emergency(stage);
    if (point === 'opened') await seen(stage);
    if (point === 'evaluated') await anew(stage);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dir, point = 'bidding', programs, pictures] = process.argv.slice(2);
  await orders({ dir, point, programs, pictures });
}
