"""Checks 26 to 28: shares, decryption and the opening record.

Invariant: a plaintext counts only if it was recomputed here, from valid batches.
"""

from . import canon, ed25519, edwards, schema, seal
from .canon import Wrong, unhex
from .checks_bids import bid_key_message, unlocks
from .report import NotApplicable

LETTER_LIMIT = 8 << 20


class Batches:
    """The valid batches of every stage, and the plaintexts that they give."""

    def __init__(self):
        self.valid = {}
        self.settled = {}
        self.plain = {}


def _stage_of(rec, stage, kind):
    return [f for f in rec.mine(kind) if f.body["stage"] == stage]


def check_26(check, rec, keys, bids, batches):
    settled = rec.mine("list.settled")
    given = rec.mine("share.given")
    if not given and not rec.mine("share.faulted", "opening.recorded"):
        raise NotApplicable("no share is given yet")
    for fact in given:
        if not any(s.body["stage"] == fact.body["stage"] and s.seq < fact.seq for s in settled):
            check.fail("a batch before its list is settled", fact.seq)
    for final in settled:
        stage = final.body["stage"]
        if stage in batches.settled:
            continue
        batches.settled[stage] = final
        found = keys.of_stage(stage)
        if found is None:
            check.fail(f"stage {stage} has no key", final.seq)
            continue
        _stage_shares(check, rec, found, bids, batches, final)
    for record in rec.mine("opening.recorded"):
        valid, quorum = batches.valid.get(record.body["stage"], {}), record.body["quorum"]
        found = keys.of_stage(record.body["stage"])
        k = found[0].k if found else None
        good = len(set(quorum)) == len(quorum) == k and all(i in valid for i in quorum)
        good = good and all(valid[i][0].seq < record.seq for i in quorum)
        check.expect(good, f"the quorum {quorum} is not {k} different custodians with valid batches", record.seq)


def _stage_shares(check, rec, found, bids, batches, final):
    ceremony, key = found
    stage, wanted = final.body["stage"], final.body["submissions"]
    faults = {}
    for fact in _stage_of(rec, stage, "share.faulted"):
        faults.setdefault(fact.body["seq"], []).append(fact)
    seen, valid = set(), {}
    for fact in _stage_of(rec, stage, "share.given"):
        b, seq = fact.body, fact.seq
        index = b["index"]
        if not check.expect(ceremony.signer(index) == fact.key, f"not by custodian {index} itself", seq):
            continue
        check.expect(index not in seen, f"custodian {index} gave its shares twice", seq)
        seen.add(index)
        named = faults.pop(seq, [])
        whole = b["list"] == final.body["list"] and len(b["partials"]) == len(wanted)
        if not named:
            check.expect(b["list"] == final.body["list"], "the batch is for another list", seq)
            check.expect(len(b["partials"]) == len(wanted), "not one partial per envelope", seq)
        if not whole:
            continue
        bad = [s for s, p in zip(wanted, b["partials"]) if not _partial(bids, s, unhex(p), index, key)]
        if named:
            for fault in named:
                f = fault.body
                same = f["index"] == index and f["submission"] in bad
                check.expect(same, f"names {f['submission']} of custodian {index}, whose proof holds", fault.seq)
            continue
        for submission in bad:
            check.note(f"custodian {index}: the proof for {submission} does not hold, and nobody named it", seq)
        if not bad:
            valid.setdefault(index, (fact, {s: unhex(p)[:32] for s, p in zip(wanted, b["partials"])}))
    for rest in faults.values():
        for fault in rest:
            check.fail("names no batch of this stage", fault.seq)
    batches.valid[stage] = valid
    check.note(f"stage {stage}: valid batches of {sorted(valid)}, {len(wanted)} envelopes", final.seq)


def _partial(bids, submission, partial, index, key):
    e = bids.envelopes.get(submission)
    if e is None or e.label is None or not 1 <= index <= len(key.shares):
        return False
    try:
        return seal.partial_holds(partial, index, key.shares[index - 1], e.header, e.label, e.digest)
    except Wrong:
        return False


def recorded_parts(rec):
    """(record, bid, part) of every part of every opening record."""
    for record in rec.mine("opening.recorded"):
        for bid in record.body["bids"]:
            for part in bid["parts"]:
                yield record, bid, part


