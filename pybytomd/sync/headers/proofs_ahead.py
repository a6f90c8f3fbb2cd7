"""Proofs of work of headers, checked on threads ahead of the bodies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from pybytomd.pow.verifier import ProofVerifier
from pybytomd.sync.headers.tree import HeaderNode
from pybytomd.sync.state_store import StateStore

LOOKAHEAD = 1024
"""Headers of a branch looked at from the chain on; no proof further ahead is checked."""
UNDER_WAY = 64
"""Proofs that wait for a thread; more would only be in the way when the branch changes."""


class ProofsAhead:
    """Starts proofs for a branch in order and tells of results. ``on_result`` is called from other threads."""

    def __init__(self, verifier: ProofVerifier, store: StateStore, on_result: Callable[[], None]) -> None:
        self._verifier = verifier
        self._store = store
        self._on_result = on_result
        self._under_way: dict[bytes, HeaderNode] = {}
        self._unsaved: list[bytes] = []
        self._last_good: HeaderNode | None = None
        """The last header of the branch looked at whose proof was begun; those below need no second look."""
        self.checked = 0
        """Proofs found good or bad since the start."""

    @property
    def under_way(self) -> int:
        """Proofs that wait for a thread or are on one."""
        return len(self._under_way)

    def start(self, branch: Sequence[HeaderNode]) -> HeaderNode | None:
        """Look at a branch, lowest header first: begin what can be begun. Returns the first with a bad proof."""
        bad = [node for node in self._collect() if self._is_on(branch, node)]
        if bad:
            return min(bad, key=lambda node: node.height)
        for index in range(self._first_new(branch), min(len(branch), LOOKAHEAD)):
            node = branch[index]
            if node.proof is None:
                if len(self._under_way) >= UNDER_WAY:
                    break
                self._begin(node)
            elif is_bad(node):
                return node
            self._last_good = node
        return None

    def _collect(self) -> list[HeaderNode]:
        """Take in the results that have come; the headers whose proof is bad."""
        bad: list[HeaderNode] = []
        for node in [node for node in self._under_way.values() if node.proof is not None and node.proof.done()]:
            del self._under_way[node.hash]
            self.checked += 1
            if is_bad(node):
                bad.append(node)
            else:
                self._unsaved.append(node.hash)
        return bad

    def _first_new(self, branch: Sequence[HeaderNode]) -> int:
        """Where to go on with a branch: after the last header looked at, if it is on it."""
        last = self._last_good
        return last.height - branch[0].height + 1 if last is not None and self._is_on(branch, last) else 0

    @staticmethod
    def _is_on(branch: Sequence[HeaderNode], node: HeaderNode) -> bool:
        index = node.height - branch[0].height if branch else -1
        return 0 <= index < len(branch) and branch[index] is node

    def _begin(self, node: HeaderNode) -> None:
        if self._store.is_proven(node.hash):
            node.proof = Future()
            node.proof.set_result(True)
            return
        node.proof = self._verifier.submit(node.hash, node.seed, node.header.bits)
        self._under_way[node.hash] = node
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


def is_bad(node: HeaderNode) -> bool:
    """Whether a proof was checked and found bad."""
    proof = node.proof
    return proof is not None and proof.done() and not proof.cancelled() and not proof.result()
