// Checks 06 to 10: accounts, custodians and the opening keys.
// Invariant: an opening key is used by later checks only as it was recomputed from the commitments of the members.

import { Wrong, equal, hex, lp, unhex } from '../bytes.js';
import { spell } from '../canonical.js';
import * as dkg from '../ceremony.js';
import { certificateMessage, certificateOf } from '../certificate.js';
import { verify } from '../ed25519.js';
import { fingerprintHex } from '../fact.js';
import { sha256Sync } from '../hash-sync.js';
import { pointBytes, readPoint } from '../ristretto.js';
import { enrolMessage, readPartial, staticHolds } from '../shares.js';
import { NotApplicable } from './report.js';

/** The open facts of one ceremony, by kind. */
export class Ceremony {
  #slots = new Map();

  /** @param {import('../record.js').Record} rec @param {string} name */
  constructor(rec, name) {
    this.name = name;
    this.facts = rec
      .of(...CEREMONY_KINDS)
      .filter((fact) => fact.body.ceremony === name);
    this.called = this.of('ceremony.called')[0] ?? null;
    this.completed = this.of('ceremony.completed')[0] ?? null;
    if (this.called === null) return;
    const { members, k, keys, purpose } = this.called.body;
    this.members = members;
    this.n = members.length;
    this.k = k;
    this.count = keys;
    this.purpose = purpose;
  }

  /** Its facts of one kind. @param {string} kind */
  of(kind) {
    return this.facts.filter((fact) => fact.kind === kind);
  }

  /** The signer key of a member, or null. @param {number} index @returns {Uint8Array|null} */
  signer(index) {
    const member = this.called === null ? undefined : this.members.find((row) => row.index === index);
    return member ? unhex(member.signer) : null;
  }

  /** What the messages of a slot are bound to; throws where a member's point is none. @param {number} slot */
  slot(slot) {
    if (!this.#slots.has(slot)) {
      const members = this.members.map((row) => ({
        index: row.index,
        signer: unhex(row.signer),
        point: readPoint(unhex(row.point)),
      }));
      const roster = { k: this.k, n: this.n, members };
      const { tender = '', stage = '' } = this.purpose;
      const session = unhex(this.called.body.session);
      this.#slots.set(slot, new dkg.Ceremony(roster, tender, stage, session, slot));
    }
    return this.#slots.get(slot);
  }

  /** The first round-1 message of each member for a slot, in order of index; throws for points that are none. */
  rounds(slot) {
    const first = new Map();
    for (const fact of this.of('ceremony.committed')) {
      if (!first.has(fact.body.index)) first.set(fact.body.index, fact.body.slots[slot]);
    }
    return this.members.map(({ index }) => readRound(index, first.get(index)));
  }

  /** The key of a slot, recomputed; only after 07 passed. */
  derive(slot) {
    const messages = this.rounds(slot);
    const values = dkg.publicValues(messages.map(({ commitments }) => commitments));
    const { keyId } = certificateOf(this.slot(slot), { messages, ...values });
    return { ...values, keyId };
  }
}

const CEREMONY_KINDS = [
  'ceremony.called', 'ceremony.committed', 'ceremony.shared', 'ceremony.complained', 'ceremony.answered',
  'ceremony.failed', 'ceremony.certified', 'ceremony.completed',
]; // prettier-ignore

const readRound = (index, row) => ({
  from: index,
  commitments: row.points.map((point) => readPoint(unhex(point))),
  pop: unhex(row.pop),
  signature: unhex(row.sig),
});

/** The ceremonies that the tender uses, and the keys that follow from them. */
export class Keys {
  #derived = new Map();

  /** @param {import('../record.js').Record} rec */
  constructor(rec) {
    this.assigned = rec.mine('key.assigned');
    const names = new Set(this.assigned.map((fact) => fact.body.ceremony));
    /** @type {Map<string, Ceremony>} */
    this.ceremonies = new Map([...names].map((name) => [name, new Ceremony(rec, name)]));
  }

