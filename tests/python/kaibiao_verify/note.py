"""Signed notes, verifier keys and checkpoints (section 2.5).

Invariant: a text is handed out only after the signature of the wanted key on it
was found to hold.
"""

import base64
import binascii
import hashlib
import re

from . import ed25519
from .canon import Wrong


def unbase64(text):
    """The bytes of padded base64 in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Wrong("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Wrong("not the canonical base64 of its bytes")
    return data


def key_id(name, key):
    """The four bytes that name an Ed25519 key in a note."""
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


class VerifierKey:
    """A key name with its Ed25519 key."""

    def __init__(self, text):
        parts = text.split("+", 2)
        if len(parts) != 3 or not parts[0] or any(c.isspace() for c in parts[0]):
            raise Wrong("a verifier key is <name>+<hex key id>+<base64>")
        self.name, ident, data = parts
        raw = unbase64(data)
        if len(raw) != 33 or raw[0] != 1:
            raise Wrong("a verifier key holds the byte 01 and 32 bytes of an Ed25519 key")
        self.key = raw[1:]
        wrong = ed25519.key_problem(self.key)
        if wrong:
            raise Wrong(f"the key of {self.name}: {wrong}")
        self.id = key_id(self.name, self.key)
        if not re.fullmatch("[0-9a-f]{8}", ident) or bytes.fromhex(ident) != self.id:
            raise Wrong(f"the key id of {self.name} is not that of its key")


def open_note(data, verifier):
    """The text of a note that the verifier's key signed."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong("a note is not UTF-8") from error
    if any(ord(c) < 0x20 and c != "\n" for c in note):
        raise Wrong("a note holds a control character")
    text, gap, block = note.rpartition("\n\n")
    if not gap or not block.endswith("\n"):
        raise Wrong("a note is text, an empty line and signature lines")
    text += "\n"
    found = False
    for line in block[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1]:
            raise Wrong("a signature line is not '— <name> <base64>'")
        raw = unbase64(parts[2])
        if len(raw) < 5:
            raise Wrong("a signature line is too short")
        if parts[1] != verifier.name or raw[:4] != verifier.id:
            continue
        if not ed25519.verify(verifier.key, text.encode(), raw[4:]):
            raise Wrong(f"the signature of {verifier.name} does not hold")
        found = True
    if not found:
        raise Wrong(f"no signature by {verifier.name}")
    return text


class Checkpoint:
    """A checkpoint whose signature held: origin, size and root."""

    def __init__(self, data, verifier, origin):
        text = open_note(data, verifier)
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise Wrong("a checkpoint has exactly three lines")
        if lines[0] != origin:
            raise Wrong("a checkpoint of another origin")
        if not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
            raise Wrong("the size of a checkpoint is not a decimal number")
        self.origin, self.size = lines[0], int(lines[1])
        self.root = unbase64(lines[2])
        if len(self.root) != 32:
            raise Wrong("the root of a checkpoint does not have 32 bytes")
