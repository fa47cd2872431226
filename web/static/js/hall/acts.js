// Acts in the hall: a bidder unlocks, objects and signs the record; the buyer answers objections.
// Invariant: a secret is given, and a record signed, only for what the log proves; a given secret is given for ever.

import { act, receipts } from '../act.js';
import { getJson } from '../api.js';
import { Wrong, equal, hex, random, unhex } from '../bytes.js';
import { proven, provenHistory } from '../proven.js';
import { openReceipt } from '../receipt.js';

const stop = (zh, en) => {
  throw new Wrong(zh, en);
};

/** The caller's own bid in a tender; null if there is none. @returns {Promise<{bid: string}|null>} */
export async function ownBid(tender) {
  const mine = await getJson(`/api/tenders/${encodeURIComponent(tender)}/bids/mine`);
  return mine.bid ? mine : null;
}

/** The greatest revision that receipts of this browser prove. */
async function keptRevision(trust, bid) {
  let revision = 0;
  for (const { receipt } of await receipts(trust)) {
    const { fact } = await openReceipt(receipt, trust.origin, trust.logKey);
    if (fact?.kind === 'bid.submitted' && fact.body.bid === bid) revision = Math.max(revision, fact.body.revision);
  }
  return revision;
}

/**
 * Gives the bidder's own secrets of a stage (投标人解密), after the deadline by this machine's clock, for the envelopes
 * of the revision handed in last and for no other.
 * @param {{trust: import('../trust.js').Trust, keyring: import('../keyring.js').Keyring, tender: string, stage: string,
 *   bid: string, now: number}} what
 */
export async function unlock({ trust, keyring, tender, stage, bid, now }) {
  const key = await keyring.bid(bid);
  const facts = await provenHistory(trust, `/api/tenders/${encodeURIComponent(tender)}`, `tender/${tender}`);
  const closed = facts.findLast(({ kind }) => kind === 'tender.closed');
  const frozen = facts.find(({ kind, body }) => kind === 'list.frozen' && body.stage === stage);
  if (!closed || !frozen) stop('名单尚未形成', 'the list is not frozen yet');
  if (now < closed.body.closes_at) {
    stop('按本机时钟截止时间未到:此时任何人都无权索要解密密钥', "by this machine's clock the deadline has not come: nobody may ask for a secret now");
  }
  const kept = await keptRevision(trust, bid);
  const own = frozen.body.envelopes.filter((listed) => listed.bid === bid);
  if (own.length === 0) stop(`名单上没有投标 ${bid} 的信封`, `no envelope of ${bid} stands on the list`);
  for (const { seq, submission } of own) {
    const fact = facts.find((one) => one.seq === seq && one.kind === 'bid.submitted');
    const isOwn = fact?.key && equal(fact.key, key.publicKey) && fact.body.revision >= kept;
    const isLast = facts.every((one) => one.kind !== 'bid.submitted' || one.body.bid !== bid || one.seq <= seq);
    if (!isOwn || !isLast || !fact.body.envelopes.some((one) => one.submission === submission)) {
      stop(
        `名单上的信封 ${submission} 不是您最后递交的一版:请勿解密,请凭回执提出名单争议`,
        `the list names envelope ${submission}, which is not of the revision handed in last: do not unlock, dispute the list with the receipt`,
      );
    }
  }
  const keys = [];
  for (const { submission } of own) keys.push({ beta: hex(await keyring.lock(bid, unhex(submission, 16))), submission });
  return act({ stream: `tender/${tender}`, kind: 'bid.unlocked', body: { bid, keys, stage, tender } }, key, { trust });
}

/** Signs the record of a stage as the log has it. */
export async function confirm({ trust, keyring, tender, stage, bid, record }) {
  const key = await keyring.bid(bid);
  const [fact] = await proven(trust, [record]);
  const fits = fact.kind === 'opening.recorded' && fact.stream === `tender/${tender}` && fact.body.stage === stage;
  if (!fits) stop(`第 ${record} 条不是该阶段的开标记录`, `entry ${record} is not the opening record of this stage`);
  const body = { bid, record, stage, tender };
  return act({ stream: `tender/${tender}`, kind: 'opening.confirmed', body }, key, { trust });
}

/** Objects on the spot (条例44). */
export async function object({ trust, keyring, tender, stage, bid, text }) {
  const key = await keyring.bid(bid);
  const body = { bid, objection: `objection-${hex(random(8))}`, stage, tender, text };
  return act({ stream: `tender/${tender}`, kind: 'opening.objected', body }, key, { trust });
}

/** Answers an objection on the spot, as the buyer or the agent. */
export async function reply({ trust, keyring, tender, account, objection, text }) {
  const key = await keyring.account(account);
  const body = { objection, tender, text };
  return act({ stream: `tender/${tender}`, kind: 'opening.replied', body }, key, { trust });
}
