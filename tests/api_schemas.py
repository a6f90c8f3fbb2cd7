"""Answers of the API against what its OpenAPI document says about them, to the last field."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import openapi
from pybytomd.rpc.schema.failures import failures_of
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.requests import StructKind


def without_others(schema: Any) -> Any:
    """The schema with no other members than those it names."""
    if isinstance(schema, dict):
        closed = {name: without_others(inner) for name, inner in schema.items()}
        return {"additionalProperties": False, **closed} if "properties" in closed else closed
    return [without_others(inner) for inner in schema] if isinstance(schema, list) else schema


@cache
def _validator(method: str, kind: str) -> Draft202012Validator:
    schemas = {
        "success": lambda: openapi.success_schema(load_methods()[method]),
        "failure": lambda: openapi.FAILURE,
        "refusal": lambda: openapi.REFUSAL,
        "request": lambda: StructKind(load_methods()[method].request or object).schema(),
    }
    schema = schemas[kind]()
    return Draft202012Validator(schema if kind == "request" else without_others(schema))


def check_answer(method: str, answer: Any) -> None:
    """Fail the test for an answer, of any kind, that is not as documented."""
    if answer["status"] == "success":
        _validator(method, "success").validate(answer)
    else:
        is_refusal = "temporary" in answer
        _validator("", "refusal" if is_refusal else "failure").validate(answer)
        if not is_refusal:
            assert answer["code"] in failures_of(load_methods()[method]), f"{method} is not said to fail like that"


def check_request(method: str, request: Any, *, closed: bool = False, of: Method | None = None) -> None:
    """Fail the test for a request that is not as documented; a ``closed`` one has no other members either."""
    if closed:
        schema = StructKind((of or load_methods()[method]).request or object).schema()
        Draft202012Validator(without_others(schema)).validate(request)
    else:
        _validator(method, "request").validate(request)
