"""Check 41: cards recomputed (section 13).

Invariant: of a card only what it says it was computed from is taken; the rest follows from the facts below its size.
"""

from . import checks_versions
from .days import day_of, end_of, named
from .report import NotApplicable

DAY = 86_400_000
FRESH, LATEST = 60_000, 600_000
OWN = ("card.issued", "card.warned", "card.ended")
AHEAD = ("h48", "h24", "today", "over")
MILLIS = {"hour": 3_600_000, "minute": 60_000, "second": 1_000}


def clocks_of(version):
    """The clocks of a version with the calendar that they count by; none where that is not known here, so that their
    cards are looked at as those of other rules are."""
    calendar = named(version["calendar"])
    return [] if calendar is None else [{**clock, "calendar": calendar} for clock in version["clocks"]]


class Scene:
    """The facts of the tender that are read for a card of this size."""

    def __init__(self, rec, size):
        streams = [f"{head}/{rec.tender}" for head in ("tender", "evaluation", "supervision")]
        own = (f for f in rec.facts.values() if f.stream in streams and f.seq < size)
        self.facts = sorted((f for f in own if not f.confidential and f.kind not in OWN), key=lambda f: f.seq)
        registered = self.of("tender.registered")
        self.registered = registered[-1] if registered else None
        ended = self.of("tender.failed") or self.of("tender.terminated")
        self.end = (ended[-1].seq, ended[-1].ts, "lapsed") if ended else None
        self.spans = self._spans()

    def of(self, kind):
        return [f for f in self.facts if f.kind == kind]

    def _spans(self):
        spans, orders = [], set()
        for fact in self.facts:
            if fact.kind == "tender.suspended":
                if not orders:
                    spans.append([fact.ts, None])
                orders.add(fact.body["order"])
            elif fact.kind == "tender.resumed" and fact.body["order"] in orders:
                orders.remove(fact.body["order"])
                if not orders:
                    spans[-1][1] = fact.ts
        return spans

    def runs(self, clock):
        """Every clock of a clock rule."""
        if self.registered is None or self.registered.body["regime"] not in clock["regimes"]:
            return []
        at = self.registered.ts
        if at < clock.get("first", at) or at >= clock.get("gone", at + 1):
            return []
        starts = [f for f in self.of(clock["start"]) if _counts(clock, f)]
        runs = []
        for place, start in enumerate(starts):
            following = starts[place + 1] if clock["last"] and place + 1 < len(starts) else None
            run = Run.of(self, clock, start, following)
            if run is not None:
                runs.append(run)
        return runs

    def told(self, clock):
        told = []
        for word in clock["tells"]:
            if word == "buyer":
                body = self.registered.body
                told += [body["buyer"]] + ([body["agent"]] if "agent" in body else [])
            elif word == "operator":
                told.append("operators")
        return told + ["supervisors"]


