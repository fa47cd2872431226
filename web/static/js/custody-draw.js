// A custodian's part in a draw (随机抽取): everything that is verified before the share touches anything (SPEC 11).
// Invariant: what is answered is one request as it stands in the log, over the pool frozen for it and the tree head
// right after it; the value given belongs to that draw alone and says nothing of any bid.

import { hex, lp, u64be, unhex } from './bytes.js';
import { spell } from './canonical.js';
import { WontAct, indexIn, shareOf, signedCertificate } from './custody.js';
import { hashOfAll } from './draw.js';
import { sha256Sync } from './hash-sync.js';
import { contribute, partialBytes } from './shares.js';

/** The custodian does not contribute, and says why. */
export class WontDraw extends WontAct {}

function stop(zh, en) {
  throw new WontDraw(zh, en);
}

/** The one fact of a kind; stops if there is none, or a second. */
function one(facts, kind) {
  const found = facts.filter((fact) => fact.kind === kind);
  if (found.length !== 1) {
    stop(`该抽取有 ${found.length} 条 ${kind},应恰有一条`, `the draw has ${found.length} facts ${kind} where there must be one`);
  }
  return found[0];
}

/**
 * The draw as everybody hashes it, after all its facts were checked against each other.
 * @param {{tender: string, draw: string, facts: import('./fact.js').Fact[]}} question facts: proven, in any order
 * @returns {{alpha: Uint8Array, keyId: string, head: {size: number, root: Uint8Array}, subject: object, pool: number}}
 *   head: whether it is the log's is for the caller to prove
 */
export function drawOf({ tender, draw, facts }) {
  const own = facts.filter(({ stream, body }) => stream === `evaluation/${tender}` && body.draw === draw);
  const [requested, frozen, pinned] = ['draw.requested', 'pool.frozen', 'draw.pinned'].map((kind) => one(own, kind));
  const { ids, filters, wanted } = frozen.body;
  const ascends = ids.every((id, n) => n === 0 || ids[n - 1] < id);
  if (!ascends || hex(hashOfAll(ids.map((id) => unhex(id, 32)))) !== frozen.body.pool) {
    stop('冻结的名单未按序排列,或与其哈希不符', 'the frozen pool is not in ascending order, or is not what its hash says');
  }
  const rules = hex(sha256Sync(lp('kaibiao/eligibility/v1', spell(requested.body.subject), ...filters)));
  if (rules !== frozen.body.rules) {
    stop('资格条件的哈希与申请不符', 'the hash of the eligibility rules is not that of the request');
  }
  if (requested.seq >= frozen.seq || pinned.body.size !== frozen.seq + 1) {
    stop('固定的日志头不是冻结名单之后的日志头', 'the head pinned is not that of the log right after the frozen pool');
  }
  const root = unhex(pinned.body.root, 32);
  const alpha = lp(tender, draw, u64be(wanted), unhex(frozen.body.pool, 32), unhex(rules, 32), root);
  return { alpha, keyId: frozen.body.key_id, head: { size: pinned.body.size, root }, subject: requested.body.subject, pool: ids.length };
}

/** The slot of a ceremony that made a key; stops if none did. */
function slotOf(view, keyId) {
  const keys = view.end?.kind === 'ceremony.completed' ? view.end.body.keys : [];
  const slot = keys.findIndex(({ key_id: id }) => id === keyId);
  if (slot < 0) stop('该抽取使用的密钥不是由此仪式产生的', 'the draw is for a key that this ceremony did not make');
  return slot;
}

/**
 * Checks everything, then contributes: the body of `draw.answered`.
 * @param {import('./custodian.js').Custodian} custodian
 * @param {{tender: string, draw: string, facts: import('./fact.js').Fact[], view: import('./custody.js').View,
 *   contains: (head: {size: number, root: Uint8Array}) => Promise<void>}} question `contains` throws unless the head is
 *   one of the log that this browser follows
 * @param {(n: number) => Uint8Array} [chance]
 */
export async function answerDraw(custodian, question, chance) {
  const { tender, draw, view } = question;
  const { alpha, keyId, head } = drawOf(question);
  await question.contains(head);
  const slot = slotOf(view, keyId);
  const certificate = await signedCertificate(view, slot);
  if (hex(certificate.keyId) !== keyId) stop('该抽取使用另一把密钥', 'the draw is for another key than the one of this ceremony');
  indexIn(custodian, view);
  const { index, share } = await shareOf(custodian, view, slot);
  const part = hex(partialBytes(contribute({ y: certificate.y, alpha, index }, share, chance)));
  return { draw, index, part, tender };
}
