// What a bid depends on: the notice with its addenda and the opening keys, proven by the log and checked to the end.
// Invariant: nothing is sealed to a key whose ceremony was not verified here, step by step, and no rules are
// acknowledged that do not follow from the notice and every addendum.

import { equal, hex, lp, unhex } from './bytes.js';
import { spell } from './canonical.js';
import { signedCertificate, viewOf } from './custody.js';
import { sha256Sync } from './hash-sync.js';
import { pausesOf, prolonged } from './pauses.js';
import { Contradiction, Failure } from './problem.js';
import { enrolment, provenHistory } from './proven.js';

const doubt = (zh, en) => new Contradiction(zh, en);
const rulesHash = (before, body) => sha256Sync(lp('kaibiao/rules/v1', before, spell(body)));

/**
 * A version of the rules: the notice (number 0) or an addendum.
 * @typedef {{number: number, rules: string, closesAt: number, substantive: boolean, seq: number, at: number, body: object}} Version
 * @typedef {{tender: string, facts: import('./fact.js').Fact[], notice: object, versions: Version[], rules: string,
 *   closesAt: number, deadline: number}} Terms closesAt: what labels name; deadline: until when bids come in
 */

/**
 * The chain of rules that proven facts of a tender give (docs/record-format.md, section 4).
 * @param {{kind: string, body: object, seq: number, ts: number}[]} facts
 * @returns {Version[]}
 */
export function versionsOf(facts) {
  const versions = [];
  for (const { kind, body, seq, ts } of facts) {
    if (kind === 'tender.noticed' && versions.length === 0) {
      const rules = hex(rulesHash(new Uint8Array(32), body));
      versions.push({ number: 0, rules, closesAt: body.closes_at, substantive: false, seq, at: ts, body });
    }
    if (kind !== 'tender.amended' && kind !== 'quotes.invited') continue;
    const last = versions.at(-1);
    const isInvited = kind === 'quotes.invited';
    const { rules: stated, ...rest } = body;
    const follows = last && hex(rulesHash(unhex(last.rules, 32), rest));
    const continues = isInvited || body.number === last.number + 1;
    if (stated !== follows || !continues || body.closes_at < last.closesAt) {
      throw doubt(
        `第 ${body.number} 号澄清修改与此前的规则不相衔接:有澄清修改被隐瞒或伪造`,
        `addendum ${body.number} does not follow from the rules before it: an addendum is withheld or false`,
      );
    }
    const number = isInvited ? last.number : body.number;
    const substantive = !isInvited && body.substantive;
    versions.push({
      number, rules: stated, closesAt: body.closes_at, substantive, seq, at: ts, body,
    }); // prettier-ignore
  }
  return versions;
}

/**
 * The deadline in force: of the last version of the rules, or of an order after it; later by suspensions.
 * @param {{kind: string, body: object, seq: number, ts: number}[]} facts in order @param {Version} last
 */
export function deadlineOf(facts, last) {
  const { past } = pausesOf(facts);
  const moved = facts.filter(({ kind, seq }) => kind === 'deadline.extended' && seq > last.seq);
  const ends = moved.map(({ ts, body }) => prolonged(past, ts, body.closes_at));
  return Math.max(prolonged(past, last.at, last.closesAt), ...ends);
}

async function signedByOwners(trust, facts) {
  const registered = facts.find(({ kind }) => kind === 'tender.registered')?.body;
  if (!registered) throw doubt('没有该项目的登记', 'the tender is not registered');
  const spoken = facts.filter(({ kind }) => ['tender.noticed', 'tender.amended', 'quotes.invited'].includes(kind));
  const keys = [];
  for (const account of [registered.buyer, registered.agent].filter(Boolean)) {
    if (spoken.every(({ key }) => keys.some((known) => equal(known, key)))) break;
    keys.push(unhex((await enrolment(trust, account)).key, 32));
  }
  const stranger = spoken.find(({ key }) => !keys.some((known) => equal(known, key)));
  if (stranger) {
    throw doubt(`第 ${stranger.seq} 条不是招标人或其代理签署的`, `entry ${stranger.seq} is signed by neither the buyer nor the agent`);
  }
}

/** The terms of a tender. @param {import('./trust.js').Trust} trust @param {string} tender @returns {Promise<Terms>} */
export async function readTerms(trust, tender) {
  const facts = await provenHistory(trust, `/api/tenders/${encodeURIComponent(tender)}`, `tender/${tender}`);
  const versions = versionsOf(facts);
  if (versions.length === 0) throw new Failure(`${tender} 尚未发布招标公告。`, `${tender} has no notice yet.`);
  await signedByOwners(trust, facts);
  const { rules, closesAt } = versions.at(-1);
  const round = facts.findLast(({ kind }) => kind === 'quotes.invited')?.body.stage ?? null;
  const deadline = deadlineOf(facts, versions.at(-1));
  return { tender, facts, notice: versions[0].body, versions, rules, closesAt, deadline, round };
}

async function enrolledCustodians(trust, { called }) {
  for (const { account, point, signer } of called.members) {
    const { custody } = await enrolment(trust, account);
    if (custody?.point === point && custody?.signer === signer) continue;
    throw doubt(
      `密钥仪式 ${called.ceremony} 列出的 ${account} 的密钥未经登记处注册`,
      `ceremony ${called.ceremony} names keys of ${account} that no registrar enrolled`,
    );
  }
}

/**
 * The opening key of each stage, every step of its ceremony verified.
 * @param {import('./trust.js').Trust} trust @param {Terms} terms
 * @returns {Promise<Map<string, object>>} key id in hex → point
 */
export async function stageKeys(trust, { facts, notice }) {
  const assigned = facts.filter(({ kind }) => kind === 'key.assigned').map(({ body }) => body);
  const keys = new Map();
  for (const { stage, key_id: id } of notice.stages) {
    const use = assigned.find((body) => body.key_id === id && body.stage === stage);
    if (!use) {
      throw doubt(`公告中阶段 ${stage} 的密钥没有分配给该阶段`, `the notice names a key for stage ${stage} that was not assigned to it`);
    }
    const path = `/api/ceremonies/${encodeURIComponent(use.ceremony)}`;
    const view = viewOf(await provenHistory(trust, path, `ceremony/${use.ceremony}`));
    await enrolledCustodians(trust, view);
    const certificate = await signedCertificate(view, use.slot);
    if (hex(certificate.keyId) !== id) {
      throw doubt(`阶段 ${stage} 的密钥不是仪式证书中的密钥`, `the key of stage ${stage} is not the one certified`);
    }
    keys.set(id, certificate.y);
  }
  return keys;
}
