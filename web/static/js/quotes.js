// The invitation to final quotes (最后报价): who of the talks is invited, who is left out and why, and its rules hash.
// Invariant: everybody of the talks is named once, in ascending order; the hash continues the chain of the rules
// (docs/record-format.md, sections 4 and 7.1).

import { hex, lp, unhex } from './bytes.js';
import { spell } from './canonical.js';
import { sha256Sync } from './hash-sync.js';

/** What the invitation says if the talks changed nothing: it has to say so. */
export const UNCHANGED = '采购需求未变动。Nothing of the requirement changed.';

// Identifiers are ASCII: the order of their code units is that of their bytes.
const order = (a, b) => (a < b ? -1 : Number(a > b));
const ascending = (one, next) => order(one.bid, next.bid) || order(one.lot, next.lot);

/**
 * The body to sign.
 * @param {{tender: string, stage: string, rules: string, closesAt: number, changes: string,
 *   talks: {bid: string, lot: string, reason: string | null}[]}} told `rules` are those in force; a reason leaves out
 */
export function invitation({ tender, stage, rules, closesAt, changes, talks }) {
  const all = talks.toSorted(ascending);
  const body = {
    changes: changes.trim() || UNCHANGED,
    closes_at: closesAt,
    invited: all.filter(({ reason }) => reason === null).map(({ bid, lot }) => ({ bid, lot })),
    left_out: all.filter(({ reason }) => reason !== null).map(({ bid, lot, reason }) => ({ bid, lot, reason })),
    stage,
    tender,
  };
  return { ...body, rules: hex(sha256Sync(lp('kaibiao/rules/v1', unhex(rules, 32), spell(body)))) };
}
