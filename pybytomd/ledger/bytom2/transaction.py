"""Transactions of Bytom 2: bytes to fields and back, and the ids derived from them.

A transaction keeps the bytes it was read from, and computes its ids when they are first asked for.
"""

from __future__ import annotations

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.ledger import entries
from pybytomd.ledger.bytom2.decoding import UnknownAssetVersion, read_transaction
from pybytomd.ledger.bytom2.entries import output_id, veto_id
from pybytomd.ledger.bytom2.inputs import TxInput, TxOutput, VetoInput, input_to_bytes
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput

UINT64_MASK = (1 << 64) - 1


class TransactionIds:
    """Everything that is hashed from a transaction. Lists are in the order of inputs and outputs."""

    __slots__ = (
        "input_ids",
        "mux_id",
        "prevout_ids",
        "result_ids",
        "spent_output_ids",
        "transaction_id",
    )

    def __init__(self, tx: Transaction) -> None:
        prevout_ids: list[bytes | None] = []
        spent_output_ids: list[bytes] = []
        sources: list[bytes] = []
        input_ids: list[bytes] = []
        for tx_input in tx.inputs:
            prevout: bytes | None = None
            if isinstance(tx_input, CoinbaseInput):
                entry = entries.coinbase_id(tx_input.arbitrary)
                sources.append(entries.value_source(entry, BTM_ASSET_ID, tx.minted_amount, 0))
            elif isinstance(tx_input, IssuanceInput):
                entry = entries.issuance_id(tx_input.nonce, tx_input.asset_id, tx_input.amount)
                sources.append(entries.value_source(entry, tx_input.asset_id, tx_input.amount, 0))
            else:
                vote = tx_input.vote if isinstance(tx_input, VetoInput) else None
                prevout = output_id(
                    tx_input.source_id,
                    tx_input.asset_id,
                    tx_input.amount,
                    tx_input.source_position,
                    tx_input.vm_version,
                    tx_input.control_program,
                    tx_input.state_data,
                    vote,
                )
                entry = entries.spend_id(prevout) if vote is None else veto_id(prevout)
                spent_output_ids.append(prevout)
                sources.append(entries.value_source(entry, tx_input.asset_id, tx_input.amount, 0))
            prevout_ids.append(prevout)
            input_ids.append(entry)
        self.mux_id = mux = entries.mux_id(sources)
        results = [
            entries.retirement_id(mux, output.asset_id, output.amount, position)
            if entries.is_retirement(output.control_program)
            else output_id(
                mux,
                output.asset_id,
                output.amount,
                position,
                output.vm_version,
                output.control_program,
                output.state_data,
                output.vote,
            )
            for position, output in enumerate(tx.outputs)
        ]
        self.result_ids = tuple(results)
        self.transaction_id = entries.transaction_id(tx.version, tx.time_range, results)
        self.input_ids = tuple(input_ids)
        """Entry id of each input, also of equal ones."""
        self.prevout_ids = tuple(prevout_ids)
        """The output each input spends, None for other inputs."""
        self.spent_output_ids = tuple(spent_output_ids)
        """The outputs being spent in input order, one that is spent twice two times."""


