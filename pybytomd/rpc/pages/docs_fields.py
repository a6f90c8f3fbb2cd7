"""Tables of fields, for the page about the API: what each is called, what it may be, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from pybytomd.rpc.pages.docs_examples import named

Schema = Mapping[str, Any]
WORDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null",
}  # fmt: skip
LONG = 14
"""Letters of a name that always have room in a line."""
REQUIRED, OMITTED = "required", "may be left out"


def anchor(title: str) -> str:
    """Where an object is explained on the page."""
    return f"object-{title}"


def breakable(name: str) -> str:
    """A name that may go on in the next line behind an underscore, if it is long."""
    text = escape(name)
    return text.replace("_", "_<wbr>") if len(name) > LONG else text


def kind(schema: Schema) -> str:
    """What a value may be, in HTML; objects lead to where they are explained."""
    if name := named(schema):
        return f'<a href="#{anchor(name)}">{escape(name)}</a>'
    if "const" in schema:
        return f"<code>{breakable(str(schema['const']))}</code>"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(map(kind, schema[several])))
    match schema.get("type"):
        case "array":
            return f"list of {kind(schema.get('items', {}))}"
        case "object" if "additionalProperties" in schema:
            return f"object, each member {kind(schema['additionalProperties'])}"
        case "object":
            return "object"
        case word:
            return WORDS.get(str(word), "anything")


def table(schema: Schema, *, is_request: bool) -> str:
    """The fields of an object. Of a request those that are required are marked, else those that may be missing."""
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{breakable(name)}</code>{_mark(name in required, is_request)}</td><td>{kind(field)}</td>"
        f"<td>{escape(field.get('description', ''))}</td></tr>\n"
        for name, field in schema["properties"].items()
    )
    head = "<thead><tr><th>field</th><th>type</th><th>meaning</th></tr></thead>"
    return f"<table>{head}<tbody>\n{rows}</tbody></table>"


def _mark(is_required: bool, is_request: bool) -> str:
    if is_required == is_request:
        return f' <span class="mark">{REQUIRED if is_request else OMITTED}</span>'
    return ""


def reached(schema: Schema) -> Iterator[str]:
    """The names of the objects that a schema refers to, directly."""
    if name := named(schema):
        yield name
    for several in ("anyOf", "oneOf"):
        for one in schema.get(several, ()):
            yield from reached(one)
    for inside in ("items", "additionalProperties"):
        if inside in schema:
            yield from reached(schema[inside])
