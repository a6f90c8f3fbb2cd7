"""Blocks on demand."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pybytomd.chain.events import BlockMined
from pybytomd.ledger.networks.params import MAINNET
from pybytomd.mining.errors import GenerationRefused
from pybytomd.mining.generate import generate
from tests.unit.mining.fake_chain import FakeChain, Proofs
from tests.unit.mining.test_cpu_miner import WatchedProposer


def test_as_many_as_wanted(chain: FakeChain, proofs: Proofs) -> None:
    proofs.found.set()
    mined = chain.events.subscribe(BlockMined)
    hashes = generate(cast(Any, chain), WatchedProposer(chain), 3)
    assert hashes == [block.hash for block in chain.blocks[1:]]
    assert [event.block.hash for event in mined.drain()] == hashes


def test_until_told_to_end(chain: FakeChain, proofs: Proofs) -> None:
    assert generate(cast(Any, chain), WatchedProposer(chain), 3, go_on=lambda: len(proofs.hashes) < 5) == []
    assert len(proofs.hashes) == 5


def test_a_block_of_somebody_else_does_not_count(chain: FakeChain, proofs: Proofs) -> None:
    proposer = WatchedProposer(chain)

    def go_on() -> bool:
        if len(proofs.hashes) == 3 and len(chain.blocks) == 1:
            chain.extend(proposer.made.get_nowait())
            proofs.found.set()
        return True

    hashes = generate(cast(Any, chain), proposer, 1, go_on=go_on)
    assert [block.hash for block in chain.blocks[2:]] == hashes
    assert len(hashes) == 1


def test_not_on_a_public_network(proofs: Proofs) -> None:
    chain = FakeChain(MAINNET)
    with pytest.raises(GenerationRefused):
        generate(cast(Any, chain), WatchedProposer(chain), 1)
