"""Checks 06 to 10: accounts, custodians and the opening keys.

Invariant: an opening key is used by later checks only as it was recomputed
from the commitments of the members.
"""

import hashlib

from . import ed25519, edwards, seal
from .canon import Wrong, lp, spell, u16, u32, unhex
from .report import NotApplicable


class StageKey:
    """An opening key: joint key and public shares as (bytes, point), and its id."""

    def __init__(self, y, shares, key_id):
        self.y, self.shares, self.key_id = y, shares, key_id


class Ceremony:
    """The open facts of one ceremony, by kind."""

    def __init__(self, rec, name):
        self.name = name
        self.facts = [f for f in rec.facts.values() if f.kind.startswith("ceremony.") and f.body["ceremony"] == name]
        self.facts.sort(key=lambda f: f.seq)
        self.called = next(iter(self.of("ceremony.called")), None)
        self.completed = next(iter(self.of("ceremony.completed")), None)
        if self.called is not None:
            body = self.called.body
            self.members, self.n, self.k, self.count = body["members"], len(body["members"]), body["k"], body["keys"]
            purpose = body["purpose"]
            self.tender, self.stage = purpose.get("tender", ""), purpose.get("stage", "")
            self.points = b"".join(unhex(m["point"]) for m in self.members)
            self.signers = b"".join(unhex(m["signer"]) for m in self.members)

    def of(self, kind):
        """Its facts of one kind."""
        return [f for f in self.facts if f.kind == kind]

    def signer(self, index):
        """The signer key of a member, or None."""
        if self.called is None:
            return None
        return next((unhex(m["signer"]) for m in self.members if m["index"] == index), None)

    def _fields(self, slot):
        session = unhex(self.called.body["session"])
        head = (self.tender, self.stage, session, u32(slot), u16(self.n), u16(self.k))
        return (*head, self.points, self.signers)

    def context(self, slot):
        """The context of a slot."""
        return hashlib.sha512(lp("tender-dkg/v1", *self._fields(slot))).digest()

    def rounds(self, slot):
        """(points, pop) per member in order, from the first ceremony.committed of each."""
        by_index = {}
        for fact in self.of("ceremony.committed"):
            by_index.setdefault(fact.body["index"], fact.body["slots"][slot])
        return [by_index[m["index"]] for m in self.members]

    def derive(self, slot):
        """The StageKey of a slot, recomputed."""
        rounds = self.rounds(slot)
        sums = []
        for m in range(self.k):
            acc = edwards.IDENTITY
            for row in rounds:
                acc = edwards.add(acc, seal.element(unhex(row["points"][m])))
            sums.append(acc)
        y = (edwards.encode(sums[0]), sums[0])
        shares = []
        for j in range(1, self.n + 1):
            point = edwards.combine([(pow(j, m, edwards.ORDER), p) for m, p in enumerate(sums)])
            shares.append((edwards.encode(point), point))
        commitments = b"".join(unhex(p) for row in rounds for p in row["points"])
        pops = b"".join(unhex(row["pop"]) for row in rounds)
        public = b"".join(data for data, _ in shares)
        fields = (self.context(slot), *self._fields(slot), commitments, pops, y[0], public, b"")
        return StageKey(y, shares, hashlib.sha256(lp("tender-key/v1", *fields)).digest())


class Keys:
    """The ceremonies used by the tender and the keys derived from them."""

    def __init__(self, rec):
        self.assigned = rec.mine("key.assigned")
        names = dict.fromkeys(f.body["ceremony"] for f in self.assigned)
        self.ceremonies = {name: Ceremony(rec, name) for name in names}
        self.derived = {}

    def slot(self, ceremony, slot):
        """The recomputed key of a slot; only after 07 passed."""
        if (ceremony, slot) not in self.derived:
            self.derived[ceremony, slot] = self.ceremonies[ceremony].derive(slot)
        return self.derived[ceremony, slot]

    def of_stage(self, stage):
        """(Ceremony, StageKey) of a stage, or None."""
        for fact in self.assigned:
            b = fact.body
            if b["stage"] == stage and 0 <= b["slot"] < self.ceremonies[b["ceremony"]].count:
                return self.ceremonies[b["ceremony"]], self.slot(b["ceremony"], b["slot"])
        return None


