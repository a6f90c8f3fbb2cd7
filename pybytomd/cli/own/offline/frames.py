"""Frames: a payment to be signed cut into pieces that each fit into a QR code, for machines without any cable.

``BTMTX1:INDEX:COUNT:CHECK:DATA``: the number of the piece, from 1, and of how many; the CRC-32 of all that is cut,
in hex, which tells payments apart; the piece in base32 without padding. These are letters that QR codes hold
densely. What is cut is the text of the file, as ``tx export`` writes it without blanks, packed with zlib (RFC
1950). Frames are read in any order and as often as they come.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pybytomd.errors import ConfigError

MAGIC = "BTMTX1"
MAX_COUNT = 500
MAX_DATA = 2000
"""Letters of a piece; no QR code holds many more."""
MAX_UNPACKED = 8 << 20
LEVEL = 9
_FRAME = re.compile(rf"{MAGIC}:([1-9][0-9]{{0,2}}):([1-9][0-9]{{0,2}}):([0-9A-F]{{8}}):([A-Z2-7]{{1,{MAX_DATA}}})")
_BLOCK = 8
"""Letters of base32 that stand for five bytes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece, ``index`` counted from 1. ``check`` and ``count`` are those of the whole."""

    index: int
    count: int
    check: str
    data: bytes

    @property
    def text(self) -> str:
        """What the QR code says."""
        letters = base64.b32encode(self.data).decode().rstrip("=")
        return f"{MAGIC}:{self.index}:{self.count}:{self.check}:{letters}"

    @classmethod
    def parse(cls, text: str) -> Frame | None:
        """The frame of a text; None for any other text: a picture may show other codes, too."""
        found = _FRAME.fullmatch(text.strip())
        if found is None:
            return None
        index, count = int(found[1]), int(found[2])
        letters = found[4]
        if index > count or count > MAX_COUNT:
            return None
        try:
            data = base64.b32decode(letters + "=" * (-len(letters) % _BLOCK))
        except binascii.Error:
            return None
        return cls(index, count, found[3], data)


def cut(document: bytes, size: int) -> list[Frame]:
    """The frames of a document, pieces of so many bytes. Raises ConfigError if that are too many."""
    packed = zlib.compress(document, LEVEL)
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    if len(pieces) > MAX_COUNT:
        raise ConfigError(
            f"the payment would take {len(pieces)} QR codes, and {MAX_COUNT} are the most; "
            "take a file (--into), or a larger terminal"
        )
    check = f"{zlib.crc32(packed):08X}"
    return [Frame(index, len(pieces), check, piece) for index, piece in enumerate(pieces, 1)]


def together(frames: Iterable[Frame]) -> Iterator[bytes]:
    """The documents that frames are of, in the order of their first frames. Raises ConfigError."""
    wholes: dict[tuple[str, int], dict[int, Frame]] = {}
    for frame in frames:
        known = wholes.setdefault((frame.check, frame.count), {}).setdefault(frame.index, frame)
        if known != frame:
            raise ConfigError(f"there are two different frames {frame.index} of {frame.count} of the same payment")
    for (check, count), parts in wholes.items():
        missing = [str(index) for index in range(1, count + 1) if index not in parts]
        if missing:
            raise ConfigError(f"of {count} frames {len(missing)} are missing: {', '.join(missing)}")
        packed = b"".join(parts[index].data for index in range(1, count + 1))
        if f"{zlib.crc32(packed):08X}" != check:
            raise ConfigError("the frames do not belong together: their check sum is another")
        yield _unpacked(packed)


def _unpacked(packed: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        document = unpack.decompress(packed, MAX_UNPACKED)
    except zlib.error as error:
        raise ConfigError(f"the frames hold nothing that can be unpacked: {error}") from error
    if not unpack.eof or unpack.unused_data:
        raise ConfigError(f"what the frames hold is cut short, or has more than {MAX_UNPACKED >> 20} MiB")
    return document
