"""The bytes of transactions as programs may change them while they are validated.

Quirk: in the reference the arguments and programs of a decoded transaction are slices of the bytes it was decoded
from, and CAT writes in place behind its first operand. So a program can overwrite what follows its arguments: its
other arguments, and those and the programs of later inputs, with consequences for their verdict.

How far it reaches depends on what was decoded. A transaction that came alone, from a peer or over the API, lies in
a buffer of its own, and an append that finds no room there gets new memory. All transactions of a block lie one
after the other in the buffer of the block, so there an append goes on into the transactions behind
(``TxData.UnmarshalText``, ``Block.UnmarshalText``). They are judged in order here. The reference judges them on as
many threads as it has processors, so when one writes over another it depends on luck; its own blocks never hold
two that do unless somebody wants it so.

The overwritten transaction is also what the reference stores, relays and mines; that is not imitated, each
validation starts from the bytes received. Source: vm-and-validation reference, section 1.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pybytomd.codec.wire.reader import Reader, Span
from pybytomd.ledger.inputs import IssuanceInput, SpendInput, TxInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.context import SharedBuffer, SharedMemory

NOWHERE = (0, 0)


@dataclass(frozen=True, slots=True)
class InputSpans:
    """Where the parts of an input lie that programs can reach."""

    program: Span = NOWHERE
    arguments: tuple[Span, ...] = ()


class TransactionMemory:
    """A transaction's programs and arguments where they lie in memory, as they are by now."""

    __slots__ = ("_inputs", "_outputs", "shared")

    def __init__(self, raw: bytes, buffer: bytearray | None = None, start: int = 0) -> None:
        """``raw`` is the serialization of a transaction, known to decode.

        It lies alone in memory, or at ``start`` of a buffer that others may have written over (``BlockMemory``).
        """
        self.shared = SharedMemory(bytearray(raw) if buffer is None else buffer)
        noted: list[Span] = []
        tx = Transaction.read(Reader(raw, noted))
        spans = ((start + first, start + end) for first, end in noted)
        self._inputs = [_spans_of(tx_input, spans) for tx_input in tx.inputs]
        self._outputs = [NOWHERE if output.asset_id is None else next(spans) for output in tx.outputs]

    def arguments(self, position: int) -> tuple[bytes, ...]:
        """The arguments of an input."""
        return tuple(self._bytes(span) for span in self._inputs[position].arguments)

    def program(self, position: int) -> bytes:
        """The control or issuance program of an input."""
        return self._bytes(self._inputs[position].program)

    def output_program(self, index: int) -> bytes:
        """What locks an output, which appends may have written over."""
        return self._bytes(self._outputs[index])

    def shared_with(self, position: int, *, runs_as_is: bool) -> SharedBuffer:
        """What the machine needs to know to run an input's program: whether as it is, or expanded elsewhere."""
        spans = self._inputs[position]
        return SharedBuffer(self.shared, spans.arguments, spans.program if runs_as_is else None)

    def _bytes(self, span: Span) -> bytes:
        return bytes(self.shared.buffer[slice(*span)])


def _spans_of(tx_input: TxInput, spans: Iterator[Span]) -> InputSpans:
    """The next spans, as many as an input has: its program first."""
    if isinstance(tx_input, SpendInput | IssuanceInput):
        return InputSpans(next(spans), tuple(islice(spans, len(tx_input.arguments))))
    return InputSpans()
