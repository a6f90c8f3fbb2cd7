"""Targets: their compact form in headers, the work they stand for, and hashes as numbers to compare to them.

Compact form, 64 bits: 8 of exponent, 1 of sign, 55 of mantissa. A target is ``mantissa * 256 ** (exponent - 3)``.
Source: chain-and-storage reference, section 5.1; ``consensus/difficulty/difficulty.go``.
"""

from __future__ import annotations

MANTISSA_BITS = 55
MANTISSA_MASK = (1 << MANTISSA_BITS) - 1
SIGN_BIT = 1 << MANTISSA_BITS
EXPONENT_SHIFT = 56
BITS_MASK = (1 << 64) - 1
MANTISSA_BYTES = 3
"""An exponent of so many bytes leaves the mantissa as it is."""


def compact_to_target(bits: int) -> int:
    """The target of a compact form. May be negative or zero, which no hash meets."""
    mantissa = bits & MANTISSA_MASK
    exponent = bits >> EXPONENT_SHIFT
    shift = 8 * (exponent - MANTISSA_BYTES)
    target = mantissa << shift if shift >= 0 else mantissa >> -shift
    return -target if bits & SIGN_BIT else target


def target_to_compact(target: int) -> int:
    """The compact form of a target.

    Quirk: it keeps three bytes of the target, as Bitcoin's form does, though there is room for nearly seven. Those
    of a negative target are rounded away from zero, and of an exponent above 255 the low byte is kept.
    """
    exponent = (target.bit_length() + 7) // 8
    shift = 8 * (exponent - MANTISSA_BYTES)
    mantissa = abs(target >> shift) if shift >= 0 else abs(target) << -shift
    bits = exponent << EXPONENT_SHIFT & BITS_MASK | mantissa
    return bits | SIGN_BIT if target < 0 else bits


def work(bits: int) -> int:
    """Hashes it takes on average to meet a target; 0 for a target that cannot be met. Adds up along a chain."""
    target = compact_to_target(bits)
    if target <= 0:
        return 0
    return (1 << 256) // (target + 1)


def hash_to_int(block_hash: bytes) -> int:
    """A hash as a number, its first byte the lowest."""
    return int.from_bytes(block_hash, "little")
