// The buyer's review of the qualification (docs/record-format.md, 8.8): who comes before the panel.
// Invariant: who is out follows from the buyer's votes; what the evaluation was told of it is only compared.

const alike = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const row = ({ bid, clause, item, lot, reason }) => ({ bid, clause, item, lot, reason });
/** By lot, then by bid; places are keyed `bid/lot`. */
const inOrder = (a, b) => (a.lot === b.lot ? Number(a.bid > b.bid) - Number(a.bid < b.bid) : a.lot < b.lot ? -1 : 1);
const placeOf = (key) => ({ bid: key.slice(0, key.lastIndexOf('/')), lot: key.slice(key.lastIndexOf('/') + 1) });

const buyersItems = (method) => (method?.review ?? []).filter(({ by }) => by === 'buyer');

function outBy(check, rec, items, { body, seq }, readOut) {
  const places = [...readOut].map(placeOf).sort(inOrder);
  const wanted = places.flatMap(({ bid, lot }) => items.map(({ item }) => [lot, bid, item]));
  const said = body.votes.map(({ bid, item, lot }) => [lot, bid, item]);
  const reasoned = body.votes.every(({ passes, reason }) => passes === (reason.trim() === ''));
  check.expect(alike(wanted, said) && reasoned, '并非逐项判定或缺少理由', 'not every opened bid is judged on every item, with reasons', seq);
  const closed = rec.mine('opening.closed').at(-1);
  check.expect(closed !== undefined && closed.seq < seq, '开标结束前审查资格', 'reviewed before the opening was over', seq);
  const out = new Map();
  for (const { bid, item, lot, passes, reason } of body.votes) {
    const clause = items.find((one) => one.item === item)?.clause ?? '';
    if (!passes && !out.has(`${bid}/${lot}`)) out.set(`${bid}/${lot}`, row({ bid, clause, item, lot, reason }));
  }
  return [...out.values()].sort(inOrder);
}

function enough(rec, readOut, out) {
  const gone = new Set(out.map(({ bid, lot }) => `${bid}/${lot}`));
  const left = [...readOut].filter((key) => !gone.has(key));
  const least = rec.mine('tender.noticed')[0].body.min_bidders;
  const count = (lot) => left.filter((key) => placeOf(key).lot === lot).length;
  return new Set(left.filter((key) => count(placeOf(key).lot) >= least));
}

/** The places that belong into an evaluation, of those opened. @returns {Set<string>} */
export function evaluated(check, rec, method, opened, readOut) {
  const items = buyersItems(method);
  const [told, ...more] = rec.mine('qualification.reviewed');
  const { qualification: named, unqualified = [] } = opened.body;
  const say = (good, zh, en) => check.expect(good, zh, en, opened.seq);
  if (items.length === 0) {
    const none = told === undefined && named === undefined && unqualified.length === 0;
    say(none, '办法未规定的资格审查', 'a review that the method does not know');
    return new Set(readOut);
  }
  say(named !== undefined && more.length === 0, '未经资格审查或重复审查', "opened without the buyer's review, or after two");
  if (told === undefined) {
    say(rec.mine('award.made').length === 0, '已定标,资格审查未公开', 'the award is made, the review is not shown');
    return enough(rec, readOut, unqualified);
  }
  say(named === told.seq, '所依据的审查不符', 'the evaluation rests on another review');
  const out = outBy(check, rec, items, told, readOut);
  say(alike(out, unqualified.map(row)), '不合格者与所载不符', 'those who did not pass are not those named');
  return enough(rec, readOut, out);
}

/** Whether the tender failed because too few passed; then it is checked that it had to. */
export function failed(check, rec, method, readOut) {
  const end = rec.mine('tender.failed').find(({ body }) => body.cause === 'too_few_qualified');
  if (end === undefined) return false;
  const [told] = rec.mine('qualification.reviewed');
  const { seq } = end;
  if (check.expect(told !== undefined, '流标而资格审查未公开', 'failed for too few qualified, the review is not shown', seq)) {
    const out = outBy(check, rec, buyersItems(method), told, readOut);
    const none = enough(rec, readOut, out).size === 0;
    check.expect(none, '有标段合格者足数却流标', 'failed though enough passed in a lot', seq);
    check.note(`${out.length} 项不合格,未评标`, `${out.length} did not pass; nothing was evaluated`, seq);
  }
  return true;
}
