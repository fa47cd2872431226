// Checks 26 to 28: shares, decryption and the opening record.
// Invariant: a plaintext counts only if it was recomputed here, from valid batches.

import { Wrong, concat, equal, hex, unhex } from '../bytes.js';
import { parse, spellText } from '../canonical.js';
import { BodyReader } from '../cobblestone.js';
import { verify } from '../ed25519.js';
import { bodyKey } from '../kem.js';
import { sha256 as streamed } from '../noble.js';
import { TREE64K } from '../oracle.js';
import { Unpadder } from '../padding.js';
import { readPoint } from '../ristretto.js';
import { problem } from '../schema.js';
import { combine, partialHolds, readPartial } from '../shares.js';
import { TreeHasher } from '../tree64k.js';
import { bidKeyMessage, unlocks } from './bids.js';
import { NotApplicable, dependsOn } from './report.js';

const MAX_LETTER = 8 << 20;

/** The valid batches of every stage, and the plaintexts that they give. */
export class Batches {
  /** stage → (index → {seq, partials: submission → bytes}) */
  valid = new Map();
  /** stage → its first `list.settled` */
  settled = new Map();
  /** submission → plaintext, or null where it is too long to be a letter */
  plain = new Map();
}

const ofStage = (rec, stage, kind) => rec.mine(kind).filter((fact) => fact.body.stage === stage);

/** Check 26: the shares of the custodians, and who of them made the quorum. */
export function check26(check, rec, keys, bids, batches) {
  const settled = rec.mine('list.settled');
  const given = rec.mine('share.given');
  if (given.length === 0 && rec.mine('share.faulted', 'opening.recorded').length === 0) {
    throw new NotApplicable('尚未交出份额', 'no share is given yet');
  }
  for (const { body, seq } of given) {
    const after = settled.some((final) => final.body.stage === body.stage && final.seq < seq);
    check.expect(after, '份额早于清单确定', 'a batch before its list is settled', seq);
  }
  for (const final of settled) {
    const { stage } = final.body;
    if (batches.settled.has(stage)) continue;
    batches.settled.set(stage, final);
    const found = keys.ofStage(stage);
    if (check.expect(found, `阶段 ${stage} 没有密钥`, `stage ${stage} has no key`, final.seq)) {
      stageShares(check, rec, found, bids, batches, final);
    }
  }
  for (const { body, seq } of rec.mine('opening.recorded')) {
    const valid = batches.valid.get(body.stage) ?? new Map();
    const k = keys.ofStage(body.stage)?.ceremony.k;
    const { quorum } = body;
    const distinct = new Set(quorum).size === quorum.length && quorum.length === k;
    const good = distinct && quorum.every((index) => valid.get(index)?.seq < seq);
    const said = quorum.join(', ');
    check.expect(
      good,
      `所用份额 ${said} 不是 ${k} 名不同保管人的有效份额`,
      `the quorum ${said} is not ${k} different custodians with valid batches`,
      seq,
    );
  }
  failedStages(check, rec, keys, batches);
}

function failedStages(check, rec, keys, batches) {
  for (const { body, seq } of rec.mine('custodian.absent')) {
    const gave = batches.valid.get(body.stage)?.get(body.index);
    const there = gave !== undefined && gave.seq < seq;
    check.expect(!there, `保管人 ${body.index} 已交份额却被称缺席`, `custodian ${body.index} answered and is called absent`, seq);
  }
  for (const { body, seq } of rec.mine('opening.failed')) {
    const k = keys.ofStage(body.stage)?.ceremony.k ?? 0;
    const valid = [...(batches.valid.get(body.stage)?.values() ?? [])].filter((batch) => batch.seq < seq);
    const few = body.cause !== 'custodians_below_k' || valid.length < k;
    check.expect(
      few,
      `阶段 ${body.stage} 称份额不足,有效份额却有 ${valid.length} 份`,
      `stage ${body.stage} is said to have failed for want of shares, with ${valid.length} valid batches`,
      seq,
    );
  }
}

