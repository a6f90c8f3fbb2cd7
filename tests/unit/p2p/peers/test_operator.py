"""What an operator does with peers: bans by address and by identity, pardons, addresses to be kept."""

from __future__ import annotations

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.peers.ban_store import decode_bans, decode_node_bans, encode_bans, is_node_id
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE, BanList
from tests.unit.p2p.network import LOOPBACK, Node, eventually, running

NOW = 1_700_000_000
NODE_ID = "AB" * 32


def test_a_ban_lasts_as_long_as_it_is_told() -> None:
    bans = BanList()
    assert bans.ban("2001:db8::7", NOW, 60) == ("2001:db8::", NOW + 60)
    assert bans.ban(NODE_ID, NOW, 5) == (NODE_ID, NOW + 5)
    assert bans.is_banned("2001:db8::1234", NOW + 59)
    assert not bans.is_banned("2001:db8::1234", NOW + 60)
    assert bans.is_banned(NODE_ID, NOW + 4)
    assert not bans.is_banned(NODE_ID, NOW + 5)


def test_a_pardon_ends_the_ban_and_forgets_the_score() -> None:
    bans = BanList({"10.0.0.1": NOW + 100.0})
    bans.report("10.0.0.2", ILLEGAL_MESSAGE, NOW)
    assert bans.pardon("10.0.0.1", NOW)
    assert not bans.is_banned("10.0.0.1", NOW)
    assert not bans.pardon("10.0.0.1", NOW)
    assert not bans.pardon("10.0.0.2", NOW)
    assert bans.report("10.0.0.2", ILLEGAL_MESSAGE, NOW) == (20, False)
    bans.ban("10.0.0.3", NOW, 1)
    assert not bans.pardon("10.0.0.3", NOW + 2), "it was over already"


def test_bans_of_nodes_are_stored_apart() -> None:
    value = encode_bans({NODE_ID: 1795457961.5})
    assert decode_node_bans(value) == {NODE_ID: 1795457961.5}
    assert decode_bans(value) == {}
    assert decode_node_bans(encode_bans({"10.0.0.1": 5.0})) == {}
    texts = (NODE_ID, NODE_ID.lower(), "10.0.0.1", NODE_ID[1:])
    assert [is_node_id(text) for text in texts] == [True, False, False, False]


async def test_a_banned_node_goes_and_does_not_come_back_from_anywhere() -> None:
    clock = ManualClock()
    a, b, c = Node(1, clock=clock), Node(2), Node(3)
    async with running(a, b, c) as (address_a, address_b, _):
        await b.switch.connect(address_a)
        await c.switch.connect(address_a)
        await a.recorder.until(lambda: len(a.switch.peers) == 2)
        assert a.switch.ban(b.switch.node_id, 60) == (b.switch.node_id, clock.now() + 60)
        await a.recorder.until(lambda: len(a.recorder.gone) == 1)
        gone, reason = a.recorder.gone[0]
        assert (gone.node_id, reason, gone.is_banned) == (b.switch.node_id, "banned by the operator", True)
        assert [peer.node_id for peer in a.switch.peers] == [c.switch.node_id], "others at its address stay"
        assert a.switch.bans_made == 1
        with pytest.raises(IncompatiblePeer, match="connect banned peer"):
            await a.switch.connect(address_b)
        await eventually(lambda: not b.switch.peers)
        await b.switch.connect(address_a)  # it may ring
        await eventually(lambda: not b.switch.peers)
        assert len(a.switch.peers) == 1
        assert a.saved_bans[-1] == {b.switch.node_id: clock.now() + 60}
        assert a.switch.unban(b.switch.node_id)
        assert a.saved_bans[-1] == {}
        assert not a.switch.unban(b.switch.node_id)
        await a.switch.connect(address_b)
        assert len(a.switch.peers) == 2


async def test_a_banned_address_is_neither_heard_nor_called() -> None:
    clock = ManualClock()
    a, b = Node(1, clock=clock), Node(2)
    async with running(a, b) as (address_a, address_b):
        await b.switch.connect(address_a)
        await a.recorder.until(lambda: bool(a.switch.peers))
        assert a.switch.ban(LOOPBACK, 60) == (LOOPBACK, clock.now() + 60)
        await a.recorder.until(lambda: bool(a.recorder.gone))
        with pytest.raises(IncompatiblePeer, match="connect banned peer"):
            await a.switch.connect(address_b)
        clock.advance(60)
        await a.switch.connect(address_b)
        assert a.switch.bans() == {}


async def test_a_kept_address_is_called_whenever_it_is_not_connected() -> None:
    clock = ManualClock()
    a, b = Node(1, clock=clock), Node(2)
    async with running(a, b) as (_, address_b):
        for _ in range(2):
            a.switch.keep(address_b)
        assert a.switch.kept == 1
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 1)
        assert a.switch.disconnect(b.switch.node_id)
        await a.recorder.until(lambda: len(a.recorder.gone) == 1)
        clock.advance(1000)
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 2)


async def test_traffic_of_peers_that_are_gone_still_counts() -> None:
    a, b = Node(1), Node(2)
    async with running(a, b) as (_, address_b):
        peer = await a.switch.connect(address_b)
        assert peer.send(bytes(range(1, 200)))
        await b.recorder.until(lambda: bool(b.recorder.messages))
        sent = a.switch.bytes_sent
        assert sent == peer.sent.total > 199
        a.switch.disconnect(b.switch.node_id)
        await a.recorder.until(lambda: bool(a.recorder.gone))
        assert a.switch.bytes_sent >= sent
        await b.recorder.until(lambda: bool(b.recorder.gone))
        assert b.switch.bytes_received >= sent
