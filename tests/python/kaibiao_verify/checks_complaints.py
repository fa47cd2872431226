"""Check 40: orders are answered, the tender stands still when it must, and days are those of law and calendar (8.7).

Invariant: what a fact states of a day is computed again from the times of entries, the law and the calendar.
"""

from . import days
from .report import NotApplicable

SLOW = 60_000
PAUSE = "objection-"
ANSWERS = {
    "order.suspended": ("tender.suspended", "until"),
    "order.resumed": ("tender.resumed",),
    "order.inquired": ("explanation.called", "until"),
    "order.extended": ("deadline.extended", "closes_at", "down"),
    "order.voided": ("step.voided", "step"),
    "order.reevaluated": ("candidates.revoked",),
}
RETURNED = "instruction.returned"
# How an order to evaluate again is obeyed is check 38's; it may be returned like every other.
OBEYING = tuple(answer for answer, *_ in ANSWERS.values() if answer != "candidates.revoked") + (RETURNED,)
QUIET = OBEYING + ("objection.raised", "objection.noted", "objection.replied", "explanation.given", "facts.disclosed")
QUIET += ("qualification.read",)
COMPLAINT = ("filed", "returned", "supplemented", "accepted", "refused", "paused", "continued", "decided", "withdrawn")
COMPLAINT = tuple(f"complaint.{word}" for word in COMPLAINT)
ACCESS = ("access.requested", "access.granted", "access.used")
REPLIES = {
    "objection.noted": "objection.replied",
    "opening.objected": "opening.replied",
    "candidates.objected": "candidates.replied",
}
FAMILY = {"process": "opening", "result": "candidates"}


def check_40(check, rec, rules):
    registered = rec.mine("tender.registered")
    if not registered:
        raise NotApplicable("the tender is not registered")
    regime = registered[0].body["regime"]
    own = sorted((f for f in rec.facts.values() if f.stream == f"tender/{rec.tender}"), key=lambda f: f.seq)
    noted = rec.mine("objection.noted")
    if not noted and not rec.mine(*OBEYING, *ANSWERS, *COMPLAINT, *ACCESS):
        raise NotApplicable("no order, no objection to the documents and no complaint is shown")
    _answered(check, rec, own)
    _short_enough(check, rec, regime)
    _stood_still(check, rec, own, regime, noted)
    _objections(check, rec, rules, regime, noted)
    _complaints(check, rec, regime)
    _accesses(check, rec)
    by = ", ".join(sorted({fact.body["calendar"] for fact in noted}))
    check.note(f"{len(noted)} objections" + (f", counted as {regime} with {by}" if noted else ""))


def _answered(check, rec, own):
    asked = {fact.seq: fact for fact in rec.mine(*ANSWERS)}
    done, resumed = set(), set()
    for fact in own:
        if fact.kind not in OBEYING or fact.body["order"].startswith(PAUSE):
            continue
        order = asked.get(fact.body["seq"])
        if fact.kind == "tender.resumed":
            lapses = _lapses(order, fact) and order.seq in done and fact.body["order"] not in resumed
            resumed.add(fact.body["order"])
            if lapses:
                continue
        fits = order is not None and order.seq < fact.seq and order.body["order"] == fact.body["order"]
        if fits and fact.kind != RETURNED:
            kind, *members = ANSWERS[order.kind]
            fits = kind == fact.kind and all(order.body.get(one) == fact.body.get(one) for one in members)
        check.expect(fits, "obeys an order that was not given like this", fact.seq)
        check.expect(fact.body["seq"] not in done, "answers an order a second time", fact.seq)
        done.add(fact.body["seq"])
    for seq, order in asked.items():
        if order.kind == "order.reevaluated":
            continue  # It waits while the tender stands still; check 38 looks at it.
        late = [f for f in own if f.seq > seq and f.ts - order.ts > SLOW]
        check.expect(seq in done or not late, "the order is not answered, and the tender went on", seq)


def _lapses(order, fact):
    """Whether a tender goes on because the time of the order is over."""
    if order is None or order.kind != "order.suspended" or order.body["order"] != fact.body["order"]:
        return False
    return "until" in order.body and fact.ts >= order.body["until"]


def _short_enough(check, rec, regime):
    """政府采购法57: thirty days for a complaint, counted from the first order given for it."""
    first = {}
    for order in rec.mine("order.suspended"):
        if regime != "government_procurement" or "complaint" not in order.body:
            continue
        start = first.setdefault(order.body["complaint"], order.ts)
        until = order.body.get("until")
        fine = until is not None and until <= days.end_of(days.day_of(start) + 30)
        check.expect(fine, "stops the tender for a complaint beyond thirty days", order.seq)


