"""The values of index.db: short, and read back in the order they were written in.

A number takes one byte for its size and as many as it needs, however large: amounts of an asset that somebody
issues again and again have no bound.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from pybytomd.indexing.errors import DamagedRow
from pybytomd.indexing.keys import HEIGHT_SIZE, ID_SIZE, PLACE_SIZE, asset_key_at, parse_place

POSITION_SIZE = 3
FAILED, COINBASE = 1, 2
"""Bits of a transaction's flags: it failed; it is the first of its block, whose outputs mature late."""


_SHORT = (b"\x00", *(bytes((1, number)) for number in range(1, 256)))
"""Numbers of one byte as they are written."""
_SIZES = tuple(bytes((size,)) for size in range(256))


def pack(*numbers: int) -> bytes:
    """Numbers, each as its size and its bytes. Raises DamagedRow for one below 0: all are counts and sums."""
    return b"".join([_SHORT[number] if 0 <= number < 256 else _long(number) for number in numbers])


def _long(number: int) -> bytes:
    if number < 0:
        raise DamagedRow("more is taken away than there is")
    size = (number.bit_length() + 7) >> 3
    return _SIZES[size] + number.to_bytes(size, "big")


def unpack(data: bytes, count: int) -> list[int]:
    """So many numbers, which are all there is: three times as fast as with a ``RowReader``. Raises DamagedRow."""
    numbers = []
    position, end = 0, len(data)
    while position < end:
        start = position + 1
        position = start + data[position]
        numbers.append(int.from_bytes(data[start:position], "big"))
    if position != end or len(numbers) != count:
        raise DamagedRow(f"{len(numbers)} numbers in {end} bytes, not {count}")
    return numbers


