"""The datagrams of the UDP table: a fixed head, a type byte, and a body as JSON text.

======  ====  ==========================================================
offset  size  content
======  ====  ==========================================================
0       15    ``bytom discovery``
15      32    the sender's node id, its public key
47      65    signature slot
112     1     packet type
113           body, JSON as go-wire writes it
======  ====  ==========================================================

Quirk: what is signed, and what answers refer to as a packet's hash, is no hash: it is the last 32 bytes of the
packet. Quirk: nobody checks the signature. Quirk: version 1.1.1 puts the 64-byte signature first in its slot,
1.0.5 a type byte before it; both are read alike. Source: p2p-and-sync reference, sections 7.1 and 7.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.wire.gowire import encode_bytes, encode_list
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.p2p.identity import Identity

PREFIX = b"bytom discovery"
NODE_ID_SIZE = 32
SIGNATURE_SLOT = 65
HEAD_SIZE = len(PREFIX) + NODE_ID_SIZE + SIGNATURE_SLOT
TOKEN_SIZE = 32
MAX_PACKET_SIZE = 1280
MAX_NEIGHBORS = 8
"""Most nodes in one neighbors packet; nine might pass the size limit."""
MAX_LIST_ITEMS = 64
"""No list in a packet of 1280 bytes can be useful and longer."""
PROTOCOL_VERSION = 4


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a node listens. ``ip`` has 4 or 16 bytes."""

    ip: bytes
    udp: int
    tcp: int


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as others describe it."""

    ip: bytes
    udp: int
    tcp: int
    node_id: bytes


@dataclass(frozen=True, slots=True)
class Field:
    """How one body field is written: its name in the JSON text and how its value is shown and read."""

    name: str
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]
    zero: Any
    """The value of a field the sender left out."""


def _load_uint(bits: int) -> Callable[[Any], int]:
    def load(value: Any) -> int:
        if not isinstance(value, gojson.Number):
            raise DecodeError(f"expected a number, got {type(value).__name__}")
        number = int(float(value.text))  # Quirk: read through a float64, as go-wire does.
        if not 0 <= number < 1 << bits:
            raise DecodeError(f"{number} does not fit in {bits} bits")
        return number

    return load


def _load_hex(value: Any) -> bytes:
    if not isinstance(value, str):
        raise DecodeError(f"expected hex text, got {type(value).__name__}")
    return decode_hex(value)


def _load_hash(value: Any) -> bytes:
    data = _load_hex(value)
    if len(data) != TOKEN_SIZE:
        raise DecodeError(f"expected {TOKEN_SIZE} bytes, got {len(data)}")
    return data


def _load_text(value: Any) -> str:
    if not isinstance(value, str):
        raise DecodeError(f"expected text, got {type(value).__name__}")
    return value


def _load_list(load_item: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def load(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise DecodeError(f"expected a list, got {type(value).__name__}")
        if len(value) > MAX_LIST_ITEMS:
            raise DecodeError(f"list of {len(value)} items, at most {MAX_LIST_ITEMS} are allowed")
        return tuple(load_item(item) for item in value)

    return load


def _dump_hex(data: bytes) -> str:
    return data.hex().upper()


def _same(value: Any) -> Any:
    return value


def _struct(cls: type[Any], table: tuple[Field, ...]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Functions that write and read a nested structure described by ``table``."""
    names = [field.name for field in fields(cls)]

    def dump(value: Any) -> dict[str, Any]:
        return {f.name: f.dump(getattr(value, name)) for f, name in zip(table, names, strict=True)}

    def load(value: Any) -> Any:
        if not isinstance(value, dict):
            raise DecodeError(f"expected an object, got {type(value).__name__}")
        return cls(*(f.load(value[f.name]) if f.name in value else f.zero for f in table))

    return dump, load


def _uint(name: str, bits: int) -> Field:
    return Field(name, _same, _load_uint(bits), 0)


def _hash(name: str) -> Field:
    return Field(name, _dump_hex, _load_hash, bytes(TOKEN_SIZE))


def _bytes(name: str) -> Field:
    return Field(name, _dump_hex, _load_hex, b"")


ENDPOINT_TABLE = (_bytes("IP"), _uint("UDP", 16), _uint("TCP", 16))
_dump_endpoint, _load_endpoint = _struct(Endpoint, ENDPOINT_TABLE)
_dump_node, _load_node = _struct(NodeRecord, (*ENDPOINT_TABLE, _hash("ID")))


def _endpoint(name: str) -> Field:
    return Field(name, _dump_endpoint, _load_endpoint, Endpoint(b"", 0, 0))


def _nodes(name: str) -> Field:
    return Field(name, lambda nodes: [_dump_node(n) for n in nodes], _load_list(_load_node), ())


def _texts(name: str) -> Field:
    return Field(name, list, _load_list(_load_text), ())


