"""Every message two nodes exchange about the chain: a type byte, then fields in go-wire binary.

``FIELDS`` of each class is the table that ``decode`` and ``encode`` follow. Blocks, headers and transactions
travel as hex text, in ``Headers`` and ``Blocks`` as JSON strings of that text; the classes keep the text as
received and turn it into ledger objects on request, because most of them are passed on or dropped unread.

Both versions of the reference use the same bytes. Source: p2p-and-sync reference, section 5, and
``netsync/message.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pybytomd.codec.json import gojson
from pybytomd.codec.wire.gowire import WireReader, encode_bytes, encode_list, encode_uint64
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction

CHANNEL = 0x40
"""The only channel of a connection."""

MAX_MESSAGE_SIZE = 22_020_096 + 2
"""Bytes of the largest message (``maxBlockchainResponseSize``)."""
MAX_SMALL_MESSAGE_SIZE = 65_536
"""Bytes of a message without blocks or lists of them; far more than a correct one needs."""
MAX_TRANSACTION_MESSAGE_SIZE = 2 * 1024 * 1024
"""Bytes of one transaction as text: the gas of a whole block pays for less."""
MAX_HEADERS_MESSAGE_SIZE = 2048 * 1024
"""Bytes of 2048 headers as text, each with four times what its fields can take."""
MAX_FILTER_MESSAGE_SIZE = 1024 * 1024

MAX_LOCATOR_HASHES = 500
"""A locator of a chain of any length has fewer than a hundred."""
MAX_HEADERS = 2048
"""Headers one answer may hold (``maxBlockHeadersPerMsg``)."""
MAX_BLOCKS = 128
"""Blocks one answer may hold (``maxBlocksPerMsg``)."""
MAX_FILTER_ADDRESSES = 10_000
"""Ten times what the service keeps, so that a wallet with too many is served, not refused."""
MAX_TRANSACTIONS = 16_384
"""More transactions than the gas of one block pays for: the smallest spends some 1,700 of 10,000,000."""

STATUS_OK, STATUS_FAILED = b"{}", b'{"status_fail":true}'


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a message is written and read."""

    name: str
    write: Callable[[Any], bytes]
    read: Callable[[WireReader], Any]


def _uint64(name: str) -> Field:
    return Field(name, encode_uint64, WireReader.uint64)


def _hash(name: str) -> Field:
    return Field(name, bytes, lambda reader: reader.fixed(32))


def _bytes(name: str) -> Field:
    return Field(name, encode_bytes, WireReader.byte_string)


def _hashes(name: str, limit: int) -> Field:
    return Field(name, encode_list, lambda reader: tuple(reader.list_of(lambda: reader.fixed(32), limit)))


def _strings(name: str, limit: int) -> Field:
    return Field(
        name,
        lambda items: encode_list([encode_bytes(item) for item in items]),
        lambda reader: tuple(reader.list_of(reader.byte_string, limit)),
    )


@dataclass(frozen=True, slots=True)
class _Nothing:
    """A message that is no more than its type."""

    FIELDS: ClassVar[tuple[Field, ...]] = ()
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE

    def describe(self) -> str:
        """Nothing."""
        return "{}"


@dataclass(frozen=True, slots=True)
class _HeightOrHash:
    """One that names a block: by height, or by hash if the height is 0."""

    FIELDS: ClassVar[tuple[Field, ...]] = (_uint64("height"), _hash("block_hash"))
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    height: int
    block_hash: bytes = bytes(32)

    def describe(self) -> str:
        """Height or hash."""
        return f"{{height: {self.height}}}" if self.height else f"{{hash: {self.block_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class _AfterLocator:
    """One that asks for what comes after the first hash of the locator you know, up to the stop hash."""

    FIELDS: ClassVar[tuple[Field, ...]] = (_hashes("locator", MAX_LOCATOR_HASHES), _hash("stop_hash"))
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    locator: tuple[bytes, ...]
    stop_hash: bytes

    def describe(self) -> str:
        """The stop hash."""
        return f"{{stop_hash: {self.stop_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class _OneBlock:
    """One that carries a block, as hex text."""

    FIELDS: ClassVar[tuple[Field, ...]] = (_bytes("text"),)
    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE
    text: bytes

    @classmethod
    def of(cls, block: Block) -> Self:
        """The message that carries ``block``."""
        return cls(block.to_hex().encode())

    def block(self) -> Block:
        """The block. Raises DecodeError."""
        return Block.from_hex(self.text)

    def describe(self) -> str:
        """Height and hash."""
        try:
            block = self.block()
        except DecodeError:
            return "{err: wrong message}"
        return f"{{block_height: {block.height}, block_hash: {block.hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class GetBlock(_HeightOrHash):
    """Send me a block: by height, or by hash if the height is 0."""

    KIND: ClassVar[int] = 0x10


