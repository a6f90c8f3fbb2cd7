"""Transactions: bytes to fields and back, and the ids derived from them.

A transaction keeps the bytes it was read from, and computes its ids when they are first asked for.
"""

from __future__ import annotations

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.ledger import entries
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.decoding import read_transaction
from pybytomd.ledger.inputs import (
    CoinbaseInput,
    IssuanceInput,
    SpendInput,
    TxInput,
    TxOutput,
    input_to_bytes,
)


class TransactionIds:
    """Everything that is hashed from a transaction. Lists are in the order of inputs and outputs."""

    __slots__ = (
        "gas_input_ids",
        "input_ids",
        "mux_id",
        "prevout_ids",
        "result_ids",
        "source_ids",
        "spent_output_ids",
        "transaction_id",
    )

    def __init__(self, tx: Transaction) -> None:
        prevout_ids: list[bytes | None] = []
        gas_input_ids: list[bytes] = []
        sources: list[bytes] = []
        source_ids: list[bytes] = []
        has_coinbase = False
        for tx_input in tx.inputs:
            prevout: bytes | None = None
            if isinstance(tx_input, SpendInput):
                prevout = entries.output_id(
                    tx_input.source_id,
                    tx_input.asset_id,
                    tx_input.amount,
                    tx_input.source_position,
                    tx_input.vm_version,
                    tx_input.control_program,
                )
                entry = entries.spend_id(prevout)
                if tx_input.asset_id == BTM_ASSET_ID:
                    gas_input_ids.append(entry)
                sources.append(entries.value_source(entry, tx_input.asset_id, tx_input.amount, 0))
            elif isinstance(tx_input, IssuanceInput):
                entry = entries.issuance_id(tx_input.nonce, tx_input.asset_id, tx_input.amount)
                sources.append(entries.value_source(entry, tx_input.asset_id, tx_input.amount, 0))
            elif isinstance(tx_input, CoinbaseInput):
                has_coinbase = True
                entry = entries.coinbase_id(tx_input.arbitrary)
                first = tx.outputs[0]
                sources.append(entries.value_source(entry, first.asset_id or ZERO_HASH, first.amount, 0))
                gas_input_ids.append(entry)
            else:
                entry = ZERO_HASH
                sources.append(b"")
            prevout_ids.append(prevout)
            source_ids.append(entry)
        self.mux_id = mux = entries.mux_id(sources)
        results = [
            entries.retirement_id(mux, output.asset_id or ZERO_HASH, output.amount, position)
            if entries.is_retirement(output.control_program)
            else entries.output_id(
                mux,
                output.asset_id or ZERO_HASH,
                output.amount,
                position,
                output.vm_version,
                output.control_program,
            )
            for position, output in enumerate(tx.outputs)
        ]
        self.result_ids = tuple(results)
        self.transaction_id = entries.transaction_id(tx.version, tx.time_range, results)
        self.source_ids = tuple(source_ids)
        """Entry id of each input, also where ``input_ids`` has a zero because a later input shares it."""
        self.input_ids = (
            self.source_ids
            if len(source_ids) == 1 or (not has_coinbase and len(set(source_ids)) == len(source_ids))
            else _input_ids(tx, source_ids)
        )
        self.prevout_ids = tuple(prevout_ids)
        """The output each input spends, None for other inputs."""
        self.spent_output_ids = tuple(dict.fromkeys(filter(None, prevout_ids)))
        self.gas_input_ids = tuple(dict.fromkeys(gas_input_ids))


def _input_ids(tx: Transaction, source_ids: list[bytes]) -> tuple[bytes, ...]:
    """Ids of inputs that are not all different, or not all usual ones."""
    input_ids = [ZERO_HASH] * len(source_ids)
    # Of two equal inputs only the later one is known by its id; the slot of the earlier stays zero.
    last_position = {entry: position for position, entry in enumerate(source_ids)}
    for entry, position in last_position.items():
        if not isinstance(tx.inputs[position], CoinbaseInput):
            input_ids[position] = entry
    for entry, tx_input in zip(source_ids, tx.inputs, strict=True):
        if isinstance(tx_input, CoinbaseInput):
            input_ids[0] = entry  # Quirk: a coinbase claims the first slot wherever it stands.
    return tuple(input_ids)


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
        tx = cls.read(reader)
        if reader.remaining:
            raise DecodeError(f"trailing garbage ({reader.remaining} bytes)")
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
        """Entry id of each input; zero for an input shadowed by an equal later one or of unknown version."""
        return self.ids.input_ids

    @property
    def result_ids(self) -> tuple[bytes, ...]:
        """Entry id of each output or retirement."""
        return self.ids.result_ids

    @property
    def spent_output_ids(self) -> tuple[bytes, ...]:
        """The distinct outputs being spent, in input order."""
        return self.ids.spent_output_ids

    @property
    def gas_input_ids(self) -> tuple[bytes, ...]:
        """The distinct inputs that can pay for gas: BTM spends and the coinbase, in input order."""
        return self.ids.gas_input_ids

    @property
    def btm_paid(self) -> int:
        """BTM of all outputs, retirements among them, in neu."""
        return sum(output.amount for output in self.outputs if output.asset_id == BTM_ASSET_ID)

    @property
    def btm_left(self) -> int:
        """BTM that it spends and does not pay out, in neu; below 0 for what pays out more, as a coinbase."""
        spent = (one.amount for one in self.inputs if isinstance(one, SpendInput) and one.asset_id == BTM_ASSET_ID)
        return sum(spent) - self.btm_paid

    @property
    def fee(self) -> int:
        """What it leaves to the miner, in neu; 0 if it pays out more than it spends."""
        return max(0, self.btm_left)

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
