// The panel as its facts tell it: who filled which seat, by appointment, by name or by draw, and who left it again.
// Invariant: a sheet counts only if no replacement after it made it void.

/** Everything that changes the panel, in order: [seq, what, seat, account]. */
export function panelEvents(rec) {
  const out = [];
  for (const { body, seq } of rec.mine('panel.appointed', 'representatives.named')) {
    for (const [seat, name] of Object.entries(body.seats)) out.push([seq, 'filled', seat, name]);
  }
  const calls = new Map(rec.mine('expert.called').map(({ body }) => [`${body.draw}/${body.place}`, body]));
  for (const { body, seq } of rec.mine('call.answered')) {
    const call = calls.get(`${body.draw}/${body.place}`);
    if (call && body.accept) out.push([seq, 'filled', call.seat, call.expert]);
  }
  for (const { body, seq } of rec.mine('recusal.declared')) {
    out.push([seq, body.conflicts.length > 0 ? 'vacant' : 'free', body.seat, null]);
  }
  for (const { body, seq } of rec.mine('seat.vacated')) out.push([seq, 'vacant', body.seat, null]);
  for (const { body, seq } of rec.mine('evaluation.reopened')) {
    const left = out.filter(([at, what]) => body.panel === 'new' && what === 'filled' && at < seq).map((event) => event[2]);
    for (const seat of new Set(left)) out.push([seq, 'vacant', seat, null]);
  }
  return out.toSorted((left, right) => left[0] - right[0]);
}

/** The facts of a kind in the last round: after the last evaluation.reopened, if there is one. */
export function latest(rec, kind) {
  const again = rec.mine('evaluation.reopened').at(-1);
  return rec.mine(kind).filter(({ seq }) => again === undefined || seq > again.seq);
}

/** The seats that were filled at a position. */
export function seated(rec, at) {
  const out = new Set();
  for (const [seq, what, seat] of panelEvents(rec)) {
    if (seq < at && what === 'filled') out.add(seat);
    else if (seq < at && what === 'vacant') out.delete(seat);
  }
  return out;
}

/** seat → account: who filled each seat last before a position, or who holds it in the end. */
export function holders(rec, before = Infinity) {
  const out = new Map();
  for (const [seq, what, seat, name] of panelEvents(rec)) {
    if (seq >= before) break;
    if (what === 'filled') out.set(seat, name);
    else if (what === 'vacant' && before === Infinity) out.delete(seat);
  }
  return out;
}

function voidUntil(rec, seat) {
  const shown = rec.mine('score.revealed').map(({ seq }) => [seq, 'revealed', null, null]);
  const again = rec.mine('evaluation.reopened').map(({ seq }) => [seq, 'again', null, null]);
  const events = [...shown, ...panelEvents(rec), ...again].toSorted((left, right) => left[0] - right[0]);
  let [until, revealed] = [-1, false];
  for (const [seq, what, which] of events) {
    if (what === 'revealed') revealed = true;
    else if (what === 'again') revealed = false;
    else if (what === 'vacant' && (revealed || which === seat)) [until, revealed] = [seq, false];
  }
  return until;
}

/** The facts of a kind in the last round, with a seat each, that no replacement made void. */
export const inForce = (rec, kind) => latest(rec, kind).filter((fact) => fact.seq > voidUntil(rec, fact.body.seat));

/** Walks through the panel's history; seat → {name, free} at its end. */
export function walk(check, rec, needed) {
  const marks = [
    ...rec.mine('score.committed').map(({ seq }) => [seq, 'committed', null, null]),
    ...rec.mine('document.opened').map(({ seq, body }) => [seq, 'read', body.seat, null]),
  ];
  const seats = new Map();
  for (const [seq, what, seat, name] of [...panelEvents(rec), ...marks].toSorted((left, right) => left[0] - right[0])) {
    if (what === 'filled') seats.set(seat, { name, free: false });
    else if (what === 'free' && seats.has(seat)) seats.get(seat).free = true;
    else if (what === 'vacant') seats.delete(seat);
    else if (what === 'read') {
      const may = seats.get(seat)?.free === true;
      check.expect(may, `席位 ${seat} 在声明无利害关系之前查阅`, `seat ${seat} read before it was free of conflicts`, seq);
    } else if (what === 'committed') {
      const ready = seats.size === needed && [...seats.values()].every((held) => held.free);
      const en = 'scores were committed before every seat was filled and free of conflicts';
      check.expect(ready, '席位未满或未全部声明无利害关系即提交评分承诺', en, seq);
    }
  }
  return seats;
}
