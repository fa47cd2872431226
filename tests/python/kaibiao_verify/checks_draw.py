"""Check 29: draws computed again from request, frozen pool, pinned head and contributions (section 8.5).

Invariant: the seed is computed from the contributions alone and only then
compared with the one that the record states.
"""

import hashlib
import hmac

from . import edwards, merkle, seal
from .canon import Wrong, lp, spell, u16, u64, unhex
from .report import NotApplicable

PLAIN = b"tender-seal/v1/ristretto255-sha512-cobblestone256"


def _dst(name):
    return PLAIN + b"/" + name.encode()


def _dleq(share, base, value, proof, ctx):
    c, z = seal.scalar(proof[:32], "c"), seal.scalar(proof[32:], "z")
    back = edwards.ORDER - c if c else 0
    a1 = edwards.encode(edwards.combine([(z, edwards.BASE), (back, share[1])]))
    a2 = edwards.encode(edwards.combine([(z, base[1]), (back, value[1])]))
    text = lp(ctx, seal.G_BYTES, share[0], base[0], value[0], a1, a2)
    found = seal.expand(text, _dst("dvrf-proof"))
    return c == int.from_bytes(found, "little") % edwards.ORDER


class Numbers:
    """The stream of 64-bit numbers of a seed."""

    def __init__(self, seed):
        self.seed, self.block, self.waiting = seed, 0, []

    def _take(self):
        if not self.waiting:
            data = hmac.new(self.seed, lp("tender-draw/v1/stream", u64(self.block)), hashlib.sha512).digest()
            self.waiting = [int.from_bytes(data[n : n + 8], "big") for n in range(0, 64, 8)]
            self.block += 1
        return self.waiting.pop(0)

    def below(self, bound):
        """A number below a bound, without bias."""
        limit = 2**64 // bound * bound
        while True:
            number = self._take()
            if number < limit:
                return number % bound


def shuffled(seed, items):
    """The items in the order of a seed."""
    out, numbers = list(items), Numbers(seed)
    for i in range(len(out)):
        j = i + numbers.below(len(out) - i)
        out[i], out[j] = out[j], out[i]
    return out


def _one(rec, kind, draw, check):
    facts = [f for f in rec.mine(kind) if f.body["draw"] == draw]
    if len(facts) > 1:
        check.fail(f"the draw {draw} has a second {kind}", facts[1].seq)
    return facts[0] if facts else None


def _identity(rec, draw, name, salt):
    return hashlib.sha256(lp("kaibiao/drawn/v1", rec.tender, draw, name, salt)).hexdigest()


CALLS = ("expert.called", "call.answered", "call.lapsed")
FOUNDED = ("pool.frozen", "draw.completed", "coefficient.drawn", "tie.drawn", "expert.called")


def _due(check, rec):
    """What the method leaves to a draw was drawn before the result."""
    noticed, concluded = rec.mine("tender.noticed"), rec.mine("evaluation.concluded")
    if not noticed or not concluded or noticed[0].body["method"]["method"] != "declared":
        return
    method, end = noticed[0].body["method"], concluded[0].seq
    before = {kind: any(f.seq < end for f in rec.mine(kind)) for kind in ("coefficient.drawn", "tie.drawn")}
    values = not method["drawn"] or before["coefficient.drawn"]
    order = all(tie["by"] != "drawn" for tie in method["ties"]) or before["tie.drawn"]
    check.expect(values and order, "a result although what the method leaves to a draw was not drawn before it", end)


def _unfounded(check, rec, requests):
    """Nothing that only a draw brings about stands there without one; coefficients and ties are drawn once."""
    names = [f.body["draw"] for f in requests]
    check.expect(len(set(names)) == len(names), "a draw was asked for twice")
    for fact in rec.mine(*FOUNDED):
        asked = any(f.body["draw"] == fact.body["draw"] and f.seq < fact.seq for f in requests)
        check.expect(asked, f"nobody asked for the draw {fact.body['draw']}", fact.seq)
    for subject in ("coefficients", "order"):
        asked = sum(1 for f in requests if f.body["subject"]["for"] == subject)
        check.expect(asked <= 1, f"{subject}: asked for twice")


