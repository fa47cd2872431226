"""Checks 18, 19, 21 to 25: bids, lists, labels and locks.

Invariant: an envelope is looked at with the bid key, the rules and the stage
that the record gives it, never with what it says of itself alone.
"""

import hashlib

from . import ed25519, seal
from .canon import Wrong, lp, unhex
from .report import NotApplicable

BID_FACTS = ("bid.entered", "bid.submitted", "bid.confirmed", "bid.withdrawn")


class Envelope:
    """One envelope of a disclosed submission, with what the record says of it."""

    def __init__(self, rec, rules, fact, body):
        self.fact, self.body, self.bid = fact, body, fact.body["bid"]
        self.lot, self.part = body["lot"], body["part"]
        self.submission = unhex(body["submission"])
        self.header, self.digest = unhex(body["header"]), unhex(body["body_digest"])
        self.blk, self.key_id, self.rules = unhex(body["blk"]), unhex(body["key_id"]), unhex(fact.body["rules"])
        self.stage, self.max_bytes, self.role = None, None, None
        if rules.notice is not None:
            for stage in rules.stages():
                for part in stage["parts"]:
                    if part["part"] == self.part and self.stage is None:
                        self.stage, self.max_bytes, self.role = stage, part["max_bytes"], part["role"]
        self.closes_at = rules.deadline(self.rules)
        self.label = self.hash = None
        if self.closes_at is not None and self.closes_at >= 0:
            fields = (
                fact.body["tender"],
                self.lot,
                self.part,
                self.submission,
                ed25519.fingerprint(fact.key),
                self.key_id,
                self.closes_at,
                self.rules,
                self.blk,
            )
            self.label = seal.label_of(*fields)
            self.hash = seal.envelope_hash(*fields, self.header, self.digest)


class Bids:
    """The disclosed bids of the tender."""

    def __init__(self, rec, rules):
        self.entered = rec.mine("bid.entered")
        self.submitted = rec.mine("bid.submitted")
        self.withdrawn = {f.body["bid"] for f in rec.mine("bid.withdrawn")}
        self.envelopes = {}
        self.all = []
        self.last = {}
        self.quotes = {}
        for fact in self.submitted:
            invitation = rules.invitation(fact.body["rules"])
            bid = fact.body["bid"]
            into, key = (self.last, bid) if invitation is None else (self.quotes, (bid, invitation.body["stage"]))
            before = into.get(key)
            if before is None or fact.body["revision"] >= before.body["revision"]:
                into[key] = fact
            for body in fact.body["envelopes"]:
                envelope = Envelope(rec, rules, fact, body)
                self.all.append(envelope)
                self.envelopes.setdefault(body["submission"], envelope)

    def listed(self, stage):
        """{bid: submission} of what may stand on the list of a stage of the notice."""
        if stage is not None and stage.get("invited"):
            return {bid: fact for (bid, name), fact in self.quotes.items() if name == stage["stage"]}
        return self.last

    def key(self, bid):
        """The key of a bid as entered, or as it acted."""
        for fact in self.entered:
            if fact.body["bid"] == bid:
                return unhex(fact.body["key"])
        return self.last[bid].key if bid in self.last else None

    def account(self, bid):
        """The account of a bid, or None while it is not disclosed."""
        return next((f.body["account"] for f in self.entered if f.body["bid"] == bid), None)


def bid_key_message(origin, tender, bid, key):
    """What proves and what certifies a bid key."""
    return lp("kaibiao/bid-key/v1", origin, tender, bid, key)


def _stage(rules, name):
    stages = rules.stages() if rules.notice is not None else []
    return next((stage for stage in stages if stage["stage"] == name), None)


