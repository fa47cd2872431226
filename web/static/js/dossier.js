// The verdict on a dossier: all checks in order, with what each depends on (docs/record-format.md, section 11).
// Invariant: a check runs only if what it needs was not found wrong before; nothing is read but the dossier and the
// policy, and nothing is sent anywhere.

import { Bundle } from './bundle.js';
import * as award from './checks/award.js';
import * as bidding from './checks/bids.js';
import * as keyChecks from './checks/keys.js';
import { check40 } from './checks/complaints.js';
import { check29 } from './checks/draw.js';
import { check21 } from './checks/lists.js';
import * as log from './checks/log.js';
import * as opening from './checks/opening.js';
import { check38 } from './checks/reporting.js';
import { Check, NAMES, NotApplicable, dependsOn, verdictOf } from './checks/report.js';
import { check39 } from './checks/procedures.js';
import { check41 } from './checks/cards.js';
import * as tender from './checks/tender.js';
import { Record } from './record.js';

const ABSENT = new Map([
  ...['13', '14', '15', '16'].map((id) => [id, ['投标逐份存放,没有批次', 'bids are deposited one by one, there are no epochs']]),
]);

/** What each check needs besides 36. */
const NEEDS = new Map([
  ...['08', '09', '10', '23', '26', '27', '29'].map((id) => [id, '07']),
  ['28', '27'],
]);

/** What the report needs: the facts it repeats are those of the evaluation. */
const OF_THE_REPORT = ['04', '29', '30', '31', '32', '33'];

/** (record, fact) → the ceremony as whose custodian the fact speaks, or null. */
function ceremonyFinder(keys) {
  const known = new Map(keys.ceremonies);
  return (rec, fact) => {
    const { body } = fact;
    const assigned = rec.of('key.assigned').filter((other) => other.seq < fact.seq);
    const stage = fact.kind === 'draw.answered' ? 'draw' : body.stage;
    const mine =
      fact.kind === 'key.proved'
        ? assigned.findLast((other) => other.stream === fact.stream && other.body.key_id === body.key_id)
        : assigned.findLast((other) => other.body.tender === body.tender && other.body.stage === stage);
    const name = 'ceremony' in body ? body.ceremony : (mine?.body.ceremony ?? null);
    if (name === null) return null;
    if (!known.has(name)) known.set(name, new keyChecks.Ceremony(rec, name));
    return known.get(name);
  };
}

function plan(rec, given, onOpened) {
  const keys = new keyChecks.Keys(rec);
  const rules = new tender.Rules(rec);
  const bids = new bidding.Bids(rec, rules);
  const batches = new opening.Batches();
  return [
    ['01', (check) => log.check01(check, rec)],
    ['02', (check) => log.check02(check, rec)],
    ['03', (check) => log.check03(check, rec)],
    ['04', (check) => log.check04(check, rec)],
    ['05', (check) => log.check05(check, rec, given)],
    ['36', (check) => log.check36(check, rec)],
    ['37', (check) => log.check37(check, rec)],
    ['06', (check) => keyChecks.check06(check, rec, keys)],
    ['07', (check) => keyChecks.check07(check, rec, keys)],
    ['08', (check) => keyChecks.check08(check, rec, keys)],
    ['09', (check) => keyChecks.check09(check, rec, keys)],
    ['10', (check) => keyChecks.check10(check, rec, keys)],
    ['11', (check) => tender.check11(check, rec, rules)],
    ['12', (check) => tender.check12(check, rec, rules)],
    ['17', (check) => tender.check17(check, rec, ceremonyFinder(keys))],
    ['18', (check) => bidding.check18(check, rec, rules, bids)],
    ['19', (check) => bidding.check19(check, rec, rules)],
    ['20', (check) => tender.check20(check, rec, rules)],
    ['21', (check) => check21(check, rec, rules, bids)],
    ['22', (check) => bidding.check22(check, rec, rules, bids)],
    ['23', (check) => bidding.check23(check, rec, keys, bids)],
    ['24', (check) => bidding.check24(check, rec)],
    ['25', (check) => bidding.check25(check, rec, rules, bids)],
    ['26', (check) => opening.check26(check, rec, keys, bids, batches)],
    ['27', (check) => opening.check27(check, rec, keys, bids, batches, onOpened)],
    ['28', (check) => opening.check28(check, rec, bids, batches)],
    ['29', (check) => check29(check, rec, keys)],
    ['30', (check) => award.check30(check, rec)],
    ['31', (check) => award.check31(check, rec)],
    ['32', (check) => award.check32(check, rec)],
    ['33', (check) => award.check33(check, rec)],
    ['34', (check) => tender.check34(check, rec, keys)],
    ['35', (check) => award.check35(check, rec)],
    ['38', (check) => check38(check, rec)],
    ['39', (check) => check39(check, rec, rules)],
    ['40', (check) => check40(check, rec, rules)],
    ['41', (check) => check41(check, rec)],
  ];
}

