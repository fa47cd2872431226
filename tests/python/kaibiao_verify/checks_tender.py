"""Checks 11, 12, 17, 20 and 34: rules, times, authors and roles of a tender.

Invariant: who may act is read from the record before the act, never after it.
"""

import hashlib

from . import checks_award, days, ed25519, procedures
from .canon import lp, spell, unhex
from .checks_log import kept_checkpoints
from .report import NotApplicable

DAY = 86_400_000
CST = 8 * 3_600_000
GRACE = 2000

# 4.3: when a deadline may be moved after it has passed.
LATE = 5 * 60_000
WITHIN = DAY
FLOOR = 2 * 3_600_000
COURIER = 60_000
BEGUN = (
    "list.frozen", "list.disputed", "bid.unlocked", "list.settled", "share.given", "share.faulted", "custodian.absent",
    "opening.recorded", "opening.failed", "opening.closed", "tender.failed", "tender.terminated", "award.made",
)  # fmt: skip


class Rules:
    """The chain of rules: [(hash, closes_at)] from the notice on."""

    def __init__(self, rec):
        notices = rec.mine("tender.noticed")
        self.notice = notices[0] if notices else None
        self.amended = rec.mine("tender.amended")
        self.invited = rec.mine("quotes.invited")
        self.chain = []
        self.extended = rec.mine("deadline.extended")
        self.pauses = _pauses(rec)
        if self.notice is not None:
            self._add(bytes(32), self.notice.body)
            for fact in self.amended + self.invited:
                body = {name: value for name, value in fact.body.items() if name != "rules"}
                self._add(self.chain[-1][0], body)

    def _add(self, before, body):
        digest = hashlib.sha256(lp("kaibiao/rules/v1", before, spell(body))).digest()
        self.chain.append((digest, body["closes_at"]))

    def deadline(self, digest):
        """The deadline under these rules, or None."""
        return next((closes for known, closes in self.chain if known == digest), None)

    @property
    def closes_at(self):
        """The deadline in force at last: of the notice, the last addendum or a later order, moved by suspensions."""
        return self.in_force(self.amended[-1] if self.amended else self.notice)

    def in_force(self, fact, before=None):
        """The deadline that a notice or addendum and the orders after it set, as far as they stand before a position."""
        later = [e for e in self.extended if e.seq > fact.seq and (before is None or e.seq < before)]
        return max(self.moved(one) for one in [fact, *later])

    def moved(self, fact):
        """The deadline that a notice or an addendum sets, later by the time suspended after it."""
        end = fact.body["closes_at"]
        for began, ended in self.pauses:
            began = max(began, fact.ts)
            if began < end and began < ended:
                end += ended - began
        return end

    def before(self, seq):
        """The deadline in force before a position."""
        versions = [self.notice] + [fact for fact in self.amended if fact.seq < seq]
        return self.in_force(versions[-1], seq)

    def reopened(self):
        """(deadline, order) of the orders that moved a deadline after it had passed; bids were shut out in between."""
        spans = [(self.before(fact.seq), fact) for fact in self.extended]
        return [(deadline, fact) for deadline, fact in spans if deadline <= fact.ts]

    def shut_out(self, arrived):
        """Whether something arrived between a deadline and the order that moved it."""
        return any(deadline <= arrived < fact.ts for deadline, fact in self.reopened())

    def invitation(self, rules):
        """The invitation to final quotes that these rules (hex) are, or None."""
        places = zip(self.chain[1 + len(self.amended) :], self.invited)
        return next((fact for (digest, _), fact in places if digest.hex() == rules), None)

    def stages(self):
        """The stages of the notice."""
        return self.notice.body["stages"]


