"""Checks 01 to 05, 36 and 37: the bundle, the log and its heads.

Invariant: these read nothing but files, entries and matching payloads.
"""

import re

from . import merkle, schema
from .canon import Wrong, unhex
from .note import Checkpoint
from .bundle import MANIFEST, clean
from .report import NotApplicable

CHECKPOINT_LIMIT = 64 << 10
TILE_LIMIT = 8192


def check_01(check, rec):
    bundle, seen, last = rec.bundle, set(), None
    for path, size, digest in bundle.listed:
        if not check.expect(clean(path) and path != MANIFEST, f"the path {path[:120]!r} is not allowed"):
            continue
        if last is not None and path.encode() <= last:
            check.fail(f"{path} is out of order in the manifest, or twice")
        last = path.encode()
        seen.add(path)
        if not check.expect(bundle.has(path), f"{path} is missing"):
            continue
        if check.expect(bundle.files[path] == size, f"{path} has {bundle.files[path]} bytes, not {size}"):
            check.expect(bundle.digest(path) == digest, f"{path} has another SHA-256")
    for path in bundle.files:
        if path not in seen and path != MANIFEST:
            check.fail(f"{path[:120]!r} is not in the manifest")
    wanted = 0
    for fact in rec.mine("tender.noticed", "tender.amended"):
        for row in fact.body["documents"]:
            path = f"documents/{row['sha256']}"
            wanted += 1
            if check.expect(bundle.has(path), f"{path} is missing", fact.seq):
                check.expect(bundle.files[path] == row["bytes"], f"{path} has another length", fact.seq)
                check.expect(bundle.digest(path).hex() == row["sha256"], f"{path} has another SHA-256", fact.seq)
    for submission, seq in opened_bodies(rec):
        wanted += 1
        check.expect(bundle.has(f"bodies/{submission}"), f"bodies/{submission} is missing", seq)
    asked = {f"bodies/{submission}" for submission, _ in opened_bodies(rec)}
    beyond = sum(path.startswith("bodies/") and path not in asked for path in rec.bundle.files)
    check.note(f"{len(seen)} files, {wanted} documents and bodies asked for, {beyond} bodies beyond that")


def part_roles(rec):
    """{part: role} out of the notice."""
    out = {}
    for fact in rec.mine("tender.noticed")[:1]:
        for stage in fact.body["stages"]:
            for part in stage["parts"]:
                out[part["part"]] = part["role"]
    return out


def opened_bodies(rec):
    """(submission, seq) of every opened part whose body section 9 asks for."""
    roles = part_roles(rec)
    for fact in rec.mine("opening.recorded"):
        for bid in fact.body["bids"]:
            for part in bid["parts"]:
                if "unopened" not in part and roles.get(part["part"]) in ("letter", "public"):
                    yield part["submission"], fact.seq


def check_02(check, rec):
    policy = rec.policy
    check.expect(rec.bundle.origin == policy.origin, "the manifest is of another origin than the policy")
    try:
        head = Checkpoint(rec.bundle.read("log/checkpoint", CHECKPOINT_LIMIT), policy.log_key, policy.origin)
    except (Wrong, OSError) as error:
        check.fail(str(error))
        return
    check.expect(head.size == rec.size, f"the checkpoint has size {head.size}, the manifest {rec.size}")
    founded = rec.facts.get(0)
    if founded is None and rec.entries and rec.entries[0]["kind"] == "platform.founded":
        check.note("platform.founded is not readable, see 36", 0)
        return
    if not check.expect(founded and founded.kind == "platform.founded", "entry 0 is not an open platform.founded", 0):
        return
    check.expect(founded.body["origin"] == policy.origin, "platform.founded names another origin", 0)
    check.expect(founded.body["log_key"] == policy.log_text, "platform.founded names another log key", 0)
    check.note(f"size {head.size}, root {head.root.hex()}")


def check_03(check, rec):
    if rec.read_problems:
        for text in rec.read_problems:
            check.fail(text)
        return
    expected = set()
    for path, data in merkle.tiles(rec.leaves):
        path = f"log/{path}"
        expected.add(path)
        try:
            check.expect(rec.bundle.read(path, TILE_LIMIT) == data, f"{path} is not that of the entries")
        except (Wrong, OSError) as error:
            check.fail(str(error))
    for number, width in merkle.widths(rec.size):
        expected.add("log/tile/entries/" + merkle.tile_name(number, width))
    for path in rec.bundle.files:
        if path.startswith("log/tile/") and path not in expected:
            check.fail(f"{path[:120]!r} is no tile of a log of this size")
    root = merkle.root(rec.leaves)
    try:
        head = Checkpoint(rec.bundle.read("log/checkpoint", CHECKPOINT_LIMIT), rec.policy.log_key, rec.policy.origin)
        check.expect(head.root == root, "the root of the checkpoint is not that of the entries")
    except (Wrong, OSError):
        check.note("no valid checkpoint to compare with (02)")
    check.note(f"{len(expected)} tiles, root {root.hex()}")


