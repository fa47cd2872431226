"""The log of a dossier: entries, opened payloads, facts and accounts.

Invariant: a Fact is made only from a payload whose slots give the entry's
commitment and whose body has the members of its kind; what went wrong with all
others is kept as sentences for check 36.
"""

import hashlib

from . import canon, ed25519, merkle, schema
from .canon import Wrong, lp, parse, parse_any, spell, u64, unhex

ENTRY_BUNDLE_LIMIT = 256 * 65537
PAYLOAD_LIMIT = 16 << 20
_MEMBERS = {
    "actor": "text",
    "commit": "hex32",
    "kind": "text",
    "prev": "hex32",
    "seq": "int",
    "sig": "text",
    "subj": "text",
    "ts": "instant",
    "v": "int",
}
ENTRY_TYPES = {name: (kind, False) for name, kind in _MEMBERS.items()}


class Fact:
    """One fact whose payload is open: entry facts, body, and its `@` fields."""

    def __init__(self, seq, entry, body, at):
        self.seq, self.ts, self.body, self.at = seq, entry["ts"], body, at
        self.confidential = entry["kind"] == "confidential"
        outer = (at.get("@kind"), at.get("@subj"), at.get("@actor"), at.get("@sig"))
        self.kind, self.stream, self.actor, self.sig = (
            outer if self.confidential else (entry["kind"], entry["subj"], entry["actor"], entry["sig"])
        )
        self.rule = schema.KINDS[self.kind]
        self.key = unhex(at["@key"]) if "@key" in at else None

    @property
    def signed(self):
        """The body without the members that its kind withholds: what the person signed."""
        return {name: value for name, value in self.body.items() if name not in self.rule.withheld}

    def message(self, origin):
        """The act message that the person signed."""
        seen = self.at["@seen"]
        return lp(
            "kaibiao/act/v1",
            origin,
            self.stream,
            self.kind,
            hashlib.sha256(spell(self.signed)).digest(),
            unhex(self.at["@nonce"]),
            u64(seen["size"]),
            unhex(seen["root"]),
        )


class Account:
    """An enrolled account, or a registrar of the founding."""

    def __init__(self, name, key, roles, seq, custody=None, until=None):
        self.name, self.key, self.roles, self.seq, self.custody = name, key, set(roles), seq, custody
        self.revoked, self.until = None, until

    def active(self, seq):
        """Whether the account was enrolled and not revoked at this position."""
        return self.seq < seq and (self.revoked is None or seq < self.revoked)

    def timely(self, ts):
        """Whether the account could still act at this time."""
        return self.until is None or ts <= self.until


def read_entries(bundle, size):
    """(entries as bytes, problems): all entries of a log of this size, as far as they can be read."""
    out, problems = [], []
    for number, width in merkle.widths(size):
        path = "log/tile/entries/" + merkle.tile_name(number, width)
        try:
            data = bundle.read(path, ENTRY_BUNDLE_LIMIT)
            part, at = [], 0
            while at < len(data):
                length = int.from_bytes(data[at : at + 2], "big")
                item = data[at + 2 : at + 2 + length]
                if at + 2 > len(data) or len(item) != length:
                    raise Wrong(f"{path}: an entry is cut short")
                part.append(item)
                at += 2 + length
            if len(part) != width:
                raise Wrong(f"{path}: {len(part)} entries, not {width}")
        except (Wrong, OSError) as error:
            problems.append(str(error))
            return out, problems
        out.extend(part)
    return out, problems


class Record:
    """Everything that the checks read."""

    def __init__(self, bundle, policy):
        self.bundle, self.policy, self.tender = bundle, policy, bundle.tender
        self.size = bundle.size
        self.raw, self.read_problems = read_entries(bundle, self.size)
        self.leaves = [merkle.leaf(item) for item in self.raw]
        self.entries, self.form_problems = [], []
        for seq, item in enumerate(self.raw):
            self.entries.append(self._entry(seq, item))
        self.readable = not self.read_problems and all(self.entries)
        self.facts, self.payload_problems = {}, []
        if self.readable:
            self._payloads()
        self._index()
        self._accounts()

    def _entry(self, seq, item):
        try:
            value = parse_any(item)
            wrong = schema.struct_problem(ENTRY_TYPES, value, "the entry")
            if wrong:
                raise Wrong(wrong)
        except Wrong as error:
            self.form_problems.append((seq, str(error)))
            return None
        if spell(value) != item:
            self.form_problems.append((seq, "not in canonical spelling"))
        return value

    def _payloads(self):
        for seq, entry in enumerate(self.entries):
            path = f"payloads/{seq}.json"
            if not self.bundle.has(path):
                continue
            try:
                fields = open_payload(self.bundle.read(path, PAYLOAD_LIMIT), unhex(entry["commit"]))
                self.facts[seq] = make_fact(seq, entry, fields)
            except (Wrong, OSError) as error:
                self.payload_problems.append((seq, str(error)))

    def _index(self):
        self.kinds = {}
        for seq in sorted(self.facts):
            self.kinds.setdefault(self.facts[seq].kind, []).append(self.facts[seq])

    def _accounts(self):
        self.accounts, self.by_key = {}, {}
        for fact in self.of("platform.founded"):
            if fact.seq == 0:
                for row in fact.body["registrars"]:
                    self._enrol(Account(row["account"], unhex(row["key"]), ["registrar"], -1))
        for fact in self.of("account.enrolled"):
            b = fact.body
            self._enrol(Account(b["account"], unhex(b["key"]), b["roles"], fact.seq, b.get("custody"), b.get("until")))
        for fact in self.of("account.revoked"):
            account = self.accounts.get(fact.body["account"])
            if account is not None and account.revoked is None:
                account.revoked = fact.seq

    def _enrol(self, account):
        self.accounts.setdefault(account.name, account)
        self.by_key.setdefault(ed25519.fingerprint(account.key).hex(), account)

    def of(self, *kinds):
        """The facts of these kinds, in the order of the log."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], [])
        return sorted((f for kind in kinds for f in self.kinds.get(kind, [])), key=lambda f: f.seq)

    def mine(self, *kinds):
        """As `of`, but only those of the dossier's tender."""
        return [f for f in self.of(*kinds) if f.body.get("tender") == self.tender]

    def account_of(self, fact):
        """The account whose key acted, if there is one."""
        return self.by_key.get(fact.actor)


