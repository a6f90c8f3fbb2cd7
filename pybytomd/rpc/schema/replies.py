"""Replies to JSON: a reply dataclass becomes an object with its fields in order.

Bytes are written in lower-case hex, blocks, headers and transactions as the hex of their serialization. A field
with ``OMIT_EMPTY`` is left out when it is empty, as Go does with ``omitempty``.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pybytomd.codec.json.gojson import JsonValue, Number, Raw
from pybytomd.crypto.chainkd import XPub
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.transaction import Transaction
from pybytomd.rpc.schema.field_types import Schema
from pybytomd.rpc.schema.meanings import described, meaning_of, told
from pybytomd.rpc.schema.naming import title_of

OMIT_EMPTY: Mapping[str, bool] = {"omit_empty": True}
"""Metadata of a field that is left out when it is empty, zero, false or None."""


class Rendered:
    """A reply that is JSON text already, exactly as it is to be sent."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rendered) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)


_SCALARS = (bool, int, str, Number, Raw)

HEX = {"type": "string", "pattern": "^[0-9a-f]*$", "description": "hex"}
SCHEMAS: Mapping[object, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    bytes: HEX,
    XPub: HEX,
    Block: {**HEX, "description": "a serialized block in hex"},
    BlockHeader: {**HEX, "description": "a serialized block header in hex"},
    Transaction: {**HEX, "description": "a serialized transaction in hex"},
    type(None): {"type": "null"},
    Raw: {},
    Number: {"type": "number"},
}


@functools.cache
def _plan(cls: type[Any]) -> tuple[tuple[str, Callable[[Any], object], bool], ...]:
    return tuple(
        (field.name, attrgetter(field.name), bool(field.metadata.get("omit_empty")))
        for field in dataclasses.fields(cls)
    )


def to_json(reply: object) -> JsonValue:
    """The JSON value of a reply. Raises TypeError for what has none."""
    if reply is None or isinstance(reply, _SCALARS):
        return reply
    if isinstance(reply, bytes):
        return reply.hex()
    if isinstance(reply, XPub):
        return reply.raw.hex()
    if isinstance(reply, Block | BlockHeader | Transaction):
        return reply.to_hex()
    if dataclasses.is_dataclass(reply) and not isinstance(reply, type):
        return {
            name: to_json(value)
            for name, get, omit_empty in _plan(type(reply))
            if (value := get(reply)) or not omit_empty
        }
    if isinstance(reply, Mapping):
        return {key: to_json(value) for key, value in reply.items()}
    if isinstance(reply, Sequence):
        return [to_json(item) for item in reply]
    raise TypeError(f"{type(reply).__name__} has no JSON form")


def schema_of(hint: object) -> Schema:
    """The JSON Schema of a reply's type. Objects have their name in it as ``title``."""
    known = SCHEMAS.get(hint)
    if known is not None:
        return known
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return schema_of(arguments[0] if hasattr(arguments[1], "read") else arguments[1])
    if origin is NotRequired:
        return schema_of(arguments[0])
    if origin is Literal:
        return {"type": "string", "const": arguments[0]}
    if isinstance(hint, type) and is_typeddict(hint):
        hints = get_type_hints(hint, include_extras=True)
        return _object_schema(hint, hints, [name for name in hints if get_origin(hints[name]) is not NotRequired])
    if origin in (Union, types.UnionType):
        shapes = [schema_of(argument) for argument in arguments if argument is not Rendered]
        return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": schema_of(arguments[0])}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint, include_extras=True)
        optional = {field.name for field in dataclasses.fields(hint) if field.metadata.get("omit_empty")}
        return _object_schema(hint, hints, [name for name in hints if name not in optional], optional)
    return {}


EMPTY: Mapping[object, object] = {"string": "", "integer": 0, "boolean": False, "array": []}
"""What a field is, by its type, that was left out for being empty."""


def _object_schema(
    cls: type[Any], hints: Mapping[str, object], required: Collection[str], omitted: Collection[str] = ()
) -> Schema:
    properties = {}
    for name, hint in hints.items():
        if get_origin(hint) is ClassVar:
            continue
        schema = described(schema_of(hint), meaning_of(cls, name))
        properties[name] = {**schema, "default": EMPTY.get(schema.get("type"))} if name in omitted else schema
    return {
        "title": title_of(cls),
        "type": "object",
        "description": told(cls),
        "properties": properties,
        "required": [name for name in properties if name in required],
    }