def check_18(check, rec, rules, bids):
    if not bids.entered:
        raise NotApplicable("no bid.entered is disclosed yet")
    entered = {}
    for fact in bids.entered:
        b = fact.body
        check.expect(b["bid"] not in entered, f"bid {b['bid']} is entered twice", fact.seq)
        entered.setdefault(b["bid"], fact)
        key = unhex(b["key"])
        held = ed25519.verify(key, bid_key_message(rec.policy.origin, rec.tender, b["bid"], key), unhex(b["proof"]))
        check.expect(held, f"bid {b['bid']}: its key is not proved", fact.seq)
    revisions = {}
    for fact in rec.mine("bid.submitted", "bid.confirmed", "bid.withdrawn"):
        bid = fact.body["bid"]
        first = entered.get(bid)
        check.expect(first and first.seq < fact.seq, f"bid {bid} was not entered before", fact.seq)
        if fact.kind == "bid.submitted":
            revisions.setdefault(bid, []).append(fact.body["revision"])
    for bid, numbers in revisions.items():
        whole = numbers == list(range(1, len(numbers) + 1))
        check.expect(whole, f"bid {bid}: its revisions are {numbers}, not 1 to {len(numbers)}")
    for listed in rec.mine("list.frozen"):
        lasts = bids.listed(_stage(rules, listed.body["stage"]))
        for row in listed.body["envelopes"]:
            last = lasts.get(row["bid"])
            if not check.expect(last, f"lists bid {row['bid']}, of which nothing is disclosed", listed.seq):
                continue
            named = any(e["submission"] == row["submission"] for e in last.body["envelopes"])
            text = f"{row['submission']} is not of the last revision of {row['bid']}"
            check.expect(named and row["seq"] == last.seq, text, listed.seq)
    check.note(f"{len(entered)} bids, {sum(len(n) for n in revisions.values())} revisions")


def check_19(check, rec, rules):
    closed = rec.mine("tender.closed")
    if not closed or rules.notice is None:
        raise NotApplicable("the tender is not closed yet")
    facts = rec.mine(*BID_FACTS)
    if not facts:
        raise NotApplicable("no bid is disclosed")
    for fact in facts:
        quoted = rules.invitation(fact.body["rules"]) if fact.kind == "bid.submitted" else None
        if quoted is None:
            end, until = closed[-1].seq, rules.before(fact.seq)
        else:
            lists = [f.seq for f in rec.mine("list.frozen") if f.body["stage"] == quoted.body["stage"]]
            end, until = min(lists, default=rec.size), rules.moved(quoted)
        check.expect(fact.seq < end, f"{fact.kind} after the closing", fact.seq)
        if not check.expect("@arrived" in fact.at, f"{fact.kind} does not say when it arrived", fact.seq):
            continue
        arrived = fact.at["@arrived"]
        check.expect(arrived < until, f"{fact.kind} arrived at {arrived}, not before the deadline", fact.seq)
        check.expect(not rules.shut_out(arrived), f"{fact.kind} arrived while bids were shut out", fact.seq)
        check.expect(0 <= fact.ts - arrived <= 2000, f"accepted {fact.ts - arrived} ms after it arrived", fact.seq)
    check.note(f"{len(facts)} facts of bids, all before entry {closed[-1].seq}", closed[-1].seq)


def list_hash(tender, stage, rows):
    """The hash of a list of (submission, envelope hash)."""
    fields = [item for row in sorted(rows) for item in row]
    return hashlib.sha256(lp("kaibiao/list/v1", tender, stage, *fields)).digest()


def _went_through(rec, stage):
    """The (bid, lot) pairs of which every part of this stage was opened."""
    whole, closed = set(), set()
    for fact in rec.mine("opening.recorded"):
        if fact.body["stage"] != stage:
            continue
        for bid in fact.body["bids"]:
            for part in bid["parts"]:
                (closed if "unopened" in part else whole).add((bid["bid"], part["lot"]))
    return whole - closed


def _counting(rec, rules, bids, lot, stage):
    """How many bids count for a lot: they stand, bid for it, and missed no substantive addendum."""
    count = 0
    for bid, last in bids.listed(stage).items():
        if bid in bids.withdrawn or all(e["lot"] != lot for e in last.body["envelopes"]):
            continue
        seen = [f for f in rec.mine("bid.submitted", "bid.confirmed") if f.body["bid"] == bid][-1]
        known = [digest for digest, _ in rules.chain]
        at = known.index(unhex(seen.body["rules"])) if unhex(seen.body["rules"]) in known else -1
        count += not any(f.body["substantive"] for f in rules.amended[max(at, 0) :])
    return count


def _lots(check, rec, rules, bids, fact, stage, first):
    """The lots that are opened: those on the list, and on the first list those with enough bids."""
    got, out = {row["submission"] for row in fact.body["envelopes"]}, set()
    for lot in (row["lot"] for row in rules.notice.body["lots"]):
        listed = any(
            e["lot"] == lot and e["submission"] in got for last in bids.listed(stage).values() for e in last.body["envelopes"]
        )
        count, least = _counting(rec, rules, bids, lot, stage), rules.notice.body["min_bidders"]
        if listed and rec.mine("opening.recorded"):
            check.expect(count >= least, f"lot {lot} is opened with {count} bids of {least}", fact.seq)
        if listed or (first and count >= least):
            out.add(lot)
    return out


