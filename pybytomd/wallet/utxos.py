"""Unspent outputs as wallet.db keeps them: those of accounts, and all with programs that are not standard.

Source: wallet-and-keys reference, section 6.5; ``account/utxo_keeper.go``, ``wallet/utxo.go``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

import orjson

from pybytomd.codec import gojson
from pybytomd.codec.gofields import Fields
from pybytomd.codec.hextext import decode_hex
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.vm.standard import is_standard, is_unspendable
from pybytomd.wallet.records import ControlProgram


class Owners(Protocol):
    """Who knows whose a control program is: ``AccountManager``."""

    def local_program(self, program: bytes) -> ControlProgram | None:
        """What is known of a control program, None if it is of no account here."""
        ...


RECORD: Mapping[str, type] = {
    "OutputID": str,
    "SourceID": str,
    "AssetID": str,
    "Amount": int,
    "SourcePos": int,
    "ControlProgram": str,
    "AccountID": str,
    "Address": str,
    "ControlProgramIndex": int,
    "ValidHeight": int,
    "Change": bool,
}
"""The fields of a record as they are written."""
RECORD_NAMES, RECORD_TYPES = tuple(RECORD), list(RECORD.values())


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
    def is_contract(self) -> bool:
        """Whether it is kept among those of contracts: with any program that is not a standard one."""
        return not is_standard(self.control_program)

    @property
    def key(self) -> bytes:
        """The key of its record."""
        if self.is_contract:
            return schema.contract_output_key(self.output_id)
        return schema.own_output_key(self.output_id)

    def owned_by(self, owner: ControlProgram) -> Utxo:
        """The same output as one of the account that ``owner`` belongs to."""
        return Utxo(
            self.output_id,
            self.source_id,
            self.asset_id,
            self.amount,
            self.source_position,
            self.control_program,
            owner.account_id,
            owner.address,
            owner.key_index,
            self.valid_height,
            owner.change,
        )

    def to_json(self) -> bytes:
        """The stored form."""
        # Texts that need escapes are quoted, the rest are digits: a template takes a third of an encoder's time.
        program = f'"{binascii.b2a_base64(self.control_program, newline=False).decode()}"'
        return (
            f'{{"OutputID":"{self.output_id.hex()}","SourceID":"{self.source_id.hex()}",'
            f'"AssetID":"{self.asset_id.hex()}","Amount":{self.amount},"SourcePos":{self.source_position},'
            # An empty program is read as nil there, which is null in JSON.
            f'"ControlProgram":{program if self.control_program else "null"},'
            f'"AccountID":{gojson.quoted(self.account_id)},"Address":{gojson.quoted(self.address)},'
            f'"ControlProgramIndex":{self.control_program_index},"ValidHeight":{self.valid_height},'
            f'"Change":{"true" if self.change else "false"}}}'
        ).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Utxo:
        """Read the stored form. Raises DecodeError."""
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise DecodeError(f"not JSON: {error}") from error
        if (
            isinstance(value, dict)
            and tuple(value) == RECORD_NAMES
            and list(map(type, value.values())) == RECORD_TYPES
            and min(value["Amount"], value["SourcePos"], value["ControlProgramIndex"], value["ValidHeight"]) >= 0
        ):
            return cls._from_record(value)
        return cls._from_fields(Fields(value, "UTXO"))

    @classmethod
    def _from_record(cls, value: dict[str, Any]) -> Utxo:
        """A record as both nodes write it, taken without looking at each field: four times as fast."""
        try:
            return cls(
                bytes.fromhex(value["OutputID"]),
                bytes.fromhex(value["SourceID"]),
                bytes.fromhex(value["AssetID"]),
                value["Amount"],
                value["SourcePos"],
                binascii.a2b_base64(value["ControlProgram"], strict_mode=True),
                value["AccountID"],
                value["Address"],
                value["ControlProgramIndex"],
                value["ValidHeight"],
                value["Change"],
            )
        except (binascii.Error, ValueError) as error:
            raise DecodeError(f"an id or program is not encoded as it should be: {error}") from error

    @classmethod
    def _from_fields(cls, fields: Fields) -> Utxo:
        """A record in any order, with fields missing, names in any case."""
        try:
            program = base64.b64decode(fields.text("ControlProgram"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise DecodeError("the control program is not base64") from error
        return cls(
            output_id=decode_hex(fields.text("OutputID")),
            source_id=decode_hex(fields.text("SourceID")),
            asset_id=decode_hex(fields.text("AssetID")),
            amount=fields.integer("Amount", "uint64"),
            source_position=fields.integer("SourcePos", "uint64"),
            control_program=program,
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
        if is_unspendable(program) or (failed and output.asset_id != BTM_ASSET_ID):
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


def kept(utxos: Iterable[Utxo], owners: Owners) -> list[Utxo]:
    """Those that wallet.db keeps: outputs of accounts, with their owners filled in, and all of contracts."""
    result = []
    for utxo in utxos:
        if utxo.is_contract:
            result.append(utxo)
            continue
        owner = owners.local_program(utxo.control_program)
        if owner is not None:
            result.append(utxo.owned_by(owner))
    return result