/** Throws where a check cannot be examined because of what was found before. */
function demand(id, rec, done) {
  const number = Number(id);
  if (number > 5 && !rec.readable) throw dependsOn('04');
  if (id === '38') {
    const broken = ['36', ...OF_THE_REPORT].find((need) => done.get(need).outcome === 'fail');
    if (broken !== undefined) throw dependsOn(broken);
    return;
  }
  if (number < 6 || id === '36' || id === '37') return;
  for (const need of ['36', ...(NEEDS.has(id) ? [NEEDS.get(id)] : [])]) {
    const before = done.get(need);
    if (before.outcome === 'fail') throw dependsOn(need);
    const [why] = before.evidence;
    if (before.outcome === 'na' && why.en.startsWith('not examined')) throw new NotApplicable(why.zh, why.en);
  }
}

/**
 * How far a verification has come; `zh` and `en` say what is being done, `done` runs from 0 to 1.
 * @typedef {{zh: string, en: string, done: number}} Progress
 */

/**
 * Examines a dossier.
 * @param {import('./bundle.js').Source} source
 * @param {import('./policy.js').Policy} policy
 * @param {{given?: [string, string][], onProgress?: (progress: Progress) => void}} [options] `given`: further
 *   checkpoints that the person kept, as (where from, note)
 * @returns {Promise<import('./checks/report.js').Verdict>}
 * @throws {import('./bytes.js').Wrong} if the dossier cannot be read at all
 */
export async function examine(source, policy, { given = [], onProgress = () => {} } = {}) {
  const tell = (zh, en, done) => onProgress({ zh, en, done: Math.min(1, done) });
  tell('读取日志', 'Reading the log', 0);
  const bundle = await Bundle.of(source);
  const rec = await Record.of(bundle, policy, (done, all) => tell('读取载荷', 'Reading the payloads', (0.15 * done) / all));
  let total = 0;
  for (const size of bundle.files.values()) total += size;
  let hashed = 0;
  bundle.onHashed = (bytes) => {
    hashed += bytes;
    tell('核对文件', 'Hashing the files', 0.15 + (0.25 * hashed) / Math.max(1, total));
  };
  const steps = plan(rec, given, () => tell('解密', 'Decrypting', 0.85));
  const done = new Map();
  for (const [place, [id, examineOne]] of steps.entries()) {
    const check = new Check(id);
    tell(`第 ${id} 项:${check.zh}`, `Check ${id}: ${check.en}`, place === 0 ? 0.15 : 0.4 + (0.6 * place) / steps.length);
    done.set(id, await check.run(() => (demand(id, rec, done), examineOne(check))));
  }
  for (const [id, [zh, en]] of ABSENT) {
    done.set(id, await new Check(id).run(() => Promise.reject(new NotApplicable(zh, en))));
  }
  return verdictOf([...NAMES.keys()].map((id) => done.get(id)), rec);
}
