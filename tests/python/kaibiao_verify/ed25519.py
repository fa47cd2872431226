"""Ed25519 under the strict rule of section 1.2.

Invariant: a key is used only after it was found canonical, not of small order
and free of torsion; a signature with an R of small order never passes.
"""

import functools
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import edwards


def _compress(p):
    z = pow(p[2], edwards.P - 2, edwards.P)
    x, y = p[0] * z % edwards.P, p[1] * z % edwards.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _small_order():
    # ℓ·A is a pure torsion point; some small y gives one of order eight.
    found = set()
    for y in range(2, 200):
        point = edwards.decompress(y.to_bytes(32, "little"))
        if point is None:
            continue
        torsion = edwards.combine([(edwards.ORDER, point)])
        acc = edwards.IDENTITY
        for _ in range(8):
            found.add(_compress(acc))
            acc = edwards.add(acc, torsion)
        if len(found) == 8:
            return frozenset(found)
    raise AssertionError("the curve has eight points of small order")


SMALL_ORDER = _small_order()


@functools.lru_cache(maxsize=65536)
def key_problem(key):
    """None if these bytes are an acceptable public key, else a sentence."""
    if len(key) != 32:
        return "a public key has 32 bytes"
    point = edwards.decompress(key)
    if point is None:
        return "not the canonical encoding of a point"
    if key in SMALL_ORDER:
        return "a point of small order"
    if not edwards.same_curve_point(edwards.combine([(edwards.ORDER, point)]), edwards.IDENTITY):
        return "a point with a component of small order"
    return None


def verify(key, message, signature):
    """Whether the signature holds under the strict rule."""
    if len(signature) != 64 or key_problem(key) is not None:
        return False
    if signature[:32] in SMALL_ORDER:
        return False
    if int.from_bytes(signature[32:], "little") >= edwards.ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key):
    """SHA-256 of the 32 bytes of a key."""
    return hashlib.sha256(key).digest()
