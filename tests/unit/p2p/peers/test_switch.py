import asyncio
import contextlib
from random import Random

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.errors import ConnectedToSelf, CopiedIdentity, HandshakeError, IncompatiblePeer
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.admission import OriginLimits, refusal
from pybytomd.p2p.peers.bans import ILLEGAL_MESSAGE
from pybytomd.p2p.peers.connection_type import ConnectionType
from tests.unit.p2p.network import LOOPBACK, Node, eventually, running


async def test_two_nodes_connect_and_talk() -> None:
    a, b = Node(1), Node(2)
    async with running(a, b) as (_, address_b):
        peer = await a.switch.connect(address_b)
        assert (peer.node_id, peer.is_outbound) == (b.switch.node_id, True)
        await b.recorder.until(lambda: bool(b.recorder.connected))
        assert not b.recorder.connected[0].is_outbound
        big = bytes(range(256)) * 4000
        assert peer.send(b"\x20")
        assert peer.send(big)
        await b.recorder.until(lambda: len(b.recorder.messages) == 2)
        assert b.recorder.messages == [b"\x20", big]
        assert b.recorder.connected[0].received.total == peer.sent.total > len(big)
        assert a.switch.disconnect(b.switch.node_id.lower(), "enough")
        await a.recorder.until(lambda: a.recorder.gone == [(peer, "enough")])
        await b.recorder.until(lambda: bool(b.recorder.gone))
        assert a.switch.peers == b.switch.peers == ()


async def test_closing_tells_the_reactor_of_every_peer() -> None:
    a, b = Node(1), Node(2)
    async with running(a, b) as (_, address_b):
        peer = await a.switch.connect(address_b)
        await a.switch.close()
        assert a.recorder.gone == [(peer, "the node is stopping")]


async def test_a_node_with_our_key_has_a_copy_of_our_home_directory(caplog: pytest.LogCaptureFixture) -> None:
    a, copy = Node(1), Node(1)
    async with running(a, copy) as (_, address):
        with pytest.raises(CopiedIdentity, match=r"^Connect self: .*home directory was copied; move the node key"):
            await a.switch.connect(address)
        (record,) = [record for record in caplog.records if "copied" in record.getMessage()]
        assert vars(record)["address"] == str(address)


async def test_a_node_does_not_talk_to_itself_and_remembers_that() -> None:
    a = Node(1)
    async with running(a) as (address,):
        with pytest.raises(ConnectedToSelf, match=r"^Connect self$"):
            await a.switch.connect(address)
        assert not a.switch._may_call(address)


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ({"version": "2.0.0"}, "different major version"),
        ({"version": "abc"}, "Malformed version"),
        ({"network": "mainnet"}, "different network"),
        ({"other": ("4",)}, "Outbound connect spv peer"),
    ],
)
async def test_whom_we_do_not_want(info: dict[str, object], reason: str) -> None:
    a, b = Node(1), Node(2, info=info)
    async with running(a, b) as (_, address_b):
        with pytest.raises(IncompatiblePeer, match=reason):
            await a.switch.connect(address_b)
        assert a.switch.peers == ()


async def test_a_peer_without_full_blocks_may_call_us() -> None:
    a, light = Node(1), Node(2, info={"other": ("4",)})
    async with running(a, light) as (address_a, _):
        await light.switch.connect(address_a)
        await a.recorder.until(lambda: len(a.switch.peers) == 1)


@pytest.mark.parametrize(
    ("number", "services"),
    [
        ("9" * 5000, 1),
        ("0" * 5000 + "7", 7),
        ("99998", 6),
        ("18446744073709551616", 1),
        ("x", 1),
        ("", 1),
        ("²", 1),
    ],
)
async def test_odd_numbers_do_no_harm(number: str, services: int) -> None:
    a, odd = Node(1), Node(2, info={"listen_address": f"1.2.3.4:{number}", "other": (number,)})
    async with running(a, odd) as (address_a, _):
        await odd.switch.connect(address_a)
        await a.recorder.until(lambda: len(a.switch.peers) == 1)
        peer = a.switch.peers[0]
        assert peer.services == services
        assert not peer.listens_at(NetAddress("9.9.9.9", 1))
        assert all(0 < address.port < 65536 for address in peer.listen_addresses())


