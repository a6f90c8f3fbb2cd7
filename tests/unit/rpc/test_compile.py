"""The endpoint that compiles contracts: the reply to the byte, and what is refused in which words."""

from __future__ import annotations

import json

import pytest

from tests.unit.rpc.recorded import Client, make_api, recorded_chain

SOURCE = (
    "contract T(h: Hash) locks v of k "
    "{ clause c(s: String) { verify sha3(s) == h verify below(7) unlock v of k } }"
)
BODY = "7caa8857cda0"
REPLY = (
    '{"status":"success","data":{"name":"T","source":"%s","program":"%s",'
    '"params":[{"name":"h","type":"Sha3(String)"}],"value":"v of k","clause_info":[{"name":"c",'
    '"params":[{"name":"s","type":"String"}],"blockheight":["7"],'
    '"hash_calls":[{"hash_type":"sha3","arg":"s","arg_type":"String"}],'
    '"values":[{"name":"","asset":"k","amount":"v"}]}],"opcodes":"%s","error":""}}'
)
HINT = "check request parameters for missing and/or incorrect values"


@pytest.fixture
def client() -> Client:
    return Client(make_api(recorded_chain(0)))


async def test_a_body(client: Client) -> None:
    answer = await client.send("/compile", json.dumps({"contract": SOURCE}))
    opcodes = "SWAP SHA3 EQUALVERIFY 7 BLOCKHEIGHT GREATERTHAN"
    assert answer.body.decode().strip() == REPLY % (SOURCE, BODY, opcodes)


async def test_a_program(client: Client) -> None:
    answer = await client.send("/compile", json.dumps({"contract": SOURCE, "args": [{"string": "ABcd"}]}))
    opcodes = f"0xabcd DEPTH 0x{BODY} FALSE CHECKPREDICATE"
    assert answer.body.decode().strip() == REPLY % (SOURCE, f"02abcd7406{BODY}00c0", opcodes)


async def test_the_last_contract_counts_and_nothing_is_null(client: Client) -> None:
    first = "contract A(x: Boolean) locks v of k { clause c() { verify x } }"
    second = "contract B() locks a of b { clause c() { if 1 < 2 && true { } } }"
    data = (await client.call("compile", {"contract": first + second}))["data"]
    assert (data["name"], data["params"], data["value"]) == ("B", None, "a of b")
    assert data["clause_info"] == [{"name": "c", "values": None}]


@pytest.mark.parametrize(
    ("request_body", "code", "detail"),
    [
        ({}, "BTM300", "parse error: line 1, col 0: expected contract: compile contract failed"),
        (
            {"contract": SOURCE.replace("== h", "== 1")},
            "BTM300",
            'compiling contract: parameter "h" is unused: compile contract failed',
        ),
        ({"contract": SOURCE, "args": []}, "BTM301", "got 0 argument(s), want 1: instantiate contract failed"),
        (
            {"contract": SOURCE, "args": [{"integer": 1}]},
            "BTM301",
            "type mismatch in arg 0 (want string): instantiate contract failed",
        ),
        ({"contract": "(" * 200_000}, "BTM300", None),
    ],
)
async def test_what_fails(client: Client, request_body: object, code: str, detail: str | None) -> None:
    answer = await client.call("compile", request_body)
    assert (answer["status"], answer["code"]) == ("fail", code)
    assert detail is None or answer["error_detail"] == detail


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"args":[{"boolean":1}]}', "cannot unmarshal number into Go struct field compileReq.args of type bool"),
        (
            '{"args":[{"integer":1.5}]}',
            "cannot unmarshal number 1.5 into Go struct field compileReq.args of type int64",
        ),
        (
            '{"args":[{"string":5}]}',
            "cannot unmarshal number into Go struct field compileReq.args of type *json.HexBytes",
        ),
        (
            '{"contract":5,"args":[[]]}',
            "cannot unmarshal array into Go struct field compileReq.args of type map[string]json.RawMessage",
        ),
        (
            '{"args":{}}',
            "cannot unmarshal object into Go struct field compileReq.args of type []compiler.ContractArg",
        ),
    ],
)
async def test_arguments_of_a_wrong_type(client: Client, body: str, detail: str) -> None:
    answer = json.loads((await client.send("/compile", body)).body)
    assert (answer["code"], answer["detail"]) == ("BTM002", f"json: {detail}: {HINT}")


@pytest.mark.parametrize("argument", ["null", "{}", '{"String":"00"}'])
async def test_an_argument_that_is_none(client: Client, argument: str) -> None:
    answer = json.loads((await client.send("/compile", f'{{"args":[{argument}]}}')).body)
    assert answer["detail"] == f"contract arg must define one of boolean, integer, string: {HINT}"


@pytest.mark.parametrize(
    ("kind", "argument", "push"),
    [
        ("Integer", {"integer": None}, "00"),
        ("Boolean", {"boolean": True, "integer": 5, "string": "zz"}, "51"),
        ("Boolean", {"boolean": None}, "00"),
        ("Integer", {"integer": -1, "string": 5}, "08ffffffffffffffff"),
        ("String", {"string": None}, "00"),
    ],
)
async def test_forms_of_arguments(client: Client, kind: str, argument: object, push: str) -> None:
    source = f"contract T(x: {kind}) locks v of k {{ clause c() {{ verify size(x) > 1 }} }}"
    data = (await client.call("compile", {"contract": source, "args": [argument]}))["data"]
    assert data["program"].startswith(push + "74")