def enrolment(origin, account, key):
    """The enrolment message of a key."""
    return lp("kaibiao/enrol/v1", origin, account, key)


def custody_problem(origin, account, custody):
    """None if both proofs of a custodian's keys hold."""
    signer, point = unhex(custody["signer"]), unhex(custody["point"])
    if not ed25519.verify(signer, enrolment(origin, account, signer), unhex(custody["signer_proof"])):
        return "signer_proof does not hold"
    return point_problem(origin, account, signer, point, custody["point_proof"])


def point_problem(origin, account, signer, point, text):
    """None if the proof of a custodian's point holds."""
    try:
        proof = unhex(text, 96)
        ctx = lp("kaibiao/enrol-static/v1", origin, account, signer, point)
        h = seal.hash_element("static", ctx)
        sides = (seal.GENERATOR, seal.pair(point, "point"), (edwards.encode(h), h), seal.pair(proof[:32], "D"))
        if not seal.dleq(*sides, proof[32:], "static-proof", ctx):
            return "point_proof does not hold"
    except Wrong as error:
        return f"point_proof: {error}"
    return None


def held_of(body):
    """The commitment to the withheld members of an enrolment, in hex."""
    members = {name: body[name] for name in ("contact", "employer", "name")}
    return hashlib.sha256(lp("kaibiao/held/v1", unhex(body["salt"]), spell(members))).hexdigest()


def check_06(check, rec, keys):
    policy, founded = rec.policy, rec.facts.get(0)
    listed = {}
    if founded is None or founded.kind != "platform.founded":
        check.fail("there is no open platform.founded", 0)
    else:
        rows = founded.body["registrars"]
        listed = {row["account"]: unhex(row["key"]) for row in rows}
        check.expect(len(listed) == len(rows), "a registrar occurs twice", 0)
        check.expect(listed == policy.registrars, "the registrars are not those of the policy", 0)
    registrars = {ed25519.fingerprint(key).hex(): key for key in policy.registrars.values()}
    names, account_keys, signers, points = set(listed), set(listed.values()), set(), set()
    for fact in rec.of("account.enrolled", "account.revoked"):
        b = fact.body
        check.expect(fact.actor in registrars, "is not by a registrar", fact.seq)
        if "@key" in fact.at:
            check.expect(ed25519.fingerprint(fact.key).hex() == fact.actor, "@key is not that of the actor", fact.seq)
        if fact.actor in registrars:
            good = ed25519.verify(registrars[fact.actor], fact.message(policy.origin), unhex(fact.sig))
            check.expect(good, "the signature does not hold", fact.seq)
        signer = rec.account_of(fact)
        check.expect(signer is None or signer.timely(fact.ts), "the registrar's time was over", fact.seq)
        if fact.kind == "account.revoked":
            continue
        if fact.rule.withheld <= set(b):
            check.expect(b["held"] == held_of(b), "held does not fit the members shown", fact.seq)
        key = unhex(b["key"])
        held = ed25519.verify(key, enrolment(policy.origin, b["account"], key), unhex(b["proof"]))
        check.expect(held, "the account's own proof does not hold", fact.seq)
        check.expect(b["account"] not in names, f"the account {b['account']} occurs twice", fact.seq)
        check.expect(key not in account_keys, "the account key occurs twice", fact.seq)
        names.add(b["account"])
        account_keys.add(key)
        custody = b.get("custody")
        if custody is None:
            check.expect("custodian" not in b["roles"], "a custodian without custody keys", fact.seq)
            continue
        wrong = custody_problem(policy.origin, b["account"], custody)
        check.expect(wrong is None, f"custody: {wrong}", fact.seq)
        check.expect(custody["signer"] not in signers, "the custody signer occurs twice", fact.seq)
        check.expect(custody["point"] not in points, "the custody point occurs twice", fact.seq)
        signers.add(custody["signer"])
        points.add(custody["point"])
    for name, ceremony in keys.ceremonies.items():
        if ceremony.called is None:
            check.fail(f"the ceremony {name} was never called")
            continue
        _members(check, rec, ceremony)
    check.note(f"{len(names)} accounts, each signed by a registrar")


