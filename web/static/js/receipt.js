// Receipts (回执) and refusal statements (拒收证明), checked without asking anybody.
// Invariant: a paper is only as good as the key that it is checked with; nothing of it is handed out before it held.

import { Wrong, equal, unbase64, unhex, utf8 } from './bytes.js';
import { verify } from './ed25519.js';
import { actDigest, entryProblem, fingerprintHex, makeFact, readEntry } from './fact.js';
import { checkInclusion, leafHash } from './merkle.js';
import { decimal, openCheckpoint, openNote } from './note.js';
import { openPayload } from './payload.js';
import { parseProof } from './tlogproof.js';

/**
 * What a verified receipt proves.
 * @typedef {{checkpoint: import('./note.js').Checkpoint, entry: import('./fact.js').Entry, leaf: Uint8Array,
 *   fields: Map<string, unknown>, fact: import('./fact.js').Fact|null, digest: Uint8Array|null}} OpenedReceipt
 * `fields` is what is shown of the payload. `fact` is null where what was left out keeps it from being read; then the
 * author's signature was not checked. `digest` names the act; null for the platform's own facts and without `fact`.
 */

/**
 * Checks a receipt: the checkpoint, the entry, its place, its payload and, of an act, the person's signature.
 * @param {string} file the text of the `.tlog-proof`
 * @param {string} origin
 * @param {import('./note.js').VerifierKey} key the log's
 * @returns {Promise<OpenedReceipt>}
 */
export async function openReceipt(file, origin, key) {
  const receipt = parseProof(file);
  const checkpoint = await openCheckpoint(receipt.checkpoint, key, origin);
  const entry = readEntry(receipt.entry);
  const wrong = entryProblem(entry);
  if (wrong) throw new Wrong(wrong.zh, wrong.en);
  if (entry.seq !== receipt.index) {
    throw new Wrong(
      `条目自称第 ${entry.seq} 条，证明的却是第 ${receipt.index} 条`,
      `the entry says position ${entry.seq}, but the proof is for ${receipt.index}`,
    );
  }
  const leaf = leafHash(utf8(receipt.entry));
  checkInclusion(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root);
  const fields = openPayload(receipt.payload, unhex(entry.commit));
  if (!isLegible(entry, fields)) return { checkpoint, entry, leaf, fields, fact: null, digest: null };
  const fact = makeFact(entry, fields);
  return { checkpoint, entry, leaf, fields, fact, digest: await digestOf(fact, origin) };
}

/** Whether kind and author of the fact can be known and its signature checked. */
function isLegible(entry, fields) {
  if (entry.kind === 'confidential' && !['@kind', '@subj', '@actor', '@sig'].every((name) => fields.has(name))) return false;
  const actor = entry.kind === 'confidential' ? fields.get('@actor') : entry.actor;
  return actor === 'platform' || (fields.has('@nonce') && fields.has('@seen') && fields.has('@key'));
}

async function digestOf(fact, origin) {
  if (fact.rule.platform || fact.actor === 'platform') {
    if (fact.actor !== 'platform' || fact.sig !== '' || fact.key !== null) {
      throw new Wrong(`${fact.kind} 应由平台自己作出`, `${fact.kind} is the platform's own and nobody's else`);
    }
    return null;
  }
  if (fingerprintHex(fact.key) !== fact.actor) {
    throw new Wrong('@key 的指纹不是所称操作人的', '@key does not have the fingerprint of the actor');
  }
  const message = fact.message(origin);
  if (!(await verify(fact.key, message, unhex(fact.sig, 64)))) {
    throw new Wrong('操作人的签名不成立', 'the signature of the act does not hold');
  }
  return actDigest(message, fact.key);
}

/**
 * What a refusal statement says.
 * @typedef {{code: string, act: Uint8Array, at: number, size: number, root: Uint8Array, sentence: string}} Refusal
 */

const refusalLine = (zh, en) =>
  new Wrong(`拒收证明的“${zh}”行缺失或不合格式`, `the line "${en}" of the refusal statement is missing or malformed`);

/**
 * Checks a refusal statement.
 * @param {string} note
 * @param {string} origin
 * @param {import('./note.js').VerifierKey} key the platform's refusal key, named `<origin>/refusals`
 * @returns {Promise<Refusal>}
 */
export async function openRefusal(note, origin, key) {
  if (key.name !== `${origin}/refusals`) {
    throw new Wrong('密钥不是该日志的拒收密钥', 'the key is not that of the refusals of this log');
  }
  const lines = (await openNote(note, [key])).split('\n');
  const [title, ofOrigin, code, digest, time, entries, root, sentence] = lines;
  if (title !== 'kaibiao/refusal/v1') throw refusalLine('首行', 'title');
  if (ofOrigin !== origin) throw new Wrong('拒收证明属于另一份日志', 'a refusal statement of another log');
  if (lines.length !== 9 || lines[8] !== '') throw refusalLine('末行', 'end');
  const at = decimal(time);
  const size = decimal(entries);
  if (at === null) throw refusalLine('时间', 'time');
  if (size === null) throw refusalLine('大小', 'size');
  return {
    code,
    act: lineBytes(() => unhex(digest, 32), refusalLine('操作', 'act')),
    at,
    size,
    root: lineBytes(() => unbase64(root), refusalLine('树根', 'root')),
    sentence,
  };
}

function lineBytes(read, failure) {
  let bytes;
  try {
    bytes = read();
  } catch {
    throw failure;
  }
  if (bytes.length !== 32) throw failure;
  return bytes;
}

/** Whether a refusal statement is about this act. @param {Refusal} refusal @param {Uint8Array} digest */
export const isAbout = (refusal, digest) => equal(refusal.act, digest);
