"""Trade methods (section 12): the table, the calendar, and what a notice may not do; check 39.

Invariant: `faults` depends on the notice, the regime, the instant of the notice and the calendar alone.
"""

from .days import CHINA, KNOWN, day_of
from .report import NotApplicable

# way | regime | documents | tendering | addendum | publicity | bidders least, excepted, most | panel least, more from, more | price | bases
ROWS = """
tendering | works | 5 d | 20 d | 15 d | 3 d | 3 - - | 5 - - | once | lowest_evaluated composite
open_tendering | government_procurement | 5 w | 20 d | 15 d | 1 d | 3 - - | 5 1000000000 7 | once | lowest_price low_price_score
consultation | government_procurement | 5 w | 10 d | 5 d | 1 d | 3 2 - | 3 - - | final | consultation
negotiation | government_procurement | 0 d | 3 w | 3 w | 1 d | 3 2 - | 3 threshold 5 | final | negotiation
inquiry | government_procurement | 0 d | 3 w | 3 w | 1 d | 3 - - | 3 threshold 5 | unchangeable | negotiation
single_source | government_procurement | 0 d | 0 d | 0 d | 1 d | 1 - 1 | 3 - - | negotiated | negotiation
comparison | free | 0 d | 0 d | 0 d | 0 d | 1 - - | 0 - - | flow | lowest_evaluated composite notice
"""
OPEN_TENDERING = {"works": 400_000_000, "goods": 200_000_000, "services": 200_000_000}
MUST_TENDER = {"works": 400_000_000, "goods": 200_000_000, "services": 100_000_000}
FLOW = ("notice", "documents", "clarification", "quotes", "opening", "final_quotes", "comparison", "publicity", "award")
NEEDED = {"notice", "quotes", "opening", "comparison", "award"}
TALKS = ("consultation", "negotiation", "inquiry", "single_source")
LONGEST = 366


def _period(text):
    number, unit = text.split()
    return int(number), unit


def _figures(text):
    return [None if part == "-" else part if part == "threshold" else int(part) for part in text.split()]


class Row:
    """One row of the table."""

    def __init__(self, line):
        way, regime, documents, tendering, addendum, publicity, bidders, panel, price, bases = line.split(" | ")
        self.way, self.regime, self.price, self.bases = way, regime, price, bases.split()
        self.documents, self.tendering = _period(documents), _period(tendering)
        self.addendum, self.publicity = _period(addendum), _period(publicity)
        self.least, self.excepted, self.most = _figures(bidders)
        self.panel, self.more_from, self.more = _figures(panel)

    def period(self, name, said):
        """(number, unit) of documents, tendering, addendum or publicity; the flow of a comparison sets its own."""
        number, unit = getattr(self, name)
        if self.way == "comparison" and "flow" in said:
            number = min(said["flow"][f"{name}_days"], LONGEST)
        return number, unit


TABLE = {row.way: row for row in (Row(line) for line in ROWS.strip().split("\n"))}


def addendum_due(notice, ts):
    """The first China day on which the deadline may be after a substantive addendum at `ts`; None if none is named."""
    said = notice.get("procedure")
    if said is None:
        return None
    number, unit = TABLE[said["way"]].period("addendum", said)
    # By the calendar that asks for the least: the one it was admitted by is not in it.
    return min(calendar.reached(day_of(ts), number, unit) for calendar in KNOWN)


def _estimates(notice):
    return sum(lot["estimate"]["minor"] for lot in notice["lots"] if lot["estimate"]["currency"] == "CNY")


def _reaches(notice, amounts):
    category = notice["method"].get("category")
    return category is not None and _estimates(notice) >= amounts[category]


def _stated(said, name):
    return bool(said.get(name, "").strip())


def faults(notice, regime, ts, calendar=CHINA):
    """What is wrong with a notice of that instant: the codes of section 12.2."""
    said = notice.get("procedure")
    if said is None:
        return ["procedure.unnamed"] if any(stage.get("invited") for stage in notice["stages"]) else []
    row, found = TABLE[said["way"]], []
    if row.regime != regime:
        found.append("procedure.regime")
    start = day_of(max(notice["documents_from"], ts))
    for name, end, code in (("documents", "documents_until", "documents_short"), ("tendering", "closes_at", "tendering_short")):
        number, unit = row.period(name, said)
        if number and calendar.reached(start, number, unit) > day_of(notice[end]):
            found.append(f"procedure.{code}")
    if notice["publicity_days"] < row.period("publicity", said)[0]:
        found.append("procedure.publicity_short")
    found += _bidders(notice, row, said) + _stages(notice, row, said) + _method(notice, row)
    if row.way in TALKS:
        if any(not _budgeted(lot) for lot in notice["lots"]):
            found.append("procedure.ceiling")
        if _reaches(notice, OPEN_TENDERING) and not _stated(said, "approval"):
            found.append("procedure.approval_missing")
    return found + _single(notice, said, ts, calendar) + _flow(notice, said)


def _budgeted(lot):
    ceiling, estimate = lot.get("ceiling"), lot["estimate"]
    return ceiling is not None and ceiling["currency"] == estimate["currency"] and ceiling["minor"] <= estimate["minor"]


def _bidders(notice, row, said):
    given = notice["min_bidders"]
    if row.most is not None and given > row.most:
        return ["procedure.bidders"]
    if given >= row.least:
        return []
    if row.excepted is None or given < row.excepted:
        return ["procedure.bidders"]
    return [] if _stated(said, "ground") else ["procedure.ground_missing"]


