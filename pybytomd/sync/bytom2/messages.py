"""Every message two nodes of Bytom 2 exchange: about the chain on one channel, of validators on the other.

As on 1.x, blocks, headers and transactions travel as hex text, and the classes keep the text as received.

Source: bytom2-network-wallet-api reference, sections 2.5 and 2.6; ``netsync/messages/chain_msg.go`` and
``netsync/consensusmgr/consensus_msg.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.sync.message_contents import MAX_TRANSACTION_MESSAGE_SIZE, JsonTexts, OneBlock, OneTransaction
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
    bytes_field,
    decode_by,
    hash_field,
    hashes_field,
    strings_field,
    uint64_field,
    unquote,
)
from pybytomd.sync.message_grammar import encode as encode

CHAIN_CHANNEL, CONSENSUS_CHANNEL = 0x40, 0x50

MAX_TRANSACTIONS_MESSAGE_SIZE = 2 * MAX_TRANSACTION_MESSAGE_SIZE
"""A pack ends with the transaction that fills its 102,400 bytes."""
MAX_HEADERS_MESSAGE_SIZE = 4 * 1024 * 1024
"""Bytes of a thousand headers as text, each with twice what the signatures of all validators take."""

MAX_HEADERS = 1000
"""Headers one answer may hold (``maxNumOfHeadersPerMsg``)."""
MAX_BLOCKS = 64
"""Blocks one answer may hold (``maxNumOfBlocksPerMsg``)."""
MAX_TRANSACTIONS = 1024
"""Transactions one message may hold (``TxsMsgMaxTxNum``)."""
MAX_RELATED = 16_384
"""More transactions than the gas of one block pays for."""


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
    """Headers from the first hash of the locator you know to the stop hash, each ``skip`` apart."""

    KIND: ClassVar[int] = 0x12
    FIELDS: ClassVar[tuple[Field, ...]] = (*AfterLocator.FIELDS, uint64_field("skip"))
    skip: int

    def describe(self) -> str:
        """How many are left out, and the stop hash."""
        return f"{{skip:{self.skip},stopHash:{self.stop_hash.hex()}}}"


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
class Status:
    """My best block, and the last one that is justified. Each node tells it unasked."""

    KIND: ClassVar[int] = 0x21
    FIELDS: ClassVar[tuple[Field, ...]] = (
        uint64_field("height"), hash_field("block_hash"),
        uint64_field("justified_height"), hash_field("justified_hash"),
    )  # fmt: skip
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    height: int
    block_hash: bytes
    justified_height: int
    justified_hash: bytes

    def describe(self) -> str:
        """Both hashes. The reference calls the justified block irreversible, which it is not yet."""
        return f"{{best hash: {self.block_hash.hex()}, irreversible hash: {self.justified_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class TransactionMessage(OneTransaction[Transaction]):
    """A transaction for the pool, as hex text."""

    KIND: ClassVar[int] = 0x30

    def transaction(self) -> Transaction:
        """The transaction. Raises DecodeError."""
        return Transaction.from_hex(self.text)


@dataclass(frozen=True, slots=True)
class Transactions:
    """Transactions for the pool of a node that just connected, each as hex text."""

    KIND: ClassVar[int] = 0x31
    FIELDS: ClassVar[tuple[Field, ...]] = (strings_field("texts", MAX_TRANSACTIONS),)
    MAX_SIZE: ClassVar[int] = MAX_TRANSACTIONS_MESSAGE_SIZE
    texts: tuple[bytes, ...]

    @classmethod
    def of(cls, transactions: Iterable[Transaction]) -> Transactions:
        """The message that carries ``transactions``."""
        return cls(tuple(transaction.to_hex().encode() for transaction in transactions))

    def transactions(self) -> list[Transaction]:
        """The transactions. Raises DecodeError."""
        return [Transaction.from_hex(text) for text in self.texts]

    def describe(self) -> str:
        """How many."""
        return f"{{tx_num: {len(self.texts)}}}"


@dataclass(frozen=True, slots=True)
class MineBlock(_OneBlock):
    """A message of 1.x that is understood and ignored; a ``BlockPropose`` is what takes its place."""

    KIND: ClassVar[int] = 0x40


@dataclass(frozen=True, slots=True)
class MerkleBlock:
    """A header, the related transactions, and the merkle proof for them.

    ``flags`` describes the walk through the tree (see ``ledger.merkle``).
    """

    KIND: ClassVar[int] = 0x61
    FIELDS: ClassVar[tuple[Field, ...]] = (
        bytes_field("header_text"),
        hashes_field("transaction_hashes", 2 * MAX_RELATED),
        strings_field("transaction_texts", MAX_RELATED),
        bytes_field("flags"),
    )
    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE
    header_text: bytes
    transaction_hashes: tuple[bytes, ...]
    transaction_texts: tuple[bytes, ...]
    flags: bytes

    def describe(self) -> str:
        """Nothing, as in the reference."""
        return "{}"


@dataclass(frozen=True, slots=True)
class BlockVerification:
    """A validator's signature for the step from one checkpoint to another.

    ``public_key`` is the validator's extended key; sizes are checked where the signature is.
    """

    KIND: ClassVar[int] = 0x10
    FIELDS: ClassVar[tuple[Field, ...]] = (
        hash_field("source_hash"), hash_field("target_hash"), bytes_field("public_key"), bytes_field("signature"),
    )  # fmt: skip
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    source_hash: bytes
    target_hash: bytes
    public_key: bytes
    signature: bytes

    @classmethod
    def of(cls, verification: Verification) -> BlockVerification:
        """The message that carries a signature."""
        key = bytes.fromhex(verification.key)
        return cls(verification.source_hash, verification.target_hash, key, verification.signature)

    def verification(self) -> Verification:
        """The signature."""
        return Verification(self.source_hash, self.target_hash, self.public_key.hex(), self.signature)

    def describe(self) -> str:
        """All of it."""
        return (
            f"{{sourceHash:{self.source_hash.hex()},targetHash:{self.target_hash.hex()},"
            f"signature:{self.signature.hex()},pubkey:{self.public_key.hex()}}}"
        )


@dataclass(frozen=True, slots=True)
class BlockPropose(_OneBlock):
    """A block that a validator just made, or that was taken from another node that told of it."""

    KIND: ClassVar[int] = 0x11


ChainMessage = (
    GetBlock | BlockMessage | GetHeaders | Headers | GetBlocks | Blocks | Status | TransactionMessage
    | Transactions | MineBlock | FilterLoad | FilterAdd | FilterClear | GetMerkleBlock | MerkleBlock
)  # fmt: skip
ConsensusMessage = BlockVerification | BlockPropose

CHAIN_MESSAGES: Mapping[int, type[ChainMessage]] = {
    cls.KIND: cls
    for cls in (
        GetBlock, BlockMessage, GetHeaders, Headers, GetBlocks, Blocks, Status, TransactionMessage, Transactions,
        MineBlock, FilterLoad, FilterAdd, FilterClear, GetMerkleBlock, MerkleBlock,
    )
}  # fmt: skip
"""The message classes of the chain's channel by type byte."""
CONSENSUS_MESSAGES: Mapping[int, type[ConsensusMessage]] = {
    cls.KIND: cls for cls in (BlockVerification, BlockPropose)
}
"""Those of the validators' channel."""

CHAIN_SIZE_LIMITS: Mapping[int, int] = {kind: cls.MAX_SIZE for kind, cls in CHAIN_MESSAGES.items()}
CONSENSUS_SIZE_LIMITS: Mapping[int, int] = {kind: cls.MAX_SIZE for kind, cls in CONSENSUS_MESSAGES.items()}
"""Bytes a message of each type may have, known from its first byte."""


def decode_chain(data: bytes) -> ChainMessage:
    """The message in ``data`` from the chain's channel. Raises DecodeError."""
    return decode_by(CHAIN_MESSAGES, data)


def decode_consensus(data: bytes) -> ConsensusMessage:
    """The message in ``data`` from the validators' channel. Raises DecodeError."""
    return decode_by(CONSENSUS_MESSAGES, data)
