"""The parts of a template that become the arguments of an input: plain data, and signatures to be made.

Source: vm-and-validation reference, section 5.4; ``blockchain/txbuilder/*_witness.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import KEY_SIZE, XPub
from pybytomd.errors import DecodeError
from pybytomd.vm.numbers import encode_int
from pybytomd.wallet.spend.errors import BadWitnessComponent

NO_XPUB = XPub(bytes(KEY_SIZE))
"""Stands for a key that was not given; with it the key store takes its only key."""


@dataclass(frozen=True, slots=True)
class KeyPath:
    """A root key, and the way from it to the key that is to sign. ``path`` is None where JSON has null."""

    xpub: XPub
    path: tuple[bytes, ...] | None = ()

    @classmethod
    def from_value(cls, value: JsonValue, where: str) -> KeyPath:
        """Read the JSON object. ``where`` is its place in the struct around it. Raises DecodeError."""
        fields = Fields(value, "keyID", path=where)
        return cls(read_xpub(fields, "xpub"), read_path(fields, "derivation_path"))

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {"xpub": str(self.xpub), "derivation_path": _hex_list(self.path)}


@dataclass(frozen=True, slots=True)
class DataWitness:
    """One argument, given in full: a public key, a script, or what a contract asks for."""

    kind: ClassVar[str] = "data"
    error_kind: ClassVar[str] = kind
    value: bytes = b""

    @classmethod
    def from_value(cls, value: JsonValue) -> DataWitness:
        """Read the JSON object. Raises DecodeError."""
        return cls(Fields(value, "", go_type="struct { Value json.HexBytes }").hex_bytes("Value") or b"")

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {"type": self.kind, "value": self.value.hex()}

    def arguments(self, before: int) -> Iterator[bytes]:  # noqa: ARG002 - the same for all components
        """The argument. ``before`` is how many arguments the input has so far."""
        yield self.value


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures of ``quorum`` of some keys over the hash of the transaction.

    ``signatures`` are in the order of the keys, empty ones are missing; it is None before the first signing.
    """

    kind: ClassVar[str] = "raw_tx_signature"
    struct: ClassVar[str] = "RawTxSigWitness"
    error_kind: ClassVar[str] = "raw_signature"
    quorum: int = 0
    keys: tuple[KeyPath, ...] | None = ()
    signatures: tuple[bytes, ...] | None = None

    @classmethod
    def from_value(cls, value: JsonValue) -> Self:
        """Read the JSON object. Raises DecodeError."""
        return cls._from_fields(Fields(value, cls.struct))

    @classmethod
    def _from_fields(cls, fields: Fields) -> Self:
        keys = fields.items("keys", "[]txbuilder.keyID")
        return cls(
            quorum=fields.integer("quorum"),
            keys=None if keys is None else tuple(KeyPath.from_value(key, "keys.") for key in keys),
            signatures=_read_hex_list(fields, "signatures"),
        )

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {
            "type": self.kind,
            "quorum": self.quorum,
            "keys": None if self.keys is None else [key.to_value() for key in self.keys],
            "signatures": _hex_list(self.signatures),
        }

    @property
    def made(self) -> list[bytes]:
        """The signatures that are there, in the order of their keys."""
        return [signature for signature in self.signatures or () if signature]

    @property
    def is_complete(self) -> bool:
        """Whether enough have signed."""
        return len(self.made) >= self.quorum

    def arguments(self, before: int) -> Iterator[bytes]:  # noqa: ARG002 - the same for all components
        """As many signatures as are wanted, or as there are."""
        yield from self.made[: max(self.quorum, 0)]


@dataclass(frozen=True, slots=True)
class ProgramSignatures(Signatures):
    """Signatures over a program that says what the transaction must hold: for outputs without an address.

    ``program`` is found out at each signing unless it is given; it is not written into JSON.
    """

    kind: ClassVar[str] = "signature"
    struct: ClassVar[str] = "SignatureWitness"
    error_kind: ClassVar[str] = kind
    program: bytes = b""

    @classmethod
    def _from_fields(cls, fields: Fields) -> Self:
        keys = fields.items("keys", "[]txbuilder.keyID")
        return cls(
            quorum=fields.integer("quorum"),
            keys=None if keys is None else tuple(KeyPath.from_value(key, "keys.") for key in keys),
            signatures=_read_hex_list(fields, "signatures"),
            program=fields.hex_bytes("program") or b"",
        )

    def arguments(self, before: int) -> Iterator[bytes]:
        """How many arguments the program takes, which are all before it, then signatures and program."""
        yield encode_int(before)
        yield from self.made[: max(self.quorum, 0)]
        yield self.program


WitnessComponent = DataWitness | Signatures

_READERS: dict[str, Callable[[JsonValue], WitnessComponent]] = {
    component.kind: component.from_value for component in (DataWitness, Signatures, ProgramSignatures)
}
_ERROR_KINDS = {component.kind: component.error_kind for component in (DataWitness, Signatures, ProgramSignatures)}


def read_component(value: JsonValue, index: int) -> WitnessComponent:
    """A component from its JSON object, the one at ``index``. Raises DecodeError, BadWitnessComponent."""
    where = f"unmarshaling error on witness component {index}"
    try:
        kind = Fields(value, "", go_type="struct { Type string }").text("Type")
    except DecodeError as error:
        raise error.within(f"{where}, input {_text(value)}") from None
    reader = _READERS.get(kind)
    if reader is None:
        raise BadWitnessComponent.because(f"witness component {index} has unknown type '{kind}'")
    try:
        return reader(value)
    except DecodeError as error:
        raise error.within(f"{where}, type {_ERROR_KINDS[kind]}, input {_text(value)}") from None


def account_components(
    xpubs: Sequence[XPub], path: Sequence[bytes], quorum: int, unlock: bytes
) -> tuple[WitnessComponent, ...]:
    """What unlocks an output with an address: signatures, then the public key or the script behind the address."""
    return Signatures(quorum, key_paths(xpubs, path)), DataWitness(unlock)


def key_paths(xpubs: Sequence[XPub], path: Sequence[bytes]) -> tuple[KeyPath, ...]:
    """The same path from several root keys."""
    steps = tuple(path)
    return tuple(KeyPath(xpub, steps) for xpub in xpubs)


def read_xpub(fields: Fields, name: str) -> XPub:
    """A root key in a JSON object; ``NO_XPUB`` when absent or null. Raises DecodeError."""
    value = fields.value(name)
    if value is None:
        return NO_XPUB
    if not isinstance(value, str):
        raise fields.mismatch(name, value, "chainkd.XPub")
    return XPub.from_hex(value)


def read_path(fields: Fields, name: str) -> tuple[bytes, ...] | None:
    """A derivation path in a JSON object; None when absent or null. Raises DecodeError."""
    return _read_hex_list(fields, name)


def _read_hex_list(fields: Fields, name: str) -> tuple[bytes, ...] | None:
    items = fields.items(name, "[]json.HexBytes")
    if items is None:
        return None
    for item in items:
        if item is not None and not isinstance(item, str):
            raise fields.mismatch(name, item, "json.HexBytes")
    return tuple(decode_hex(item) if isinstance(item, str) else b"" for item in items)


def _hex_list(items: Sequence[bytes] | None) -> list[JsonValue] | None:
    return None if items is None else [item.hex() for item in items]


def _text(value: JsonValue) -> str:
    return gojson.dumps(value).decode()
