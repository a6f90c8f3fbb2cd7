"""ed25519 verification in plain integers: the consensus rule spelt out, slow, for where no library follows it.

The rule (vm-and-validation reference, section 2.1; the reference's ref10 port): S only has to be below 2^253, the
key's y is taken modulo p and may be of small order, and the equation is checked without the cofactor, by encoding
[S]B - [h]A and comparing it with R byte for byte.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z."""

IDENTITY: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The sum of two points; complete, so it also doubles."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    c = 2 * D * t1 * t2 % P
    d = 2 * z1 * z2 % P
    h, g, j, k = f - e, d - c, d + c, f + e
    return h * g % P, j * k % P, g * j % P, h * k % P


def multiply(scalar: int, point: Point) -> Point:
    """``scalar`` times ``point``."""
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decode_leniently(data: bytes) -> Point | None:
    """The point of a public key, or None when y is on no point. Accepts y >= p, and x = 0 with a sign bit."""
    number = int.from_bytes(data, "little")
    sign = number >> 255
    y = (number & (1 << 255) - 1) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * SQRT_MINUS_ONE % P
        if (v * x * x - u) % P:
            return None
    if x & 1 != sign:
        x = -x % P
    return x, y, 1, x * y % P


def encode(point: Point) -> bytes:
    """The canonical 32 bytes of a point."""
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = decode_leniently(_BASE_Y.to_bytes(32, "little"))


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether consensus accepts the signature. Takes some milliseconds."""
    if len(signature) != 64 or signature[63] & 0xE0:
        return False
    key = decode_leniently(public_key)
    if key is None or BASE is None:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(r + public_key + message).digest(), "little") % ORDER
    x, y, z, t = key
    minus_key = (-x % P, y, z, -t % P)
    return encode(add(multiply(s, BASE), multiply(h, minus_key))) == r