  /** The recomputed key of a slot; only after 07 passed. */
  slot(name, slot) {
    const key = `${name}/${slot}`;
    if (!this.#derived.has(key)) this.#derived.set(key, this.ceremonies.get(name).derive(slot));
    return this.#derived.get(key);
  }

  /** Ceremony and key of a stage, or null. @param {string} stage */
  ofStage(stage) {
    for (const { body } of this.assigned) {
      const ceremony = this.ceremonies.get(body.ceremony);
      if (body.stage === stage && ceremony.called !== null && body.slot >= 0 && body.slot < ceremony.count) {
        return { ceremony, key: this.slot(body.ceremony, body.slot) };
      }
    }
    return null;
  }
}

async function custodyProblem(origin, account, custody) {
  const signer = unhex(custody.signer);
  if (!(await verify(signer, enrolMessage(origin, account, signer), unhex(custody.signer_proof)))) {
    return new Wrong('signer_proof 不成立', 'signer_proof does not hold');
  }
  try {
    const point = readPoint(unhex(custody.point));
    const holds = staticHolds({ origin, account, signer, point }, readPartial(unhex(custody.point_proof)));
    return holds ? null : new Wrong('point_proof 不成立', 'point_proof does not hold');
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return new Wrong(`point_proof:${error.zh}`, `point_proof: ${error.en}`);
  }
}

function founders(check, rec) {
  const founded = rec.founded();
  if (founded === null) {
    check.fail('没有公开的 platform.founded', 'there is no open platform.founded', 0);
    return new Map();
  }
  const rows = founded.body.registrars;
  const listed = new Map(rows.map((row) => [row.account, row.key]));
  check.expect(listed.size === rows.length, '登记人重复', 'a registrar occurs twice', 0);
  const { registrars } = rec.policy;
  if (registrars === null) {
    check.note(
      '策略没有列出登记人:此处取日志自己所列的',
      'the policy names no registrar: taken are those that the log itself names',
      0,
    );
  } else {
    const same =
      listed.size === registrars.size && [...registrars].every(([account, key]) => listed.get(account) === hex(key));
    check.expect(same, '登记人与策略不符', 'the registrars are not those of the policy', 0);
  }
  return listed;
}

/** Check 06: who the accounts are, and who enrolled them. */
export async function check06(check, rec, keys) {
  const { policy } = rec;
  const listed = founders(check, rec);
  const trusted = policy.registrars === null ? [...listed.values()].map((key) => unhex(key)) : [...policy.registrars.values()];
  const registrars = new Map(trusted.map((key) => [fingerprintHex(key), key]));
  const seen = { names: new Set(listed.keys()), keys: new Set(listed.values()), signers: new Set(), points: new Set() };
  for (const fact of rec.of('account.enrolled', 'account.revoked')) {
    const registrar = registrars.get(fact.actor);
    check.expect(registrar, '不是登记人所为', 'is not by a registrar', fact.seq);
    const named = fact.key !== null && fingerprintHex(fact.key) === fact.actor;
    check.expect(named, '@key 不是行为人的', '@key is not that of the actor', fact.seq);
    if (registrar) {
      const good = await verify(registrar, fact.message(policy.origin), unhex(fact.sig, 64));
      check.expect(good, '签名不成立', 'the signature does not hold', fact.seq);
    }
    const signer = rec.accountOf(fact);
    check.expect(signer === null || signer.timely(fact.ts), '注册管理员的有效期已过', 'the registrar’s time was over', fact.seq);
    if (fact.kind === 'account.enrolled') await enrolment(check, policy.origin, fact, seen);
  }
  for (const ceremony of keys.ceremonies.values()) {
    if (ceremony.called === null) notCalled(check, ceremony);
    else members(check, rec, ceremony);
  }
  check.note(
    `${seen.names.size} 个账户,均由登记人签署`,
    `${seen.names.size} accounts, each signed by a registrar`,
  );
}

const notCalled = (check, { name }) => check.fail(`密钥仪式 ${name} 从未发起`, `the ceremony ${name} was never called`);

/** The commitment to the withheld members of an enrolment (2.4). */
const heldOf = ({ contact, employer, name, salt }) =>
  hex(sha256Sync(lp('kaibiao/held/v1', unhex(salt), spell({ contact, employer, name }))));

async function enrolment(check, origin, fact, seen) {
  const { account, key, proof, roles, custody } = fact.body;
  if ([...fact.rule.withheld].every((name) => Object.hasOwn(fact.body, name))) {
    const fits = fact.body.held === heldOf(fact.body);
    check.expect(fits, 'held 与公开的成员不符', 'held does not fit the members shown', fact.seq);
  }
  const proved = await verify(unhex(key), enrolMessage(origin, account, unhex(key)), unhex(proof));
  check.expect(proved, '账户自己的证明不成立', "the account's own proof does not hold", fact.seq);
  once(check, seen.names, account, fact.seq, `账户 ${account}`, `the account ${account}`);
  once(check, seen.keys, key, fact.seq, '账户密钥', 'the account key');
  if (custody === undefined) {
    const fits = !roles.includes('custodian');
    check.expect(fits, '保管人没有保管密钥', 'a custodian without custody keys', fact.seq);
    return;
  }
  const wrong = await custodyProblem(origin, account, custody);
  if (wrong) check.failWith(wrong, '保管密钥', 'custody', fact.seq);
  once(check, seen.signers, custody.signer, fact.seq, '保管签名密钥', 'the custody signer');
  once(check, seen.points, custody.point, fact.seq, '保管点', 'the custody point');
}

function once(check, seen, value, seq, zh, en) {
  check.expect(!seen.has(value), `${zh}出现两次`, `${en} occurs twice`, seq);
  seen.add(value);
}

function members(check, rec, ceremony) {
  const { seq } = ceremony.called;
  for (const member of ceremony.members) {
    const account = rec.accounts.get(member.account);
    const good = account?.active(seq) && account.roles.has('custodian') && account.custody !== null;
    const who = member.account;
    if (!check.expect(good, `成员 ${who} 不是已登记的保管人`, `member ${who} is no enrolled custodian`, seq)) continue;
    const same = account.custody.signer === member.signer && account.custody.point === member.point;
    check.expect(same, `成员 ${who} 的密钥与登记不符`, `member ${who} has other keys than it enrolled with`, seq);
  }
}

const noKey = () => new NotApplicable('本项目尚未指定密钥', 'no key is assigned to the tender');

/** Check 07: the roster of each ceremony and its first round. */
export async function check07(check, _rec, keys) {
  if (keys.assigned.length === 0) throw noKey();
  for (const ceremony of keys.ceremonies.values()) {
    if (ceremony.called === null) notCalled(check, ceremony);
    else await firstRound(check, ceremony);
  }
}

async function firstRound(check, ceremony) {
  const { name, n, k, count } = ceremony;
  const { seq } = ceremony.called;
  check.expect(ceremony.of('ceremony.called').length === 1, '发起了两次', 'called twice', seq);
  const inOrder = ceremony.members.every((member, place) => member.index === place + 1) && n < 65_536;
  check.expect(inOrder, '序号不是 1 至 n', 'the indices are not 1 to n', seq);
  check.expect(k >= 1 && k <= n && n < 2 * k, `${n} 人中 ${k} 人不是多数`, `k = ${k} of n = ${n} is not a majority`, seq);
  check.expect(count >= 1 && count < 2 ** 32, '密钥数目不可能', 'the number of keys is not possible', seq);
  for (const fact of [...ceremony.of('ceremony.complained'), ...ceremony.of('ceremony.failed')]) {
    check.fail('有投诉的仪式不产生密钥', 'a ceremony with a complaint yields no key', fact.seq);
  }
  if (check.failures.length > 0) return;
  const facts = ceremony.of('ceremony.committed');
  const authors = facts.map((fact) => fact.body.index).sort((a, b) => a - b);
  const whole = authors.length === n && authors.every((index, place) => index === place + 1);
  if (!check.expect(whole, `${name}:第一轮不是每人一条`, `${name}: round 1 is not one message of each member`, seq)) return;
  for (const fact of facts) await commitments(check, ceremony, fact);
  if (check.failures.length > 0) return;
  for (let slot = 0; slot < count; slot += 1) {
    try {
      dkg.publicValues(ceremony.rounds(slot).map((round) => round.commitments));
    } catch (error) {
      check.failWith(error, `第 ${slot} 位`, `slot ${slot}`, seq);
    }
  }
  check.note(`${name}:${n} 名保管人中 ${k} 名,${count} 把密钥`, `${name}: ${k} of ${n} custodians, ${count} keys`);
}

async function commitments(check, ceremony, fact) {
  const { index, slots } = fact.body;
  const every = slots.length === ceremony.count;
  if (!check.expect(every, '不是每位一份承诺', 'not one commitment per slot', fact.seq)) return;
  for (const [slot, row] of slots.entries()) {
    try {
      await dkg.checkRound1(ceremony.slot(slot), readRound(index, row));
    } catch (error) {
      check.failWith(error, `成员 ${index},第 ${slot} 位`, `member ${index}, slot ${slot}`, fact.seq);
    }
  }
}

/** Check 08: the public keys stated are those recomputed. */
export function check08(check, _rec, keys) {
  if (keys.assigned.length === 0) throw noKey();
  for (const { name, count, ...ceremony } of each(keys)) {
    const { done } = ceremony;
    if (!check.expect(done.length === 1, `${name} 不是恰好完成一次`, `${name} is not completed exactly once`)) continue;
    const [{ body, seq }] = done;
    if (!check.expect(body.keys.length === count, '不是每位一把密钥', 'not one key per slot', seq)) continue;
    body.keys.forEach((row, slot) => {
      const key = keys.slot(name, slot);
      const y = hex(pointBytes(key.y));
      check.expect(row.public === y, `第 ${slot} 位:公钥 Y 不符`, `slot ${slot}: another Y`, seq);
      const shares = key.shares.map((share) => hex(pointBytes(share)));
      const same = row.shares.length === shares.length && shares.every((share, place) => share === row.shares[place]);
      check.expect(same, `第 ${slot} 位:公开份额不符`, `slot ${slot}: other public shares`, seq);
      check.note(`第 ${slot} 位:Y ${y}`, `slot ${slot}: Y ${y}`, seq);
    });
  }
}

function* each(keys) {
  for (const ceremony of keys.ceremonies.values()) {
    yield { name: ceremony.name, count: ceremony.count, done: ceremony.of('ceremony.completed') };
  }
}

/** Check 09: every member signed the recomputed certificate of every slot. */
export async function check09(check, _rec, keys) {
  if (keys.assigned.length === 0) throw noKey();
  for (const ceremony of keys.ceremonies.values()) {
    const { name, n, count } = ceremony;
    const facts = ceremony.of('ceremony.certified');
    const authors = new Set(facts.map((fact) => fact.body.index));
    const all = facts.length === n && ceremony.members.every((member) => authors.has(member.index));
    check.expect(all, `${name}:不是每名成员签署一次`, `${name}: not certified once by each member`);
    for (const { body, seq } of facts) {
      const signer = ceremony.signer(body.index);
      const every = body.slots.length === count;
      if (signer === null || !check.expect(every, '不是每位一个签名', 'not one signature per slot', seq)) continue;
      for (const [slot, row] of body.slots.entries()) {
        const { keyId } = keys.slot(name, slot);
        const same = equal(unhex(row.key_id), keyId);
        check.expect(same, `第 ${slot} 位:密钥编号不符`, `slot ${slot}: another key_id`, seq);
        const held = await verify(signer, certificateMessage(keyId), unhex(row.sig));
        check.expect(held, `第 ${slot} 位:签名不成立`, `slot ${slot}: the signature does not hold`, seq);
      }
    }
    check.note(`${name}:${n} 名成员签署了 ${facts.length} 份`, `${name}: ${facts.length} certificates of ${n} members`);
  }
}

/** Check 10: every stage has the key that the notice names, made for it and used nowhere else. */
export function check10(check, rec, keys) {
  const [notice] = rec.mine('tender.noticed');
  if (!notice) throw new NotApplicable('尚无公告', 'there is no notice yet');
  for (const stage of notice.body.stages) stageKey(check, rec, keys, notice, stage);
}

function stageKey(check, rec, keys, notice, stage) {
  const name = stage.stage;
  const [zh, en] = [`阶段 ${name}:`, `stage ${name}: `];
  const mine = keys.assigned.filter((fact) => fact.body.stage === name);
  const one = mine.length === 1;
  if (!check.expect(one, `${zh}指定了 ${mine.length} 把密钥`, `${en}${mine.length} keys assigned, not one`, notice.seq)) return;
  const [{ body, seq }] = mine;
  const same = body.key_id === stage.key_id;
  check.expect(same, `${zh}公告的密钥编号不符`, `${en}the notice has another key_id`, notice.seq);
  check.expect(seq < notice.seq, `${zh}在公告之后指定`, `${en}assigned after the notice`, seq);
  const uses = rec
    .of('key.assigned')
    .filter((fact) => fact.body.key_id === body.key_id || (fact.body.ceremony === body.ceremony && fact.body.slot === body.slot));
  check.expect(uses.length === 1, `${zh}其密钥被指定多次`, `${en}its key is assigned more than once`, seq);
  const ceremony = keys.ceremonies.get(body.ceremony);
  const done = ceremony.completed;
  const before = done !== null && done.seq < seq;
  if (!check.expect(before, `${zh}其仪式尚未完成`, `${en}its ceremony is not completed`, seq)) return;
  const exists = body.slot >= 0 && body.slot < Math.min(done.body.keys.length, ceremony.count);
  if (!check.expect(exists, `${zh}没有这一位`, `${en}there is no such slot`, seq)) return;
  const stated = done.body.keys[body.slot].key_id === body.key_id;
  check.expect(stated, `${zh}该位的密钥编号不符`, `${en}the slot's key_id is another`, seq);
  const recomputed = hex(keys.slot(body.ceremony, body.slot).keyId) === body.key_id;
  check.expect(recomputed, `${zh}重新算出的密钥编号不符`, `${en}the recomputed key_id is another`, seq);
  const { purpose } = ceremony;
  const fits = purpose.for === 'stock' || (purpose.tender === rec.tender && purpose.stage === name);
  check.expect(fits, `${zh}该仪式另有用途`, `${en}the ceremony was for something else`, seq);
  check.note(`${zh}密钥 ${body.key_id}`, `${en}key ${body.key_id}`, seq);
}
