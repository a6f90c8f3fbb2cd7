"""The bytes of a transaction as programs may change them while it is validated.

Quirk: in the reference the arguments and programs of a decoded transaction are slices of the bytes it was decoded
from, and CAT writes in place behind its first operand. So a program can overwrite what follows its arguments: its
other arguments, and those of later inputs, with consequences for their verdict. The overwritten transaction is
also what the reference stores and relays; that is not imitated, each validation starts from the bytes received.
Source: vm-and-validation reference, section 1.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.codec.reader import Reader
from pybytomd.ledger.inputs import ASSET_VERSION, ISSUANCE_TYPE, SPEND_TYPE
from pybytomd.vm.context import SharedBuffer

Span = tuple[int, int]
"""Start and end in the transaction's bytes."""


@dataclass(frozen=True, slots=True)
class InputSpans:
    """Where the parts of an input lie that programs can reach."""

    program: Span = (0, 0)
    arguments: tuple[Span, ...] = ()


class TransactionMemory:
    """A transaction's bytes, and where its programs and arguments lie in them."""

    __slots__ = ("bytes", "inputs", "outputs")

    def __init__(self, raw: bytes) -> None:
        """``raw`` is the serialization of a transaction, known to decode."""
        self.bytes = bytearray(raw)
        reader = Reader(raw)
        reader.byte()
        for _version_and_time_range in range(2):
            reader.uint63()
        self.inputs = [_read_input(reader) for _ in range(reader.uint31())]
        self.outputs = [_read_output(reader) for _ in range(reader.uint31())]

    def arguments(self, position: int) -> tuple[bytes, ...]:
        """The arguments of an input, as they are by now."""
        return tuple(bytes(self.bytes[start:end]) for start, end in self.inputs[position].arguments)

    def program(self, position: int) -> bytes:
        """The control or issuance program of an input, as it is by now."""
        start, end = self.inputs[position].program
        return bytes(self.bytes[start:end])

    def output_program(self, index: int) -> bytes:
        """The program of an output, as it is by now."""
        start, end = self.outputs[index]
        return bytes(self.bytes[start:end])

    def shared_with(self, position: int, *, runs_as_is: bool) -> SharedBuffer:
        """What the machine needs to know to run an input's program: whether as it is, or expanded elsewhere."""
        spans = self.inputs[position]
        return SharedBuffer(self.bytes, list(spans.arguments), spans.program if runs_as_is else None)


def _read_span(reader: Reader) -> Span:
    length = reader.uint31()
    start = reader.position
    reader.fixed(length)
    return start, reader.position


def _read_arguments(reader: Reader) -> tuple[Span, ...]:
    return tuple(_read_span(reader) for _ in range(reader.uint31()))


def _read_input(reader: Reader) -> InputSpans:
    asset_version = reader.uint63()
    commitment = reader.enter()
    kind = reader.byte() if asset_version == ASSET_VERSION else None
    program: Span = (0, 0)
    if kind == SPEND_TYPE:
        inner = reader.enter()
        reader.fixed(64)  # source and asset id
        for _amount_and_position_and_vm_version in range(3):
            reader.uint63()
        program = _read_span(reader)
        reader.leave(inner)
    reader.leave(commitment)
    witness = reader.enter()
    arguments: tuple[Span, ...] = ()
    if kind == SPEND_TYPE:
        arguments = _read_arguments(reader)
    elif kind == ISSUANCE_TYPE:
        reader.string()  # asset definition
        reader.uint63()  # VM version
        program = _read_span(reader)
        arguments = _read_arguments(reader)
    reader.leave(witness)
    return InputSpans(program, arguments)


def _read_output(reader: Reader) -> Span:
    asset_version = reader.uint63()
    commitment = reader.enter()
    program: Span = (0, 0)
    if asset_version == ASSET_VERSION:
        reader.fixed(32)  # asset id
        for _amount_and_vm_version in range(2):
            reader.uint63()
        program = _read_span(reader)
    reader.leave(commitment)
    reader.string()  # witness
    return program
