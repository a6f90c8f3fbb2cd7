"""A disk that becomes full under a running node: nothing it acknowledges afterwards is lost by kill -9."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.node_process import RunningNode, node, run

RECEIVERS = 80
MAX_CALLS = 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """24 MB, as a file system in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(disk)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system needs root: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Callable[[], None]:
    """Take all the room there is; call the result to give it back."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(512))
    return filler.unlink


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
