"""Values in Bytom 2's core.db that are not serialized blocks.

Source: bytom2-ledger-and-consensus reference, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import msgspec

from pybytomd.codec.wire.reader import Reader
from pybytomd.codec.wire.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.checkpoint import Amounts, Checkpoint, Status, sum_of
from pybytomd.ledger.bytom2.utxo import COINBASE, NORMAL, VOTE, UtxoEntry
from pybytomd.store.bytom2.schema import HASH_SIZE
from pybytomd.store.records.json_records import MAX_UINT64, Whole

T = TypeVar("T")

# --- the best block ---------------------------------------------------------------------------------------------


class _StateRecord(msgspec.Struct, rename="pascal"):
    """The record of the best block: these names in this order."""

    height: Whole
    hash: str
    finalized_height: Whole
    finalized_hash: str


@dataclass(frozen=True, slots=True)
class ChainState:
    """The best block, what the set of unspent outputs stands at, and the last finalized one at that time."""

    height: int
    hash: bytes
    finalized_height: int
    finalized_hash: bytes

    def to_json(self) -> bytes:
        """The JSON as the reference writes it."""
        return msgspec.json.encode(
            _StateRecord(self.height, self.hash.hex(), self.finalized_height, self.finalized_hash.hex())
        )

    @classmethod
    def from_json(cls, data: bytes) -> ChainState:
        """Decode the JSON. Raises DecodeError."""
        record = _decoded(data, _StateRecord)
        return cls(record.height, _hash(record.hash), record.finalized_height, _hash(record.finalized_hash))


# --- checkpoints ------------------------------------------------------------------------------------------------


class _CheckpointRecord(msgspec.Struct, rename="pascal"):
    """A checkpoint: these names in this order, tables sorted by their keys."""

    height: Whole
    hash: str
    parent_hash: str
    timestamp: Whole
    status: Whole
    rewards: dict[str, Whole] | None
    votes: dict[str, Whole] | None


def checkpoint_to_json(checkpoint: Checkpoint) -> bytes:
    """The JSON as the reference writes it, without the sup links, which are in the header of the block."""
    return msgspec.json.encode(
        _CheckpointRecord(
            checkpoint.height,
            checkpoint.hash.hex(),
            checkpoint.parent_hash.hex(),
            checkpoint.timestamp,
            int(checkpoint.status),
            _sorted(checkpoint.rewards),
            _sorted(checkpoint.votes),
        )
    )


def checkpoint_from_json(data: bytes) -> Checkpoint:
    """Decode the JSON. Raises DecodeError."""
    record = _decoded(data, _CheckpointRecord)
    tables = (record.rewards or {}, record.votes or {})
    if record.status > max(Status) or any(amount > MAX_UINT64 for table in tables for amount in table.values()):
        raise DecodeError("a checkpoint has values out of range")
    return Checkpoint(
        record.height,
        _hash(record.hash),
        _hash(record.parent_hash),
        record.timestamp,
        Status(record.status),
        record.rewards,
        record.votes,
        sum_of(record.votes),
    )


def _sorted(amounts: Amounts | None) -> dict[str, int] | None:
    return None if amounts is None else dict(sorted(amounts.items()))


# --- hashes -----------------------------------------------------------------------------------------------------


def hashes_to_json(hashes: Sequence[bytes]) -> bytes:
    """A list of block hashes as the reference writes it."""
    return msgspec.json.encode([block_hash.hex() for block_hash in hashes])


def hashes_from_json(data: bytes) -> tuple[bytes, ...]:
    """Decode the JSON. Raises DecodeError.

    Each hash is there once: the reference lists a block again that it stores again.
    """
    return tuple(dict.fromkeys([_hash(text) for text in _decoded(data, list[str])]))


def hash_from_text(data: bytes) -> bytes:
    """A hash from its hex text. Raises DecodeError."""
    return _hash(data.decode("ascii", "replace"))


def _hash(text: str) -> bytes:
    try:
        block_hash = bytes.fromhex(text)
    except ValueError as error:
        raise DecodeError(f"no hash in hex: {error}") from error
    if len(block_hash) != HASH_SIZE:
        raise DecodeError(f"a hash has {HASH_SIZE} bytes, not {len(block_hash)}")
    return block_hash


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DecodeError(str(error)) from error


# --- unspent outputs --------------------------------------------------------------------------------------------

KIND_FIELD, HEIGHT_FIELD, SPENT_FIELD = 0x08, 0x10, 0x18
"""Protobuf tags of a UTXO entry: fields 1 to 3, all varints. Those of 1.x are the same, with a flag as field 1."""
REMEMBERED_UTXOS = 4096
"""Entries by their bytes, which are the same for most outputs of a block."""


def encode_utxo(entry: UtxoEntry) -> bytes:
    """The protobuf of an entry. Fields of zero are left out, so it can be empty."""
    kind = bytes((KIND_FIELD, entry.kind)) if entry.kind else b""
    height = bytes((HEIGHT_FIELD,)) + uvarint(entry.block_height) if entry.block_height else b""
    return kind + height + (bytes((SPENT_FIELD, 1)) if entry.spent else b"")


@lru_cache(maxsize=REMEMBERED_UTXOS)
def decode_utxo(data: bytes) -> UtxoEntry:
    """The entry of a protobuf. Raises DecodeError."""
    fields = {KIND_FIELD: 0, HEIGHT_FIELD: 0, SPENT_FIELD: 0}
    reader = Reader(data)
    while reader.remaining:
        tag = reader.uint64()
        if tag not in fields:
            raise DecodeError("unknown field in a UTXO entry")
        fields[tag] = reader.uint64()
    if fields[KIND_FIELD] not in (NORMAL, COINBASE, VOTE):
        raise DecodeError(f"unknown kind {fields[KIND_FIELD]} of a UTXO entry")
    return UtxoEntry(fields[KIND_FIELD], fields[HEIGHT_FIELD], bool(fields[SPENT_FIELD]))
