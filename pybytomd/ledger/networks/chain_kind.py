"""The two kinds of chain: that of proof of work, Bytom 1.x, and that of validators, Bytom 2.

Both have networks ``mainnet``, ``wisdom`` and ``solonet``. Ours of Bytom 2 have names of their own besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ChainKind(StrEnum):
    """Which of the two a chain is. The values are what people are told."""

    BYTOM1 = "Bytom 1.x"
    BYTOM2 = "Bytom 2"


BYTOM2_NAMES: Mapping[str, str] = {
    "bytom2": "mainnet",
    "bytom2-testnet": "wisdom",
    "bytom2-solonet": "solonet",
    "bytom2-dev": "bytom2-dev",
}
"""Our names of the networks of Bytom 2, and those they have in the reference's configuration and between peers.

The last one is ours alone.
"""
PRIVATE_BYTOM2 = frozenset({"bytom2-solonet", "bytom2-dev"})
"""Those of them that one runs oneself, where coins have no value."""
