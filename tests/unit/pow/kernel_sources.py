"""The C code of the kernels, for tests that build it in other ways, and what to try a kernel with."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent
DIRECTORY = HERE.parents[2] / "pybytomd" / "pow" / "kernels"
MODULE = DIRECTORY / "module.c"
SOURCES = sorted(DIRECTORY.glob("*.c"))
WITHOUT_PYTHON = [source for source in SOURCES if source != MODULE]

MATRICES = 256 * 256 * 256
EXTREMES = b"\x80\x7f\x7f\x80\x80" * (MATRICES // 5) + b"\x80"
VECTORS = HERE.parents[1] / "vectors" / "data" / "tensority.json"


def recorded_hash() -> tuple[bytes, bytes, str]:
    """A seed, the hash of a header, and their proof-of-work hash, made by the reference."""
    case = next(case for case in json.loads(VECTORS.read_text())["cases"] if case["op"] == "hash")
    return bytes.fromhex(case["seed"]), bytes.fromhex(case["header_hash"]), case["hash"]