function stageShares(check, rec, { ceremony, key }, bids, batches, final) {
  const { stage, submissions, list } = final.body;
  const faults = new Map();
  for (const fault of ofStage(rec, stage, 'share.faulted')) {
    faults.set(fault.body.seq, [...(faults.get(fault.body.seq) ?? []), fault]);
  }
  const seen = new Set();
  const valid = new Map();
  for (const fact of ofStage(rec, stage, 'share.given')) {
    const { body, seq } = fact;
    const { index, partials } = body;
    const who = `custodian ${index}`;
    const signer = ceremony.signer(index);
    const own = signer !== null && equal(signer, fact.key);
    if (!check.expect(own, `不是保管人 ${index} 本人`, `not by ${who} itself`, seq)) continue;
    check.expect(!seen.has(index), `保管人 ${index} 两次交出份额`, `${who} gave its shares twice`, seq);
    seen.add(index);
    const named = faults.get(seq) ?? [];
    faults.delete(seq);
    if (named.length === 0) {
      check.expect(body.list === list, '份额是给另一份清单的', 'the batch is for another list', seq);
      check.expect(partials.length === submissions.length, '不是每份信封一份', 'not one partial per envelope', seq);
    }
    if (body.list !== list || partials.length !== submissions.length) continue;
    const bad = submissions.filter((submission, n) => !partialGood(bids, submission, partials[n], index, key));
    if (named.length > 0) {
      named.forEach((fault) => rightlyNamed(check, fault, index, bad));
    } else if (bad.length === 0) {
      if (!valid.has(index)) {
        valid.set(index, { seq, partials: new Map(submissions.map((id, n) => [id, unhex(partials[n]).slice(0, 32)])) });
      }
    } else {
      check.note(
        `保管人 ${index}:${bad[0]} 等的证明不成立,无人指出`,
        `${who}: the proof for ${bad.join(', ')} does not hold, and nobody named it`,
        seq,
      );
    }
  }
  for (const fault of [...faults.values()].flat()) {
    check.fail('所指不是本阶段的份额', 'names no batch of this stage', fault.seq);
  }
  batches.valid.set(stage, valid);
  const said = [...valid.keys()].sort((a, b) => a - b).join(', ');
  check.note(`阶段 ${stage}:保管人 ${said} 的份额有效`, `stage ${stage}: valid batches of custodians ${said}`, final.seq);
}

function rightlyNamed(check, { body, seq }, index, bad) {
  const right = body.index === index && body.submission === bad[0];
  check.expect(
    right,
    `指称保管人 ${index} 的 ${body.submission} 有误,首个不成立的证明不是它`,
    `names ${body.submission} of custodian ${index}, which is not its first false proof`,
    seq,
  );
}

function partialGood(bids, submission, partial, index, key) {
  const envelope = bids.envelopes.get(submission);
  if (!envelope || envelope.context === null || !(index >= 1 && index <= key.shares.length)) return false;
  try {
    const target = { header: envelope.header, label: envelope.context, bodyDigest: envelope.digest };
    return partialHolds(target, index, key.shares[index - 1], readPartial(unhex(partial)));
  } catch (error) {
    if (error instanceof Wrong) return false;
    throw error;
  }
}

/** Check 27: every body in the bundle opens to what the record says. */
export async function check27(check, rec, keys, bids, batches, onOpened = () => {}) {
  const records = rec.mine('opening.recorded');
  if (records.length === 0) throw new NotApplicable('尚未开启', 'nothing is opened yet');
  for (const { body } of records) {
    const found = keys.ofStage(body.stage);
    if (found === null || (batches.valid.get(body.stage)?.size ?? 0) < found.ceremony.k) throw dependsOn('26');
  }
  let [opened, without] = [0, 0];
  for (const record of records) {
    for (const bid of record.body.bids) {
      for (const part of bid.parts) {
        const done = await openedPart(check, rec, keys, bids, batches, record, bid, part);
        if (done === 'opened') opened += 1;
        if (done === 'without') without += 1;
        onOpened();
      }
    }
  }
  check.note(`解密 ${opened} 份信封;${without} 份只公开哈希`, `${opened} envelopes decrypted; of ${without} the bundle has no body`);
}

