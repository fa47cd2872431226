// The whole tender, third part: the opening. A viewer stands in the hall from before the deadline, one comes late; a
// custodian whose clock is ten minutes slow gives nothing; bidders unlock; the read-out, an objection, signatures.
// Invariant: two shares open nothing, the third opens everything, and whoever looks sees the same hall.

import assert from 'node:assert/strict';
import { custodianLooks, MINUTE } from './announce.mjs';

const STAGE = 'open';

/** A custodian at a browser checks the list and gives the share. */
async function give(stage, who, tender) {
  await stage.open(who, '/custodian');
  const card = who.tab.locator(`section[data-list="${tender}/${STAGE}"]`);
  await card.locator('form:visible button').click();
  await card.locator('form:visible button:text-matches("给出份额|Give the share")').click();
  await card.locator('[role=status] :text-matches("已签名并取得回执|Signed, and the receipt is verified")').waitFor();
}

/** By a clock that is ten minutes slow the deadline has not come: nothing is given. */
async function slowCustodian(play) {
  const { stage, tender } = play;
  const [who] = play.custodians;
  await stage.setClock(who, -10 * MINUTE);
  await stage.open(who, '/custodian');
  await who.tab.waitForSelector('#clock:not([hidden])');
  const card = who.tab.locator(`section[data-list="${tender}/${STAGE}"]`);
  await card.locator('form:visible button').click();
  await card.locator('[role=status]:has-text("不给份额")').waitFor();
  await stage.glance(who, 'custodian-clock-slow');
  await stage.setClock(who, 0);
  stage.say('by a clock ten minutes slow the deadline had not come, and the custodian gave nothing');
}

/** Unlocking: in the hall, on the bidder's own page from the second device, by command line; bidder-06 forgets. */
async function unlock(play) {
  const { stage, tender } = play;
  const [inHall, second, slow] = play.bidders;
  await stage.setClock(inHall, 0);
  await stage.open(inHall, `/hall/${tender}`);
  await inHall.tab.click('.hall-acts form:visible button:has-text("核对、签名并解密")');
  await inHall.tab.waitForSelector('.hall-acts [role=status]:has-text("已签名并取得回执")');
  for (const who of [second, slow]) {
    await stage.open(who, `/bidder/tenders/${tender}/opening`);
    await who.tab.click(`#unlock-${STAGE} button`);
    await who.tab.waitForSelector('text=Unlocked (entry');
  }
  await stage.glance(second, 'unlocked');
  for (const { run, folder } of play.terminals.slice(0, 2)) await run('opening', 'unlock', '--stage', STAGE, '--folder', folder);
  stage.say('five bidders unlocked: in the hall, on a second device, by command line; one forgot');
}

/** What the hall says, without what moves with time. */
const hallText = ({ tab }) =>
  tab.evaluate(() => {
    const copy = document.querySelector('#hall').cloneNode(true);
    for (const one of copy.querySelectorAll('.countdown, button, .no-wall')) one.remove();
    return copy.textContent.replace(/\s+/g, ' ');
  });

async function readOut(play) {
  const { stage, tender } = play;
  const { viewer } = play;
  await give(stage, play.custodians[0], tender);
  await give(stage, play.custodians[1], tender);
  assert.equal(await stage.phase(tender, 'sharing'), 'sharing');
  assert.ok(!(await hallText(viewer)).includes('江淮市政'), 'two shares open nothing');
  await stage.glance(viewer, 'hall-two-shares');
  await custodianLooks(stage, 3, 'checked');
  await stage.phase(tender, 'recorded');
  await viewer.tab.waitForSelector('#hall :text("江淮市政建设集团有限公司")');
  const text = await hallText(viewer);
  for (const name of ['安澜水利工程有限公司', 'Huaihe River Works', '第4建设有限公司', '第5建设有限公司', '985,000.00', '1,012,300.50']) {
    assert.ok(text.includes(name), `${name} is read out: ${text}`);
  }
  assert.ok(!text.includes('第6建设有限公司'), 'a bid that was not unlocked stays closed');
  await viewer.tab.click('#hall button:has-text("在本浏览器核验名单与全部份额证明")');
  await viewer.tab.waitForSelector('#hall [role=status]:has-text("3 份份额中 3 份的证明全部成立")');
  await stage.glance(viewer, 'hall-read-out');
  const late = await stage.person('procurement', { name: 'latecomer' });
  await stage.open(late, `/hall/${tender}`);
  await late.tab.waitForSelector('#hall :text("江淮市政建设集团有限公司")');
  await stage.until('latecomer and viewer see the same', async () => (await hallText(late)) === (await hallText(viewer)));
  await stage.leave(late);
  stage.say('two shares opened nothing, the third everything; the viewer saw it without reloading, a latecomer sees the same');
}

/** An objection on the spot, its answer, signatures under the record. */
async function objectAndSign(play) {
  const { stage, tender, buyer } = play;
  const [inHall, second, slow] = play.bidders;
  await stage.open(slow, `/bidder/tenders/${tender}/opening`);
  await slow.tab.click(`#object-${STAGE} button`);
  await slow.tab.waitForSelector(`#object-${STAGE}-text.is-invalid`);
  await slow.tab.fill(`#object-${STAGE}-text`, '请核对第六家未解密的原因。');
  await slow.tab.click(`#object-${STAGE} button`);
  await slow.tab.waitForSelector('text=not answered yet');
  await stage.open(buyer, `/hall/${tender}`);
  await buyer.tab.fill('#reply-text', '解密时限内未收到其解密数据,见日志。');
  await buyer.tab.click('.hall-acts form:visible button:has-text("签名并答复")');
  await play.viewer.tab.waitForSelector('#hall :text("未收到其解密数据")');
  await stage.open(second, `/bidder/tenders/${tender}/opening`);
  await second.tab.click(`#confirm-${STAGE} button`);
  await second.tab.waitForSelector('text=You signed the record');
  await stage.open(inHall, `/hall/${tender}`);
  await inHall.tab.click('.hall-acts form:visible button:has-text("签名确认")');
  await inHall.tab.waitForSelector('.hall-acts [role=status]:has-text("已签名并取得回执")');
  for (const { run, folder } of play.terminals.slice(0, 2)) await run('opening', 'confirm', '--stage', STAGE, '--folder', folder);
  await stage.glance(second, 'bidder-opening');
  // Sessions end with the hour that passes now: nobody's page goes on asking.
  for (const who of play.bidders) await stage.rest(who);
  stage.say('an objection was answered on the spot; four bidders signed the record');
}

/** From the last hours before the deadline to the end of the opening. */
export async function thirdPart(play) {
  const { stage, tender, closesAt } = play;
  play.viewer = await stage.person('procurement', { name: 'viewer' });
  await stage.open(play.viewer, `/hall/${tender}`);
  assert.ok(!/bidder-0\d|建设有限公司/.test(await hallText(play.viewer)), 'before the deadline the hall names nobody');
  stage.advanceTo(closesAt + 1_000);
  await stage.phase(tender, 'listed');
  await unlock(play);
  stage.advanceTo(closesAt + 5 * MINUTE + 2_000);
  await stage.phase(tender, 'sharing');
  await slowCustodian(play);
  await stage.setClock(play.custodians[1], 0);
  await readOut(play);
  await objectAndSign(play);
  stage.advanceTo(stage.now + 61 * MINUTE);
  await stage.phase(tender, 'opened');
}
