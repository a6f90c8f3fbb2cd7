"""What a program can ask about the transaction it runs in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CheckOutput = Callable[[int, int, bytes, int, bytes, bool], bool]
"""Output index, amount, asset id, VM version, program, and whether expansion opcodes are reserved."""


@dataclass(slots=True)
class SharedBuffer:
    """Where program and arguments lie in the transaction's bytes, for programs that append in place."""

    memory: bytearray
    argument_spans: list[tuple[int, int]]
    """Start and end of each argument in ``memory``."""
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
