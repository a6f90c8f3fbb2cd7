"""Transactions whose first script appends to its second argument, in place: over what lies behind it in memory."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.assembler import assemble

APPEND = assemble("SWAP CAT DROP TRUE")
"""Appends the first argument to the second, in place where there is room."""
APPENDED_TO = b"A"

Build = Callable[[bytes], Transaction]
"""Makes the transaction whose first argument is given; the second is ``APPENDED_TO``, then comes ``APPEND``."""


def behind_the_append(tx: Transaction) -> bytes:
    """The bytes that the append can reach."""
    return tx.raw[tx.raw.index(b"\x01" + APPENDED_TO + bytes((len(APPEND),)) + APPEND) + 2 :]


def rewrite(build: Build, size: int, old: bytes, new: bytes, *, after: bytes = b"") -> Transaction:
    """Write ``size`` bytes behind the append as they are, but for one change. In a block ``after`` follows."""
    behind = (behind_the_append(build(bytes(size))) + after)[:size]
    assert behind.count(old) == 1
    return build(behind.replace(old, new))
