"""How messages between nodes are written: a type byte, then fields in go-wire binary.

``FIELDS`` of a message class is the table that ``encode`` and ``decode`` follow, ``MAX_SIZE`` what it may take.
Here, too, are the messages that are the same on 1.x and on Bytom 2; ``messages`` and ``bytom2.messages`` have the
others, and the tables of all.

Source: p2p-and-sync reference, section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from pybytomd.codec.json import gojson
from pybytomd.codec.wire.gowire import WireReader, encode_bytes, encode_list, encode_uint64
from pybytomd.errors import DecodeError

MAX_MESSAGE_SIZE = 22_020_096 + 2
"""Bytes of the largest message (``maxBlockchainResponseSize``)."""
MAX_SMALL_MESSAGE_SIZE = 65_536
"""Bytes of a message without blocks or lists of them; far more than a correct one needs."""
MAX_FILTER_MESSAGE_SIZE = 1024 * 1024

MAX_LOCATOR_HASHES = 500
"""A locator of a chain of any length has fewer than a hundred."""
MAX_FILTER_ADDRESSES = 10_000
"""Ten times what the service keeps, so that a wallet with too many is served, not refused."""


class Encodable(Protocol):
    """What ``encode`` takes: a message of either network."""

    KIND: ClassVar[int]
    FIELDS: ClassVar[tuple[Field, ...]]
    MAX_SIZE: ClassVar[int]


M = TypeVar("M", bound=Encodable)


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a message is written and read."""

    name: str
    write: Callable[[Any], bytes]
    read: Callable[[WireReader], Any]


def uint64_field(name: str) -> Field:
    """Eight bytes, big-endian."""
    return Field(name, encode_uint64, WireReader.uint64)


def hash_field(name: str) -> Field:
    """32 bytes."""
    return Field(name, bytes, lambda reader: reader.fixed(32))


def bytes_field(name: str) -> Field:
    """A length and bytes."""
    return Field(name, encode_bytes, WireReader.byte_string)


def hashes_field(name: str, limit: int) -> Field:
    """A count, at most ``limit``, and hashes."""
    return Field(name, encode_list, lambda reader: tuple(reader.list_of(lambda: reader.fixed(32), limit)))


def strings_field(name: str, limit: int) -> Field:
    """A count, at most ``limit``, and byte strings."""
    return Field(
        name,
        lambda items: encode_list([encode_bytes(item) for item in items]),
        lambda reader: tuple(reader.list_of(reader.byte_string, limit)),
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    """A message that is no more than its type."""

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE

    def describe(self) -> str:
        """Nothing."""
        return "{}"


@dataclass(frozen=True, slots=True)
class HeightOrHash:
    """One that names a block: by height, or by hash if the height is 0."""

    FIELDS: ClassVar[tuple[Field, ...]] = (uint64_field("height"), hash_field("block_hash"))
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    height: int
    block_hash: bytes = bytes(32)

    def describe(self) -> str:
        """Height or hash."""
        return f"{{height: {self.height}}}" if self.height else f"{{hash: {self.block_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class AfterLocator:
    """One that asks for what comes after the first hash of the locator you know, up to the stop hash."""

    FIELDS: ClassVar[tuple[Field, ...]] = (hashes_field("locator", MAX_LOCATOR_HASHES), hash_field("stop_hash"))
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    locator: tuple[bytes, ...]
    stop_hash: bytes

    def describe(self) -> str:
        """The stop hash."""
        return f"{{stop_hash: {self.stop_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class GetBlock(HeightOrHash):
    """Send me a block: by height, or by hash if the height is 0."""

    KIND: ClassVar[int] = 0x10


@dataclass(frozen=True, slots=True)
class GetBlocks(AfterLocator):
    """Send me the blocks after the first hash of the locator you know, up to the stop hash."""

    KIND: ClassVar[int] = 0x14


@dataclass(frozen=True, slots=True)
class FilterLoad:
    """Send me only what concerns these control programs (called addresses on the wire)."""

    KIND: ClassVar[int] = 0x50
    FIELDS: ClassVar[tuple[Field, ...]] = (strings_field("programs", MAX_FILTER_ADDRESSES),)
    MAX_SIZE: ClassVar[int] = MAX_FILTER_MESSAGE_SIZE
    programs: tuple[bytes, ...]

    def describe(self) -> str:
        """How many."""
        return f"{{addresses_length: {len(self.programs)}}}"


@dataclass(frozen=True, slots=True)
class FilterAdd:
    """One control program more."""

    KIND: ClassVar[int] = 0x51
    FIELDS: ClassVar[tuple[Field, ...]] = (bytes_field("program"),)
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    program: bytes

    def describe(self) -> str:
        """The control program."""
        return f"{{address: {self.program.hex()}}}"


@dataclass(frozen=True, slots=True)
class FilterClear(Nothing):
    """No filter any more."""

    KIND: ClassVar[int] = 0x52


@dataclass(frozen=True, slots=True)
class GetMerkleBlock(HeightOrHash):
    """Send me what of a block concerns my filter: by height, or by hash if the height is 0."""

    KIND: ClassVar[int] = 0x60


def encode(message: Encodable) -> bytes:
    """The bytes of a message."""
    body = b"".join([field.write(getattr(message, field.name)) for field in message.FIELDS])
    return bytes((message.KIND,)) + body


def decode_by(table: Mapping[int, type[M]], data: bytes) -> M:
    """The message in ``data``, of the classes in a table. Raises DecodeError, for other type bytes as well.

    Quirk: bytes after the last field are ignored. The texts of errors are the reference's where it has one.
    """
    if not data:
        raise DecodeError("empty message")
    cls = table.get(data[0])
    if cls is None:
        raise DecodeError("DecodeMessage() had bytes left over" if data[0] else "nil message")
    if len(data) > cls.MAX_SIZE:
        raise DecodeError("Error: binary read overflow")
    reader = WireReader(data, MAX_MESSAGE_SIZE)
    reader.position = 1
    try:
        return cls(*[field.read(reader) for field in cls.FIELDS])
    except DecodeError as error:
        if reader.remaining and error.root not in _CUT_SHORT:
            # Quirk: whatever the error, the reference names only that bytes were left (``DecodeMessage``).
            raise DecodeError("DecodeMessage() had bytes left over") from error
        raise


_CUT_SHORT = frozenset({"EOF", "unexpected EOF"})


def unquote(text: bytes) -> bytes | str:
    """The content of a JSON string. Raises DecodeError.

    Plain hex between quotes, which all nodes send, is not put through JSON.
    """
    if text[:1] == text[-1:] == b'"' and b"\\" not in text and text.count(b'"') == 2:
        return text[1:-1]
    try:
        content = gojson.loads(text)
    except DecodeError as error:
        raise DecodeError("the item is not a JSON string") from error
    if not isinstance(content, str):
        raise DecodeError("the item is not a JSON string")
    return content
