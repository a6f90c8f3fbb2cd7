"""The home a Go node 1.1.1 left, with a chain of 270 blocks, keys, accounts, assets and money."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "vectors" / "data" / "chain_b"
RECORDED = json.loads((FOLDER / "accounts.json").read_text())
"""Its keys with their passwords and mnemonics, its accounts and assets."""


def unpacked(home: Path) -> Path:
    """Put the home at ``home``, which is returned."""
    with tarfile.open(FOLDER / "datadir.tar.gz") as archive:
        archive.extractall(home, filter="data")
    (home / "LOCK").unlink()
    return home
