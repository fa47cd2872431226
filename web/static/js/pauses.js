// The times for which a tender was suspended, and what they do to a deadline.
// Invariant: a deadline that was running when a suspension began is later by exactly the time suspended; one that had
// passed stays.

/**
 * @param {{kind: string, body: object, ts: number}[]} facts of one tender, in order
 * @returns {{past: [number, number][], suspended: boolean}} the times that are over, and whether one lasts
 */
export function pausesOf(facts) {
  const orders = new Set();
  const past = [];
  let since = null;
  for (const { kind, body, ts } of facts) {
    if (kind === 'tender.suspended') {
      orders.add(body.order);
      since ??= ts;
    } else if (kind === 'tender.resumed') {
      orders.delete(body.order);
      if (orders.size === 0 && since !== null) {
        past.push([since, ts]);
        since = null;
      }
    }
  }
  return { past, suspended: since !== null };
}

/** A deadline set at `from`, later by the time suspended since. */
export function prolonged(past, from, until) {
  let end = until;
  for (const [begun, ended] of past) {
    const start = Math.max(begun, from);
    if (start < end && start < ended) end += ended - start;
  }
  return end;
}
