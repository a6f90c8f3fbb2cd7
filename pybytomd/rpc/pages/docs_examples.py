"""How a method is asked from a shell and from Python, for the page about the API.

Both are made of the method's example and its schema, so that they are right whenever those are; a test runs them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pybytomd.rpc.schema.naming import python_name

Schema = Mapping[str, Any]
REFERENCE = "#/components/schemas/"
NODE = "http://127.0.0.1:9888"
LARGE = 100_000
"""From here on numbers are written in groups of three."""
WIDTH = 76
"""Letters of a line of an example."""


def named(schema: Schema) -> str:
    """The name of the object that a schema refers to, empty if it refers to none."""
    return str(schema.get("$ref", "")).removeprefix(REFERENCE)


def request_of(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema and the example of a request; empty for a method that takes nothing."""
    body: Mapping[str, Any] = operation.get("requestBody", {})
    content: Mapping[str, Any] = body.get("content", {}).get("application/json", {})
    return content


def curl(path: str, operation: Mapping[str, Any]) -> str:
    """The line that asks by curl."""
    request = request_of(operation)
    if not request:
        return f"curl -s -X POST {NODE}{path}"
    quoted = json_text(request.get("example", {})).replace("'", "'\\''")
    return f"curl -s {NODE}{path} -d '{quoted}'"


def json_text(value: object, indent: int = 0) -> str:
    """JSON for people: what is short on a line."""
    if isinstance(value, list):
        items, ends = [json_text(item, indent + 2) for item in value], "[]"
    elif isinstance(value, Mapping):
        items, ends = [f"{json.dumps(key)}: {json_text(item, indent + 2)}" for key, item in value.items()], "{}"
    else:
        return json.dumps(value)
    line = f"{ends[0]}{', '.join(items)}{ends[1]}"
    if not items or (len(line) + indent <= WIDTH and "\n" not in line):
        return line
    inner = ",\n".join(f"{' ' * (indent + 2)}{item}" for item in items)
    return f"{ends[0]}\n{inner}\n{' ' * indent}{ends[1]}"


def python(operation: Mapping[str, Any], schemas: Mapping[str, Schema]) -> str:
    """The program that asks by the typed client."""
    writer = _Writer(schemas)
    request = request_of(operation)
    arguments: list[str] = []
    if request:
        fields = schemas[named(request["schema"])]["properties"]
        for name, value in request.get("example", {}).items():
            arguments.append(f"{python_name(name)}={writer.written(value, fields[name], 4)}")
    call = _call(f"node.{python_name(operation['operationId'])}", arguments, "print()")
    types = [f"from pybytomd.client.types import {', '.join(sorted(writer.types))}"] if writer.types else []
    if types and len(types[0]) > WIDTH:
        types = ["from pybytomd.client.types import (", *(f"    {name}," for name in sorted(writer.types)), ")"]
    return _program(types, call, gives=_gives(operation, schemas))


def untyped_python(operation: Mapping[str, Any], schemas: Mapping[str, Schema]) -> str:
    """The program that asks for what the typed client, which is of 1.x, does not know, or knows otherwise."""
    request = request_of(operation)
    arguments = [_plain(operation["operationId"])]
    if request:
        arguments.append(_Writer(schemas).written(request.get("example", {}), {}, 4))
    return _program([], _call("node.call", arguments, "print()"), gives=_gives(operation, schemas))


def _program(imports: list[str], call: str, *, gives: bool) -> str:
    """A program that makes a call, and prints what it gives."""
    ending = [call]
    if gives:
        ending = [f"print({call})"] if "\n" not in call else [f"answer = {call}", "print(answer)"]
    return "\n".join(["from pybytomd.client import Client", *imports, "", "node = Client()", *ending])


def _gives(operation: Mapping[str, Any], schemas: Mapping[str, Schema]) -> bool:
    return "data" in schemas[result_of(operation)]["properties"]


def result_of(operation: Mapping[str, Any]) -> str:
    """The name of what a method answers when it succeeds."""
    outcome = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return named(outcome["oneOf"][0])


class _Writer:
    """Writes values as Python. ``types`` are the classes that it needed."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self.types: set[str] = set()

    def written(self, value: object, schema: Schema, indent: int) -> str:
        """A value by its schema, as it stands at an indentation."""
        if isinstance(value, list):
            inner = schema.get("items", {})
            return _bracketed("[", "]", [self.written(item, inner, indent + 4) for item in value], indent)
        if not isinstance(value, Mapping):
            return _plain(value)
        name = next(self._names(value, schema), "")
        if not name:
            items = [f"{_plain(key)}: {self.written(item, {}, indent + 4)}" for key, item in value.items()]
            return _bracketed("{", "}", items, indent)
        self.types.add(name)
        fields = self._schemas[name]["properties"]
        members = [
            f"{python_name(key)}={self.written(item, fields[key], indent + 4)}"
            for key, item in value.items()
            if "const" not in fields[key]
        ]
        return _bracketed(f"{name}(", ")", members, indent)

    def _names(self, value: Mapping[str, object], schema: Schema) -> Iterator[str]:
        """The object that a value is, of those that it may be."""
        for one in schema.get("oneOf", [schema]):
            name = named(one)
            fields: Mapping[str, Schema] = self._schemas.get(name, {}).get("properties", {})
            if name and all(value.get(key) == field["const"] for key, field in fields.items() if "const" in field):
                yield name


def _plain(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value)
    return f"{value:_}" if isinstance(value, int) and abs(value) >= LARGE else repr(value)


def _bracketed(opening: str, closing: str, items: list[str], indent: int) -> str:
    """Items on a line, or one a line where that would be too long."""
    line = f"{opening}{', '.join(items)}{closing}"
    if not items or (len(line) + indent <= WIDTH and "\n" not in line):
        return line
    inner = "".join(f"{' ' * (indent + 4)}{item},\n" for item in items)
    return f"{opening}\n{inner}{' ' * indent}{closing}"


def _call(function: str, arguments: list[str], around: str) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) + len(around) <= WIDTH and "\n" not in line:
        return line
    return f"{function}(\n" + "".join(f"    {one},\n" for one in arguments) + ")"
