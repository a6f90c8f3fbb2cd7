"""Values in core.db that are not serialized blocks. Source: chain-and-storage reference, section 8.2."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from pybytomd.codec.wire.reader import Reader
from pybytomd.codec.wire.writer import uvarint
from pybytomd.errors import DecodeError
from pybytomd.ledger.utxo import UtxoEntry

COINBASE_FIELD, HEIGHT_FIELD, SPENT_FIELD = 0x08, 0x10, 0x18
"""Protobuf tags of a UTXO entry: fields 1 to 3, all varints."""
IS_COINBASE, HEIGHT, IS_SPENT = bytes((COINBASE_FIELD, 1)), bytes((HEIGHT_FIELD,)), bytes((SPENT_FIELD, 1))
REMEMBERED_UTXOS = 4096
"""Entries by their bytes, which are the same for most outputs of a block: three microseconds saved each."""
HASH_SIZE = 32


def encode_utxo(entry: UtxoEntry) -> bytes:
    """The protobuf of an entry. Fields of zero are left out, so it can be empty."""
    coinbase = IS_COINBASE if entry.is_coinbase else b""
    height = HEIGHT + uvarint(entry.block_height) if entry.block_height else b""
    return coinbase + height + (IS_SPENT if entry.spent else b"")


@lru_cache(maxsize=REMEMBERED_UTXOS)
def decode_utxo(data: bytes) -> UtxoEntry:
    """The entry of a protobuf. Raises DecodeError."""
    fields = {COINBASE_FIELD: 0, HEIGHT_FIELD: 0, SPENT_FIELD: 0}
    reader = Reader(data)
    while reader.remaining:
        tag = reader.uint64()
        if tag not in fields:
            raise DecodeError("unknown field in a UTXO entry")
        fields[tag] = reader.uint64()
    return UtxoEntry(bool(fields[COINBASE_FIELD]), fields[HEIGHT_FIELD], bool(fields[SPENT_FIELD]))


@dataclass(frozen=True, slots=True)
class ChainState:
    """The best block: what the set of unspent outputs stands at."""

    height: int
    hash: bytes

    def to_json(self) -> bytes:
        """The JSON as the reference writes it."""
        return b'{"Height":%d,"Hash":"%s"}' % (self.height, self.hash.hex().encode())

    @classmethod
    def from_json(cls, data: bytes) -> ChainState:
        """Decode the JSON. Raises DecodeError."""
        try:
            fields = json.loads(data)
            height, text = fields["Height"], fields["Hash"]
            block_hash = bytes.fromhex(text)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise DecodeError(f"the record of the best block does not parse: {error}") from error
        if not isinstance(height, int) or height < 0 or len(block_hash) != HASH_SIZE:
            raise DecodeError("the record of the best block has values out of range")
        return cls(height, block_hash)
