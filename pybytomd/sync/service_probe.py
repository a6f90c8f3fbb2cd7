"""One question to each peer that we call: a block that it must have, if it is what it says.

A peer that stays and gives nothing may be a good one with nothing new to tell, or one that only takes up a place.
On a quiet network nothing else would tell them apart for hours. So it is asked once for a block that we know.
"""

from __future__ import annotations

import asyncio

from pybytomd.chain.ports import ChainReader
from pybytomd.sync.bodies.feeder import INLINE_BYTES, decode_body
from pybytomd.sync.messages import GetBlock
from pybytomd.sync.peers.answers_due import BodyQuestion
from pybytomd.sync.peers.peer_state import PeerState

NEAR_BLOCKS = 6
"""A peer further behind is one that takes; that it has what it says proves nothing."""

NOTHING = b""
"""Stands for the block wanted once it has come."""


class ServiceProbe:
    """Asks, and counts the answer as service."""

    def __init__(self, chain: ChainReader) -> None:
        self._chain = chain

    def ask(self, state: PeerState) -> None:
        """Ask a peer that we called, has given nothing and was not asked before. No answer is no offence."""
        peer = state.peer
        if peer.origin.dialed is None or peer.service or state.probe is not None:
            return
        wanted = self._telling_block(state)
        if wanted is not None and state.send(GetBlock(0, wanted)):
            state.probe = wanted
            state.due.bodies.append(BodyQuestion(None, wanted))

    def _telling_block(self, state: PeerState) -> bytes | None:
        """A block that the peer must have; None where having it would prove nothing.

        One of our own chain, since it is real. While we have none, the one that the peer says it has.
        """
        best = self._chain.best_height
        if state.height > best:
            return self._chain.best_hash if best else state.best_hash
        if state.height + NEAR_BLOCKS >= best and self._chain.is_in_main_chain(state.best_hash):
            return state.best_hash
        return None

    async def take(self, state: PeerState, body: bytes) -> None:
        """The block came. Raises DecodeError when it has not the transactions that its header commits to."""
        wanted, state.probe = state.probe, NOTHING
        assert wanted  # noqa: S101 - it was asked for
        if len(body) <= INLINE_BYTES:
            decode_body(body, wanted)
        else:
            await asyncio.to_thread(decode_body, body, wanted)
        if not state.peer.service:
            state.peer.served()