EXPIRATION = _uint("Expiration", 64)
REST = _bytes("Rest")
TOPICS = _texts("Topics")


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there? Tells where we listen and which topics we serve."""

    KIND: ClassVar[int] = 1
    TABLE: ClassVar[tuple[Field, ...]] = (
        _uint("Version", 64), _endpoint("From"), _endpoint("To"), EXPIRATION, TOPICS, REST,
    )  # fmt: skip
    version: int
    sender: Endpoint
    to: Endpoint
    expiration: int
    topics: tuple[str, ...] = ()
    rest: bytes = b""


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to a ping; ``reply_token`` names the ping, the rest is a ticket for topics."""

    KIND: ClassVar[int] = 2
    TABLE: ClassVar[tuple[Field, ...]] = (
        _endpoint("To"), _bytes("ReplyTok"), EXPIRATION, _hash("TopicHash"), _uint("TicketSerial", 32),
        Field("WaitPeriods", list, _load_list(_load_uint(32)), ()), REST,
    )  # fmt: skip
    to: Endpoint
    reply_token: bytes
    expiration: int
    topic_hash: bytes
    ticket_serial: int
    wait_periods: tuple[int, ...] = ()
    rest: bytes = b""


@dataclass(frozen=True, slots=True)
class FindNode:
    """Which nodes do you know near this id? (Quirk: the id itself is the target, not its hash.)"""

    KIND: ClassVar[int] = 3
    TABLE: ClassVar[tuple[Field, ...]] = (_hash("Target"), EXPIRATION, REST)
    target: bytes
    expiration: int
    rest: bytes = b""


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The nodes asked for."""

    KIND: ClassVar[int] = 4
    TABLE: ClassVar[tuple[Field, ...]] = (_nodes("Nodes"), EXPIRATION, REST)
    nodes: tuple[NodeRecord, ...]
    expiration: int
    rest: bytes = b""


@dataclass(frozen=True, slots=True)
class FindNodeHash(FindNode):
    """Which nodes do you know near this hash?"""

    KIND: ClassVar[int] = 5


@dataclass(frozen=True, slots=True)
class TopicRegister:
    """Register us for a topic, with the pong that promised it."""

    KIND: ClassVar[int] = 6
    TABLE: ClassVar[tuple[Field, ...]] = (TOPICS, _uint("Idx", 64), _bytes("Pong"))
    topics: tuple[str, ...]
    index: int
    pong: bytes


@dataclass(frozen=True, slots=True)
class TopicQuery:
    """Which nodes serve this topic?"""

    KIND: ClassVar[int] = 7
    TABLE: ClassVar[tuple[Field, ...]] = (Field("Topic", _same, _load_text, ""), EXPIRATION)
    topic: str
    expiration: int


@dataclass(frozen=True, slots=True)
class TopicNodes:
    """The nodes that serve a topic; ``echo`` names the query."""

    KIND: ClassVar[int] = 8
    TABLE: ClassVar[tuple[Field, ...]] = (_hash("Echo"), _nodes("Nodes"))
    echo: bytes
    nodes: tuple[NodeRecord, ...]


Body = Ping | Pong | FindNode | Neighbors | TopicRegister | TopicQuery | TopicNodes

_BODY_CODECS: dict[int, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    cls.KIND: _struct(cls, cls.TABLE)
    for cls in (Ping, Pong, FindNode, Neighbors, FindNodeHash, TopicRegister, TopicQuery, TopicNodes)
}


@dataclass(frozen=True, slots=True)
class Packet:
    """A datagram taken apart. ``token`` is what answers refer to it by, ``raw`` the datagram itself."""

    node_id: bytes
    body: Body
    token: bytes
    raw: bytes


def encode_packet(identity: Identity, body: Body, *, old_slot: bool = False) -> Packet:
    """A signed datagram from the node that ``identity`` is.

    ``old_slot`` places the signature as version 1.0.5 does.
    """
    dump, _ = _BODY_CODECS[body.KIND]
    content = bytes((body.KIND,)) + gojson.dumps(dump(body))
    signature = identity.sign(_token(content))
    slot = b"\x01" + signature if old_slot else signature + b"\x00"
    node_id = identity.public_key
    raw = PREFIX + node_id + slot + content
    return Packet(node_id, body, _token(raw), raw)


def decode_packet(raw: bytes) -> Packet:
    """Take a received datagram apart. Raises DecodeError; neither signature nor expiry are checked."""
    if len(raw) < HEAD_SIZE + 1:
        raise DecodeError("too small")
    if not raw.startswith(PREFIX):
        raise DecodeError("bad prefix")
    kind = raw[HEAD_SIZE]
    codec = _BODY_CODECS.get(kind)
    if codec is None:
        raise DecodeError(f"unknown packet type: {kind}")
    body = codec[1](gojson.loads_float64(raw[HEAD_SIZE + 1 : MAX_PACKET_SIZE]))
    node_id = raw[len(PREFIX) : len(PREFIX) + NODE_ID_SIZE]
    return Packet(node_id, body, _token(raw[len(PREFIX) :]), raw)


def _token(data: bytes) -> bytes:
    return data[-TOKEN_SIZE:].rjust(TOKEN_SIZE, b"\x00")


def topic_hash(topics: tuple[str, ...]) -> bytes:
    """What a pong says of the topics in the ping it answers."""
    return sha3_256(encode_list([encode_bytes(topic.encode()) for topic in topics]))
