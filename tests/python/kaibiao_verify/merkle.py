"""Merkle trees of RFC 6962 and the tiles of C2SP tlog-tiles (section 2.1, 2.6).

Invariant: a root depends on the leaves and their number alone.
"""

import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf(data):
    """Hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree."""

    def __init__(self):
        self.stack = []

    def push(self, leaf_hash):
        """Append a leaf."""
        size, top = 1, leaf_hash
        while self.stack and self.stack[-1][0] == size:
            top = node(self.stack.pop()[1], top)
            size *= 2
        self.stack.append((size, top))

    def root(self):
        """The root so far."""
        if not self.stack:
            return EMPTY
        top = self.stack[-1][1]
        for _, left in reversed(self.stack[:-1]):
            top = node(left, top)
        return top


def root(leaves):
    """The root over a list of leaf hashes."""
    tree = Frontier()
    for item in leaves:
        tree.push(item)
    return tree.root()


def roots_at(leaves, sizes):
    """{size: root} for the wanted sizes that the leaves reach."""
    wanted, out, tree = set(sizes), {}, Frontier()
    if 0 in wanted:
        out[0] = EMPTY
    for count, item in enumerate(leaves, 1):
        tree.push(item)
        if count in wanted:
            out[count] = tree.root()
    return out


def inclusion_root(leaf_hash, index, size, proof):
    """The root that an inclusion proof gives, or None if it has the wrong length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    fn, sn, top = index, size - 1, leaf_hash
    for step in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            top = node(step, top)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            top = node(top, step)
        fn, sn = fn >> 1, sn >> 1
    return top if sn == 0 else None


def tile_name(number, width=256):
    """The path of a tile's number, with the suffix of a partial one."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    name = "/".join(groups)
    return name if width == 256 else f"{name}.p/{width}"


def widths(count):
    """(number, width) of the tiles that hold `count` hashes of one level."""
    full, rest = divmod(count, 256)
    yield from ((n, 256) for n in range(full))
    if rest:
        yield full, rest


def tiles(leaves):
    """(path below log/, bytes) of every hash tile over these leaves."""
    level, hashes = 0, list(leaves)
    while hashes:
        for number, width in widths(len(hashes)):
            part = hashes[number * 256 : number * 256 + width]
            yield f"tile/{level}/{tile_name(number, width)}", b"".join(part)
        hashes = [root(hashes[n * 256 : n * 256 + 256]) for n in range(len(hashes) // 256)]
        level += 1
