"""Which block a peer is asked for to find out whether it is of use, and what counts as the answer."""

from __future__ import annotations

import pytest

from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block
from pybytomd.ledger.inputs import TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.peer import Origin
from pybytomd.sync.messages import GetBlock
from pybytomd.sync.service_probe import NEAR_BLOCKS, ServiceProbe
from tests.chain_builder import GENESIS, make_branch, open_chain
from tests.unit.sync.stubs import StubPeer, state_of

BLOCKS = [GENESIS, *make_branch(GENESIS, 10)]


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> ServiceProbe:
    monkeypatch.setattr("pybytomd.chain.chain.meets_target", lambda *_: True)
    chain = open_chain()
    for block in BLOCKS[1:]:
        chain.process_block(block, proof=True)
    return ServiceProbe(chain)


def asked(probe: ServiceProbe, best: Block | tuple[int, bytes], stub: StubPeer | None = None) -> bytes | None:
    stub = stub or StubPeer("a")
    probe.ask(state_of(stub, best))
    assert len(stub.sent) <= 1
    for message in stub.sent:
        assert isinstance(message, GetBlock)
        assert message.height == 0
        return message.block_hash
    return None


def test_a_peer_is_asked_for_a_block_that_we_know(probe: ServiceProbe) -> None:
    assert asked(probe, BLOCKS[10]) == BLOCKS[10].hash
    assert asked(probe, BLOCKS[10 - NEAR_BLOCKS]) == BLOCKS[10 - NEAR_BLOCKS].hash
    assert asked(probe, (11, bytes(32))) == BLOCKS[10].hash  # whoever is further must have our best one
    assert asked(probe, BLOCKS[9 - NEAR_BLOCKS]) is None  # it is behind: one that takes
    assert asked(probe, (10, bytes(32))) is None  # of another branch, as far as we know
    assert asked(ServiceProbe(open_chain()), GENESIS) == GENESIS.hash
    assert asked(ServiceProbe(open_chain()), BLOCKS[9]) == BLOCKS[9].hash


def test_only_peers_that_we_called_are_asked_and_each_once(probe: ServiceProbe) -> None:
    caller, useful, silent = StubPeer("a"), StubPeer("b"), StubPeer("c")
    caller.origin = Origin(NetAddress("10.0.0.1", 1))
    useful.served()
    for stub in (caller, useful):
        assert asked(probe, BLOCKS[10], stub) is None
    state = state_of(silent, BLOCKS[10])
    for _ in range(2):
        probe.ask(state)
    assert len(silent.sent) == 1


async def test_the_block_counts_once_and_only_with_its_transactions(probe: ServiceProbe) -> None:
    stub = StubPeer("a")
    state = state_of(stub, BLOCKS[10])
    probe.ask(state)
    coinbase = BLOCKS[10].transactions[0]
    dearer = TxOutput(coinbase.outputs[0].asset_id, 1, coinbase.outputs[0].control_program)
    spoilt = Block(BLOCKS[10].header, [Transaction(1, 0, coinbase.inputs, (dearer,))])
    with pytest.raises(DecodeError):
        await probe.take(state, spoilt.to_bytes())
    assert stub.service == 0
    other = StubPeer("b")
    state = state_of(other, BLOCKS[10])
    probe.ask(state)
    await probe.take(state, BLOCKS[10].to_bytes())
    assert other.service == 1
    assert state.probe == b""  # a second copy of it is no answer to anything
    probe.ask(state)
    assert len(other.sent) == 1
