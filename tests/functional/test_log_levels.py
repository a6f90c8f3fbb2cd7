"""How much a running node logs is changed with the client, told in the log, and forgotten at the end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.functional.client_process import type_in
from tests.functional.node_process import POLL_SECONDS, node, run

PATIENCE = 60.0


def logged(home: Path, part: str) -> str:
    return "".join(path.read_text() for path in (home / "log").glob(f"{part}.*"))


async def until_logged(home: Path, part: str, text: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while text not in logged(home, part):  # noqa: ASYNC110 - a file has nothing to wait on
            await asyncio.sleep(POLL_SECONDS)


@pytest.mark.timeout(300)
async def test_a_part_is_made_to_tell_more_until_the_node_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "dev", "--home", home)).status == 0
    async with node(home, "--chain_id", "dev") as running:
        token = json.loads((await type_in(running, "token", "create", "monitor", "--role", "read", "--json")).out)
        await running.call("generate", count=1)
        changed = await type_in(running, "set-log-level", "protocol", "debug", "--json")
        assert changed.status == 0, changed.text
        levels = {one["part"]: one["level"] for one in json.loads(changed.out)}
        assert levels.pop("protocol") == "debug"
        assert set(levels.values()) == {"info"}
        await until_logged(home, "node", "part=protocol to=debug")
        assert "attach from mainchain" not in logged(home, "protocol")
        await running.call("generate", count=1)
        await until_logged(home, "protocol", 'msg="attach from mainchain"')
        assert "level=debug" not in logged(home, "node")

        back = await type_in(running, "set-log-level", "all", "info")
        assert "protocol\tinfo\n" in back.out
        for words in (("protocol",), ("protocol", "loud"), ("consensus", "debug")):
            refused = await type_in(running, "set-log-level", *words)
            assert (refused.status in (1, 4), "Traceback" in refused.text) == (True, False), refused.text
        monitored = await type_in(running, "list-log-levels", BYTOM_ACCESS_TOKEN=token["token"])
        assert "protocol\tinfo\n" in monitored.out
        denied = await type_in(running, "set-log-level", "p2p", "debug", BYTOM_ACCESS_TOKEN=token["token"])
        assert (denied.status, "takes the role admin" in denied.text) == (2, True)
        assert (await type_in(running, "set-log-level", "protocol", "debug")).status == 0
        await running.stop()
    async with node(home, "--chain_id", "dev") as running:
        listed = await type_in(running, "list-log-levels")
        assert "debug" not in listed.out
        assert len(listed.out.splitlines()) > 10


async def test_a_node_of_bytom_2_as_well(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "bytom2-solonet", "--home", home)).status == 0
    async with node(home) as running:
        changed = await type_in(running, "set-log-level", "p2p", "warn")
        assert changed.status == 0, changed.text
        assert "p2p\twarn\n" in changed.out
