"""Check 29: draws computed again from request, frozen pool, pinned head and contributions (section 8.1).

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


def check_29(check, rec, keys):
    requests = rec.mine("draw.requested")
    if not requests:
        raise NotApplicable("this tender has no draw")
    names = [f.body["draw"] for f in requests]
    check.expect(len(set(names)) == len(names), "a draw was asked for twice")
    for fact in requests:
        try:
            _draw(check, rec, keys, fact)
        except Wrong as wrong:
            check.fail(f"{fact.body['draw']}: {wrong}", fact.seq)
    check.note(f"{len(requests)} draws")


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
    completed = _one(rec, "draw.completed", draw, check)
    if pinned is None or completed is None:
        return
    size = frozen.seq + 1
    root = merkle.roots_at(rec.leaves, [size]).get(size, b"").hex()
    same = (pinned.body["size"], pinned.body["root"]) == (size, root)
    check.expect(same, "the head pinned is not that right after the frozen pool", pinned.seq)
    found = keys.of_stage("draw")
    if not check.expect(found and found[1].key_id.hex() == frozen.body["key_id"], "not the draw key", frozen.seq):
        return
    ceremony, key = found
    wanted = u64(frozen.body["wanted"])
    alpha = lp(rec.tender, draw, wanted, unhex(pool), unhex(rules), unhex(pinned.body["root"]))
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
        calls = [f for f in rec.mine("expert.called") if f.body["draw"] == draw]
        for place, fact in enumerate(calls):
            b = fact.body
            own = _identity(rec, draw, b["expert"], unhex(b["salt"]))
            due = b["place"] == place and place < len(order) and order[place] == own
            check.expect(due, f"{b['expert']} is not due at place {b['place']}", fact.seq)
        check.expect(len(calls) >= min(frozen.body["wanted"], len(order)), "too few were called", completed.seq)
    if subject["for"] == "order":
        tie = _one(rec, "tie.drawn", draw, check)
        mine = [_identity(rec, draw, code, bytes(32)) for code in tie.body["order"]] if tie else None
        check.expect(mine == order, "the order for ties is not the one drawn", completed.seq)
