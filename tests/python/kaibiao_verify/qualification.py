"""The buyer's review of the qualification (record format 8.8): who comes before the panel.

Invariant: who is out follows from the buyer's votes; what the evaluation was told of it is only compared.
"""


def buyers_items(method):
    """The items that the buyer reviews, in the order of the method."""
    return [item for item in (method or {}).get("review", []) if item["by"] == "buyer"]


def _out(check, rec, items, fact, read_out):
    places = sorted((lot, bid) for bid, lot in read_out)
    wanted = [(lot, bid, item["item"]) for lot, bid in places for item in items]
    votes = fact.body["votes"]
    said = [(vote["lot"], vote["bid"], vote["item"]) for vote in votes]
    reasoned = all(vote["passes"] == (not vote["reason"].strip()) for vote in votes)
    check.expect(said == wanted and reasoned, "not every opened bid is judged on every item, with reasons", fact.seq)
    closed = rec.mine("opening.closed")
    check.expect(closed and closed[-1].seq < fact.seq, "reviewed before the opening was over", fact.seq)
    clauses, out = {item["item"]: item["clause"] for item in items}, {}
    for vote in votes:
        if not vote["passes"]:
            row = {name: vote[name] for name in ("bid", "item", "lot", "reason")}
            out.setdefault((vote["lot"], vote["bid"]), {**row, "clause": clauses.get(vote["item"], "")})
    return [out[place] for place in sorted(out)]


def _enough(rec, read_out, out):
    gone = {(row["bid"], row["lot"]) for row in out}
    left = {place for place in read_out if place not in gone}
    least = rec.mine("tender.noticed")[0].body["min_bidders"]
    return {(bid, lot) for bid, lot in left if sum(other == lot for _, other in left) >= least}


def evaluated(check, rec, method, opened, read_out):
    """The (bid, lot) that belong into an evaluation, of those opened."""
    items, told = buyers_items(method), rec.mine("qualification.reviewed")
    named, out = opened.body.get("qualification"), opened.body.get("unqualified", [])
    if not items:
        check.expect(not told and named is None and not out, "a review that the method does not know", opened.seq)
        return set(read_out)
    check.expect(named is not None and len(told) <= 1, "opened without the buyer's review, or after two", opened.seq)
    if told:
        check.expect(named == told[0].seq, "the evaluation rests on another review", opened.seq)
        mine = _out(check, rec, items, told[0], read_out)
        check.expect(mine == out, "those who did not pass are not those named", opened.seq)
        out = mine
    else:
        check.expect(not rec.mine("award.made"), "the award is made, the review is not shown", opened.seq)
    return _enough(rec, read_out, out)


def failed(check, rec, method, read_out):
    """Whether the tender failed because too few passed; then it is checked that it had to."""
    ends = [fact for fact in rec.mine("tender.failed") if fact.body["cause"] == "too_few_qualified"]
    if not ends:
        return False
    told = rec.mine("qualification.reviewed")
    if check.expect(told, "failed for too few qualified, the review is not shown", ends[0].seq):
        out = _out(check, rec, buyers_items(method), told[0], read_out)
        check.expect(not _enough(rec, read_out, out), "failed though enough passed in a lot", ends[0].seq)
        check.note(f"{len(out)} did not pass; nothing was evaluated", ends[0].seq)
    return True
