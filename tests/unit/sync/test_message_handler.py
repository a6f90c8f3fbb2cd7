"""When peers are probed."""

from __future__ import annotations

from typing import cast
from unittest.mock import Mock

from pybytomd.clock import ManualClock
from pybytomd.p2p.peers.peer import Peer
from pybytomd.sync.message_handler import SyncReactor
from pybytomd.sync.messages import StatusResponse, encode
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.relay.transactions import TransactionRelay
from pybytomd.sync.service_probe import ServiceProbe
from tests.chain_builder import GENESIS, open_chain
from tests.unit.sync.stubs import StubPeer


async def test_a_peer_is_probed_only_while_nothing_is_fetched() -> None:
    synchroniser, server = Mock(is_working=True), Mock()
    server.status().genesis_hash = GENESIS.hash
    reactor = SyncReactor(
        PeerSet(),
        server,
        synchroniser,
        Mock(),
        Mock(spec=TransactionRelay),
        ServiceProbe(open_chain()),
        ManualClock(),
        10,
        Mock(),
    )
    stub = StubPeer("a")
    await reactor.on_message(cast(Peer, stub), encode(StatusResponse(9, bytes(32), GENESIS.hash)))
    reactor.tick()
    assert stub.sent == []  # its blocks are about to come, and one that we have would stand before them
    synchroniser.is_working = False
    reactor.tick()
    reactor.tick()
    assert len(stub.sent) == 1
