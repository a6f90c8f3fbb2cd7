"""The types of request fields: how a JSON value becomes a Python one, by Go's rules.

A field of a request dataclass is annotated with one of these types; what is behind ``Annotated`` reads it. Each
also describes itself for the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json.gofields import INT_BOUNDS, TypeMismatch, kind_of, whole_number
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction

Schema = Mapping[str, object]
"""A piece of JSON Schema."""

Mismatch = Callable[[str, str], TypeMismatch]
"""Makes the error for a field: what was found, and the Go type of the field."""

HASH_DIGITS = 64


class Kind(Protocol):
    """How values of one type are read. A null never gets here: it leaves the default."""

    @property
    def go_type(self) -> str:
        """What Go calls the type in errors."""

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """The Python value. Raises TypeMismatch, or DecodeError for text that does not parse."""

    def schema(self) -> Schema:
        """The JSON Schema of the value."""


@dataclass(frozen=True, slots=True)
class TextKind:
    """Any string."""

    go_type: str = "string"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, str):
            raise mismatch(kind_of(value), self.go_type)
        return value

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class FlagKind:
    """True or false."""

    go_type: str = "bool"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, bool):
            raise mismatch(kind_of(value), self.go_type)
        return value

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class IntegerKind:
    """A whole number in the range of a Go type."""

    go_type: str

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        number = whole_number(value, self.go_type)
        if number is None:
            found = f"number {value.text}" if isinstance(value, Number) else kind_of(value)
            raise mismatch(found, self.go_type)
        return number

    def schema(self) -> Schema:
        """See ``Kind``."""
        low, high = INT_BOUNDS[self.go_type]
        return {"type": "integer", "minimum": low, "maximum": high}


@dataclass(frozen=True, slots=True)
class EncodedKind:
    """A string that stands for something else: bytes, a hash, a transaction."""

    go_type: str
    parse: Callable[[str], object]
    description: str
    pattern: str = "^([0-9a-fA-F]{2})*$"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, str):
            raise mismatch(kind_of(value), self.go_type)
        return self.parse(value)

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "string", "pattern": self.pattern, "description": self.description}


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """An object with any members."""

    go_type: str = "map[string]interface {}"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return value

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "object"}


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list of values of one kind, read into a tuple. A null in it is the item's zero value."""

    item: Kind
    zero: object

    @property
    def go_type(self) -> str:
        """See ``Kind``."""
        return f"[]{self.item.go_type}"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, list):
            raise mismatch(kind_of(value), self.go_type)
        return tuple([self.zero if item is None else self.item.read(item, mismatch) for item in value])

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "array", "items": self.item.schema()}


def parse_hash(text: str) -> bytes:
    """A hash or an asset id of 64 hex digits. Raises DecodeError.

    Other values than strings are reported as such: the reference first reads a string, then the hash in it.
    """
    if len(text) != HASH_DIGITS:
        raise DecodeError(f"bad length hash string {len(text)}")
    return decode_hex(text)


Text = Annotated[str, TextKind()]
Flag = Annotated[bool, FlagKind()]
Int = Annotated[int, IntegerKind("int")]
Int64 = Annotated[int, IntegerKind("int64")]
Uint = Annotated[int, IntegerKind("uint")]
Uint16 = Annotated[int, IntegerKind("uint16")]
Uint64 = Annotated[int, IntegerKind("uint64")]
HexBytes = Annotated[bytes, EncodedKind("json.HexBytes", decode_hex, "bytes in hex")]
Hash = Annotated[bytes, EncodedKind("string", parse_hash, "32 bytes in hex", f"^[0-9a-fA-F]{{{HASH_DIGITS}}}$")]
RootXPub = Annotated[
    XPub | None, EncodedKind("chainkd.XPub", XPub.from_hex, "an extended public key in hex", "^[0-9a-fA-F]{128}$")
]
RawTransaction = Annotated[
    Transaction | None, EncodedKind("types.Tx", Transaction.from_hex, "a serialized transaction in hex")
]
RawBlock = Annotated[Block | None, EncodedKind("*types.Block", Block.from_hex, "a serialized block in hex")]
RawHeader = Annotated[
    BlockHeader | None, EncodedKind("*types.BlockHeader", BlockHeader.from_hex, "a serialized block header in hex")
]
JsonObject = Annotated[Mapping[str, Any] | None, ObjectKind()]
HexList = Annotated[tuple[bytes, ...], ListKind(EncodedKind("json.HexBytes", decode_hex, "bytes in hex"), b"")]
RawTransactionList = Annotated[
    tuple[Transaction | None, ...],
    ListKind(EncodedKind("types.Tx", Transaction.from_hex, "a serialized transaction in hex"), None),
]
XPubList = Annotated[
    tuple[XPub, ...],
    ListKind(EncodedKind("chainkd.XPub", XPub.from_hex, "an extended public key in hex"), XPub(bytes(64))),
]
