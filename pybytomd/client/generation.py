"""Writes ``types``, ``methods`` and ``async_methods`` from what ``/openapi.json`` says of the API.

``python -m pybytomd.client.generation`` writes them anew, after the API has changed; a test compares them. They
are kept as files so that editors and type checkers know every name, and a client needs nothing of the node.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pybytomd.files import write_whole
from pybytomd.rpc.errors import DEFAULT_CODE
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import openapi
from pybytomd.rpc.schema.failures import runs
from pybytomd.rpc.schema.naming import python_name

Schema = Mapping[str, Any]

FOLDER = Path(__file__).parent
WIDTH = 115
MADE_BY = "Made by ``python -m pybytomd.client.generation``; not to be edited."
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
REFERENCE = "#/components/schemas/"


class Generator:
    """Python source of a document. ``schemas`` are its components."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._operations = {
            path.removeprefix("/"): item["post"] for path, item in document["paths"].items() if "post" in item
        }
        self._sent = set(self._reached(self._request_of(operation) for operation in self._operations.values()))

    # --- types ------------------------------------------------------------------------------------------------

    def types(self) -> str:
        """A class for each object of answers, and for those inside of requests."""
        wanted = [*self._reached(map(self._data_of, self._operations.values())), *self._sent]
        names = sorted({name for name in wanted if not name.endswith("Request") or name in self._inner_requests()})
        return "\n".join(
            (
                f'"""What the methods of the API take and give. {MADE_BY}',
                "",
                "Amounts are exact: whole numbers in the smallest unit of their asset, of BTM in neu. Hashes, ids",
                "and serialized things are texts in hex. What the node may leave out has a default.",
                '"""',
                "",
                "from __future__ import annotations",
                "",
                "from typing import Any",
                "",
                "import msgspec",
                "",
                *(self._class(name) for name in names),
            )
        )

    def _class(self, name: str) -> str:
        schema = self._schemas[name]
        required = schema.get("required", ())
        options = ["frozen=True", "kw_only=True"]
        if name in self._sent:
            options.append("omit_defaults=True")
        lines: list[str] = []
        for field, inner in schema["properties"].items():
            if "const" in inner:
                options += [f'tag_field="{field}"', f'tag="{inner["const"]}"']
                continue
            lines += self._field(field, inner, is_required=field in required)
        head = f"class {name}(msgspec.Struct, {', '.join(options)}):"
        return "\n".join(("", head, _docstring(schema.get("description", name), "    "), "", *lines, ""))

    def _field(self, name: str, schema: Schema, *, is_required: bool) -> Iterator[str]:
        kind = self._type(schema)
        default = ""
        if not is_required:
            value = schema.get("default")
            default = f" = {value!r}"
            if value is None and "None" not in kind.split(" | "):
                kind += " | None"
        attribute = python_name(name)
        if attribute != name:
            default = f' = msgspec.field(name="{name}"{", default=None" if default else ""})'
        yield f"    {attribute}: {kind}{default}"
        if schema.get("description"):
            yield _docstring(schema["description"] + ".", "    ")

    def _type(self, schema: Schema, *, is_argument: bool = False) -> str:
        """The Python type of a schema; of an argument whatever the method takes."""
        if "$ref" in schema:
            return str(schema["$ref"].removeprefix(REFERENCE))
        for several in ("anyOf", "oneOf"):
            if several in schema:
                kinds = [self._type(one, is_argument=is_argument) for one in schema[several]]
                if "int" in kinds and "float" in kinds:
                    kinds.remove("float")  # a whole number, however long
                return " | ".join(dict.fromkeys(kinds))
        kind = schema.get("type")
        if kind == "array":
            inner = self._type(schema.get("items", {}), is_argument=is_argument)
            return f"Sequence[{inner}]" if is_argument else f"list[{inner}]"
        if kind == "object":
            inner = self._type(schema.get("additionalProperties", {}))
            return f"Mapping[str, {inner}]" if is_argument else f"dict[str, {inner}]"
        return PLAIN.get(str(kind), "Any")

    # --- methods ----------------------------------------------------------------------------------------------

    def methods(self, *, is_async: bool) -> str:
        """A class with a function for each method."""
        name, base = ("AsyncMethods", "AsyncAsking") if is_async else ("Methods", "Asking")
        bodies = [self._method(method, operation, is_async) for method, operation in self._operations.items()]
        text = "\n".join(bodies)
        words = _words(text)
        types = sorted(kind for kind in self._schemas if kind in words)
        typing = ["from collections.abc import Mapping, Sequence", "from typing import Any"]
        return "\n".join(
            (
                f'"""The methods of the API{", to be awaited" if is_async else ""}. {MADE_BY}"""',
                "",
                "from __future__ import annotations",
                "",
                *typing,
                "",
                f"from pybytomd.client.asking import {base}",
                f"from pybytomd.client.types import ({', '.join(types)},)",
                "",
                "",
                f"class {name}({base}):",
                '    """A function for each method of the API, by its name with underscores."""',
                "",
                text,
            )
        )

    def _method(self, name: str, operation: Mapping[str, Any], is_async: bool) -> str:
        request = self._request_of(operation)
        schema = self._schemas[request["$ref"].removeprefix(REFERENCE)] if request else {"properties": {}}
        properties: Mapping[str, Schema] = schema["properties"]
        required = schema.get("required", ())
        ordered = sorted(properties, key=lambda field: field not in required)
        parameters = [self._parameter(field, properties[field], field in required) for field in ordered]
        data = self._data_of(operation)
        shapes = [self._type(one) for one in data.get("anyOf", [data])] if data else ["None"]
        head = f"{'async ' if is_async else ''}def {python_name(name)}"
        signature = f"{head}(self{', *, ' if parameters else ''}{', '.join(parameters)}) -> {' | '.join(shapes)}:"
        members = ", ".join(f'"{field}": {python_name(field)}' for field in properties)
        arguments = [f'"{name}"', f"{{{members}}}" if request else "None"]
        arguments += ["type(None)"] if shapes == ["None"] else shapes
        if operation["x-reads"] and not operation["x-waits"]:
            arguments.append("harmless=True")
        call = f"{'await ' if is_async else ''}self._ask({', '.join(arguments)})"
        body = call if shapes == ["None"] else f"return {call}"
        about = _about(operation, {field: properties[field] for field in ordered})
        lines = [signature, _docstring(about, "    "), f"    {body}", ""]
        return textwrap.indent("\n".join(lines), "    ")

    def _parameter(self, name: str, schema: Schema, is_required: bool) -> str:
        kind = self._type(schema, is_argument=True)
        return f"{python_name(name)}: {kind}" if is_required else f"{python_name(name)}: {kind} | None = None"

    # --- the document -----------------------------------------------------------------------------------------

    def _request_of(self, operation: Mapping[str, Any]) -> Schema:
        body = operation.get("requestBody")
        return body["content"]["application/json"]["schema"] if body else {}

    def _data_of(self, operation: Mapping[str, Any]) -> Schema:
        outcome = operation["responses"]["200"]["content"]["application/json"]["schema"]
        result = self._schemas[outcome["oneOf"][0]["$ref"].removeprefix(REFERENCE)]
        found: Schema = result["properties"].get("data", {})
        return found

    def _inner_requests(self) -> set[str]:
        """Objects of requests that stand inside of others."""
        outer = [self._request_of(operation).get("$ref", "") for operation in self._operations.values()]
        return self._sent - {reference.removeprefix(REFERENCE) for reference in outer}

    def _reached(self, values: Any) -> Iterator[str]:
        """The names of all objects that are referred to."""
        left, seen = list(values), set()
        while left:
            value = left.pop()
            if isinstance(value, list):
                left += value
            elif isinstance(value, Mapping):
                name = value.get("$ref", "").removeprefix(REFERENCE)
                if name and name not in seen:
                    seen.add(name)
                    left.append(self._schemas[name])
                    yield name
                left += value.values()


