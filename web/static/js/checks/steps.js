// What stands before a result (docs/record-format.md, 8.4): review, clarification, correction, low prices, changed
// scores, report.
// Invariant: what the platform says is computed again from what people signed, and only then believed.

const NOTHING = { corrected: {}, drawn: {}, order: [], rejected: {} };
const TESTS = ['ceiling', 'mean', 'second'];
const RULES = ['summary_over_rest', 'words_over_figures', 'displaced_unit_price', 'unit_sum_over_total'];

/** The facts of a kind before a position, in the round of that position. */
const before = (rec, kind, end) => {
  const begins = rec.mine('evaluation.reopened').findLast(({ seq }) => seq < end)?.seq ?? 0;
  return rec.mine(kind).filter(({ seq }) => seq >= begins && seq < end);
};
const alike = (left, right) => JSON.stringify(left) === JSON.stringify(right);

/** The trade method that the notice names. */
export const wayOf = (rec) => rec.mine('tender.noticed')[0]?.body.procedure?.way;

/** The flagged prices of bids that passed, in the order of code and test. */
function hits(low, rows) {
  return rows.flatMap((row) => {
    const own = BigInt(row.price.minor) * 10_000n;
    const prices = rows
      .filter((other) => other.lot === row.lot)
      .map((other) => other.price.minor)
      .sort((a, b) => a - b);
    const sum = prices.reduce((total, price) => total + BigInt(price), 0n);
    const below = {
      ceiling: row.ceiling !== undefined && own < BigInt(low.ceiling_bp) * BigInt(row.ceiling.minor),
      mean: own * BigInt(prices.length) < BigInt(low.mean_bp) * sum,
      second: prices.length > 1 && own < BigInt(low.second_bp) * BigInt(prices[1]),
    };
    return TESTS.filter((test) => below[test]).map((test) => ({ code: row.code, test }));
  });
}

const fails = (votes, code, item) =>
  votes.some((vote) => vote.code === code && vote.item === item && vote.passes === false);

/** What the panel votes on; the buyer's items are settled before the evaluation. */
const panelItems = (method) => method.review.filter(({ by }) => by === 'panel');

function review(check, rec, method, rows, closed) {
  const panel = new Map(before(rec, 'review.voted', closed.seq).map(({ body }) => [body.seat, body.votes]));
  const out = rows.flatMap(({ code }) => {
    for (const { clause, item } of panelItems(method)) {
      const against = [...panel.values()].filter((votes) => fails(votes, code, item)).length;
      const of = panel.size;
      if (2 * against > of) return [{ against, clause, code, item, of }];
    }
    return [];
  });
  const ordered = closed.body.rejected.map(({ against, clause, code, item, of }) => ({ against, clause, code, item, of }));
  check.expect(alike(out, ordered), '否决的投标与表决不符', 'the rejected bids are not those the votes reject', closed.seq);
  const gone = new Set(out.map(({ code }) => code));
  const passed = rows.filter(
    ({ ceiling, code, floor, price }) =>
      !gone.has(code) &&
      !(ceiling !== undefined && price.minor > ceiling.minor) &&
      !(floor !== undefined && price.minor < floor.minor),
  );
  const flagged = method.low_price === undefined ? [] : hits(method.low_price, passed);
  const stated = closed.body.flagged.map(({ code, test }) => ({ code, test }));
  check.expect(alike(flagged, stated), '启动审查的低价与标准不符', 'the flagged prices are not those below a line', closed.seq);
}

function judgements(check, rec, flagged, seats, end, rejected) {
  const asked = before(rec, 'clarification.asked', end);
  const returned = new Map(before(rec, 'clarification.returned', end).map((fact) => [fact.body.clarification, fact.seq]));
  const judged = new Map();
  for (const { body, seq } of before(rec, 'price.judged', end)) {
    const heard = asked.some((one) => one.body.code === body.code && (returned.get(one.body.clarification) ?? end) < seq);
    check.expect(
      heard && flagged.has(body.code),
      `${body.code}:未触发或未经说明即认定`,
      `${body.code}: judged without a hit or without an explanation`,
      seq,
    );
    if (!judged.has(body.code)) judged.set(body.code, new Map());
    judged.get(body.code).set(body.seat, body.reasonable);
  }
  for (const code of flagged) {
    const votes = [...(judged.get(code) ?? new Map()).values()];
    const all = votes.length === seats;
    check.expect(all, `${code}:低价未经全体认定`, `${code}: its low price is not judged by every seat`);
    if (2 * votes.filter((reasonable) => !reasonable).length > seats) rejected[code] = 'low_price';
  }
}

