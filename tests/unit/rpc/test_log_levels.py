"""The methods that show and change how much the node logs."""

from collections.abc import Iterator

import pytest

from pybytomd.chain.chain import Chain
from pybytomd.node.console.log_levels import PARTS, LogLevels
from tests.unit.rpc.recorded import Client, make_api, recorded_chain


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    made = recorded_chain(0)
    yield made
    made.close()


@pytest.fixture
def client(chain: Chain) -> Iterator[Client]:
    levels = LogLevels("info")
    yield Client(make_api(chain, log_levels=levels))
    levels.reset()


def listed(answer: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {one["part"]: one["level"] for one in answer["data"]}


async def test_a_part_and_all_parts(client: Client) -> None:
    assert listed(await client.call("list-log-levels")) == dict.fromkeys(PARTS, "info")
    changed = await client.call("set-log-level", {"part": "p2p", "level": "DEBUG"})
    assert listed(changed) == {**dict.fromkeys(PARTS, "info"), "p2p": "debug"}
    assert listed(await client.call("list-log-levels")) == listed(changed)
    assert set(listed(await client.call("set-log-level", {"part": "all", "level": "warn"})).values()) == {"warn"}


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({}, 'there is no such part of the log: ""; known are all, account,'),
        ({"part": "P2P", "level": "info"}, '"P2P"; did you mean p2p?'),
        ({"part": "p2p"}, 'there is no such level: ""; known are debug, info, warn, error, fatal'),
        ({"part": "p2p", "level": "wran"}, '"wran"; did you mean warn?'),
        ({"part": "p2p", "level": "\u0130" * 1_000_000}, "known are debug"),
        ({"part": "\x1b[2J", "level": "info"}, '"\\x1b[2J"; known are'),
    ],
)
async def test_words_that_mean_nothing(client: Client, request_: dict[str, str], text: str) -> None:
    answer = await client.call("set-log-level", request_)
    assert (answer["status"], text in answer["error_detail"]) == ("fail", True), answer["error_detail"][:300]
    assert listed(await client.call("list-log-levels")) == dict.fromkeys(PARTS, "info")


async def test_only_by_post_and_only_where_there_is_a_log(client: Client, chain: Chain) -> None:
    browser = {"Host": "127.0.0.1", "User-Agent": "Mozilla/5.0"}
    assert (await client.send("/set-log-level", verb="GET", headers=browser)).status == 405
    assert "keeps no log" in (await Client(make_api(chain)).call("list-log-levels"))["error_detail"]