async function openedPart(check, rec, keys, bids, batches, record, bid, part) {
  const { stage } = record.body;
  const { submission } = part;
  const { seq } = record;
  const final = batches.settled.get(stage);
  if (!final?.body.submissions.includes(submission)) {
    check.expect(part.unopened, `${submission} 不在 F' 中却已开启`, `${submission} is opened and not in F'`, seq);
    return 'excluded';
  }
  if (!rec.bundle.has(`bodies/${submission}`)) return 'without';
  let result;
  try {
    result = await open(rec, keys, bids, batches, final, submission);
  } catch (error) {
    check.failWith(error, submission, submission, seq);
    return 'wrong';
  }
  const wrong = result.closed ?? (await partProblem(rec, bids, bid, submission, result));
  if (part.unopened) {
    const bad = part.unopened.cause === 'bidder_bad_envelope';
    const shut = wrong !== null;
    check.expect(!bad || shut, `${submission} 能打开为有效内容`, `${submission} opens to a valid part`, seq);
    check.expect(bad || shut, `${submission} 能打开,记录却称不能`, `${submission} opens, the record says it could not`, seq);
    return 'unopened';
  }
  if (result.closed) {
    check.failWith(result.closed, `${submission} 打不开`, `${submission} does not open`, seq);
    return 'wrong';
  }
  const same = part.sha256 === hex(result.digest) && part.bytes === result.length;
  check.expect(
    same,
    `${submission}:sha256 或 bytes 不是明文的`,
    `${submission}: sha256 or bytes are not those of the plaintext`,
    seq,
  );
  batches.plain.set(submission, result.data);
  return 'opened';
}

/** The plaintext of a body; `closed` says why it does not open; throws where the body is not the envelope's. */
async function open(rec, keys, bids, batches, final, submission) {
  const envelope = bids.envelopes.get(submission);
  const { stage } = final.body;
  const { ceremony, key } = keys.ofStage(stage);
  const path = `bodies/${submission}`;
  const length = rec.bundle.files.get(path);
  const hasher = new TreeHasher();
  for await (const piece of rec.bundle.pieces(path)) await hasher.update(piece);
  if (length !== envelope.body.body_length || !equal(await hasher.finish(), envelope.digest)) {
    throw new Wrong('密文不是信封所承诺的', "the body is not the one of the envelope's digest");
  }
  const partials = [...batches.valid.get(stage)]
    .sort(([a], [b]) => a - b)
    .map(([index, batch]) => ({ index, d: readPoint(batch.partials.get(submission)) }));
  const z = combine(ceremony.k, partials);
  const beta = unlocks(rec, bids, final, true).get(submission);
  const secret = bodyKey(TREE64K, { z, r: envelope.header.r, y: key.y, beta, label: envelope.context });
  const keep = envelope.role === 'letter' ? MAX_LETTER : 0;
  try {
    return await plaintext(secret, envelope.context, length, rec.bundle.ranges(path), keep);
  } catch (error) {
    if (error instanceof Wrong) return { closed: error };
    throw error;
  }
}

async function plaintext(secret, context, length, read, keep) {
  const reader = await BodyReader.of(secret, context, length, read);
  const frame = new Unpadder();
  const running = streamed.create();
  const kept = [];
  for await (const chunk of reader.all()) {
    const data = frame.take(chunk);
    running.update(data);
    if (frame.length !== undefined && frame.length <= keep) kept.push(data.slice());
  }
  frame.end();
  const data = frame.length <= keep ? concat(...kept) : null;
  return { digest: running.digest(), length: frame.length, data };
}

