"""What a user or a client gets wrong: one clear line, or an answer that says so; never a traceback."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.functional.node_process import Ended, RunningNode, node, run


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    made = await run("init", "--home", tmp_path / "home")
    assert made.status == 0, made.text
    return tmp_path / "home"


def one_line(ended: Ended) -> str:
    """The only line on standard error, without its mark."""
    assert ended.status == 1, ended.text
    assert "Traceback" not in ended.text
    assert ended.err.startswith("ERROR: ")
    assert ended.err.count("\n") == 1, ended.err
    return ended.err.removeprefix("ERROR: ").rstrip("\n")


async def test_an_unknown_network(home: Path) -> None:
    text = one_line(await run("node", "--home", home, "--chain_id", "moonnet"))
    assert text.startswith("chain_id[moonnet] don't exist")
    assert "solonet" in text


async def test_a_broken_configuration(home: Path) -> None:
    path = home / "config.toml"
    path.write_text(path.read_text() + "[p2p\n")
    text = one_line(await run("node", "--home", home))
    line = path.read_text().count("\n")
    assert text.startswith(f"{path}, line {line}: ")


async def test_a_setting_that_is_wrong(home: Path) -> None:
    ended = await run("node", "--home", home, TM_P2P_MAX_NUM_PEERS="many")
    assert ended.status == 1
    assert "cannot parse 'p2p.max_num_peers' as int" in ended.err
    assert "TM_P2P_MAX_NUM_PEERS" in ended.err


async def test_a_second_node_in_the_same_directory(home: Path) -> None:
    async with node(home) as running:
        for command in (("node",), ("db", "verify"), ("chain", "export", home / "x")):
            text = one_line(await run(*command, "--home", home))
            assert str(home) in text
            assert str(running.process.pid) in text


async def test_the_api_port_is_taken(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        text = one_line(await run("node", "--home", home, LISTEN=address))
    assert text.startswith(f"Failed to register tcp port: listen tcp {address}: bind: address already in use")


async def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in ("node", "init"):
        text = one_line(await run(command, "--home", tmp_path / "file"))
        assert str(tmp_path / "file") in text


@pytest.fixture
def closed_home(home: Path) -> Iterator[Path]:
    home.chmod(0)
    yield home
    home.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
async def test_a_home_that_cannot_be_read(closed_home: Path) -> None:
    for command in ("node", "init"):
        assert "Permission denied" in one_line(await run(command, "--home", closed_home))


async def test_a_damaged_database(home: Path) -> None:
    async with node(home) as running:
        await running.stop()
    (home / "data" / "core.db" / "CURRENT").write_text("nonsense\n")
    text = one_line(await run("node", "--home", home))
    assert text.startswith("Failed to create chain structure: ")
    assert str(home / "data" / "core.db") in text


async def test_the_database_of_another_network(home: Path) -> None:
    async with node(home) as running:
        await running.stop()
    assert "another network" in one_line(await run("node", "--home", home, "--chain_id", "mainnet"))


async def test_a_tool_with_the_name_of_another_network_says_which_one_it_is(home: Path) -> None:
    async with node(home) as running:
        await running.stop()
    for tool in (("db", "verify"), ("wallet", "check")):
        text = one_line(await run(*tool, "--home", home, "--chain_id", "mainnet"))
        assert f"{home} is of the network solonet, not of mainnet" in text
    (home / "home.json").unlink()  # as the reference leaves one
    text = one_line(await run("db", "verify", "--home", home, "--chain_id", "mainnet"))
    assert "the database is of another network than mainnet: it holds the chain of wisdom or solonet" in text


async def test_what_peers_need_is_looked_at_before_anything_is_opened(home: Path) -> None:
    for name, value in (("TM_P2P_LADDR", "nonsense"), ("TM_P2P_NODE_KEY", "xyz")):
        ended = await run("node", "--home", home, **{name: value})
        assert name.lower()[7:] in one_line(ended)
        assert ended.out == ""
    assert not (home / "home.json").exists()


async def test_words_behind_a_command_are_passed_over_and_told_of(home: Path) -> None:
    """The reference takes them in silence: after these it mines."""
    ended = await run("node", "--home", home, "--mining", "false", LISTEN="nonsense")
    warning, error = ended.err.splitlines()
    assert warning == (
        "WARNING: pybytomd node takes nothing but flags, and passes over: false; "
        "the value of a switch is written like this: --mining=false"
    )
    assert error.startswith("ERROR: ")
    shown = await run("version", "please")
    assert (shown.status, shown.out) == (0, (await run("version")).out)
    assert shown.err == "WARNING: pybytomd version takes nothing but flags, and passes over: please\n"


async def test_words_behind_a_tool_are_refused(home: Path) -> None:
    for tool in (("db", "verify"), ("wallet", "check"), ("miner",)):
        assert "accepts 0 arg(s), received 1" in one_line(await run(*tool, "core"))


async def test_a_damaged_node_key(home: Path) -> None:
    (home / "node_key.json").write_text("{}")
    assert "node_key.json is damaged" in one_line(await run("node", "--home", home))


async def test_an_open_api_must_be_asked_for_on_the_command_line(home: Path) -> None:
    text = one_line(await run("node", "--home", home, LISTEN="0.0.0.0:0", TM_AUTH_DISABLE="true"))
    assert "--auth.disable" in text


async def test_an_open_api_is_warned_about(home: Path) -> None:
    async with node(home, LISTEN="0.0.0.0:0") as running:
        await running.stop()
        assert "can be reached from other machines" in running.text


async def test_mining_for_nobody_is_refused_on_a_public_network(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await run("init", "--chain_id", "mainnet", "--home", home)
    text = one_line(await run("node", "--home", home, "--mining", "--wallet.disable"))
    assert "account" in text


async def test_mining_without_an_account_says_why_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await run("init", "--chain_id", "mainnet", "--home", home)
    async with node(home, "--mining", "--p2p.max_num_peers", "0", "--p2p.seeds", "") as running:
        await running.line("mining is not started: ")
        assert await running.call("is-mining") == {"is_mining": False}


GARBAGE: list[tuple[str, bytes]] = [
    ("get-block", b""),
    ("get-block", b"{"),
    ("get-block", b"[" * 100_000),
    ("get-block", b'{"block_height": "x"}'),
    ("get-block", b"\xff\xfe\x00"),
    ("submit-block", b"{}"),
    ("submit-block", b'{"raw_block": "00"}'),
    ("submit-transaction", b'{"raw_transaction": "07ffff"}'),
    ("submit-work", b"{}"),
    ("decode-program", b'{"program": "zz"}'),
    ("no-such-method", b"{}"),
    ("../../etc/passwd", b""),
]


async def until_it_answers(running: RunningNode) -> None:
    assert await running.height() == 0
    assert running.process.returncode is None


async def test_garbage_for_the_api(home: Path) -> None:
    async with node(home) as running:
        async with aiohttp.ClientSession() as session:
            for method, body in GARBAGE:
                async with session.post(f"{running.url}/{method}", data=body) as response:
                    text = await response.text()
                assert "Traceback" not in text
                assert '"success"' not in text or method == "get-block", (method, body, text)
        await until_it_answers(running)
        await running.stop()
        assert running.process.returncode == 0
        assert "Traceback" not in running.text


async def test_garbage_on_the_socket_and_a_huge_body(home: Path) -> None:
    async with node(home) as running:
        host, port = running.url.removeprefix("http://").split(":")
        for data in (
            b"\x00" * 10_000,
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /net-info HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(data)
            writer.write_eof()
            async with asyncio.timeout(60):
                await reader.read()
            writer.close()
        async with aiohttp.ClientSession() as session:
            try:
                async with session.post(f"{running.url}/submit-transaction", data=bytes(100_000_000)) as response:
                    assert response.status >= 400
            except aiohttp.ClientError:
                pass  # the node hangs up on the flood
        await until_it_answers(running)
        await running.stop()
        assert "Traceback" not in running.text
