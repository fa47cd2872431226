"""Test material: rewrites a log the way an operator who holds the log key could.

Invariant: whatever is changed, commitments, chain, tiles, checkpoints and
manifest are made consistent again, so that only the checks about content can see it.
"""

import base64
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kaibiao_verify import merkle, note
from kaibiao_verify.canon import lp, spell, u16


def private(seed):
    """A key out of a number."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"forge {seed}".encode()).digest())


def public(key):
    """Its 32 bytes."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Log:
    """A log in the making: entries as objects, payloads as slots, files of a dossier."""

    def __init__(self, origin, tender):
        self.origin, self.tender, self.key = origin, tender, private("log")
        self.entries, self.payloads, self.files = [], {}, {}

    @property
    def verifier(self):
        """The verifier key as text."""
        raw = public(self.key)
        data = base64.b64encode(b"\x01" + raw).decode()
        return f"{self.origin}+{note.key_id(self.origin, raw).hex()}+{data}"

    def head(self, size=None):
        """(size, root) of the log so far."""
        size = len(self.entries) if size is None else size
        return size, merkle.root([merkle.leaf(spell(e)) for e in self.entries[:size]])

    def signed(self, size):
        """The bytes of a checkpoint."""
        size, root = self.head(size)
        text = f"{self.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        raw = note.key_id(self.origin, public(self.key)) + self.key.sign(text.encode())
        return f"{text}\n— {self.origin} {base64.b64encode(raw).decode()}\n".encode()

    def append(
        self, kind, stream, body, ts, by=None, confidential=False, at=None, shown=True, withheld=(), unveiled=False
    ):
        """One more fact; `by` is the private key of the person, None for the platform; `unveiled` shows withheld members."""
        seq, fields = len(self.entries), dict(body) | (at or {})
        actor, sig = "platform", ""
        if by is not None:
            nonce = hashlib.sha256(f"nonce {seq}".encode()).digest()[:16]
            size, root = self.head()
            message = lp(
                "kaibiao/act/v1", self.origin, stream, kind, hashlib.sha256(spell({n: v for n, v in body.items() if n not in withheld})).digest(),
                nonce, size.to_bytes(8, "big"), root,
            )
            actor, sig = hashlib.sha256(public(by)).hexdigest(), by.sign(message).hex()
            seen = {"root": root.hex(), "size": size}
            fields |= {"@nonce": nonce.hex(), "@seen": seen, "@key": public(by).hex()}
        entry = {"kind": kind, "subj": stream, "actor": actor, "sig": sig}
        if confidential:
            fields |= {"@kind": kind, "@subj": stream, "@actor": actor, "@sig": sig}
            entry = {"kind": "confidential", "subj": "", "actor": "", "sig": ""}
        slots = [
            {"name": name, "salt": hashlib.sha256(f"salt {seq} {name}".encode()).hexdigest(), "value": fields[name]}
            for name in sorted(fields)
        ]
        while len(slots) & (len(slots) - 1):
            slots.append({"leaf": hashlib.sha256(f"decoy {seq} {len(slots)}".encode()).hexdigest()})
        hide = () if unveiled else withheld
        slots = [{"leaf": leaf_of(s).hex()} if s.get("name") in hide else s for s in slots]
        prev = merkle.leaf(spell(self.entries[-1])) if self.entries else bytes(32)
        entry |= {"commit": merkle.root([leaf_of(s) for s in slots]).hex(), "prev": prev.hex()}
        self.entries.append(entry | {"seq": seq, "ts": ts, "v": 1})
        if shown:
            self.payloads[seq] = slots
        return seq

    def reseal(self):
        """Commitments and chain after entries or payloads were changed."""
        prev = bytes(32)
        for seq, entry in enumerate(self.entries):
            if seq in self.payloads:
                entry["commit"] = merkle.root([leaf_of(s) for s in self.payloads[seq]]).hex()
            entry["prev"] = prev.hex()
            prev = merkle.leaf(spell(entry))

    def write(self, folder, kept=()):
        """Write the dossier into a folder."""
        raw = [spell(e) for e in self.entries]
        files = dict(self.files)
        for path, data in merkle.tiles([merkle.leaf(r) for r in raw]):
            files[f"log/{path}"] = data
        for number, width in merkle.widths(len(raw)):
            part = raw[number * 256 : number * 256 + width]
            name = merkle.tile_name(number, width)
            files[f"log/tile/entries/{name}"] = b"".join(u16(len(r)) + r for r in part)
        for seq, slots in self.payloads.items():
            files[f"payloads/{seq}.json"] = spell({"slots": slots})
        for size in kept:
            files[f"checkpoints/{size}"] = self.signed(size)
        files["log/checkpoint"] = self.signed(len(raw))
        rows = [
            {"bytes": len(files[p]), "path": p, "sha256": hashlib.sha256(files[p]).hexdigest()} for p in sorted(files)
        ]
        manifest = {"files": rows, "format": "kaibiao/dossier/v1", "origin": self.origin}
        files["manifest.json"] = spell(manifest | {"size": len(raw), "tender": self.tender})
        for path, data in files.items():
            full = pathlib.Path(folder) / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_bytes(data)
        return folder

    def policy(self, registrars):
        """The text of a policy for this log; registrars as {account: 32 bytes}."""
        rows = "".join(f'[[registrar]]\naccount = "{a}"\nkey = "{k.hex()}"\n' for a, k in registrars.items())
        return f'origin = "{self.origin}"\nlog_key = "{self.verifier}"\n{rows}'


def leaf_of(slot):
    """The leaf hash of a slot."""
    if "leaf" in slot:
        return bytes.fromhex(slot["leaf"])
    return merkle.leaf(lp(bytes.fromhex(slot["salt"]), slot["name"], spell(slot["value"])))


def reopen(record, bundle):
    """A Log that continues a dossier that was read, under a log key of its own."""
    log = Log(record.policy.origin, record.tender)
    log.entries = json.loads(json.dumps(record.entries))
    for seq in range(record.size):
        if bundle.has(f"payloads/{seq}.json"):
            log.payloads[seq] = json.loads(bundle.read(f"payloads/{seq}.json", 1 << 26))["slots"]
    for path in bundle.files:
        if path.startswith(("documents/", "bodies/")):
            log.files[path] = bundle.read(path, 1 << 30)
    value(log, 0, "log_key")["value"] = log.verifier
    return log


def value(log, seq, name):
    """The open slot of a field, to be changed in place."""
    return next(slot for slot in log.payloads[seq] if slot.get("name") == name)
