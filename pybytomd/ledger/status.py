"""Transaction status: which transactions of a block failed.

Those pay their fee, but of their inputs and outputs only those in BTM take effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pybytomd.codec.wire.reader import Reader
from pybytomd.codec.wire.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.ledger.merkle import status_root

STATUS_VERSION = 1
VERSION_FIELD, RESULT_FIELD, FAIL_FIELD = 0x08, 0x12, 0x08
"""Protobuf tags: field 1 as varint, field 2 as message, and in that message field 1 as varint."""
ALL_WELL = bytes((VERSION_FIELD, STATUS_VERSION))
OK_RESULT = b"\x12\x00"
FAILED_RESULT = b"\x12\x02\x08\x01"


@dataclass(frozen=True, slots=True)
class TransactionStatus:
    """One flag a transaction, in block order: True for failed."""

    fails: tuple[bool, ...]
    version: int = STATUS_VERSION

    @classmethod
    def of(cls, fails: Sequence[bool]) -> TransactionStatus:
        """The status of a block from its flags."""
        return cls(tuple(fails))

    @classmethod
    def all_well(cls, count: int, root: bytes) -> TransactionStatus | None:
        """The status of ``count`` transactions if none failed, None if ``root`` commits to something else.

        So of nearly every block the header tells it, and no stored form need be read.
        """
        status, its_root = _all_well(count)
        return status if root == its_root else None

    def root(self) -> bytes:
        """The merkle root the header commits to."""
        return status_root(self.fails)

    def to_protobuf(self) -> bytes:
        """The form stored in the database."""
        head = bytes((VERSION_FIELD,)) + uvarint(self.version) if self.version else b""
        return head + b"".join([FAILED_RESULT if fail else OK_RESULT for fail in self.fails])

    @classmethod
    def from_protobuf(cls, data: bytes) -> TransactionStatus:
        """Decode the form stored in the database. Raises DecodeError."""
        count = len(data) // len(OK_RESULT) - 1
        if data == ALL_WELL + OK_RESULT * count:  # as nearly always; a tenth of the time
            return cls((False,) * count)
        reader = Reader(data)
        version = 0
        fails = []
        while reader.remaining:
            tag = reader.uint64()
            if tag == VERSION_FIELD:
                version = reader.uint64()
            elif tag == RESULT_FIELD:
                outer = reader.enter()
                fail = False
                while reader.remaining:
                    if reader.uint64() != FAIL_FIELD:
                        raise DecodeError("unknown field in a transaction's status")
                    fail = reader.uint64() != 0
                reader.leave(outer)
                fails.append(fail)
            else:
                raise DecodeError("unknown field in the transaction status of a block")
        return cls(tuple(fails), version)


@lru_cache(maxsize=256)
def _all_well(count: int) -> tuple[TransactionStatus, bytes]:
    status = TransactionStatus((False,) * count)
    return status, status.root()
