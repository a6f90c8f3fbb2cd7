"""The tables of an export: their columns, of which type, and what they mean. One row a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FORMAT = 1
"""Raised when a column changes its meaning or goes; columns may be added at the end without."""


class Type(StrEnum):
    """What a column holds, by pyarrow's names for types."""

    INTEGER = "int64"
    TEXT = "string"
    FLAG = "bool_"
    TIME = "timestamp"
    """Milliseconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``nullable`` ones are null where there is nothing to say."""

    name: str
    type: Type
    meaning: str
    nullable: bool = False


_HEIGHT = Column("height", Type.INTEGER, "of the block")
_TIME = Column("block_time", Type.TIME, "of the block")
_TRANSACTION = Column("transaction_position", Type.INTEGER, "of the transaction in its block, from 0")
_TX_ID = Column("tx_id", Type.TEXT, "of the transaction")
_MOVED = Column("is_effective", Type.FLAG, "false where the transaction failed, which moves nothing but BTM")

TABLES: Mapping[str, tuple[Column, ...]] = {
    "blocks": (
        _HEIGHT,
        Column("block_hash", Type.TEXT, "of the block"),
        Column("previous_block_hash", Type.TEXT, "of the one before"),
        _TIME,
        Column("version", Type.INTEGER, "of its rules"),
        Column("nonce", Type.INTEGER, "that the miner found"),
        Column("bits", Type.INTEGER, "the target in compact form"),
        Column("difficulty", Type.TEXT, "hashes it takes on average, a whole number without bound"),
        Column("transaction_merkle_root", Type.TEXT, "of its transactions"),
        Column("transaction_status_hash", Type.TEXT, "the root of which of them failed"),
        Column("transaction_count", Type.INTEGER, "with the coinbase"),
        Column("size", Type.INTEGER, "in bytes"),
        Column("fees", Type.INTEGER, "what the transactions paid, in neu"),
        Column("reward", Type.INTEGER, "what the coinbase pays out, fees among it, in neu"),
    ),
    "transactions": (
        _HEIGHT,
        _TRANSACTION,
        _TX_ID,
        _TIME,
        Column("version", Type.INTEGER, "of its rules"),
        Column("time_range", Type.INTEGER, "last height of a block that may have it, 0 for no limit"),
        Column("size", Type.INTEGER, "in bytes"),
        Column("fee", Type.INTEGER, "in neu"),
        Column("status_fail", Type.FLAG, "whether it failed: it paid its fee, and moved nothing but BTM"),
        Column("is_coinbase", Type.FLAG, "whether it is the first of its block"),
        Column("input_count", Type.INTEGER, "of its inputs"),
        Column("output_count", Type.INTEGER, "of its outputs, retirements among them"),
        Column("mux_id", Type.TEXT, "of the entry that gathers its inputs"),
    ),
    "inputs": (
        _HEIGHT,
        _TRANSACTION,
        Column("position", Type.INTEGER, "of the input in its transaction, from 0"),
        _TX_ID,
        _TIME,
        Column("type", Type.TEXT, "spend, issue, coinbase; empty for one of a version that is not known"),
        Column("asset_id", Type.TEXT, "what it brings; null for a coinbase", nullable=True),
        Column("amount", Type.INTEGER, "how much of it; null for a coinbase", nullable=True),
        Column("spent_output_id", Type.TEXT, "of a spend: the output", nullable=True),
        Column("control_program", Type.TEXT, "of a spend: of that output", nullable=True),
        Column("address", Type.TEXT, "of a spend: that pays to this program, if there is one", nullable=True),
        Column("issuance_program", Type.TEXT, "of an issuance", nullable=True),
        Column("asset_definition", Type.TEXT, "of an issuance: the bytes, in hex; by custom JSON", nullable=True),
        Column("arbitrary", Type.TEXT, "of a coinbase: free data", nullable=True),
        _MOVED,
    ),
    "outputs": (
        _HEIGHT,
        _TRANSACTION,
        Column("position", Type.INTEGER, "of the output in its transaction, from 0"),
        _TX_ID,
        _TIME,
        Column("output_id", Type.TEXT, "of the output or retirement"),
        Column("type", Type.TEXT, "control, or retire for one that nobody can spend"),
        Column("asset_id", Type.TEXT, "what it holds"),
        Column("amount", Type.INTEGER, "how much of it"),
        Column("control_program", Type.TEXT, "that locks it"),
        Column("address", Type.TEXT, "that pays to this program, if there is one", nullable=True),
        _MOVED,
    ),
}
"""By name."""