def open_payload(data, commit):
    """{name: value} of the open slots of a payload that matches the commitment."""
    value = parse_any(data)
    if not isinstance(value, dict) or set(value) != {"slots"} or not isinstance(value["slots"], list):
        raise Wrong("a payload is an object with the array slots")
    slots = value["slots"]
    if not 1 <= len(slots) <= 1024 or len(slots) & (len(slots) - 1):
        raise Wrong("the number of slots is not a power of two up to 1024")
    leaves, fields, last = [], {}, None
    for slot in slots:
        names = set(slot) if isinstance(slot, dict) else set()
        if names == {"leaf"}:
            leaves.append(unhex(slot["leaf"], 32))
            continue
        if names != {"name", "salt", "value"} or not isinstance(slot["name"], str):
            raise Wrong("a slot is neither open nor a leaf")
        name = slot["name"]
        order = name.encode("utf-8", "surrogatepass")
        if last is not None and order <= last:
            raise Wrong("the names of the open slots do not ascend")
        last = order
        fields[name] = slot["value"]
        leaves.append(merkle.leaf(lp(unhex(slot["salt"], 32), order, spell(slot["value"]))))
    if merkle.root(leaves) != commit:
        raise Wrong("the payload does not match the commitment of its entry")
    return fields


def make_fact(seq, entry, fields):
    """The fact of an entry and its open fields; Wrong if they are not what the kind has."""
    at = {name: value for name, value in fields.items() if name.startswith("@")}
    body = {name: value for name, value in fields.items() if not name.startswith("@")}
    confidential = entry["kind"] == "confidential"
    for name, value in at.items():
        if name not in schema.AT_TYPES:
            raise Wrong(f"the field {name[:32]!r} is not known")
        wrong = schema.problem(schema.AT_TYPES[name], value, name)
        if wrong:
            raise Wrong(wrong)
    inner = {"@kind", "@subj", "@actor", "@sig"}
    if confidential and not inner <= set(at):
        raise Wrong("a confidential payload lacks @kind, @subj, @actor or @sig")
    if not confidential and inner & set(at):
        raise Wrong("a public payload has a field of confidential ones")
    kind = at["@kind"] if confidential else entry["kind"]
    if kind not in schema.KINDS:
        raise Wrong(f"the kind {kind[:64]!r} is not known")
    rule = schema.KINDS[kind]
    if rule.public == confidential:
        raise Wrong(f"{kind} is {'public' if rule.public else 'confidential'}, the entry is not")
    withheld = rule.withheld if not confidential else frozenset()
    wrong = schema.struct_problem(rule.members, body, kind, withheld)
    if wrong:
        raise Wrong(wrong)
    if not rule.platform:
        for name in ("@seen", "@key", "@nonce"):
            if name not in at:
                raise Wrong(f"an act lacks {name}")
    fact = Fact(seq, entry, body, at)
    wrong = stream_problem(fact)
    if wrong:
        raise Wrong(wrong)
    return fact


def stream_problem(fact):
    """None if the fact stands on the stream that its kind and body ask for."""
    kind, body, stream = fact.kind, fact.body, fact.stream
    head, _, tail = stream.partition("/")
    if stream not in ("platform", "rules") and (
        head not in ("account", "ceremony", "tender", "evaluation", "pool", "supervision") or not canon.ID.match(tail)
    ):
        return f"{stream[:80]!r} is not a stream"
    family = schema.family(kind)
    if family == "platform":
        return None if kind.startswith(("facts.", "fact.")) or stream == "platform" else f"{kind} is not on platform"
    if family == "rules":
        wanted = "rules"
    elif family == "account":
        wanted = f"account/{body['account']}"
    elif family == "ceremony":
        wanted = f"ceremony/{body['ceremony']}"
    elif kind == "key.proved":
        return None if head in ("tender", "ceremony") else f"{kind} is on {stream}"
    elif family == "pool":
        wanted = f"pool/{body['pool']}"
    else:
        wanted = f"{family}/{body['tender']}"
    return None if stream == wanted else f"{kind} is on {stream}, not on {wanted}"


def canonical(data):
    """The value of canonical JSON, or None."""
    try:
        return parse(data)
    except Wrong:
        return None
