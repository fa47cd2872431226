// Checks 01 to 05, 36 and 37: the bundle, the log and its heads.
// Invariant: these read nothing but files, entries and payloads that match.

import { Wrong, equal, hex, text, unhex, utf8, compare } from '../bytes.js';
import { MANIFEST, isClean } from '../bundle.js';
import { entryProblem } from '../fact.js';
import { root, rootsAt, tileName, tiles, widths } from '../merkle.js';
import { openCheckpoint } from '../note.js';
import { KINDS } from '../schema.js';
import { NotApplicable } from './report.js';

const MAX_CHECKPOINT = 64 << 10;
const MAX_TILE = 8192;

const short = (path) => JSON.stringify(path.slice(0, 120));

/** Check 01: every file is there, and none besides. */
export async function check01(check, rec) {
  const { bundle } = rec;
  const seen = new Set();
  let last = null;
  for (const { path, bytes, sha256 } of bundle.listed) {
    const clean = isClean(path) && path !== MANIFEST;
    if (!check.expect(clean, `路径 ${short(path)} 不合规定`, `the path ${short(path)} is not allowed`)) continue;
    if (last !== null && compare(utf8(path), utf8(last)) <= 0) {
      check.fail(`${path} 在清单中次序不对或重复`, `${path} is out of order in the manifest, or twice`);
    }
    last = path;
    seen.add(path);
    if (!check.expect(bundle.has(path), `缺少 ${path}`, `${path} is missing`)) continue;
    const size = bundle.files.get(path);
    if (check.expect(size === bytes, `${path} 有 ${size} 字节,应为 ${bytes}`, `${path} has ${size} bytes, not ${bytes}`)) {
      const same = (await bundle.digest(path)) === hex(sha256);
      check.expect(same, `${path} 的 SHA-256 不符`, `${path} has another SHA-256`);
    }
  }
  for (const path of bundle.files.keys()) {
    if (!seen.has(path) && path !== MANIFEST) check.fail(`${short(path)} 不在清单中`, `${short(path)} is not in the manifest`);
  }
  const documents = await checkDocuments(check, rec);
  const asked = openedBodies(rec);
  for (const [submission, seq] of asked) {
    const path = `bodies/${submission}`;
    check.expect(bundle.has(path), `缺少 ${path}`, `${path} is missing`, seq);
  }
  check.note(
    `${seen.size} 个文件;应有 ${documents} 份文件、${asked.size} 份密文`,
    `${seen.size} files; ${documents} documents and ${asked.size} sealed bodies asked for`,
  );
}

async function checkDocuments(check, rec) {
  let count = 0;
  for (const fact of rec.mine('tender.noticed', 'tender.amended')) {
    for (const row of fact.body.documents) {
      const path = `documents/${row.sha256}`;
      count += 1;
      if (!check.expect(rec.bundle.has(path), `缺少 ${path}`, `${path} is missing`, fact.seq)) continue;
      const same = rec.bundle.files.get(path) === row.bytes;
      check.expect(same, `${path} 的长度不符`, `${path} has another length`, fact.seq);
      const digest = (await rec.bundle.digest(path)) === row.sha256;
      check.expect(digest, `${path} 的 SHA-256 不符`, `${path} has another SHA-256`, fact.seq);
    }
  }
  return count;
}

/** submission → seq of every opened part whose body section 9 asks for. */
function openedBodies(rec) {
  const roles = new Map();
  for (const fact of rec.mine('tender.noticed').slice(0, 1)) {
    for (const part of fact.body.stages.flatMap((stage) => stage.parts)) roles.set(part.part, part.role);
  }
  const out = new Map();
  for (const fact of rec.mine('opening.recorded')) {
    for (const part of fact.body.bids.flatMap((bid) => bid.parts)) {
      const role = roles.get(part.part);
      if (!part.unopened && (role === 'letter' || role === 'public')) out.set(part.submission, fact.seq);
    }
  }
  return out;
}

async function checkpointAt(rec, path) {
  return openCheckpoint(text(await rec.bundle.read(path, MAX_CHECKPOINT)), rec.policy.logKey, rec.policy.origin);
}

/** Check 02: the checkpoint is the log's, and entry 0 names the same log. */
export async function check02(check, rec) {
  const { policy } = rec;
  const sameOrigin = rec.bundle.origin === policy.origin;
  check.expect(sameOrigin, '卷宗清单的 origin 与策略不符', 'the manifest is of another origin than the policy');
  const head = await checkpointAt(rec, 'log/checkpoint');
  check.expect(
    head.size === rec.size,
    `检查点的大小是 ${head.size},清单是 ${rec.size}`,
    `the checkpoint has size ${head.size}, the manifest ${rec.size}`,
  );
  const founded = rec.founded();
  if (!rec.facts.has(0) && rec.entries[0]?.kind === 'platform.founded') {
    check.note('platform.founded 不可读,见第 36 项', 'platform.founded is not readable, see 36', 0);
    return;
  }
  if (!check.expect(founded, '第 0 条不是公开的 platform.founded', 'entry 0 is not an open platform.founded', 0)) return;
  const { origin, log_key: logKey } = founded.body;
  check.expect(origin === policy.origin, 'platform.founded 的 origin 不符', 'platform.founded names another origin', 0);
  check.expect(logKey === policy.logKey.text, 'platform.founded 的日志密钥不符', 'platform.founded names another log key', 0);
  check.note(`${head.size} 条,根 ${hex(head.root)}`, `${head.size} entries, root ${hex(head.root)}`);
}

