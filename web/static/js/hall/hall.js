// An opening (开标) as its public facts tell it.
// Invariant: a pure function of the set of facts: in whatever pieces they came, replayed or live, once or twice, the
// same facts give the same hall.

/**
 * A public fact as the API shows it.
 * @typedef {{seq: number, at: number, kind: string, body: any}} Told
 * Where something stands in the log.
 * @typedef {{seq: number, at: number}} Placed
 *
 * One stage.
 * @typedef {object} Stage
 * @property {string} stage
 * @property {string[]} parts
 * @property {{ceremony: string, slot: number, key_id: string}|null} key
 * @property {(Placed & {body: any})|null} frozen @property {(Placed & {body: any})|null} settled
 * @property {(Placed & {body: any})|null} recorded @property {(Placed & {body: any})|null} failed
 * @property {Placed|null} closed
 * @property {Map<string, Placed>} unlocked by submission
 * @property {(Placed & {bid: string, text: string})[]} disputes
 * @property {Map<number, Placed & {body: any}>} shares the batch that counts, by index
 * @property {Map<number, Placed & {reason: string}>} faulted @property {Map<number, Placed>} absent
 * @property {(Placed & {id: string, bid: string, text: string, reply: (Placed & {text: string})|null})[]} objections
 * @property {Map<string, Placed>} confirmed by bid
 *
 * @typedef {object} Hall
 * @property {string} tender @property {string} title @property {string} buyer @property {string|null} agent
 * @property {boolean} locked whether bidders unlock @property {number|null} closesAt
 * @property {Placed|null} closed
 * @property {boolean} suspended
 * @property {{zh: string, en: string}|null} end why nothing more comes
 * @property {Stage[]} stages those of the notice, in its order
 * @property {Map<string, {account: string|null, name: string|null}>} bids what is public of a bid by now
 * @property {Map<string, {lot: string, part: string}>} envelopes by submission
 * @property {Map<string, string>} proved day of the last readiness proof, by `<key id>/<index>`
 */

const placed = ({ seq, at }) => ({ seq, at });
const whole = ({ seq, at, body }) => ({ seq, at, body });

const freshStage = (stage, parts) => ({
  stage, parts, key: null, frozen: null, settled: null, recorded: null, failed: null, closed: null,
  unlocked: new Map(), disputes: [], shares: new Map(), faulted: new Map(), absent: new Map(), objections: [],
  confirmed: new Map(),
}); // prettier-ignore

const ENDS = {
  too_few_bidders: ['投标人不足,流标', 'Too few bidders: the tender failed'],
  too_few_qualified: ['合格投标人不足,流标', 'Too few qualified bidders: the tender failed'],
  no_valid_bid: ['没有有效投标,流标', 'No valid bid: the tender failed'],
  cannot_open: ['无法开启,流标', 'It could not be opened: the tender failed'],
};

function ofBid(hall, bid) {
  if (!hall.bids.has(bid)) hall.bids.set(bid, { account: null, name: null });
  return hall.bids.get(bid);
}

/** Kinds that belong to a stage: what each changes. */
const AT_STAGE = {
  'key.assigned': (stage, { body }) => {
    const { ceremony, slot, key_id } = body;
    stage.key = { ceremony, slot, key_id };
  },
  'list.frozen': (stage, fact) => (stage.frozen ??= whole(fact)),
  'list.disputed': (stage, fact) => stage.disputes.push({ ...placed(fact), bid: fact.body.bid, text: fact.body.text }),
  'bid.unlocked': (stage, fact) => {
    for (const { submission } of fact.body.keys) {
      if (!stage.unlocked.has(submission)) stage.unlocked.set(submission, placed(fact));
    }
  },
  'list.settled': (stage, fact) => (stage.settled ??= whole(fact)),
  'share.given': (stage, fact) => {
    stage.shares.set(fact.body.index, whole(fact));
    stage.absent.delete(fact.body.index);
  },
  'share.faulted': (stage, fact) => {
    const { index, reason, seq } = fact.body;
    stage.faulted.set(index, { ...placed(fact), reason });
    if (stage.shares.get(index)?.seq === seq) stage.shares.delete(index);
  },
  'custodian.absent': (stage, fact) => stage.absent.set(fact.body.index, placed(fact)),
  'opening.failed': (stage, fact) => (stage.failed ??= whole(fact)),
  'opening.recorded': (stage, fact, hall) => {
    stage.recorded ??= whole(fact);
    for (const { account, bid, parts } of fact.body.bids) {
      const letter = parts.find((part) => part.letter)?.letter;
      const known = ofBid(hall, bid);
      known.account = account;
      known.name = letter?.name ?? known.name;
      for (const { submission, lot, part } of parts) hall.envelopes.set(submission, { lot, part });
    }
  },
  'opening.objected': (stage, fact) => {
    const { objection: id, bid, text } = fact.body;
    stage.objections.push({ ...placed(fact), id, bid, text, reply: null });
  },
  'opening.confirmed': (stage, fact) => stage.confirmed.set(fact.body.bid, placed(fact)),
  'opening.closed': (stage, fact) => (stage.closed ??= placed(fact)),
};

