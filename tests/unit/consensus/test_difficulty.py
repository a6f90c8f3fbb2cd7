"""What a block hands down to its children."""

from __future__ import annotations

import pytest

from pybytomd.consensus.difficulty import next_seed
from pybytomd.ledger.constants import INITIAL_SEED

HASH, SEED = b"h" * 32, b"s" * 32


@pytest.mark.parametrize(
    ("height", "seed"),
    [(0, INITIAL_SEED), (1, SEED), (255, SEED), (256, HASH), (257, SEED), (511, SEED), (512, HASH)],
)
def test_the_seed_changes_every_256_blocks(height: int, seed: bytes) -> None:
    assert next_seed(height, HASH, SEED) == seed
