"""Homes with something missing: nothing is begun anew that matters, and nothing stops that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.node_process import Ended, node, run


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A home where a node has run."""
    made = await run("init", "--chain_id", "solonet", "--home", tmp_path / "home")
    assert made.status == 0, made.text
    with (tmp_path / "home" / "config.toml").open("a") as file:
        file.write("[trace]\nenable = true\n")
    async with node(tmp_path / "home") as first:
        assert await first.height() == 0
        await first.stop()
    return tmp_path / "home"


def refused(ended: Ended) -> str:
    assert ended.status == 1
    assert "Traceback" not in ended.text
    (line,) = ended.err.splitlines()
    return line


async def test_databases_that_matter_are_refused_and_left_as_they_are(home: Path) -> None:
    for name in ("core", "wallet", "accesstoken", "txfeeds"):
        directory = home / "data" / f"{name}.db"
        current = (directory / "CURRENT").read_bytes()
        (directory / "CURRENT").unlink()
        before = {path.name: path.read_bytes() for path in directory.iterdir()}
        line = refused(await run("node", "--home", home))
        assert f"{directory} is damaged: there are files in it, but CURRENT is missing" in line
        assert "backup" in line
        if name == "wallet":
            assert all(word in line for word in ("key files", "mnemonic", "recovery-wallet"))
        assert before == {path.name: path.read_bytes() for path in directory.iterdir()}
        (directory / "CURRENT").write_bytes(current)
    async with node(home) as again:
        assert await again.height() == 0


async def test_databases_that_do_not_matter_are_set_aside(home: Path) -> None:
    names = ("discover", "blacklist", "fastsync", "trace")
    for name in names:
        (home / "data" / f"{name}.db" / "CURRENT").unlink()
    async with node(home) as again:
        assert await again.height() == 0
        await again.stop()
        for name in names:
            said = [line for line in again.lines if f"set aside as {name}.db.damaged-1, and begun anew" in line]
            assert len(said) == 1
            assert (home / "data" / f"{name}.db.damaged-1").is_dir()
    async with node(home) as third:
        assert await third.height() == 0
        assert "set aside" not in third.text


async def test_a_lost_configuration_is_refused(home: Path) -> None:
    config = home / "config.toml"
    text = config.read_text()
    config.write_text("")
    for command in (("node",), ("db", "verify"), ("wallet", "check")):
        assert f"{config} is empty" in refused(await run(*command, "--home", home))
    config.unlink()
    assert f"{config} is missing" in refused(await run("node", "--home", home))
    config.write_text(text)
    async with node(home) as again:
        assert await again.height() == 0


async def test_a_home_that_never_had_one_runs_on(tmp_path: Path) -> None:
    for _ in range(2):
        async with node(tmp_path) as running:
            assert await running.height() == 0


async def test_a_damaged_database_can_be_repaired(home: Path) -> None:
    (home / "data" / "wallet.db" / "CURRENT").unlink()
    line = refused(await run("node", "--home", home))
    assert "pybytomd db repair wallet" in line
    done = await run("db", "repair", "wallet", "--home", home)
    assert done.status == 0, done.text
    assert "entries of wallet.db are readable" in done.out
    async with node(home) as again:
        assert await again.height() == 0
    assert "there is nothing to repair" in refused(await run("db", "repair", "core", "--home", home))
    assert "is not the name of a database" in refused(await run("db", "repair", "../x", "--home", home))
