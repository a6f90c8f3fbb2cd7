"""A node that hashes as any other but takes every proof of work: so a long chain to sync need not be mined.

Run it as ``python -m tests.bench.easy_node`` in place of ``pybytomd``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

from pybytomd.chain import chain
from pybytomd.cli.bytomd import main
from pybytomd.pow import verifier
from pybytomd.pow.tensority import tensority

ROOT = Path(__file__).parents[2]


def program(path: Path) -> Path:
    """Write a program that is such a node, as ``nodes.running`` wants one; returns its path."""
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.bench.easy_node import run\nrun()\n"
    )
    path.chmod(0o755)
    return path


def run() -> None:
    """The command line of ``pybytomd``."""
    with patch.object(verifier, "meets_target", _takes_any), patch.object(chain, "meets_target", _takes_any):
        main()


def _takes_any(header_hash: bytes, seed: bytes, _bits: int) -> bool:
    tensority(header_hash, seed)
    return True


if __name__ == "__main__":
    run()
