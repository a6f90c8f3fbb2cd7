"""Messages that carry blocks, headers or a transaction, whose texts are written alike on 1.x and on Bytom 2.

The classes keep the text as received; what it says is for the chain's own messages to read, whose ledger it is of.

Source: p2p-and-sync reference, section 5.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from pybytomd.chain.events import AnyBlock
from pybytomd.chain.mempool.pool_entry import AnyTransaction
from pybytomd.errors import DecodeError
from pybytomd.sync.message_grammar import MAX_MESSAGE_SIZE, Field, bytes_field

MAX_TRANSACTION_MESSAGE_SIZE = 2 * 1024 * 1024
"""Bytes of one transaction as text: the gas of a whole block pays for less."""


class Written(Protocol):
    """What has a form in hex."""

    def to_hex(self) -> str:
        """The serialization in hex."""


W = TypeVar("W", bound=Written)
B = TypeVar("B", bound=AnyBlock)
T = TypeVar("T", bound=AnyTransaction)


@dataclass(frozen=True, slots=True)
class OneText(ABC, Generic[W]):
    """One that carries one thing, as hex text."""

    FIELDS: ClassVar[tuple[Field, ...]] = (bytes_field("text"),)
    text: bytes

    @classmethod
    def of(cls, item: W) -> Self:
        """The message that carries ``item``."""
        return cls(item.to_hex().encode())


@dataclass(frozen=True, slots=True)
class OneBlock(OneText[B]):
    """One that carries a block."""

    MAX_SIZE: ClassVar[int] = MAX_MESSAGE_SIZE

    @abstractmethod
    def block(self) -> B:
        """The block. Raises DecodeError."""

    def describe(self) -> str:
        """Height and hash."""
        try:
            block = self.block()
        except DecodeError:
            return "{err: wrong message}"
        return f"{{block_height: {block.height}, block_hash: {block.hash.hex()}}}"


@dataclass(frozen=True, slots=True)
class OneTransaction(OneText[T]):
    """One that carries a transaction."""

    MAX_SIZE: ClassVar[int] = MAX_TRANSACTION_MESSAGE_SIZE

    @abstractmethod
    def transaction(self) -> T:
        """The transaction. Raises DecodeError."""

    def describe(self) -> str:
        """Size of the text and id."""
        try:
            transaction_id = self.transaction().id
        except DecodeError:
            return "{err: wrong message}"
        return f"{{tx_size: {len(self.text)}, tx_hash: {transaction_id.hex()}}}"


@dataclass(frozen=True, slots=True)
class JsonTexts(Generic[W]):
    """One that carries several things, each as a JSON string of its hex text."""

    COUNTED: ClassVar[str]
    """What logs call their number."""
    texts: tuple[bytes, ...]

    @classmethod
    def of(cls, items: Iterable[W]) -> Self:
        """The message that carries ``items``."""
        return cls(tuple(b'"%b"' % item.to_hex().encode() for item in items))

    def describe(self) -> str:
        """How many."""
        return f"{{{self.COUNTED}: {len(self.texts)}}}"
