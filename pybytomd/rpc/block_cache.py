"""Answers about blocks, kept as they are sent.

What a method shows of a block never changes: neither its content nor which of its transactions failed. So the key
is the method's name and the block's hash, and nothing has to be forgotten after a reorganisation.
"""

from __future__ import annotations

from cachetools import LRUCache

from pybytomd.rpc import envelope
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.rpc.transport.messages import HttpResponse

CACHE_BYTES = 64 << 20
"""Most bytes of answers kept."""


class KeptReply(Rendered):
    """A reply that is kept, and with it its compressed form once somebody wanted it. There is no secret in it."""

    __slots__ = ("_packed",)

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._packed: HttpResponse | None = None

    @property
    def packed(self) -> HttpResponse:
        """The compressed answer."""
        if self._packed is None:
            self._packed = HttpResponse(200, envelope.success(self)).compressed()
        return self._packed


class BlockCache:
    """Replies by method and block, the least recently used forgotten first. For the event loop only."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._replies: LRUCache[bytes, KeptReply] = LRUCache(limit, getsizeof=_size)

    def get(self, key: bytes) -> KeptReply | None:
        """A reply, None when it is not here."""
        return self._replies.get(key)

    def put(self, key: bytes, reply: KeptReply) -> None:
        """Keep a reply, unless it is larger than everything that may be kept."""
        if _size(reply) <= self._replies.maxsize:
            self._replies[key] = reply


def _size(reply: KeptReply) -> int:
    return 2 * len(reply.data)  # both forms
