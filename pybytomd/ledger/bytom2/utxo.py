"""An unspent output of Bytom 2 as the database keeps it, by the id of the output."""

from __future__ import annotations

from pybytomd.ledger.value import Value

NORMAL, COINBASE, VOTE = 0, 1, 2
"""What made an output: an ordinary one, the first transaction of its block, or a vote."""


class UtxoEntry(Value):
    """An output in the set: its kind (see above), in which block it was made, and whether it is spent by now."""

    __match_args__ = ("kind", "block_height", "spent")
    __slots__ = __match_args__

    def __init__(self, kind: int, block_height: int, spent: bool) -> None:
        self.kind = kind
        self.block_height = block_height
        self.spent = spent