def _stood_still(check, rec, own, regime, noted):
    held = set()
    known = {(f.seq, PAUSE + f.body["objection"]) for f in noted}
    replied = {(f.seq, PAUSE + f.body["objection"]) for f in rec.mine("objection.replied")}
    for fact in own:
        if fact.kind == "tender.suspended":
            order, seq = fact.body["order"], fact.body["seq"]
            fine = not order.startswith(PAUSE) or ((seq, order) in known and seq < fact.seq)
            check.expect(fine, "stands still for an objection that was not noted", fact.seq)
            held.add(order)
        elif fact.kind == "tender.resumed":
            order, seq = fact.body["order"], fact.body["seq"]
            fine = not order.startswith(PAUSE) or ((seq, order) in replied and seq < fact.seq)
            check.expect(fine, "goes on without a reply to the objection", fact.seq)
            held.discard(order)
        else:
            check.expect(not held or fact.kind in QUIET, f"{fact.kind} while the tender had to stand still", fact.seq)
    stops = {f.body["seq"] for f in rec.mine("tender.suspended")}
    for fact in noted if regime == "works" else ():
        ends = [f.seq for f in rec.mine("objection.replied") if f.body["objection"] == fact.body["objection"]]
        end = min((seq for seq in ends if seq > fact.seq), default=rec.size)
        on = [f for f in own if fact.seq < f.seq < end and f.ts - fact.ts > SLOW and f.kind not in QUIET]
        check.expect(fact.seq in stops or not on, "the tender goes on while the objection is open", fact.seq)


def _calendar(check, fact):
    """The calendar that a fact names, or None and a fault where it is not known here."""
    name = fact.body["calendar"]
    known = days.named(name)
    check.expect(known is not None, f"the days are counted by {name}, a calendar that this verifier does not know", fact.seq)
    return known


def reply_due(calendar, regime, raised):
    """The first instant at which a reply is late, or None."""
    if regime == "works":
        return calendar.calendar_days(days.day_of(raised), 3)
    return calendar.working_days(days.day_of(raised), 7) if regime == "government_procurement" else None


def _entry(rec, seq, before):
    """The time of an earlier confidential entry, or None."""
    if seq >= before or rec.entries[seq]["kind"] != "confidential":
        return None
    return rec.entries[seq]["ts"]


def _objections(check, rec, rules, regime, noted):
    names = set()
    for fact in noted:
        b = fact.body
        raised = _entry(rec, b["seq"], fact.seq)
        if not check.expect(raised is not None, "notes no earlier confidential entry", fact.seq):
            continue
        check.expect(b["objection"] not in names, "the objection is noted a second time", fact.seq)
        names.add(b["objection"])
        calendar = _calendar(check, fact)
        if calendar is None:
            continue
        right = b.get("due") == reply_due(calendar, regime, raised)
        check.expect(right, "the day of the reply is not that of the law and the calendar", fact.seq)
        if b["against"] == "documents":
            timely = _in_window(rules, calendar, regime, (b["seq"], raised))
            check.expect(timely, "the objection came after its window", fact.seq)
        else:
            check.expect(regime == "government_procurement", "this law knows no such objection", fact.seq)


def _in_window(rules, calendar, regime, entry):
    seq, raised = entry
    if rules.notice is None:
        return False
    versions = [f for f in [rules.notice, *rules.amended] if f.seq < seq]
    last = versions[-1] if versions else rules.notice
    deadline = rules.in_force(last, seq)
    if regime == "works":
        return days.day_of(deadline) - days.day_of(raised) >= 10
    if regime == "free":
        return raised < deadline
    known = max(rules.notice.body["documents_until"], last.ts)
    return raised < calendar.working_days(days.day_of(known), 7)


def _raised(rec, calendar, regime, name, before):
    """(grievance, raised, replied, due) of the objections of that name, as they stood before a position."""
    voided = {f.body["step"] for f in rec.mine("step.voided") if f.seq < before}
    out = []
    for kind, reply in REPLIES.items():
        replies = [f.ts for f in rec.mine(reply) if f.body["objection"] == name and f.seq < before and f.seq not in voided]
        replied = replies[-1] if replies else None
        for fact in rec.mine(kind):
            if fact.body["objection"] != name:
                continue
            if kind == "objection.noted":
                at = rec.entries[fact.body["seq"]]["ts"]
                out.append((fact.body["against"], at, replied, fact.body.get("due")))
            elif kind == "opening.objected":
                out.append(("opening", fact.ts, replied, fact.ts))
            else:
                out.append(("candidates", fact.ts, replied, reply_due(calendar, regime, fact.ts)))
    return out


def _wants_objection(regime, grievance):
    if regime == "works":
        return grievance in ("documents", "opening", "candidates")
    return regime == "government_procurement"


