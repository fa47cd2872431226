"""Part of check 35: deposits that arrived, and what follows the award (record
format, 8.9).

Invariant: a contract is on the terms of award and bid, and every deposit has
one fate.
"""

from .days import day_of

KINDS = (
    "award.reported",
    "contract.filed",
    "contract.published",
    "contract.signed",
    "contract.supplemented",
    "deposit.kept",
    "deposits.received",
    "deposits.returned",
)


def look(check, rec):
    """Whether there is anything of it; what is wrong goes into the check."""
    if not rec.mine(*KINDS):
        return False
    scene = Scene(rec)
    signed = _contracts(check, scene)
    for kind in ("contract.published", "contract.filed"):
        seen = set()
        for fact in rec.mine(kind):
            lot = fact.body["lot"]
            known = lot in signed and signed[lot].seq < fact.seq and lot not in seen
            check.expect(known, f"lot {lot} has no contract yet, or this is said of it twice", fact.seq)
            seen.add(lot)
    _supplements(check, scene, signed)
    for place, fact in enumerate(rec.mine("award.reported")):
        after = place == 0 and any(award.seq < fact.seq for award in scene.awards)
        check.expect(after, "a written report before the award, or a second one", fact.seq)
    arrived = _received(check, scene)
    count = _deposits(check, scene, signed)
    check.note(f"{len(signed)} contracts, {arrived} deposits received, {count} accounted for")
    return True


class Scene:
    """What contracts and deposits are compared with."""

    def __init__(self, rec):
        self.rec = rec
        self.awards, self.records = rec.mine("award.made"), rec.mine("opening.recorded")
        registered = rec.mine("tender.registered")
        self.regime = registered[0].body["regime"] if registered else None

    def award(self, lot, before):
        """(time, award) of a lot, or None."""
        for fact in self.awards:
            for award in fact.body["awards"]:
                if fact.seq < before and award["lot"] == lot:
                    return fact.ts, award
        return None

    def parts(self, bid, lot, before):
        """Opened parts of a bid in a lot, read out before."""
        bids = [b for fact in self.records if fact.seq < before for b in fact.body["bids"] if b["bid"] == bid]
        return [part for b in bids for part in b["parts"] if part["lot"] == lot]

    def withdrawn(self, bid, lot, before):
        """Whether a withdrawn bid was for the lot."""
        gone = any(f.body["bid"] == bid and f.seq < before for f in self.rec.mine("bid.withdrawn"))
        last = [f for f in self.rec.mine("bid.submitted") if f.body["bid"] == bid][-1:]
        return gone and any(e["lot"] == lot for f in last for e in f.body["envelopes"])


def _within(part, whole):
    return part["currency"] == whole["currency"] and part["minor"] * 10 <= whole["minor"]


def _contracts(check, scene):
    signed = {}
    for fact in scene.rec.mine("contract.signed"):
        lot = fact.body["lot"]
        wrong = _departs(scene, fact)
        check.expect(wrong is None, f"the contract of lot {lot}: {wrong}", fact.seq)
        check.expect(lot not in signed, f"lot {lot} has a second contract", fact.seq)
        signed.setdefault(lot, fact)
    return signed


def _departs(scene, fact):
    body = fact.body
    made = scene.award(body["lot"], fact.seq)
    if made is None:
        return "it was not awarded before"
    awarded, award = made
    if (award["bid"], award["account"]) != (body["bid"], body["account"]):
        return "not with the winner"
    if award["price"] != body["price"]:
        return "another price than the award's"
    letters = [part["letter"] for part in scene.parts(body["bid"], body["lot"], fact.seq) if "letter" in part]
    letters = [letter for letter in letters if "price" in letter]
    terms = (body["period_days"], body["quality"])
    if not letters or (letters[-1]["period_days"], letters[-1]["quality"]) != terms:
        return "another quality or time than the bid's"
    if body["signed_at"] > fact.ts or day_of(body["signed_at"]) < day_of(awarded):
        return "signed before the award or after its record"
    bond = body.get("bond")
    if bond is not None:
        fits = bond["minor"] > 0 and bond["currency"] == body["price"]["currency"]
        bound = scene.regime in ("works", "government_procurement")
        if not fits or (bound and not _within(bond, body["price"])):
            return "its bond is above a tenth of it"
    return None


