"""How far the index has come: the record of wallet.db, and what is told about it.

Source: wallet-and-keys reference, section 6.1; ``wallet/wallet.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from pybytomd.chain.events import AnyHeader
from pybytomd.codec.hextext import decode_hex
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store.records.json_records import parse_record

VERSION = 1
HASH_SIZE = 32


class _Record(msgspec.Struct, gc=False):
    """The stored fields, in the reference's order."""

    Version: int
    WorkHeight: int
    WorkHash: str
    BestHeight: int
    BestHash: str


_encode = msgspec.json.Encoder().encode


class Cursor(NamedTuple):
    """Where the index stands. *Work* is the block attached last, *best* the highest one ever attached.

    They differ during a rescan only. A zero ``work_hash`` means that not even the genesis block is attached.
    """

    version: int = VERSION
    work_height: int = 0
    work_hash: bytes = ZERO_HASH
    best_height: int = 0
    best_hash: bytes = ZERO_HASH

    def attached(self, header: AnyHeader) -> Cursor:
        """The cursor after a block was attached."""
        height, block_hash = header.height, header.hash
        if height < self.best_height:
            return Cursor(self.version, height, block_hash, self.best_height, self.best_hash)
        return Cursor(self.version, height, block_hash, height, block_hash)

    def detached(self, header: AnyHeader) -> Cursor:
        """The cursor after the best block was detached."""
        height, block_hash = header.height - 1, header.previous_block_hash
        moved = self._replace(best_height=height, best_hash=block_hash)
        if self.work_height <= height:
            return moved
        return moved._replace(work_height=height, work_hash=block_hash)

    def to_json(self) -> bytes:
        """The stored form."""
        return _encode(
            _Record(self.version, self.work_height, self.work_hash.hex(), self.best_height, self.best_hash.hex())
        )

    @classmethod
    def from_json(cls, data: bytes) -> Cursor:
        """Read the stored form. Raises DecodeError."""
        fields = parse_record(data, "StatusInfo")
        hashes = [decode_hex(fields.text(name)) or ZERO_HASH for name in ("WorkHash", "BestHash")]
        if any(len(found) != HASH_SIZE for found in hashes):
            raise DecodeError("a block hash has not 32 bytes")
        return cls(
            version=fields.integer("Version", "uint64"),
            work_height=fields.integer("WorkHeight", "uint64"),
            work_hash=hashes[0],
            best_height=fields.integer("BestHeight", "uint64"),
            best_hash=hashes[1],
        )


@dataclass(frozen=True, slots=True)
class WalletStatus:
    """What is told about the wallet's index. ``failure`` is why it cannot go on, empty if it can."""

    chain_height: int
    wallet_height: int
    is_rescanning: bool = False
    is_recovering: bool = False
    accounts_found: int = 0
    addresses_found: int = 0
    failure: str = ""

    @property
    def progress(self) -> float:
        """The part of the chain that is indexed, 0 to 1."""
        return 1.0 if self.chain_height == 0 else min(1.0, self.wallet_height / self.chain_height)