def _stages(notice, row, said):
    stages = notice["stages"]
    places = [place for place, stage in enumerate(stages) if stage.get("invited")]
    wanted = {"once": (0,), "unchangeable": (0,), "final": (1,), "negotiated": (0, 1)}
    if row.price == "flow":
        allowed = (int("final_quotes" in said.get("flow", {}).get("steps", ())),)
    else:
        allowed = wanted[row.price]
    placed = all(place == len(stages) - 1 and place > 0 for place in places)
    return [] if placed and len(places) in allowed else ["procedure.stages"]


def _method(notice, row):
    method, found = notice["method"], []
    declared = method["method"] == "declared"
    if (method["basis"] if declared else method["method"]) not in row.bases:
        found.append("procedure.method")
    least = row.panel
    large = _reaches(notice, OPEN_TENDERING) if row.more_from == "threshold" else None
    if large is None:
        large = row.more_from is not None and _estimates(notice) >= row.more_from
    least = row.more if large else least
    if method["panel"] < least or (method["panel"] > 0 and method["panel"] % 2 == 0):
        found.append("procedure.panel")
    if not declared:
        return found
    needed = min(row.least, notice["min_bidders"])
    if row.regime == "government_procurement" and method["min_valid"] < needed:
        found.append("procedure.min_valid")
    ties = [tie["by"] for tie in method["ties"]]
    if "drawn" in ties:
        place = ties.index("drawn")
        priced = method["price"]["rule"] == "order" or bool({"evaluated", "price"} & set(ties[:place]))
        if place != len(ties) - 1 or not priced:
            found.append("procedure.drawn")
    return found


def _single(notice, said, ts, calendar):
    if said["way"] != "single_source":
        return ["procedure.supplier"] if "supplier" in said or "shown" in said else []
    found = []
    if "supplier" not in said or not _stated(said, "ground"):
        found.append("procedure.supplier")
    shown = said.get("shown")
    enough = shown is not None and shown["until"] <= ts
    enough = enough and calendar.reached(day_of(shown["from"]), 5, "w") <= day_of(shown["until"])
    if _reaches(notice, OPEN_TENDERING) and not enough:
        found.append("procedure.shown_short")
    return found


def _flow(notice, said):
    flow = said.get("flow")
    if flow is None or said["way"] != "comparison":
        return ["procedure.flow"] if (flow is None) == (said["way"] == "comparison") else []
    found, places = [], [FLOW.index(step) for step in flow["steps"]]
    whole = places == sorted(set(places)) and NEEDED <= set(flow["steps"]) and bool(flow["rule"].strip())
    if not whole or ("publicity" in flow["steps"]) != (flow["publicity_days"] > 0):
        found.append("procedure.flow")
    if "category" not in notice["method"] or _reaches(notice, MUST_TENDER):
        found.append("procedure.must_tender")
    return found


def check_39(check, rec, rules):
    """The notice keeps to the trade method that it names, and a single source is who it names."""
    if rules.notice is None:
        raise NotApplicable("there is no notice yet")
    notice = rules.notice.body
    registered = rec.mine("tender.registered")
    regime = registered[0].body["regime"] if registered else "free"
    # The calendar that the notice was admitted by is not in it: it is at fault only if it is so by every one.
    each = [(faults(notice, regime, rules.notice.ts, calendar), calendar) for calendar in reversed(KNOWN)]
    wrong, calendar = min(each, key=lambda one: len(one[0]))
    said = notice.get("procedure")
    if said is None and not wrong:
        raise NotApplicable("the notice names no trade method")
    for code in wrong:
        check.fail(f"the notice leaves its trade method: {code}", rules.notice.seq)
    supplier = said.get("supplier") if said is not None else None
    for fact in rec.mine("bid.entered") if supplier is not None else []:
        check.expect(fact.body["account"] == supplier, f"{fact.body['account']} is not the single source", fact.seq)
    for fact in rules.invited:
        _invitation(check, rec, rules, fact)
    check.note(f"{said['way'] if said else 'no trade method'}; working days by {calendar.version}", rules.notice.seq)


def _invitation(check, rec, rules, fact):
    """One invitation to final quotes: in its turn, everybody opened named once, its deadline waited for."""
    body, stages = fact.body, rules.stages()
    places = [n for n, stage in enumerate(stages) if stage["stage"] == body["stage"] and stage.get("invited") and n]
    once = sum(other.body["stage"] == body["stage"] and other.seq <= fact.seq for other in rules.invited) == 1
    if not check.expect(places and once, "an invitation to no stage for final quotes, or a second one", fact.seq):
        return
    before = stages[places[0] - 1]["stage"]
    over = [f.seq for f in rec.mine("opening.closed") if f.body["stage"] == before]
    check.expect(over and over[0] < fact.seq, "invited before the opening was over", fact.seq)
    check.expect(body["closes_at"] > fact.ts, "the deadline of the final quotes is past", fact.seq)
    whole, shut = set(), set()
    for record in rec.mine("opening.recorded"):
        for bid in record.body["bids"] if record.body["stage"] == before else []:
            for part in bid["parts"]:
                (shut if "unopened" in part else whole).add((bid["bid"], part["lot"]))
    named = [(row["bid"], row["lot"]) for row in body["invited"] + body["left_out"]]
    exact = len(named) == len(set(named)) and set(named) == whole - shut
    check.expect(exact, "those invited and left out are not exactly the bids that were opened", fact.seq)
    check.expect(all(row["reason"].strip() for row in body["left_out"]), "left out without a reason", fact.seq)
    for listed in rec.mine("list.frozen"):
        if listed.body["stage"] == body["stage"]:
            waited = listed.ts >= rules.moved(fact) + 2000
            check.expect(waited, "the final quotes were listed before their deadline was over", listed.seq)