class Transaction:
    """A transaction. Treat it as a value: nothing may change after construction."""

    __slots__ = ("_canonical", "_ids", "inputs", "outputs", "raw", "serialized_size", "time_range", "version")

    def __init__(
        self,
        version: int,
        time_range: int,
        inputs: tuple[TxInput, ...],
        outputs: tuple[TxOutput, ...],
        raw: bytes | None = None,
    ) -> None:
        """``raw`` is given by the decoder; a transaction made from parts is serialized for its size."""
        self.version = version
        self.time_range = time_range
        """Last height of a block that may hold the transaction; 0 for no limit."""
        self.inputs = inputs
        self.outputs = outputs
        self._ids: TransactionIds | None = None
        self._canonical: bytes | None = None
        self.raw = self.to_bytes() if raw is None else raw
        """The bytes the transaction was read from."""
        self.serialized_size = len(self.raw)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Transaction:
        """Decode a whole transaction. Raises DecodeError, also for bytes left over."""
        reader = Reader(raw)
        try:
            tx = cls.read(reader)
        except UnknownAssetVersion:
            _check_whole(reader)
            raise
        _check_whole(reader)
        return tx

    @classmethod
    def from_hex(cls, text: str | bytes) -> Transaction:
        """Decode the hex text of a transaction. Raises DecodeError."""
        return cls.from_bytes(decode_hex(text))

    @classmethod
    def read(cls, reader: Reader) -> Transaction:
        """Decode the transaction at the reader's position. Raises DecodeError."""
        start = reader.position
        minimal_before, reader.minimal = reader.minimal, True
        version, time_range, inputs, outputs = read_transaction(reader)
        tx = cls(version, time_range, inputs, outputs, reader.buffer[start : reader.position])
        if reader.minimal:
            tx._canonical = tx.raw
        reader.minimal = reader.minimal and minimal_before
        return tx

    def to_bytes(self) -> bytes:
        """The serialization as written anew. Quirk: may differ from ``raw`` (see ``codec.reader``)."""
        if self._canonical is None:
            self._canonical = b"".join(
                (
                    b"\x07",
                    writer.uint63(self.version),
                    writer.uint63(self.time_range),
                    writer.uint31(len(self.inputs)),
                    *map(input_to_bytes, self.inputs),
                    writer.uint31(len(self.outputs)),
                    *[output.to_bytes() for output in self.outputs],
                )
            )
        return self._canonical

    def as_written(self) -> Transaction:
        """The transaction that others read when this one is written anew, as in a block of ours.

        Itself, unless it was read from bytes that are written differently: it may become longer or shorter then.
        """
        written = self.to_bytes()
        return self if written == self.raw else Transaction.from_bytes(written)

    def to_hex(self) -> str:
        """The serialization as lower-case hex text, the form stored and sent."""
        return self.to_bytes().hex()

    @property
    def ids(self) -> TransactionIds:
        """All ids, computed once."""
        if self._ids is None:
            self._ids = TransactionIds(self)
        return self._ids

    @property
    def id(self) -> bytes:
        """The transaction id."""
        return self.ids.transaction_id

    @property
    def mux_id(self) -> bytes:
        """The id of the entry that gathers the inputs; source of every output."""
        return self.ids.mux_id

    @property
    def input_ids(self) -> tuple[bytes, ...]:
        """Entry id of each input."""
        return self.ids.input_ids

    @property
    def result_ids(self) -> tuple[bytes, ...]:
        """Entry id of each output or retirement."""
        return self.ids.result_ids

    @property
    def spent_output_ids(self) -> tuple[bytes, ...]:
        """The outputs being spent, in input order; one that is spent twice is there two times."""
        return self.ids.spent_output_ids

    @property
    def minted_amount(self) -> int:
        """What a coinbase input brings, as an amount of BTM in neu.

        Quirk: the amounts of all outputs together, whatever their asset, modulo 2^64 (``types/map.go``).
        """
        return sum([output.amount for output in self.outputs]) & UINT64_MASK

    @property
    def fee(self) -> int:
        """The BTM its inputs have more than its outputs, in neu, 0 if they have less; a coinbase input has none.

        Quirk: both sums are modulo 2^64 (``types/transaction.go``).
        """
        paid_in = paid_out = 0
        for tx_input in self.inputs:
            if not isinstance(tx_input, CoinbaseInput) and tx_input.asset_id == BTM_ASSET_ID:
                paid_in += tx_input.amount
        for output in self.outputs:
            if output.asset_id == BTM_ASSET_ID:
                paid_out += output.amount
        return max(0, (paid_in & UINT64_MASK) - (paid_out & UINT64_MASK))

    @property
    def btm_paid(self) -> int:
        """BTM of all outputs, retirements and votes among them, in neu."""
        return sum([output.amount for output in self.outputs if output.asset_id == BTM_ASSET_ID])

    def signature_hash(self, position: int) -> bytes:
        """What the owner of input ``position`` signs."""
        ids = self.ids
        return sha3_256(ids.input_ids[position] + ids.transaction_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Transaction) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"<Transaction {self.id.hex()}>"


def _check_whole(reader: Reader) -> None:
    if reader.remaining:
        raise DecodeError(f"trailing garbage ({reader.remaining} bytes)")