def _about(operation: Mapping[str, Any], properties: Mapping[str, Schema]) -> str:
    """The docstring of a method: what it does, its arguments, its role."""
    text = str(operation["summary"]).replace("``", "`")
    told = [f"{python_name(name)}: {schema.get('description', '')}." for name, schema in properties.items()]
    own = runs([code for code in operation["x-errors"] if code != DEFAULT_CODE])
    wrong = f" Errors of its own: {', '.join(own)}." if own else ""
    return "\n".join([text, "", *told, *([""] if told else []), f"Role: {operation['x-role']}.{wrong}"])


def _docstring(text: str, indent: str) -> str:
    """A docstring, its lines no wider than they may be."""
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    width = WIDTH - len(indent) - len('"""') - 4
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(paragraph, width, subsequent_indent="    " if lines else "") or [""]
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""'
    first, *rest = lines
    return "\n".join(
        [f'{indent}"""{first}', *(f"{indent}{line}" if line else "" for line in rest), f'{indent}"""']
    )


def _words(text: str) -> set[str]:
    return set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split())


def generate() -> Mapping[str, str]:
    """The source of each module by its file name. Raises OSError where ruff, which lays it out, is not there."""
    methods = {method.path: method for method in load_methods().values()}
    generator = Generator(json.loads(openapi.document(methods)))
    sources = {
        "types.py": generator.types(),
        "methods.py": generator.methods(is_async=False),
        "async_methods.py": generator.methods(is_async=True),
    }
    return {name: _formatted(source, name) for name, source in sources.items()}


def _formatted(source: str, name: str) -> str:
    """The source as ruff lays it out, without imports that are not used."""
    for command in (["check", "--fix", "--quiet", "--select", "F401,I001"], ["format", "--quiet"]):
        done = subprocess.run(  # noqa: S603 - nothing in it is from elsewhere
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(FOLDER / name), "-"],
            input=source, capture_output=True, text=True, check=True,
        )  # fmt: skip
        source = done.stdout
    return source


def main() -> None:
    """Write the modules."""
    for name, source in generate().items():
        write_whole(FOLDER / name, source.encode())


if __name__ == "__main__":
    main()
