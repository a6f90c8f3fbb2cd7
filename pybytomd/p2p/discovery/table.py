"""The table of known nodes, sorted by how far their hashes are from ours (Kademlia).

Distance is the XOR of two hashes; bucket n holds the nodes whose distance has n significant bits. Source:
p2p-and-sync reference, section 7.3; ``p2p/discover/dht/table.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from pybytomd.p2p.discovery.node import Node

HASH_BITS = 256
BUCKET_SIZE = 16
"""Nodes in a bucket, and as many more waiting to replace them."""


def distance(a: bytes, b: bytes) -> int:
    """The XOR of two hashes as a number."""
    return int.from_bytes(a, "big") ^ int.from_bytes(b, "big")


def closest_to(target: bytes, nodes: Iterable[Node], count: int) -> list[Node]:
    """The ``count`` nodes nearest to ``target``, the nearest first."""
    return sorted(nodes, key=lambda node: distance(target, node.hash))[:count]


class _Bucket:
    """Nodes at about the same distance, the most recently active first."""

    __slots__ = ("entries", "replacements")

    def __init__(self) -> None:
        self.entries: list[Node] = []
        self.replacements: list[Node] = []


class Table:
    """All buckets of one node."""

    def __init__(self, own_hash: bytes, random: Random) -> None:
        self._own_hash = own_hash
        self._random = random
        self._buckets = [_Bucket() for _ in range(HASH_BITS + 1)]

    def _bucket(self, node: Node) -> _Bucket:
        return self._buckets[distance(self._own_hash, node.hash).bit_length()]

    def __iter__(self) -> Iterator[Node]:
        for bucket in self._buckets:
            yield from bucket.entries

    def __len__(self) -> int:
        return sum(len(bucket.entries) for bucket in self._buckets)

    def __contains__(self, node: Node) -> bool:
        return node in self._bucket(node).entries

    def add(self, node: Node) -> Node | None:
        """Insert a node, or move it to the front. In a full bucket it waits as replacement; then the bucket's last
        node is returned, which should be asked whether it is still there.
        """
        bucket = self._bucket(node)
        if node in bucket.entries:
            bucket.entries.remove(node)
            bucket.entries.insert(0, node)
            return None
        if node in bucket.replacements:
            bucket.replacements.remove(node)
        if len(bucket.entries) < BUCKET_SIZE:
            bucket.entries.insert(0, node)
            return None
        bucket.replacements.insert(0, node)
        del bucket.replacements[BUCKET_SIZE:]
        return bucket.entries[-1]

    def remove(self, node: Node) -> None:
        """Forget a node; nothing happens if it is unknown."""
        bucket = self._bucket(node)
        for nodes in (bucket.entries, bucket.replacements):
            if node in nodes:
                nodes.remove(node)

    def replace(self, node: Node) -> None:
        """Forget a node that went silent and promote one that waits for its place."""
        bucket = self._bucket(node)
        if node not in bucket.entries:
            return
        bucket.entries.remove(node)
        if bucket.replacements:
            bucket.entries.append(bucket.replacements.pop(self._random.randrange(len(bucket.replacements))))

    def closest(self, target: bytes, count: int = BUCKET_SIZE) -> list[Node]:
        """The nodes nearest to ``target``, the nearest first."""
        return closest_to(target, self, count)

    def sample(self, count: int) -> list[Node]:
        """Up to ``count`` nodes, one from each bucket in turn, so that far and near ones are mixed."""
        piles = [self._random.sample(b.entries, len(b.entries)) for b in self._buckets if b.entries]
        self._random.shuffle(piles)
        chosen: list[Node] = []
        while piles and len(chosen) < count:
            chosen += [pile.pop() for pile in piles]
            piles = [pile for pile in piles if pile]
        return chosen[:count]

    def refresh_target(self) -> bytes:
        """A random position, biased towards ours: at most as far away as a random node of the table."""
        spread = 1 << 63
        nodes = list(self)
        if nodes:
            spread = max(1, distance(self._own_hash, self._random.choice(nodes).hash) >> (HASH_BITS - 64))
        prefix = int.from_bytes(self._own_hash[:8], "big") ^ self._random.randrange(spread)
        return prefix.to_bytes(8, "big") + self._random.randbytes(24)
