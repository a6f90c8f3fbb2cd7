"""What is fetched in one round, without any input or output: stretches of the chain between a skeleton's headers.

A peer names a header every 64 blocks, up to its best one. Each stretch from one of them to the next is fetched as
a whole, of whoever has it, and handed on in order. Nothing of it is believed but that it fits: blocks follow each
other from a block we have, or from the stretch before. What they are worth is for the chain to say, from the
lowest.

Source: bytom2-network-wallet-api reference, section 2.10; ``netsync/chainmgr/fast_sync.go``, ``msg_fetcher.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pybytomd.codec.hextext import decode_hex
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.sync.bytom2.messages import MAX_BLOCKS
from pybytomd.sync.errors import SyncError
from pybytomd.sync.message_grammar import unquote

GAP = MAX_BLOCKS
"""Blocks from one header of a skeleton to the next: as many as one answer holds."""
MAX_STRETCHES = 40
"""Of one round; the next goes on from there."""
MAX_AHEAD = 8
"""Stretches fetched or under way beyond the one that the chain needs next."""
MAX_HELD_BYTES = 32 * 1024 * 1024
"""Serializations of blocks that wait for the chain. The next stretch it needs is fetched whatever is held."""


class WrongAnswer(SyncError):
    """Headers or blocks that are not what was asked for, as can be told from the answer alone."""

    message = "get mismatch blocks msg"


@dataclass(frozen=True, slots=True)
class Body:
    """A block that was received, with its header read and nothing else."""

    hash: bytes
    header: BlockHeader
    raw: bytes

    @property
    def height(self) -> int:
        """Of the block."""
        return self.header.height


@dataclass(slots=True, eq=False)
class Stretch:
    """The blocks above ``start`` up to the one below ``end``; of the last stretch up to ``end``."""

    number: int
    start: BlockHeader
    end: BlockHeader
    bodies: list[Body] = field(default_factory=list)
    sender: str = ""

    @property
    def size(self) -> int:
        """Bytes of its blocks."""
        return sum(len(body.raw) for body in self.bodies)

    @property
    def next_start(self) -> bytes:
        """The block that the next question begins with."""
        return self.bodies[-1].hash if self.bodies else self.start.hash

    @property
    def is_whole(self) -> bool:
        """Whether the next stretch goes on from here; a full answer ends one block below the end."""
        last = self.bodies[-1].height if self.bodies else self.start.height
        return last + 1 >= self.end.height

    def take(self, answer: Sequence[Body], sender: str) -> None:
        """Add what a peer sent, which begins with ``next_start``. Raises WrongAnswer."""
        height = self.bodies[-1].height if self.bodies else self.start.height
        if not answer:
            raise WrongAnswer("null blocks msg")
        if len(answer) > self.end.height - height + 1:
            raise WrongAnswer("exceed length blocks msg")
        if answer[0].hash != self.next_start or answer[0].height != height:
            raise WrongAnswer("get mismatch blocks msg")
        for one, other in pairwise(answer):
            if other.header.previous_block_hash != one.hash or other.height != one.height + 1:
                raise WrongAnswer("get discontinuous blocks msg")
        last = answer[-1]
        if last.height == self.end.height and last.hash != self.end.hash:
            raise WrongAnswer("get mismatch blocks msg")
        if last.height + 1 == self.end.height and self.end.previous_block_hash != last.hash:
            raise WrongAnswer("get mismatch blocks msg")
        if len(answer) == 1 and not self.is_whole:
            raise WrongAnswer("no block above the one asked from")
        self.bodies += answer[1:]
        self.sender = sender

    def drop(self) -> None:
        """Begin anew."""
        self.bodies.clear()
        self.sender = ""


def stretches_of(skeleton: Sequence[BlockHeader], best_hash: bytes, known: frozenset[bytes]) -> list[Stretch]:
    """What to fetch by a skeleton that goes up to ``best_hash``. Raises WrongAnswer for one that cannot be right.

    It begins with one of the blocks that we named, and has a header every 64 blocks, of which the last may be
    nearer. Headers further apart would let a peer have us fetch anything in between.
    """
    if not skeleton:
        raise WrongAnswer("a skeleton of no headers")
    if skeleton[0].hash not in known:
        raise WrongAnswer("a skeleton that begins with a block we did not name")
    gaps = [above.height - below.height for below, above in pairwise(skeleton)]
    if any(gap != GAP for gap in gaps[:-1]) or any(not 0 < gap <= GAP for gap in gaps[-1:]):
        raise WrongAnswer("a skeleton of other heights than asked for")
    if gaps and gaps[-1] < GAP and skeleton[-1].hash != best_hash:
        raise WrongAnswer("a skeleton that ends with another block than asked for")
    return [Stretch(number, *pair) for number, pair in enumerate(pairwise(skeleton[: MAX_STRETCHES + 1]))]


def read_bodies(texts: Sequence[bytes]) -> list[Body]:
    """Blocks in JSON strings of hex text, with their transactions not looked at. Raises DecodeError."""
    return [read_body(decode_hex(unquote(text))) for text in texts]


def read_body(raw: bytes) -> Body:
    """A block with its transactions not looked at. Raises DecodeError."""
    header = BlockHeader.from_bytes(raw)
    return Body(header.hash, header, raw)


def first_bodies(bodies: Sequence[Body], count: int, size: int) -> list[Body]:
    """The first few of so many bytes, but at least one."""
    chosen: list[Body] = []
    for body in bodies[:count]:
        if chosen and size < len(body.raw):
            break
        chosen.append(body)
        size -= len(body.raw)
    return chosen


def read_headers(texts: Sequence[bytes]) -> list[BlockHeader]:
    """Headers in JSON strings of hex text. Raises DecodeError."""
    return [BlockHeader.from_hex(unquote(text)) for text in texts]


class Round:
    """The stretches of one round: which is to be fetched next, and which the chain needs next."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._open = list(stretches)
        """Not given to anybody."""
        self._done: dict[int, Stretch] = {}
        self._needed = 0

    @property
    def is_over(self) -> bool:
        """Whether the chain has had all."""
        return self._needed >= len(self._stretches)

    @property
    def held_bytes(self) -> int:
        """What waits for the chain."""
        return sum(stretch.size for stretch in self._done.values())

    def next_to_fetch(self) -> Stretch | None:
        """The lowest stretch that nobody fetches, unless there is enough in hand."""
        if not self._open:
            return None
        stretch = self._open[0]
        is_needed = stretch.number == self._needed
        if not is_needed and (stretch.number >= self._needed + MAX_AHEAD or self.held_bytes >= MAX_HELD_BYTES):
            return None
        return self._open.pop(0)

    def give_back(self, stretch: Stretch) -> None:
        """A stretch that was not fetched after all."""
        stretch.drop()
        self._open.append(stretch)
        self._open.sort(key=lambda other: other.number)

    def fetched(self, stretch: Stretch) -> None:
        """A stretch is here."""
        self._done[stretch.number] = stretch

    def take_needed(self) -> Stretch | None:
        """What the chain needs next, if it is here."""
        stretch = self._done.pop(self._needed, None)
        if stretch is not None:
            self._needed += 1
        return stretch