class RowReader:
    """Reads a value from its beginning. What is not there raises DamagedRow."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def number(self) -> int:
        """A number."""
        if self._position >= len(self._data):
            raise DamagedRow("it is cut short")
        size = self._data[self._position]
        self._position += 1
        return int.from_bytes(self.fixed(size), "big")

    def fixed(self, size: int) -> bytes:
        """So many bytes."""
        start, self._position = self._position, self._position + size
        if self._position > len(self._data):
            raise DamagedRow("it is cut short")
        return self._data[start : self._position]

    def text(self) -> bytes:
        """Bytes of any number, which is given before them."""
        return self.fixed(self.number())

    def end(self) -> None:
        """Raises DamagedRow if something is left."""
        if self._position < len(self._data):
            raise DamagedRow("it is too long")


def unpack_one(data: bytes) -> int:
    """The only number of a value. Raises DamagedRow."""
    return unpack(data, 1)[0]


class Cursor(NamedTuple):
    """The block taken in last."""

    height: int
    block_hash: bytes

    def to_bytes(self) -> bytes:
        """The stored form."""
        return self.height.to_bytes(HEIGHT_SIZE, "big") + self.block_hash

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        if len(data) != HEIGHT_SIZE + ID_SIZE:
            raise DamagedRow("a cursor has another length")
        return cls(int.from_bytes(data[:HEIGHT_SIZE], "big"), data[HEIGHT_SIZE:])


class Partial(NamedTuple):
    """A block that is not whole in the index: its first ``transactions`` ones are."""

    height: int
    block_hash: bytes
    transactions: int

    def to_bytes(self) -> bytes:
        """The stored form."""
        return self.block_hash + pack(self.height, self.transactions)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        height, transactions = unpack(data[ID_SIZE:], 2)
        return cls(height, data[:ID_SIZE], transactions)


class BlockRow(NamedTuple):
    """A block in short. ``*_so_far`` are sums over the chain up to it: so any interval takes two rows."""

    block_hash: bytes
    timestamp: int
    bits: int
    transactions: int
    size: int
    """Of its serialization, in bytes."""
    fees: int
    """What its transactions paid, in neu."""
    reward: int
    """What its first transaction pays out, fees among it, in neu."""
    latest_time: int
    """The latest timestamp up to it: unlike those of blocks it never goes back."""
    transactions_so_far: int
    size_so_far: int
    fees_so_far: int
    work_so_far: int
    """Hashes that it takes on average to make the chain up to this block."""
    miner: bytes
    """The program key that the reward goes to, empty where there is none."""

    def to_bytes(self) -> bytes:
        """The stored form."""
        return self.block_hash + bytes((len(self.miner),)) + self.miner + pack(*self[1:12])

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        if len(data) <= ID_SIZE:
            raise DamagedRow("a block is cut short")
        start = ID_SIZE + 1
        end = start + data[ID_SIZE]
        n = unpack(data[end:], 11)
        block_hash, miner = data[:ID_SIZE], data[start:end]
        return cls(block_hash, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], miner)


EMPTY_CHAIN = BlockRow(bytes(ID_SIZE), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b"")
"""What the sums begin with, before the first block."""


class TransactionRow(NamedTuple):
    """Which transaction is at a place, and where its bytes lie in the serialization of its block."""

    tx_id: bytes
    flags: int
    offset: int
    size: int

    @property
    def failed(self) -> bool:
        """Whether it failed: it moved nothing but BTM then."""
        return bool(self.flags & FAILED)

    @property
    def is_coinbase(self) -> bool:
        """Whether its outputs are those of a coinbase."""
        return bool(self.flags & COINBASE)

    def to_bytes(self) -> bytes:
        """The stored form."""
        return self.tx_id + pack(self.flags, self.offset, self.size)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        flags, offset, size = unpack(data[ID_SIZE:], 3)
        return cls(data[:ID_SIZE], flags, offset, size)


def split_places(data: bytes) -> list[tuple[int, int]]:
    """Heights and positions of places that follow one another. Raises DamagedRow."""
    if len(data) % PLACE_SIZE:
        raise DamagedRow("a place is cut short")
    return [parse_place(data[start : start + PLACE_SIZE]) for start in range(0, len(data), PLACE_SIZE)]


CREATION_SIZE = PLACE_SIZE + POSITION_SIZE + 1
"""Of a ``Creation`` as it is stored."""


class Creation(NamedTuple):
    """Where an output came from."""

    height: int
    transaction: int
    position: int
    """Of the output in its transaction."""
    is_effective: bool
    """False for what only is in the transaction: a retirement, or an asset that a failed one did not move."""

    def to_bytes(self) -> bytes:
        """The stored form, whose beginning is the place of the transaction."""
        place = (self.height << 24 | self.transaction).to_bytes(PLACE_SIZE, "big")
        return creation_bytes(place, self.position, self.is_effective)

    @classmethod
    def all_from_bytes(cls, data: bytes) -> list[Self]:
        """Read those that follow one another, in order. Raises DamagedRow."""
        if len(data) % CREATION_SIZE or not data:
            raise DamagedRow("the place of an output is cut short")
        found = []
        for start in range(0, len(data), CREATION_SIZE):
            height, transaction = parse_place(data[start : start + PLACE_SIZE])
            rest = start + PLACE_SIZE
            position = int.from_bytes(data[rest : rest + POSITION_SIZE], "big")
            found.append(cls(height, transaction, position, data[rest + POSITION_SIZE] == 1))
        return found


def creation_bytes(place: bytes, position: int, is_effective: bool) -> bytes:
    """The stored form of a ``Creation``."""
    return place + position.to_bytes(POSITION_SIZE, "big") + (b"\x01" if is_effective else b"\x00")


class Change(NamedTuple):
    """What a transaction moved to a program, and from it, of one asset."""

    asset: bytes
    """The asset key."""
    received: int
    sent: int


def pack_changes(changes: dict[bytes, list[int]]) -> bytes:
    """What a transaction moved, received and sent by asset key; empty if it only names the program."""
    return b"".join([asset + pack(moved[0], moved[1]) for asset, moved in changes.items()])


def unpack_changes(data: bytes) -> list[Change]:
    """Read what ``pack_changes`` wrote. A loop of its own, as it is read for every row of a history.

    Raises DamagedRow.
    """
    found = []
    position, end = 0, len(data)
    try:
        while position < end:
            asset = asset_key_at(data, position)
            start = position + len(asset)
            middle = start + 1 + data[start]
            position = middle + 1 + data[middle]
            received = int.from_bytes(data[start + 1 : middle], "big")
            found.append(Change(asset, received, int.from_bytes(data[middle + 1 : position], "big")))
    except IndexError as error:
        raise DamagedRow("what was moved is cut short") from error
    if position != end:
        raise DamagedRow("what was moved is cut short")
    return found


class Holding(NamedTuple):
    """What a program has of an asset."""

    amount: int = 0
    outputs: int = 0
    """How many are unspent."""
    received: int = 0
    sent: int = 0
    """Since the beginning."""

    def to_bytes(self) -> bytes | None:
        """The stored form, None where there is nothing to keep."""
        return pack(*self) if any(self) else None

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Self:
        """Read the stored form. Raises DamagedRow."""
        return cls() if data is None else cls(*unpack(data, 4))


NORMAL_OUTPUT, COINBASE_OUTPUT, VOTE_OUTPUT = 0, 1, 2


def output_kind(*, is_first: bool, is_vote: bool) -> int:
    """What an output is, made by the first transaction of its block or by another one."""
    return COINBASE_OUTPUT if is_first else VOTE_OUTPUT if is_vote else NORMAL_OUTPUT


class UnspentRow(NamedTuple):
    """An unspent output, but for its id, program and asset, which are in its key."""

    height: int
    transaction: int
    """The position of its transaction in the block of that height."""
    position: int
    kind: int
    """``NORMAL_OUTPUT``, ``COINBASE_OUTPUT`` or ``VOTE_OUTPUT``."""
    amount: int
    source_id: bytes

    @property
    def is_coinbase(self) -> bool:
        """Whether the first transaction of a block made it."""
        return self.kind == COINBASE_OUTPUT

    @property
    def is_vote(self) -> bool:
        """Whether it is a vote."""
        return self.kind == VOTE_OUTPUT

    def made_at(self, origin: Creation) -> Self:
        """The same output, made at another place."""
        kind = output_kind(is_first=origin.transaction == 0, is_vote=self.is_vote)
        return self._replace(height=origin.height, transaction=origin.transaction, kind=kind)

    def to_bytes(self) -> bytes:
        """The stored form."""
        return pack(*self[:5]) + self.source_id

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        if len(data) < ID_SIZE:
            raise DamagedRow("an unspent output is cut short")
        height, transaction, position, kind, amount = unpack(data[:-ID_SIZE], 5)
        return cls(height, transaction, position, kind, amount, data[-ID_SIZE:])


class AssetRow(NamedTuple):
    """What is known of an asset. Amounts are in its smallest unit."""

    height: int
    transaction: int
    """Where it was first named."""
    issued: int = 0
    retired: int = 0
    holders: int = 0
    """Programs that have some of it."""
    transactions: int = 0
    """How many name it."""

    def to_bytes(self) -> bytes:
        """The stored form."""
        return pack(*self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        return cls(*unpack(data, 6))


class Definition(NamedTuple):
    """What an asset id is hashed from, as the first issuance gave it."""

    height: int
    transaction: int
    """Where that issuance is."""
    vm_version: int
    issuance_program: bytes
    raw: bytes
    """The definition: any bytes, by custom JSON."""

    def to_bytes(self) -> bytes:
        """The stored form."""
        program = self.issuance_program
        return pack(*self[:3], len(program)) + program + pack(len(self.raw)) + self.raw

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        row = RowReader(data)
        found = cls(row.number(), row.number(), row.number(), row.text(), row.text())
        row.end()
        return found


class Transfer(NamedTuple):
    """What a transaction did with an asset."""

    issued: int
    retired: int
    moved: int
    """To outputs, those that only give change among them."""

    @classmethod
    def of(cls, moved: list[int]) -> Self:
        """From what a transaction moved: of BTM nothing is issued but by a coinbase."""
        return cls(max(0, moved[0]), moved[1], moved[2])

    def to_bytes(self) -> bytes:
        """The stored form."""
        return pack(*self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the stored form. Raises DamagedRow."""
        return cls(*unpack(data, 3))