/** Check 03: the tiles and the root are those of the entries. */
export async function check03(check, rec) {
  if (rec.readProblems.length > 0) {
    for (const error of rec.readProblems) check.failWith(error, '', '');
    return;
  }
  const expected = new Set();
  for (const [name, bytes] of tiles(rec.leaves)) {
    const path = `log/${name}`;
    expected.add(path);
    try {
      const same = equal(await rec.bundle.read(path, MAX_TILE), bytes);
      check.expect(same, `${path} 与条目不符`, `${path} is not that of the entries`);
    } catch (error) {
      check.failWith(error, '', '');
    }
  }
  for (const [number, width] of widths(rec.size)) expected.add(`log/tile/entries/${tileName(number, width)}`);
  for (const path of rec.bundle.files.keys()) {
    if (path.startsWith('log/tile/') && !expected.has(path)) {
      check.fail(`${short(path)} 不是这一大小的日志的瓦片`, `${short(path)} is no tile of a log of this size`);
    }
  }
  let head = null;
  try {
    head = await checkpointAt(rec, 'log/checkpoint');
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    check.note('没有可比的有效检查点(第 02 项)', 'no valid checkpoint to compare with (02)');
  }
  if (head !== null) {
    const same = equal(head.root, root(rec.leaves));
    check.expect(same, '检查点的根不是条目的根', 'the root of the checkpoint is not that of the entries');
  }
  check.note(`${rec.leaves.length} 个叶哈希,${expected.size} 个瓦片`, `${rec.leaves.length} leaf hashes, ${expected.size} tiles`);
}

/** Check 04: form, positions, chain and times of the entries. */
export function check04(check, rec) {
  for (const error of rec.readProblems) check.failWith(error, '', '');
  for (const { seq, error } of rec.formProblems) check.failWith(error, '', '', seq);
  let time = null;
  rec.entries.forEach((entry, seq) => {
    if (entry === null) {
      time = null;
      return;
    }
    const wrong = entryProblem(entry);
    if (wrong) check.fail(wrong.zh, wrong.en, seq);
    check.expect(entry.seq === seq, `条目自称第 ${entry.seq} 条`, `the entry says position ${entry.seq}`, seq);
    const before = seq === 0 ? '00'.repeat(32) : hex(rec.leaves[seq - 1]);
    check.expect(
      entry.prev === before,
      'prev 不是前一条目的叶哈希,链条断裂',
      'prev is not the leaf hash of the entry before',
      seq,
    );
    const later = time === null || entry.ts >= time;
    check.expect(later, '时间早于前一条目', 'ts is smaller than that of the entry before', seq);
    time = entry.ts;
  });
  check.note(`${rec.entries.length} 条,首尾相连`, `${rec.entries.length} entries in one chain`);
}

/**
 * The files below `checkpoints/`.
 * @returns {Promise<{where: string, kept?: import('../note.js').Checkpoint, error?: Wrong}[]>}
 */
export async function keptCheckpoints(rec) {
  const out = [];
  for (const where of [...rec.bundle.files.keys()].filter((path) => path.startsWith('checkpoints/')).sort()) {
    try {
      const kept = await checkpointAt(rec, where);
      if (where !== `checkpoints/${kept.size}`) throw new Wrong(`其大小是 ${kept.size}`, `its size is ${kept.size}`);
      out.push({ where, kept });
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      out.push({ where, error });
    }
  }
  return out;
}

/** Check 05: every earlier checkpoint is of this log. `given` are notes kept elsewhere. */
export async function check05(check, rec, given) {
  const found = await keptCheckpoints(rec);
  const notes = [...rec.policy.checkpoints.map((note, n) => [`policy ${n}`, note]), ...given];
  for (const [where, note] of notes) {
    try {
      found.push({ where, kept: await openCheckpoint(note, rec.policy.logKey, rec.policy.origin) });
    } catch (error) {
      found.push({ where, error });
    }
  }
  if (found.length === 0) throw new NotApplicable('没有早先的检查点', 'there is no earlier checkpoint');
  const roots = rootsAt(rec.leaves, found.flatMap(({ kept }) => (kept ? [kept.size] : [])));
  for (const { where, kept, error } of found) {
    if (error) {
      check.failWith(error, where, where);
    } else if (kept.size > rec.size) {
      check.fail(`${where}:大小 ${kept.size} 超过卷宗`, `${where}: size ${kept.size} is larger than that of the dossier`);
    } else {
      const same = roots.has(kept.size) && equal(roots.get(kept.size), kept.root);
      check.expect(same, `${where}:大小 ${kept.size} 处的根不符`, `${where}: another root at size ${kept.size}`);
    }
  }
  check.note(`${found.length} 个检查点`, `${found.length} checkpoints`);
}

