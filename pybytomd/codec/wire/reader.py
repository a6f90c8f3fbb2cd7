"""Reading the primitives of blocks and transactions: unsigned LEB128 numbers and length-prefixed byte strings.

Quirk: numbers written longer than needed are accepted, as the reference does (``encoding/blockchain``), so bytes
read and bytes written again may differ. A reader remembers whether it met one (``minimal``).
"""

from __future__ import annotations

from pybytomd.errors import DecodeError

MAX_UINT31 = (1 << 31) - 1
MAX_UINT63 = (1 << 63) - 1
MAX_VARINT_BYTES = 10

Span = tuple[int, int]
"""Start and end in a buffer."""


class EndOfData(DecodeError):
    """The bytes end where a value should be."""

    message = "EOF"


class CutShort(DecodeError):
    """The bytes end inside a value."""

    message = "unexpected EOF"


class OutOfRange(DecodeError):
    """A number is larger than its field allows."""

    message = "value out of range"


class VarintOverflow(DecodeError):
    """A number has more than 64 bits."""

    message = "binary: varint overflows a 64-bit integer"


class Reader:
    """A position in a buffer, and an end that nested structures move in and out.

    Every method raises a ``DecodeError`` and reads nothing past ``end``; nothing is allocated for a length that
    the buffer does not hold.
    """

    __slots__ = ("buffer", "end", "minimal", "position", "spans")

    def __init__(self, buffer: bytes, spans: list[Span] | None = None) -> None:
        """``spans`` collects where the strings lie that ``noted_string`` and ``string_list`` read."""
        self.buffer = buffer
        self.position = 0
        self.end = len(buffer)
        self.minimal = True
        """False once a number was longer than needed, or a part was read that is not written again."""
        self.spans = spans

    @property
    def remaining(self) -> int:
        """Bytes between the position and the end."""
        return self.end - self.position

    def byte(self) -> int:
        """One byte."""
        position = self.position
        if position >= self.end:
            raise EndOfData
        self.position = position + 1
        return self.buffer[position]

    def fixed(self, length: int) -> bytes:
        """Exactly ``length`` bytes."""
        start = self.position
        end = start + length
        if end > self.end:
            raise EndOfData if start == self.end else CutShort
        self.position = end
        return self.buffer[start:end]

    def uint63(self) -> int:
        """An amount, a height or another number, at most 2^63-1."""
        position = self.position
        if position >= self.end:
            raise EndOfData
        byte = self.buffer[position]
        if byte < 0x80:  # nearly all numbers have one byte
            self.position = position + 1
            return byte
        value = self._long_number()
        if value > MAX_UINT63:
            raise OutOfRange
        return value

    def uint31(self) -> int:
        """A count or length, at most 2^31-1."""
        value = self.uint64()
        if value > MAX_UINT31:
            raise OutOfRange
        return value

    def uint64(self) -> int:
        """A number of at most 64 bits."""
        position = self.position
        if position >= self.end:
            raise EndOfData
        byte = self.buffer[position]
        if byte < 0x80:
            self.position = position + 1
            return byte
        return self._long_number()

    def string(self) -> bytes:
        """A length and that many bytes."""
        length = self.uint31()
        start = self.position
        end = start + length
        if end > self.end:
            raise CutShort
        self.position = end
        return self.buffer[start:end]

    def noted_string(self) -> bytes:
        """As ``string``; where it lies is noted if that was asked for."""
        value = self.string()
        if self.spans is not None:
            self.spans.append((self.position - len(value), self.position))
        return value

    def string_list(self) -> tuple[bytes, ...]:
        """A count and that many byte strings. A huge count fails at the first string that is not there."""
        count = self.uint31()
        items: list[bytes] = []
        while len(items) < count:
            try:
                items.append(self.noted_string())
            except DecodeError as error:
                # Quirk: when fewer strings were tried than are still missing, the reference calls any error this.
                tried = len(items) + 1
                if tried < count - tried:
                    raise CutShort from error
                raise
        return tuple(items)

    def enter(self) -> int:
        """Go into an extensible string: read its length and make its end ours. Returns the end to ``leave`` to."""
        length = self.uint31()
        end = self.position + length
        if end > self.end:
            raise CutShort
        outer, self.end = self.end, end
        return outer

    def leave(self, outer: int) -> bytes:
        """Leave an extensible string; returns what was not read of it, its suffix."""
        suffix = self.buffer[self.position : self.end]
        self.position = self.end
        self.end = outer
        return suffix

    def _long_number(self) -> int:
        buffer, start, end = self.buffer, self.position, self.end
        value = 0
        for index in range(MAX_VARINT_BYTES):
            position = start + index
            if position >= end:
                raise EndOfData
            byte = buffer[position]
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                if index == MAX_VARINT_BYTES - 1 and byte > 1:
                    raise VarintOverflow
                if byte == 0:
                    self.minimal = False
                self.position = position + 1
                return value
        raise VarintOverflow
