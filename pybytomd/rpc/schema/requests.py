"""Request bodies to dataclasses, by Go's rules: names in any case, unknown ones ignored, null is no value.

A request is a frozen dataclass whose fields all have defaults and are annotated with a type of ``kinds``, or with
another such dataclass, or with one or None, for a struct inside. ``GO_NAME`` is what the reference calls the
struct, which shows in errors. Those it gives no name are written out there as their fields say, or as ``GO_TYPE``
does.
"""

from __future__ import annotations

import dataclasses
import functools
import keyword
import types
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pybytomd.codec.json.gofields import TypeMismatch, kind_of
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.codec.json.gosyntax import fold, loads_first, pairs_of
from pybytomd.rpc.schema.field_types import Kind, Mismatch, Schema
from pybytomd.rpc.schema.meanings import described, meaning_of, told
from pybytomd.rpc.schema.meanings.required import REQUIRED
from pybytomd.rpc.schema.naming import request_title_of

T = TypeVar("T")

FORGETFUL = ("*", "[]", "map[", "json.HexBytes")
"""Beginnings of the Go types that a null empties: pointers, lists and maps. Others keep what they were given."""
WHOLE_WORDS = {"id": "ID", "ids": "IDs", "xpub": "XPub", "xpubs": "XPubs"}
"""How Go writes these parts of a name."""


@dataclass(frozen=True, slots=True)
class StructKind:
    """An object, read into a request dataclass."""

    cls: type[Any]

    @property
    def go_type(self) -> str:
        """What Go calls the struct, written out if it has no name."""
        written = getattr(self.cls, "GO_TYPE", "")
        if isinstance(written, str) and written:
            return written
        name = go_name(self.cls)
        if not name:
            members = "; ".join(
                f'{_go_field(field)} {kind.go_type} "json:\\"{field}\\""' for field, kind in fields_of(self.cls)
            )
            return f"struct {{ {members} }}"
        return name

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        return self.read_at(value, mismatch, "")

    def read_at(self, value: JsonValue, mismatch: Mismatch, path: str, before: object = None) -> object:
        """Read a struct that is a field of another, at ``path`` from the outermost, into what it is already."""
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return read_struct(self.cls, value, path, before)

    def schema(self) -> Schema:
        """See ``Kind``."""
        cls = self.cls
        properties = {name: described(kind.schema(), meaning_of(cls, name)) for name, kind in fields_of(cls)}
        required = {"required": [*REQUIRED[cls.__name__]]} if cls.__name__ in REQUIRED else {}
        return {
            "title": request_title_of(cls),
            "type": "object",
            "description": told(cls),
            "properties": properties,
            **required,
        }


def go_name(cls: type[Any]) -> str:
    """The reference's name of a request, with its package; empty if it gives none."""
    name = getattr(cls, "GO_NAME", "")
    return name if isinstance(name, str) else ""


def _go_field(name: str) -> str:
    return "".join(WHOLE_WORDS.get(word, word.capitalize()) for word in name.split("_"))


def fields_of(cls: type[Any]) -> tuple[tuple[str, Kind], ...]:
    """The JSON names and kinds of a request's fields, in order. Raises TypeError for a field without kind.

    A name that is a keyword of Python has an underscore at its end in the class.
    """
    return _fields(cls)  # type: ignore[arg-type] # a class is hashable whatever its instances are


@functools.cache
def _fields(cls: Hashable) -> tuple[tuple[str, Kind], ...]:
    if not isinstance(cls, type) or not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls!r} is no dataclass")
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        (field.name.removesuffix("_"), _kind_of_hint(hints[field.name])) for field in dataclasses.fields(cls)
    )


def _kind_of_hint(hint: object) -> Kind:
    if get_origin(hint) is Annotated:
        kind: Kind = get_args(hint)[1]
        return kind
    if get_origin(hint) in (Union, types.UnionType):
        inner = [argument for argument in get_args(hint) if argument is not type(None)]
        if len(inner) == 1 and dataclasses.is_dataclass(inner[0]) and isinstance(inner[0], type):
            return StructKind(inner[0])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return StructKind(hint)
    raise TypeError(f"{hint!r} is no type of a request field")


def read_request(cls: type[T], body: bytes | bytearray) -> T:
    """The request in a body. Raises DecodeError with the reference's text."""
    value = loads_first(body)
    if value is None:
        return cls()
    if not isinstance(value, Mapping):
        raise TypeMismatch(
            f"json: cannot unmarshal {kind_of(value)} into Go value of type {StructKind(cls).go_type}"
        )
    return read_struct(cls, value, "")


@functools.cache
def _fields_by_name(cls: Hashable) -> Mapping[str, tuple[str, str, Kind]]:
    """By folded name: the name, the attribute, and the kind."""
    return {
        fold(name): (name, f"{name}_" if keyword.iskeyword(name) else name, kind) for name, kind in _fields(cls)
    }


def read_struct(cls: type[T], members: Mapping[str, JsonValue], path: str, before: object = None) -> T:
    """A request from the members of an object, each in its turn, a name that stands twice included.

    What ``before`` has stays unless it is named again: Go reads into the struct that is there. Text that does not
    parse ends the reading; a value of a wrong type is reported when all was read.
    """
    fields = _fields_by_name(cls)  # type: ignore[arg-type] # a class is hashable whatever its instances are
    values: dict[str, Any] = {}
    wrong: TypeMismatch | None = None
    for member, value in pairs_of(members):
        known = fields.get(member) or fields.get(fold(member))
        if known is None:
            continue
        name, attribute, kind = known
        earlier = values.get(attribute, getattr(before, attribute, None))
        if value is None:
            if earlier is not None and kind.go_type.startswith(FORGETFUL):
                values[attribute] = _default(cls, attribute)
            continue
        try:
            values[attribute] = _read_field(cls, kind, value, path + name, earlier)
        except TypeMismatch as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    if before is None:
        return cls(**values)
    return dataclasses.replace(before, **values)  # type: ignore[type-var,return-value] # it is one of ``cls``


def _read_field(cls: type[Any], kind: Kind, value: JsonValue, place: str, earlier: object) -> object:
    """The value of a field. ``earlier`` is what it has been given before, into which Go reads structs and maps."""
    mismatch = _mismatch_at(go_name(cls).rpartition(".")[2], place)
    if isinstance(kind, StructKind):
        return kind.read_at(value, mismatch, f"{place}.", earlier)
    read = kind.read(value, mismatch)
    return {**earlier, **read} if isinstance(read, Mapping) and isinstance(earlier, Mapping) else read


def _default(cls: type[Any], attribute: str) -> object:
    return getattr(cls(), attribute)


def _mismatch_at(struct: str, path: str) -> Mismatch:
    def mismatch(found: str, go_type: str) -> TypeMismatch:
        return TypeMismatch(
            f"json: cannot unmarshal {found} into Go struct field {struct}.{path} of type {go_type}"
        )

    return mismatch