def _further(check, rec, requests):
    """Seats are asked for once; a further draw only takes on those that a used-up order left empty."""
    asked = [f for f in requests if f.body["subject"]["for"] == "experts"]
    fresh = [f for f in asked if "after" not in f.body["subject"]]
    named = {seat for f in rec.mine("panel.appointed", "representatives.named") for seat in f.body["seats"]}
    method = rec.mine("tender.noticed")[0].body["method"] if rec.mine("tender.noticed") else {"panel": 0}
    seats = sum(f.body["subject"]["seats"] for f in fresh) + len(named)
    check.expect(not fresh or seats <= method["panel"], "seats of the panel were drawn for twice", fresh[-1].seq if fresh else None)
    for fact in asked:
        if "after" in fact.body["subject"]:
            _used_up(check, rec, asked, fact)


def _used_up(check, rec, asked, fact):
    used = fact.body["subject"]["after"]
    frozen = [f for f in rec.mine("pool.frozen") if f.body["draw"] == used]
    done = any(f.body["draw"] == used and f.seq < fact.seq for f in rec.mine("draw.completed"))
    first = any(f.body["draw"] == used and f.seq < fact.seq for f in asked)
    if not check.expect(frozen and done and first, "a further draw follows one that is not complete", fact.seq):
        return
    if not rec.mine("award.made"):
        return
    of = {k: [f for f in rec.mine(k) if f.body["draw"] == used and f.seq < fact.seq] for k in CALLS}
    ended = {f.body["place"] for k in CALLS[1:] for f in of[k]}
    open_ = [f for f in of["expert.called"] if f.body["place"] not in ended]
    whole = len(of["expert.called"]) == len(frozen[0].body["ids"])
    check.expect(whole and not open_, f"another draw follows {used}, whose order is not used up", fact.seq)
    sitting = {}
    for other in sorted(rec.mine("call.answered", "recusal.declared", "seat.vacated", "evaluation.reopened"), key=lambda f: f.seq):
        if other.seq > fact.seq:
            break
        if other.kind == "call.answered" and other.body["draw"] == used and other.body["accept"]:
            call = [f for f in of["expert.called"] if f.body["place"] == other.body["place"]]
            sitting.update({f.body["seat"]: other.seq for f in call})
        elif other.kind == "evaluation.reopened":
            sitting = {} if other.body["panel"] == "new" else sitting
        elif other.kind == "seat.vacated" or other.body.get("conflicts"):
            sitting.pop(other.body["seat"], None)
    taken = sum(f.body["subject"]["seats"] for f in asked if f.body["subject"].get("after") == used and f.seq < fact.seq)
    empty = frozen[0].body["wanted"] - len(sitting) - taken
    check.expect(fact.body["subject"]["seats"] <= empty, "a further draw is for more seats than stay empty", fact.seq)


def check_29(check, rec, keys):
    requests = rec.mine("draw.requested")
    _due(check, rec)
    _unfounded(check, rec, requests)
    _further(check, rec, requests)
    if not requests and not check.failures:
        raise NotApplicable("this tender has no draw")
    for fact in requests:
        try:
            _draw(check, rec, keys, fact)
        except Wrong as wrong:
            check.fail(f"{fact.body['draw']}: {wrong}", fact.seq)
    check.note(f"{len(requests)} draws")


def _filters(rec):
    """The filters that every draw of experts applies, in order."""
    registered = rec.mine("tender.registered")
    works = registered and registered[0].body["regime"] == "works"
    qualified = ["qualified"] if works else []
    return ["suspended", "speciality", "region", *qualified, "party", "employer", "past", "kin", "consultant"]


