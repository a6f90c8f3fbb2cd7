"""One connection: what a hostile or dead other end can and cannot do."""

from __future__ import annotations

import asyncio

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.peers.peer import STALL_LIMIT
from pybytomd.p2p.transport.handshake import Introduction, introduce
from pybytomd.p2p.transport.multiplexer import PING_PACKET
from pybytomd.p2p.transport.traffic import RateLimit, TrafficMeter
from tests.unit.p2p.network import Node, eventually, identity, node_info, node_key, running


class Stranger:
    """The other end of a connection, in the test's hands."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, met: Introduction) -> None:
        self.reader, self.writer, self.stream = reader, writer, met.stream

    def send(self, packets: bytes) -> None:
        self.writer.write(self.stream.seal(packets))


async def call(node: Node, number: int = 9) -> Stranger:
    address = node.switch.listen_address
    assert address is not None
    reader, writer = await asyncio.open_connection(address.ip, address.port)
    key = node_key(number)
    stranger = Stranger(reader, writer, await introduce(reader, writer, identity(number), node_info(key)))
    await node.recorder.until(lambda: bool(node.recorder.connected))
    return stranger


@pytest.mark.parametrize(
    ("packets", "reason"),
    [
        (bytes.fromhex("09"), "Unknown message type 9"),
        (bytes.fromhex("03 41 01 0101 20"), "Unknown channel 65"),
        (bytes.fromhex("03 40 01 00"), "empty message"),
        (bytes.fromhex("03 40 01 020406") + bytes(1030), "Error: binary read overflow"),
    ],
)
async def test_broken_rules_end_the_connection(packets: bytes, reason: str) -> None:
    node = Node(1)
    async with running(node):
        stranger = await call(node)
        stranger.send(packets)
        await node.recorder.until(lambda: bool(node.recorder.gone))
        assert node.recorder.gone[0][1] == reason
        stranger.writer.close()


async def test_bytes_that_are_not_sealed_end_the_connection() -> None:
    node = Node(1)
    async with running(node):
        stranger = await call(node)
        stranger.writer.write(bytes(1042))
        await node.recorder.until(lambda: bool(node.recorder.gone))
        assert node.recorder.gone[0][1] == "Failed to decrypt SecretConnection"
        stranger.writer.close()


async def test_a_flood_of_pings_is_answered_now_and_then() -> None:
    node = Node(1)
    async with running(node):
        stranger = await call(node)
        for _ in range(50):
            stranger.send(PING_PACKET * 1000)
        stranger.send(bytes.fromhex("03 40 01 0101 20"))
        await node.recorder.until(lambda: node.recorder.messages == [b"\x20"])
        assert 0 < node.switch.peers[0].sent.total < 1000
        stranger.writer.close()


async def test_a_peer_that_reads_nothing_gets_a_bounded_queue_and_is_given_up() -> None:
    clock = ManualClock()
    node = Node(1, clock=clock)
    async with running(node):
        stranger = await call(node)
        stranger.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer = node.switch.peers[0]
        sent = 0
        while peer.send(bytes(1_000_000)) and sent < 1000:
            sent += 1
            await asyncio.sleep(0)
        assert sent < 100
        assert peer.held_bytes <= 34_000_000
        await eventually(lambda: peer._writing_since is not None)
        clock.advance(STALL_LIMIT + 1)
        peer._heard_at = clock.monotonic()
        node.switch.tick()
        assert not await peer.send_patiently(b"late")
        await node.recorder.until(lambda: bool(node.recorder.gone))
        assert node.recorder.gone[0][1] == "the peer reads nothing for 90 seconds"
        stranger.writer.close()


async def test_another_key_than_the_proven_one_is_refused() -> None:
    node = Node(1)
    async with running(node) as (address,):
        reader, writer = await asyncio.open_connection(address.ip, address.port)
        await introduce(reader, writer, identity(9), node_info(node_key(8)))
        assert await reader.read() == b""
        assert node.recorder.connected == []
        writer.close()


async def test_a_caller_that_sends_back_what_it_gets_is_refused() -> None:
    node = Node(1)
    async with running(node) as (address,):
        reader, writer = await asyncio.open_connection(address.ip, address.port)
        writer.write(await reader.readexactly(32))
        assert await reader.read() == b""
        writer.close()


def test_empty_messages_are_a_mistake_of_ours() -> None:
    async def check() -> None:
        node = Node(1)
        async with running(node):
            stranger = await call(node)
            with pytest.raises(ValueError, match="empty"):
                node.switch.peers[0].send(b"")
            stranger.writer.close()

    asyncio.run(check())


def test_meters_show_totals_and_rates() -> None:
    clock = ManualClock()
    meter = TrafficMeter(clock)
    assert (meter.total, meter.average_rate, meter.current_rate) == (0, 0, 0)
    for _ in range(50):
        clock.advance(0.1)
        meter.add(100)
    assert meter.total == 5000
    assert meter.average_rate == 1000
    assert meter.current_rate == pytest.approx(1000, rel=0.05)
    clock.advance(10)
    assert meter.idle == pytest.approx(10)
    assert meter.current_rate <= 10


def test_a_rate_limit_lets_bursts_pass_and_then_makes_wait() -> None:
    clock = ManualClock()
    limit = RateLimit(100, 300, clock)
    assert limit.charge(300) == 0
    assert limit.charge(50) == pytest.approx(0.5)
    clock.advance(3.5)
    assert limit.charge(300) == 0
