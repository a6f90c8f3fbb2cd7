"""A node as a manager of services starts it: without a terminal, heard of over a socket, and hung up."""

import asyncio
import json
import re
import signal
import socket
import sys
from pathlib import Path

from tests.functional.node_process import QUIET_OPTIONS, START_SECONDS, RunningNode, environment, run


async def test_a_service_is_heard_of_and_outlives_a_hangup(tmp_path: Path) -> None:
    home, address = tmp_path / "home", tmp_path / "notify"
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(address))
        heard.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pybytomd", "node", "--home", home, *QUIET_OPTIONS,
            env=environment(NOTIFY_SOCKET=str(address), WATCHDOG_USEC="300000"), start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        running = RunningNode(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                assert await loop.sock_recv(heard, 100) == f"READY=1\nMAINPID={process.pid}".encode()
                assert await loop.sock_recv(heard, 100) == b"WATCHDOG=1"
            running.url = (await running.line("API at http")).split("API at ")[1].strip()
            (moved,) = (home / "log").glob("node.*")
            moved = moved.rename(tmp_path / "moved")
            process.send_signal(signal.SIGHUP)
            async with asyncio.timeout(START_SECONDS):
                for _ in range(2):
                    assert await loop.sock_recv(heard, 100) == b"WATCHDOG=1"
            assert await running.height() == 0
            await running.stop()
            (anew,) = (home / "log").glob("node.*")
            assert "hangup: the log goes on" in anew.read_text()
            assert "hangup" not in moved.read_text()
            said = []
            while not said or said[-1] != b"STOPPING=1":
                said.append(heard.recv(100))
        finally:
            await running.kill()
    assert process.returncode == 0


async def test_files_for_a_service_are_printed() -> None:
    for what, word in (
        ("systemd", "Type=notify"),
        ("container", "HEALTHCHECK"),
        ("prometheus", "- alert: BytomNotReady"),
        ("grafana", '"title": "Bytom nodes"'),
    ):
        printed = await run("deploy", what)
        assert (printed.status, printed.err) == (0, "")
        assert word in printed.out
    refused = await run("deploy", "systemd", "--chain_id", "nonet")
    assert (refused.status, refused.out) == (1, "")


async def test_logs_are_json_on_standard_output(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pybytomd", "node", "--home", tmp_path, *QUIET_OPTIONS,
        "--log.to", "stdout", "--log.format", "json", env=environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        records = []
        async with asyncio.timeout(START_SECONDS):
            while not records or records[-1]["msg"] != "start node complete":
                records.append(json.loads(await process.stdout.readline()))
        process.terminate()
        async with asyncio.timeout(START_SECONDS):
            rest, told = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    assert records[-1]["level"] == "info"
    assert all("time" in json.loads(line) for line in rest.splitlines())
    assert re.search(rb"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d API at http", told, re.MULTILINE)
    assert not (tmp_path / "log").exists()
    refused = await run("node", "--home", tmp_path, "--log.to", "paper")
    assert (refused.status, refused.err) == (1, "ERROR: log.to is paper; use files or stdout or both\n")
