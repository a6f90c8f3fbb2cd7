from random import Random

from pybytomd.p2p.discovery.node import Node
from pybytomd.p2p.discovery.table import BUCKET_SIZE, Table, distance

OWN = bytes(32)


def node(distance_bits: int, number: int) -> Node:
    position = (1 << (distance_bits - 1)) + number
    return Node(number.to_bytes(32, "big"), "127.0.0.1", 2000, 2000, position.to_bytes(32, "big"))


def test_a_full_bucket_names_its_last_node_and_keeps_a_replacement() -> None:
    table = Table(OWN, Random(1))
    nodes = [node(200, number) for number in range(BUCKET_SIZE)]
    assert [table.add(n) for n in nodes] == [None] * BUCKET_SIZE
    late = node(200, 99)
    assert table.add(late) is nodes[0]
    assert late not in table
    assert table.add(nodes[0]) is None
    assert table.add(late) is nodes[1]
    table.replace(nodes[1])
    assert late in table
    assert nodes[1] not in table
    table.remove(late)
    assert len(table) == BUCKET_SIZE - 1


def test_replacements_are_bounded() -> None:
    table = Table(OWN, Random(1))
    for number in range(100):
        table.add(node(200, number))
    assert len(table._buckets[200].replacements) == BUCKET_SIZE


def test_the_closest_come_first_and_samples_mix_distances() -> None:
    table = Table(OWN, Random(1))
    for bits in (10, 100, 250):
        for number in range(5):
            table.add(node(bits, number))
    closest = table.closest(OWN, 7)
    assert [distance(OWN, n.hash).bit_length() for n in closest] == [10] * 5 + [100] * 2
    assert {distance(OWN, n.hash).bit_length() for n in table.sample(3)} == {10, 100, 250}
    assert len(table.sample(99)) == 15
    assert len(table.refresh_target()) == 32
