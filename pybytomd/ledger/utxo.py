"""An unspent output (UTXO) as the database keeps it, by the id of the output."""

from __future__ import annotations

from pybytomd.ledger.value import Value


class UtxoEntry(Value):
    """An output in the set: whether a coinbase made it, in which block, and whether it is spent by now."""

    __match_args__ = ("is_coinbase", "block_height", "spent")
    __slots__ = __match_args__

    def __init__(self, is_coinbase: bool, block_height: int, spent: bool) -> None:
        self.is_coinbase = is_coinbase
        self.block_height = block_height
        self.spent = spent