async def test_the_second_connection_of_a_node_is_refused_and_the_first_stays() -> None:
    clock = ManualClock()
    a, b, twin = Node(1), Node(2, clock=clock), Node(1)
    async with running(a, b, twin) as (_, address_b, _):
        first = await a.switch.connect(address_b)
        await b.recorder.until(lambda: bool(b.recorder.connected))
        with pytest.raises(IncompatiblePeer, match="Duplicate peer"):
            await a.switch.connect(address_b)
        await twin.switch.connect(address_b)
        await twin.recorder.until(lambda: bool(twin.recorder.gone))
        assert not first.is_closed
        assert len(b.switch.peers) == 1


async def test_two_nodes_that_call_each_other_keep_the_same_call() -> None:
    a, b = Node(1), Node(2)
    async with running(a, b) as (address_a, address_b):
        await asyncio.gather(a.switch.connect(address_b), b.switch.connect(address_a), return_exceptions=True)
        await eventually(lambda: len(a.switch.peers) == len(b.switch.peers) == 1)
        lower = a if a.switch.node_id < b.switch.node_id else b
        higher = b if lower is a else a
        await eventually(lambda: lower.switch.peers[0].is_outbound and not higher.switch.peers[0].is_outbound)
        lower.switch.peers[0].send(b"still there")
        await higher.recorder.until(lambda: higher.recorder.messages == [b"still there"])


@pytest.mark.parametrize(("enough", "called"), [(1, False), (2, True)])
async def test_nodes_on_the_local_network_are_called_until_there_are_enough(enough: int, called: bool) -> None:
    a, b, c = Node(1, max_lan_peers=enough), Node(2), Node(3)
    async with running(a, b, c) as (_, address_b, address_c):
        await a.switch.connect(address_b, ConnectionType.LAN)
        a.switch.found_on_lan(address_c)
        await asyncio.sleep(0)
        assert a.switch.calls_under_way == called
        if called:
            await eventually(lambda: len(a.switch.peers) == 2)


async def test_callers_beyond_the_limit_are_turned_away_before_the_handshake() -> None:
    a, b, c = Node(1, max_peers=1), Node(2), Node(3)
    async with running(a, b, c) as (address_a, *_):
        await b.switch.connect(address_a)
        await a.recorder.until(lambda: bool(a.recorder.connected))
        reader, writer = await asyncio.open_connection(address_a.ip, address_a.port)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        with pytest.raises(HandshakeError):
            await c.switch.connect(address_a)


async def test_silent_callers_do_not_hold_up_an_honest_one() -> None:
    """No second passes by their clocks, so that none of the silent is given up: nobody waits for them."""
    clock = ManualClock()
    a, honest = Node(1, clock=clock), Node(2, clock=clock)
    async with running(a, honest) as (address_a, _):
        silent = [await asyncio.open_connection(address_a.ip, address_a.port) for _ in range(200)]
        await eventually(lambda: len(a.switch._room) == 200)
        await honest.switch.connect(address_a)
        await a.recorder.until(lambda: bool(a.recorder.connected))
        assert len(a.switch._room) == 200
        for _, writer in silent:
            writer.close()


async def test_with_too_many_waiting_the_oldest_of_the_crowd_goes() -> None:
    a, honest = Node(1, max_waiting=3), Node(2)
    async with running(a, honest) as (address_a, _):
        silent = []
        for waiting in range(1, 4):
            silent.append(await asyncio.open_connection(address_a.ip, address_a.port))
            await eventually(lambda count=waiting: len(a.switch._room) == count)  # type: ignore[misc]
        await honest.switch.connect(address_a)
        await a.recorder.until(lambda: bool(a.recorder.connected))
        assert len(await silent[0][0].read()) == 32
        assert len(a.switch._room) == 2
        for _, writer in silent:
            writer.close()


async def test_a_handshake_has_its_time() -> None:
    a = Node(1, handshake_timeout=30.0)
    async with running(a) as (address_a,):
        reader, writer = await asyncio.open_connection(address_a.ip, address_a.port)
        await eventually(lambda: len(a.switch._room) == 1)
        a.switch.tick()
        assert len(a.switch._room) == 1
        a.clock.advance(31)  # type: ignore[attr-defined]
        a.switch.tick()
        assert len(await reader.read()) == 32
        await eventually(lambda: len(a.switch._room) == 0)
        writer.close()


