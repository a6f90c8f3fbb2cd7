"""Discovery over a network made of a list of datagrams, with time turned by hand."""

from __future__ import annotations

from collections import deque
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.clock import ManualClock
from pybytomd.crypto import ed25519
from pybytomd.p2p.discovery import packets
from pybytomd.p2p.discovery.engine import PACKET_BURST, Engine, seed_node
from pybytomd.p2p.discovery.node import State
from pybytomd.p2p.discovery.node_db import NodeDatabase
from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.store.kv.memory_db import MemoryStore

LOOPBACK = "127.0.0.1"


class Network:
    """Engines by port on one address; datagrams lie in a queue until ``settle`` delivers them."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.engines: dict[int, Engine] = {}
        self.stores: dict[int, MemoryStore] = {}
        self.queue: deque[tuple[bytes, int, int]] = deque()
        self.delivered: list[tuple[bytes, int, int]] = []

    def add(self, port: int, store: MemoryStore | None = None) -> Engine:
        self.stores[port] = store or MemoryStore()

        def send(data: bytes, ip: str, to: int) -> None:
            self.queue.append((data, port, to))

        self.engines[port] = Engine(
            identity(port), port, NodeDatabase(self.stores[port]), self.clock, Random(port), send
        )
        return self.engines[port]

    def settle(self) -> None:
        while self.queue:
            data, source, to = self.queue.popleft()
            self.delivered.append((data, source, to))
            if to in self.engines:
                self.engines[to].receive(data, LOOPBACK, source)

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds * 5)):
            for engine in self.engines.values():
                engine.tick()
            self.settle()
            self.clock.advance(0.2)


def identity(number: int) -> Ed25519Identity:
    return Ed25519Identity(ed25519.private_key_from_seed(number.to_bytes(32, "big")))


def address(port: int) -> NetAddress:
    return NetAddress(LOOPBACK, port)


def test_two_nodes_get_to_know_each_other_through_a_seed_address() -> None:
    network = Network()
    a, b = network.add(2001), network.add(2002)
    a.set_fallback([address(2002)])
    network.run(5)
    assert a.candidates(5) == [address(2002)]
    assert b.candidates(5) == [address(2001)]


def test_one_seed_leads_to_everybody() -> None:
    network = Network()
    ports = range(2001, 2013)
    for port in ports:
        network.add(port).set_fallback([address(2001)] if port != 2001 else [])
    network.run(70)
    for port in ports:
        assert len(network.engines[port].candidates(20)) >= 9, port
    assert max(len(data) for data, *_ in network.delivered) <= packets.MAX_PACKET_SIZE


def test_stored_nodes_are_the_start_after_a_restart() -> None:
    network = Network()
    a, _ = network.add(2001), network.add(2002)
    a.set_fallback([address(2002)])
    network.run(5)
    restarted = network.add(2001, network.stores[2001])
    assert restarted.candidates(5) == []
    network.run(5)
    assert restarted.candidates(5) == [address(2002)]


def test_a_node_that_falls_silent_loses_its_place() -> None:
    network = Network()
    a, _ = network.add(2001), network.add(2002)
    a.set_fallback([address(2002)])
    network.run(5)
    del network.engines[2002]
    network.run(60 * 8)
    assert a.candidates(5) == []


def test_the_answer_to_a_ping_is_the_recorded_one() -> None:
    network = Network()
    network.add(2001)
    ping = packets.encode_packet(
        identity(9), packets.Ping(4, packets.Endpoint(bytes(4), 2009, 2010), packets.Endpoint(bytes(4), 1, 1), 1)
    )
    network.engines[2001].receive(ping.raw, LOOPBACK, 2009)
    pong, back = (packets.decode_packet(data).body for data, *_ in network.queue)
    assert isinstance(pong, packets.Pong)
    assert (pong.reply_token, pong.ticket_serial) == (b'ration":1,"Topics":[],"Rest":""}', 1)
    assert pong.topic_hash.hex().upper() == "5D53469F20FEF4F8EAB52B88044EDE69C77A6A68A60728609FC4A65FF531E7D0"
    assert pong.to == packets.Endpoint(bytes((127, 0, 0, 1)), 2009, 2010)
    assert isinstance(back, packets.Ping)
    assert back.sender == packets.Endpoint(bytes(16), 2001, 2001)


def test_questions_are_answered_only_to_known_nodes() -> None:
    network = Network()
    engine = network.add(2001)
    question = packets.encode_packet(identity(2009), packets.FindNodeHash(bytes(32), 1), old_slot=True)
    engine.receive(question.raw, LOOPBACK, 2009)
    assert not network.queue
    network.add(2002).set_fallback([address(2001)])
    network.run(3)
    stranger = network.add(2009)
    stranger.set_fallback([address(2001)])
    network.run(3)
    engine.receive(question.raw, LOOPBACK, 2009)
    (answer,) = (packets.decode_packet(data).body for data, *_ in network.queue)
    assert isinstance(answer, packets.Neighbors)
    assert {record.udp for record in answer.nodes} == {2002, 2009}
    network.queue.clear()
    query = packets.encode_packet(identity(2009), packets.TopicQuery("topic", 1))
    engine.receive(query.raw, LOOPBACK, 2009)
    (reply,) = (packets.decode_packet(data).body for data, *_ in network.queue)
    assert reply == packets.TopicNodes(query.token, ())


def test_a_pong_nobody_asked_for_changes_nothing() -> None:
    network = Network()
    engine = network.add(2001)
    pong = packets.Pong(packets.Endpoint(bytes(4), 1, 1), bytes(32), 1, bytes(32), 1)
    engine.receive(packets.encode_packet(identity(9), pong).raw, LOOPBACK, 2009)
    assert not network.queue
    assert len(engine.table) == 0


def test_a_flood_from_one_address_is_cut_off() -> None:
    network = Network()
    engine = network.add(2001)
    for number in range(3 * PACKET_BURST):
        ping = packets.Ping(4, packets.Endpoint(bytes(4), 1, 1), packets.Endpoint(bytes(4), 1, 1), number)
        engine.receive(packets.encode_packet(identity(9), ping).raw, "8.8.8.8" if number else LOOPBACK, 2009)
    assert len(network.queue) <= PACKET_BURST + 3


def test_seed_ids_are_the_references() -> None:
    node = seed_node(NetAddress("45.79.213.28", 46657))
    assert node.node_id.hex().startswith("4a52bb32")
    assert node.node_id.hex().endswith("ceb000")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 8), st.binary(max_size=300)), max_size=20))
def test_no_datagram_disturbs_the_engine(datagrams: list[tuple[int, bytes]]) -> None:
    network = Network()
    engine = network.add(2001)
    for kind, text in datagrams:
        head = packets.PREFIX + identity(9).public_key + bytes(65) + bytes((kind,))
        engine.receive(head + text, LOOPBACK, 2009)
        engine.receive(text, LOOPBACK, 2009)
    engine.tick()
    assert all(node.state is State.UNKNOWN for node in engine.table) or not datagrams
