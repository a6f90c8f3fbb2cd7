"""The network that the engine is tested with: four validators, and epochs of four blocks."""

from __future__ import annotations

from tests.bytom2_builder import network

PARAMS = network(validators=4, blocks_per_epoch=4)
GENESIS = PARAMS.genesis
