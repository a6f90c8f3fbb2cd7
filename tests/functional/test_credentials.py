"""A node that asks its own machine for credentials and speaks TLS, its user's client, and everybody else."""

from __future__ import annotations

import asyncio
import json
import ssl
import stat
import sys
from pathlib import Path

import aiohttp

from tests.certificates import write_certificate
from tests.functional.client_process import basic, type_in
from tests.functional.node_process import BLOCK_SECONDS, Ended, RunningNode, environment, node, run

PAGE = "https://wallet.example"


async def as_user(home: Path, *words: str, **variables: str) -> Ended:
    """The client of the user whose node lives in ``home``, who names no address."""
    return await type_in("", *words, TM_HOME=str(home), **variables)


async def fetch(
    running: RunningNode, path: str, trusted: Path, **details: object
) -> tuple[int, str, dict[str, str]]:
    context = ssl.create_default_context(cafile=trusted)
    async with aiohttp.ClientSession() as session:
        verb = str(details.pop("verb", "POST"))
        async with session.request(verb, f"{running.url}{path}", ssl=context, **details) as response:  # type: ignore[arg-type]
            return response.status, await response.text(), dict(response.headers)


async def test_the_user_of_the_node_is_let_in_and_nobody_else(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    certificate, key = write_certificate(tmp_path)
    options = ("--auth.local", "--api.tls_certificate", str(certificate), "--api.tls_key", str(key),
               "--api.origins", PAGE)  # fmt: skip
    async with node(home, *options) as running:
        assert running.url.startswith("https://127.0.0.1:")
        assert stat.S_IMODE((home / ".cookie").stat().st_mode) == 0o600
        for words in (
            ("get-block-count",),
            ("call", "net-info"),
            ("status",),
            ("token", "create", "page", "--json"),
        ):
            allowed = await as_user(home, *words)
            assert allowed.status == 0, allowed.text
            refused = await type_in(running, *words, TM_HOME=str(other), BYTOM_CACERT=str(certificate))
            assert (refused.status, "Traceback" in refused.text) == (2, False), refused.text
        assert (await as_user(other, "get-block-count", "--home", str(home))).status == 0
        assert (await as_user(home, "get-block-count", "--home", str(other))).status == 2
        unknown = await type_in(running, "call", "net-info", TM_HOME=str(other))
        assert (unknown.status, "CERTIFICATE_VERIFY_FAILED" in unknown.err) == (2, True), unknown.text
        assert "name the file with it by --cacert or BYTOM_CACERT" in unknown.err, unknown.text
        token = json.loads((await as_user(home, "token", "create", "shop", "--role", "read", "--json")).out)[
            "token"
        ]
        known = await type_in(
            running, "call", "get-block-count", BYTOM_ACCESS_TOKEN=token, BYTOM_CACERT=str(certificate),
            TM_HOME=str(other),
        )  # fmt: skip
        assert known.status == 0, known.text

        origin = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
        status, _, headers = await fetch(running, "/net-info", certificate, verb="OPTIONS", headers=origin)
        assert (status, headers["Access-Control-Allow-Origin"]) == (200, PAGE)
        shown = {**basic(token), "Origin": PAGE}
        status, text, headers = await fetch(running, "/get-block-count", certificate, headers=shown)
        assert (status, json.loads(text)["status"], headers["Access-Control-Allow-Origin"]) == (
            200,
            "success",
            PAGE,
        )
        status, _, headers = await fetch(running, "/net-info", certificate, headers={"Origin": PAGE})
        assert (status, headers["Access-Control-Allow-Origin"]) == (401, PAGE)
        status, _, headers = await fetch(
            running, "/net-info", certificate, headers={"Origin": "https://evil.example"}
        )
        assert (status, "Access-Control-Allow-Origin" in headers) == (401, False)
        context = ssl.create_default_context(cafile=certificate)
        async with (
            aiohttp.ClientSession(headers=basic(token)) as session,
            session.ws_connect(f"{running.url}/websocket-subscribe", ssl=context) as socket,
        ):
            await socket.send_str('{"topic":"notify_raw_blocks"}')
            async with asyncio.timeout(10):
                assert json.loads((await socket.receive()).data)["notification_type"] == "request_status"
        await running.stop()
        assert not (home / ".cookie").exists()
        logs = "".join(path.read_text(errors="replace") for path in (home / "log").rglob("*") if path.is_file())
        assert "Traceback" not in running.text + logs


async def test_a_miner_of_the_same_user_finds_the_node_and_its_next_cookie(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    certificate, key = write_certificate(tmp_path)
    options = ("--auth.local", "--api.tls_certificate", str(certificate), "--api.tls_key", str(key))

    async def height() -> int:
        answer = await as_user(home, "call", "get-block-count", "--json")
        assert answer.status == 0, answer.text
        return int(json.loads(answer.out)["block_count"])

    async def until_height(wanted: int) -> None:
        async with asyncio.timeout(BLOCK_SECONDS):
            while await height() < wanted:
                pass

    async with node(home, *options) as running:
        miner = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pybytomd", "miner", env=environment(TM_HOME=str(home), BYTOM_URL=""),
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await until_height(1)
            await running.stop()
            async with node(home, *options):
                await until_height(await height() + 1)
        finally:
            miner.kill()
            await miner.wait()


async def test_settings_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    certificate, _ = write_certificate(tmp_path)
    for options, text in (
        (("--auth.local", "--auth.disable"), "leave out one of them"),
        (("--api.origins", "*"), "* is no origin"),
        (("--api.tls_certificate", str(certificate)), "api.tls_key is not set"),
        (
            ("--api.tls_certificate", str(certificate), "--api.tls_key", "none.pem"),
            "none.pem for TLS: No such file",
        ),
    ):
        ended = await run("node", "--home", home, "--web.closed", *options)
        assert (ended.status, text in ended.err, "Traceback" in ended.text) == (1, True, False), ended.text
