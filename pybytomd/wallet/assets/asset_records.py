"""Assets as wallet.db keeps them: the reference's JSON, byte for byte.

Source: wallet-and-keys reference, sections 5.1 to 5.3; ``asset/asset.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields, kind_of, read_hash
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.errors import DefinitionTooDeep

BTM_ALIAS = "BTM"
INTERNAL, EXTERNAL = "internal", "external"
"""Kinds of assets that nobody here can issue: BTM, and those seen on the chain."""

MAX_DEFINITION_DEPTH = 200
"""Levels of a definition, which the JSON library can write. The reference takes thousands."""

Definition = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset. Without ``signer`` it was defined by an issuance program, or is known from the chain only.

    ``raw_definition`` are the bytes the id depends on. ``definition`` is what was asked for, None for nothing.
    Quirk: its numbers become floats when it is read back, while the raw bytes stay as they are.
    """

    id: bytes
    alias: str
    signer: Signer | None = None
    vm_version: int = 0
    issuance_program: bytes = b""
    raw_definition: bytes = b""
    definition: Definition | None = None

    def with_alias(self, alias: str) -> Asset:
        """The same asset under another name."""
        return replace(self, alias=alias)

    @property
    def definition_text(self) -> bytes | None:
        """The definition as JSON, None when its raw bytes are none: anybody can write anything on the chain."""
        return self.raw_definition if gojson.is_json(self.raw_definition) else None

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object, as stored and in an image. Raises DefinitionTooDeep."""
        check_depth(self.definition)
        return {
            **(self.signer.to_value() if self.signer else {}),
            "id": self.id.hex(),
            "alias": self.alias,
            "vm_version": self.vm_version,
            "issue_program": self.issuance_program.hex(),
            "raw_definition_byte": self.raw_definition.hex(),
            "definition": gojson.sort_keys(self.definition),
        }

    def to_json(self) -> bytes:
        """The stored form. Raises DefinitionTooDeep."""
        return gojson.dumps(self.to_value())

    @classmethod
    def from_json(cls, data: bytes) -> Asset:
        """Read the stored form. Raises DecodeError."""
        asset = cls.from_value(gojson.loads(data))
        if not asset.definition:
            return asset
        # Read once more, for only here the numbers become floats: the others may have more digits than those hold.
        return replace(asset, definition=Fields(gojson.loads_float64(data), "Asset").mapping("definition"))

    @classmethod
    def from_value(cls, value: JsonValue) -> Asset:
        """Take the fields of a record or an image. Raises DecodeError."""
        fields = Fields(value, "Asset")
        # A record has the signer's fields all together or not at all.
        signed = any(fields.value(name) is not None for name in ("type", "xpubs", "quorum", "key_index"))
        return cls(
            id=read_hash(fields.value("id")),
            alias=fields.text("alias"),
            signer=Signer.from_fields(fields) if signed else None,
            vm_version=fields.integer("vm_version", "uint64"),
            issuance_program=decode_hex(fields.text("issue_program")),
            raw_definition=decode_hex(fields.text("raw_definition_byte")),
            definition=fields.mapping("definition"),
        )


def serialize_definition(definition: Definition | None) -> bytes:
    """The bytes an asset's id depends on: JSON of one member a line, sorted. Raises DefinitionTooDeep."""
    check_depth(definition)
    return gojson.dumps_indented(definition or {})


def check_depth(value: JsonValue) -> None:
    """Raise DefinitionTooDeep for a value of more than 200 levels, without recursion."""
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEFINITION_DEPTH):
        level = [item for outer in level for item in _items(outer)]
        if not level:
            return
    raise DefinitionTooDeep


def _items(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


def external_asset(asset_id: bytes, raw_definition: bytes) -> Asset:
    """The asset of a definition found on the chain. Raises DecodeError unless it is a JSON object."""
    definition = gojson.loads_float64(raw_definition)
    if definition is not None and not isinstance(definition, Mapping):
        kind = kind_of(definition).split()[0]
        raise DecodeError(f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}")
    return Asset(
        id=asset_id,
        alias=asset_id.hex(),
        signer=Signer(EXTERNAL),
        raw_definition=raw_definition,
        definition=definition,
    )


_BTM_DEFINITION: Definition = {
    "decimals": Number("8"),
    "description": "Bytom Official Issue",
    "name": BTM_ALIAS,
    "symbol": BTM_ALIAS,
}

BTM = Asset(
    id=BTM_ASSET_ID,
    alias=BTM_ALIAS,
    signer=Signer(INTERNAL),
    vm_version=1,
    raw_definition=serialize_definition(_BTM_DEFINITION),
    definition=_BTM_DEFINITION,
)
"""BTM itself. It is not stored."""
