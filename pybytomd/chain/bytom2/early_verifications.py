"""Signatures for checkpoints that are not known yet. They are kept unchecked, and in bounds.

Source: bytom2-ledger-and-consensus reference, section 3.10; ``protocol/casper/auth_verification.go``.
"""

from __future__ import annotations

from cachetools import LRUCache

from pybytomd.consensus.bytom2.casper.verification import Verification

MAX_VERIFICATIONS = 1024
"""As in the reference: those not used for longest go first."""
MAX_BYTES = 1 << 20
"""Together. The reference counts only messages, whose keys and signatures may be of any length."""
LEAST_COST = MAX_BYTES // MAX_VERIFICATIONS


class EarlyVerifications:
    """One for each target and key, the newest."""

    def __init__(self) -> None:
        self._waiting: LRUCache[tuple[bytes, str], Verification] = LRUCache(MAX_BYTES, getsizeof=_cost)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, verification: Verification) -> None:
        """Keep one in place of an earlier one of its key for its target. One far too long is dropped."""
        if _cost(verification) <= MAX_BYTES // 8:
            self._waiting[verification.target_hash, verification.key] = verification

    def take(self, target_hash: bytes, key: str) -> Verification | None:
        """The one of a key for a target, which is forgotten here."""
        return self._waiting.pop((target_hash, key), None)


def _cost(verification: Verification) -> int:
    return max(len(verification.key) + len(verification.signature) + 128, LEAST_COST)
