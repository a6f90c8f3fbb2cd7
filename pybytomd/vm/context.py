"""What a program can ask about the transaction it runs in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pybytomd.vm.numbers import TRUE

CheckOutput = Callable[[int, int, bytes, int, bytes, bool], bool]
"""Output index, amount, asset id, VM version, program, and whether expansion opcodes are reserved."""


@dataclass(slots=True)
class SharedMemory:
    """Memory that all programs of a transaction share, as its programs have left it so far."""

    buffer: bytearray = field(default_factory=bytearray)
    """The bytes that programs and arguments were decoded from: of the transaction, or of the block it came in."""
    true: bytearray = field(default_factory=lambda: bytearray(TRUE))
    """The one byte that every boolean true is, until a program writes over it."""
    written: bool = False
    """Whether an append has written in ``buffer``, if only what was there."""
    true_written: bool = False
    """Whether an append has written over ``true``, if only with the same."""
    outgrown: bool = False
    """Whether an append found no room in ``buffer``: in a longer one the verdict may be another."""

    @property
    def true_is_spoilt(self) -> bool:
        """Whether a program has written over the boolean true."""
        return self.true != TRUE


@dataclass(slots=True)
class SharedBuffer:
    """Where a program and its arguments lie in shared memory, for programs that append in place."""

    memory: SharedMemory
    argument_spans: Sequence[tuple[int, int]] = ()
    """Start and end of each argument in the buffer."""
    code_span: tuple[int, int] | None = None
    """Start and end of the program, unless it was expanded from a witness program."""


@dataclass(slots=True)
class Context:
    """One program, its arguments, and its surroundings. None stands for what does not exist here."""

    code: bytes
    """The program to run, a witness program already expanded."""
    arguments: tuple[bytes, ...] = ()
    vm_version: int = 1
    entry_id: bytes = b""
    """Id of the spend or issuance the program guards."""
    tx_version: int | None = None
    block_height: int | None = None
    asset_id: bytes | None = None
    amount: int | None = None
    input_position: int | None = None
    spent_output_id: bytes | None = None
    signature_hash: Callable[[], bytes] | None = None
    check_output: CheckOutput | None = None
    shared_buffer: Callable[[], SharedBuffer] | None = None
    shares_signature_hash: bool = True
    """Whether every TXSIGHASH gives the same bytes in memory, as it does in the reference's node."""
    true_is_spoilt: bool = False
    """Whether an earlier program of the transaction has written over the ``true`` of the shared buffer."""
