"""Answers to peers of either chain: as fast as each reads, and no faster than a steady rate."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from pybytomd.clock import Clock
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.message_grammar import Encodable, encode
from pybytomd.sync.peers.limits import PeerLimits

MAX_BLOCKS_TEXT = 11_010_049
"""Bytes of text in one answer with blocks: half of the largest message."""
SERVED_RATE = 32 * 1024 * 1024
"""Bytes of answers a second to one peer; a Go node takes half a megabyte."""
SERVED_BURST = 128 * 1024 * 1024
ANSWER_COST = 16 * 1024
"""What any answer counts at least: about what can be sent in the time it takes to look one thing up."""
LOOKUPS_AT_ONCE = 2
"""Answers made at the same time, of all peers; they come from one disk."""


class Answers:
    """Sends answers to all peers."""

    def __init__(self, clock: Clock) -> None:
        self._limits = PeerLimits(SERVED_RATE, SERVED_BURST, clock)
        self.lookups = asyncio.Semaphore(LOOKUPS_AT_ONCE)
        """To be held while an answer is made."""

    def forget(self, peer: Peer) -> None:
        """A peer is gone."""
        self._limits.forget(peer)

    async def send(self, peer: Peer, answer: Encodable) -> None:
        """Send an answer once the peer's turn has come."""
        data = encode(answer)
        delay = self._limits.charge(peer, max(len(data), ANSWER_COST))
        if delay > 0:
            await asyncio.sleep(delay)
        await peer.send_patiently(data)


def block_texts(block_hex: Callable[[bytes], bytes | None], hashes: Iterable[bytes]) -> tuple[bytes, ...]:
    """Blocks as JSON strings of their hex text, up to the first that is not there or has no room in an answer."""
    texts: list[bytes] = []
    total = 0
    for block_hash in hashes:
        text = block_hex(block_hash)
        if text is None or total + len(text) > MAX_BLOCKS_TEXT:
            break
        total += len(text)
        texts.append(b'"%b"' % text)
    return tuple(texts)
