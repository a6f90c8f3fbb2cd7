"""Every field, example and error of the API is told of: to people on the page, to programs in the document."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.node.console.log_levels import PARTS
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import openapi
from pybytomd.rpc.schema.actions import ACTION_SHAPES
from pybytomd.rpc.schema.examples import EXAMPLES
from pybytomd.rpc.schema.failures import FAILURES, failures_of, runs
from pybytomd.rpc.schema.meanings import described, meaning_of
from pybytomd.rpc.schema.meanings.by_class import OF_CLASSES, TABLES
from pybytomd.rpc.schema.meanings.by_name import OF_NAMES
from pybytomd.rpc.schema.meanings.required import REQUIRED
from pybytomd.rpc.schema.registry import Method
from pybytomd.wallet.spend.actions import ACTIONS
from tests.api_schemas import check_request, without_others

METHODS = {kind: load_methods(kind=kind) for kind in ChainKind}
DOCUMENTS: dict[ChainKind, Any] = {
    kind: json.loads(openapi.document({method.path: method for method in METHODS[kind].values()}))
    for kind in ChainKind
}
FORMS = {
    "hex", "bytes in hex", "32 bytes in hex", "an extended public key in hex", "a serialized transaction in hex",
    "a serialized block in hex", "a serialized block header in hex", "milliseconds, or text such as 1h30m",
}  # fmt: skip
"""What a schema says by itself: how a value is written, and not what it means."""

each_kind = pytest.mark.parametrize("kind", ChainKind)
every_method = [method for kind in ChainKind for method in METHODS[kind].values()]


def rows() -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "by name", OF_NAMES
    yield from OF_CLASSES.items()


def fields(kind: ChainKind) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for title, schema in DOCUMENTS[kind]["components"]["schemas"].items():
        for name, field in schema.get("properties", {}).items():
            yield title, name, field


@each_kind
def test_every_field_has_a_meaning(kind: ChainKind) -> None:
    """To give it one see ``pybytomd/rpc/schema/meanings``."""
    assert len(list(fields(kind))) > 200
    missing = [
        f"{title}.{name}" for title, name, field in fields(kind) if field.get("description", "") in {*FORMS, ""}
    ]
    assert missing == []


@each_kind
def test_every_object_says_what_it_is(kind: ChainKind) -> None:
    schemas = DOCUMENTS[kind]["components"]["schemas"]
    assert [title for title, schema in schemas.items() if not schema["description"].endswith(".")] == []


def test_meanings_are_phrases() -> None:
    texts = [text for _, row in rows() for text in row.values()]
    assert [text for text in texts if text.endswith(".") or text != text.strip() or "``" in text] == []


def test_every_meaning_is_of_a_field() -> None:
    """A row for a class or a name that is gone goes, too."""
    told = {field["description"].partition(" (")[0] for kind in ChainKind for *_, field in fields(kind)}
    stale = [
        f"{owner}: {name}" for owner, row in rows() for name, text in row.items()
        if text.partition(" (")[0] not in told
    ]  # fmt: skip
    assert stale == []


def test_no_field_of_a_class_stands_in_two_tables() -> None:
    fields = [(owner, name) for table in TABLES for owner, row in table.items() for name in row]
    assert [field for field, times in Counter(fields).items() if times > 1] == []


@each_kind
def test_what_is_required_is_a_field(kind: ChainKind) -> None:
    for title, schema in DOCUMENTS[kind]["components"]["schemas"].items():
        assert set(schema.get("required", ())) <= set(schema["properties"]), title


def test_every_request_with_required_fields_is_there() -> None:
    classes = {method.request.__name__ for method in every_method if method.request is not None}
    assert set(REQUIRED) - classes == set()


@pytest.mark.parametrize("method", every_method, ids=lambda method: method.name)
def test_a_method_has_an_example_that_is_right(method: Method) -> None:
    if method.request is not None:
        check_request(method.name, EXAMPLES[method.name], closed=True, of=method)


def test_every_example_and_every_failure_is_of_a_method() -> None:
    assert set(EXAMPLES) == {method.name for method in every_method if method.request is not None}
    assert set(FAILURES) <= {method.name for method in every_method}


@pytest.mark.parametrize("method", every_method, ids=lambda method: method.name)
def test_the_errors_of_a_method_are_in_the_table(method: Method) -> None:
    codes = list(failures_of(method))
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(ERROR_TABLE)


def test_the_example_of_a_part_of_the_log_names_one() -> None:
    assert EXAMPLES["set-log-level"]["part"] in PARTS


def test_codes_in_a_row_are_told_as_one() -> None:
    assert runs(["BTM200", "BTM201", "BTM202", "BTM709", "BTM000"]) == ["BTM200 to BTM202", "BTM709", "BTM000"]
    assert runs([]) == []


def test_every_action_has_a_shape() -> None:
    """And the shape has each field that the action reads."""
    schemas = DOCUMENTS[ChainKind.BYTOM1]["components"]["schemas"]
    told = {}
    for shape in ACTION_SHAPES:
        schema = schemas[shape.__name__.removesuffix("Shape")]
        told[schema["properties"]["type"]["const"]] = set(schema["properties"])
    assert set(told) == set(ACTIONS)
    for kind, action in ACTIONS.items():
        read = {field.name for field in dataclasses.fields(action)}  # type: ignore[arg-type]
        assert read - told[kind] == set()


class Plain:
    """A class."""


@dataclass
class AccountReply:
    """One that has a row for a name of its own."""


def test_a_meaning_of_a_class_counts_more_than_one_of_a_name() -> None:
    assert meaning_of(Plain, "fee") == OF_NAMES["fee"]
    assert meaning_of(Plain, "alias") == ""
    assert meaning_of(AccountReply, "alias") == "The name of the account"
    assert meaning_of(type("Child", (AccountReply,), {}), "alias") == "The name of the account"


def test_how_a_value_is_written_stands_behind_what_it_means() -> None:
    assert described({"type": "string", "description": "hex"}, "The id") == {
        "type": "string",
        "description": "The id (hex)",
    }
    named = {"title": "Block", "type": "object"}
    assert described(named, "The block") == {"allOf": [named], "description": "The block"}
    assert described(named, "") == named


def test_objects_are_closed_for_examples() -> None:
    assert without_others({"properties": {"a": {"type": "string"}}})["additionalProperties"] is False