/** Check 36: payloads match, are where they must be, and nowhere else. */
export function check36(check, rec) {
  for (const { seq, error } of rec.payloadProblems) check.failWith(error, '', '', seq);
  const bad = new Set(rec.payloadProblems.map(({ seq }) => seq));
  const disclosed = new Set();
  for (const fact of rec.of('facts.disclosed')) {
    for (const seq of fact.body.seqs) {
      const before = seq >= 0 && seq < fact.seq;
      if (!check.expect(before, `公开第 ${seq} 条,它不在此前`, `discloses entry ${seq}, which is not before it`, fact.seq)) continue;
      const { kind } = rec.entries[seq];
      const hidden = kind === 'confidential' || KINDS.get(kind)?.withheld.size > 0;
      check.expect(hidden, `公开第 ${seq} 条,它本就公开`, `discloses ${seq}, which is public`, fact.seq);
      disclosed.add(seq);
    }
  }
  const erased = new Set();
  for (const fact of rec.of('fact.erased')) {
    const { seq } = fact.body;
    const before = seq >= 0 && seq < fact.seq;
    if (check.expect(before, `删除第 ${seq} 条,它不在此前`, `erases entry ${seq}, which is not before it`, fact.seq)) erased.add(seq);
  }
  let hidden = 0;
  rec.entries.forEach((entry, seq) => {
    const there = rec.facts.has(seq) || bad.has(seq);
    if (rec.facts.has(seq)) withheldMembers(check, rec.facts.get(seq), disclosed.has(seq));
    if (erased.has(seq)) {
      check.expect(!there, '事实已删除,载荷却还在', 'the fact was erased, its payload is there', seq);
    } else if (entry.kind !== 'confidential' || disclosed.has(seq)) {
      check.expect(there, '载荷应当公开,却缺失', 'the payload must be public and is missing', seq);
    } else {
      hidden += 1;
      check.expect(!there, '未公开的保密载荷出现在卷宗中', 'the payload of a confidential fact is there, undisclosed', seq);
    }
  });
  for (const path of rec.bundle.files.keys()) {
    if (!path.startsWith('payloads/')) continue;
    const match = /^payloads\/(0|[1-9][0-9]{0,15})\.json$/.exec(path);
    const known = match !== null && Number(match[1]) < rec.size;
    check.expect(known, `${short(path)} 不属于任何条目`, `${short(path)} belongs to no entry`);
  }
  check.note(
    `${rec.facts.size} 条事实公开,${hidden} 条保密,${erased.size} 条已删除`,
    `${rec.facts.size} facts shown, ${hidden} confidential, ${erased.size} erased`,
  );
}

/** Withheld members are shown if, and only if, a disclosure names the fact. */
function withheldMembers(check, fact, disclosed) {
  if (fact.confidential) return;
  for (const name of fact.rule.withheld) {
    if (Object.hasOwn(fact.body, name)) {
      check.expect(disclosed, `隐去的成员 ${name} 未经公开却出现`, `the withheld member ${name} is shown, undisclosed`, fact.seq);
    } else if (disclosed && !fact.rule.members.get(name).optional) {
      check.fail(`成员 ${name} 已公开却未出现`, `the member ${name} was disclosed and is not shown`, fact.seq);
    }
  }
}

/** Check 37: every head that a signer saw is a head of this log. */
export function check37(check, rec) {
  const acts = [...rec.facts.values()].filter((fact) => fact.at.has('@seen'));
  if (acts.length === 0) throw new NotApplicable('没有公开的签名行为', 'no act is open');
  const roots = rootsAt(rec.leaves, acts.map((fact) => fact.at.get('@seen').size));
  for (const fact of acts) {
    const { size, root: seen } = fact.at.get('@seen');
    const before = size >= 0 && size <= fact.seq;
    if (!check.expect(before, `所见大小 ${size} 在其之后`, `saw size ${size}, after itself`, fact.seq)) continue;
    const same = roots.has(size) && equal(roots.get(size), unhex(seen));
    check.expect(same, `所见大小 ${size} 的日志头不属于本日志`, `the head seen at size ${size} is not of this log`, fact.seq);
  }
  check.note(`${acts.length} 项行为见证了此前的历史`, `${acts.length} acts witness the history before them`);
}
