"""The nodes that answered lately, in the reference's own database format (``data/discover.db``).

====================================  =========================================================
key                                   value
====================================  =========================================================
``version``                           4, as a zigzag varint
``n:`` id ``:discover``               go-wire pointer to IP, UDP port, TCP port, id
``n:`` id ``:discover:lastpong``      Unix seconds, as a zigzag varint
====================================  =========================================================

Source: p2p-and-sync reference, section 7.7. (The tickets the reference counts under a third key serve topics,
which nobody uses; another database starts counting at zero as well.)
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from ipaddress import ip_address
from random import Random

from pybytomd.codec.hostport import parse_ip
from pybytomd.codec.wire.gowire import WireReader, encode_bytes
from pybytomd.codec.wire.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery.node import Node
from pybytomd.store.kv.interface import KeyValueStore

logger = logging.getLogger(__name__)

VERSION_KEY = b"version"
VERSION = 4
PREFIX = b"n:"
NODE_SUFFIX = b":discover"
LAST_PONG_SUFFIX = b":discover:lastpong"
ID_SIZE = 32
MAX_RECORD_SIZE = 128
SEED_MAX_AGE = 5 * 24 * 3600
"""Seconds since its last pong after which a node is no good start any more."""
EXPIRE_AGE = 24 * 3600
"""Seconds since its last pong after which a node is deleted."""
EXPIRE_INTERVAL = 3600.0
MAX_WRITTEN = 8192
"""Records remembered as written; then writing begins anew."""


class NodeDatabase:
    """Stored nodes. Damaged entries are dropped, never an error."""

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._written: dict[bytes, bytes] = {}
        self._next_expiry: float | None = None
        if database.get(VERSION_KEY) != encode_varint(VERSION):
            for key, _ in list(database.iterate()):
                database.delete(key)
            database.put(VERSION_KEY, encode_varint(VERSION))

    def put(self, node: Node) -> None:
        """Store a node's address, if it is not stored so already."""
        record = encode_node(node)
        if self._written.get(node.node_id) == record:
            return
        if len(self._written) > MAX_WRITTEN:
            self._written.clear()
        self._written[node.node_id] = record
        self._database.put(PREFIX + node.node_id + NODE_SUFFIX, record)

    def put_last_pong(self, node_id: bytes, now: int) -> None:
        """Store when a node answered (Unix seconds)."""
        self._database.put(PREFIX + node_id + LAST_PONG_SUFFIX, encode_varint(now))

    def last_pong(self, node_id: bytes) -> int:
        """When a node answered (Unix seconds), or 0."""
        value = self._database.get(PREFIX + node_id + LAST_PONG_SUFFIX)
        return 0 if value is None else decode_varint(value)

    def delete(self, node_id: bytes) -> None:
        """Forget a node and everything about it."""
        self._written.pop(node_id, None)
        for key, _ in list(self._database.iterate(PREFIX + node_id)):
            self._database.delete(key)

    def nodes(self) -> Iterator[Node]:
        """All stored nodes."""
        for key, value in self._database.iterate(PREFIX):
            node_id = key[len(PREFIX) : len(PREFIX) + ID_SIZE]
            if key[len(PREFIX) + ID_SIZE :] != NODE_SUFFIX:
                continue
            try:
                yield decode_node(value)
            except DecodeError as error:
                logger.warning("damaged node record", extra={"node_id": node_id.hex(), "reason": str(error)})

    def seeds(self, count: int, now: float, random: Random) -> list[Node]:
        """Up to ``count`` random nodes that answered within five days."""
        recent = [node for node in self.nodes() if now - self.last_pong(node.node_id) <= SEED_MAX_AGE]
        return random.sample(recent, min(count, len(recent)))

    def expire(self, now: float, own_id: bytes) -> None:
        """Once an hour delete nodes that have not answered for a day, and ourselves.

        Nothing happens the first time, so that the seeds of a start are not deleted before they are used.
        """
        if self._next_expiry is not None and now >= self._next_expiry:
            for node in list(self.nodes()):
                if node.node_id == own_id or now - self.last_pong(node.node_id) > EXPIRE_AGE:
                    self.delete(node.node_id)
        if self._next_expiry is None or now >= self._next_expiry:
            self._next_expiry = now + EXPIRE_INTERVAL


def encode_node(node: Node) -> bytes:
    """A record: pointer mark, IP as Go keeps it (16 bytes for both kinds), ports, id."""
    address = parse_ip(node.ip)
    packed = bytes(10) + b"\xff\xff" + address.packed if address.version == 4 else address.packed
    ports = node.udp.to_bytes(2, "big") + node.tcp.to_bytes(2, "big")
    return b"\x01" + encode_bytes(packed) + ports + node.node_id


def decode_node(record: bytes) -> Node:
    """The node of a record. Raises DecodeError."""
    reader = WireReader(record, MAX_RECORD_SIZE)
    if reader.uint8() != 1:
        raise DecodeError("node record is a nil pointer")
    packed = reader.byte_string()
    if len(packed) not in (4, 16):
        raise DecodeError("an IP address has 4 or 16 bytes")
    udp, tcp = (int.from_bytes(reader.fixed(2), "big") for _ in range(2))
    return Node(reader.fixed(ID_SIZE), str(parse_ip(str(ip_address(packed)))), udp, tcp)


def encode_varint(number: int) -> bytes:
    """Go's ``binary.PutVarint``: zigzag, then seven bits a byte."""
    return uvarint(number << 1 if number >= 0 else ~(number << 1))


def decode_varint(data: bytes) -> int:
    """Go's ``binary.Varint``; damaged bytes read as 0, as they do there."""
    rest = 0
    for index, byte in enumerate(data[:10]):
        rest |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return rest >> 1 ^ -(rest & 1)
    return 0
