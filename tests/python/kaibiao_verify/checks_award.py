"""Checks 30 to 33 and 35: panel, sheets, arithmetic, candidates and award.

Invariant: the ranking is computed from the record's prices, the notice's
method and the revealed sheets, and only then compared.
"""

import hashlib

from . import checks_after, qualification, steps
from .arithmetic import results
from .canon import lp, spell, unhex
from .report import NotApplicable


def notice_method(rec):
    """The method of the notice, or None."""
    notices = rec.mine("tender.noticed")
    return notices[0].body["method"] if notices else None


def need_panel(rec):
    """The number of seats; NotApplicable where there is no panel to look at."""
    method = notice_method(rec)
    if method is None:
        raise NotApplicable("there is no notice yet")
    if method["panel"] == 0:
        raise NotApplicable("the method has no panel")
    if not rec.mine("panel.appointed", "call.answered", "representatives.named"):
        raise NotApplicable("the panel is not disclosed yet")
    return method["panel"]


def panel_events(rec):
    """(seq, what, seat, account) of everything that changes the panel, in order."""
    out = []
    for fact in rec.mine("panel.appointed", "representatives.named"):
        out += [(fact.seq, "filled", seat, name) for seat, name in fact.body["seats"].items()]
    calls = {(f.body["draw"], f.body["place"]): f.body for f in rec.mine("expert.called")}
    for fact in rec.mine("call.answered"):
        call = calls.get((fact.body["draw"], fact.body["place"]))
        if call is not None and fact.body["accept"]:
            out.append((fact.seq, "filled", call["seat"], call["expert"]))
    for fact in rec.mine("recusal.declared"):
        out.append((fact.seq, "vacant" if fact.body["conflicts"] else "free", fact.body["seat"], None))
    for fact in rec.mine("seat.vacated"):
        out.append((fact.seq, "vacant", fact.body["seat"], None))
    for fact in rec.mine("evaluation.reopened"):
        if fact.body["panel"] == "new":
            left = {seat for seq, what, seat, _ in out if what == "filled" and seq < fact.seq}
            out += [(fact.seq, "vacant", seat, None) for seat in left]
    return sorted(out, key=lambda event: event[:3])


def seated(rec, at):
    """The seats that were filled at a position."""
    out = set()
    for seq, what, seat, _ in panel_events(rec):
        if seq < at:
            out |= {seat} if what == "filled" else set()
            out -= {seat} if what == "vacant" else set()
    return out


def holders(rec, before=None):
    """{seat: account}: who filled each seat last before a position, or who holds it in the end."""
    out = {}
    for seq, what, seat, name in panel_events(rec):
        if before is not None and seq >= before:
            break
        if what == "filled":
            out[seat] = name
        elif what == "vacant" and before is None:
            out.pop(seat, None)
    return out


def void_until(rec, seat):
    """Position up to which a seat's sheets are void because a member was replaced."""
    events = [(f.seq, "revealed", None, None) for f in rec.mine("score.revealed")] + panel_events(rec)
    events += [(f.seq, "again", None, None) for f in rec.mine("evaluation.reopened")]
    void, shown = 0, False
    for seq, what, which, _ in sorted(events, key=lambda event: event[0]):
        if what == "revealed":
            shown = True
        elif what == "again":
            shown = False
        elif what == "vacant" and (shown or which == seat):
            void, shown = seq, False
    return void


def latest(rec, kind):
    """The facts of a kind in the last round: after the last evaluation.reopened, if there is one."""
    again = rec.mine("evaluation.reopened")
    return [f for f in rec.mine(kind) if not again or f.seq > again[-1].seq]


def in_force(rec, kind):
    """The facts of a kind in the last round that no replacement made void."""
    return [f for f in latest(rec, kind) if f.seq > void_until(rec, f.body["seat"])]


def _walk(check, rec, count):
    marks = [(f.seq, "committed", None, None) for f in rec.mine("score.committed")]
    marks += [(f.seq, "read", f.body["seat"], None) for f in rec.mine("document.opened")]
    seats = {}
    for seq, what, seat, name in sorted(panel_events(rec) + marks, key=lambda event: event[0]):
        if what == "filled":
            seats[seat] = [name, False]
        elif what == "free" and seat in seats:
            seats[seat][1] = True
        elif what == "vacant":
            seats.pop(seat, None)
        elif what == "read":
            check.expect(seat in seats and seats[seat][1], f"seat {seat} read before it was free of conflicts", seq)
        elif what == "committed":
            free = len(seats) == count and all(row[1] for row in seats.values())
            check.expect(free, "scores were committed before every seat was filled and free of conflicts", seq)
    return seats


