"""The ``fastsync`` database: what an interrupted synchronisation has found out and would have to do again.

::

    S:<u32be checkpoint height>   hash the segment begins with, then the hashes up to the checkpoint
    P:<hash>                      empty: the proof of work of a header was checked and is good
    format                        1
"""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.store.format import require_format
from pybytomd.store.kv.interface import KeyValueStore

SEGMENT_PREFIX = b"S:"
PROOF_PREFIX = b"P:"
HASH_SIZE = 32
MAX_PROOFS = 20_000
"""Proofs loaded; more than a header tree holds, should some of them have become useless."""


class StateStore:
    """Reads and writes the database. Every method raises StoreError, the constructor NewerFormat."""

    def __init__(self, database: KeyValueStore) -> None:
        require_format(database, "fastsync")
        self._database = database
        self._proofs = {key[len(PROOF_PREFIX) :] for key, _ in database.iterate(PROOF_PREFIX)}
        if len(self._proofs) > MAX_PROOFS:
            self.forget_proofs(list(self._proofs))

    def segment(self, stop_height: int) -> tuple[bytes, bytes] | None:
        """The hash a stored segment begins with, and its hashes."""
        data = self._database.get(_segment_key(stop_height))
        return None if data is None else (data[:HASH_SIZE], data[HASH_SIZE:])

    def save_segment(self, stop_height: int, start_hash: bytes, hashes: bytes) -> None:
        """Store a complete segment."""
        self._database.put(_segment_key(stop_height), start_hash + hashes)

    def delete_segment(self, stop_height: int) -> None:
        """The chain has passed the checkpoint."""
        self._database.delete(_segment_key(stop_height))

    def is_proven(self, block_hash: bytes) -> bool:
        """Whether the proof of work of a header was found good before."""
        return block_hash in self._proofs

    def save_proofs(self, hashes: Iterable[bytes]) -> None:
        """Remember that proofs are good."""
        new = [h for h in hashes if h not in self._proofs]
        self._database.write({PROOF_PREFIX + h: b"" for h in new})
        self._proofs.update(new)

    def forget_proofs(self, hashes: Iterable[bytes]) -> None:
        """The blocks are in the chain, or of no use any more."""
        known = [h for h in hashes if h in self._proofs]
        self._database.write({PROOF_PREFIX + h: None for h in known})
        self._proofs.difference_update(known)


def _segment_key(stop_height: int) -> bytes:
    return SEGMENT_PREFIX + stop_height.to_bytes(4, "big")
