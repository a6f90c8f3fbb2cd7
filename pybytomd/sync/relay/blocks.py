"""Telling peers of blocks: those found here, those that arrive, and how far we are.

Source: p2p-and-sync reference, section 6.7; ``netsync/peer.go``.
"""

from __future__ import annotations

from pybytomd.ledger.block import Block
from pybytomd.sync.messages import MineBlock, StatusResponse, encode
from pybytomd.sync.peers.peer_set import PeerSet


class BlockRelay:
    """Sends announcements. A peer whose queue is full misses one; it learns of the height by the next."""

    def __init__(self, peers: PeerSet) -> None:
        self._peers = peers

    def announce(self, block: Block) -> int:
        """Send a block to every full node that does not know it; to how many."""
        told = 0
        data: bytes | None = None
        for state in self._peers:
            if state.is_full_node and block.hash not in state.known_blocks:
                data = data or encode(MineBlock.of(block))
                if state.peer.send(data):
                    state.known_blocks.add(block.hash)
                    told += 1
        return told

    def tell_status(self, status: StatusResponse) -> None:
        """Tell everybody our best block, as version 1.0.5 does.

        Version 1.1.1 leaves out the peers that know the block, and so does not learn how far its peers have come
        that fetched it from others.
        """
        data = encode(status)
        for state in self._peers:
            state.peer.send(data)
