"""Which bodies to ask of whom: a window that slides along a list of wanted blocks, and its end (endgame).

Every peer has several requests under way at once, because a Go sender flushes only ten times a second and sends
half a megabyte a second: the line must never be idle while it waits for our next question. Requests are for runs
of blocks of about ``ANSWER_BYTES`` together. A request whose peer sends nothing for a while is given to another
one as well; whoever answers first wins.

Without any input or output; times come from a clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pybytomd.clock import Clock
from pybytomd.sync.headers.download import EXTENSION
from pybytomd.sync.messages import MAX_BLOCKS
from pybytomd.sync.peers.answers_due import BodyQuestion

MAX_WINDOW_BLOCKS = 2048
MAX_WINDOW_BYTES = 32 * 1024 * 1024
"""Bodies held, and expected, ahead of the chain. The lowest wanted block is asked for whatever its size."""
ANSWER_BYTES = 256 * 1024
"""Bytes of blocks as text asked for at once: half a second of a Go sender."""
FIRST_RUN = 32
"""Blocks asked for at once while nothing is known of their size."""
FIRST_REQUESTS = 4
"""Requests under way with one peer meanwhile: no more than four largest answers, 44 MB of text."""
MAX_REQUESTS = 16
"""Requests under way with one peer. A Go node drops a peer for whom a hundred answers wait."""
MAX_BYTES_UNDER_WAY = 1024 * 1024
"""Bytes of text expected from one peer at a time: two seconds of a Go sender."""
SIZE_MEMORY = 0.1
"""Weight of the newest block in the moving average of sizes."""


@dataclass(slots=True, eq=False)
class Wanted:
    """A block whose body is wanted. ``body`` is its serialization, once here."""

    height: int
    hash: bytes
    parent_hash: bytes
    body: bytes | None = None
    sender: str = ""
    asked: set[str] = field(default_factory=set)
    """The peers with a request for it under way."""
    refused: set[str] = field(default_factory=set)
    """The peers whose answer was no use."""


@dataclass(slots=True, eq=False)
class Request:
    """Blocks asked of one peer with one message: a run, each the child of the one before."""

    peer_id: str
    blocks: tuple[Wanted, ...]
    sent_at: float
    released: bool = False
    """Whether others may be asked for the same, as this one takes long."""
    doubles: bool = False
    """Whether it is for what another one was asked for before, who takes long."""

    @property
    def parent_hash(self) -> bytes:
        """The block below the first wanted one."""
        return self.blocks[0].parent_hash

    @property
    def stop_hash(self) -> bytes:
        """The last wanted block."""
        return self.blocks[-1].hash

    @property
    def question(self) -> BodyQuestion:
        """What the peer is asked: a block by its hash, or a run of them."""
        return BodyQuestion(None if len(self.blocks) == 1 else self.parent_hash, self.stop_hash)


@dataclass(slots=True)
class Supplier:
    """What the window knows of a peer it may ask."""

    requests: list[Request] = field(default_factory=list)
    last_answer: float = 0.0
    cautious: bool = False
    """Asked for one block at a time, because it answered with none: one was too large to go with others."""
    caught: bool = False
    """It sent a wrong body. What is still on its way from it is not taken, until it is asked anew."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer: how many bodies were of use, and whether it has others than were asked for."""

    used: int
    is_refusal: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A peer that may be asked, for blocks up to ``height``."""

    peer_id: str
    height: int


class DownloadWindow:
    """The wanted blocks between the chain and as far ahead as memory allows."""

    def __init__(
        self, clock: Clock, *, max_blocks: int = MAX_WINDOW_BLOCKS, max_bytes: int = MAX_WINDOW_BYTES
    ) -> None:
        self._clock = clock
        self._max_blocks = max_blocks
        self._max_bytes = max_bytes
        self._queue: deque[Wanted] = deque()
        self._by_hash: dict[bytes, Wanted] = {}
        self._suppliers: dict[str, Supplier] = {}
        self._block_bytes = 0.0
        self._scan_from = 0
        """Blocks below this place in the queue are here or under way; not looked at again for each request."""
        self.held_bytes = 0
        """Bodies here and not yet taken."""

    def __len__(self) -> int:
        return len(self._queue)

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._by_hash

    @property
    def capacity(self) -> int:
        """How many blocks may be wanted at a time."""
        return self._max_blocks

    @property
    def room(self) -> int:
        """How many more blocks may be wanted."""
        return max(0, self._max_blocks - len(self._queue))

    @property
    def last(self) -> Wanted | None:
        """The highest wanted block."""
        return self._queue[-1] if self._queue else None

    @property
    def head(self) -> Wanted | None:
        """The lowest wanted block, which the chain needs next."""
        return self._queue[0] if self._queue else None

    @property
    def requests_under_way(self) -> int:
        """Of all peers."""
        return sum(len(supplier.requests) for supplier in self._suppliers.values())

    def extend(self, blocks: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Want more blocks, given as height, hash and parent's hash, on top of those wanted now."""
        for height, block_hash, parent_hash in blocks:
            wanted = Wanted(height, block_hash, parent_hash)
            self._queue.append(wanted)
            self._by_hash[block_hash] = wanted

    def replace(self, blocks: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Want other blocks from now on. What is here or under way of them is kept."""
        former = self._by_hash
        self._queue.clear()
        self._by_hash = {}
        for height, block_hash, parent_hash in blocks:
            wanted = former.get(block_hash) or Wanted(height, block_hash, parent_hash)
            self._queue.append(wanted)
            self._by_hash[block_hash] = wanted
        self._scan_from = 0
        self.held_bytes = sum(len(wanted.body) for wanted in self._queue if wanted.body is not None)

    def advance(self) -> None:
        """The lowest wanted block is in the chain."""
        wanted = self._queue.popleft()
        self._scan_from = max(0, self._scan_from - 1)
        del self._by_hash[wanted.hash]
        if wanted.body is not None:
            self.held_bytes -= len(wanted.body)

    # --- asking -------------------------------------------------------------------------------------------------

    def assign(self, candidates: Sequence[Candidate]) -> list[Request]:
        """New requests, one a peer in turn, until no peer has room or nothing is left to ask for."""
        made: list[Request] = []
        now = self._clock.monotonic()
        open_candidates = [c for c in candidates if self._has_room(c.peer_id)]
        while open_candidates:
            for candidate in list(open_candidates):
                self._scan_from = self._next_open(self._scan_from)
                run = self._run(candidate, self._scan_from)
                if not run:
                    open_candidates.remove(candidate)
                    continue
                request = Request(candidate.peer_id, tuple(run), now)
                self._note_asked(request)
                made.append(request)
                if not self._has_room(candidate.peer_id):
                    open_candidates.remove(candidate)
        return made

    def _note_asked(self, request: Request) -> None:
        for wanted in request.blocks:
            wanted.asked.add(request.peer_id)
        supplier = self._supplier(request.peer_id)
        supplier.requests.append(request)
        supplier.caught = False

    def _next_open(self, start: int) -> int:
        while start < len(self._queue) and not _is_open(self._queue[start]):
            start += 1
        return start

    def _run(self, candidate: Candidate, start: int) -> list[Wanted]:
        """The next blocks to ask this peer for."""
        limit = 1 if self.is_cautious(candidate.peer_id) else self._run_length()
        run: list[Wanted] = []
        expected = self.held_bytes + self._expected_bytes()
        for index in range(start, len(self._queue)):
            wanted = self._queue[index]
            usable = (
                _is_open(wanted) and wanted.height <= candidate.height and candidate.peer_id not in wanted.refused
            )
            if not usable:
                if run:
                    break
                continue
            expected += int(self._block_bytes)
            if expected > self._max_bytes and (run or index > 0):
                break
            run.append(wanted)
            if len(run) >= limit:
                break
        return run

    def _run_length(self) -> int:
        if self._block_bytes == 0:
            return FIRST_RUN
        return max(1, min(MAX_BLOCKS, int(ANSWER_BYTES / (2 * self._block_bytes))))

    def _expected_bytes(self) -> int:
        under_way = sum(len(request.blocks) for s in self._suppliers.values() for request in s.requests)
        return int(under_way * self._block_bytes)

    def _supplier(self, peer_id: str) -> Supplier:
        return self._suppliers.setdefault(peer_id, Supplier(last_answer=self._clock.monotonic()))

    def _has_room(self, peer_id: str) -> bool:
        supplier = self._supplier(peer_id)
        if any(request.released for request in supplier.requests):
            return False
        if self._block_bytes == 0:
            return len(supplier.requests) < FIRST_REQUESTS
        under_way = sum(len(request.blocks) for request in supplier.requests)
        if under_way and under_way * self._block_bytes * 2 >= MAX_BYTES_UNDER_WAY:
            return False
        return len(supplier.requests) < MAX_REQUESTS

    # --- answers ------------------------------------------------------------------------------------------------

    def is_cautious(self, peer_id: str) -> bool:
        """Whether a peer is asked for single blocks, since it answered with none."""
        return self._supplier(peer_id).cautious

    def is_asked(self, peer_id: str, block_hash: bytes) -> bool:
        """Whether a request for a block is under way with a peer."""
        requests = self._supplier(peer_id).requests
        return any(wanted.hash == block_hash for request in requests for wanted in request.blocks)

    def take(self, peer_id: str, bodies: Iterable[tuple[bytes, bytes]], question: BodyQuestion) -> Taken:
        """An answer came to a question that the peer was asked, now or long ago: block hashes and serializations.

        The request it answers is over, whether all of its blocks came or not: peers answer in order and with one
        message each, so that requests before it will not be answered any more either.
        """
        supplier = self._supplier(peer_id)
        supplier.last_answer = self._clock.monotonic()
        used = 0
        hashes: set[bytes] = set()
        for block_hash, body in bodies:
            hashes.add(block_hash)
            wanted = self._by_hash.get(block_hash)
            if wanted is not None and wanted.body is None and not supplier.caught:
                wanted.body = body
                wanted.sender = peer_id
                self.held_bytes += len(body)
                self._note_size(len(body))
                used += 1
        return Taken(used, self._close_answered(supplier, hashes, question))

    def _close_answered(self, supplier: Supplier, hashes: set[bytes], question: BodyQuestion) -> bool:
        """End the request that was answered, and those before it; whether the answer has other blocks than those.

        Such an answer is a refusal: the peer has another chain. One that is cut short, as answers have a size
        limit, is no refusal of the rest. A late one, whose request was given up, ends none.
        """
        supplier.cautious = not hashes
        indexed = list(enumerate(supplier.requests))
        given = next((i for i, r in indexed if any(wanted.hash in hashes for wanted in r.blocks)), None)
        last = next((i for i, r in indexed if r.question == question), None) if given is None else given
        if last is None:
            return False
        for index, request in indexed[: last + 1]:
            refused = index != given and bool(hashes)
            self._finish(request, refused_by=request.peer_id if refused else None)
        del supplier.requests[: last + 1]
        return given is None and bool(hashes)

    def _finish(self, request: Request, refused_by: str | None) -> None:
        for wanted in request.blocks:
            wanted.asked.discard(request.peer_id)
            if wanted.body is None:
                self._scan_from = 0
            if refused_by is not None and wanted.body is None:
                wanted.refused.add(refused_by)

    def _note_size(self, size: int) -> None:
        if self._block_bytes == 0:
            self._block_bytes = size
        else:
            self._block_bytes += (size - self._block_bytes) * SIZE_MEMORY

    def reject(self, wanted: Wanted) -> str:
        """The body that came is not what the header promises: wanted again, from others. Returns who sent it.

        Nothing else of the sender is kept either, nor what is still on its way from it: each wrong body would be
        found out only when its turn comes, one after the other.
        """
        sender = wanted.sender
        wanted.refused.add(sender)
        supplier = self._supplier(sender)
        supplier.caught = True
        self._end_requests(supplier, refused_by=None)
        self._forget_bodies(sender)
        return sender

    def bodies_of(self, sender: str) -> list[tuple[bytes, bytes]]:
        """Hash and serialization of what is here of a peer, lowest first."""
        return [(w.hash, w.body) for w in self._queue if w.body is not None and w.sender == sender]

    def _forget_bodies(self, sender: str) -> None:
        for wanted in self._queue:
            if wanted.sender == sender and wanted.body is not None:
                self.held_bytes -= len(wanted.body)
                wanted.body, wanted.sender = None, ""
                self._scan_from = 0

    def _end_requests(self, supplier: Supplier, refused_by: str | None) -> None:
        for request in supplier.requests:
            self._finish(request, refused_by)
        supplier.requests.clear()

    # --- time ---------------------------------------------------------------------------------------------------

    def release_stalled(self, seconds: float, last_heard: dict[str, float]) -> list[Request]:
        """Let others be asked for what a peer has not sent anything about for so long; these requests.

        ``last_heard`` is when the last bytes of each peer came, on the monotonic clock: a peer in the middle of a
        large answer does not stall.
        """
        now = self._clock.monotonic()
        stalled: list[Request] = []
        for peer_id, supplier in self._suppliers.items():
            heard = max(supplier.last_answer, last_heard.get(peer_id, 0.0))
            for request in supplier.requests:
                if not request.released and now - max(request.sent_at, heard) > seconds:
                    request.released = True
                    self._scan_from = 0
                    for wanted in request.blocks:
                        wanted.asked.discard(peer_id)
                    stalled.append(request)
        return stalled

    def expire(self, seconds: float, last_heard: Mapping[str, float]) -> list[str]:
        """Give up requests of peers that answered nothing for so long; those peers, each once.

        An answer that is being sent is waited for, within reason: see ``HeaderDownload.expire``.
        """
        now = self._clock.monotonic()
        late: list[str] = []
        for peer_id, supplier in self._suppliers.items():
            if not supplier.requests:
                continue
            since = max(supplier.requests[0].sent_at, supplier.last_answer)
            heard = min(last_heard.get(peer_id, 0.0), since + (EXTENSION - 1) * seconds)
            if now - max(since, heard) > seconds:
                late.append(peer_id)
                self._end_requests(supplier, refused_by=peer_id)
                supplier.last_answer = now
        return late

    def hasten(self, candidates: Sequence[Candidate], seconds: float) -> Request | None:
        """Ask an idle peer for the lowest missing blocks too, if they are under way with another for so long.

        Idle is who has nothing to answer but such requests, and not too many of them. None when nobody is, or
        nothing takes so long.
        """
        missing = (wanted for wanted in self._queue if wanted.body is None and len(wanted.asked) < 2)
        lowest = next(missing, None)
        if lowest is None or not lowest.asked:
            return None
        now = self._clock.monotonic()
        holder = self._suppliers[next(iter(lowest.asked))]
        request = next((r for r in holder.requests if lowest in r.blocks), None)
        if request is None or now - request.sent_at < seconds:
            return None
        for candidate in candidates:
            if not self._is_idle(candidate.peer_id) or candidate.height < lowest.height:
                continue
            if candidate.peer_id not in lowest.asked | lowest.refused:
                blocks = tuple(w for w in request.blocks if w.body is None and len(w.asked) < 2)
                run = (blocks[0],) if _has_gap(blocks) else blocks
                doubled = Request(candidate.peer_id, run, now, doubles=True)
                self._note_asked(doubled)
                return doubled
        return None

    def _is_idle(self, peer_id: str) -> bool:
        requests = self._supplier(peer_id).requests
        return len(requests) < FIRST_REQUESTS and all(request.doubles for request in requests)

    def drop_peer(self, peer_id: str, *, is_banned: bool = False) -> None:
        """A peer is gone: what it was asked for is open again. Bodies it sent stay, unless it is banned."""
        supplier = self._suppliers.pop(peer_id, None)
        if supplier is not None:
            self._end_requests(supplier, refused_by=None)
        if is_banned:
            self._forget_bodies(peer_id)
        for wanted in self._queue:
            wanted.refused.discard(peer_id)

    def forgive(self, peer_ids: Iterable[str]) -> bool:
        """When every one of these peers refused the lowest missing block, let all be asked again; whether so."""
        head = next((wanted for wanted in self._queue if wanted.body is None), None)
        ids = set(peer_ids)
        if head is None or not ids or head.asked or not ids <= head.refused:
            return False
        for wanted in self._queue:
            wanted.refused -= ids
        return True


def _is_open(wanted: Wanted) -> bool:
    return wanted.body is None and not wanted.asked


def _has_gap(blocks: Sequence[Wanted]) -> bool:
    return any(after.parent_hash != before.hash for before, after in pairwise(blocks))