def _pauses(rec):
    """The spans in which at least one order of suspension was in force, as far as they are over."""
    spans, orders, since = [], set(), None
    for fact in rec.mine("tender.suspended", "tender.resumed"):
        if fact.kind == "tender.suspended":
            since = fact.ts if since is None else since
            orders.add(fact.body["order"])
            continue
        orders.discard(fact.body["order"])
        if not orders and since is not None:
            spans.append((since, fact.ts))
            since = None
    return spans


def check_11(check, rec, rules):
    if rules.notice is None:
        raise NotApplicable("there is no notice yet")
    for number, fact in enumerate(rules.amended, 1):
        check.expect(fact.body["number"] == number, f"addendum {fact.body['number']} is the {number}.", fact.seq)
        check.expect(unhex(fact.body["rules"]) == rules.chain[number][0], "its rules are not the chain's", fact.seq)
    for place, fact in enumerate(rules.invited, 1 + len(rules.amended)):
        check.expect(unhex(fact.body["rules"]) == rules.chain[place][0], "its rules are not the chain's", fact.seq)
    check.note(f"{len(rules.amended)} addenda, rules {rules.chain[-1][0].hex()}", rules.notice.seq)


def check_12(check, rec, rules):
    if rules.notice is None:
        raise NotApplicable("there is no notice yet")
    for fact in rec.mine("tender.noticed")[1:]:
        check.fail("a second notice", fact.seq)
    registered = rec.mine("tender.registered")
    works = bool(registered) and registered[0].body["regime"] != "free"
    deadline, last = rules.notice.body["closes_at"], rules.notice
    for fact in rules.amended:
        b, in_force = fact.body, rules.in_force(last, fact.seq)
        check.expect(fact.seq > rules.notice.seq, "an addendum before the notice", fact.seq)
        check.expect(b["closes_at"] >= deadline, "an addendum sets an earlier deadline", fact.seq)
        check.expect(fact.ts < in_force, "an addendum at or after the deadline in force", fact.seq)
        deadline, last = b["closes_at"], fact
        due = procedures.addendum_due(rules.notice.body, fact.ts)
        if due is not None:
            enough = not b["substantive"] or due <= days.day_of(deadline)
            check.expect(enough, "a substantive addendum too near to the deadline", fact.seq)
        elif works and b["substantive"]:
            days = (deadline + CST) // DAY - (fact.ts + CST) // DAY
            check.expect(days >= 15, f"a substantive addendum {days} days before the deadline", fact.seq)
    for fact in rec.mine("tender.closed"):
        stated = fact.body["closes_at"] == rules.before(fact.seq)
        check.expect(stated, "tender.closed states another deadline", fact.seq)
    for deadline, fact in rules.reopened():
        wrong = _stays(rec, deadline, fact)
        check.expect(wrong is None, f"the deadline was moved after it had passed: {wrong}", fact.seq)
    check.note(f"deadline {rules.closes_at}", rules.notice.seq)


def _stays(rec, deadline, fact):
    """Why a deadline that has passed could not be moved by that fact, or None (4.3)."""
    begun = [other for other in rec.mine(*BEGUN) if other.seq < fact.seq]
    if begun:
        return f"{begun[0].kind} stands before"
    closings = [other for other in rec.mine("tender.closed") if other.seq < fact.seq]
    if not closings or closings[-1].body["closes_at"] != deadline:
        return "its closing was not written"
    closed, down, closes_at = closings[-1].ts, fact.body.get("down"), fact.body["closes_at"]
    if closed - deadline <= LATE:
        return "the platform closed in time"
    if down is None:
        return "no outage is stated"
    if not down["from"] < down["until"] <= fact.ts:
        return "the outage is no period that was over"
    if not down["from"] <= deadline <= down["until"]:
        return "the outage does not cover it"
    if fact.ts > closed + WITHIN + COURIER:
        return "more than a day after the closing"
    needed = max(down["until"] - down["from"], FLOOR)
    return None if closes_at + COURIER >= fact.ts + needed else "it leaves too little time"