/** What is wrong with a letter of a bid; null if nothing is. @returns {Promise<Wrong|null>} */
async function letterProblem(rec, bids, bid, account, data) {
  if (data === null) return new Wrong('投标函超过 8 MiB', 'a letter of more than 8 MiB');
  let letter;
  try {
    letter = parse(data);
  } catch (error) {
    return new Wrong(`投标函${error.zh ?? error.message}`, `the letter is ${error.message}`);
  }
  const wrong = problem('Letter', letter, 'letter');
  if (wrong) return new Wrong(wrong.zh, wrong.en);
  const holder = rec.accounts.get(account);
  if (letter.account !== account || !holder) {
    return new Wrong('投标函属于另一账户', 'the letter is of another account');
  }
  const key = bids.key(bid);
  if (key === null) return new Wrong('该投标的密钥未知', 'the key of the bid is not known');
  const message = bidKeyMessage(rec.policy.origin, rec.tender, bid, key);
  const held = await verify(holder.key, message, unhex(letter.certificate));
  return held ? null : new Wrong('投标函的证书不成立', 'the certificate of the letter does not hold');
}

async function partProblem(rec, bids, bid, submission, { length, data }) {
  const envelope = bids.envelopes.get(submission);
  if (envelope.maxBytes !== null && length > envelope.maxBytes) {
    return new Wrong(`${length} 字节,超过该部分上限`, `${length} bytes, more than the part may have`);
  }
  if (envelope.role !== 'letter') return null;
  return letterProblem(rec, bids, bid.bid, bids.account(bid.bid) ?? bid.account, data);
}

/** Check 28: the record says of every listed envelope what its plaintext says. */
export async function check28(check, rec, bids, batches) {
  const records = rec.mine('opening.recorded');
  const none = records.length === 0 && rec.mine('origins.compared').length === 0;
  if (none) throw new NotApplicable('尚未开启', 'nothing is opened yet');
  originsCompared(check, rec, records[0]);
  for (const record of records) {
    const { body, seq } = record;
    const say = (good, zh, en) => check.expect(good, zh, en, seq);
    say(ofStage(rec, body.stage, 'opening.recorded').length === 1, '该阶段记录两次', 'the stage is recorded twice');
    const [frozen] = ofStage(rec, body.stage, 'list.frozen');
    const final = batches.settled.get(body.stage);
    if (!say(frozen && final, '没有确定的清单', 'there is no settled list')) continue;
    say(body.list === final.body.list, '记录属于另一份清单', 'the record is of another list');
    const listed = new Map(frozen.body.envelopes.map((row) => [row.submission, row.bid]));
    const names = body.bids.map((bid) => bid.bid).join(' ');
    const wanted = [...new Set(listed.values())].sort().join(' ');
    say(names === wanted, '投标不是清单上的,或次序不对', 'the bids are not the listed ones, once and in order');
    const said = body.bids.flatMap((bid) => bid.parts.map((part) => `${part.submission} ${bid.bid}`)).sort();
    const all = [...listed].map(([submission, bid]) => `${submission} ${bid}`).sort();
    say(said.join() === all.join(), '信封不是 F 的各一次', 'the envelopes are not those of F, each once');
    const excluded = new Map(final.body.excluded.map((row) => [row.submission, row]));
    for (const bid of body.bids) await recordedBid(say, rec, bids, batches, excluded, bid);
    panelFiles(say, rec, bids, body);
  }
  check.note(
    `${records.length} 份记录,核对 ${batches.plain.size} 份明文`,
    `${records.length} records, ${batches.plain.size} plaintexts compared`,
  );
}

/** From where the opened bids were handed in: once, of the first record, numbers that tell equality alone. */
function originsCompared(check, rec, first) {
  for (const [place, { body, seq }] of rec.mine('origins.compared').entries()) {
    const say = (good, zh, en) => check.expect(good, zh, en, seq);
    say(place === 0, '递交网络地址重复比对', 'the addresses are compared twice');
    const named = first !== undefined && first.seq === body.record && first.seq < seq;
    if (!say(named, '未指明其前的首份开标记录', 'it does not name the first opening record before it')) continue;
    const bids = body.bids.map(({ bid }) => bid).join(' ');
    const opened = first.body.bids.map(({ bid }) => bid).join(' ');
    say(bids === opened, '比对的投标与开标记录不一致', 'the bids compared are not those of the record, in its order');
    const seen = [...new Set(body.bids.flatMap(({ address }) => address ?? []))];
    const counted = seen.every((address, n) => address === n + 1);
    say(counted, '地址编号未按首次出现的次序自 1 起编', 'the addresses are not numbered from 1 as they first occur');
  }
}

