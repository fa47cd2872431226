// A single paper that a person was given, a receipt (回执) or a refusal statement (拒收证明), told as rows for people.
// Invariant: rows exist only for a paper that held; a paper that does not hold throws what is wrong with it.

import { Wrong, hex, text } from './bytes.js';
import { spellText } from './canonical.js';
import { openReceipt, openRefusal } from './receipt.js';
import { MAX_PROOF_FILE, TITLE } from './tlogproof.js';

const REFUSAL = 'kaibiao/refusal/v1\n';

/**
 * What a file is by its first bytes.
 * @param {Blob} file
 * @returns {Promise<'receipt'|'refusal'|'dossier'|null>}
 */
export async function kindOf(file) {
  const head = new Uint8Array(await file.slice(0, 512).arrayBuffer());
  const start = new TextDecoder('latin1').decode(head);
  if (start.startsWith(`${TITLE}\n`)) return 'receipt';
  if (start.startsWith(REFUSAL)) return 'refusal';
  return start.slice(257, 262) === 'ustar' ? 'dossier' : null;
}

/**
 * One row: what it is, and the value; `type` says how a value is shown.
 * @typedef {{zh: string, en: string, value: string|number, type: 'text'|'time'|'code'}} Row
 */
const row = (zh, en, value, type = 'text') => ({ zh, en, value, type });

/**
 * Checks a receipt or a refusal statement.
 * @param {Blob} file
 * @param {import('./policy.js').Policy} policy
 * @returns {Promise<{kind: 'receipt'|'refusal', signed: boolean, rows: Row[]}>} `signed`: the author's signature was
 *   checked too
 */
export async function examinePaper(file, policy) {
  const kind = await kindOf(file);
  if (file.size > MAX_PROOF_FILE) {
    throw new Wrong(`文件超过 ${MAX_PROOF_FILE} 字节`, `a file of more than ${MAX_PROOF_FILE} bytes`);
  }
  const source = text(new Uint8Array(await file.arrayBuffer()));
  return kind === 'refusal' ? refusalRows(source, policy) : receiptRows(source, policy);
}

async function refusalRows(source, policy) {
  if (policy.refusalKey === null) {
    throw new Wrong('策略没有拒收密钥,无法核对拒收证明', 'the policy names no refusal_key, so no refusal statement can be checked');
  }
  const refusal = await openRefusal(source, policy.origin, policy.refusalKey);
  return {
    kind: 'refusal',
    signed: true,
    rows: [
      row('理由代码', 'Code of the reason', refusal.code, 'code'),
      row('理由', 'Reason', refusal.sentence),
      row('拒收时间', 'Refused at', refusal.at, 'time'),
      row('被拒行为的摘要', 'Digest of the act refused', hex(refusal.act), 'code'),
      row('当时日志条数', 'Entries of the log then', refusal.size),
      row('当时日志的根', 'Root of the log then', hex(refusal.root), 'code'),
    ],
  };
}

async function receiptRows(source, policy) {
  const { checkpoint, entry, leaf, fields, fact, digest } = await openReceipt(source, policy.origin, policy.logKey);
  const shown = [...fields].filter(([name]) => !name.startsWith('@'));
  const arrived = fields.get('@arrived');
  return {
    kind: 'receipt',
    signed: digest !== null,
    rows: [
      row('事实', 'Fact', fact?.kind ?? entry.kind, 'code'),
      row('所属', 'Stream', fact?.stream ?? entry.subj, 'code'),
      row('在日志中的位置', 'Position in the log', entry.seq),
      row('日志记入时间', 'Entered at', entry.ts, 'time'),
      ...(Number.isSafeInteger(arrived) ? [row('到达时间', 'Arrived at', arrived, 'time')] : []),
      row('行为人密钥指纹', "Fingerprint of the author's key", fact?.actor ?? entry.actor, 'code'),
      row('检查点的日志条数', 'Entries of the checkpoint', checkpoint.size),
      row('检查点的根', 'Root of the checkpoint', hex(checkpoint.root), 'code'),
      row('条目的叶哈希', 'Leaf hash of the entry', hex(leaf), 'code'),
      ...(digest === null ? [] : [row('行为摘要', 'Digest of the act', hex(digest), 'code')]),
      ...shown.map(([name, value]) => row(`内容:${name}`, `Content: ${name}`, spellText(value), 'code')),
    ].filter(({ value }) => value !== ''),
  };
}
