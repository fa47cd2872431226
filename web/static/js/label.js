// The label (标签): everything an envelope is bound to, in one digest (SPEC 3).
// Invariant: an envelope opens under exactly one label; any other field means another key and a broken proof.

import { Wrong, equal, lp, u64be } from './bytes.js';
import { sha256Sync, sha512Sync } from './hash-sync.js';
import { dst } from './oracle.js';

/**
 * @typedef {object} Label
 * @property {string} tender as the notice names it
 * @property {string} lot as the notice names it
 * @property {string} part part of the bid
 * @property {Uint8Array} submission 16 random bytes, fresh for every envelope
 * @property {Uint8Array} signer SHA-256 of the Ed25519 key that signs the submission
 * @property {Uint8Array} keyId SHA-256 of the certificate of the stage's key
 * @property {number} closesAt the deadline in ms since 1970
 * @property {Uint8Array} rules 32 bytes: hash of the notice with the addenda acknowledged
 * @property {Uint8Array} blk commitment to the bidder's secret, or 32 zero bytes
 */

/** `blk` of an envelope without bidder lock. */
export const NO_LOCK = new Uint8Array(32);

const SIZES = [['submission', 16], ['signer', 32], ['keyId', 32], ['rules', 32], ['blk', 32]];

/** The nine fields in the order in which they are hashed. @param {Label} label @returns {(Uint8Array|string)[]} */
export function labelFields(label) {
  for (const [name, size] of SIZES) {
    if (label[name]?.length !== size) {
      throw new Wrong(`标签字段 ${name} 应为 ${size} 字节`, `field ${name} of the label must have ${size} bytes`);
    }
  }
  const { tender, lot, part, submission, signer, keyId, closesAt, rules, blk } = label;
  return [tender, lot, part, submission, signer, keyId, u64be(closesAt), rules, blk];
}

/** `SHA-512(DST("label") ‖ LP(nine fields))`. @param {string} suite @param {Label} label @returns {Uint8Array} */
export const labelDigest = (suite, label) => sha512Sync(dst(suite, 'label'), lp(...labelFields(label)));

/** Commitment to the bidder's secret: `SHA-256(LP(DST("bidder-lock"), submission, β))`. @returns {Uint8Array} */
export const lockOf = (suite, submission, beta) => sha256Sync(lp(dst(suite, 'bidder-lock'), submission, beta));

/** Whether β is what the label commits to: the right secret, or none where none was committed. */
export function fits(suite, label, beta) {
  const expected = beta ? lockOf(suite, label.submission, beta) : NO_LOCK;
  return equal(expected, label.blk);
}
