from random import Random

from pybytomd.p2p.discovery.node import Node
from pybytomd.p2p.discovery.node_db import NodeDatabase, decode_node, decode_varint, encode_node, encode_varint
from pybytomd.store.kv.memory_db import MemoryStore

DAY = 24 * 3600
NOW = 1_600_000_000


def node(number: int) -> Node:
    return Node(number.to_bytes(32, "big"), "127.0.0.1", 21330, 21330)


def test_records_are_the_references() -> None:
    record = encode_node(node(1))
    assert record.hex() == "01" + "0110" + "00000000000000000000ffff7f000001" + "5352" * 2 + "00" * 31 + "01"
    assert encode_node(decode_node(record)) == record
    short = bytes.fromhex("01 0104 7f000001 5352 5352") + bytes(32)
    assert decode_node(short).ip == "127.0.0.1"


def test_numbers_are_zigzag() -> None:
    assert encode_varint(4) == b"\x08"
    for number in (0, 1, -1, 63, 64, -65, NOW, -NOW):
        assert decode_varint(encode_varint(number)) == number
    assert decode_varint(b"\x80" * 20) == 0


def test_recent_nodes_are_seeds_and_old_ones_expire() -> None:
    store = MemoryStore()
    database = NodeDatabase(store)
    for number, age in ((1, 0), (2, 2 * DAY), (3, 9 * DAY)):
        database.put(node(number))
        database.put_last_pong(node(number).node_id, NOW - age)
    assert {n.node_id[-1] for n in database.seeds(30, NOW, Random(1))} == {1, 2}
    assert len(database.seeds(1, NOW, Random(1))) == 1
    database.expire(NOW, bytes(32))
    assert len(list(database.nodes())) == 3
    database.expire(NOW + 3601, bytes(32))
    assert [n.node_id[-1] for n in database.nodes()] == [1]
    assert dict(NodeDatabase(store)._database.iterate(b"version")) == {b"version": b"\x08"}


def test_another_version_starts_anew_and_damage_is_skipped() -> None:
    store = MemoryStore()
    NodeDatabase(store).put(node(1))
    store.put(b"n:" + bytes(32) + b":discover", b"damaged")
    assert [n.node_id[-1] for n in NodeDatabase(store).nodes()] == [1]
    store.put(b"version", b"\x06")
    assert list(NodeDatabase(store).nodes()) == []