def check_04(check, rec):
    for text in rec.read_problems:
        check.fail(text)
    for seq, text in rec.form_problems:
        check.fail(text, seq)
    time = None
    for seq, entry in enumerate(rec.entries):
        if entry is None:
            time = None
            continue
        check.expect(entry["v"] == 1, "v is not 1", seq)
        check.expect(entry["seq"] == seq, f"seq is {entry['seq']}", seq)
        before = rec.leaves[seq - 1] if seq else bytes(32)
        check.expect(unhex(entry["prev"]) == before, "prev is not the leaf hash of the entry before", seq)
        check.expect(time is None or entry["ts"] >= time, "ts is smaller than that of the entry before", seq)
        time = entry["ts"]
        if entry["kind"] == "confidential":
            blank = entry["actor"] == entry["subj"] == entry["sig"] == ""
            check.expect(blank, "a confidential entry shows an actor, a stream or a signature", seq)
        elif entry["actor"] == "platform":
            check.expect(entry["sig"] == "", "a fact of the platform carries a signature", seq)
        else:
            shaped = re.fullmatch("[0-9a-f]{64}", entry["actor"]) and re.fullmatch("[0-9a-f]{128}", entry["sig"])
            check.expect(shaped, "actor or sig is not hex of its length", seq)
    check.note(f"{len(rec.entries)} entries")


def kept_checkpoints(rec):
    """(where, Checkpoint or Wrong) of the files below checkpoints/."""
    for path in sorted(rec.bundle.files):
        if path.startswith("checkpoints/"):
            try:
                kept = Checkpoint(rec.bundle.read(path, CHECKPOINT_LIMIT), rec.policy.log_key, rec.policy.origin)
                if path != f"checkpoints/{kept.size}":
                    raise Wrong(f"its size is {kept.size}")
                yield path, kept
            except (Wrong, OSError) as error:
                yield path, error


def check_05(check, rec, given):
    found = list(kept_checkpoints(rec))
    for where, data in [(f"policy {n}", c) for n, c in enumerate(rec.policy.checkpoints)] + given:
        try:
            found.append((where, Checkpoint(data, rec.policy.log_key, rec.policy.origin)))
        except Wrong as error:
            found.append((where, error))
    if not found:
        raise NotApplicable("there is no earlier checkpoint")
    good = []
    for where, kept in found:
        if isinstance(kept, Exception):
            check.fail(f"{where}: {kept}")
        elif kept.size > rec.size:
            check.fail(f"{where}: size {kept.size} is larger than that of the dossier")
        else:
            good.append((where, kept))
    roots = merkle.roots_at(rec.leaves, [kept.size for _, kept in good])
    for where, kept in good:
        check.expect(roots.get(kept.size) == kept.root, f"{where}: another root at size {kept.size}")
    check.note(f"{len(good)} checkpoints")


def check_36(check, rec):
    for seq, text in rec.payload_problems:
        check.fail(text, seq)
    bad = {seq for seq, _ in rec.payload_problems}
    disclosed, erased = {}, set()
    for fact in rec.of("facts.disclosed"):
        for seq in fact.body["seqs"]:
            if not check.expect(0 <= seq < fact.seq, f"discloses entry {seq}, which is not before it", fact.seq):
                continue
            kind = rec.entries[seq]["kind"]
            partly = kind in schema.KINDS and schema.KINDS[kind].withheld
            check.expect(kind == "confidential" or partly, f"discloses {seq}, which is public", fact.seq)
            disclosed.setdefault(seq, fact.seq)
    for fact in rec.of("fact.erased"):
        seq = fact.body["seq"]
        if check.expect(0 <= seq < fact.seq, f"erases entry {seq}, which is not before it", fact.seq):
            erased.add(seq)
    hidden = 0
    for seq, entry in enumerate(rec.entries):
        there = seq in rec.facts or seq in bad
        public = entry["kind"] != "confidential" or seq in disclosed
        if seq in rec.facts:
            _withheld(check, rec.facts[seq], seq in disclosed)
        if seq in erased:
            check.expect(not there, "the fact was erased, its payload is there", seq)
        elif public:
            check.expect(there, "the payload must be public and is missing", seq)
        else:
            hidden += 1
            check.expect(not there, "the payload of a confidential fact is there, undisclosed", seq)
    for path in rec.bundle.files:
        if path.startswith("payloads/"):
            match = re.fullmatch(r"payloads/(0|[1-9][0-9]{0,15})\.json", path)
            check.expect(match and int(match.group(1)) < rec.size, f"{path[:120]!r} belongs to no entry")
    check.note(f"{len(rec.facts)} payloads open, {hidden} confidential, {len(erased)} erased")


def _withheld(check, fact, disclosed):
    """Withheld members are shown if, and only if, a disclosure names the fact."""
    if fact.confidential:
        return
    for name in sorted(fact.rule.withheld):
        optional = fact.rule.members[name][1]
        if name in fact.body:
            check.expect(disclosed, f"the withheld member {name} is shown, undisclosed", fact.seq)
        elif disclosed and not optional:
            check.fail(f"the member {name} was disclosed and is not shown", fact.seq)


def check_37(check, rec):
    acts = [(f, f.at["@seen"]) for f in rec.facts.values() if "@seen" in f.at]
    roots = merkle.roots_at(rec.leaves, [seen["size"] for _, seen in acts])
    for fact, seen in acts:
        if check.expect(0 <= seen["size"] <= fact.seq, f"saw size {seen['size']}, after itself", fact.seq):
            same = roots.get(seen["size"]) == unhex(seen["root"])
            check.expect(same, f"the head seen at size {seen['size']} is not of this log", fact.seq)
    if not acts:
        raise NotApplicable("no act is open")
    check.note(f"{len(acts)} heads, of sizes {len(roots)}")
