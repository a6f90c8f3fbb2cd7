"""Unspent outputs as wallet.db keeps them: those of accounts, and all with programs that are not standard.

Source: wallet-and-keys reference, section 6.5; ``account/utxo_keeper.go``, ``wallet/utxo.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.records.json_records import MAX_UINT64, Whole, from_base64, parse_record
from pybytomd.vm.programs.standard import is_standard


class _Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An output as both nodes write it: these names in this order, bytes in base64."""

    OutputID: str
    SourceID: str
    AssetID: str
    Amount: Whole
    SourcePos: Whole
    ControlProgram: bytes | None
    AccountID: str
    Address: str
    ControlProgramIndex: Whole
    ValidHeight: Whole
    Change: bool


_decode = msgspec.json.Decoder(_Record).decode
_encode = msgspec.json.Encoder().encode


class Utxo(NamedTuple):
    """An unspent output. Those of contracts have no account, address and index.

    ``valid_height`` is the height from which on a coinbase's output can be spent, 0 for others. A named tuple, for
    a scan makes one of every output of the chain, and a dataclass would take four times as long.
    """

    output_id: bytes
    source_id: bytes
    asset_id: bytes
    amount: int
    source_position: int
    control_program: bytes
    account_id: str = ""
    address: str = ""
    control_program_index: int = 0
    valid_height: int = 0
    change: bool = False

    @property
    def purse(self) -> bytes:
        """What it can be spent together with: what is of the same asset."""
        return self.asset_id

    @property
    def is_contract(self) -> bool:
        """Whether it is kept among those of contracts: with any program that is not a standard one."""
        return not is_standard(self.control_program)

    @property
    def key(self) -> bytes:
        """The key of its record."""
        if self.is_contract:
            return schema.contract_output_key(self.output_id)
        return schema.own_output_key(self.output_id)

    def owned_by(self, account_id: str, address: str, index: int, change: bool) -> Utxo:
        """The same as one of an account, with the place of its keys."""
        return Utxo(*self[:6], account_id, address, index, self.valid_height, change)

    def spendable_from(self, height: int) -> Utxo:
        """The same with another height from which on it can be spent."""
        return self._replace(valid_height=height)

    def to_json(self) -> bytes:
        """The stored form."""
        record = _Record(
            self.output_id.hex(),
            self.source_id.hex(),
            self.asset_id.hex(),
            self.amount,
            self.source_position,
            self.control_program or None,  # an empty program is read as nil there, which is null in JSON
            self.account_id,
            self.address,
            self.control_program_index,
            self.valid_height,
            self.change,
        )
        texts = self.account_id + self.address
        if texts and not texts.isalnum():  # of no wallet: only Go's own escapes are the same bytes
            return gojson.dumps(gojson.loads(_encode(record)))
        return _encode(record)

    @classmethod
    def from_json(cls, data: bytes) -> Utxo:
        """Read the stored form. Raises DecodeError."""
        try:
            record = _decode(data)
        except (msgspec.DecodeError, RecursionError):
            return cls._from_fields(parse_record(data, "UTXO"))
        if max(record.Amount, record.SourcePos, record.ControlProgramIndex, record.ValidHeight) > MAX_UINT64:
            raise DecodeError("a number has more than 64 bits")
        try:
            return cls(
                bytes.fromhex(record.OutputID),
                bytes.fromhex(record.SourceID),
                bytes.fromhex(record.AssetID),
                record.Amount,
                record.SourcePos,
                record.ControlProgram or b"",
                record.AccountID,
                record.Address,
                record.ControlProgramIndex,
                record.ValidHeight,
                record.Change,
            )
        except ValueError as error:
            raise DecodeError(f"an id is not encoded as it should be: {error}") from error

    @classmethod
    def _from_fields(cls, fields: Fields) -> Utxo:
        """A record with fields missing or of others, names in any case, as the reference reads it."""
        return cls(
            output_id=decode_hex(fields.text("OutputID")),
            source_id=decode_hex(fields.text("SourceID")),
            asset_id=decode_hex(fields.text("AssetID")),
            amount=fields.integer("Amount", "uint64"),
            source_position=fields.integer("SourcePos", "uint64"),
            control_program=from_base64(fields.text("ControlProgram"), "the control program"),
            account_id=fields.text("AccountID"),
            address=fields.text("Address"),
            control_program_index=fields.integer("ControlProgramIndex", "uint64"),
            valid_height=fields.integer("ValidHeight", "uint64"),
            change=fields.flag("Change"),
        )


def consumed(tx: Transaction, failed: bool) -> Iterator[Utxo]:
    """The outputs a transaction spends, each once: all of them, or if it ``failed`` those of BTM."""
    ids = tx.ids
    for position, tx_input in enumerate(tx.inputs):
        if not isinstance(tx_input, SpendInput) or (failed and tx_input.asset_id != BTM_ASSET_ID):
            continue
        prevout = ids.prevout_ids[position]
        if prevout is None or ids.input_ids[position] == ZERO_HASH:
            continue  # an equal input follows
        yield Utxo(
            prevout,
            tx_input.source_id,
            tx_input.asset_id,
            tx_input.amount,
            tx_input.source_position,
            tx_input.control_program,
        )


def created(tx: Transaction, failed: bool, valid_height: int = 0) -> Iterator[Utxo]:
    """The outputs a transaction adds: all but retirements, or if it ``failed`` those of BTM."""
    ids = tx.ids
    for position, output in enumerate(tx.outputs):
        program = output.control_program
        if is_retirement(program) or (failed and output.asset_id != BTM_ASSET_ID):
            continue
        yield Utxo(
            ids.result_ids[position],
            ids.mux_id,
            output.asset_id or ZERO_HASH,
            output.amount,
            position,
            program,
            valid_height=valid_height,
        )
