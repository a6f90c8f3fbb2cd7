"""Every message two nodes of 1.x exchange about the chain.

Blocks, headers and transactions
travel as hex text, in ``Headers`` and ``Blocks`` as JSON strings of that text; the classes keep the text as
received and turn it into ledger objects on request, because most of them are passed on or dropped unread.

Both versions of the reference use the same bytes. Source: p2p-and-sync reference, section 5, and
``netsync/message.go``; how they are written is in ``message_grammar``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction
from pybytomd.sync.message_contents import JsonTexts, OneBlock, OneTransaction
from pybytomd.sync.message_grammar import (
    MAX_MESSAGE_SIZE,
    MAX_SMALL_MESSAGE_SIZE,
    AfterLocator,
    Field,
    FilterAdd,
    FilterClear,
    FilterLoad,
    GetBlock,
    GetBlocks,
    GetMerkleBlock,
    Nothing,
    bytes_field,
    decode_by,
    hash_field,
    hashes_field,
    strings_field,
    uint64_field,
    unquote,
)
from pybytomd.sync.message_grammar import encode as encode

CHANNEL = 0x40
"""The only channel of a connection."""

MAX_HEADERS_MESSAGE_SIZE = 2048 * 1024
"""Bytes of 2048 headers as text, each with four times what its fields can take."""

MAX_HEADERS = 2048
"""Headers one answer may hold (``maxBlockHeadersPerMsg``)."""
MAX_BLOCKS = 128
"""Blocks one answer may hold (``maxBlocksPerMsg``)."""
MAX_TRANSACTIONS = 16_384
"""More transactions than the gas of one block pays for: the smallest spends some 1,700 of 10,000,000."""

STATUS_OK, STATUS_FAILED = b"{}", b'{"status_fail":true}'


@dataclass(frozen=True, slots=True)
class _OneBlock(OneBlock[Block]):
    """One that carries a block, as hex text."""

    def block(self) -> Block:
        """The block. Raises DecodeError."""
        return Block.from_hex(self.text)


@dataclass(frozen=True, slots=True)
class BlockMessage(_OneBlock):
    """The block asked for, as hex text."""

    KIND: ClassVar[int] = 0x11


@dataclass(frozen=True, slots=True)
class GetHeaders(AfterLocator):
    """Send me the headers after the first hash of the locator you know, up to the stop hash."""

    KIND: ClassVar[int] = 0x12


@dataclass(frozen=True, slots=True)
class Headers(JsonTexts[BlockHeader]):
    """Headers asked for, each as a JSON string of its hex text."""

    KIND: ClassVar[int] = 0x13
    FIELDS: ClassVar[tuple[Field, ...]] = (strings_field("texts", MAX_HEADERS),)
    MAX_SIZE: ClassVar[int] = MAX_HEADERS_MESSAGE_SIZE
    COUNTED: ClassVar[str] = "header_length"

    def headers(self) -> list[BlockHeader]:
        """The headers. Raises DecodeError."""
        return [BlockHeader.from_hex(unquote(text)) for text in self.texts]


@dataclass(frozen=True, slots=True)
class Blocks(JsonTexts[Block]):
    """Blocks asked for, each as a JSON string of its hex text."""

    KIND: ClassVar[int] = 0x15
    FIELDS: ClassVar[tuple[Field, ...]] = (strings_field("texts", MAX_BLOCKS),)
    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE
    COUNTED: ClassVar[str] = "blocks_length"

    def blocks(self) -> list[Block]:
        """The blocks. Raises DecodeError."""
        return [Block.from_hex(unquote(text)) for text in self.texts]


@dataclass(frozen=True, slots=True)
class StatusRequest(Nothing):
    """Which is your best block?"""

    KIND: ClassVar[int] = 0x20


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """My best block, and the first block of my chain."""

    KIND: ClassVar[int] = 0x21
    FIELDS: ClassVar[tuple[Field, ...]] = (
        uint64_field("height"),
        hash_field("block_hash"),
        hash_field("genesis_hash"),
    )
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    height: int
    block_hash: bytes
    genesis_hash: bytes

    def describe(self) -> str:
        """Height and hash."""
        return f"{{height: {self.height}, hash: {self.block_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class TransactionMessage(OneTransaction[Transaction]):
    """A transaction for the pool, as hex text."""

    KIND: ClassVar[int] = 0x30

    def transaction(self) -> Transaction:
        """The transaction. Raises DecodeError."""
        return Transaction.from_hex(self.text)


@dataclass(frozen=True, slots=True)
class MineBlock(_OneBlock):
    """A block that was just found or adopted, as hex text."""

    KIND: ClassVar[int] = 0x40


@dataclass(frozen=True, slots=True)
class MerkleBlock:
    """A header, the related transactions, and the merkle proofs for them and their statuses.

    ``flags`` describes the walk through both trees (see ``ledger.merkle``); ``statuses`` are JSON texts.
    """

    KIND: ClassVar[int] = 0x61
    FIELDS: ClassVar[tuple[Field, ...]] = (
        bytes_field("header_text"),
        hashes_field("transaction_hashes", 2 * MAX_TRANSACTIONS),
        strings_field("transaction_texts", MAX_TRANSACTIONS),
        hashes_field("status_hashes", 2 * MAX_TRANSACTIONS),
        strings_field("statuses", MAX_TRANSACTIONS),
        bytes_field("flags"),
    )
    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE
    header_text: bytes
    transaction_hashes: tuple[bytes, ...]
    transaction_texts: tuple[bytes, ...]
    status_hashes: tuple[bytes, ...]
    statuses: tuple[bytes, ...]
    flags: bytes

    def describe(self) -> str:
        """Nothing, as in the reference."""
        return "{}"


AnyMessage = (
    GetBlock | BlockMessage | GetHeaders | Headers | GetBlocks | Blocks | StatusRequest | StatusResponse
    | TransactionMessage | MineBlock | FilterLoad | FilterAdd | FilterClear | GetMerkleBlock | MerkleBlock
)  # fmt: skip

MESSAGES: Mapping[int, type[AnyMessage]] = {
    cls.KIND: cls
    for cls in (
        GetBlock, BlockMessage, GetHeaders, Headers, GetBlocks, Blocks, StatusRequest, StatusResponse,
        TransactionMessage, MineBlock, FilterLoad, FilterAdd, FilterClear, GetMerkleBlock, MerkleBlock,
    )
}  # fmt: skip
"""The message classes by type byte."""

SIZE_LIMITS: Mapping[int, int] = {kind: cls.MAX_SIZE for kind, cls in MESSAGES.items()}
"""Bytes a message of each type may have, known from its first byte; ``MAX_SMALL_MESSAGE_SIZE`` for other types."""


def decode(data: bytes) -> AnyMessage:
    """The message in ``data``. Raises DecodeError, for a type byte nobody knows as well."""
    return decode_by(MESSAGES, data)
