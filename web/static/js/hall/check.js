// The seal check (密封核对) and the proofs of the shares, made again in the viewer's browser.
// Invariant: nothing is called good here that was not proven against the log and recomputed.

import { unhex } from '../bytes.js';
import { checkList } from '../custody-opening.js';
import { viewOf } from '../custody.js';
import { provenHistory } from '../proven.js';
import { partialHolds, readPartial } from '../shares.js';

const breathe = () => new Promise((resolve) => setTimeout(resolve));

/** Whether a batch answers the list and every proof in it holds. */
async function batchHolds({ opening, certificate, targets }, { index, list, partials }, onProof) {
  const image = certificate.shares[index - 1];
  if (!image || list !== opening.settled.body.list || partials.length !== targets.length) return false;
  for (const [place, target] of targets.entries()) {
    let holds = false;
    try {
      holds = partialHolds(target, index, image, readPartial(unhex(partials[place], 96)));
    } catch {
      // What cannot be read is no proof.
    }
    if (!holds) return false;
    onProof();
    await breathe();
  }
  return true;
}

/**
 * Checks the settled list of a stage and every batch of shares that was given for it.
 * @param {{trust: import('../trust.js').Trust, tender: string, stage: string,
 *   key: {ceremony: string, slot: number}, now: number, onProgress?: (done: number, of: number) => void}} what
 * @returns {Promise<{envelopes: number, batches: Map<string, boolean>}>} by position of the `share.given`
 * @throws {import('../custody-opening.js').WontAnswer} what does not hold of the list
 */
export async function checkStage({ trust, tender, stage, key, now, onProgress = () => {} }) {
  const facts = await provenHistory(trust, `/api/tenders/${encodeURIComponent(tender)}`, `tender/${tender}`);
  const path = `/api/ceremonies/${encodeURIComponent(key.ceremony)}`;
  const view = viewOf(await provenHistory(trust, path, `ceremony/${key.ceremony}`));
  const given = facts.filter(({ kind, body }) => kind === 'share.given' && body.stage === stage);
  let done = 0;
  const onChecked = (_, of) => onProgress((done += 1), of * (1 + given.length));
  const checked = await checkList({ tender, stage, facts, view, slot: key.slot, now, onChecked });
  const batches = new Map();
  for (const { seq, body, key: by } of given) {
    const member = view.called.members.find(({ index }) => index === body.index);
    const isOwn = by !== null && member !== undefined && unhex(member.signer, 32).every((byte, at) => byte === by[at]);
    const all = checked.targets.length * (1 + given.length);
    batches.set(String(seq), isOwn && (await batchHolds(checked, body, () => onProgress((done += 1), all))));
  }
  return { envelopes: checked.targets.length, batches };
}