def _wanted(rec, frozen, subject):
    """How many numbers or places a subject asks for, and the filters for it."""
    if subject["for"] == "experts":
        return subject["seats"], _filters(rec)
    if subject["for"] == "order":
        return len(frozen.body["ids"]), []
    noticed = rec.mine("tender.noticed")
    return (len(noticed[0].body["method"].get("drawn", [])) if noticed else 0), []


def coefficients(seed, drawn):
    """{name: value} of the coefficients of a method, in its order, from one stream of numbers."""
    numbers, values = Numbers(seed), {}
    for row in drawn:
        low, high = row["from"], row["to"]
        if row["by_digits"]:
            for scale in (100, 10, 1):
                first = low // scale
                start = (first + numbers.below(high // scale - first + 1)) * scale
                low, high = max(low, start), min(high, start + scale - 1)
            values[row["name"]] = low
        else:
            values[row["name"]] = low + row["step"] * numbers.below((high - low) // row["step"] + 1)
    return values


def _draw(check, rec, keys, request):
    draw, subject = request.body["draw"], request.body["subject"]
    frozen, pinned = _one(rec, "pool.frozen", draw, check), _one(rec, "draw.pinned", draw, check)
    if frozen is None or frozen.seq <= request.seq:
        check.fail(f"no pool was frozen for {draw}", request.seq)
        return
    ids = frozen.body["ids"]
    check.expect(all(a < b for a, b in zip(ids, ids[1:])), "the frozen pool is out of order", frozen.seq)
    pool = hashlib.sha256(lp(*[unhex(i) for i in ids])).hexdigest()
    check.expect(pool == frozen.body["pool"], "the pool is not what its hash says", frozen.seq)
    rules = hashlib.sha256(lp("kaibiao/eligibility/v1", spell(subject), *frozen.body["filters"])).hexdigest()
    check.expect(rules == frozen.body["rules"], "the rules are not those of the request", frozen.seq)
    wanted, filters = _wanted(rec, frozen, subject)
    lawful = frozen.body["wanted"] == wanted and frozen.body["filters"] == filters
    empty = subject["for"] != "coefficients" or not ids
    check.expect(lawful and empty, "the pool is not for what was asked, or not filtered so", frozen.seq)
    completed = _one(rec, "draw.completed", draw, check)
    if pinned is None or completed is None:
        early = any(f.body["draw"] == draw for f in rec.mine("coefficient.drawn", "tie.drawn", "expert.called"))
        check.expect(not early, f"something follows from {draw}, which is not complete", request.seq)
        return
    size = frozen.seq + 1
    root = merkle.roots_at(rec.leaves, [size]).get(size, b"").hex()
    same = (pinned.body["size"], pinned.body["root"]) == (size, root)
    check.expect(same, "the head pinned is not that right after the frozen pool", pinned.seq)
    found = keys.of_stage("draw")
    if not check.expect(found and found[1].key_id.hex() == frozen.body["key_id"], "not the draw key", frozen.seq):
        return
    ceremony, key = found
    alpha = lp(rec.tender, draw, u64(wanted), unhex(pool), unhex(rules), unhex(pinned.body["root"]))
    point = edwards.from_uniform(seal.expand(lp(key.y[0], alpha), _dst("dvrf/h")))
    base, given = (edwards.encode(point), point), {}
    for fact in rec.mine("draw.answered"):
        if fact.body["draw"] != draw:
            continue
        index, part = fact.body["index"], unhex(fact.body["part"])
        known = 1 <= index <= len(key.shares) and ceremony.signer(index) == fact.key
        value = seal.pair(part[:32], "V")
        good = known and _dleq(key.shares[index - 1], base, value, part[32:], lp(u16(index), alpha))
        check.expect(good, f"the contribution of custodian {index} does not hold", fact.seq)
        check.expect(index not in given and fact.seq > pinned.seq, f"custodian {index}: twice or too early", fact.seq)
        if fact.seq < completed.seq:
            given[index] = value[1]
    quorum = sorted(given)[: ceremony.k]
    check.expect(quorum == completed.body["quorum"] and len(quorum) == ceremony.k, "not the quorum", completed.seq)
    joint = edwards.encode(seal.interpolate({i: given[i] for i in quorum}))
    seed = hashlib.sha512(lp(_dst("dvrf-out"), alpha, joint)).digest()
    if not check.expect(seed.hex() == completed.body["seed"], "the seed does not follow", completed.seq):
        return
    order = shuffled(seed, ids)
    if subject["for"] == "experts" and rec.mine("award.made"):
        _calls(check, rec, draw, order, frozen.body["wanted"], completed.seq)
    if subject["for"] == "coefficients":
        told = _one(rec, "coefficient.drawn", draw, check)
        mine = coefficients(seed, rec.mine("tender.noticed")[0].body["method"]["drawn"])
        same = told is not None and told.seq > completed.seq and told.body["values"] == mine
        check.expect(same, "the coefficients are not those that the seed gives", completed.seq)
    if subject["for"] == "order":
        tie = _one(rec, "tie.drawn", draw, check)
        mine = [_identity(rec, draw, code, bytes(32)) for code in tie.body["order"]] if tie else None
        same = mine == order and tie.seq > completed.seq
        check.expect(same, "the order for ties is not the one drawn", completed.seq)
        for codes in rec.mine("codes.drawn"):
            check.expect(len(codes.body["codes"]) == len(order), "not every code is in the order", completed.seq)


def _calls(check, rec, draw, order, wanted, completed):
    """Calls take the order place by place, to seats that are vacant; answers come in time."""
    kinds = ("expert.called", "call.answered", "call.lapsed")
    of = {kind: [f for f in rec.mine(kind) if f.body["draw"] == draw] for kind in kinds}
    calls, seats = of["expert.called"], {f"{draw}-{n + 1}" for n in range(wanted)}
    for place, fact in enumerate(calls):
        b = fact.body
        own = _identity(rec, draw, b["expert"], unhex(b["salt"]))
        due = b["place"] == place and place < len(order) and order[place] == own
        check.expect(due, f"{b['expert']} is not due at place {b['place']}", fact.seq)
        fits = b["seat"] in seats and fact.seq > completed
        check.expect(fits, f"the draw does not fill the seat {b['seat']}", fact.seq)
        held = [other for other in calls[:place] if other.body["seat"] == b["seat"]]
        vacant = not held or _ended(rec, of, held[-1], fact.seq)
        check.expect(vacant, f"{b['expert']} was called to {b['seat']} while it was not vacant", fact.seq)
    check.expect(len(calls) >= min(wanted, len(order)), "too few were called", completed)
    said = set()
    for fact in of["call.answered"]:
        place = fact.body["place"]
        call = next((f.body for f in calls if f.body["place"] == place), None)
        lapsed = any(f.body["place"] == place and f.seq < fact.seq for f in of["call.lapsed"])
        timely = call is not None and fact.ts < call["until"] and not lapsed and place not in said
        said.add(place)
        check.expect(timely, f"the answer for place {place} comes twice, uncalled or late", fact.seq)


def _ended(rec, of, call, until):
    """Whether a call had come to nothing, or its expert had left the seat, after it and before a position."""
    place, seat = call.body["place"], call.body["seat"]
    gone = [f for f in of["call.lapsed"] if f.body["place"] == place]
    gone += [f for f in of["call.answered"] if f.body["place"] == place and not f.body["accept"]]
    gone += [f for f in rec.mine("recusal.declared") if f.body["seat"] == seat and f.body["conflicts"]]
    gone += [f for f in rec.mine("seat.vacated") if f.body["seat"] == seat]
    gone += [f for f in rec.mine("evaluation.reopened") if f.body["panel"] == "new"]
    return any(call.seq < f.seq < until for f in gone)
