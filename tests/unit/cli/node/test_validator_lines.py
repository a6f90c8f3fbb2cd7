"""What validators of ``pybytomd dev --bytom2`` write is read, however long a line is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pybytomd.cli.node.validators import TOO_LONG, ValidatorProcess


async def test_a_line_too_long_for_memory_is_passed_over_and_the_next_is_read() -> None:
    written = asyncio.StreamReader(limit=1 << 16)
    process: Any = SimpleNamespace(stdout=written)
    validator = ValidatorProcess(1, Path("home"), "key", process)
    written.feed_data(b"first\n" + b"x" * (1 << 17) + b"\nlast")
    written.feed_eof()
    lines = []
    while (line := await validator.line()) is not None:
        lines.append(line)
    assert lines == ["first", TOO_LONG.decode(), "last"]
    assert list(validator.said) == lines
