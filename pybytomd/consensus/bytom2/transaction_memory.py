"""The bytes of transactions of Bytom 2 as programs may change them while they are validated.

See ``consensus.transaction_memory``; here state data lies in those bytes, too. A contract's program does not: it
comes from the database, and each run has a copy of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pybytomd.codec.wire.reader import Reader, Span
from pybytomd.ledger.bytom2.inputs import TxInput, TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.vm.bytom2.context import SharedBuffer
from pybytomd.vm.context import SharedMemory

NOWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class ReachableSpans:
    """Where the parts of an input or an output lie that programs can reach."""

    program: Span = NOWHERE
    state_data: tuple[Span, ...] = ()
    arguments: tuple[Span, ...] = ()


class TransactionMemory:
    """A transaction's programs, state data and arguments where they lie in memory, as they are by now."""

    __slots__ = ("_inputs", "_outputs", "shared")

    def __init__(self, raw: bytes, buffer: bytearray | None = None, start: int = 0) -> None:
        """``raw`` is the serialization of a transaction, known to decode.

        It lies alone in memory, or at ``start`` of a buffer that others may have written over (``BlockMemory``).
        """
        self.shared = SharedMemory(bytearray(raw) if buffer is None else buffer)
        noted: list[Span] = []
        tx = Transaction.read(Reader(raw, noted))
        spans = ((start + first, start + end) for first, end in noted)
        self._inputs = [_spans_of_input(tx_input, spans) for tx_input in tx.inputs]
        self._outputs = [_spans_of_output(output, spans) for output in tx.outputs]

    def arguments(self, position: int) -> tuple[bytes, ...]:
        """The arguments of an input."""
        return self._all_bytes(self._inputs[position].arguments)

    def program(self, position: int) -> bytes:
        """The control or issuance program of an input."""
        return self._bytes(self._inputs[position].program)

    def state_data(self, position: int) -> tuple[bytes, ...]:
        """The state data of what an input spends."""
        return self._all_bytes(self._inputs[position].state_data)

    def output_program(self, index: int) -> bytes:
        """What locks an output, which appends may have written over."""
        return self._bytes(self._outputs[index].program)

    def output_state_data(self, index: int) -> tuple[bytes, ...]:
        """What an output carries for its program, written over or not."""
        return self._all_bytes(self._outputs[index].state_data)

    def shared_with(self, position: int, *, runs_as_is: bool) -> SharedBuffer:
        """What the machine needs to know to run an input's program: whether as it is, or another in its place."""
        spans = self._inputs[position]
        code = spans.program if runs_as_is else None
        return SharedBuffer(self.shared, spans.arguments, code, spans.state_data)

    def _bytes(self, span: Span) -> bytes:
        return bytes(self.shared.buffer[slice(*span)])

    def _all_bytes(self, spans: tuple[Span, ...]) -> tuple[bytes, ...]:
        return tuple(self._bytes(span) for span in spans)


def _spans_of_input(tx_input: TxInput, spans: Iterator[Span]) -> ReachableSpans:
    """The next spans, as many as an input has: its program first, its arguments last."""
    if isinstance(tx_input, CoinbaseInput):
        return ReachableSpans()
    program = next(spans)
    state_data: tuple[Span, ...] = ()
    if not isinstance(tx_input, IssuanceInput):
        state_data = tuple(islice(spans, len(tx_input.state_data)))
    return ReachableSpans(program, state_data, tuple(islice(spans, len(tx_input.arguments))))


def _spans_of_output(output: TxOutput, spans: Iterator[Span]) -> ReachableSpans:
    return ReachableSpans(next(spans), tuple(islice(spans, len(output.state_data))))
