"""The life of a node: made, mining, stopped, started again, killed, started again."""

import json
import signal
import stat
from pathlib import Path

import pytest

from tests.functional.node_process import STOP_SECONDS, node, run


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    made = await run("init", "--chain_id", "solonet", "--home", tmp_path / "home")
    assert made.status == 0, made.text
    return tmp_path / "home"


async def test_init_says_what_it_wrote_and_what_comes_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = await run("init", "--chain_id", "testnet", "--home", home)
    assert (made.status, made.err) == (0, "")
    for name in ("config.toml", "node_key.json", "data/"):
        assert f"{home}/{name}\n" in made.out
    assert made.out.endswith(f"Next: pybytomd node --home {home}\n")
    key = home / "node_key.json"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert json.loads(key.read_text())["node_id"] in made.out
    assert json.loads(key.read_text())["private_key"] not in made.out
    before = {path: path.read_bytes() for path in home.iterdir() if path.is_file()}
    again = await run("init", "--chain_id", "mainnet", "--home", home)
    assert again.status == 0
    assert "Already exists config file." in again.out
    assert before == {path: path.read_bytes() for path in home.iterdir() if path.is_file()}


async def test_a_node_mines_stops_and_goes_on(home: Path) -> None:
    async with node(home, "--mining") as first:
        reached = await first.until_height(2)
        assert await first.call("is-mining") == {"is_mining": True}
        seconds = await first.stop()
        assert first.process.returncode == 0
        assert seconds < STOP_SECONDS
        assert "captured terminated, exiting...\n" in first.lines
        assert first.lines[-1].endswith("stopped\n")
        assert "found block 1 " in first.text
        assert "anyone can spend" in first.text
        assert "Traceback" not in first.text
    async with node(home) as second:
        kept = await second.height()
        assert kept >= reached
        assert (await second.call("net-info"))["mining"] is False
        await second.stop(signal.SIGINT)
        assert second.process.returncode == 0
        assert "captured interrupt, exiting...\n" in second.lines
    async with node(home, "--mining") as third:
        assert await third.until_height(kept + 1) > kept


async def test_a_killed_node_starts_again(home: Path) -> None:
    async with node(home, "--mining") as first:
        reached = await first.until_height(1)
        await first.kill()
        assert first.process.returncode == -signal.SIGKILL
    verified = await run("db", "verify", "--home", home)
    assert verified.status == 0, verified.text
    async with node(home) as second:
        assert await second.height() >= reached
        assert "warning" not in second.text


async def test_the_log_files_are_the_reference_s(home: Path) -> None:
    async with node(home, BYTOM_DEBUG="1") as running:
        await running.stop()
        assert f"all logs are output in the {home / 'log'} directory\n" in running.lines
    names = {path.name.partition(".")[0] for path in (home / "log").iterdir()}
    assert {"node", "api"} <= names
    text = "".join(path.read_text() for path in (home / "log").iterdir() if path.name.startswith("node."))
    assert "start node complete" in text
    assert " file=" in text
    assert " line=" in text
    secret = json.loads((home / "node_key.json").read_text())["private_key"]
    assert not any(secret in path.read_text() for path in (home / "log").iterdir())


async def test_everything_in_memory_leaves_no_database(home: Path) -> None:
    async with node(home, TM_DB_BACKEND="memdb") as running:
        assert await running.height() == 0
        await running.stop()
    assert list((home / "data").iterdir()) == []


async def test_vault_mode_has_no_peers(home: Path) -> None:
    async with node(home, "--vault_mode") as running:
        info = await running.call("net-info")
        assert (info["listening"], info["peer_count"]) == (False, 0)
        answer = await running.ask("connect-peer", {"ip": "127.0.0.1", "port": 1})
        assert answer["status"] == "fail"


async def test_a_second_signal_hurries(home: Path) -> None:
    async with node(home, "--mining") as running:
        running.process.send_signal(signal.SIGTERM)
        await running.line("captured terminated")
        assert await running.stop(signal.SIGTERM) < STOP_SECONDS
        assert running.process.returncode == 0
