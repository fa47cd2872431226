"""The curve edwards25519 and the group ristretto255 on top of it (RFC 8032, RFC 9496).

Invariant: a point is a tuple (X, Y, Z, T) of extended coordinates on the curve;
only `decode` and `from_uniform` make ristretto elements out of bytes, and
`decode` takes canonical encodings only.  Nothing here is constant time: a
verifier handles public values.
"""

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = (-121665 * pow(121666, P - 2, P)) % P
D2 = 2 * D % P
SQRT_M1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)
WINDOW = 4


def negative(x):
    """The sign of a field element in RFC 9496: its lowest bit."""
    return x & 1


def magnitude(x):
    """The non-negative one of x and −x."""
    return P - x if x & 1 else x


def sqrt_ratio(u, v):
    """(was square, root): the non-negative root of u/v, or of SQRT_M1·u/v (RFC 9496, 4.2)."""
    v3 = v * v % P * v % P
    v7 = v3 * v3 % P * v % P
    r = u * v3 % P * pow(u * v7 % P, (P - 5) // 8, P) % P
    check = v * r % P * r % P
    u %= P
    correct = check == u
    flipped = check == (P - u) % P
    flipped_i = check == (P - u) * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return (correct or flipped), magnitude(r)


INVSQRT_A_MINUS_D = sqrt_ratio(1, (-1 - D) % P)[1]
SQRT_AD_MINUS_ONE = P - sqrt_ratio((-D - 1) % P, 1)[1]
if negative(SQRT_AD_MINUS_ONE) == 0:
    SQRT_AD_MINUS_ONE = P - SQRT_AD_MINUS_ONE
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) * (D - 1) % P


def add(p, q):
    """The complete addition for a = −1 (add-2008-hwcd-3)."""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = t1 * D2 % P * t2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def double(p):
    """Doubling (dbl-2008-hwcd)."""
    x1, y1, z1, _ = p
    a = x1 * x1 % P
    b = y1 * y1 % P
    c = 2 * z1 * z1
    h = a + b
    s = x1 + y1
    e = h - s * s
    g = a - b
    f = c + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def neg(p):
    """The inverse of a point."""
    x, y, z, t = p
    return (P - x if x else 0, y, z, P - t if t else 0)


def _table(p):
    row = [IDENTITY, p]
    for _ in range(2, 1 << WINDOW):
        row.append(add(row[-1], p))
    return row


def combine(terms):
    """Σ scalar·point over pairs (scalar, point); scalars are taken modulo nothing, only ≥ 0."""
    rows = [(s, _table(p)) for s, p in terms if s]
    if not rows:
        return IDENTITY
    top = max(s.bit_length() for s, _ in rows)
    acc = IDENTITY
    for shift in range((top + WINDOW - 1) // WINDOW * WINDOW - WINDOW, -1, -WINDOW):
        if acc is not IDENTITY:
            acc = double(double(double(double(acc))))
        for s, row in rows:
            digit = (s >> shift) & 15
            if digit:
                acc = add(acc, row[digit])
    return acc


def same_curve_point(p, q):
    """Equality on the curve itself."""
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def same_element(p, q):
    """Equality in the quotient group (RFC 9496, 4.3.3)."""
    return (p[0] * q[1] - p[1] * q[0]) % P == 0 or (p[1] * q[1] - p[0] * q[0]) % P == 0


def is_identity(p):
    """Whether a ristretto element is the neutral one."""
    return p[0] % P == 0 or p[1] % P == 0


def decode(data):
    """The element of 32 canonical bytes, or None (RFC 9496, 4.3.1)."""
    if len(data) != 32:
        return None
    s = int.from_bytes(data, "little")
    if s >= P or s & 1:
        return None
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    u2_sq = u2 * u2 % P
    v = (-(D * u1 % P * u1) - u2_sq) % P
    square, inv = sqrt_ratio(1, v * u2_sq % P)
    den_x = inv * u2 % P
    den_y = inv * den_x % P * v % P
    x = magnitude(2 * s * den_x % P)
    y = u1 * den_y % P
    t = x * y % P
    if not square or t & 1 or y == 0:
        return None
    return (x, y, 1, t)


def encode(p):
    """The canonical 32 bytes of an element (RFC 9496, 4.3.2)."""
    x0, y0, z0, t0 = p
    u1 = (z0 + y0) * (z0 - y0) % P
    u2 = x0 * y0 % P
    inv = sqrt_ratio(1, u1 * u2 % P * u2 % P)[1]
    den1, den2 = inv * u1 % P, inv * u2 % P
    z_inv = den1 * den2 % P * t0 % P
    if t0 * z_inv % P & 1:
        x, y = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P
        den = den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den = x0, y0, den2
    if x * z_inv % P & 1:
        y = P - y
    return magnitude(den * (z0 - y) % P).to_bytes(32, "little")


def _one_way_map(data):
    t = int.from_bytes(data, "little") & ((1 << 255) - 1)
    r = SQRT_M1 * t % P * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    square, s = sqrt_ratio(u, v)
    c = P - 1
    if not square:
        s = P - magnitude(s * t % P)
        c = r
    n = (c * (r - 1) % P * D_MINUS_ONE_SQ - v) % P
    w0 = 2 * s * v % P
    w1 = n * SQRT_AD_MINUS_ONE % P
    ss = s * s % P
    w2, w3 = (1 - ss) % P, (1 + ss) % P
    return (w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def from_uniform(data):
    """The element derived from 64 uniform bytes (RFC 9496, 4.3.4)."""
    if len(data) != 64:
        raise ValueError("64 bytes are needed")
    return add(_one_way_map(data[:32]), _one_way_map(data[32:]))


def decompress(data):
    """The curve point of a canonical Ed25519 encoding, or None (RFC 8032, 5.1.3)."""
    if len(data) != 32:
        return None
    n = int.from_bytes(data, "little")
    sign, y = n >> 255, n & ((1 << 255) - 1)
    if y >= P:
        return None
    yy = y * y % P
    square, x = sqrt_ratio((yy - 1) % P, (D * yy + 1) % P)
    if not square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
