"""The validators of the epoch that goes on, remembered: monitors ask for them again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain
    from pybytomd.consensus.bytom2.casper.validators import Validator


class Elections:
    """Who was elected last. For any thread: what is found twice is the same."""

    def __init__(self) -> None:
        self._last: tuple[bytes, tuple[Validator, ...]] | None = None

    def validators(self, chain: Chain) -> tuple[Validator, ...]:
        """Who may make the next block, by their order. Raises ChainError and StoreError."""
        best = chain.best_header
        ended = chain.hash_at(best.height - best.height % chain.params.casper.blocks_per_epoch)
        last = self._last
        if last is not None and last[0] == ended:
            return last[1]
        found = chain.validators(best.hash)
        if ended is not None and chain.best_hash == best.hash:
            self._last = ended, found
        return found