@dataclass(frozen=True, slots=True)
class BlockMessage(_OneBlock):
    """The block asked for, as hex text."""

    KIND: ClassVar[int] = 0x11


@dataclass(frozen=True, slots=True)
class GetHeaders(_AfterLocator):
    """Send me the headers after the first hash of the locator you know, up to the stop hash."""

    KIND: ClassVar[int] = 0x12


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers asked for, each as a JSON string of its hex text."""

    KIND: ClassVar[int] = 0x13
    FIELDS: ClassVar[tuple[Field, ...]] = (_strings("texts", MAX_HEADERS),)
    MAX_SIZE: ClassVar[int] = MAX_HEADERS_MESSAGE_SIZE
    texts: tuple[bytes, ...]

    @classmethod
    def of(cls, headers: Iterable[BlockHeader]) -> Headers:
        """The message that carries ``headers``."""
        return cls(tuple(b'"%b"' % header.to_hex().encode() for header in headers))

    def headers(self) -> list[BlockHeader]:
        """The headers. Raises DecodeError."""
        return [BlockHeader.from_hex(unquote(text)) for text in self.texts]

    def describe(self) -> str:
        """How many."""
        return f"{{header_length: {len(self.texts)}}}"


@dataclass(frozen=True, slots=True)
class GetBlocks(_AfterLocator):
    """Send me the blocks after the first hash of the locator you know, up to the stop hash."""

    KIND: ClassVar[int] = 0x14


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks asked for, each as a JSON string of its hex text."""

    KIND: ClassVar[int] = 0x15
    FIELDS: ClassVar[tuple[Field, ...]] = (_strings("texts", MAX_BLOCKS),)
    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE
    texts: tuple[bytes, ...]

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Blocks:
        """The message that carries ``blocks``."""
        return cls(tuple(b'"%b"' % block.to_hex().encode() for block in blocks))

    def blocks(self) -> list[Block]:
        """The blocks. Raises DecodeError."""
        return [Block.from_hex(unquote(text)) for text in self.texts]

    def describe(self) -> str:
        """How many."""
        return f"{{blocks_length: {len(self.texts)}}}"


@dataclass(frozen=True, slots=True)
class StatusRequest(_Nothing):
    """Which is your best block?"""

    KIND: ClassVar[int] = 0x20


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """My best block, and the first block of my chain."""

    KIND: ClassVar[int] = 0x21
    FIELDS: ClassVar[tuple[Field, ...]] = (_uint64("height"), _hash("block_hash"), _hash("genesis_hash"))
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    height: int
    block_hash: bytes
    genesis_hash: bytes

    def describe(self) -> str:
        """Height and hash."""
        return f"{{height: {self.height}, hash: {self.block_hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class TransactionMessage:
    """A transaction for the pool, as hex text."""

    KIND: ClassVar[int] = 0x30
    FIELDS: ClassVar[tuple[Field, ...]] = (_bytes("text"),)
    MAX_SIZE: ClassVar[int] = MAX_TRANSACTION_MESSAGE_SIZE
    text: bytes

    @classmethod
    def of(cls, transaction: Transaction) -> TransactionMessage:
        """The message that carries ``transaction``."""
        return cls(transaction.to_hex().encode())

    def transaction(self) -> Transaction:
        """The transaction. Raises DecodeError."""
        return Transaction.from_hex(self.text)

    def describe(self) -> str:
        """Size of the text and id."""
        try:
            transaction_id = self.transaction().id
        except DecodeError:
            return "{err: wrong message}"
        return f"{{tx_size: {len(self.text)}, tx_hash: {transaction_id.hex()}}}"


