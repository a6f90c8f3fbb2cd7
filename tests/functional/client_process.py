"""``pybytomcli`` in a process of its own, as somebody types it."""

from __future__ import annotations

import asyncio
import base64
import sys

from tests.functional.node_process import Ended, RunningNode, environment


def basic(token: str) -> dict[str, str]:
    """The header with credentials ``name:secret``."""
    return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}


PATIENCE_SECONDS = 300.0
"""A hundred blocks are made for real in some tests, on machines that have other work."""


async def type_in(node: RunningNode | str, *words: str, stdin: str = "", **variables: str) -> Ended:
    """Run the client to its end, against a node or a URL."""
    url = node if isinstance(node, str) else node.url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from pybytomd.cli.bytomcli import main; main()", *words,
        env=environment(**{"BYTOM_URL": url, **variables}),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            out, err = await process.communicate(stdin.encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())