def _members(check, rec, ceremony):
    seq = ceremony.called.seq
    for member in ceremony.members:
        account = rec.accounts.get(member["account"])
        good = account is not None and account.active(seq) and "custodian" in account.roles and account.custody
        if check.expect(good, f"member {member['account']} is no enrolled custodian", seq):
            same = (account.custody["signer"], account.custody["point"]) == (member["signer"], member["point"])
            check.expect(same, f"member {member['account']} has other keys than it enrolled with", seq)


def check_07(check, rec, keys):
    if not keys.assigned:
        raise NotApplicable("no key is assigned to the tender")
    for ceremony in keys.ceremonies.values():
        if ceremony.called is None:
            check.fail(f"the ceremony {ceremony.name} was never called")
            continue
        seq, n, k = ceremony.called.seq, ceremony.n, ceremony.k
        check.expect(len(ceremony.of("ceremony.called")) == 1, "called twice", seq)
        indices = [m["index"] for m in ceremony.members]
        check.expect(indices == list(range(1, n + 1)) and n < 65536, "the indices are not 1 to n", seq)
        check.expect(1 <= k <= n < 2 * k, f"k = {k} of n = {n} is not a majority", seq)
        check.expect(1 <= ceremony.count < 2**32, "the number of keys is not possible", seq)
        for fact in ceremony.of("ceremony.complained") + ceremony.of("ceremony.failed"):
            check.fail("a ceremony with a complaint yields no key", fact.seq)
        if check.failures:
            continue
        facts = ceremony.of("ceremony.committed")
        authors = sorted(f.body["index"] for f in facts)
        if check.expect(authors == indices, f"{ceremony.name}: round 1 is not one message of each member", seq):
            for fact in facts:
                _round_1(check, ceremony, fact)
        if not check.failures:
            for slot in range(ceremony.count):
                firsts = [row["points"][0] for row in ceremony.rounds(slot)]
                check.expect(len(set(firsts)) == n, f"slot {slot}: two members have the same constant term", seq)
        check.note(f"{ceremony.name}: {k} of {n}, {ceremony.count} keys")


def _round_1(check, ceremony, fact):
    index, slots = fact.body["index"], fact.body["slots"]
    if not check.expect(len(slots) == ceremony.count, "not one commitment per slot", fact.seq):
        return
    for slot, row in enumerate(slots):
        where = f"member {index}, slot {slot}"
        try:
            raw = [unhex(p) for p in row["points"]]
            points = [seal.element(p, "a point") for p in raw]
            if len(points) != ceremony.k:
                raise Wrong(f"{len(points)} points, not {ceremony.k}")
            pop, context = unhex(row["pop"]), ceremony.context(slot)
            message = lp("tender-dkg/v1/round1", context, u16(index), b"".join(raw), pop)
            if not ed25519.verify(ceremony.signer(index), message, unhex(row["sig"])):
                raise Wrong("the signature does not hold")
            z = seal.scalar(pop[32:], "z")
            challenge = b"FROST-RISTRETTO255-SHA512-v1dkg" + index.to_bytes(32, "little") + raw[0] + pop[:32]
            c = int.from_bytes(hashlib.sha512(challenge).digest(), "little") % edwards.ORDER
            r = edwards.combine([(z, edwards.BASE), (edwards.ORDER - c, points[0])])
            if edwards.encode(r) != pop[:32]:
                raise Wrong("the proof of possession does not hold")
        except Wrong as error:
            check.fail(f"{where}: {error}", fact.seq)