def _smallest(rec, regime):
    """The smallest panel of a law; 0 where none speaks."""
    noticed = rec.mine("tender.noticed")[0].body
    talks = noticed["method"].get("basis") in ("negotiation", "consultation")
    yuan = [lot["estimate"]["minor"] for lot in noticed["lots"] if lot["estimate"]["currency"] == "CNY"]
    if regime == "government_procurement":
        return 3 if talks else 7 if sum(yuan) >= 1_000_000_000 else 5
    return 5 if regime == "works" else 0


def check_30(check, rec):
    count = need_panel(rec)
    seats = _walk(check, rec, count)
    check.expect(len(seats) == count, f"{len(seats)} seats, the method says {count}")
    names = [row[0] for row in seats.values()]
    check.expect(len(set(names)) == len(names), "an account holds two seats")
    for seat, (name, free) in sorted(seats.items()):
        account = rec.accounts.get(name)
        check.expect(account is not None and "expert" in account.roles, f"seat {seat}: {name} is no expert")
        check.expect(free, f"seat {seat}: {name} did not declare to be free of conflicts")
    for fact in rec.mine("recusal.declared"):
        account, seat = rec.account_of(fact), fact.body["seat"]
        held = holders(rec, fact.seq).get(seat)
        own = account is not None and held == account.name
        check.expect(own, f"seat {seat}: declared by one who does not hold it", fact.seq)
    named = {seat for fact in rec.mine("representatives.named") for seat in fact.body["seats"]}
    check.expect(3 * len(named & set(seats)) <= count, "more than a third sits for the buyer")
    registered = rec.mine("tender.registered")
    least = _smallest(rec, registered[0].body["regime"] if registered else "free")
    lawful = not least or (count >= least and count % 2 == 1)
    check.expect(lawful, f"a panel of {count}; the law asks for an odd number of at least {least}")
    for fact in rec.mine("panel.appointed")[:1]:
        lawful = not registered or registered[0].body["regime"] == "free" or fact.body.get("reason", "").strip()
        check.expect(lawful, "appointed without a draw and without a reason", fact.seq)
    check.note(f"{len(seats)} seats")


def _by_holder(check, rec, fact):
    account, seat = rec.account_of(fact), fact.body["seat"]
    held = holders(rec, fact.seq).get(seat)
    check.expect(account is not None and held == account.name, f"seat {seat}: not by its holder", fact.seq)


def check_31(check, rec):
    need_panel(rec)
    committed, revealed = in_force(rec, "score.committed"), in_force(rec, "score.revealed")
    if not committed:
        raise NotApplicable("no sheet is committed, or none disclosed")
    seen = set()
    for fact in committed:
        seat = fact.body["seat"]
        check.expect(seat not in seen, f"seat {seat} committed twice", fact.seq)
        seen.add(seat)
        _by_holder(check, rec, fact)
        if revealed:
            check.expect(fact.seq < revealed[0].seq, f"seat {seat} committed after the first reveal", fact.seq)
    check.expect(seen == set(holders(rec)), "not every seat committed")
    check.note(f"{len(seen)} commitments")


def check_32(check, rec):
    need_panel(rec)
    revealed = in_force(rec, "score.revealed")
    if not revealed:
        raise NotApplicable("no sheet is revealed, or none disclosed")
    promised = {f.body["seat"]: f.body["commitment"] for f in reversed(in_force(rec, "score.committed"))}
    seen = set()
    for fact in revealed:
        b = fact.body
        check.expect(b["seat"] not in seen, f"seat {b['seat']} revealed twice", fact.seq)
        seen.add(b["seat"])
        _by_holder(check, rec, fact)
        fields = lp("kaibiao/score/v1", rec.tender, b["seat"], unhex(b["salt"]), spell(b["sheet"]))
        same = promised.get(b["seat"]) == hashlib.sha256(fields).hexdigest()
        check.expect(same, f"seat {b['seat']}: the sheet is not the committed one", fact.seq)
    if latest(rec, "evaluation.concluded"):
        check.expect(seen == set(holders(rec)), "not every seat revealed")
    check.note(f"{len(seen)} sheets")


