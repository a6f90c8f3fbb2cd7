"""A database large enough that its log was begun anew while it was written opens in the Go node, whole."""

from __future__ import annotations

from pathlib import Path

from tests.bench.parts.e_startup import make_headers
from tests.interop.reference_node import each_reference, needs_reference, reference_node

HEADERS = 20_000


@needs_reference
@each_reference
async def test_many_headers_open_in_the_reference(binary: Path, tmp_path: Path) -> None:
    make_headers(tmp_path, HEADERS)
    async with reference_node(binary, tmp_path, "--wallet.disable") as node:
        assert await node.call("get-block-count") == {"block_count": HEADERS}