@dataclass(frozen=True, slots=True)
class MineBlock(_OneBlock):
    """A block that was just found or adopted, as hex text."""

    KIND: ClassVar[int] = 0x40


@dataclass(frozen=True, slots=True)
class FilterLoad:
    """Send me only what concerns these control programs (called addresses on the wire)."""

    KIND: ClassVar[int] = 0x50
    FIELDS: ClassVar[tuple[Field, ...]] = (_strings("programs", MAX_FILTER_ADDRESSES),)
    MAX_SIZE: ClassVar[int] = MAX_FILTER_MESSAGE_SIZE
    programs: tuple[bytes, ...]

    def describe(self) -> str:
        """How many."""
        return f"{{addresses_length: {len(self.programs)}}}"


@dataclass(frozen=True, slots=True)
class FilterAdd:
    """One control program more."""

    KIND: ClassVar[int] = 0x51
    FIELDS: ClassVar[tuple[Field, ...]] = (_bytes("program"),)
    MAX_SIZE: ClassVar[int] = MAX_SMALL_MESSAGE_SIZE
    program: bytes

    def describe(self) -> str:
        """The control program."""
        return f"{{address: {self.program.hex()}}}"


@dataclass(frozen=True, slots=True)
class FilterClear(_Nothing):
    """No filter any more."""

    KIND: ClassVar[int] = 0x52


@dataclass(frozen=True, slots=True)
class GetMerkleBlock(_HeightOrHash):
    """Send me what of a block concerns my filter: by height, or by hash if the height is 0."""

    KIND: ClassVar[int] = 0x60


@dataclass(frozen=True, slots=True)
class MerkleBlock:
    """A header, the related transactions, and the merkle proofs for them and their statuses.

    ``flags`` describes the walk through both trees (see ``ledger.merkle``); ``statuses`` are JSON texts.
    """

    KIND: ClassVar[int] = 0x61
    FIELDS: ClassVar[tuple[Field, ...]] = (
        _bytes("header_text"),
        _hashes("transaction_hashes", 2 * MAX_TRANSACTIONS),
        _strings("transaction_texts", MAX_TRANSACTIONS),
        _hashes("status_hashes", 2 * MAX_TRANSACTIONS),
        _strings("statuses", MAX_TRANSACTIONS),
        _bytes("flags"),
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


def encode(message: AnyMessage) -> bytes:
    """The bytes of a message."""
    body = b"".join([field.write(getattr(message, field.name)) for field in message.FIELDS])
    return bytes((message.KIND,)) + body


def decode(data: bytes) -> AnyMessage:
    """The message in ``data``. Raises DecodeError, for a type byte nobody knows as well.

    Quirk: bytes after the last field are ignored. The texts of errors are the reference's where it has one.
    """
    if not data:
        raise DecodeError("empty message")
    cls = MESSAGES.get(data[0])
    if cls is None:
        raise DecodeError("DecodeMessage() had bytes left over" if data[0] else "nil message")
    if len(data) > cls.MAX_SIZE:
        raise DecodeError("Error: binary read overflow")
    reader = WireReader(data, MAX_MESSAGE_SIZE)
    reader.position = 1
    try:
        return cls(*[field.read(reader) for field in cls.FIELDS])
    except DecodeError as error:
        if reader.remaining and error.root not in _CUT_SHORT:
            # Quirk: whatever the error, the reference names only that bytes were left (``DecodeMessage``).
            raise DecodeError("DecodeMessage() had bytes left over") from error
        raise


_CUT_SHORT = frozenset({"EOF", "unexpected EOF"})


def unquote(text: bytes) -> bytes | str:
    """The content of a JSON string. Raises DecodeError.

    Plain hex between quotes, which all nodes send, is not put through JSON.
    """
    if text[:1] == text[-1:] == b'"' and b"\\" not in text and text.count(b'"') == 2:
        return text[1:-1]
    try:
        content = gojson.loads(text)
    except DecodeError as error:
        raise DecodeError("the item is not a JSON string") from error
    if not isinstance(content, str):
        raise DecodeError("the item is not a JSON string")
    return content
