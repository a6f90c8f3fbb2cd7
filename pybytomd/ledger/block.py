"""Block headers and blocks: bytes to fields and back, and the block hash."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.decoding import FULL_BLOCK, HEADER_ONLY, read_header
from pybytomd.ledger.entries import BLOCK_HEADER, entry_id
from pybytomd.ledger.merkle import transaction_root
from pybytomd.ledger.transaction import Transaction

_HASH_PREFIX = Struct("<QQ32sQ32s32sQ")
"""What is hashed of a header, in this order, but the nonce at the end."""


class BlockHeader:
    """A block header. Treat it as a value: nothing may change after construction."""

    __slots__ = (
        "_hash",
        "bits",
        "height",
        "nonce",
        "previous_block_hash",
        "timestamp",
        "transaction_status_hash",
        "transactions_merkle_root",
        "version",
    )

    def __init__(
        self,
        version: int,
        height: int,
        previous_block_hash: bytes,
        timestamp: int,
        transactions_merkle_root: bytes,
        transaction_status_hash: bytes,
        nonce: int,
        bits: int,
    ) -> None:
        """``timestamp`` in Unix seconds, ``bits`` the target in compact form."""
        self.version = version
        self.height = height
        self.previous_block_hash = previous_block_hash
        self.timestamp = timestamp
        self.transactions_merkle_root = transactions_merkle_root
        self.transaction_status_hash = transaction_status_hash
        self.nonce = nonce
        self.bits = bits
        self._hash: bytes | None = None

    @classmethod
    def read(cls, reader: Reader) -> tuple[BlockHeader, int]:
        """Decode the header at the reader's position; also returns the serialization flags."""
        flags, fields = read_header(reader)
        return cls(*fields), flags

    @classmethod
    def from_bytes(cls, raw: bytes) -> BlockHeader:
        """Decode a header. Quirk: bytes after it are ignored, so a whole block reads as its header."""
        return cls.read(Reader(raw))[0]

    @classmethod
    def from_hex(cls, text: str | bytes) -> BlockHeader:
        """Decode the hex text of a header. Raises DecodeError."""
        return cls.from_bytes(decode_hex(text))

    def to_bytes(self, flags: int = HEADER_ONLY) -> bytes:
        """The serialization. Mind the order: nonce before bits here, bits before nonce in the hash."""
        return b"".join(
            (
                bytes((flags,)),
                writer.uint63(self.version),
                writer.uint63(self.height),
                self.previous_block_hash,
                writer.uint63(self.timestamp),
                b"\x40",
                self.transactions_merkle_root,
                self.transaction_status_hash,
                writer.uint63(self.nonce),
                writer.uint63(self.bits),
            )
        )

    def to_hex(self) -> str:
        """The serialization as lower-case hex text, the form stored and sent."""
        return self.to_bytes().hex()

    def hash_prefix(self) -> bytes:
        """All of what is hashed but the nonce, for searching a nonce: see ``hash_with_nonce``."""
        return _HASH_PREFIX.pack(
            self.version,
            self.height,
            self.previous_block_hash,
            self.timestamp,
            self.transactions_merkle_root,
            self.transaction_status_hash,
            self.bits,
        )

    @property
    def hash(self) -> bytes:
        """The block hash: the entry id of the header, computed once."""
        if self._hash is None:
            self._hash = hash_with_nonce(self.hash_prefix(), self.nonce)
        return self._hash

    def replace(self, *, nonce: int | None = None, timestamp: int | None = None) -> BlockHeader:
        """A copy with another nonce or timestamp (Unix seconds)."""
        return BlockHeader(
            self.version,
            self.height,
            self.previous_block_hash,
            self.timestamp if timestamp is None else timestamp,
            self.transactions_merkle_root,
            self.transaction_status_hash,
            self.nonce if nonce is None else nonce,
            self.bits,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockHeader) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<BlockHeader {self.height} {self.hash.hex()}>"


def hash_with_nonce(prefix: bytes, nonce: int) -> bytes:
    """The block hash of a header given by ``BlockHeader.hash_prefix`` and a nonce."""
    return entry_id(BLOCK_HEADER, prefix + nonce.to_bytes(8, "little"))


class Block:
    """A header and its transactions. Treat it as a value."""

    __slots__ = ("_canonical", "_root", "header", "transactions")

    def __init__(self, header: BlockHeader, transactions: Sequence[Transaction]) -> None:
        self.header = header
        self.transactions = tuple(transactions)
        self._canonical: bytes | None = None
        self._root: bytes | None = None

    @classmethod
    def from_bytes(cls, raw: bytes, expected: BlockHeader | None = None) -> Block:
        """Decode a whole block. Raises DecodeError, also for bytes left over.

        A header that is ``expected``, and is there, is not decoded and hashed again.

        Quirk: a header serialized on its own is accepted as a block without transactions.
        """
        reader = Reader(raw)
        start = b"" if expected is None else expected.to_bytes(FULL_BLOCK)
        if expected is not None and raw.startswith(start):
            header, flags = expected, FULL_BLOCK
            reader.position = len(start)
        else:
            header, flags = BlockHeader.read(reader)
        transactions: list[Transaction] = []
        if flags == FULL_BLOCK:
            try:
                count = reader.uint31()
            except DecodeError as error:
                raise error.within("reading number of transactions") from None
            for index in range(count):
                try:
                    transactions.append(Transaction.read(reader))
                except DecodeError as error:
                    raise error.within(f"reading transaction {index}") from None
        if reader.remaining:
            raise DecodeError(f"trailing garbage ({reader.remaining} bytes)")
        block = cls(header, transactions)
        if reader.minimal and flags == FULL_BLOCK:
            block._canonical = raw
        return block

    @classmethod
    def from_hex(cls, text: str | bytes) -> Block:
        """Decode the hex text of a block. Raises DecodeError."""
        return cls.from_bytes(decode_hex(text))

    def to_bytes(self) -> bytes:
        """The serialization, header and transactions; what was read is not serialized again."""
        if self._canonical is None:
            parts = [self.header.to_bytes(FULL_BLOCK), writer.uint31(len(self.transactions))]
            parts += [tx.to_bytes() for tx in self.transactions]
            self._canonical = b"".join(parts)
        return self._canonical

    def to_hex(self) -> str:
        """The serialization as lower-case hex text, the form stored and sent."""
        return self.to_bytes().hex()

    @property
    def hash(self) -> bytes:
        """The hash of the header."""
        return self.header.hash

    @property
    def root(self) -> bytes:
        """The merkle root of the ids of its transactions, computed once; the header may claim another."""
        if self._root is None:
            self._root = transaction_root([tx.id for tx in self.transactions])
        return self._root

    @property
    def height(self) -> int:
        """The height in the header."""
        return self.header.height

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Block) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<Block {self.height} {self.hash.hex()} of {len(self.transactions)} transactions>"
