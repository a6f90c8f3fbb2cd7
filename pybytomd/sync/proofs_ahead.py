"""Proofs of work of headers, checked on threads ahead of the bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from pybytomd.sync.header_tree import HeaderNode
from pybytomd.sync.state_store import StateStore

LOOKAHEAD = 1024
"""Headers of a branch looked at from the chain on; no proof further ahead is checked."""
UNDER_WAY = 64
"""Proofs that wait for a thread; more would only be in the way when the branch changes."""


class Verifier(Protocol):
    """Checks proofs on threads of its own."""

    def submit(self, header_hash: bytes, seed: bytes, bits: int) -> Future[bool]:
        """Begin to check a proof."""
        ...


class ProofsAhead:
    """Starts proofs for a branch in order and tells of results. ``on_result`` is called from other threads."""

    def __init__(self, verifier: Verifier, store: StateStore, on_result: Callable[[], None]) -> None:
        self._verifier = verifier
        self._store = store
        self._on_result = on_result
        self._under_way: dict[bytes, Future[bool]] = {}
        self._unsaved: list[bytes] = []
        self.checked = 0
        """Proofs found good or bad since the start."""

    @property
    def under_way(self) -> int:
        """Proofs that wait for a thread or are on one."""
        return len(self._under_way)

    def start(self, branch: Sequence[HeaderNode]) -> HeaderNode | None:
        """Look at a branch, lowest header first: begin what can be begun. Returns the first with a bad proof."""
        for block_hash in [h for h, future in self._under_way.items() if future.done()]:
            future = self._under_way.pop(block_hash)
            if not future.cancelled():
                self.checked += 1
                if future.result():
                    self._unsaved.append(block_hash)
        for node in branch[:LOOKAHEAD]:
            if node.proof is None:
                if len(self._under_way) >= UNDER_WAY:
                    break
                self._begin(node)
            elif node.proof.done() and not node.proof.cancelled() and not node.proof.result():
                return node
        return None

    def _begin(self, node: HeaderNode) -> None:
        if self._store.is_proven(node.hash):
            node.proof = Future()
            node.proof.set_result(True)
            return
        node.proof = self._verifier.submit(node.hash, node.seed, node.header.bits)
        self._under_way[node.hash] = node.proof
        node.proof.add_done_callback(lambda _: self._on_result())

    def drop(self, nodes: Sequence[HeaderNode]) -> None:
        """Headers are of no use any more."""
        for node in nodes:
            if node.proof is not None:
                node.proof.cancel()
            self._under_way.pop(node.hash, None)

    def save(self, known: Callable[[bytes], bool]) -> None:
        """Store the good proofs found since the last time, of headers that are still ``known``."""
        unsaved, self._unsaved = self._unsaved, []
        self._store.save_proofs([block_hash for block_hash in unsaved if known(block_hash)])
