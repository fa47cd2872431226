"""Sealing as an outsider sees it: labels, proofs, keys, bodies (section 5 and 7).

Invariant: an element is taken from bytes only in canonical encoding and never
the identity; a scalar only if it is smaller than the group order.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from . import edwards, merkle
from .canon import Wrong, lp, u16, u64

SUITE = b"tender-seal/v1/ristretto255-sha512-cobblestone256-tree64k"
ZEROS = bytes(32)
CHUNK = 16384
SEGMENT = 65536
HEAD = 56
TAG = 16


def dst(name):
    """The domain separation tag of a name."""
    return SUITE + b"/" + name.encode()


def expand(message, tag):
    """expand_message_xmd with SHA-512, 64 bytes."""
    prime = tag + bytes([len(tag)])
    b0 = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + prime).digest()
    return hashlib.sha512(b0 + b"\x01" + prime).digest()


def hash_scalar(name, message):
    """Hs."""
    return int.from_bytes(expand(message, dst(name)), "little") % edwards.ORDER


def hash_element(name, message):
    """Hg."""
    return edwards.from_uniform(expand(message, dst(name)))


GBAR = hash_element("gbar", b"")
G_BYTES = edwards.encode(edwards.BASE)
GBAR_BYTES = edwards.encode(GBAR)


def element(data, what="element"):
    """The element of 32 bytes, refusing the identity."""
    point = edwards.decode(bytes(data))
    if point is None:
        raise Wrong(f"{what}: not a canonical encoding")
    if edwards.is_identity(point):
        raise Wrong(f"{what}: the identity")
    return point


def scalar(data, what="scalar"):
    """The scalar of 32 bytes, refusing values not below the group order."""
    value = int.from_bytes(data, "little")
    if len(data) != 32 or value >= edwards.ORDER:
        raise Wrong(f"{what}: not a canonical scalar")
    return value


def dleq(b1, x1, b2, x2, proof, name, ctx):
    """Whether X1 = x·B1 and X2 = x·B2 by the proof (c ‖ z); each base and element as (bytes, point)."""
    c, z = scalar(proof[:32], "c"), scalar(proof[32:], "z")
    back = edwards.ORDER - c if c else 0
    a1 = edwards.encode(edwards.combine([(z, b1[1]), (back, x1[1])]))
    a2 = edwards.encode(edwards.combine([(z, b2[1]), (back, x2[1])]))
    return c == hash_scalar(name, lp(ctx, b1[0], x1[0], b2[0], x2[0], a1, a2))


def pair(data, what="element"):
    """(bytes, point) of an encoded element."""
    return (bytes(data), element(data, what))


GENERATOR = (G_BYTES, edwards.BASE)
SECOND = (GBAR_BYTES, GBAR)


def lock_commitment(submission, beta):
    """blk of a bidder lock."""
    return hashlib.sha256(lp(dst("bidder-lock"), submission, beta)).digest()


def label_of(tender, lot, part, submission, signer, key_id, closes_at, rules, blk):
    """The 64-byte label of an envelope."""
    fields = lp(tender, lot, part, submission, signer, key_id, u64(closes_at), rules, blk)
    return hashlib.sha512(dst("label") + fields).digest()


def envelope_hash(tender, lot, part, submission, signer, key_id, closes_at, rules, blk, header, digest):
    """What the bid key signs."""
    fields = lp(
        dst("envelope"), tender, lot, part, submission, signer, key_id, u64(closes_at), rules, blk, header, digest
    )
    return hashlib.sha256(fields).digest()


def header_holds(header, label, body_digest, joint):
    """Whether R and Rbar of a header have the same discrete logarithm, bound to label, body and Y."""
    first, second = pair(header[:32], "R"), pair(header[32:64], "Rbar")
    ctx = lp(label, body_digest, joint)
    return dleq(GENERATOR, first, SECOND, second, header[64:], "ct-proof", ctx)


def partial_holds(partial, index, share, header, label, body_digest):
    """Whether one partial decryption is s_i·R; `share` is (bytes, point) of Y_i."""
    r, d = pair(header[:32], "R"), pair(partial[:32], "D")
    return dleq(GENERATOR, share, r, d, partial[32:], "pd-proof", lp(u16(index), label, body_digest))


def interpolate(points):
    """Σ λ_i·D_i from {index: point}."""
    terms = []
    for i, point in points.items():
        top, bottom = 1, 1
        for j in points:
            if j != i:
                top = top * j % edwards.ORDER
                bottom = bottom * (j - i) % edwards.ORDER
        terms.append((top * pow(bottom, -1, edwards.ORDER) % edwards.ORDER, point))
    return edwards.combine(terms)


def hkdf_expand(prk, context, length):
    """HKDF-Expand with SHA-512."""
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + context + bytes([counter]), hashlib.sha512).digest()
        out += block
        counter += 1
    return out[:length]


def body_key(z, beta, r, joint, label):
    """K of an envelope; all arguments are bytes, beta empty without a lock."""
    prk = hmac.new(dst("kem-extract"), lp(z, beta), hashlib.sha512).digest()
    return hkdf_expand(prk, lp(dst("kem-expand"), r, joint, label), 32)


def body_bytes(plain):
    """Length of the body for so many bytes of plaintext."""
    return HEAD + plain + TAG * (plain // CHUNK + 1)


def plain_bytes(body):
    """Length of the plaintext of a body of this length, or None if no plaintext has it."""
    rest = body - HEAD
    if rest < TAG:
        return None
    plain = rest - TAG * (rest // (CHUNK + TAG) + 1)
    return plain if plain >= 0 and body_bytes(plain) == body else None


def padme(length):
    """PADMÉ for lengths from 2."""
    e = length.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return (length + step - 1) // step * step


def frame_bytes(length):
    """Length of the frame around so many bytes."""
    return max(65536, padme(8 + length))


def length_possible(body):
    """Whether a framed plaintext can give a body of this length."""
    plain = plain_bytes(body)
    return plain is not None and plain >= 65536 and (plain == 65536 or padme(plain) == plain)


def body_digest(reader):
    """(root, length) over a reader's segments of 64 KiB."""
    tree, length = merkle.Frontier(), 0
    while True:
        segment = reader.read(SEGMENT)
        if not segment:
            break
        length += len(segment)
        tree.push(merkle.leaf(segment))
    return tree.root(), length