function correctedTo(body, opened) {
  let [price, last] = [opened, -1];
  for (const step of body.corrections) {
    const rule = RULES.indexOf(step.rule);
    if (price === undefined || step.before !== price || rule < last) return undefined;
    [price, last] = [step.after, rule];
  }
  return price;
}

function corrections(check, rec, rows, end, corrected, rejected) {
  const opened = new Map(rows.map((row) => [row.code, row.price.minor]));
  const asked = new Map(before(rec, 'clarification.asked', end).map(({ body }) => [body.clarification, body]));
  const answers = new Map(rec.mine('inquiry.answered').map((fact) => [fact.seq, fact.body]));
  const returned = new Map();
  for (const { body, seq } of before(rec, 'clarification.returned', end)) {
    returned.set(body.clarification, body);
    if (body.answered === undefined) continue;
    const answer = answers.get(body.answered);
    const signed = answer && ['clarification', 'confirms', 'text'].every((name) => answer[name] === body[name]);
    check.expect(signed, '返回的答复并非投标人所签', 'an answer that the bidder did not sign', seq);
  }
  if (wayOf(rec) === 'inquiry') {
    const priced = before(rec, 'clarification.asked', end).filter(({ body }) => body.price !== undefined);
    for (const { seq } of [...priced, ...before(rec, 'price.corrected', end)]) {
      check.fail('询价采购中修正了报价', 'a price is corrected in an inquiry', seq);
    }
  }
  for (const { body, seq } of before(rec, 'price.corrected', end)) {
    const price = correctedTo(body, opened.get(body.code));
    const question = asked.get(body.clarification);
    const good = price !== undefined && question?.code === body.code && question.price === price;
    check.expect(good, '修正未推得所询价格', 'the corrections do not lead to the price asked about', seq);
    if (price !== undefined && returned.get(body.clarification)?.confirms === true) corrected[body.code] = price;
    else rejected[body.code] = 'price_unconfirmed';
  }
}

/** What the arithmetic takes from the steps before a position. */
export function given(check, rec, method, rows, seats, end) {
  if (method.method !== 'declared') return NOTHING;
  const [corrected, drawn, rejected] = [{}, {}, {}];
  const closings = before(rec, 'review.closed', end);
  const closed = closings.at(-1);
  if (closed === undefined) {
    const none = panelItems(method).length === 0 && method.low_price === undefined;
    check.expect(none, '初步评审未结束', 'the review was never closed', end);
  } else {
    review(check, rec, method, rows, closed);
    const [first] = rec.mine('score.committed');
    const late = first === undefined || first.seq > closings[0].seq;
    check.expect(late, '评审结束前已承诺评分', 'scores were committed before the review was closed', closed.seq);
  }
  judgements(check, rec, new Set(closed?.body.flagged.map(({ code }) => code)), seats, end, rejected);
  corrections(check, rec, rows, end, corrected, rejected);
  for (const { code, item } of closed?.body.rejected ?? []) rejected[code] = `review:${item}`;
  for (const { body } of before(rec, 'coefficient.drawn', end)) Object.assign(drawn, body.values);
  const order = before(rec, 'tie.drawn', end).at(-1)?.body.order ?? [];
  return { corrected, drawn, order, rejected };
}

/** Seat → sheet with the changes before a position. */
export function changed(check, rec, sheets, limits, end) {
  const out = new Map([...sheets].map(([seat, sheet]) => [seat, structuredClone(sheet)]));
  for (const { body, seq } of before(rec, 'score.changed', end)) {
    for (const { code, from, item, to } of body.changes) {
      const row = out.get(body.seat)?.[code];
      const good = row?.[item] === from && to >= 0 && to <= (limits.get(item) ?? -1);
      const [zh, en] = ['更改与现值不符或越界', 'a change does not start from the value in force, or is out of range'];
      if (check.expect(good, zh, en, seq)) row[item] = to;
    }
  }
  return out;
}

/** Extensions are counted as they were asked for. */
export function extensions(check, rec, seats) {
  let start = 0;
  for (const { body, seq } of rec.mine('evaluation.extended')) {
    const own = before(rec, 'extension.asked', seq).filter((fact) => fact.seq > start);
    const asked = new Map(own.map(({ body: one }) => [one.seat, one.ms]));
    const fits = 3 * asked.size > seats.length && alike([...asked.keys()].sort(), body.seats);
    const least = Math.min(...asked.values()) === body.ms;
    check.expect(fits && least, '要求延长者未过三分之一', 'not more than a third asked for more time', seq);
    start = seq;
  }
}
