// Check 29, further draws (record format, 8.5): seats are asked for once, and a further draw only takes on those that a
// used-up order left empty.
// Invariant: as long as one of an order can still come, no other order exists for its seats.

const ENDINGS = ['call.answered', 'call.lapsed'];
const GONE = ['call.answered', 'recusal.declared', 'seat.vacated', 'evaluation.reopened'];

/** Whether every draw of experts is for seats that nobody drew for, or that a used-up order left empty. */
export function furtherDraws(check, rec, requested) {
  const asked = requested.filter(({ body }) => body.subject.for === 'experts');
  const fresh = asked.filter(({ body }) => body.subject.after === undefined);
  const named = new Set(rec.mine('panel.appointed', 'representatives.named').flatMap(({ body }) => Object.keys(body.seats)));
  const seats = fresh.reduce((sum, { body }) => sum + body.subject.seats, named.size);
  const members = rec.mine('tender.noticed')[0]?.body.method.panel ?? 0;
  const once = fresh.length === 0 || seats <= members;
  check.expect(once, '评委席位被重复抽取', 'seats of the panel were drawn for twice', fresh.at(-1)?.seq);
  for (const one of asked) if (one.body.subject.after !== undefined) usedUp(check, rec, asked, one);
}

function usedUp(check, rec, asked, { body, seq }) {
  const used = body.subject.after;
  const before = (kind) => rec.mine(kind).filter((fact) => fact.body.draw === used && fact.seq < seq);
  const [frozen] = rec.mine('pool.frozen').filter((fact) => fact.body.draw === used);
  const earlier = asked.some((other) => other.body.draw === used && other.seq < seq);
  const done = frozen !== undefined && earlier && before('draw.completed').length > 0;
  if (!check.expect(done, '补抽所接的抽取尚未完成', 'a further draw follows one that is not complete', seq)) return;
  // Until the award the calls are secret, and nothing can be said of them.
  if (rec.mine('award.made').length === 0) return;
  const called = before('expert.called');
  const ended = new Set(ENDINGS.flatMap((kind) => before(kind).map((fact) => fact.body.place)));
  const whole = called.length === frozen.body.ids.length && called.every((fact) => ended.has(fact.body.place));
  check.expect(whole, `抽取 ${used} 的次序尚未用完`, `another draw follows ${used}, whose order is not used up`, seq);
  const taken = asked
    .filter((other) => other.body.subject.after === used && other.seq < seq)
    .reduce((sum, other) => sum + other.body.subject.seats, 0);
  const empty = frozen.body.wanted - sitting(rec, called, used, seq).size - taken;
  const fits = body.subject.seats <= empty;
  check.expect(fits, '补抽席位多于空缺席位', 'a further draw is for more seats than stay empty', seq);
}

/** The seats of a draw on which somebody sits at a position. */
function sitting(rec, called, used, until) {
  const seats = new Set();
  for (const { body, kind, seq } of rec.mine(...GONE).toSorted((one, next) => one.seq - next.seq)) {
    if (seq >= until) break;
    if (kind === 'call.answered') {
      const call = body.draw === used && body.accept && called.find((fact) => fact.body.place === body.place);
      if (call) seats.add(call.body.seat);
    } else if (kind === 'evaluation.reopened') {
      if (body.panel === 'new') seats.clear();
    } else if (kind === 'seat.vacated' || body.conflicts.length > 0) {
      seats.delete(body.seat);
    }
  }
  return seats;
}