def _tender_party(rec, fact, account):
    """Whether the account is buyer or agent of the fact's tender, as registered."""
    tender = fact.body.get("tender")
    if tender is None and fact.kind == "ceremony.called":
        purpose = fact.body["purpose"]
        tender = purpose.get("tender")
        known = any(f.body["tender"] == tender and f.seq < fact.seq for f in rec.of("tender.registered"))
        if not known:
            return bool(account.roles & {"buyer", "agent"})
    for reg in rec.of("tender.registered"):
        if reg.body["tender"] == tender and reg.seq <= fact.seq:
            return account.name in (reg.body["buyer"], reg.body.get("agent"))
    return False


def _bid_key(rec, fact):
    """The key of the bid as entered, None if not disclosed, b'' if the bid was never entered before."""
    rows = [
        f for f in rec.of("bid.entered") if (f.body["bid"], f.body["tender"]) == (fact.body["bid"], fact.body["tender"])
    ]
    if not rows:
        return None
    return unhex(rows[0].body["key"]) if rows[0].seq < fact.seq else b""


def _custodian_key(rec, keys_of, fact):
    ceremony = keys_of(rec, fact)
    if ceremony is None or ceremony.called is None or ceremony.called.seq > fact.seq:
        return b""
    return ceremony.signer(fact.body["index"]) or b""


def author_problem(rec, keys_of, fact):
    """None if section 3.1 allows the author of this act, else a sentence; '' if it cannot be known yet."""
    authors = fact.rule.authors
    if authors == ("bid key",):
        key = _bid_key(rec, fact)
        if key is None:
            return ""
        return None if key == fact.key else "is not by the key of its bid"
    if authors == ("custodian",):
        return None if _custodian_key(rec, keys_of, fact) == fact.key else "is not by the custodian of that index"
    account = rec.account_of(fact)
    if account is None or account.key != fact.key:
        return "its author is no enrolled account"
    if not account.active(fact.seq):
        return f"{account.name} was not enrolled, or revoked, at that moment"
    if not account.timely(fact.ts):
        return f"{account.name} acted after its time was over"
    party = "buyer" in authors and _tender_party(rec, fact, account)
    roles = {role for role in authors if role not in ("buyer", "agent")}
    if not party and not account.roles & roles:
        return f"{account.name} may not bring about {fact.kind}"
    if fact.kind == "bid.entered" and fact.body["account"] != account.name:
        return "enters a bid for another account"
    if fact.body.get("tender") != rec.tender:
        return None
    if fact.kind == "call.answered":
        place = (fact.body["draw"], fact.body["place"])
        calls = [f.body for f in rec.mine("expert.called") if (f.body["draw"], f.body["place"]) == place]
        return None if calls and calls[0]["expert"] == account.name else f"{account.name} was not called there"
    if fact.kind == "report.signed" or (fact.kind == "seat.vacated" and not party):
        own = checks_award.holders(rec, fact.seq).get(fact.body["seat"]) == account.name
        return None if own else f"{account.name} does not hold the seat {fact.body['seat']}"
    return None


def check_17(check, rec, keys_of):
    acts, unknown = 0, 0
    for fact in rec.facts.values():
        if fact.rule.platform:
            plain = fact.actor == "platform" and fact.sig == ""
            check.expect(plain, f"{fact.kind} is not the platform's own", fact.seq)
            continue
        if fact.kind.startswith("account."):
            continue
        acts += 1
        check.expect(ed25519.fingerprint(fact.key).hex() == fact.actor, "the actor is not @key", fact.seq)
        try:
            held = ed25519.verify(fact.key, fact.message(rec.policy.origin), unhex(fact.sig, 64))
        except Exception as error:  # a hostile sig or size is a failed signature
            check.fail(f"the signature cannot be read: {error}", fact.seq)
            continue
        check.expect(held, f"the signature of {fact.kind} does not hold", fact.seq)
        wrong = author_problem(rec, keys_of, fact)
        if wrong == "":
            unknown += 1
        elif wrong:
            check.fail(wrong, fact.seq)
    if not acts and not check.failures:
        raise NotApplicable("no act is shown whole")
    check.note(f"{acts} acts; {unknown} by bids not disclosed yet")