async def test_the_sixth_illegal_message_bans_the_address_and_is_remembered() -> None:
    clock = ManualClock()
    a, b = Node(1, clock=clock), Node(2)
    async with running(a, b) as (address_a, address_b):
        peer = await a.switch.connect(address_b)
        verdicts = [a.switch.punish(peer, ILLEGAL_MESSAGE, "nonsense") for _ in range(6)]
        assert verdicts == [False] * 5 + [True]
        assert a.saved_bans == [{LOOPBACK: clock.now() + 3600}]
        await a.recorder.until(lambda: bool(a.recorder.gone))
        with pytest.raises(IncompatiblePeer, match="banned"):
            await a.switch.connect(address_b)
        with pytest.raises(HandshakeError):
            await b.switch.connect(address_a)
        clock.advance(3601)
        await eventually(lambda: not b.switch.peers)
        await b.switch.connect(address_a)


async def test_silence_and_pings() -> None:
    clock = ManualClock()
    a, b = Node(1, clock=clock), Node(2)
    async with running(a, b) as (_, address_b):
        peer = await a.switch.connect(address_b)
        clock.advance(40)
        a.switch.tick()
        await eventually(lambda: peer.round_trip is not None)
        assert peer.received.total == 1
        b.switch.peers[0]._queue_control = lambda packet: None  # type: ignore[method-assign]
        clock.advance(121)
        a.switch.tick()
        await a.recorder.until(lambda: bool(a.recorder.gone))
        assert a.recorder.gone[0][1] == "nothing heard for 120 seconds"


async def test_keep_dial_is_called_again_with_growing_pauses() -> None:
    b = Node(2)
    clock = ManualClock()
    async with running(b) as (address_b,):
        a = Node(1, clock=clock, keep_dial=(address_b,), target_outbound=0)
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 1)
        b.switch.disconnect(a.switch.node_id)
        await a.recorder.until(lambda: len(a.recorder.gone) == 1)
        clock.advance(2)
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 2)
        await a.switch.close()

    for _ in range(3):
        assert a.switch._plan.is_due(address_b) is False
        clock.advance(200)
        assert a.switch._plan.is_due(address_b)
        a.switch._plan.failed(address_b)


async def test_free_places_are_filled_from_the_book() -> None:
    others = [Node(number) for number in range(2, 6)]
    async with running(*others) as addresses:
        book = AddressBook(ManualClock(), Random(1))
        book.heard_of(addresses)
        a = Node(1, book=book, target_outbound=3)
        a.switch.tick()
        await a.recorder.until(lambda: len(a.recorder.connected) == 3)
        a.switch.tick()
        assert a.switch.calls_under_way == 0
        assert set(book.tried) == {peer.origin.dialed for peer in a.recorder.connected}
        await a.switch.close()


async def test_a_reactor_that_fails_costs_only_that_connection() -> None:
    a, b = Node(1), Node(2)

    def fail(peer: object, message: bytes) -> None:
        raise KeyError(message)

    b.recorder.answer = fail
    async with running(a, b) as (_, address_b):
        (await a.switch.connect(address_b)).send(b"x")
        await b.recorder.until(lambda: bool(b.recorder.gone))
        assert b.recorder.gone[0][1] == "internal error"
        b.recorder.answer = None
        await eventually(lambda: a.switch.peers == ())
        await a.switch.connect(address_b)


def test_limits_by_origin() -> None:
    limits = OriginLimits(per_address=2, per_subnet=3)
    assert refusal("10.0.0.1", ["10.0.0.1"], limits) is None
    assert "from 10.0.0.1" in (refusal("10.0.0.1", ["10.0.0.1"] * 2, limits) or "")
    assert "10.0.0.0/24" in (refusal("10.0.0.9", ["10.0.0.1", "10.0.0.2", "10.0.0.3"], limits) or "")
    assert "2001:db8::/48" in (refusal("2001:db8::9", [f"2001:db8::{n}" for n in range(1, 4)], limits) or "")
    assert refusal("127.0.0.1", ["127.0.0.1"] * 500, limits) is None
