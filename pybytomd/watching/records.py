"""watch.db: the watched addresses, their outputs, and how far the chain was followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import msgspec

from pybytomd.chain.following.walk import Position
from pybytomd.crypto.hashes import sha3_256
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged

NAME = "watch"
KEPT_MATURITIES = 2
"""For how long rewards are remembered, in times that it takes them to mature: those that are mature are not again,
if so many blocks are undone."""


class _Place(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    height: int
    hash: str


class _Address(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    program: str
    label: str
    from_height: int
    balance: dict[str, str]
    """Decimal numbers: a sum may have more than 64 bits."""
    place: _Place | None
    rewards: dict[int, int] = {}


class OutputRecord(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An output of a watched address. It stays when it is spent, for the block that spends it may be undone.

    ``asset_id`` is the purse that it is in (``forms.Made``), ``amount`` in the asset's smallest unit; ``spent_at``
    is None for an unspent one.
    """

    asset_id: str
    amount: int
    height: int
    spent_at: int | None = None


_place = msgspec.json.Decoder(_Place)
_address = msgspec.json.Decoder(_Address)
_output = msgspec.json.Decoder(OutputRecord)
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Watched:
    """A watched control program.

    ``place`` is where it stands while it is behind the others, None if it stands where they do. ``balance`` is by
    purse (``forms.Made``), and has none in which there is nothing. ``rewards`` are what the newest coinbases
    have paid, in neu, by height.
    """

    program: bytes
    label: str = ""
    from_height: int = 0
    place: Position | None = None
    balance: dict[str, int] = field(default_factory=dict)
    rewards: dict[int, int] = field(default_factory=dict)

    @property
    def key(self) -> bytes:
        """The key of its record."""
        return schema.watched_key(sha3_256(self.program))

    def add(self, asset_id: str, amount: int) -> None:
        """It has more of an asset, or less."""
        total = self.balance.get(asset_id, 0) + amount
        if total:
            self.balance[asset_id] = total
        else:
            self.balance.pop(asset_id, None)

    def reward(self, height: int, amount: int, maturity: int) -> None:
        """The coinbase at a height has paid so much more, in neu, which can be spent ``maturity`` blocks later."""
        self.rewards[height] = self.rewards.get(height, 0) + amount
        for old in [one for one in self.rewards if one < height - KEPT_MATURITIES * maturity]:
            del self.rewards[old]

    def immature(self, height: int, maturity: int) -> int:
        """How much of its BTM, in neu, cannot be spent yet when the chain ends at a height."""
        return sum(amount for mined, amount in self.rewards.items() if mined + maturity > height)

    def copy(self) -> Watched:
        """As it is now."""
        return replace(self, balance=dict(self.balance), rewards=dict(self.rewards))

    def to_json(self) -> bytes:
        """The stored form."""
        place = None if self.place is None else _Place(self.place.height, self.place.hash.hex())
        balance = {asset_id: str(amount) for asset_id, amount in self.balance.items()}
        return _encode(_Address(self.program.hex(), self.label, self.from_height, balance, place, self.rewards))

    @classmethod
    def from_json(cls, key: bytes, data: bytes) -> Watched:
        """Read the stored form. Raises StoreError."""
        try:
            stored = _address.decode(data)
            place = None if stored.place is None else _position(stored.place)
            balance = {asset_id: int(amount) for asset_id, amount in stored.balance.items()}
            program = bytes.fromhex(stored.program)
            return cls(program, stored.label, stored.from_height, place, balance, stored.rewards)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise damaged(key, error, NAME) from error


def _position(place: _Place) -> Position:
    return Position(place.height, bytes.fromhex(place.hash))


def output_key(program: bytes, output_id: bytes) -> bytes:
    """Of an output of a watched program."""
    return schema.watched_output_prefix(sha3_256(program)) + output_id


def read_watched(database: KeyValueStore) -> Iterator[Watched]:
    """All addresses. Raises StoreError."""
    for key, data in database.iterate(schema.WATCHED_PREFIX):
        yield Watched.from_json(key, data)


def read_output(key: bytes, data: bytes) -> OutputRecord:
    """The record of an output. Raises StoreError."""
    try:
        return _output.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise damaged(key, error, NAME) from error


def output_bytes(record: OutputRecord) -> bytes:
    """The stored form of an output."""
    return _encode(record)


def read_place(database: KeyValueStore) -> Position | None:
    """How far the chain was followed, None for a new database. Raises StoreError."""
    data = database.get(schema.WATCH_STATUS)
    if data is None:
        return None
    try:
        return _position(_place.decode(data))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise damaged(schema.WATCH_STATUS, error, NAME) from error


def place_bytes(position: Position) -> bytes:
    """The stored form of how far the chain was followed."""
    return _encode(_Place(position.height, position.hash.hex()))
