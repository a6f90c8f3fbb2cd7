"""The OpenAPI document and the readable page, made from the registry."""

from __future__ import annotations

import ast
import html
import json
import re
from typing import Any

import pytest

from pybytomd.ledger.networks.chain_kind import ChainKind
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


def test_examples_for_bytom_2_use_the_typed_client_only_for_what_it_knows() -> None:
    methods = {method.path: method for method in load_methods(kind=ChainKind.BYTOM2).values()}
    page = html.unescape(docs_page.render(methods, openapi.describe(methods)).decode())
    same = [name for name, method in load_methods().items() if methods.get(method.path) is method]
    typed = set(re.findall(r"\bnode\.(\w+)\(", page)) - {"call"}
    assert typed == {name.replace("-", "_") for name in same}
    assert len(typed) > 50
    called = re.findall(r'node\.call\(\s*"([\w-]+)"', page)
    assert sorted(called) == sorted(method.name for method in methods.values() if method.name not in same)
    assert 'node.call("list-validators", {"epoch": 0})' in page
    for program in re.findall(r"<h3>Python</h3><pre>(.*?)</pre>", page, re.DOTALL):
        ast.parse(program)


def test_references_lead_somewhere() -> None:
    document = json.loads(openapi.document(METHODS))
    for value in walk(document):
        if isinstance(value, dict) and "$ref" in value:
            target = document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]


def test_the_schema_of_a_method() -> None:
    document = json.loads(openapi.document(METHODS))
    operation, objects = document["paths"]["/get-block-header"]["post"], document["components"]["schemas"]
    assert operation["requestBody"]["content"]["application/json"] == {
        "schema": {"$ref": "#/components/schemas/BlockRequest"},
        "example": {"block_height": 0},
    }
    assert objects["BlockRequest"]["properties"]["block_height"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 2**64 - 1,
        "description": "A height on the main chain; or give a hash",
    }
    outcome = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert outcome["oneOf"] == [
        {"$ref": "#/components/schemas/GetBlockHeaderResult"},
        {"$ref": "#/components/schemas/Failure"},
    ]
    assert objects["GetBlockHeaderResult"]["required"] == ["status", "data"]
    assert objects["GetBlockHeaderResult"]["properties"]["data"]["$ref"] == "#/components/schemas/BlockHeader"
    assert objects["BlockHeader"]["properties"]["reward"] == {
        "type": "integer",
        "description": "What the block pays to its miner, in neu",
    }
    assert objects["BlockHeader"]["required"] == ["block_header", "reward"]


def test_what_must_be_given_and_what_may_be_missing() -> None:
    objects = json.loads(openapi.document(METHODS))["components"]["schemas"]
    assert objects["CreateKeyRequest"]["required"] == ["alias", "password"]
    assert "alias" not in objects["Account"]["required"]
    assert objects["Account"]["properties"]["alias"]["default"] == ""


def test_two_objects_of_one_name_are_noticed() -> None:
    components = openapi.Components()
    one = {"type": "object", "title": "Thing", "properties": {"a": {"type": "string"}}}
    assert components.referring([one, one]) == [{"$ref": "#/components/schemas/Thing"}] * 2
    with pytest.raises(ValueError, match="two different objects called Thing"):
        components.referring({**one, "properties": {}})


def test_every_method_is_on_the_page() -> None:
    page = docs_page.render(METHODS, openapi.describe(METHODS)).decode()
    for path in METHODS:
        assert f"<code>{path}</code>" in page
