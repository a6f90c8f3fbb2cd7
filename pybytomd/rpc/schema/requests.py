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

from pybytomd.codec.gofields import TypeMismatch, kind_of
from pybytomd.codec.gojson import JsonValue
from pybytomd.codec.gosyntax import loads_first
from pybytomd.rpc.schema.field_types import Kind, Mismatch, Schema

T = TypeVar("T")

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
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return read_struct(self.cls, value, "")

    def read_at(self, value: JsonValue, mismatch: Mismatch, path: str) -> object:
        """Read a struct that is a field of another one, at ``path`` from the outermost."""
        if not isinstance(value, Mapping):
            raise mismatch(kind_of(value), self.go_type)
        return read_struct(self.cls, value, f"{path}.")

    def schema(self) -> Schema:
        """See ``Kind``."""
        properties = {name: kind.schema() for name, kind in fields_of(self.cls)}
        return {"type": "object", "properties": properties}


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


def read_request(cls: type[T], body: bytes) -> T:
    """The request in a body. Raises DecodeError with the reference's text."""
    value = loads_first(body)
    if value is None:
        return cls()
    if not isinstance(value, Mapping):
        raise TypeMismatch(
            f"json: cannot unmarshal {kind_of(value)} into Go value of type {StructKind(cls).go_type}"
        )
    return read_struct(cls, value, "")


def read_struct(cls: type[T], members: Mapping[str, JsonValue], path: str) -> T:
    """A request from the members of an object, in their order.

    Text that does not parse ends the reading; a value of a wrong type is reported when all was read.
    """
    kinds = {name.lower(): (name, kind) for name, kind in fields_of(cls)}
    values: dict[str, Any] = {}
    wrong: TypeMismatch | None = None
    for member, value in members.items():
        known = kinds.get(member.lower())
        if known is None or value is None:
            continue
        name, kind = known
        place = f"{path}{name}"
        mismatch = _mismatch_at(go_name(cls).rpartition(".")[2], place)
        attribute = f"{name}_" if keyword.iskeyword(name) else name
        try:
            if isinstance(kind, StructKind):
                values[attribute] = kind.read_at(value, mismatch, place)
            else:
                values[attribute] = kind.read(value, mismatch)
        except TypeMismatch as error:
            wrong = wrong or error
    if wrong is not None:
        raise wrong
    return cls(**values)


def _mismatch_at(struct: str, path: str) -> Mismatch:
    def mismatch(found: str, go_type: str) -> TypeMismatch:
        return TypeMismatch(
            f"json: cannot unmarshal {found} into Go struct field {struct}.{path} of type {go_type}"
        )

    return mismatch