def check_08(check, _rec, keys):
    if not keys.assigned:
        raise NotApplicable("no key is assigned to the tender")
    for ceremony in keys.ceremonies.values():
        done = ceremony.of("ceremony.completed")
        if not check.expect(len(done) == 1, f"{ceremony.name} is not completed exactly once"):
            continue
        rows = done[0].body["keys"]
        if not check.expect(len(rows) == ceremony.count, "not one key per slot", done[0].seq):
            continue
        for slot, row in enumerate(rows):
            key = keys.slot(ceremony.name, slot)
            check.expect(unhex(row["public"]) == key.y[0], f"slot {slot}: another Y", done[0].seq)
            same = [unhex(s) for s in row["shares"]] == [data for data, _ in key.shares]
            check.expect(same, f"slot {slot}: other public shares", done[0].seq)
            check.note(f"slot {slot}: Y {key.y[0].hex()}", done[0].seq)


def check_09(check, _rec, keys):
    if not keys.assigned:
        raise NotApplicable("no key is assigned to the tender")
    for ceremony in keys.ceremonies.values():
        facts = ceremony.of("ceremony.certified")
        authors = sorted(f.body["index"] for f in facts)
        everyone = authors == list(range(1, ceremony.n + 1))
        check.expect(everyone, f"{ceremony.name}: not certified once by each member")
        for fact in facts:
            signer = ceremony.signer(fact.body["index"])
            if signer is None or not check.expect(
                len(fact.body["slots"]) == ceremony.count, "not one signature per slot", fact.seq
            ):
                continue
            for slot, row in enumerate(fact.body["slots"]):
                key_id = keys.slot(ceremony.name, slot).key_id
                check.expect(unhex(row["key_id"]) == key_id, f"slot {slot}: another key_id", fact.seq)
                held = ed25519.verify(signer, lp("tender-key/v1/sign", key_id), unhex(row["sig"]))
                check.expect(held, f"slot {slot}: the signature does not hold", fact.seq)
        check.note(f"{ceremony.name}: {len(facts)} certificates of {ceremony.n}")


def check_10(check, rec, keys):
    notices = rec.mine("tender.noticed")
    if not notices:
        raise NotApplicable("there is no notice yet")
    notice, everywhere = notices[0], rec.of("key.assigned")
    for stage in notice.body["stages"]:
        name = stage["stage"]
        mine = [f for f in keys.assigned if f.body["stage"] == name]
        if not check.expect(len(mine) == 1, f"stage {name}: {len(mine)} keys assigned, not one", notice.seq):
            continue
        fact, b = mine[0], mine[0].body
        check.expect(b["key_id"] == stage["key_id"], f"stage {name}: the notice has another key_id", notice.seq)
        check.expect(fact.seq < notice.seq, f"stage {name}: assigned after the notice", fact.seq)
        uses = [f for f in everywhere if f.body["key_id"] == b["key_id"]]
        uses += [f for f in everywhere if (f.body["ceremony"], f.body["slot"]) == (b["ceremony"], b["slot"])]
        check.expect(len({f.seq for f in uses}) == 1, f"stage {name}: its key is assigned more than once", fact.seq)
        ceremony = keys.ceremonies[b["ceremony"]]
        done = ceremony.completed
        if not check.expect(done and done.seq < fact.seq, f"stage {name}: its ceremony is not completed", fact.seq):
            continue
        rows = done.body["keys"]
        if not check.expect(0 <= b["slot"] < min(len(rows), ceremony.count), "there is no such slot", fact.seq):
            continue
        check.expect(rows[b["slot"]]["key_id"] == b["key_id"], "the slot's key_id is another", fact.seq)
        recomputed = keys.slot(b["ceremony"], b["slot"]).key_id
        check.expect(recomputed == unhex(b["key_id"]), "the recomputed key_id is another", fact.seq)
        purpose = ceremony.called.body["purpose"]
        fits = purpose["for"] == "stock" or (purpose["tender"], purpose["stage"]) == (rec.tender, name)
        check.expect(fits, f"stage {name}: the ceremony was for something else", fact.seq)
        check.note(f"stage {name}: key {b['key_id']}", fact.seq)
