"""The tools as a user runs them: archives, checks, a miner of its own."""

import asyncio
import gzip
import json
import signal
import sys
from pathlib import Path

import pytest

from tests.functional.node_process import BLOCK_SECONDS, environment, node, run
from tests.functional.recorded_home import unpacked

pytestmark = pytest.mark.timeout(900)


async def test_a_chain_goes_through_a_file(tmp_path: Path) -> None:
    homes = [tmp_path / "a", tmp_path / "b"]
    for home in homes:
        assert (await run("init", "--home", home)).status == 0
    async with node(homes[0]) as first:
        hashes = await first.call("generate", count=2)
        best = await first.call("get-block-hash")
        await first.stop()
    archive = tmp_path / "chain.gz"
    written = await run("chain", "export", archive, "--home", homes[0])
    assert written.status == 0, written.text
    assert written.out.startswith(f"{archive}: 3 blocks, up to 2 ")
    again = await run("chain", "export", archive, "--home", homes[0])
    assert (again.status, again.out) == (1, "")
    assert "exists already" in again.err
    for added, known in ((2, 1), (0, 3)):
        read = await run("chain", "import", archive, "--home", homes[1])
        assert read.status == 0, read.text
        assert f"{added} blocks added, {known} were here already; the chain is at block 2" in read.out
        assert best["block_hash"] in read.out
    verified = await run("db", "verify", "--proofs", "--home", homes[1])
    assert verified.status == 0, verified.text
    assert "3 blocks" in verified.out
    async with node(homes[1]) as second:
        assert await second.call("get-block-hash") == best
    assert best["block_hash"] in str(hashes)
    checked = await run("wallet", "check", "--home", homes[1])
    assert checked.status == 0, checked.text


async def test_a_chain_becomes_tables(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="Parquet files are written with pyarrow, which is not installed")
    home, tables = unpacked(tmp_path / "home"), tmp_path / "tables"
    command = ("chain", "export", "--format", "parquet", "--lag", "20", tables, "--home", home)
    written = await run(*command)
    assert written.status == 0, written.text
    assert written.out == f"{tables}: 251 blocks added, complete up to block 250\n"
    assert sorted(path.name for path in tables.iterdir()) == [
        "blocks", "export.json", "inputs", "outputs", "transactions"
    ]  # fmt: skip
    again = await run(*command)
    assert (again.status, again.out) == (0, f"{tables}: 0 blocks added, complete up to block 250\n")
    for wrong, text in (
        (("--format", "csv", tables), "--format takes archive or parquet, not csv"),
        (("--lag", "3", tmp_path / "file"), "--lag is for --format parquet"),
        (("--format", "parquet", home), "has other things in it"),
    ):
        refused = await run("chain", "export", *wrong, "--home", home)
        assert (refused.status, refused.out) == (1, "")
        assert text in refused.err
        assert "Traceback" not in refused.err


async def test_a_file_that_is_no_chain_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await run("init", "--home", home)
    (tmp_path / "junk").write_bytes(b"\x89BTMCHN\n\x01" + bytes(100))
    whole = gzip.compress(b"\x89BTMCHN\n" + bytes(100_000))
    damaged = {
        "cut.gz": whole[:-20],
        "flipped.gz": whole[:60] + bytes([whole[60] ^ 255]) + whole[61:],
        "short.gz": whole[:5],
        "deep.json": b'{"blocks": ' + b"[" * 200_000,
        "deep.gz": gzip.compress(b'{"a": ' * 200_000),
        "empty": b"",
    }
    for name, data in damaged.items():
        (tmp_path / name).write_bytes(data)
    for name in ("junk", "missing", "home", *damaged):
        read = await run("chain", "import", tmp_path / name, "--home", home)
        assert read.status == 1
        (line,) = read.err.splitlines()
        assert line.startswith("ERROR: ")
        assert str(tmp_path / name) in line


async def test_a_miner_process_mines_for_a_node(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await run("init", "--home", home)
    async with node(home) as running:
        miner = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pybytomd", "miner", env=environment(BYTOM_URL=running.url),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            assert await running.until_height(1) >= 1
            await running.line("found block 1 ", BLOCK_SECONDS)
        finally:
            miner.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                output, _ = await miner.communicate()
        assert miner.returncode == 0
        text = output.decode()
        assert "Mining succeed! Proof hash: " in text
        assert "Traceback" not in text
        assert text.endswith("stopped\n")


async def test_databases_are_counted_and_made_compact(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")
    counted = await run("db", "stats", "--json", "--home", home)
    assert counted.status == 0, counted.text
    before = {row["database"]: row for row in json.loads(counted.out)}
    assert before["core"]["entries"] > 250
    done = await run("db", "compact", "--home", home)
    assert done.status == 0, done.text
    assert "core: " in done.out
    after = {row["database"]: row for row in json.loads((await run("db", "stats", "--json", "--home", home)).out)}
    for name, row in before.items():
        for figure in ("entries", "key_bytes", "value_bytes"):
            assert after[name][figure] == row[figure]
    verified = await run("db", "verify", "--home", home)
    assert verified.status == 0, verified.text
    unknown = await run("db", "compact", "cor", "--home", home)
    assert (unknown.status, unknown.out) == (1, "")
    assert f"there is no database cor in {home}; there are " in unknown.err
    async with node(home) as running:
        busy = await run("db", "compact", "--home", home)
        assert (busy.status, busy.out) == (1, "")
        await running.stop()
