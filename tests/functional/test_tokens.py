"""Access tokens with roles and an end: made by the client, held to by a node, kept over its end."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import aiohttp

from tests.functional.client_process import basic, type_in
from tests.functional.node_process import POLL_SECONDS, RunningNode, node, run

ENDS_IN = 2
"""Seconds."""


async def ask(running: RunningNode, token: str, method: str, **arguments: object) -> tuple[int, Any]:
    """Status and answer to a request with a token."""
    async with (
        aiohttp.ClientSession(headers=basic(token)) as session,
        session.post(f"{running.url}/{method}", json=arguments) as response,
    ):
        return response.status, await response.json(content_type=None)


async def make(running: RunningNode, *words: str) -> Any:
    made = await type_in(running, "token", "create", *words, "--json")
    assert made.status == 0, made.text
    return json.loads(made.out)


async def test_a_token_opens_what_its_roles_open_and_outlives_the_node(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    async with node(home) as running:
        shop = await make(running, "shop", "--role", "wallet", "--expires-in", "30d")
        rig = await make(running, "rig", "--role", "mining,read")
        boss = await make(running, "boss", "--role", "admin")
        plain = json.loads((await type_in(running, "create-access-token", "plain")).out)
        await running.kill()  # what was told is kept
    async with node(home) as running:
        assert (await ask(running, shop["token"], "get-block-count"))[0] == 200
        assert (await ask(running, shop["token"], "list-accounts"))[1]["status"] == "success"
        status, refused = await ask(running, shop["token"], "create-key", alias="x", password="y")
        assert (status, refused["code"]) == (403, "BTM861")
        assert refused["detail"] == "/create-key takes the role spend; the access token shop has read, wallet"
        assert (await ask(running, rig["token"], "generate", count=1))[1]["status"] == "success"
        assert (await ask(running, rig["token"], "list-accounts"))[0] == 403
        for token in (rig["token"], shop["token"]):
            assert (await ask(running, token, "create-access-token", id="y"))[0] == 403
        assert (await ask(running, boss["token"], "create-key", alias="x", password="y"))[1]["status"] == "success"
        assert (await ask(running, plain["token"], "list-accounts"))[1]["status"] == "success"

        refusal = await type_in(running, "create-account", "a", "00" * 64, BYTOM_ACCESS_TOKEN=shop["token"])
        assert refusal.status == 2
        told = await type_in(running, "token", "list", BYTOM_ACCESS_TOKEN=shop["token"])
        assert (told.status, told.out) == (2, "")
        assert "/list-access-tokens takes the role admin; the access token shop has read, wallet" in told.err

        listed = await type_in(running, "token", "list", BYTOM_ACCESS_TOKEN=boss["token"])
        assert [line.split("\t")[:2] for line in listed.out.splitlines()] == [
            ["boss", "admin"],
            ["plain", "everything"],
            ["rig", "mining,read"],
            ["shop", "wallet"],
        ]
        everything = json.dumps(await running.call("list-access-tokens")) + listed.text
        stored = b"".join(path.read_bytes() for path in (home / "data" / "accesstoken.db").iterdir())
        for token in (shop, rig, boss):
            secret = token["token"].partition(":")[2]
            assert secret not in everything
            assert secret.encode() not in stored
        assert (await type_in(running, "token", "delete", "shop")).status == 0
        assert (await ask(running, shop["token"], "get-block-count"))[0] == 200  # as anybody on this machine
        await running.stop(signal.SIGTERM)


async def test_a_token_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    async with node(home) as running:
        made = await make(running, "brief", "--role", "read", "--expires-in", f"{ENDS_IN}s")
        async with asyncio.timeout(30 * ENDS_IN):
            while (await ask(running, made["token"], "get-block-count"))[0] == 200:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
        status, refused = await ask(running, made["token"], "get-block-count")
        assert (status, refused["code"], refused["detail"]) == (401, "BTM860", "the access token has expired")
        wrong = await type_in(running, "token", "create", "x", "--role", "raed")
        assert (wrong.status, wrong.out) == (4, "")
        assert "did you mean read?" in wrong.err
