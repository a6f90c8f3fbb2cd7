"""Instances: the outputs a contract is in, and how far it has been followed. JSON as in the reference.

Source: contracts-and-tracing reference, section A2.2.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from enum import IntEnum

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store.records.json_records import damaged, from_base64, parse_record
from pybytomd.tracing.forms import ContractOutput
from pybytomd.tracing.transfer import Transfer


class Status(IntEnum):
    """How an instance stands."""

    LAGGING = 1
    """It was made from an old block and has to be followed up to the newest."""
    IN_SYNC = 2
    ENDED = 3
    """The contract was emptied."""
    OFF_CHAIN = 4
    """The block it was made from is not on the main chain, or left it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A contract being followed.

    ``transaction_id`` is of the transaction that made its outputs, None if that is not known after blocks were
    undone. ``utxos`` are its outputs, or those it had when it ended. ``scanned`` is the last block looked at while
    it lags.
    """

    trace_id: str
    utxos: tuple[ContractOutput, ...]
    transaction_id: bytes | None
    status: Status
    ended_height: int = 0
    scanned_hash: bytes = ZERO_HASH
    scanned_height: int = 0

    @classmethod
    def start(cls, trace_id: str, transfer: Transfer, block_hash: bytes, height: int) -> Instance:
        """A new one, from a transfer in a block; over at once if nothing came of that."""
        tx_id = transfer.transaction_id
        if not transfer.made:
            return cls(trace_id, transfer.spent, tx_id, Status.ENDED, 0, block_hash, height)
        return cls(trace_id, transfer.made, tx_id, Status.LAGGING, 0, block_hash, height)

    def moved(self, transfer: Transfer, height: int) -> Instance:
        """What becomes of it by a transfer, in a block of this height, that spends one of its outputs."""
        if not transfer.made:
            return Instance(self.trace_id, transfer.spent, transfer.transaction_id, Status.ENDED, height)
        return Instance(self.trace_id, transfer.made, transfer.transaction_id, self.status)

    def moved_back(self, transfer: Transfer) -> Instance:
        """What it was before a transfer that is undone. If the contract began with it, it is nowhere now."""
        status = Status.IN_SYNC if transfer.spent else Status.OFF_CHAIN
        return Instance(self.trace_id, transfer.spent, None, status)

    def scanned(self, block_hash: bytes, height: int) -> Instance:
        """The same after one more block was looked at."""
        return replace(self, scanned_hash=block_hash, scanned_height=height)

    @property
    def is_behind(self) -> bool:
        """Whether it has to be followed up; one that ended in the block it was made from as well."""
        ended_behind = self.status == Status.ENDED and self.ended_height > 0 and self.scanned_hash != ZERO_HASH
        return self.status == Status.LAGGING or ended_behind

    def settled(self) -> Instance:
        """The same when it no longer lags."""
        status = Status.IN_SYNC if self.status == Status.LAGGING else self.status
        return Instance(self.trace_id, self.utxos, self.transaction_id, status, self.ended_height)

    def to_reply(self) -> dict[str, JsonValue]:
        """The JSON object of the API. Unconfirmed transactions are not followed, as in the reference."""
        return {
            "utxos": _utxo_values(self.utxos),
            "tx_hash": None if self.transaction_id is None else self.transaction_id.hex(),
            "status": int(self.status),
            "unconfirmed": None,
        }

    def to_json(self) -> bytes:
        """The stored form. Quirk: one name is in capitals."""
        return gojson.dumps(
            {
                "trace_id": self.trace_id,
                "utxos": _utxo_values(self.utxos),
                "tx_hash": None if self.transaction_id is None else self.transaction_id.hex(),
                "status": int(self.status),
                "ended_height": self.ended_height,
                "scanned_hash": self.scanned_hash.hex(),
                "scanned_height": self.scanned_height,
                "Unconfirmed": None,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> Instance:
        """Read the stored form. Raises DecodeError."""
        fields = parse_record(data, "Instance")
        try:
            status = Status(fields.integer("status"))
        except ValueError as error:
            raise DecodeError(str(error)) from error
        return cls(
            trace_id=fields.text("trace_id"),
            utxos=tuple(_read_utxo(item) for item in fields.items("utxos", "[]*contract.UTXO") or ()),
            transaction_id=fields.hash("tx_hash"),
            status=status,
            ended_height=fields.integer("ended_height", "uint64"),
            scanned_hash=fields.hash("scanned_hash") or ZERO_HASH,
            scanned_height=fields.integer("scanned_height", "uint64"),
        )


def _utxo_values(utxos: tuple[ContractOutput, ...]) -> list[JsonValue] | None:
    return [_utxo_value(utxo) for utxo in utxos] or None


def _utxo_value(utxo: ContractOutput) -> dict[str, JsonValue]:
    """The JSON object. Quirk: the program is in base64, all else in hex."""
    return {
        "hash": utxo.output_id.hex(),
        "asset_id": utxo.asset_id.hex(),
        "amount": utxo.amount,
        "program": base64.b64encode(utxo.control_program).decode() or None,
        "source_id": utxo.source_id.hex(),
        "source_pos": utxo.source_position,
        "state_data": [base64.b64encode(data).decode() for data in utxo.state_data] or None,
    }


def _read_utxo(value: JsonValue) -> ContractOutput:
    fields = Fields(value, "UTXO")
    return ContractOutput(
        output_id=fields.hash("hash") or ZERO_HASH,
        source_id=fields.hash("source_id") or ZERO_HASH,
        asset_id=fields.hash("asset_id") or ZERO_HASH,
        amount=fields.integer("amount", "uint64"),
        source_position=fields.integer("source_pos", "uint64"),
        control_program=from_base64(fields.text("program"), "the program"),
        state_data=tuple(from_base64(text, "the state") for text in fields.texts("state_data") or ()),
    )


def decode_instance(key: bytes, data: bytes) -> Instance:
    """The instance in a record. Raises StoreError, which names the ``key``."""
    try:
        return Instance.from_json(data)
    except DecodeError as error:
        raise damaged(key, error, "trace") from error
