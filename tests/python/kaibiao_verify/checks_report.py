"""Check 38: the evaluation report equals the log (section 8.6).

Invariant: the document is put together from the facts shown and only then compared with what the members signed.
"""

import hashlib

from .canon import spell
from .checks_award import seated
from .report import NotApplicable

ON_ITS_WAY = 60_000


def report_digest(rec, concluded):
    """SHA-256 of the report document of the result at a position (8.6), or None."""
    stream = f"evaluation/{rec.tender}"
    result = next((f for f in rec.mine("evaluation.concluded") if f.seq == concluded), None)
    if result is None:
        return None
    own = [f for f in rec.facts.values() if f.stream == stream and f.seq <= concluded]
    own = sorted((f for f in own if f.kind != "facts.disclosed"), key=lambda f: f.seq)
    rows = [
        {
            "at": f.ts,
            "body": f.signed,
            "kind": f.kind,
            "seq": f.seq,
        }
        for f in own
    ]
    candidates = [
        {
            "bids": [{name: row[name] for name in ("bid", "code", "rank")} for row in lot["ranking"][:3]],
            "lot": lot["lot"],
        }
        for lot in result.body["lots"]
        if lot["ranking"]
    ]
    document = {
        "candidates": candidates,
        "facts": rows,
        "format": "kaibiao/report/v1",
        "round": 1 + sum(f.kind == "evaluation.reopened" for f in own),
        "tender": rec.tender,
    }
    return hashlib.sha256(spell(document)).hexdigest()


def check_38(check, rec):
    """Every report equals the log, says what the seats said, and stands before the candidates."""
    assembled, completed = rec.mine("report.assembled"), rec.mine("report.completed")
    shown, ordered = rec.mine("candidates.publicised"), rec.mine("order.reevaluated")
    if not assembled and not shown and not ordered:
        raise NotApplicable("there is no evaluation report yet")
    awarded = bool(rec.mine("award.made"))
    for fact in assembled:
        _equals(check, rec, fact, awarded or bool(rec.mine("evaluation.opened")))
    done, seen = {}, set()
    for fact in completed:
        before = [f for f in assembled if f.seq < fact.seq]
        if not check.expect(before and before[-1].body["document"] == fact.body["document"], "no such report", fact.seq):
            continue
        report = before[-1]
        check.expect(report.seq not in seen, "a report is complete twice", fact.seq)
        timely = not fact.body["silent"] or fact.ts >= report.body["until"]
        check.expect(timely, "closed before its time, with seats that had not spoken", fact.seq)
        seen.add(report.seq)
        done[report.body["concluded"]] = fact.seq
        if awarded:
            _voices(check, rec, report, fact)
    for fact in shown:
        at = done.get(fact.body["evaluation"])
        check.expect(at is not None and at < fact.seq, "publicised before the report was complete", fact.seq)
    _orders(check, rec, ordered, shown)
    check.note(f"{len(assembled)} reports, {len(completed)} complete")


def _equals(check, rec, fact, disclosed):
    """A report is of the last result before it, names its round, and its document follows from the log."""
    results = [f.seq for f in rec.mine("evaluation.concluded") if f.seq < fact.seq]
    last = results[-1] if results else None
    if not check.expect(last == fact.body["concluded"], "not of the last result before it", fact.seq):
        return
    again = [f for f in rec.mine("evaluation.reopened") if f.seq < fact.seq]
    check.expect(fact.body["round"] == 1 + len(again), "the report names another round", fact.seq)
    if disclosed:
        same = report_digest(rec, fact.body["concluded"]) == fact.body["document"]
        check.expect(same, "the evaluation report is not the one that follows from the log", fact.seq)


def _voices(check, rec, report, completed):
    spoken = {}
    for fact in rec.mine("report.signed"):
        if not report.seq < fact.seq < completed.seq:
            continue
        b = fact.body
        same = all(b[name] == report.body[name] for name in ("document", "pdf"))
        check.expect(same, f"seat {b['seat']} signed another report", fact.seq)
        once = b["seat"] not in spoken and fact.ts < report.body["until"] and not ("dissent" in b and "refused" in b)
        check.expect(once, f"seat {b['seat']} spoke twice, late, or both ways", fact.seq)
        spoken[b["seat"]] = b
    expected = {
        "dissenting": sorted(seat for seat, b in spoken.items() if "dissent" in b),
        "refused": sorted(seat for seat, b in spoken.items() if "refused" in b),
        "signed": sorted(seat for seat, b in spoken.items() if "refused" not in b),
        "silent": sorted(seated(rec, completed.seq) - set(spoken)),
    }
    same = all(completed.body[name] == seats for name, seats in expected.items())
    check.expect(same, "the completion does not say what the seats said", completed.seq)


def _repeats(fact, orders):
    """Whether one of the facts is the order that this fact obeys and repeats."""
    same = ("order", "panel", "reason")
    return any(
        f.seq == fact.body["seq"] and f.seq < fact.seq and all(f.body[n] == fact.body[n] for n in same) for f in orders
    )


def _given_back(rec, order, award):
    """An order came back before there was a result, or the award was made while it was on its way."""
    own = (order.seq, order.body["order"])
    back = next((f for f in rec.mine("instruction.returned") if (f.body["seq"], f.body["order"]) == own), None)
    if back is None:
        return False
    if back.seq < award.seq:
        return all(f.seq > back.seq for f in rec.mine("evaluation.concluded"))
    return award.ts - order.ts <= ON_ITS_WAY


def _orders(check, rec, ordered, shown):
    """An order to evaluate again is obeyed by procurement, then by evaluation, before anything is awarded."""
    revoked, again = rec.mine("candidates.revoked"), rec.mine("evaluation.reopened")
    for fact in revoked:
        check.expect(_repeats(fact, ordered), "candidates were revoked without such an order", fact.seq)
    for number, fact in enumerate(again, 2):
        good = fact.body["round"] == number and _repeats(fact, revoked)
        check.expect(good, "the evaluation was done again without such an order", fact.seq)
    for fact in shown:
        last = max((f.seq for f in revoked if f.seq < fact.seq), default=-1)
        check.expect(fact.body["evaluation"] > last, "candidates of a revoked result were publicised again", fact.seq)
    for award in rec.mine("award.made")[:1]:
        for order in ordered:
            obeyed = next((f.seq for f in revoked if f.body["seq"] == order.seq), None)
            anew = obeyed is not None and any(obeyed < f.seq < award.seq for f in shown)
            good = order.seq > award.seq or anew or _given_back(rec, order, award)
            check.expect(good, f"awarded although order {order.body['order']} was not obeyed", award.seq)