def check_27(check, rec, keys, bids, batches):
    if not rec.mine("opening.recorded"):
        raise NotApplicable("nothing is opened yet")
    for record in rec.mine("opening.recorded"):
        found = keys.of_stage(record.body["stage"])
        if found is None or len(batches.valid.get(record.body["stage"], {})) < found[0].k:
            raise NotApplicable("not examined: depends on 26")
    opened, without = 0, 0
    for record, bid, part in recorded_parts(rec):
        stage, submission = record.body["stage"], part["submission"]
        final = batches.settled.get(stage)
        if final is None or submission not in final.body["submissions"]:
            check.expect("unopened" in part, f"{submission} is opened and not in F'", record.seq)
            continue
        if not rec.bundle.has(f"bodies/{submission}"):
            without += 1
            continue
        try:
            digest, length, data = _open(rec, keys, bids, batches, final, submission)
            wrong = _part_problem(rec, bids, part, bid, length, data)
        except seal.Closed as error:
            digest, length, data, wrong = None, None, None, str(error)
        except (Wrong, OSError) as error:
            check.fail(f"{submission}: {error}", record.seq)
            continue
        if "unopened" in part:
            bad = part["unopened"]["cause"] == "bidder_bad_envelope"
            check.expect(not bad or wrong is not None, f"{submission} opens to a valid part", record.seq)
            check.expect(bad or wrong is not None, f"{submission} opens, the record says it could not", record.seq)
            continue
        if digest is None:
            check.fail(f"{submission} does not open: {wrong}", record.seq)
            continue
        same = (part.get("sha256"), part.get("bytes")) == (digest.hex(), length)
        check.expect(same, f"{submission}: sha256 or bytes are not those of the plaintext", record.seq)
        batches.plain[submission] = data
        opened += 1
    check.note(f"{opened} bodies opened, {without} parts without a body in the bundle")


def _open(rec, keys, bids, batches, final, submission):
    e = bids.envelopes[submission]
    stage = final.body["stage"]
    ceremony, key = keys.of_stage(stage)
    valid = batches.valid[stage]
    path = f"bodies/{submission}"
    if rec.bundle.files[path] != e.body["body_length"]:
        raise Wrong("the body has another length than the envelope says")
    with rec.bundle.open(path) as reader:
        root, length = seal.body_digest(reader)
    if root != e.digest or length != e.body["body_length"]:
        raise Wrong("the body is not the one of the envelope's digest")
    points = {i: seal.element(row[submission]) for i, (_, row) in sorted(valid.items())[: ceremony.k]}
    z = edwards.encode(seal.interpolate(points))
    beta = unlocks(rec, bids, final, late=True).get(submission, b"")
    secret = seal.body_key(z, beta, e.header[:32], key.y[0], e.label)
    with rec.bundle.open(path) as reader:
        return seal.open_body(reader, length, secret, e.label, LETTER_LIMIT if e.role == "letter" else 0)


def letter_problem(rec, bids, bid, account, data):
    """None if the bytes are a letter of this bid, else a sentence."""
    if data is None:
        return "a letter of more than 8 MiB"
    letter = None
    try:
        letter = canon.parse(data)
    except Wrong as error:
        return f"the letter is {error}"
    wrong = schema.problem("Letter", letter, "letter")
    if wrong:
        return wrong
    holder = rec.accounts.get(account)
    if letter["account"] != account or holder is None:
        return "the letter is of another account"
    key = bids.key(bid)
    if key is None:
        return "the key of the bid is not known"
    message = bid_key_message(rec.policy.origin, rec.tender, bid, key)
    if not ed25519.verify(holder.key, message, unhex(letter["certificate"])):
        return "the certificate of the letter does not hold"
    return None


def _part_problem(rec, bids, part, bid, length, data):
    e = bids.envelopes[part["submission"]]
    if e.max_bytes is not None and length > e.max_bytes:
        return f"{length} bytes, more than the part may have"
    if e.role == "letter":
        return letter_problem(rec, bids, bid["bid"], bids.account(bid["bid"]) or bid["account"], data)
    return None