def check_21(check, rec, rules, bids):
    frozen = rec.mine("list.frozen")
    if not frozen:
        raise NotApplicable("no list is frozen yet")
    order = [s["stage"] for s in rules.stages()] if rules.notice else []
    for fact in frozen:
        b, seq = fact.body, fact.seq
        same = sum(f.body["stage"] == b["stage"] for f in frozen)
        check.expect(same == 1, f"stage {b['stage']}: its list is frozen more than once", seq)
        if not check.expect(b["stage"] in order, f"the stage {b['stage']} is not in the notice", seq):
            continue
        place = order.index(b["stage"])
        through = _went_through(rec, order[place - 1]) if place else None
        stage = rules.stages()[place]
        lots = _lots(check, rec, rules, bids, fact, stage, place == 0 or stage.get("invited", False))
        named = [f for f in rules.invited if f.body["stage"] == b["stage"]]
        asked = {(r["bid"], r["lot"]) for f in named for r in f.body["invited"]} if stage.get("invited") else None
        parts = {p["part"] for p in stage["parts"]}
        wanted = []
        for bid, last in bids.listed(stage).items():
            if bid in bids.withdrawn:
                continue
            for body in last.body["envelopes"]:
                came = through is None or (bid, body["lot"]) in through
                came = came and (asked is None or (bid, body["lot"]) in asked)
                if body["part"] in parts and body["lot"] in lots and came:
                    wanted.append((body["submission"], bid, last.seq))
        got = [(row["submission"], row["bid"], row["seq"]) for row in b["envelopes"]]
        for row in sorted(set(wanted) - set(got)):
            check.fail(f"stage {b['stage']}: {row[0]} of {row[1]} is missing from the list", seq)
        for row in sorted(set(got) - set(wanted)):
            check.fail(f"stage {b['stage']}: {row[0]} of {row[1]} does not belong on the list", seq)
        check.expect(got == sorted(set(got)), f"stage {b['stage']}: the list is out of order", seq)
        rows = [(unhex(r["submission"]), unhex(r["envelope"])) for r in b["envelopes"]]
        check.expect(unhex(b["list"]) == list_hash(rec.tender, b["stage"], rows), "the list's hash is another", seq)
        _settled(check, rec, fact, bids)
    hidden = sum(seq not in rec.facts and e["kind"] == "confidential" for seq, e in enumerate(rec.entries))
    check.note(f"{len(frozen)} lists; {hidden} confidential entries were never disclosed")


def _settled(check, rec, frozen, bids):
    stage = frozen.body["stage"]
    settled = [f for f in rec.mine("list.settled") if f.body["stage"] == stage]
    if not settled:
        check.note(f"stage {stage}: the list is not settled yet")
        return
    fact = settled[0]
    check.expect(len(settled) == 1, f"stage {stage}: settled more than once", fact.seq)
    check.expect(fact.seq > frozen.seq, f"stage {stage}: settled before it was frozen", fact.seq)
    out = {row["submission"] for row in fact.body["excluded"]}
    all_rows = {r["submission"]: r["envelope"] for r in frozen.body["envelopes"]}
    check.expect(len(out) == len(fact.body["excluded"]), "an envelope is excluded twice", fact.seq)
    check.expect(out <= set(all_rows), "excludes an envelope that is not on the list", fact.seq)
    rest = [s for s in sorted(all_rows) if s not in out]
    check.expect(fact.body["submissions"] == rest, "F' is not F without the excluded", fact.seq)
    sealed = [(s, bids.envelopes.get(s)) for s in rest]
    known = all(e is not None and e.hash is not None for _, e in sealed)
    rows = [(unhex(s), e.hash) for s, e in sealed] if known else None
    same = known and unhex(fact.body["list"]) == list_hash(rec.tender, stage, rows)
    check.expect(same, "F' has another hash", fact.seq)