def _counts(clock, fact):
    some, only = clock.get("some"), clock.get("only")
    if some is not None:
        elements = fact.body.get(some["member"])
        inner = [e.get(some["holds"]) for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
        if not any(isinstance(one, list) and one for one in inner):
            return False
    return only is None or fact.body.get(only["member"]) == only["is"]


def _stops(clock, start, fact):
    if fact.seq <= start.seq or fact.kind not in clock["stop"]:
        return False
    join = clock.get("join")
    if join is None:
        return True
    theirs = fact.body.get(join["stop"])
    ours = start.seq if join["start"] == "@seq" else start.body.get(join["start"])
    return theirs is not None and theirs == ours


class Run:
    """One clock: its start, its limit (None while procurement stands still), its end as (seq, ts, how)."""

    def __init__(self, clock, start):
        self.clock, self.start, self.facts = clock, start, {start.seq}
        self.due, self.end, self.resumed = None, None, None

    @classmethod
    def of(cls, scene, clock, start, following):
        run, number, unit = cls(clock, start), clock["number"], clock["unit"]
        if "days_of" in clock:
            of = clock["days_of"]
            before = [f for f in scene.of(of["kind"]) if f.seq < start.seq]
            if not before or not _integer(before[-1].body.get(of["member"])):
                return None
            number = before[-1].body[of["member"]]
            run.facts.add(before[-1].seq)
        begun = start.body.get(clock["base"]) if "base" in clock else start.ts
        if not _integer(begun):
            return None
        if unit in MILLIS:
            due = begun + number * MILLIS[unit]
        else:
            calendar = clock["calendar"]
            last = calendar.reached(day_of(begun), max(number, 0), "w" if unit == "working_day" else "d")
            due = end_of(calendar.working_from(last) if unit == "day" and clock["rolls"] else last) - 1
        for at, over in scene.spans if clock["pauses"] else ():
            if at >= due:
                break
            if over is None:
                due = None
                break
            due += max(over - max(at, begun), 0)
            run.resumed = over
        run.due = due
        stop = next((f for f in scene.facts if _stops(clock, start, f)), None)
        ends = [scene.end] if scene.end else []
        if stop is not None:
            run.facts.add(stop.seq)
            ends.append((stop.seq, stop.ts, "cured"))
        if following is not None:
            ends.append((following.seq, following.ts, "replaced"))
        run.end = min(ends) if ends else None
        return run

    @property
    def about(self):
        value = self.start.body.get(self.clock["about"]) if "about" in self.clock else None
        return value if isinstance(value, str) else ""

    @property
    def raised(self):
        """When the yellow card before the limit is raised."""
        return max(self.due - 2 * DAY, self.start.ts)

    def over(self, at):
        """Whether it had ended by an instant."""
        return self.end is not None and self.end[1] <= at

    def known(self, at):
        """An instant before the limit, or the later one at which the limit was settled."""
        return at if self.resumed is None else max(at, self.resumed)

    def card(self, scene, at):
        """(members that a card must have, whether the clock is over) at an instant; None without a card."""
        if self.due is None:
            return None
        over = self.over(at)
        seen = self.end[1] if over else at
        clock = self.clock
        if clock["red"] and seen > self.due:
            colour, raised = "red", self.due + 1
        elif clock["warns"] and seen >= self.raised:
            colour, raised = "yellow", self.raised
        elif not clock["warns"] and not clock["red"] and seen > self.due:
            colour, raised = "yellow", self.due + 1
        else:
            return None
        wanted = {
            "about": self.about,
            "ahead": self.ahead(seen),
            "basis": clock["basis"],
            "colour": colour,
            "due": self.due,
            "facts": sorted(self.facts),
            "raised": raised,
            "told": scene.told(clock),
        }
        return wanted, over

    def ahead(self, seen):
        if seen > self.due:
            return "over"
        if day_of(seen) >= day_of(self.due):
            return "today"
        return "h24" if self.due - seen <= DAY else "h48"


def _integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


class Course:
    """What was issued for one cause."""

    def __init__(self):
        self.yellow, self.red, self.warnings, self.ended = None, None, [], None

    @property
    def last(self):
        return self.red or self.yellow

    @property
    def warned(self):
        return [fact.body["ahead"] for fact in self.warnings]

    @property
    def last_seq(self):
        return self.last.seq if self.last else None


class Cards:
    """The check while it runs."""

    def __init__(self, check, rec):
        self.check, self.rec = check, rec
        self.versions = [f for f in rec.of("rules.adopted") if f.stream == "rules"]
        self.causes, self.places, self.exact, self.other = {}, {}, 0, 0

    def version(self, size, at):
        known = [f for f in self.versions if f.seq < size and f.body["from"] <= at]
        return known[-1].body if known else None

    def run_of(self, scene, version, rule, since):
        clocks = [clock for clock in clocks_of(version) if clock["rule"] == rule]
        return next((run for clock in clocks for run in scene.runs(clock) if run.start.seq == since), None)

    def issued(self, fact):
        card, expect = fact.body, self.check.expect
        cause = (card["rule"], card["about"], card["since"] if "due" in card else None)
        course = self.causes.setdefault(cause, Course())
        before = course.red if card["colour"] == "red" else course.last
        if not expect(before is None and course.ended is None, "a card is issued twice for one cause", fact.seq):
            return
        expect(_fresh(fact), "the card was not computed when it was issued", fact.seq)
        expect(card.get("follows") == course.last_seq, "the card does not follow the yellow one before it", fact.seq)
        within = card["facts"] and all(seq < card["size"] for seq in card["facts"] + [card["since"]])
        expect(within, "the card rests on facts that it did not read", fact.seq)
        if self._follows(fact, card):
            self.exact += 1
        else:
            self.other += 1
        self.places[fact.seq] = course
        setattr(course, card["colour"], fact)

    def _follows(self, fact, card):
        version = self.version(card["size"], card["at"])
        if not self.check.expect(version is not None, "no version of the rules was in force", fact.seq):
            return False
        if not self.check.expect(version["version"] == card["version"], "another version than the one in force", fact.seq):
            return False
        if "due" not in card or all(clock["rule"] != card["rule"] for clock in clocks_of(version)):
            return False
        scene = Scene(self.rec, card["size"])
        run = self.run_of(scene, version, card["rule"], card["since"])
        wanted = run.card(scene, card["at"]) if run else None
        if not self.check.expect(wanted is not None, "no fact supports the card", fact.seq):
            return True
        same = all(card.get(name) == value for name, value in wanted[0].items())
        same = same and (card["colour"] == "red" or not wanted[1])
        self.check.expect(same, "the card is not the one that follows from the log", fact.seq)
        return True

    def warned(self, fact):
        body, course = fact.body, self.places.get(fact.body["card"])
        if not self.check.expect(course and course.yellow, "the warning is of no yellow card", fact.seq):
            return
        yellow = course.yellow.body
        before = [AHEAD.index(word) for word in course.warned + [yellow["ahead"]] if "ahead" in yellow]
        place = AHEAD.index(body["ahead"])
        turn = all(place > one for one in before) and body["ahead"] != "over"
        turn = turn and course.last_seq == body["card"] and course.ended is None and _fresh(fact)
        self.check.expect(turn, "the warning is not in its turn", fact.seq)
        course.warnings.append(fact)
        version = self.version(body["size"], body["at"])
        if version is None or all(clock["rule"] != yellow["rule"] for clock in clocks_of(version)):
            return
        scene = Scene(self.rec, body["size"])
        run = self.run_of(scene, version, yellow["rule"], yellow["since"])
        wanted = run.card(scene, body["at"]) if run else None
        same = wanted and not wanted[1] and (wanted[0]["due"], wanted[0]["ahead"]) == (body["due"], body["ahead"])
        self.check.expect(same, "the warning is not the one that follows from the log", fact.seq)

    def ended(self, fact):
        body, course = fact.body, self.places.get(fact.body["card"])
        known = course is not None and course.last_seq == body["card"] and course.ended is None
        if not self.check.expect(known, "it ends no card that is open", fact.seq):
            return
        course.ended = fact
        self.check.expect(body["by"] < fact.seq, "the fact that ended the card comes after its end", fact.seq)
        card, version = course.last.body, self.version(fact.seq, fact.ts)
        if version is None or "due" not in card or all(clock["rule"] != card["rule"] for clock in clocks_of(version)):
            return
        run = self.run_of(Scene(self.rec, fact.seq), version, card["rule"], card["since"])
        over = (run.end[0], run.end[2]) if run and run.end else None
        self.check.expect(over == (body["by"], body["how"]), "the card did not end like this", fact.seq)

    def missing(self):
        """What came late or never, with ten minutes from the first entry of a platform that was away (13.3)."""
        times = [entry["ts"] for entry in self.rec.entries]
        known = [f for f in self.versions if f.body["from"] <= times[-1]]
        if not known:
            return
        version, begins = known[-1].body, max(known[-1].body["from"], known[-1].ts)

        def waited(at):
            first = next((ts for ts in times if ts >= max(at, begins)), None)
            return first + LATEST if first is not None and first + LATEST <= times[-1] else None

        scene = Scene(self.rec, self.rec.size)
        for run in (run for clock in clocks_of(version) for run in scene.runs(clock)):
            course = self.causes.get((run.clock["rule"], run.about, run.start.seq), Course())
            if run.due is not None:
                self._red(run, course, waited)
                self._yellow(run, course, waited)
                self._warnings(run, course, waited)
            if run.end is not None and course.last:
                until = waited(max(run.end[1], course.last.ts))
                if until is not None and not _stands(course.ended, until):
                    self.check.fail(f"the card of {run.clock['rule']} was not ended, or late", run.end[0])

    def _adopted(self, at):
        return any(f.body["from"] <= at and f.ts <= at for f in self.versions)

    def _lacks(self, run, what):
        self.check.fail(f"the {what} of {run.clock['rule']} is missing or late", run.start.seq)

    def _red(self, run, course, waited):
        late = run.due + 1
        if run.clock["red"] and not run.over(run.due) and self._adopted(late):
            until = waited(late)
            if until is not None and not _stands(course.red, until):
                self._lacks(run, "red card")

    def _yellow(self, run, course, waited):
        raised = run.known(run.raised)
        until = waited(raised) if run.clock["warns"] and self._adopted(raised) else None
        if until is not None and until <= run.due and not run.over(until) and not _stands(course.yellow, until):
            self._lacks(run, "yellow card")

    def _warnings(self, run, course, waited):
        if course.yellow is None or not run.clock["warns"]:
            return
        today = end_of(day_of(run.due) - 1)
        for word, at, following in (("h24", run.due - DAY, today), ("today", today, run.due + 1)):
            at = run.known(at)
            until = waited(at) if self._adopted(at) else None
            if until is None or until >= following or run.over(until) or not _stands(course.yellow, until):
                continue
            said = [f.body["ahead"] for f in course.warnings if f.ts <= until] + [course.yellow.body.get("ahead")]
            if not any(one in AHEAD and AHEAD.index(one) >= AHEAD.index(word) for one in said):
                self._lacks(run, f'warning "{word}"')


def _stands(fact, until):
    return fact is not None and fact.ts <= until


def _fresh(fact):
    return fact.body["size"] <= fact.seq and 0 <= fact.ts - fact.body["at"] <= FRESH


def check_41(check, rec):
    """Every card of a clock rule is the one that follows; none is missing, late or issued twice."""
    cards = Cards(check, rec)
    own = [f for f in rec.of(*OWN) if f.stream == f"supervision/{rec.tender}"]
    if not cards.versions and not any(f.kind == "card.issued" for f in own):
        raise NotApplicable("no rules of supervision are adopted")
    checks_versions.sound(check, cards.versions)
    take = {"card.issued": cards.issued, "card.warned": cards.warned, "card.ended": cards.ended}
    for fact in own:
        take[fact.kind](fact)
    cards.missing()
    check.note(f"{cards.exact} cards of clock rules recomputed, {cards.other} of other rules looked at")
