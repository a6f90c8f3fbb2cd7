"""The block that a transaction is judged for, and what it demands of any transaction. The same on both chains.

Source: vm-and-validation reference, section 3.2; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from pybytomd.consensus.errors import BadTimeRange, WrongTransactionVersion
from pybytomd.ledger.value import Value


class BlockContext(Value):
    """The block. A pool uses the best one's, whoever makes a block version 0 and the next height."""

    __match_args__ = ("version", "height")
    __slots__ = __match_args__

    def __init__(self, version: int, height: int) -> None:
        self.version = version
        self.height = height

    def check_version(self, version: int) -> None:
        """Blocks of version 1 hold transactions of version 1. Raises WrongTransactionVersion."""
        if self.version == 1 and version != 1:
            raise WrongTransactionVersion.because(f"block version {self.version}, transaction version {version}")

    def check_time_range(self, time_range: int) -> None:
        """The last height a transaction may be at, if it names one, is not passed. Raises BadTimeRange."""
        if time_range != 0 and time_range < self.height:
            raise BadTimeRange
