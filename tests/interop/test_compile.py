"""The endpoint compile of a Go node and ours: the same answers to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interop.reference_node import each_reference, needs_reference, reference_node
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

VECTORS = Path(__file__).parents[1] / "vectors" / "data" / "equity.json"
OLD_LANGUAGE = "1.0.5"
BROKEN = (
    "", "null", "[]", "{", "{}", '{"contract":5}', '{"CONTRACT":"contract T"}',
    '{"contract":"\\ud800","args":null}',
    '{"args":[{"boolean":1}]}', '{"args":[{"integer":1.5}]}', '{"args":[{"integer":99999999999999999999}]}',
    '{"args":[{"string":5}]}', '{"args":[{"string":"abc"}]}', '{"args":[{"string":[1]}]}', '{"args":[5]}',
    '{"args":[null]}', '{"args":[{}]}', '{"args":{}}', '{"contract":5,"args":[{"integer":"x"}]}',
    '{"contract":"<>&\\u2028\\u00e9"}',
)  # fmt: skip


def requests() -> list[str]:
    """Bodies of requests: recorded sources, without arguments, with the right ones, and with too few."""
    bodies = list(BROKEN)
    for case in json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]:
        request = {"contract": case["source"]}
        bodies += [json.dumps(request), json.dumps({**request, "args": []})]
        if "args" in case:
            bodies.append(json.dumps({**request, "args": case["args"]}))
    return bodies


@needs_reference
@each_reference
async def test_answers_are_the_same(binary: Path, tmp_path: Path) -> None:
    client = Client(make_api(recorded_chain(0)))
    async with reference_node(binary, tmp_path / "go") as node:
        if node.version == OLD_LANGUAGE:
            pytest.skip("it compiles an older language")
        for body in requests():
            ours = await client.send("/compile", body)
            async with node.session.post(f"http://127.0.0.1:{node.api_port}/compile", data=body) as response:
                theirs = response.status, (await response.read()).decode()
            assert (ours.status, ours.body.decode()) == theirs, body
