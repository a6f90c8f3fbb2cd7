"""The OpenAPI document and the readable page, made from the registry."""

from __future__ import annotations

import json
from typing import Any

from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import docs_page, openapi

METHODS = {method.path: method for method in load_methods().values()}


def walk(value: Any) -> Any:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from walk(child)


def test_every_method_is_in_the_document() -> None:
    document = json.loads(openapi.document(METHODS))
    assert set(document["paths"]) == set(METHODS) | set(openapi.OTHER_PATHS)
    assert document["openapi"].startswith("3.1")
    for path in METHODS:
        item = document["paths"][path]
        operation = item["post"]
        assert operation["summary"], path
        assert set(operation["responses"]) >= {"200", "400", "401", "500"}
        assert ("requestBody" in operation) == (METHODS[path].request is not None)
    identifiers = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(identifiers) == len(set(identifiers))


def test_references_lead_somewhere() -> None:
    document = json.loads(openapi.document(METHODS))
    for value in walk(document):
        if isinstance(value, dict) and "$ref" in value:
            target = document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]


def test_the_schema_of_a_method() -> None:
    operation = json.loads(openapi.document(METHODS))["paths"]["/get-block-header"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["block_height"] == {"type": "integer", "minimum": 0, "maximum": 2**64 - 1}
    success = operation["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"][0]
    assert success["properties"]["data"]["properties"]["reward"] == {"type": "integer"}


def test_every_method_is_on_the_page() -> None:
    page = docs_page.render(METHODS).decode()
    for path in METHODS:
        assert f"<code>{path}</code>" in page
    assert "<script" not in page
