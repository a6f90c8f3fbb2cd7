"""Tensority without a compiler: NumPy for the products, plain Python for the expansion of a seed.

Products of float32 matrices are exact here: no sum of products reaches 2**24. Some five times slower than the C
extension for a hash, and about ten seconds for a seed, once in 256 blocks.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

SIZE = 256
ROUNDS, ROWS_PER_ROUND = 128, 1024
SEQUENCE = 32
FNV_PRIME = np.uint32(0x01000193)

LANE_BITS = 64
"""Four words are worked on at once, in lanes of one int wide enough for their sums."""
WORD_MASK = 0xFFFFFFFF
LANES_MASK = sum(WORD_MASK << LANE_BITS * lane for lane in range(4))
SALSA_DOUBLE_ROUNDS = 4

Lanes = tuple[int, int, int, int]
"""A block of 16 words as its four diagonals; see ``DIAGONALS``."""
DIAGONALS = ((0, 5, 10, 15), (4, 9, 14, 3), (8, 13, 2, 7), (12, 1, 6, 11))


class NumpyKernel:
    """The kernel that works everywhere. See ``tensority.Kernel``."""

    name = "numpy"

    def expand(self, extended_seed: bytes) -> bytes:
        """Stir the seed, and keep every state on the way: scrypt's mixing, whose scratchpad is the result."""
        words = struct.unpack("<32I", extended_seed)
        low, high = _to_lanes(words[:16]), _to_lanes(words[16:])
        rounds = []
        for _ in range(ROUNDS):
            rows: list[tuple[Lanes, Lanes]] = []
            for _row in range(ROWS_PER_ROUND):
                rows.append((low, high))
                low, high = _stir(low, high)
            for _row in range(ROWS_PER_ROUND):
                row_low, row_high = rows[high[0] & (ROWS_PER_ROUND - 1)]
                low, high = _stir(_xor(low, row_low), _xor(high, row_high))
            ordered = rows[0::2] + rows[1::2]
            rounds.append(b"".join([_to_bytes(row_low) + _to_bytes(row_high) for row_low, row_high in ordered]))
        return b"".join(rounds)

    def pack(self, matrices: bytes) -> bytes:
        """As they are: widening all of them to floats would take 64 MiB."""
        return matrices

    def mix(self, packed: bytes, sequences: bytes) -> bytes:
        """See ``tensority.Kernel``."""
        return _compress(product_matrix(packed, sequences))


def product_matrix(matrices: bytes, sequences: bytes) -> npt.NDArray[np.uint8]:
    """The sum of the four chains of products: what is compressed and hashed in the end."""
    seeds = np.frombuffer(matrices, dtype=np.int8).reshape(SIZE, SIZE, SIZE)
    total = np.zeros((SIZE, SIZE), dtype=np.uint8)
    for start in range(0, len(sequences), SEQUENCE):
        sequence = sequences[start : start + SEQUENCE]
        running = np.identity(SIZE, dtype=np.float32)
        for index in sequence + sequence:
            product = running @ seeds[index].T.astype(np.float32)
            running = _fold(product).view(np.int8).astype(np.float32)
        total += running.astype(np.int8).view(np.uint8)
    return total


def _fold(product: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The lowest byte of each element and its second lowest, added modulo 256."""
    numbers = product.astype("<i4").view(np.uint8).reshape(SIZE, SIZE, 4)
    return numbers[..., 0] + numbers[..., 1]


def _compress(total: npt.NDArray[np.uint8]) -> bytes:
    """Four columns to a word, then the lower half of the rows onto the upper until one is left."""
    quarters = total.astype(np.uint32).reshape(SIZE, 4, SIZE // 4)
    words = quarters[:, 0] | quarters[:, 1] << 8 | quarters[:, 2] << 16 | quarters[:, 3] << 24
    while len(words) > 1:
        half = len(words) // 2
        words = words[:half] * FNV_PRIME ^ words[half:]
    return words.astype("<u4").tobytes()


def _to_lanes(words: tuple[int, ...]) -> Lanes:
    first, second, third, fourth = (
        sum(words[place] << LANE_BITS * lane for lane, place in enumerate(diagonal)) for diagonal in DIAGONALS
    )
    return first, second, third, fourth


def _to_bytes(block: Lanes) -> bytes:
    words = [0] * 16
    for lanes, diagonal in zip(block, DIAGONALS, strict=True):
        for lane, place in enumerate(diagonal):
            words[place] = lanes >> LANE_BITS * lane & WORD_MASK
    return struct.pack("<16I", *words)


def _xor(left: Lanes, right: Lanes) -> Lanes:
    return left[0] ^ right[0], left[1] ^ right[1], left[2] ^ right[2], left[3] ^ right[3]


def _stir(low: Lanes, high: Lanes) -> tuple[Lanes, Lanes]:
    first = _salsa(_xor(high, low))
    return first, _salsa(_xor(first, high))


def _salsa(block: Lanes) -> Lanes:
    """The Salsa20/8 core. A round works on columns; turning the diagonals makes them rows, and back."""
    a, b, c, d = block
    for _ in range(SALSA_DOUBLE_ROUNDS):
        for _columns_then_rows in range(2):
            b ^= _rotate(a + d & LANES_MASK, 7)
            c ^= _rotate(b + a & LANES_MASK, 9)
            d ^= _rotate(c + b & LANES_MASK, 13)
            a ^= _rotate(d + c & LANES_MASK, 18)
            b, c, d = _turn(d, 1), _turn(c, 2), _turn(b, 3)
    return (
        block[0] + a & LANES_MASK,
        block[1] + b & LANES_MASK,
        block[2] + c & LANES_MASK,
        block[3] + d & LANES_MASK,
    )


def _rotate(lanes: int, places: int) -> int:
    """Rotate the word in each lane to the left."""
    return (lanes << places | lanes >> 32 - places) & LANES_MASK


def _turn(lanes: int, places: int) -> int:
    """Move every lane down, the lowest ones to the top."""
    shift = LANE_BITS * places
    return lanes >> shift | (lanes & (1 << shift) - 1) << LANE_BITS * 4 - shift
