"""Block headers and blocks of Bytom 2: bytes to fields and back, and the block hash.

Source: bytom2-ledger-and-consensus reference, section 1.3; ``types/block_header.go``, ``types/block.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.wire import writer
from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.decoding import (
    FULL_BLOCK,
    HEADER_ONLY,
    TRANSACTIONS_ONLY,
    read_header,
    read_header_flags,
)
from pybytomd.ledger.bytom2.sup_link import SupLink, sup_links_to_bytes
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.entries import BLOCK_HEADER, entry_id
from pybytomd.ledger.merkle import transaction_root

_HASHED = Struct("<QQ32sQ32s")
"""What is hashed of a header: neither its witness nor its sup links."""


class BlockHeader:
    """A block header. Treat it as a value: nothing may change after construction."""

    __slots__ = (
        "_hash",
        "height",
        "previous_block_hash",
        "sup_links",
        "timestamp",
        "transactions_merkle_root",
        "version",
        "witness",
    )

    def __init__(
        self,
        version: int,
        height: int,
        previous_block_hash: bytes,
        timestamp: int,
        transactions_merkle_root: bytes,
        witness: bytes = b"",
        sup_links: tuple[SupLink, ...] = (),
    ) -> None:
        """``timestamp`` in milliseconds since 1970, ``witness`` the producer's signature of the hash."""
        self.version = version
        self.height = height
        self.previous_block_hash = previous_block_hash
        self.timestamp = timestamp
        self.transactions_merkle_root = transactions_merkle_root
        self.witness = witness
        self.sup_links = sup_links
        self._hash: bytes | None = None

    @classmethod
    def read(cls, reader: Reader) -> tuple[BlockHeader, int]:
        """Decode the header at the reader's position; also returns the serialization flags.

        Quirk: what is transactions only has a header of nothing but zeros.
        """
        flags = read_header_flags(reader)
        if flags == TRANSACTIONS_ONLY:
            return cls(0, 0, ZERO_HASH, 0, ZERO_HASH), flags
        version, height, previous_block_hash, timestamp, root, witness, links = read_header(reader)
        sup_links = tuple([SupLink(source_height, source, slots) for source_height, source, slots in links])
        return cls(version, height, previous_block_hash, timestamp, root, witness, sup_links), flags

    @classmethod
    def from_bytes(cls, raw: bytes) -> BlockHeader:
        """Decode a header. Quirk: bytes after it are ignored, so a whole block reads as its header."""
        header, flags = cls.read(Reader(raw))
        if flags == TRANSACTIONS_ONLY:
            raise DecodeError(f"unsupported serialization flags 0x{flags:02x}")
        return header

    @classmethod
    def from_hex(cls, text: str | bytes) -> BlockHeader:
        """Decode the hex text of a header. Raises DecodeError."""
        return cls.from_bytes(decode_hex(text))

    def to_bytes(self, flags: int = HEADER_ONLY) -> bytes:
        """The serialization."""
        return b"".join(
            (
                bytes((flags,)),
                writer.uint63(self.version),
                writer.uint63(self.height),
                self.previous_block_hash,
                writer.uint63(self.timestamp),
                writer.string(self.transactions_merkle_root),
                writer.string(writer.string(self.witness)),
                writer.string(sup_links_to_bytes(self.sup_links)),
            )
        )

    def to_hex(self) -> str:
        """The serialization as lower-case hex text, the form stored and sent."""
        return self.to_bytes().hex()

    @property
    def hash(self) -> bytes:
        """The block hash: the entry id of the header, computed once. It is also what the producer signs."""
        if self._hash is None:
            body = _HASHED.pack(
                self.version,
                self.height,
                self.previous_block_hash,
                self.timestamp,
                self.transactions_merkle_root,
            )
            self._hash = entry_id(BLOCK_HEADER, body)
        return self._hash

    def with_witness(self, witness: bytes) -> BlockHeader:
        """The same header signed; its hash stays."""
        return self._with(witness, self.sup_links)

    def with_sup_links(self, sup_links: tuple[SupLink, ...]) -> BlockHeader:
        """The same header with other sup links; its hash stays."""
        return self._with(self.witness, sup_links)

    def _with(self, witness: bytes, sup_links: tuple[SupLink, ...]) -> BlockHeader:
        header = BlockHeader(
            self.version,
            self.height,
            self.previous_block_hash,
            self.timestamp,
            self.transactions_merkle_root,
            witness,
            sup_links,
        )
        header._hash = self._hash
        return header

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, BlockHeader)
            and self.hash == other.hash
            and self.witness == other.witness
            and self.sup_links == other.sup_links
        )

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<BlockHeader {self.height} {self.hash.hex()}>"


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

        Quirk: a header serialized on its own is accepted as a block without transactions, and transactions on
        their own as a block whose header is nothing but zeros.
        """
        reader = Reader(raw)
        start = b"" if expected is None else expected.to_bytes(FULL_BLOCK)
        if expected is not None and raw.startswith(start):
            header, flags = expected, FULL_BLOCK
            reader.position = len(start)
        else:
            header, flags = BlockHeader.read(reader)
        transactions = [] if flags == HEADER_ONLY else _read_transactions(reader)
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

    def with_header(self, header: BlockHeader) -> Block:
        """The same transactions under a header with another witness or other sup links."""
        block = Block(header, self.transactions)
        block._root = self._root
        return block

    def to_bytes(self) -> bytes:
        """The serialization, header and transactions; what was read is not serialized again."""
        if self._canonical is None:
            self._canonical = self.header.to_bytes(FULL_BLOCK) + self._transactions_to_bytes()
        return self._canonical

    @property
    def unsigned_size(self) -> int:
        """The bytes of it without the sup links, which come one by one: a size that never changes."""
        header = self.header
        if not header.sup_links:
            return len(self.to_bytes())
        return len(header.with_sup_links(()).to_bytes(FULL_BLOCK)) + len(self._transactions_to_bytes())

    def to_hex(self) -> str:
        """The serialization as lower-case hex text, the form sent."""
        return self.to_bytes().hex()

    def transactions_to_bytes(self) -> bytes:
        """The transactions on their own, the form stored beside the header."""
        return bytes((TRANSACTIONS_ONLY,)) + self._transactions_to_bytes()

    def _transactions_to_bytes(self) -> bytes:
        return writer.uint31(len(self.transactions)) + b"".join([tx.to_bytes() for tx in self.transactions])

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


def transactions_from_bytes(raw: bytes) -> tuple[Transaction, ...]:
    """Decode transactions as they are stored, on their own. Raises DecodeError."""
    return Block.from_bytes(raw).transactions


def _read_transactions(reader: Reader) -> list[Transaction]:
    try:
        count = reader.uint31()
    except DecodeError as error:
        raise error.within("reading number of transactions") from None
    transactions: list[Transaction] = []
    for index in range(count):
        try:
            transactions.append(Transaction.read(reader))
        except DecodeError as error:
            raise error.within(f"reading transaction {index}") from None
    return transactions