def check_22(check, rec, rules, bids):
    if not bids.submitted or rules.notice is None:
        raise NotApplicable("no envelope is disclosed yet")
    lots = {row["lot"] for row in rules.notice.body["lots"]}
    lock = rules.notice.body["opening"]["bidder_lock"]
    for e in bids.all:
        seq, where = e.fact.seq, f"{e.body['submission']}"
        check.expect(e.lot in lots, f"{where}: the lot {e.lot} is not in the notice", seq)
        if check.expect(e.stage is not None, f"{where}: the part {e.part} is not in the notice", seq):
            check.expect(e.body["key_id"] == e.stage["key_id"], f"{where}: not the key of its stage", seq)
            limit = seal.body_bytes(seal.frame_bytes(e.max_bytes)) if e.max_bytes >= 0 else 0
            check.expect(e.body["body_length"] <= limit, f"{where}: larger than the part may be", seq)
        check.expect((e.blk != bytes(32)) == lock, f"{where}: blk does not fit the bidder lock", seq)
        if not check.expect(e.hash is not None, f"{where}: its rules are not in the chain, or set no possible deadline", seq):
            continue
        key = bids.key(e.bid)
        check.expect(key == e.fact.key, f"{where}: another key than that of its bid", seq)
        check.expect(ed25519.verify(key, e.hash, unhex(e.body["sig"])), f"{where}: its signature does not hold", seq)
    for fact in bids.submitted:
        quoted = rules.invitation(fact.body["rules"])
        asked = quoted.body["stage"] if quoted is not None else None
        mine = [s for s in rules.stages() if (s["stage"] == asked if quoted is not None else not s.get("invited"))]
        every_part = {p["part"] for s in mine for p in s["parts"]}
        pairs = [(e["lot"], e["part"]) for e in fact.body["envelopes"]]
        check.expect(len(pairs) == len(set(pairs)), "two envelopes for one lot and part", fact.seq)
        full = {(lot, part) for lot, _ in pairs for part in every_part}
        check.expect(set(pairs) == full and pairs, "not one envelope per lot bid for and part", fact.seq)
    for listed in rec.mine("list.frozen"):
        for row in listed.body["envelopes"]:
            e = bids.envelopes.get(row["submission"])
            if check.expect(e, f"{row['submission']} is listed, its envelope not disclosed", listed.seq):
                same = e.hash is not None and unhex(row["envelope"]) == e.hash
                check.expect(same, f"{row['submission']}: the list names another envelope hash", listed.seq)
    check.note(f"{len(bids.all)} envelopes of {len(bids.submitted)} submissions")


def check_23(check, rec, keys, bids):
    if not bids.all:
        raise NotApplicable("no envelope is disclosed yet")
    for e in bids.all:
        seq, where = e.fact.seq, e.body["submission"]
        check.expect(seal.length_possible(e.body["body_length"]), f"{where}: no body has this length", seq)
        found = keys.of_stage(e.stage["stage"]) if e.stage else None
        if found is None or e.label is None:
            check.fail(f"{where}: neither key nor label can be known", seq)
            continue
        try:
            good = seal.header_holds(e.header, e.label, e.digest, found[1].y[0])
            check.expect(good, f"{where}: the header proof does not hold", seq)
        except Wrong as error:
            check.fail(f"{where}: {error}", seq)
    check.note(f"{len(bids.all)} proofs")


def check_24(check, rec):
    facts = rec.of("bid.submitted")
    if not facts:
        raise NotApplicable("no envelope is disclosed yet")
    seen = {}
    for fact in facts:
        for e in fact.body["envelopes"]:
            for key in (("submission id", e["submission"]), ("R", e["header"][:64])):
                if key in seen:
                    check.fail(f"the {key[0]} {key[1]} occurs twice, first in entry {seen[key]}", fact.seq)
                seen.setdefault(key, fact.seq)
    check.note(f"{sum(len(f.body['envelopes']) for f in facts)} envelopes in the whole log")


def check_25(check, rec, rules, bids):
    if rules.notice is None or not rules.notice.body["opening"]["bidder_lock"]:
        raise NotApplicable("the tender has no bidder lock")
    settled = rec.mine("list.settled")
    if not settled:
        raise NotApplicable("no list is settled yet")
    for fact in settled:
        betas = unlocks(rec, bids, fact)
        for submission in fact.body["submissions"]:
            check.expect(submission in betas, f"{submission} is in F' and was not unlocked", fact.seq)
        for row in fact.body["excluded"]:
            if row["cause"] == "bidder_no_unlock":
                gone = row["submission"] not in betas
                check.expect(gone, f"{row['submission']} was excluded although it was unlocked", fact.seq)
        check.note(f"{len(betas)} unlocked", fact.seq)


def unlocks(rec, bids, settled, late=False):
    """{submission: β} of the unlocks of a list's stage that fit; before it was settled, or whenever they came."""
    out = {}
    for fact in rec.mine("bid.unlocked"):
        if (fact.seq >= settled.seq and not late) or fact.body["stage"] != settled.body["stage"]:
            continue
        for row in fact.body["keys"]:
            e = bids.envelopes.get(row["submission"])
            if e is not None and e.bid == fact.body["bid"]:
                if seal.lock_commitment(e.submission, unhex(row["beta"])) == e.blk:
                    out[row["submission"]] = unhex(row["beta"])
    return out
