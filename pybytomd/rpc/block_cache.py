"""Answers about blocks, kept as they are sent.

What a method shows of a block never changes: neither its content nor which of its transactions failed. So the key
is the method's name and the block's hash, and nothing has to be forgotten after a reorganisation.
"""

from __future__ import annotations

from collections import OrderedDict

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
        self._limit = limit
        self._size = 0
        self._replies: OrderedDict[bytes, KeptReply] = OrderedDict()

    def get(self, key: bytes) -> KeptReply | None:
        """A reply, None when it is not here."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def put(self, key: bytes, reply: KeptReply) -> None:
        """Keep a reply, unless it is larger than everything that may be kept."""
        if _size(reply) > self._limit:
            return
        known = self._replies.pop(key, None)
        self._size += _size(reply) - (0 if known is None else _size(known))
        self._replies[key] = reply
        while self._size > self._limit:
            _, forgotten = self._replies.popitem(last=False)
            self._size -= _size(forgotten)


def _size(reply: KeptReply) -> int:
    return 2 * len(reply.data)  # both forms