def expected_bids(rec):
    """{(bid, lot): (price, deviations, brand)} of the opened letters with a price."""
    out = {}
    for record in rec.mine("opening.recorded"):
        for bid in record.body["bids"]:
            for part in bid["parts"]:
                letter = part.get("letter")
                if letter is not None and "price" in letter:
                    out[bid["bid"], part["lot"]] = (letter["price"], letter.get("deviations"), letter.get("brand"))
    return out


def whole_bids(rec):
    """Of `expected_bids` those of which no part stayed closed."""
    bids = (bid for record in rec.mine("opening.recorded") for bid in record.body["bids"])
    closed = {(bid["bid"], part["lot"]) for bid in bids for part in bid["parts"] if "unopened" in part}
    return {place: said for place, said in expected_bids(rec).items() if place not in closed}


def _opened_on(check, rec, fact, codes):
    lots = {row["lot"]: row for row in rec.mine("tender.noticed")[0].body["lots"]}
    rows, expected = fact.body["bids"], whole_bids(rec)
    due = qualification.evaluated(check, rec, notice_method(rec), fact, expected)
    expected = {place: said for place, said in expected.items() if place in due}
    names = [row["code"] for row in rows]
    check.expect(names == sorted(names), "the coded bids are out of order", fact.seq)
    closed = {f.seq for f in rec.mine("opening.closed") if f.seq < fact.seq}
    check.expect(fact.body["opening"] in closed, "does not name the opening.closed of this tender", fact.seq)
    check.expect(spell(fact.body["method"]) == spell(notice_method(rec)), "the method is not the notice's", fact.seq)
    way = fact.body.get("way")
    check.expect(way in (None, steps.way_of(rec)), "the trade method is not the notice's", fact.seq)
    check.expect(len(rows) == len(expected), f"{len(rows)} coded bids, {len(expected)} were opened and passed", fact.seq)
    used = set()
    for row in rows:
        lot = lots.get(row["lot"], {})
        limits = (row.get("ceiling"), row.get("floor")) == (lot.get("ceiling"), lot.get("floor"))
        check.expect(limits and lot, f"{row['code']}: ceiling or floor are not the lot's", fact.seq)
        said = (row["price"], row.get("deviations"), row.get("brand"))
        if codes is None:
            fits = [k for k, v in expected.items() if k[1] == row["lot"] and v == said and k not in used]
            found = fits[0] if fits else None
        else:
            found = (codes.get(row["code"]), row["lot"])
            found = found if expected.get(found) == said and found not in used else None
        if check.expect(found, f"{row['code']}: not the price and deviations of an opened letter", fact.seq):
            used.add(found)


def check_33(check, rec):
    opened, concluded = rec.mine("evaluation.opened"), latest(rec, "evaluation.concluded")
    if qualification.failed(check, rec, notice_method(rec), whole_bids(rec)):
        check.expect(not opened and not concluded, "evaluated although too few passed")
        return
    if not opened:
        raise NotApplicable("the evaluation is not opened yet, or not disclosed")
    if notice_method(rec) is None:
        raise NotApplicable("there is no notice")
    changes = rec.mine("score.changed")
    once = len(opened) == 1 and len(concluded) <= 1 + len(changes)
    check.expect(once, "the evaluation is opened or concluded twice")
    drawn = rec.mine("codes.drawn")
    codes = drawn[0].body["codes"] if drawn else None
    if codes is not None:
        check.expect(len(drawn) == 1, "codes are drawn twice", drawn[0].seq)
        check.expect(set(codes) == {r["code"] for r in opened[0].body["bids"]}, "codes of other bids", drawn[0].seq)
    _opened_on(check, rec, opened[0], codes)
    if not concluded:
        check.note("the evaluation is not concluded yet")
        return
    fact, method = concluded[0], notice_method(rec)
    check.expect(opened[0].seq < fact.seq, "concluded before it was opened", fact.seq)
    sheets = {f.body["seat"]: f.body["sheet"] for f in in_force(rec, "score.revealed")}
    if codes is None or (method["panel"] and len(sheets) != method["panel"]):
        check.fail("codes or sheets are not disclosed although the evaluation is concluded", fact.seq)
        return
    rows = opened[0].body["bids"]
    for seat, sheet in sheets.items():
        wrong = sheet_problem(method, {row["code"] for row in rows}, sheet)
        check.expect(wrong is None, f"the sheet of {seat}: {wrong}", fact.seq)
    steps.extensions(check, rec, holders(rec))
    if check.failures:
        return
    for fact in concluded:
        now = steps.changed(check, rec, sheets, sheet_limits(method), fact.seq)
        given = steps.given(check, rec, method, rows, len(sheets), fact.seq)
        for mine, said in _pairs(results(method, rows, list(now.values()), codes, given), fact.body["lots"]):
            same = spell(mine) == spell(said)
            check.expect(same, f"recomputed {spell(mine).decode()}, the record says {spell(said).decode()}", fact.seq)
    check.note(f"{len(fact.body['lots'])} lots, {len(rows)} coded bids, {len(sheets)} sheets", fact.seq)


