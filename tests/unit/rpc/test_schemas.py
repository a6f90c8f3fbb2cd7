"""The OpenAPI document: valid as such, and true of what the reference answered."""

from __future__ import annotations

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import openapi
from tests.api_schemas import check_answer, check_request
from tests.unit.rpc.recorded import recording

METHODS = load_methods()
RECORDINGS = ("rpc_readonly", "rpc_actions", "rpc_txindex")


def test_the_document_is_valid() -> None:
    document = json.loads(openapi.document({method.path: method for method in METHODS.values()}))
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_answers_are_as_documented(name: str) -> None:
    count = 0
    for case in recording(name)["cases"]:
        method = case["endpoint"].removeprefix("/")
        body = case["response_body"] or ""
        if method in METHODS and body.startswith("{"):
            check_answer(method, json.loads(body))
            count += 1
    assert count > 20


@pytest.mark.parametrize("name", RECORDINGS)
def test_requests_that_were_answered_are_as_documented(name: str) -> None:
    for case in recording(name)["cases"]:
        method, request = case["endpoint"].removeprefix("/"), case["request"]
        succeeded = '"success"' in (case["response_body"] or "")
        if not succeeded or method not in METHODS or METHODS[method].request is None:
            continue
        value = json.loads(request) if isinstance(request, str) and request else request
        if value:
            check_request(method, {name: member for name, member in value.items() if member is not None})
