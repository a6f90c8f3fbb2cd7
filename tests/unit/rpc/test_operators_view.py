"""What an operator sees over the API: the end of the log, the settings in force, the roles of a token."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator

import pytest

from pybytomd.node.console.log_tail import LogTail
from pybytomd.node.settings.report import Shown
from pybytomd.rpc.api import Api
from pybytomd.rpc.http_messages import HttpRequest
from tests.unit.rpc.recorded import Client, make_api, recorded_chain

SAID = (
    (logging.DEBUG, "pybytomd.rpc.dispatch", "asked"),
    (logging.INFO, "pybytomd.p2p.peers.switch", "met"),
    (logging.WARNING, "pybytomd.p2p.peers.switch", "parted"),
    (logging.ERROR, "pybytomd.node.run", "broke"),
)


@pytest.fixture
def api() -> Iterator[Api]:
    chain, tail = recorded_chain(0), LogTail()
    for level, name, message in SAID:
        made = logging.LogRecord(name, level, "/src/x.py", 1, message, None, None)
        made.created = 1_795_453_850.25
        tail.handle(made)
    shown = [Shown("mining", True, "flag", "--mining"), Shown("ws.max_num_websockets", 25, "default", "")]
    yield make_api(chain, log_tail=tail, settings=lambda: shown)
    chain.close()


async def messages(api: Api, **arguments: object) -> list[str]:
    data = (await Client(api).call("list-log-records", arguments))["data"]
    assert data["newest"] == len(SAID)
    return [one["message"] for one in data["records"]]


async def test_the_end_of_the_log_by_level_part_and_number(api: Api) -> None:
    assert await messages(api) == ["asked", "met", "parted", "broke"]
    assert await messages(api, level="info") == ["met", "parted", "broke"]
    assert await messages(api, level="warn") == await messages(api, level="WARNING") == ["parted", "broke"]
    assert await messages(api, part="p2p") == ["met", "parted"]
    assert await messages(api, after=2) == ["parted", "broke"]
    assert await messages(api, count=1, part="p2p") == ["parted"]
    assert await messages(api, after=99) == []
    (record,) = (await Client(api).call("list-log-records", {"after": 3}))["data"]["records"]
    assert record == {
        "number": 4, "time": "2026-11-23T17:10:50.25Z", "level": "error", "part": "node", "message": "broke",
        "fields": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"level": "loud"}, '"loud" is none: the levels of the log are debug, info, warning, error, fatal'),
        ({"count": 0}, "count must be from 1 to 1000 records"),
        ({"count": 1001}, "count must be from 1 to 1000 records"),
    ],
)
async def test_what_cannot_be_asked_of_the_log(api: Api, arguments: dict[str, object], said: str) -> None:
    answer = await Client(api).call("list-log-records", arguments)
    assert (answer["status"], answer["error_detail"]) == ("fail", said)


async def test_the_settings_in_force(api: Api) -> None:
    assert (await Client(api).call("list-settings"))["data"] == [
        {"key": "mining", "value": True, "source": "flag", "place": "--mining"},
        {"key": "ws.max_num_websockets", "value": 25, "source": "default", "place": ""},
    ]


async def test_a_node_without_log_and_configuration_says_so() -> None:
    chain = recorded_chain(0)
    client = Client(make_api(chain))
    assert (await client.call("list-log-records", {}))["error_detail"].startswith("this node keeps no log")
    assert (await client.call("list-settings"))["error_detail"].startswith("this node has no configuration")
    chain.close()


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_who_asks_learns_the_roles_of_the_token(api: Api, verb: str) -> None:
    async def roles(token: str = "") -> tuple[int, list[str]]:
        headers = {"host": "127.0.0.1", "content-type": "application/json"}
        if token:
            headers["authorization"] = "Basic " + base64.b64encode(token.encode()).decode()
        answer = await Client(api).dispatcher.answer(HttpRequest(verb, "/own-roles", headers, "127.0.0.1"), b"{}")
        return answer.status, json.loads(answer.body)["data"]["roles"]

    everything = ["read", "wallet", "spend", "mining", "admin"]
    assert await roles() == (200, everything)
    for kind, held in {
        "spend": ["read", "wallet", "spend"],
        "mining": ["read", "mining"],
        "admin": everything,
        "": everything,
    }.items():
        assert await roles(api.tokens.create(f"a{kind}", kind).token) == (200, held)
