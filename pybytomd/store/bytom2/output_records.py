"""Unspent outputs of Bytom 2 as wallet.db keeps them: those of accounts, with the vote and the state of each.

Source: bytom2-network-wallet-api reference, section 4.3; ``account/utxo_keeper.go``, ``wallet/utxo.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.constants import COINBASE_MATURITY
from pybytomd.ledger.bytom2.inputs import SpendInput, VetoInput
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput
from pybytomd.store import schema
from pybytomd.store.records.json_records import MAX_UINT64, Whole, from_base64, parse_record
from pybytomd.vm.bytom2.standard import is_p2wpkh, is_p2wsh


class _Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An output as both nodes write it: these names in this order, bytes in base64."""

    OutputID: str
    SourceID: str
    AssetID: str
    Amount: Whole
    SourcePos: Whole
    ControlProgram: bytes | None
    Vote: bytes | None
    StateData: list[bytes] | None
    AccountID: str
    Address: str
    ControlProgramIndex: Whole
    ValidHeight: Whole
    Change: bool


_decode = msgspec.json.Decoder(_Record).decode
_encode = msgspec.json.Encoder().encode


class Utxo(NamedTuple):
    """An unspent output. ``vote`` is the key it votes for, None for one that is no vote. See that of 1.x."""

    output_id: bytes
    source_id: bytes
    asset_id: bytes
    amount: int
    source_position: int
    control_program: bytes
    vote: bytes | None = None
    state_data: tuple[bytes, ...] = ()
    account_id: str = ""
    address: str = ""
    control_program_index: int = 0
    valid_height: int = 0
    change: bool = False

    @property
    def purse(self) -> bytes:
        """What it can be spent together with: of one asset, and voting for one key or for none."""
        return purse_of(self.asset_id, self.vote)

    @property
    def is_contract(self) -> bool:
        """Whether it is kept among those of contracts, of which a wallet may have some that was once of 1.x."""
        return not _has_address(self.control_program)

    @property
    def key(self) -> bytes:
        """The key of its record."""
        if self.is_contract:
            return schema.contract_output_key(self.output_id)
        return schema.own_output_key(self.output_id)

    def owned_by(self, account_id: str, address: str, index: int, change: bool) -> Utxo:
        """The same as one of an account, with the place of its keys."""
        return self._replace(account_id=account_id, address=address, control_program_index=index, change=change)

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
            self.vote,
            list(self.state_data) or None,
            self.account_id,
            self.address,
            self.control_program_index,
            self.valid_height,
            self.change,
        )
        texts = (self.account_id + self.address).replace("-", "")
        if texts and not (texts.isascii() and texts.isalnum()):  # of no wallet: only Go's own escapes are the same
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
                record.Vote,
                tuple(record.StateData or ()),
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
        vote = fields.value("Vote")
        return cls(
            output_id=decode_hex(fields.text("OutputID")),
            source_id=decode_hex(fields.text("SourceID")),
            asset_id=decode_hex(fields.text("AssetID")),
            amount=fields.integer("Amount", "uint64"),
            source_position=fields.integer("SourcePos", "uint64"),
            control_program=from_base64(fields.text("ControlProgram"), "the control program"),
            vote=None if vote is None else from_base64(fields.text("Vote"), "the vote"),
            state_data=tuple(from_base64(text, "the state") for text in fields.texts("StateData") or ()),
            account_id=fields.text("AccountID"),
            address=fields.text("Address"),
            control_program_index=fields.integer("ControlProgramIndex", "uint64"),
            valid_height=fields.integer("ValidHeight", "uint64"),
            change=fields.flag("Change"),
        )


def purse_of(asset_id: bytes, vote: bytes | None) -> bytes:
    """The purse of outputs of an asset that vote for a key, or for none."""
    return asset_id + (vote or b"")


def consumed(tx: Transaction) -> Iterator[Utxo]:
    """The outputs with an address that a transaction spends, votes that it takes back among them.

    Quirk: a vote in another asset, which no rule of consensus lets be, is passed over.
    """
    for tx_input, prevout in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
        if prevout is None or not isinstance(tx_input, SpendInput | VetoInput):
            continue
        if not _has_address(tx_input.control_program):
            continue
        vote = tx_input.vote if isinstance(tx_input, VetoInput) else None
        if vote is not None and tx_input.asset_id != BTM_ASSET_ID:
            continue
        yield Utxo(
            prevout,
            tx_input.source_id,
            tx_input.asset_id,
            tx_input.amount,
            tx_input.source_position,
            tx_input.control_program,
            vote,
            tx_input.state_data,
        )


def created(tx: Transaction, height: int, params: CasperParams) -> Iterator[Utxo]:
    """The outputs with an address that a transaction in a block of this height adds, but for those of amount 0.

    Quirk: those of contracts are not kept, and so not listed, as they are on 1.x (``filterAccountUtxo``).

    Where we differ: the state of an output is kept; the reference forgets it, and cannot spend such an output.

    Quirk: for how long a vote is locked is reckoned by the height of its block, while consensus goes by that of
    the block which takes it back.
    """
    ids = tx.ids
    is_coinbase = bool(tx.inputs) and isinstance(tx.inputs[0], CoinbaseInput)
    for position, output in enumerate(tx.outputs):
        if not _has_address(output.control_program) or not (output.amount or output.is_vote):
            continue
        valid_height = height + COINBASE_MATURITY if is_coinbase else 0
        if output.is_vote:
            valid_height = height + params.vote_lock(height)
        yield Utxo(
            ids.result_ids[position],
            ids.mux_id,
            output.asset_id,
            output.amount,
            position,
            output.control_program,
            output.vote,
            output.state_data,
            valid_height=valid_height,
        )


def _has_address(program: bytes) -> bool:
    return is_p2wpkh(program) or is_p2wsh(program)
