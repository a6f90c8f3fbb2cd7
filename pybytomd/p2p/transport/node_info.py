"""What peers tell each other about themselves, once, right after the secret handshake.

Quirk: Go readers lose what is left of a frame after each primitive, so every primitive is sent in a frame of its
own (p2p-and-sync reference, section 2.7). ``primitives`` yields them; the reader here takes any framing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from pybytomd.codec.wire.gowire import WireEnd, WireReader, encode_int
from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import IncompatiblePeer

PUBLIC_KEY_SIZE = 32
MAX_NODE_INFO_SIZE = 10_240
MAX_FLAG_DIGITS = 21
"""One more than 64 bits need."""
MAX_VERSION_SHOWN = 64
"""Letters of a version that is none, in the error that tells of it."""
MAX_OTHER_ITEMS = 1024
"""More free-form items than any node sends; the size limit alone would allow ten thousand empty ones."""

SEMANTIC_VERSION = re.compile(
    r"(0|[1-9]\d{0,19})\.(0|[1-9]\d{0,19})\.(0|[1-9]\d{0,19})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
"""Numbers of 64 bits at most, as in the reference: Python refuses to read thousands of digits."""


class Service(IntFlag):
    """What a node offers, sent as a decimal number in ``other[0]``."""

    FULL_NODE = 1
    FAST_SYNC = 2
    SPV = 4


OWN_SERVICES = Service.FULL_NODE | Service.FAST_SYNC | Service.SPV


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """One node's description of itself. ``other`` holds the service flags and, if set, the node's alias."""

    public_key: bytes
    moniker: str
    network: str
    listen_address: str
    version: str
    other: tuple[str, ...] = ()
    remote_address: str = ""

    @property
    def services(self) -> Service:
        """The services offered. Quirk: absent or unreadable flags mean a full node."""
        if self.other and self.other[0].isascii() and self.other[0].isdigit():
            digits = self.other[0].lstrip("0")[:MAX_FLAG_DIGITS] or "0"  # Python refuses to read thousands of them
            if int(digits) < 1 << 64:
                return Service(int(digits) & 0b111)
        return Service.FULL_NODE

    @property
    def node_id(self) -> str:
        """The public key as peers show it: 64 upper-case hex digits."""
        return self.public_key.hex().upper()

    def primitives(self) -> Iterator[bytes]:
        """The encoding, one go-wire primitive at a time: the pieces Go writes, and Go reads."""
        yield b"\x01"
        yield from self._key_primitives()
        texts = (self.moniker, self.network, self.remote_address, self.listen_address, self.version)
        for text in texts:
            yield from _text_primitives(text)
        yield from int_primitives(len(self.other))
        for text in self.other:
            yield from _text_primitives(text)

    def _key_primitives(self) -> Iterator[bytes]:
        yield self.public_key

    def encode(self) -> bytes:
        """The whole encoding in one piece."""
        return b"".join(self.primitives())

    @classmethod
    def read(cls, reader: WireReader) -> Self:
        """Decode from a reader made with the limit ``MAX_NODE_INFO_SIZE``. Raises DecodeError."""
        if reader.uint8() != 1:
            raise DecodeError("node info is a nil pointer")
        public_key = reader.fixed(PUBLIC_KEY_SIZE)
        moniker, network, remote_address, listen_address, version = (reader.text() for _ in range(5))
        other = tuple(reader.list_of(reader.text, MAX_OTHER_ITEMS))
        return cls(public_key, moniker, network, listen_address, version, other, remote_address)

    def require_compatible(self, own: NodeInfo) -> None:
        """Raise ``IncompatiblePeer`` unless major version and network are ours."""
        if self.major != own.major:
            raise IncompatiblePeer(
                f"Peer is on a different major version. Peer version: {self.version}, node version: {own.version}"
            )
        if self.network != own.network:
            raise IncompatiblePeer(
                f"Peer is on a different network. Peer network: {self.network}, node network: {own.network}"
            )

    @property
    def major(self) -> int:
        """The major number of the version. Raises ``IncompatiblePeer`` for what is none."""
        return major_version(self.version)


def major_version(text: str) -> int:
    """The major number of a semantic version. Raises ``IncompatiblePeer`` for anything else."""
    match = SEMANTIC_VERSION.fullmatch(text)
    if match is None:
        raise IncompatiblePeer(f"Malformed version: {text[:MAX_VERSION_SHOWN]}")
    return int(match[1])


class NodeInfoReader:
    """Collects bytes until a whole NodeInfo has arrived, within its size limit."""

    __slots__ = ("_read", "_received")

    def __init__(self, read: Callable[[WireReader], NodeInfo] = NodeInfo.read) -> None:
        self._read = read
        self._received = bytearray()

    def feed(self, data: bytes) -> tuple[NodeInfo, bytes] | None:
        """The decoded NodeInfo and the bytes that follow it, or None while it is incomplete.

        Raises DecodeError when it is malformed or larger than ``MAX_NODE_INFO_SIZE``.
        """
        self._received += data
        reader = WireReader(bytes(self._received), MAX_NODE_INFO_SIZE)
        try:
            info = self._read(reader)
        except WireEnd:
            return None
        return info, bytes(self._received[reader.position :])


def int_primitives(number: int) -> Iterator[bytes]:
    """A number in the pieces Go writes: its size, then its digits."""
    encoded = encode_int(number)
    yield encoded[:1]
    if len(encoded) > 1:
        yield encoded[1:]


def _text_primitives(text: str) -> Iterator[bytes]:
    data = text.encode()
    yield from int_primitives(len(data))
    if data:
        yield data
