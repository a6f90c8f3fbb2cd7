"""What peers of Bytom 2 tell each other about themselves: as on 1.x, but for the form of the key.

Quirk: it is told twice, and the second time counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from pybytomd.codec.wire.gowire import WireReader
from pybytomd.errors import DecodeError
from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.transport import node_info
from pybytomd.p2p.transport.node_info import MAX_OTHER_ITEMS, MAX_VERSION_SHOWN, int_primitives

ROUNDS = 2
"""How often it is told."""
MAX_SEGMENT = (1 << 63) - 1
MAX_SEGMENT_DIGITS = 19
"""Digits of that; Python refuses to read thousands of them."""

VERSION = re.compile(
    r"v?([0-9]+(?:\.[0-9]+)*?)"
    r"(?:-?[A-Za-z\-~][0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*|-[0-9][0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)?"
    r"(?:\+[0-9A-Za-z\-~]+(?:\.[0-9A-Za-z\-~]+)*)?"
)
"""What counts as a version: numbers, then the name of a release before them, and of a build.

Source: ``VersionRegexpRaw`` of hashicorp/go-version, put so that no text takes long to match.
"""


class NodeInfo(node_info.NodeInfo):
    """One node's description of itself."""

    __slots__ = ()

    def _key_primitives(self) -> Iterator[bytes]:
        yield from int_primitives(len(self.public_key))
        if self.public_key:
            yield self.public_key

    @classmethod
    def read(cls, reader: WireReader) -> Self:
        """Decode from a reader made with the limit ``MAX_NODE_INFO_SIZE``. Raises DecodeError."""
        if reader.uint8() != 1:
            raise DecodeError("node info is a nil pointer")
        public_key = reader.byte_string()
        moniker, network, remote_address, listen_address, version = (reader.text() for _ in range(5))
        other = tuple(reader.list_of(reader.text, MAX_OTHER_ITEMS))
        return cls(public_key, moniker, network, listen_address, version, other, remote_address)

    @property
    def major(self) -> int:
        """The first number of the version. Raises ``IncompatiblePeer`` for what is none."""
        return major_version(self.version)


def major_version(text: str) -> int:
    """The first number of a version. Raises ``IncompatiblePeer`` for what is none."""
    match = VERSION.fullmatch(text)
    if match is None:
        raise IncompatiblePeer(f"Malformed version: {text[:MAX_VERSION_SHOWN]}")
    for segment in match[1].split("."):
        digits = segment.lstrip("0")
        if len(digits) > MAX_SEGMENT_DIGITS or int(digits or "0") > MAX_SEGMENT:
            shown = segment[:MAX_VERSION_SHOWN]
            raise IncompatiblePeer(
                f'Error parsing version: strconv.ParseInt: parsing "{shown}": value out of range'
            )
    return int(match[1].split(".")[0])
