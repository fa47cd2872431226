// What a review of the qualification says of each bid and item, and what follows from it (资格审查).
// Invariant: every bid of every lot is judged on every item, in the order in which the platform lists them.

/**
 * @typedef {{bid: string, item: string, lot: string, passes: boolean, reason: string}} Vote
 */

/** How many pass in each lot. @param {Vote[]} votes @returns {Map<string, number>} */
export function passing(votes) {
  const bids = new Map();
  for (const { bid, lot, passes } of votes) {
    const key = `${lot}/${bid}`;
    bids.set(key, { lot, passes: passes && (bids.get(key)?.passes ?? true) });
  }
  const lots = new Map();
  for (const { lot, passes } of bids.values()) lots.set(lot, (lots.get(lot) ?? 0) + Number(passes));
  return lots;
}

/** The lots that will not be evaluated. @param {Vote[]} votes @param {number} least */
export const short = (votes, least) => [...passing(votes)].filter(([, count]) => count < least).map(([lot]) => lot);