/** The withheld hashes of panel files: shown with the award, each opened envelope once. */
function panelFiles(say, rec, bids, body) {
  const opened = body.bids.flatMap((bid) => bid.parts).filter((part) => !part.unopened);
  const due = opened
    .map((part) => part.submission)
    .filter((submission) => bids.envelopes.get(submission)?.role === 'panel')
    .sort();
  if ('panel' in body) {
    const named = body.panel.map((row) => row.submission);
    const same = due.length > 0 && named.join() === due.join();
    say(same, 'panel 不是已开启的评委文件各一次', 'panel does not name the opened envelopes of panel parts');
  } else if (due.length > 0) {
    const early = rec.mine('award.made').length === 0;
    say(early, '已定标,评委文件的哈希仍未公开', 'the award is made, the files of panel parts are still withheld');
  }
}

async function recordedBid(say, rec, bids, batches, excluded, bid) {
  const same = bids.account(bid.bid) === bid.account;
  say(same, `${bid.bid}:账户与参与时不符`, `${bid.bid}: another account than entered`);
  const order = bid.parts.map((part) => `${part.lot}\0${part.part}\0${part.submission}`);
  const ascending = order.every((one, n) => n === 0 || order[n - 1] <= one);
  say(ascending, `${bid.bid}:各部分次序不对`, `${bid.bid}: its parts are out of order`);
  for (const part of bid.parts) await recordedPart(say, rec, bids, batches, excluded, bid, part);
}

async function recordedPart(sayOf, rec, bids, batches, excluded, bid, part) {
  const { submission } = part;
  const say = (good, zh, en) => sayOf(good, `${submission}:${zh}`, `${submission}: ${en}`);
  const envelope = bids.envelopes.get(submission);
  if (!say(envelope, '其信封未公开', 'its envelope is not disclosed')) return;
  const { lot, part: name } = envelope.body;
  say(part.lot === lot && part.part === name, '标段或部分不符', 'another lot or part');
  const before = excluded.get(submission);
  if (part.unopened) {
    const bare = !('letter' in part) && !('sha256' in part) && !('bytes' in part);
    say(bare, '既开启又未开启', 'opened and unopened');
    say(part.unopened.submission === submission, '原因属于另一信封', 'a cause for another');
    const kept = !before || spellText(before) === spellText(part.unopened);
    say(kept, '原因或证据与排除时不符', 'another cause or evidence than when it was excluded');
    return;
  }
  say(!before, '已排除却开启', 'was excluded and is opened');
  if (envelope.role === 'panel') {
    const bare = !('sha256' in part) && !('bytes' in part);
    say(bare, '投标旁有评委文件的哈希', "a panel file's hash beside its bid");
  } else {
    say('sha256' in part && 'bytes' in part, '既未开启也无原因', 'neither opened nor unopened');
  }
  if (envelope.role !== 'letter') {
    say(!('letter' in part), '不是投标函的部分出现投标函', 'a letter in a part that is none');
    return;
  }
  if (!say('letter' in part, '记录没有投标函', 'the record shows no letter')) return;
  if (!say(batches.plain.has(submission), '没有可比的明文', 'there is no plaintext to compare the letter with')) return;
  const data = batches.plain.get(submission);
  const wrong = await letterProblem(rec, bids, bid.bid, bid.account, data);
  if (!say(wrong === null, wrong?.zh, wrong?.en)) return;
  const same = spellText(part.letter) === new TextDecoder().decode(data);
  say(same, '记录的投标函不是明文的', "the record's letter is not that of the plaintext");
}
