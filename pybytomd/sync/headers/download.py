"""Which headers to ask of whom. Without any input or output; times come from a clock.

Below checkpoints the path to them is fetched, in segments, from several peers at once. Above, every peer that
claims a block we do not know is asked for what leads there; peers that would tell the same are not asked at the
same time, unless the first one takes long.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pybytomd.chain.ports import ChainReader
from pybytomd.clock import Clock
from pybytomd.ledger.block import BlockHeader
from pybytomd.sync.headers.block_locator import locator_heights
from pybytomd.sync.headers.checkpoint_path import Segment, TrustedPath
from pybytomd.sync.headers.tree import HeaderTree
from pybytomd.sync.peers.peer_state import PeerState

PATIENCE = 4.0
"""Seconds before a second peer is asked for the same headers; for each one more half as long."""
MAX_LATE = 8
"""Requests of a peer that were given up and whose answers are known when they come all the same."""
EXTENSION = 4
"""A peer from which something comes all the time, be it slowly, has so many times longer for its answer."""


@dataclass(frozen=True, slots=True, eq=False)
class HeaderRequest:
    """Headers asked of a peer; ``segment`` is what they are for, None for the tree."""

    peer_id: str
    locator: tuple[bytes, ...]
    stop_hash: bytes
    sent_at: float
    segment: Segment | None = None

    @property
    def start_hash(self) -> bytes:
        """The block whose children are asked for, if the peer knows it."""
        return self.locator[0]

    def asked_for(self, headers: Sequence[BlockHeader]) -> bool:
        """Whether these headers answer this, whatever has changed since."""
        return go_on_from(headers, self.locator)


def go_on_from(headers: Sequence[BlockHeader], locator: Sequence[bytes]) -> bool:
    """Whether these are headers, one the child of the other, and the first the child of a block of the locator."""
    if not headers or headers[0].previous_block_hash not in locator:
        return False
    return all(child.previous_block_hash == parent.hash for parent, child in pairwise(headers))


class HeaderDownload:
    """The requests under way, at most one a peer."""

    def __init__(self, chain: ChainReader, tree: HeaderTree, path: TrustedPath, clock: Clock) -> None:
        self._chain = chain
        self._tree = tree
        self._path = path
        self._clock = clock
        self._under_way: dict[str, HeaderRequest] = {}
        self._late: dict[str, deque[HeaderRequest]] = {}
        self._in_vain: Counter[str] = Counter()
        """Requests that were given up since the last answer. A slow peer is charged nothing, and comes later."""

    def __len__(self) -> int:
        return len(self._under_way)

    def plan(self, peers: Iterable[PeerState]) -> list[HeaderRequest]:
        """New requests for those of the peers that have something to tell, first for those that do answer."""
        now = self._clock.monotonic()
        made: list[HeaderRequest] = []
        for state in sorted(peers, key=lambda state: self._in_vain[state.id]):
            if state.id in self._under_way or not state.is_full_node or state.rests_until > now:
                continue
            request = self._for_segment(state, now) or self._for_tree(state, now)
            if request is not None:
                self._under_way[state.id] = request
                made.append(request)
        return made

    def _for_segment(self, state: PeerState, now: float) -> HeaderRequest | None:
        if not state.serves_headers:
            return None
        for segment in self._path.wanting_headers():
            if state.height < segment.stop_height:
                return None
            if not self._is_asked(segment, None, now):
                return HeaderRequest(state.id, (segment.last_hash,), segment.stop_hash, now, segment)
        return None

    def _for_tree(self, state: PeerState, now: float) -> HeaderRequest | None:
        best = self._chain.best_height
        if state.height <= best or self._tree.is_full or self._tree.knows(state.best_hash):
            return None
        if self._path.covers(best + 1):
            return None
        locator = self.locator()
        if self._is_asked(None, locator[0], now):
            return None
        return HeaderRequest(state.id, locator, state.best_hash, now)

    def _is_asked(self, segment: Segment | None, start_hash: bytes | None, now: float) -> bool:
        """Whether somebody was asked for the same not long ago. The more keep silent, the sooner others are."""
        asked = [
            request.sent_at
            for request in self._under_way.values()
            if request.segment is segment and (start_hash is None or request.start_hash == start_hash)
        ]
        return bool(asked) and now - max(asked) < PATIENCE / 2 ** (len(asked) - 1)

    def locator(self) -> tuple[bytes, ...]:
        """Where we are: from the best header we know of, back along its branch to the genesis block."""
        tip = self._tree.best_tip()
        if tip is None or tip.height <= self._chain.best_height:
            top, branch = self._chain.best_height, {}
        else:
            top, branch = tip.height, {node.height: node.hash for node in self._tree.path(tip.hash)}
        found = (branch.get(height) or self._chain.hash_at(height) for height in locator_heights(top))
        return tuple(block_hash for block_hash in found if block_hash is not None)

    def of(self, peer_id: str) -> HeaderRequest | None:
        """What a peer was asked for and has not answered."""
        return self._under_way.get(peer_id)

    def match(self, peer_id: str, headers: Sequence[BlockHeader]) -> HeaderRequest | None:
        """The request that these headers of a peer answer: the one under way, or one that was given up before."""
        current = self._under_way.get(peer_id)
        requests = [*([current] if current is not None else []), *self._late.get(peer_id, ())]
        return next((request for request in requests if request.asked_for(headers)), current)

    def last_late(self, peer_id: str) -> HeaderRequest:
        """The last request of a peer that was given up; there must be one."""
        return self._late[peer_id][-1]

    def answered(self, peer_id: str, request: HeaderRequest | None) -> None:
        """The answer to a request is dealt with."""
        del self._in_vain[peer_id]
        if request is not None and self._under_way.get(peer_id) is request:
            del self._under_way[peer_id]
        elif request is not None and peer_id in self._late:
            self._late[peer_id].remove(request)

    def drop_peer(self, peer_id: str) -> None:
        """A peer is gone."""
        self._under_way.pop(peer_id, None)
        self._late.pop(peer_id, None)
        del self._in_vain[peer_id]

    def expire(self, seconds: float, last_heard: Mapping[str, float]) -> list[str]:
        """Give up requests without an answer for so long; their peers.

        ``last_heard`` is when the last bytes of each peer came, on the monotonic clock: an answer that is being
        sent is waited for, within reason.
        """
        now = self._clock.monotonic()
        late: list[str] = []
        for peer_id, request in self._under_way.items():
            heard = min(last_heard.get(peer_id, 0.0), request.sent_at + (EXTENSION - 1) * seconds)
            if now - max(request.sent_at, heard) > seconds:
                late.append(peer_id)
        self._in_vain.update(late)
        for peer_id in late:
            self._late.setdefault(peer_id, deque(maxlen=MAX_LATE)).append(self._under_way.pop(peer_id))
        return late
