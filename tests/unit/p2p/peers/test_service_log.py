"""What the address book learns from connections: who served, who hung up, whom to begin with next time."""

from __future__ import annotations

from random import Random

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.errors import HandshakeError
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.outbound import FEELER_PATIENCE, URGENT_DELAY
from pybytomd.p2p.peers.service_log import ANCHOR_SECONDS, BRIEF_SECONDS, REPORT_SECONDS
from tests.unit.p2p.network import Node, eventually, running


class Caller(Node):
    """A node with an address book."""

    def __init__(self, number: int, **config: object) -> None:
        self.time = ManualClock()
        self.book = AddressBook(self.time, Random(number))
        super().__init__(number, clock=self.time, book=self.book, **config)

    def pass_time(self, seconds: float) -> None:
        self.time.advance(seconds)
        self.switch.tick()

    async def until_gone(self, count: int) -> None:
        await self.recorder.until(lambda: len(self.recorder.gone) == count)
        self.switch.tick()


async def test_who_hangs_up_within_a_minute_has_failed_and_who_stayed_longer_has_not() -> None:
    a, b = Caller(1, target_outbound=0), Node(2)
    async with running(a, b) as (_, address):
        await a.switch.connect(address, ConnectionType.OUTBOUND)
        a.pass_time(BRIEF_SECONDS - 1)
        await eventually(lambda: bool(b.switch.peers))
        b.switch.disconnect(a.switch.node_id)
        await a.until_gone(1)
        assert a.book.tried[address].failures == 1
        assert not a.switch._plan.is_due(address)
        a.time.advance(2)
        await a.switch.connect(address, ConnectionType.OUTBOUND)
        assert a.book.tried[address].failures == 1
        a.pass_time(BRIEF_SECONDS)
        assert a.book.tried[address].failures == 0
        await eventually(lambda: bool(b.switch.peers))
        b.switch.disconnect(a.switch.node_id)
        await a.until_gone(2)
        assert a.book.tried[address].failures == 0


async def test_who_is_let_go_has_not_failed() -> None:
    a, b = Caller(1, target_outbound=0), Node(2)
    async with running(a, b) as (_, address):
        await a.switch.connect(address, ConnectionType.OUTBOUND)
        assert a.switch.disconnect(b.switch.node_id)
        await a.until_gone(1)
        assert a.book.tried[address].failures == 0


async def test_blocks_and_time_are_told_each_minute_and_at_the_end() -> None:
    a, b = Caller(1, target_outbound=0), Node(2)
    async with running(a, b) as (_, address):
        peer = await a.switch.connect(address, ConnectionType.OUTBOUND)
        a.pass_time(REPORT_SECONDS)
        assert (a.book.tried[address].blocks, a.book.tried[address].seconds) == (0, 0)  # it has only stayed
        peer.served()
        peer.served()
        a.pass_time(REPORT_SECONDS)
        assert (a.book.tried[address].blocks, a.book.tried[address].seconds) == (2, 60)
        peer.served()
        a.time.advance(30)
        await a.switch.close()
        assert (a.book.tried[address].blocks, a.book.tried[address].seconds) == (3, 90)


async def test_the_good_outbound_peers_at_the_end_are_the_anchors() -> None:
    others = [Node(number) for number in range(2, 7)]
    a = Caller(1, target_outbound=0)
    async with running(a, *others) as (_, served, stayed, new, felt, lan):
        await a.switch.connect(stayed, ConnectionType.OUTBOUND)
        await a.switch.connect(felt, ConnectionType.FEELER)
        await a.switch.connect(lan, ConnectionType.LAN)
        a.pass_time(ANCHOR_SECONDS)
        (await a.switch.connect(served, ConnectionType.MANUAL)).served()
        await a.switch.connect(new, ConnectionType.OUTBOUND)
        await a.switch.close()
        assert a.book.anchors() == (served, stayed)


async def test_a_dead_line_of_our_own_is_not_held_against_everybody() -> None:
    a, gone, other = Caller(1, target_outbound=0), Node(2), Node(3)
    async with running(a, other) as (_, there):
        async with running(gone) as (address,):
            await a.switch.connect(address, ConnectionType.OUTBOUND)
        await a.until_gone(1)
        failures = a.book.tried[address].failures
        with pytest.raises(HandshakeError):
            await a.switch.connect(address, ConnectionType.OUTBOUND)
        assert a.book.tried[address].failures == failures
        await a.switch.connect(there, ConnectionType.OUTBOUND)
        with pytest.raises(HandshakeError):
            await a.switch.connect(address, ConnectionType.OUTBOUND)
        assert a.book.tried[address].failures == failures + 1


async def test_a_caller_that_claims_the_address_of_a_known_node_does_not_keep_us_from_calling_it() -> None:
    known = Node(2)
    async with running(known) as (address,):
        liar = Node(3, info={"listen_address": str(address)})
        a = Caller(1, target_outbound=1)
        async with running(a, liar) as (ours, _):
            await liar.switch.connect(ours)
            await a.recorder.until(lambda: len(a.recorder.connected) == 1)
            assert not a.switch._may_call(address)
            a.book.answered(address, known.switch.node_id)
            a.switch.tick()
            await a.recorder.until(lambda: len(a.recorder.connected) == 2)
            assert a.recorder.connected[1].node_id == known.switch.node_id


async def test_feelers_go_out_on_the_side_and_one_of_use_gets_the_place() -> None:
    """Two who stay and give nothing hold one another's place in turn; the one of use is found and kept."""
    others = [Node(number) for number in range(2, 5)]
    a = Caller(1, target_outbound=1)
    async with running(a, *others) as (_, *addresses):
        a.book.heard_of(addresses)
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 1)
        a.pass_time(URGENT_DELAY)
        await a.recorder.until(lambda: len(a.recorder.connected) == 3)
        first, *felt = a.recorder.connected
        assert [peer.connection_type for peer in felt] == [ConnectionType.FEELER] * 2
        felt[0].served()
        a.pass_time(FEELER_PATIENCE - 1)
        await a.recorder.until(lambda: len(a.recorder.gone) == 1)
        assert a.recorder.gone == [(first, "a node of more use takes its place")]
        assert felt[0].connection_type is ConnectionType.OUTBOUND
        a.pass_time(2)
        await a.recorder.until(lambda: len(a.recorder.gone) == 2)
        assert a.recorder.gone[1] == (felt[1], "felt out")
        assert a.switch.peers == (felt[0],)
        assert all(entry.failures == 0 for entry in a.book.tried.values())
