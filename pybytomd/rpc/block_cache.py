"""Answers about blocks, kept as they are sent.

What a method shows of a block never changes: neither its content nor which of its transactions failed. So the key
is the method's name and the block's hash, and nothing has to be forgotten after a reorganisation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from cachetools import LRUCache

from pybytomd.codec.json import gojson
from pybytomd.rpc import envelope
from pybytomd.rpc.http_messages import HttpResponse
from pybytomd.rpc.schema.replies import Rendered, to_json

CACHE_BYTES = 64 << 20
"""Most bytes of answers kept."""


class KeptReply(Rendered):
    """A reply that is kept, and with it the answers that were made of it. There is no secret in it."""

    __slots__ = ("_packed", "_plain")

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._packed: HttpResponse | None = None
        self._plain: HttpResponse | None = None

    @classmethod
    def of(cls, reply: object) -> Self:
        """A method's reply as it is sent. Raises TypeError for what has no JSON form."""
        return cls(gojson.dumps(to_json(reply)))

    @property
    def plain(self) -> HttpResponse:
        """The answer."""
        if self._plain is None:
            self._plain = HttpResponse(200, envelope.success(self))
        return self._plain

    @property
    def packed(self) -> HttpResponse:
        """The compressed answer."""
        if self._packed is None:
            self._packed = self.plain.compressed()
        return self._packed


class BlockCache:
    """Replies by method and block, the least recently used forgotten first. For the event loop only."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._replies: LRUCache[bytes, KeptReply] = LRUCache(limit, getsizeof=_size)
        self._last: tuple[int, KeptReply] | None = None

    def get(self, key: bytes) -> KeptReply | None:
        """A reply, None when it is not here."""
        return self._replies.get(key)

    def put(self, key: bytes, reply: KeptReply) -> None:
        """Keep a reply, unless it is larger than everything that may be kept."""
        if _size(reply) <= self._replies.maxsize:
            self._replies[key] = reply

    def of_height(self, height: int, make: Callable[[int], object]) -> KeptReply:
        """The reply to how many blocks there are: that of the last time, or, at another height, made anew."""
        if self._last is None or self._last[0] != height:
            self._last = height, KeptReply.of(make(height))
        return self._last[1]


def _size(reply: KeptReply) -> int:
    return 3 * len(reply.data)  # with both answers