class Closed(Exception):
    """A body does not open; the text says why."""


def open_body(reader, length, key, label, keep):
    """Open a cob256 body and its frame.

    Returns (sha256 of data, length of data, data up to `keep` bytes or None).
    Raises Closed with the reason where the body does not open.
    """
    plain = plain_bytes(length)
    if plain is None:
        raise Closed("the length is none that a body can have")
    head = reader.read(HEAD)
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + head[:24] + label
    derived = hkdf_expand(key, info, 76)
    if not hmac.compare_digest(derived[44:], head[24:]):
        raise Closed("the key commitment does not fit")
    aead, nonce = AESGCM(derived[:32]), derived[32:44]
    frame = Frame(plain, keep)
    for number in range(plain // CHUNK + 1):
        size = min(CHUNK, plain - number * CHUNK) + TAG
        low = int.from_bytes(nonce[7:], "big") ^ number
        try:
            frame.feed(aead.decrypt(nonce[:7] + low.to_bytes(5, "big"), reader.read(size), None))
        except InvalidTag as error:
            raise Closed(f"chunk {number} does not authenticate") from error
    return frame.finish()


class Frame:
    """Reads `u64be(len) ‖ data ‖ zeros` as it streams by."""

    def __init__(self, total, keep):
        self.total, self.keep = total, keep
        self.head, self.seen, self.want = b"", 0, None
        self.hash, self.kept = hashlib.sha256(), []

    def feed(self, data):
        """Take the next bytes of the plaintext."""
        if self.want is None:
            need = 8 - len(self.head)
            self.head += data[:need]
            data = data[need:]
            if len(self.head) < 8:
                return
            self.want = int.from_bytes(self.head, "big")
            if self.want > self.total - 8 or frame_bytes(self.want) != self.total:
                raise Closed("the frame does not have the padding of its length")
        mine = data[: self.want - self.seen]
        self.seen += len(mine)
        self.hash.update(mine)
        if self.want <= self.keep:
            self.kept.append(mine)
        if data[len(mine) :].strip(b"\x00"):
            raise Closed("the padding is not zero")

    def finish(self):
        """The result, once everything went by."""
        if self.want is None or self.seen != self.want:
            raise Closed("the frame is cut short")
        return self.hash.digest(), self.want, b"".join(self.kept) if self.want <= self.keep else None
