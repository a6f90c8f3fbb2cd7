"""The API of a whole node under clients that mean harm: who gets in, who is kept out, and what it costs."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.functional.node_process import RunningNode, node, run

MEGABYTE = 1 << 20
MOST_GROWTH = 64
"""MiB that hostile bodies may add to the node's memory."""
AT_ONCE = 4
IDLE = 1100


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    assert (await run("init", "--home", tmp_path / "home")).status == 0
    return tmp_path / "home"


@pytest.fixture
async def exposed(home: Path) -> AsyncIterator[RunningNode]:
    async with node(home, LISTEN="0.0.0.0:0") as running:
        yield running


def port_of(running: RunningNode) -> int:
    port = urlsplit(running.url).port
    assert port is not None
    return port


async def send(port: int, *lines: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of the answer to a request written by hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1")
    try:
        writer.write(head + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(answer.split()[1]), await reader.readexactly(length)
    finally:
        writer.close()


async def test_a_name_that_was_made_to_lead_here_opens_nothing(exposed: RunningNode) -> None:
    """DNS rebinding: a page of evil.example asks the name it came from, which is this machine now."""
    port = port_of(exposed)
    for method in ("list-access-tokens", "backup-wallet", "create-access-token", "get-block-count", "metrics"):
        evil = (f"POST /{method} HTTP/1.1", f"Host: evil.example:{port}", f"Origin: http://evil.example:{port}")
        assert (await send(port, *evil, body=b"{}"))[0] == 403, method
        assert (await send(port, *evil[:2], body=b"{}"))[0] == 403, method
        hidden = (evil[0], f"Host: localhost:{port}", f"Host: evil.example:{port}")
        assert (await send(port, *hidden, body=b"{}"))[0] == 400, method
        assert (await send(port, evil[0], body=b"{}"))[0] == 400, method
    status, _ = await send(port, "GET /websocket-subscribe HTTP/1.1", "Host: evil.example", "Upgrade: websocket",
                           "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")  # fmt: skip
    assert status == 403


async def test_a_token_is_good_under_any_name(exposed: RunningNode) -> None:
    port = port_of(exposed)
    made = await exposed.call("create-access-token", id="x", type="whatever")
    assert made["type"] == "whatever"
    credentials = base64.b64encode(made["token"].encode()).decode()
    named = ("POST /get-block-count HTTP/1.1", "Host: node.example")
    assert (await send(port, *named, f"Authorization: Basic {credentials}"))[0] == 200
    assert (await send(port, *named, "Authorization: Basic eDp5"))[0] == 403


async def test_an_image_on_a_page_does_nothing(exposed: RunningNode) -> None:
    port = port_of(exposed)
    by_image = (f"Host: 127.0.0.1:{port}", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:60.0)")
    assert (await send(port, "GET /create-access-token HTTP/1.1", *by_image, body=b'{"id":"y"}'))[0] == 405
    assert await exposed.call("list-access-tokens") == []
    assert (await send(port, "GET /net-info HTTP/1.1", *by_image))[0] == 200
    assert (await send(port, "GET /create-access-token HTTP/1.1", by_image[0], body=b'{"id":"y"}'))[0] == 200


async def test_idle_connections_lock_nobody_out(home: Path) -> None:
    async with node(home) as running:
        port = port_of(running)
        idle: list[socket.socket] = []
        try:
            idle += [socket.create_connection(("127.0.0.1", port)) for _ in range(IDLE)]
            for _ in range(20):
                assert (await send(port, "GET /get-block-count HTTP/1.1", "Host: localhost"))[0] == 200
        finally:
            for connection in idle:
                connection.close()
        await running.stop()
        assert running.text.count("idlest") == 1
        assert "Traceback" not in running.text


def memory_of(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


HUGE: tuple[tuple[str, bytes], ...] = (
    ("create-asset", b'{"alias":"x","definition":{"a":"%b"}}' % (b"x" * 27 * MEGABYTE)),
    ("decode-program", b'{"program":"%b"}' % (b"51" * (15 * MEGABYTE))),
    ("get-block", b'{"a":[%b0]}' % (b"[]," * (6 * MEGABYTE))),
    ("submit-block", b'{"raw_block":"%b"}' % (b"03" * (10 * MEGABYTE))),
    ("submit-block", b'{"a":[%b0]}' % (b"[]," * (6 * MEGABYTE))),
    ("restore-wallet", b'{"a":[%b0]}' % (b"[]," * (6 * MEGABYTE))),
    ("restore-wallet", b'{"a":"%b"}' % (b"y" * (20 * MEGABYTE))),
)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")
async def test_huge_bodies_cost_little_and_stop_nobody(home: Path) -> None:
    async with node(home) as running, aiohttp.ClientSession() as session:
        port, pid = port_of(running), running.process.pid
        before = memory_of(pid)
        most = before
        for method, body in HUGE:
            works = [
                asyncio.create_task(send(port, f"POST /{method} HTTP/1.1", "Host: localhost", body=body))
                for _ in range(AT_ONCE)
            ]
            answered = 0
            while not all(work.done() for work in works):
                async with session.post(f"{running.url}/net-info") as response:
                    assert response.status == 200
                answered += 1
                most = max(most, memory_of(pid))
            for work in works:
                try:
                    status, answer = work.result()
                except (ConnectionError, asyncio.IncompleteReadError):
                    continue  # it went on sending for longer than the node listens
                assert (status, json.loads(answer)["status"]) in ((400, "fail"), (200, "fail")), method
            assert answered > 0
        assert most - before < MOST_GROWTH
        await running.stop()
        assert "Traceback" not in running.text


UPGRADE = (
    b"GET /websocket-subscribe HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """A short message of a client, its mask all zeros."""
    return bytes((0x80 | opcode, 0x80 | len(payload))) + bytes(4) + payload


async def test_clients_that_break_off_leave_no_traceback(home: Path) -> None:
    subscribe = frame(b'{"topic":"notify_raw_blocks"}')
    async with node(home) as running:
        for sent in (
            UPGRADE,
            UPGRADE + subscribe,
            UPGRADE + subscribe + frame(b'{"topic":"\\ud83d"}') + frame(b"\xff\xfe", opcode=2),
            UPGRADE + frame(b"\xff\xfe"),
            UPGRADE + frame(b"[" * 100),
            UPGRADE + b"\xff" * 200,
            b"\xff" * 200,
            UPGRADE[:-2] + b"X: \xff\xfe\r\n\r\n",
            b"POST /get-block HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(running))
            writer.write(sent)
            if sent.startswith(UPGRADE[:-2]):
                assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
            no_farewell = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_farewell)
            writer.transport.abort()
        await running.height()
        await running.stop()
        logs = "".join(path.read_text(errors="replace") for path in (home / "log").rglob("*") if path.is_file())
        assert "Traceback" not in running.text + logs
