"""Blocks on demand on a private network of Bytom 2, as ``mining.generate`` makes them on one of 1.x."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.errors import GenerationRefused, TooFarAhead

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain


def generate(
    chain: Chain,
    producer: BlockProducer,
    count: int,
    *,
    proposer: BlockProposer | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> list[bytes]:
    """Make ``count`` blocks now and return their hashes, fewer if the network allows no more of them yet.

    Each is of a slot of its own, and no block may be further ahead of the clock than the network says: 24 seconds
    on solonet, which are four blocks. It ends when ``go_on()``, asked before every block, is false. Raises
    GenerationRefused on a public network, TooFarAhead when not even one can be made.
    """
    if not chain.params.is_private:
        raise GenerationRefused
    hashes: list[bytes] = []
    while len(hashes) < count and go_on():
        block = producer.make_early(proposer)
        if block is None:
            break
        hashes.append(block.hash)
    if not hashes and go_on():
        raise TooFarAhead
    return hashes
