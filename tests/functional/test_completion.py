"""Tab in a shell: names that only the running node knows; and nothing, soon, where none answers."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from tests.functional.node_process import environment, node, run

PATIENCE = 60.0


async def tab(url: str, line: str, shell: str = "bash") -> list[str]:
    """What the client answers when a shell completes a line, whose last word is being typed."""
    words = line.split(" ")
    variables = {
        "BYTOM_URL": url,
        "_PYBYTOMCLI_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from pybytomd.cli.bytomcli import main; main()", env=environment(**variables),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    return list(filter(None, out.decode().splitlines()))


@pytest.mark.timeout(300)
async def test_names_are_asked_of_the_node(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--chain_id", "solonet", "--home", home)).status == 0
    async with node(home) as running:
        xpub = (await running.call("create-key", alias="alice", password="pw"))["xpub"]
        for alias in ("alice", "albert", "carol"):
            carol = (await running.call("create-account", alias=alias, root_xpubs=[xpub], quorum=1))["id"]
        await running.call("create-asset", alias="gold", root_xpubs=[xpub], quorum=1)
        await running.call("create-access-token", id="shop", type="read")
        url = running.url

        async def until(line: str, expected: list[str], shell: str = "bash") -> None:
            """A loaded machine may take longer than a person waits for a Tab."""
            async with asyncio.timeout(PATIENCE):
                while (found := await tab(url, line, shell)) != expected:
                    assert found == [], found

        await until("pybytomcli send --from al", ["plain,alice", "plain,albert"])
        await until("pybytomcli balance c", ["plain,carol"])
        await until("pybytomcli send --asset GO", ["plain,GOLD"])
        await until("pybytomcli delete-key ", [f"plain,{xpub}"])
        await until("pybytomcli token delete s", ["plain,shop"])
        await until(f"pybytomcli create-account dora {xpub[:4]}", [f"plain,{xpub}\talice"], "fish")
        await until("pybytomcli delete-account ca", ["plain", "carol", carol], "zsh")
        url = "http://127.0.0.1:1"
        await until(f"pybytomcli balance --home {home} c", ["plain,carol"])
        assert await tab(url, "pybytomcli balance c") == []


async def test_a_node_that_never_answers_is_not_waited_for() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await tab(f"http://127.0.0.1:{port}", "pybytomcli balance a") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
async def test_the_script_works_in_bash(tmp_path: Path) -> None:
    """As bash calls it: the function that the script registers fills COMPREPLY."""
    script = await run("completion", "bash")
    assert script.status == 0
    (tmp_path / "pybytomcli").write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from pybytomd.cli.bytomcli import main; main()" "$@"\n'
    )
    (tmp_path / "pybytomcli").chmod(0o755)
    (tmp_path / "script").write_text(script.out)
    lines = (
        f"source {tmp_path / 'script'}",
        "COMP_WORDS=(pybytomcli set-log-level p2p de); COMP_CWORD=3",
        "_pybytomcli_completion pybytomcli",
        'printf "%s\\n" "${COMPREPLY[@]}"',
    )
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", "\n".join(lines), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=environment(PATH=f"{tmp_path}:/usr/bin:/bin"),
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert out.decode() == "debug\n", err.decode()
