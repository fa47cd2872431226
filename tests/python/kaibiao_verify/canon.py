"""Canonical JSON and the few encodings of section 1.

Invariant: `parse` accepts exactly one spelling of a value; whatever it returns
is made of dict, list, str, bool, None and integers within ±(2^53−1).
"""

import json
import re

LIMIT = 2**53 - 1
DEPTH = 32
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")


class Wrong(Exception):
    """Something does not have the form that the document gives; the text says what."""


def _members(pairs):
    out = {}
    for key, value in pairs:
        if key in out:
            raise Wrong(f"the key {key[:64]!r} occurs twice")
        if not key.isascii():
            raise Wrong("a key is not ASCII")
        out[key] = value
    return out


def _integer(text):
    if len(text) > 17:
        raise Wrong("an integer is out of range")
    value = int(text)
    if abs(value) > LIMIT:
        raise Wrong("an integer is out of range")
    return value


def _refuse(text):
    raise Wrong(f"{text[:32]!r} is not an integer")


def _depth(value, level):
    if isinstance(value, (dict, list)):
        if level >= DEPTH:
            raise Wrong(f"nested deeper than {DEPTH} levels")
        for item in value.values() if isinstance(value, dict) else value:
            _depth(item, level + 1)


def parse_any(data):
    """The value of a JSON text of the subset, in whatever spelling."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError as error:
        raise Wrong("not UTF-8") from error
    except RecursionError as error:
        raise Wrong("nested too deeply") from error
    except ValueError as error:
        raise Wrong(f"not JSON: {error}") from error
    _depth(value, 0)
    return value


def spell(value):
    """The canonical bytes of a value."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Wrong("a string is not Unicode text") from error


def parse(data):
    """The value of a canonical text; Wrong for any other spelling."""
    value = parse_any(data)
    if spell(value) != bytes(data):
        raise Wrong("not in canonical spelling")
    return value


def unhex(text, size=None):
    """The bytes of lower-case hex text, of exactly `size` bytes if given."""
    if not isinstance(text, str) or not HEX.match(text):
        raise Wrong("not lower-case hex")
    data = bytes.fromhex(text)
    if size is not None and len(data) != size:
        raise Wrong(f"{len(data)} bytes of hex, not {size}")
    return data


def u16(n):
    """2 bytes, big-endian."""
    return n.to_bytes(2, "big")


def u32(n):
    """4 bytes, big-endian."""
    return n.to_bytes(4, "big")


def u64(n):
    """8 bytes, big-endian; Wrong for what does not fit."""
    if not 0 <= n < 2**64:
        raise Wrong("an integer does not fit into eight bytes")
    return n.to_bytes(8, "big")


def lp(*fields):
    """Length-prefixed concatenation; text is taken as UTF-8."""
    out = []
    for field in fields:
        data = field.encode("utf-8") if isinstance(field, str) else bytes(field)
        out.append(u64(len(data)))
        out.append(data)
    return b"".join(out)