def check_28(check, rec, bids, batches):
    records = rec.mine("opening.recorded")
    if not records and not rec.mine("origins.compared"):
        raise NotApplicable("nothing is opened yet")
    _origins(check, rec, records)
    for record in records:
        b, seq = record.body, record.seq
        check.expect(len(_stage_of(rec, b["stage"], "opening.recorded")) == 1, "the stage is recorded twice", seq)
        frozen = _stage_of(rec, b["stage"], "list.frozen")
        final = batches.settled.get(b["stage"])
        if not check.expect(frozen and final, "there is no settled list", seq):
            continue
        check.expect(b["list"] == final.body["list"], "the record is of another list", seq)
        listed = {r["submission"]: r["bid"] for r in frozen[0].body["envelopes"]}
        names = [bid["bid"] for bid in b["bids"]]
        check.expect(names == sorted(set(listed.values())), "the bids are not the listed ones, once and in order", seq)
        said = [(part["submission"], bid["bid"]) for bid in b["bids"] for part in bid["parts"]]
        check.expect(sorted(said) == sorted(listed.items()), "the envelopes are not those of F, each once", seq)
        out = {row["submission"]: row["cause"] for row in final.body["excluded"]}
        for bid in b["bids"]:
            account = bids.account(bid["bid"])
            check.expect(account == bid["account"], f"{bid['bid']}: another account than entered", seq)
            order = [(p["lot"], p["part"], p["submission"]) for p in bid["parts"]]
            check.expect(order == sorted(order), f"{bid['bid']}: its parts are out of order", seq)
            for part in bid["parts"]:
                _recorded_part(check, rec, bids, batches, out, record, bid, part)
        _panel(check, rec, bids, record)
    check.note(f"{len(records)} records, {len(batches.plain)} plaintexts compared")


def _origins(check, rec, records):
    """From where the opened bids were handed in: once, of the first record, numbers that tell equality alone."""
    told = rec.mine("origins.compared")
    for fact in told:
        check.expect(fact is told[0], "the addresses are compared twice", fact.seq)
        first = records[0] if records else None
        named = first is not None and first.seq == fact.body["record"] and first.seq < fact.seq
        if not check.expect(named, "it does not name the first opening record before it", fact.seq):
            continue
        same = [row["bid"] for row in fact.body["bids"]] == [bid["bid"] for bid in first.body["bids"]]
        check.expect(same, "the bids compared are not those of the record, in its order", fact.seq)
        seen = []
        for row in fact.body["bids"]:
            if "address" in row and row["address"] not in seen:
                seen.append(row["address"])
        counted = seen == list(range(1, len(seen) + 1))
        check.expect(counted, "the addresses are not numbered from 1 as they first occur", fact.seq)


def _panel(check, rec, bids, record):
    """The withheld hashes of panel files: shown with the award, each opened envelope once."""
    parts = [part for bid in record.body["bids"] for part in bid["parts"] if "unopened" not in part]
    opened = (part["submission"] for part in parts)
    due = sorted(s for s in opened if s in bids.envelopes and bids.envelopes[s].role == "panel")
    if "panel" in record.body:
        same = [row["submission"] for row in record.body["panel"]] == due
        check.expect(same and due, "panel does not name the opened envelopes of panel parts", record.seq)
    elif due and rec.mine("award.made"):
        check.fail("the award is made, the files of panel parts are still withheld", record.seq)


def _recorded_part(check, rec, bids, batches, out, record, bid, part):
    seq, submission = record.seq, part["submission"]
    e = bids.envelopes.get(submission)
    if not check.expect(e, f"{submission}: its envelope is not disclosed", seq):
        return
    check.expect((part["lot"], part["part"]) == (e.lot, e.part), f"{submission}: another lot or part", seq)
    if "unopened" in part:
        check.expect(not {"letter", "sha256", "bytes"} & set(part), f"{submission} is opened and unopened", seq)
        check.expect(part["unopened"]["submission"] == submission, f"{submission}: a cause for another", seq)
        cause = out.get(submission)
        fits = cause in (None, part["unopened"]["cause"])
        check.expect(fits, f"{submission}: another cause than when it was excluded", seq)
        return
    check.expect(submission not in out, f"{submission} was excluded and is opened", seq)
    if e.role == "panel":
        check.expect(not {"sha256", "bytes"} & set(part), f"{submission}: a panel file's hash beside its bid", seq)
    else:
        check.expect("sha256" in part and "bytes" in part, f"{submission} is neither opened nor unopened", seq)
    if e.role != "letter":
        check.expect("letter" not in part, f"{submission}: a letter in a part that is none", seq)
        return
    if not check.expect("letter" in part, f"{submission}: the record shows no letter", seq):
        return
    if submission not in batches.plain:
        check.fail(f"{submission}: there is no plaintext to compare the letter with", seq)
        return
    wrong = letter_problem(rec, bids, bid["bid"], bid["account"], batches.plain[submission])
    if check.expect(wrong is None, f"{submission}: {wrong}", seq):
        same = canon.spell(part["letter"]) == batches.plain[submission]
        check.expect(same, f"{submission}: the record's letter is not that of the plaintext", seq)