const OF_TENDER = {
  'tender.registered': (hall, { body }) => {
    Object.assign(hall, { tender: body.tender, title: body.title, buyer: body.buyer, agent: body.agent ?? null });
  },
  'tender.noticed': (hall, { body }) => {
    Object.assign(hall, { title: body.title, closesAt: body.closes_at, locked: body.opening.bidder_lock });
    const known = new Map(hall.stages.map((stage) => [stage.stage, stage]));
    hall.stages = body.stages.map(({ stage, parts }) => {
      const own = known.get(stage) ?? freshStage(stage, []);
      return Object.assign(own, { parts: parts.map(({ part }) => part) });
    });
  },
  'tender.amended': (hall, { body }) => (hall.closesAt = body.closes_at),
  'tender.closed': (hall, fact) => {
    hall.closed = placed(fact);
    hall.closesAt = fact.body.closes_at;
  },
  // After a deadline that the platform was down over, bids come in again.
  'deadline.extended': (hall, fact) => {
    hall.closed = null;
    hall.closesAt = fact.body.closes_at;
  },
  'tender.suspended': (hall, { body }) => hall.orders.add(body.order),
  'tender.resumed': (hall, { body }) => hall.orders.delete(body.order),
  'tender.failed': (hall, { body }) => {
    const [zh, en] = ENDS[body.cause] ?? ['流标', 'The tender failed'];
    hall.end = { zh: `${zh}(${body.basis})`, en: `${en} (${body.basis})` };
  },
  'tender.terminated': (hall) => (hall.end = { zh: '招标人终止招标', en: 'The buyer ended the tender' }),
  'key.proved': (hall, { body }) => hall.proved.set(`${body.key_id}/${body.index}`, body.date),
  'bid.entered': (hall, { body }) => (ofBid(hall, body.bid).account = body.account ?? null),
  'bid.submitted': (hall, { body }) => {
    ofBid(hall, body.bid);
    for (const { submission, lot, part } of body.envelopes) hall.envelopes.set(submission, { lot, part });
  },
  'opening.replied': (hall, fact) => {
    const { objection, text } = fact.body;
    const asked = hall.stages.flatMap((stage) => stage.objections).find(({ id }) => id === objection);
    if (asked) asked.reply ??= { ...placed(fact), text };
  },
};

/**
 * The hall that these facts give.
 * @param {Iterable<Told>} facts in any order, any of them more than once
 * @returns {Hall}
 */
export function hallOf(facts) {
  const bySeq = new Map();
  for (const fact of facts) bySeq.set(fact.seq, fact);
  const hall = {
    tender: '', title: '', buyer: '', agent: null, locked: false, closesAt: null, closed: null, end: null, stages: [],
    bids: new Map(), envelopes: new Map(), proved: new Map(), orders: new Set(),
  }; // prettier-ignore
  for (const seq of [...bySeq.keys()].sort((a, b) => a - b)) {
    const fact = bySeq.get(seq);
    OF_TENDER[fact.kind]?.(hall, fact);
    const change = AT_STAGE[fact.kind];
    if (!change) continue;
    let stage = hall.stages.find((one) => one.stage === fact.body.stage);
    if (!stage) hall.stages.push((stage = freshStage(fact.body.stage, [])));
    change(stage, fact, hall);
  }
  const { orders, ...told } = hall;
  return { ...told, suspended: orders.size > 0 };
}

