// The whole tender, last part: scores by command line, candidates and award by the buyer's page, the result as bidders
// see it, the dossier checked in a browser and by the program.
// Invariant: the verdict is that of whoever checks, never the platform's own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KEYS } from '../stage.mjs';

const HOUR = 3_600_000;

async function evaluate(play) {
  const { stage, tender } = play;
  const experts = [1, 2, 3, 4, 5].map((number) => ({ account: `expert-${number}`, seat: `seat-${number}`, key: `${KEYS}expert-${number}.pem` }));
  const names = experts.map(({ account }) => account).join(',');
  await stage.until('the panel is appointed', () =>
    stage.kaibiao('buyer', 'evaluation', 'appoint', tender, '--reason', 'no expert of this trade is in the pool', '--expert', names, '--key', `${KEYS}buyer.pem`).then(() => true, () => false));
  const each = (work) => Promise.all(experts.map(work));
  await each(({ account, seat, key }) => stage.kaibiao(account, 'evaluation', 'recuse', tender, '--seat', seat, '--key', key));
  await each(async ({ account, seat, key }) => {
    const view = await stage.kaibiao(account, 'evaluation', 'seat', tender, '--key', key);
    assert.ok(!/bidder-|建设|price/.test(JSON.stringify(view)), 'a seat shows no name and no price');
    const full = Object.fromEntries(view.items.map(({ item, max }) => [item, max ?? 1]));
    const [sheet, keep] = [stage.file(`${account}.json`), stage.file(`${account}-kept.json`)];
    writeFileSync(sheet, JSON.stringify(Object.fromEntries(view.codes.map(({ code }) => [code, full]))));
    await stage.kaibiao(account, 'score', 'commit', tender, '--seat', seat, '--sheet', sheet, '--keep', keep, '--key', key);
  });
  await each(({ account, key }) => stage.kaibiao(account, 'score', 'reveal', '--keep', stage.file(`${account}-kept.json`), '--key', key));
  await stage.until('the evaluation has a result', () => stage.kaibiao('buyer', 'evaluation', 'result', tender).then(() => true, () => false));
  const signs = async ({ account, seat, key }) => {
    const paper = stage.file(`${account}-report.pdf`);
    await stage.until('the report is on record', () => stage.kaibiao(account, 'evaluation', 'report', tender, '--out', paper, '--key', key).then(() => true, () => false));
    await stage.kaibiao(account, 'evaluation', 'sign', tender, '--seat', seat, '--report', paper, '--key', key);
  };
  await each(signs);
  stage.say('five experts scored and signed the report by command line');
}

async function award(play) {
  const { stage, tender, buyer } = play;
  await stage.open(buyer, `/buyer/${tender}`);
  await stage.glance(buyer, 'buyer-candidates');
  await buyer.tab.click('form.ready[data-kind="candidates.publicised"] button');
  await stage.until('the candidates are public', async () =>
    (await stage.api(`/api/tenders/${tender}`)).records.some(({ kind }) => kind === 'candidates.publicised'));
  const { records } = await stage.api(`/api/tenders/${tender}`);
  const { until } = records.find(({ kind }) => kind === 'candidates.publicised').body;
  stage.advanceTo(until + HOUR);
  await stage.until('the award can be made', async () => {
    await stage.open(buyer, `/buyer/${tender}`);
    return buyer.tab.locator('form.ready[data-kind="award.made"]').count();
  }, 500);
  await stage.glance(buyer, 'buyer-award');
  await buyer.tab.click('form.ready[data-kind="award.made"] button');
  await stage.phase(tender, 'awarded');
  const [winner, other] = play.bidders;
  await stage.open(winner, `/bidder/tenders/${tender}/result`);
  await winner.tab.waitForSelector('text=您中标 1 个标段');
  await stage.glance(winner, 'result-won');
  await stage.open(other, `/bidder/tenders/${tender}/result`);
  await other.tab.waitForSelector('text=You did not win');
  const { records: made } = await stage.api(`/api/tenders/${tender}`);
  assert.ok(made.some(({ kind }) => kind === 'award.made'));
  const stranger = await stage.person('procurement', { name: 'reader of the report' });
  await stage.look(stranger, `/tenders/${tender}/report`, 'report-public');
  assert.match(await stranger.tab.locator('main').innerText(), /deemed to agree|signed/);
  await stage.leave(stranger);
  stage.say('the buyer published the candidates and awarded; bidders see the result, everybody the report');
}

export async function verify(play) {
  const { stage, tender } = play;
  const stranger = await stage.person('procurement', { name: 'verifier' });
  const dossier = stage.file(`${tender}.dossier.tar`);
  // What is disclosed with the award lands a moment after it.
  await stranger.tab.waitForTimeout(1_000);
  await stage.kaibiao('stranger', 'tender', 'dossier', tender, '--out', dossier);
  await stage.open(stranger, '/verify');
  await stranger.tab.setInputFiles('#file', dossier);
  await stranger.tab.waitForSelector('#result table', { timeout: 120_000 });
  const said = await stranger.tab.locator('#result').innerText();
  assert.ok(!said.includes('不通过'), said);
  await stage.glance(stranger, 'verified');
  await stage.leave(stranger);
  const run = promisify(execFile);
  // Its exit code is the verdict: anything but 0 throws.
  await run(join(stage.programs, 'kaibiao-verify'), [dossier, '--policy', await policy(play)], { maxBuffer: 1 << 26, timeout: 120_000 });
  stage.say('the dossier holds: checked in a browser, and by kaibiao-verify');
}

/** The policy of a stranger: keys told beforehand, by other ways than the platform. */
async function policy({ stage }) {
  const { origin, log_key: log, refusal_key: refusal } = await stage.api('/api/platform');
  const [, registrar] = /\[\[registrars\]\]\s+account = "registry"\s+key = "([0-9a-f]{64})"/.exec(readFileSync(join(stage.dir, 'kaibiao.toml'), 'utf8'));
  const file = stage.file('policy.toml');
  writeFileSync(file, [
    `origin = "${origin}"`, `log_key = "${log}"`, `refusal_key = "${refusal}"`, '[[registrar]]', 'account = "registry"', `key = "${registrar}"`, '',
  ].join('\n')); // prettier-ignore
  return file;
}

/** From the opening to the verdict of a stranger. */
export async function lastPart(play) {
  await evaluate(play);
  await award(play);
  await verify(play);
}
