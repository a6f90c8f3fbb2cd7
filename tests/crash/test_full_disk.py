"""A disk that becomes full under a running node: nothing it acknowledges afterwards is lost by kill -9."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.node_process import RunningNode, node, run
from tests.small_disk import fill, small_disk_at

RECEIVERS = 80
MAX_CALLS = 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "disk", 24) as disk:
        yield disk


async def addresses(running: RunningNode) -> list[str]:
    return [item["address"] for item in await running.call("list-addresses", account_alias="alice")]


async def until_refused(running: RunningNode) -> list[str]:
    """Ask for receivers until there is no room for one; those that there were."""
    made = []
    for _ in range(MAX_CALLS):
        answer = await running.ask("create-account-receiver", {"account_alias": "alice"})
        if answer["status"] == "fail":
            assert "No space left on device" in answer["error_detail"] + answer["msg"], answer
            return made
        made.append(answer["data"]["address"])
    raise AssertionError("the disk is never full")


async def test_receivers_after_a_full_disk_survive_a_kill(small_disk: Path) -> None:
    home = small_disk / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    async with node(home) as first:
        key = await first.call("create-key", alias="key", password="password")
        await first.call("create-account", root_xpubs=[key["xpub"]], quorum=1, alias="alice")
        before = (await first.call("create-account-receiver", account_alias="alice"))["address"]
        free = fill(small_disk)
        made = await until_refused(first)
        assert await until_refused(first) == []
        assert before in await addresses(first), "it goes on answering"
        free()
        receivers = [
            (await first.call("create-account-receiver", account_alias="alice"))["address"]
            for _ in range(RECEIVERS)
        ]
        await first.kill()
        assert "takes changes again; nothing that was confirmed is lost" in first.text
    async with node(home) as second:
        found = await addresses(second)
        expected = [before, *made, *receivers]
        assert found[: len(expected)] == expected  # then comes one that the node made to be paid for mining
        assert (await second.call("create-account-receiver", account_alias="alice"))["address"] not in receivers
