"""Error codes, and what is sent for an error."""

from __future__ import annotations

import importlib
import json
import pkgutil

import pytest

import pybytomd
from pybytomd.errors import BytomError
from pybytomd.rpc import envelope
from pybytomd.rpc.errors import (
    ERROR_TABLE,
    BadRequest,
    BodyTooLarge,
    ForeignOrigin,
    InternalError,
    MissingField,
    NoSuchMethod,
    NotAuthenticated,
    info_of,
)
from pybytomd.vm.errors import BadProgramValue, BadValue


def all_errors() -> list[type[BytomError]]:
    for module in pkgutil.walk_packages(pybytomd.__path__, "pybytomd."):
        if not module.name.startswith(("pybytomd.cli", "pybytomd.node")):
            importlib.import_module(module.name)
    found, waiting = [], [BytomError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return found


def test_every_code_in_the_code_is_in_the_table_with_its_text() -> None:
    for kind in all_errors():
        assert kind.code in ERROR_TABLE, kind
        expected = ERROR_TABLE[kind.code].root
        if kind.code != "BTM000" and kind.message and expected and not kind.__module__.startswith("pybytomd.rpc"):
            assert kind.message == expected, kind


def test_the_rows_are_complete() -> None:
    assert all(row.code == code and row.message for code, row in ERROR_TABLE.items())
    assert {row.status for row in ERROR_TABLE.values()} == {400, 401, 403, 408, 500, 502}


def test_equal_texts_may_have_different_codes() -> None:
    assert str(BadValue()) == str(BadProgramValue()) == "bad value"
    assert info_of(BadValue()).code == "BTM761"
    assert info_of(BadProgramValue()).code == "BTM000"


def test_a_failure_tells_its_context() -> None:
    error = BadValue().within("checking result 0")
    assert json.loads(envelope.failure(error)) == {
        "status": "fail",
        "code": "BTM761",
        "msg": "Bad value",
        "error_detail": "checking result 0: bad value",
    }


def test_a_failure_without_text_has_no_detail() -> None:
    assert envelope.failure(BytomError("")) == b'{"status":"fail","code":"BTM000","msg":"Bytom API Error"}\n'


@pytest.mark.parametrize(
    ("refusal", "status", "body"),
    [
        (
            NoSuchMethod(),
            500,
            '{"code":"BTM000","msg":"Bytom API Error","status":"fail","detail":"not Found","temporary":true}\n',
        ),
        (
            BadRequest.from_error(BytomError("EOF")),
            400,
            '{"code":"BTM002","msg":"BAD","status":"fail","detail":"EOF: HINT","temporary":false}\n',
        ),
        (
            NotAuthenticated("no token"),
            401,
            '{"code":"BTM860","msg":"NO","status":"fail","detail":"no token","temporary":false}\n',
        ),
    ],
)
def test_refusals(refusal: NoSuchMethod, status: int, body: str) -> None:
    body = (
        body.replace("HINT", BadRequest.HINT)
        .replace("BAD", "Invalid request body")
        .replace("NO", ERROR_TABLE["BTM860"].message)
    )
    assert envelope.refusal(refusal) == (status, body.encode())


def test_statuses_of_our_own_refusals() -> None:
    assert envelope.refusal(BodyTooLarge())[0] == 400
    assert envelope.refusal(ForeignOrigin())[0] == 403
    assert envelope.refusal(InternalError())[0] == 500


def test_a_missing_field_is_named() -> None:
    assert "raw_block is missing" in envelope.failure(MissingField.named("raw_block")).decode()
