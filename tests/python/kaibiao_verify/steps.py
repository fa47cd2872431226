"""What stands before a result (section 8.4): review, clarification, correction, low prices, changes, report.

Invariant: what the platform says is computed again from what people signed, and only then believed.
"""

from .arithmetic import NOTHING

TESTS = ("ceiling", "mean", "second")
RULES = ("summary_over_rest", "words_over_figures", "displaced_unit_price", "unit_sum_over_total")


def _before(rec, kind, end):
    """The facts of a kind before a position, in the round of that position."""
    begins = max((f.seq for f in rec.mine("evaluation.reopened") if f.seq < end), default=0)
    return [fact for fact in rec.mine(kind) if begins <= fact.seq < end]


def way_of(rec):
    """The trade method that the notice names, or None."""
    return rec.mine("tender.noticed")[0].body.get("procedure", {}).get("way")


def hits(low, rows):
    """The flagged prices of bids that passed, ascending by code and test."""
    out = []
    for row in rows:
        own = row["price"]["minor"] * 10000
        prices = sorted(r["price"]["minor"] for r in rows if r["lot"] == row["lot"])
        below = {
            "ceiling": "ceiling" in row and own < low["ceiling_bp"] * row["ceiling"]["minor"],
            "mean": own * len(prices) < low["mean_bp"] * sum(prices),
            "second": len(prices) > 1 and own < low["second_bp"] * prices[1],
        }
        out += [{"code": row["code"], "test": test} for test in TESTS if below[test]]
    return out


def _failing(votes, code, item):
    return any(v["code"] == code and v["item"] == item and not v["passes"] for v in votes)


def panel_items(method):
    """What the panel votes on; the buyer's items are settled before the evaluation."""
    return [item for item in method["review"] if item["by"] == "panel"]


def _review(check, rec, method, rows, closed):
    panel = {fact.body["seat"]: fact.body["votes"] for fact in _before(rec, "review.voted", closed.seq)}
    out = []
    for row in rows:
        for item in panel_items(method):
            against, of = sum(_failing(v, row["code"], item["item"]) for v in panel.values()), len(panel)
            if 2 * against > of:
                out.append({"against": against, "clause": item["clause"], "code": row["code"], "item": item["item"], "of": of})
                break
    check.expect(out == closed.body["rejected"], "the rejected bids are not those the votes reject", closed.seq)
    gone = {row["code"] for row in out}
    passed = [
        row
        for row in rows
        if row["code"] not in gone
        and not ("ceiling" in row and row["price"]["minor"] > row["ceiling"]["minor"])
        and not ("floor" in row and row["price"]["minor"] < row["floor"]["minor"])
    ]
    flagged = hits(method["low_price"], passed) if "low_price" in method else []
    check.expect(flagged == closed.body["flagged"], "the flagged prices are not those below a line", closed.seq)


def _judgements(check, rec, flagged, seats, end, rejected):
    asked, judged = _before(rec, "clarification.asked", end), {}
    returned = {f.body["clarification"]: f.seq for f in _before(rec, "clarification.returned", end)}
    for fact in _before(rec, "price.judged", end):
        code = fact.body["code"]
        heard = any(
            a.body["code"] == code and returned.get(a.body["clarification"], end) < fact.seq for a in asked
        )
        check.expect(heard and code in flagged, f"{code}: judged without a hit or without an explanation", fact.seq)
        judged.setdefault(code, {})[fact.body["seat"]] = fact.body["reasonable"]
    for code in flagged:
        votes = judged.get(code, {})
        check.expect(len(votes) == seats, f"{code}: its low price is not judged by every seat")
        if 2 * sum(not v for v in votes.values()) > seats:
            rejected[code] = "low_price"


def _corrections(check, rec, rows, end, corrected, rejected):
    opened = {row["code"]: row["price"]["minor"] for row in rows}
    asked = {f.body["clarification"]: f.body for f in _before(rec, "clarification.asked", end)}
    answers = {f.seq: f.body for f in rec.mine("inquiry.answered")}
    returned = {}
    for fact in _before(rec, "clarification.returned", end):
        returned[fact.body["clarification"]] = fact.body
        if "answered" in fact.body:
            answer = answers.get(fact.body["answered"], {})
            same = all(answer.get(name) == fact.body.get(name) for name in ("clarification", "confirms", "text"))
            check.expect(same, "an answer that the bidder did not sign", fact.seq)
    if way_of(rec) == "inquiry":
        priced = [f for f in _before(rec, "clarification.asked", end) if "price" in f.body]
        for fact in priced + _before(rec, "price.corrected", end):
            check.fail("a price is corrected in an inquiry", fact.seq)
    for fact in _before(rec, "price.corrected", end):
        body, price, last = fact.body, opened.get(fact.body["code"]), -1
        for step in body["corrections"]:
            rule = RULES.index(step["rule"])
            if price is None or step["before"] != price or rule < last:
                price = None
                break
            price, last = step["after"], rule
        question = asked.get(body["clarification"], {})
        good = price is not None and question.get("code") == body["code"] and question.get("price") == price
        check.expect(good, "the corrections do not lead to the price asked about", fact.seq)
        if price is not None and returned.get(body["clarification"], {}).get("confirms") is True:
            corrected[body["code"]] = price
        else:
            rejected[body["code"]] = "price_unconfirmed"


def given(check, rec, method, rows, seats, end):
    """What the arithmetic takes from the steps before a position."""
    if method["method"] != "declared":
        return NOTHING
    rejected, corrected = {}, {}
    closed = _before(rec, "review.closed", end)
    if closed:
        _review(check, rec, method, rows, closed[-1])
        committed = rec.mine("score.committed")
        late = not committed or committed[0].seq > closed[0].seq
        check.expect(late, "scores were committed before the review was closed", closed[0].seq)
    else:
        check.expect(not panel_items(method) and "low_price" not in method, "the review was never closed", end)
    flagged = {hit["code"] for hit in closed[-1].body["flagged"]} if closed else set()
    _judgements(check, rec, flagged, seats, end, rejected)
    _corrections(check, rec, rows, end, corrected, rejected)
    for row in closed[-1].body["rejected"] if closed else []:
        rejected[row["code"]] = f"review:{row['item']}"
    drawn = {}
    for fact in _before(rec, "coefficient.drawn", end):
        drawn.update(fact.body["values"])
    order = [fact.body["order"] for fact in _before(rec, "tie.drawn", end)]
    return {"corrected": corrected, "drawn": drawn, "order": order[-1] if order else [], "rejected": rejected}


def changed(check, rec, sheets, limits, end):
    """The sheets by seat with the changes before a position."""
    out = {seat: {code: dict(row) for code, row in sheet.items()} for seat, sheet in sheets.items()}
    for fact in _before(rec, "score.changed", end):
        for change in fact.body["changes"]:
            row = out.get(fact.body["seat"], {}).get(change["code"], {})
            good = row.get(change["item"]) == change["from"] and 0 <= change["to"] <= limits.get(change["item"], -1)
            if check.expect(good, "a change does not start from the value in force, or is out of range", fact.seq):
                row[change["item"]] = change["to"]
    return out


def extensions(check, rec, seats):
    """Extensions are counted as they were asked for."""
    start = 0
    for fact in rec.mine("evaluation.extended"):
        asked = {f.body["seat"]: f.body["ms"] for f in _before(rec, "extension.asked", fact.seq) if f.seq > start}
        good = 3 * len(asked) > len(seats) and fact.body["seats"] == sorted(asked)
        check.expect(good and fact.body["ms"] == min(asked.values()), "not more than a third asked for more time", fact.seq)
        start = fact.seq