def _supplements(check, scene, signed):
    sums = {}
    for fact in scene.rec.mine("contract.supplemented"):
        lot, change = fact.body["lot"], fact.body["change"]
        sums[lot] = sums.get(lot, 0) + change["minor"]
        contract, fits = signed.get(lot), False
        if contract is not None and contract.seq < fact.seq:
            price = contract.body["price"]
            whole = {"currency": change["currency"], "minor": sums[lot]}
            bound = scene.regime == "government_procurement"
            fits = change["minor"] > 0 and change["currency"] == price["currency"]
            fits = fits and (not bound or _within(whole, price))
        check.expect(fits, f"the supplement of lot {lot} has no contract, or is above a tenth of it", fact.seq)


def _asked(noticed):
    """The deposits that the lots ask for."""
    return {row["lot"]: row["deposit"] for row in noticed[0].body["lots"] if "deposit" in row} if noticed else {}


def _received(check, scene):
    """Looks at every list; how many deposits the last one has."""
    rec = scene.rec
    noticed, lists = rec.mine("tender.noticed"), rec.mine("deposits.received")
    asked = _asked(noticed)
    for fact in lists:
        opened = any(f.seq < fact.seq for f in scene.records)
        closed = any(f.seq < fact.seq for f in rec.mine("contract.signed"))
        text = "deposits listed before the opening, or after a contract"
        check.expect(opened and not closed, text, fact.seq)
        seen, known = set(), 0
        for row in fact.body["deposits"]:
            bid, lot, amount = row["bid"], row["lot"], row["amount"]
            shown = scene.parts(bid, lot, fact.seq) or scene.withdrawn(bid, lot, fact.seq)
            fits = shown and lot in asked and (bid, lot) not in seen
            fits = fits and amount["currency"] == asked[lot]["currency"] and amount["minor"] > 0
            fits = fits and noticed[0].ts <= row["received_at"] <= fact.ts
            text = f"the deposit received of {bid} in lot {lot}: named twice, of no bid shown before, "
            check.expect(fits, text + "or with an impossible sum or time", fact.seq)
            seen.add((bid, lot))
            if row["form"] == "guarantee":
                numbered = "from" not in row
            else:
                numbered = "from" in row and 1 <= row["from"]["payer"] <= known + 1
                known = max(known, row["from"]["payer"]) if numbered else known
            check.expect(numbered, f"the payer of the deposit of {bid} is not numbered as the list asks", fact.seq)
    return len(lists[-1].body["deposits"]) if lists else 0


def _deposits(check, scene, signed):
    rec, seen = scene.rec, set()
    noticed = rec.mine("tender.noticed")
    asked = _asked(noticed)

    def settle(fact, row, least):
        bid, lot, amount = row["bid"], row["lot"], row["amount"]
        most = asked.get(lot)
        interest = row.get("interest", {"currency": amount["currency"], "minor": 0})
        fits = most is not None and (bid, lot) not in seen
        fits = fits and amount["currency"] == interest["currency"] == most["currency"]
        fits = fits and least <= amount["minor"] <= most["minor"] and interest["minor"] >= 0
        known = scene.parts(bid, lot, fact.seq) or scene.withdrawn(bid, lot, fact.seq)
        text = f"the deposit of {bid} in lot {lot}: settled twice, of no bid shown before, or another sum"
        check.expect(fits and known, text, fact.seq)
        seen.add((bid, lot))

    bare = 0
    for fact in rec.mine("deposits.returned"):
        paid = fact.body["paid_at"]
        timely = noticed and noticed[0].ts <= paid <= fact.ts
        if not fact.body["returned"]:
            ended = any(f.seq < fact.seq for f in rec.mine("tender.failed", "tender.terminated"))
            unopened = not any(f.seq < fact.seq for f in scene.records)
            timely = timely and ended and unopened and bare == 0
            bare += 1
        text = "deposits paid back at an impossible time, or without names after an opening"
        check.expect(timely, text, fact.seq)
        for row in fact.body["returned"]:
            settle(fact, row, 0)
    for fact in rec.mine("deposit.kept"):
        settle(fact, fact.body, 1)
        check.expect(_ground(scene, signed, fact), "kept on a ground that the record contradicts", fact.seq)
    return len(seen)


def _ground(scene, signed, fact):
    bid, lot, ground = fact.body["bid"], fact.body["lot"], fact.body["ground"]
    if ground == "fraud":
        return True
    if ground == "revoked":
        causes = [part["unopened"]["cause"] for part in scene.parts(bid, lot, fact.seq) if "unopened" in part]
        return any(cause.startswith("bidder_") for cause in causes)
    contract, made = signed.get(lot), scene.award(lot, fact.seq)
    free = contract is None or contract.seq > fact.seq
    return free and made is not None and made[1]["bid"] == bid
