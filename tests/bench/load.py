"""Requests per second over several connections: by ``wrk`` where it is installed, else by a loop of our own.

The loop costs more than a fast node does, so its figures are lower; the figure's name tells which one measured.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

CONNECTIONS = 16
RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
FAILURES = re.compile(r"Non-2xx or 3xx responses: ([0-9]+)")


def generator() -> str:
    """What makes the load."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def requests_per_second(
    port: int, method: str, body: str, seconds: float, headers: Mapping[str, str] | None = None
) -> float:
    """Post ``body`` to a method of the API on a loopback port, again and again, with a client's ``headers``."""
    if generator() == "wrk":
        return _wrk(port, method, body, seconds, headers or {})
    return asyncio.run(_loop(port, method, body.encode(), seconds, headers or {}))


def _wrk(port: int, method: str, body: str, seconds: float, headers: Mapping[str, str]) -> float:
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "post.lua"
        fields = "".join(f"wrk.headers['{name}'] = '{value}'\n" for name, value in headers.items())
        script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\n{fields}")
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s", "-s", str(script)]
        result = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/{method}"], check=True, capture_output=True, text=True
        )
    failures = FAILURES.search(result.stdout)
    if failures is not None:
        raise RuntimeError(f"{failures[1]} requests of {method} failed")
    found = RATE.search(result.stdout)
    if found is None:
        raise RuntimeError(f"wrk says: {result.stdout}")
    return float(found[1])


async def _loop(port: int, method: str, body: bytes, seconds: float, headers: Mapping[str, str]) -> float:
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
    end = time.perf_counter() + seconds
    started = time.perf_counter()
    counts = await asyncio.gather(*[_connection(port, method, body, end, fields) for _ in range(CONNECTIONS)])
    return sum(counts) / (time.perf_counter() - started)


async def _connection(port: int, method: str, body: bytes, end: float, fields: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = b"POST /%s HTTP/1.1\r\nHost: localhost\r\n%bContent-Length: %d\r\n\r\n%b" % (
        method.encode(),
        fields,
        len(body),
        body,
    )
    count = 0
    try:
        while time.perf_counter() < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *([0-9]+)", head)
            if length is not None:
                await reader.readexactly(int(length[1]))
            elif b"chunked" in head.lower():
                while await _chunk(reader):
                    pass
            count += 1
    finally:
        writer.close()
    return count


async def _chunk(reader: asyncio.StreamReader) -> bool:
    """Read one chunk of an answer; False for the last."""
    size = int(await reader.readline(), 16)
    await reader.readexactly(size + 2)
    return size > 0