def window_end(calendar, regime, known, raised):
    """The first instant at which a complaint is too late, or None."""
    if regime == "works":
        spans = [(days.day_of(at), None if replied is None else days.day_of(replied)) for _, at, replied, _ in raised]
        return calendar.calendar_days(days.day_of(known), 10, spans)
    if regime == "government_procurement" and raised:
        starts = [replied if replied is not None else due - 1 for _, _, replied, due in raised]
        return max(calendar.working_days(days.day_of(start), 15) for start in starts)
    return None


def decision_due(calendar, regime, received, accepted, spans):
    """The first instant at which a decision is late, or None."""
    if regime == "free":
        return None
    start = accepted if regime == "works" else received
    return calendar.working_days(days.day_of(start), 30, [(days.day_of(a), days.day_of(b)) for a, b in spans])


def _complaints(check, rec, regime):
    courses = {}
    for fact in rec.mine(*COMPLAINT):
        courses.setdefault(fact.body["complaint"], []).append(fact)
    for facts in courses.values():
        if facts[0].kind == "complaint.filed":
            course = Course(check, rec, regime, facts[0])
            for fact in facts[1:]:
                course.step(fact)


class Course:
    """One complaint while its facts are read."""

    def __init__(self, check, rec, regime, filed):
        self.check, self.rec, self.regime, self.filed = check, rec, regime, filed
        paper = filed.body.get("paper")
        self.received = paper["received"] if paper else filed.ts
        self.returned = self.supplemented = self.accepted = self.paused = None
        self.spans, self.ended = [], False

    def step(self, fact):
        """Reads one fact and says what is wrong with it."""
        word = fact.kind.partition(".")[2]
        check = self.check
        check.expect(self._follows(word, fact.ts), f"{fact.kind} does not follow in the course", fact.seq)
        if word in ("supplemented", "withdrawn") and "paper" not in self.filed.body:
            check.expect(fact.actor == self.filed.actor, "not by who filed the complaint", fact.seq)
        if word == "returned":
            self.returned = (fact.ts, fact.body["until"])
        elif word == "supplemented":
            self.supplemented = fact.ts
        elif word == "accepted":
            self._accept(fact)
        elif word == "paused":
            self.paused = fact.ts
        elif word == "continued":
            if self.paused is not None:
                self.spans.append((self.paused, fact.ts))
            self.paused = None
            calendar = _calendar(self.check, fact)
            if calendar is not None:
                self._due(calendar, fact)
        elif word == "decided":
            upheld = fact.body["outcome"] == "upheld"
            check.expect(("remedy" in fact.body) == upheld, "what is ordered does not fit the outcome", fact.seq)
        self.ended = self.ended or word in ("decided", "refused", "withdrawn")

    def _follows(self, word, ts):
        if self.ended:
            return False
        return {
            "returned": self.accepted is None and self.returned is None,
            "supplemented": self.accepted is None
            and self.supplemented is None
            and self.returned is not None
            and ts < self.returned[1],
            "accepted": self.accepted is None,
            "refused": self.accepted is None,
            "paused": self.accepted is not None and self.paused is None,
            "decided": self.accepted is not None and self.paused is None,
            "continued": self.paused is not None,
            "withdrawn": True,
        }.get(word, False)

    def _accept(self, fact):
        self.accepted = fact.ts
        if self.returned is not None:
            self.spans.append((self.returned[0], fact.ts if self.supplemented is None else self.supplemented))
        calendar = _calendar(self.check, fact)
        if calendar is None:
            return
        b = self.filed.body
        raised = [one for name in b["objections"] for one in _raised(self.rec, calendar, self.regime, name, fact.seq)]
        family = FAMILY.get(b["grievance"], b["grievance"])
        fitting = [one for one in raised if FAMILY.get(one[0], one[0]) == family]
        if _wants_objection(self.regime, b["grievance"]) and not fitting:
            self.check.fail("taken up without the objection that comes first", fact.seq)
        else:
            end = window_end(calendar, self.regime, b["known"], fitting)
            self.check.expect(end is None or self.received < end, "taken up after its window", fact.seq)
        self._due(calendar, fact)

    def _due(self, calendar, fact):
        accepted = self.received if self.accepted is None else self.accepted
        due = decision_due(calendar, self.regime, self.received, accepted, self.spans)
        right = fact.body.get("due") == due
        self.check.expect(right, "the day of the decision is not that of the law and the calendar", fact.seq)


def _accesses(check, rec):
    asked = rec.mine("access.requested")
    for fact in rec.mine("access.granted"):
        before = [f for f in asked if f.body["access"] == fact.body["access"] and f.seq < fact.seq]
        fine = bool(before) and before[0].actor != fact.actor
        check.expect(fine, "granted without a request, or by who asked", fact.seq)
