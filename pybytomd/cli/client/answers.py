"""What is in a node's answers. An answer of another shape is an error, not a traceback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pybytomd.client.errors import OddAnswer
from pybytomd.codec.json.gojson import JsonValue, Number

_INTEGER = re.compile(r"-?[0-9]{1,20}")
Record = Mapping[str, JsonValue]


def record(value: JsonValue) -> Record:
    """A JSON object. Raises OddAnswer."""
    if not isinstance(value, Mapping):
        raise OddAnswer
    return value


def records(value: JsonValue) -> list[Record]:
    """A list of objects; null is an empty one. Raises OddAnswer."""
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise OddAnswer
    return [record(item) for item in value]


def text(of: Record, name: str) -> str:
    """A text of an object, empty if it is not there. Raises OddAnswer."""
    value = of.get(name, "")
    if not isinstance(value, str):
        raise OddAnswer.because(name)
    return value


def whole(of: Record, name: str) -> int:
    """A whole number of an object, 0 if it is not there. Raises OddAnswer."""
    value = integer(of.get(name, 0))
    if value is None:
        raise OddAnswer.because(name)
    return value


def integer(value: JsonValue) -> int | None:
    """A whole number, None for anything else. As it is read from JSON it may be a ``Number``."""
    if isinstance(value, Number):
        return int(value.text) if _INTEGER.fullmatch(value.text) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def texts(of: Record, name: str) -> list[str]:
    """A list of texts of an object. Raises OddAnswer."""
    value = of.get(name) or []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise OddAnswer.because(name)
    found = [item for item in value if isinstance(item, str)]
    if len(found) != len(value):
        raise OddAnswer.because(name)
    return found