def _pairs(left, right):
    for n in range(max(len(left), len(right))):
        yield (left[n] if n < len(left) else None), (right[n] if n < len(right) else None)


def sheet_limits(method):
    """{item: highest value} of a score sheet."""
    if method["method"] == "composite":
        return {row["item"]: row["max"] for row in method["items"]}
    if method["method"] == "declared":
        return {row["item"]: row["max"] for row in method["items"] if not row["steps"]}
    return {item: 1 for item in method["must_pass"]}


def sheet_problem(method, codes, sheet):
    """None if a sheet has one value in range for every code and item."""
    limits = sheet_limits(method)
    if set(sheet) != codes:
        return "its codes are not those of the evaluation"
    for code, row in sheet.items():
        if set(row) != set(limits):
            return f"{code}: its items are not those of the method"
        for item, value in row.items():
            if not 0 <= value <= limits[item]:
                return f"{code}: {item} is {value}, out of range"
    return None


def check_35(check, rec):
    shown, awards = rec.mine("candidates.publicised"), rec.mine("award.made")
    after = checks_after.look(check, rec)
    if not shown:
        if awards:
            check.fail("an award without publicised candidates", awards[0].seq)
            return
        if after:
            return
        raise NotApplicable("no candidates are publicised yet")
    concluded = {f.seq: f for f in rec.mine("evaluation.concluded")}
    for fact in shown:
        result = concluded.get(fact.body["evaluation"])
        if check.expect(result and result.seq < fact.seq, "is not about the result of the evaluation", fact.seq):
            _candidates(check, rec, fact, result)
    check.expect(len(awards) <= 1, "the award is made twice")
    for fact in awards:
        before = [f for f in shown if f.seq < fact.seq]
        if check.expect(before, "an award before the candidates", fact.seq):
            _award(check, fact, before[-1])
    check.note(f"{len(shown[-1].body['candidates'])} candidates, {'award made' if awards else 'no award yet'}")


def _candidates(check, rec, fact, result):
    prices, entered = expected_bids(rec), {f.body["bid"]: f.body["account"] for f in rec.mine("bid.entered")}
    wanted = {}
    for lot in result.body["lots"]:
        wanted[lot["lot"]] = [
            {
                "account": entered.get(row["bid"]),
                "bid": row["bid"],
                "lot": lot["lot"],
                "price": prices.get((row["bid"], lot["lot"]), (None,))[0],
                "rank": row["rank"],
            }
            for row in lot["ranking"]
        ]
    for lot in {row["lot"] for row in fact.body["candidates"]} | {k for k, v in wanted.items() if v}:
        got = [row for row in fact.body["candidates"] if row["lot"] == lot]
        first = wanted.get(lot, [])[: len(got)]
        check.expect(got and got == first, f"lot {lot}: the candidates are not the first of the ranking", fact.seq)


def _award(check, fact, shown):
    candidates, seen = shown.body["candidates"], set()
    for row in fact.body["awards"]:
        lot = row["lot"]
        check.expect(lot not in seen, f"lot {lot} is awarded twice", fact.seq)
        seen.add(lot)
        match = [
            c
            for c in candidates
            if all(c[name] == row[name] for name in ("account", "bid", "lot", "price"))
        ]
        if not check.expect(match, f"lot {lot}: the award is to no candidate, or at another price", fact.seq):
            continue
        reasoned = bool(row.get("deviation", "").strip())
        check.expect(match[0]["rank"] == 1 or reasoned, f"lot {lot}: a lower rank without a reason", fact.seq)
    check.expect(seen == {c["lot"] for c in candidates}, "not every lot with candidates is awarded", fact.seq)