/** The stage that is on, or the last that was: the one to look at first. @param {Hall} hall @returns {Stage|null} */
export function currentStage({ stages }) {
  const begun = stages.filter((stage) => stage.frozen);
  return begun.find((stage) => !stage.closed && !stage.failed) ?? begun.at(-1) ?? null;
}

/**
 * The states of the envelopes of a stage, in the order of the list.
 * `locked`: waits for its bidder; `unlocked`: waits for the list to be settled; `listed`: the same without a lock;
 * `out`: off the list, with the cause; `shares`: waits for shares; `opening`: enough shares came; `opened`; `shut`:
 * stays closed, with the cause.
 * @param {Hall} hall @param {Stage} stage @param {number|null} k shares needed; null where not known yet
 * @returns {{bid: string, submission: string, lot: string, part: string, state: string, cause: string|null,
 *   evidence: string|null, letter: object|null}[]}
 */
export function envelopesOf(hall, stage, k) {
  const { frozen, settled, recorded, failed } = stage;
  if (!frozen) return [];
  const parts = new Map();
  for (const bid of recorded?.body.bids ?? []) for (const part of bid.parts) parts.set(part.submission, part);
  const excluded = new Map((settled?.body.excluded ?? []).map((one) => [one.submission, one]));
  const enough = k !== null && stage.shares.size >= k;
  return frozen.body.envelopes.map(({ bid, submission }) => {
    const { lot = '', part = '' } = hall.envelopes.get(submission) ?? {};
    const row = { bid, submission, lot, part, state: 'listed', cause: null, evidence: null, letter: null };
    const opened = parts.get(submission);
    const out = excluded.get(submission) ?? opened?.unopened ?? null;
    if (out) return { ...row, state: opened ? 'shut' : 'out', cause: out.cause, evidence: out.evidence };
    if (opened) return { ...row, state: 'opened', letter: opened.letter ?? null };
    if (failed) return { ...row, state: 'shut', cause: failed.body.cause };
    if (settled) return { ...row, state: enough ? 'opening' : 'shares' };
    if (!hall.locked) return row;
    return { ...row, state: stage.unlocked.has(submission) ? 'unlocked' : 'locked' };
  });
}

/**
 * The steps of a stage: which are done, which is on, and until when.
 * @param {Hall} hall @param {Stage} stage @param {number|null} k
 * @returns {{name: 'closed'|'list'|'unlock'|'shares'|'record'|'objections'|'ended', state: 'done'|'now'|'ahead',
 *   at: number|null, until: number|null}[]}
 */
export function stepsOf(hall, stage, k) {
  const { frozen, settled, recorded, failed, closed } = stage;
  const enough = (k !== null && stage.shares.size >= k) || recorded !== null;
  const steps = [
    { name: 'closed', done: hall.closed, until: hall.closesAt },
    { name: 'list', done: frozen, until: null },
    { name: 'unlock', done: settled, until: frozen?.body.until ?? null },
    { name: 'shares', done: enough || failed ? settled : null, until: settled?.body.until ?? null, at: null },
    { name: 'record', done: recorded ?? failed, until: null },
    { name: 'objections', done: closed ?? failed, until: recorded?.body.until ?? null },
    { name: 'ended', done: closed ?? failed, until: null },
  ];
  const on = steps.findIndex(({ done }) => !done);
  return steps.map(({ name, done, until, at }, place) => ({
    name,
    state: done ? 'done' : place === on ? 'now' : 'ahead',
    at: done && at !== null ? done.at : null,
    until: place === on ? until : null,
  }));
}

/** What one custodian has done in a stage. @returns {'given'|'faulted'|'absent'|'awaited'|'unneeded'|'ahead'} */
export function shareState({ settled, shares, faulted, absent, recorded, failed }, index) {
  if (shares.has(index)) return 'given';
  if (faulted.has(index)) return 'faulted';
  if (absent.has(index)) return 'absent';
  if (recorded) return 'unneeded';
  if (failed) return 'absent';
  return settled ? 'awaited' : 'ahead';
}