def check_20(check, rec, rules):
    closed = rec.mine("tender.closed")
    if not closed or rules.notice is None:
        raise NotApplicable("the tender is not closed yet")
    for before, again in zip(closed, closed[1:]):
        moved = any(before.seq < one.seq < again.seq for one in rules.extended)
        check.expect(moved, "tender.closed occurs twice", again.seq)
    for fact in closed:
        earliest = rules.before(fact.seq) + GRACE
        check.expect(fact.ts >= earliest, f"tender.closed at {fact.ts}, before {earliest}", fact.seq)
    fact = closed[-1]
    shares = rec.mine("share.given")
    kept = sorted((c for _, c in kept_checkpoints(rec) if not isinstance(c, Exception)), key=lambda c: c.size)
    closing = None
    for c in kept:
        if 0 < c.size <= rec.size and rec.entries[c.size - 1]["ts"] >= rules.closes_at:
            closing = c
            break
    if closing is None:
        check.fail("no closing checkpoint is kept", fact.seq)
    elif shares:
        before = closing.size <= shares[0].seq
        check.expect(before, f"the closing checkpoint has size {closing.size}, after the first share", shares[0].seq)
        check.note(f"closing checkpoint of size {closing.size}", closing.size - 1)
    else:
        check.note(f"closing checkpoint of size {closing.size}; no share yet", closing.size - 1)
    check.note("cosignatures and time stamps are not part of this version")


CONFLICTS = {
    "bidder": {"buyer", "agent", "custodian", "expert", "supervisor", "registrar", "operator"},
    "supervisor": {"buyer", "agent", "expert", "operator"},
}


def check_34(check, rec, keys):
    for account in rec.accounts.values():
        for role, others in CONFLICTS.items():
            both = account.roles & others if role in account.roles else set()
            seq = account.seq if account.seq >= 0 else 0
            check.expect(not both, f"{account.name} is {role} and {', '.join(sorted(both))}", seq)
    parties = {}
    for fact in rec.mine("tender.registered"):
        parties[fact.body["buyer"]] = "the buyer"
        if "agent" in fact.body:
            parties[fact.body["agent"]] = "the agent"
    bids = rec.mine("bid.entered")
    for fact in bids:
        parties[fact.body["account"]] = "a bidder"
    judges = {}
    for fact in rec.mine("panel.appointed"):
        for account in fact.body["seats"].values():
            judges[account] = ("of the panel", fact.seq)
    for account in checks_award.holders(rec).values():
        judges[account] = ("of the panel", rec.size - 1)
    for ceremony in keys.ceremonies.values():
        if ceremony.called is not None:
            for member in ceremony.members:
                judges[member["account"]] = ("a custodian", ceremony.called.seq)
    for fact in rec.mine("order.suspended", "order.resumed", "order.reevaluated"):
        account = rec.account_of(fact)
        if account is not None:
            judges[account.name] = ("a supervisor", fact.seq)
    for name, (part, seq) in judges.items():
        check.expect(name not in parties, f"{name} is {part} and {parties.get(name)}", seq)
    taken = {account.key.hex() for account in rec.accounts.values()}
    taken |= {a.custody["signer"] for a in rec.accounts.values() if a.custody}
    for ceremony in keys.ceremonies.values():
        if ceremony.called is not None:
            taken |= {m["signer"] for m in ceremony.members}
    for fact in bids:
        check.expect(fact.body["key"] not in taken, "a bid key is an account's or a custodian's key", fact.seq)
    check.note(f"{len(rec.accounts)} accounts, {len(judges)} on the deciding side, {len(parties)} parties")
