"""``bytom2_live_chain.json``: a chain of real validators, taken in block by block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import NETWORKS, NetParams
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.vectors.registry import Case, family

RECORDED = 1_900_000_000.0
"""A time after the recording."""


def network_of(chain_id: str, federation: list[str]) -> NetParams:
    """A network with the keys of a recording as its federation, or its own if there are none."""
    params = NETWORKS[chain_id]
    keys = tuple(bytes.fromhex(key) for key in federation) or params.casper.federation
    return replace(params, casper=replace(params.casper, federation=keys))


def status_of(chain: Chain) -> dict[str, Any]:
    """The best, finalized and justified block, as chain-status names them."""
    return {
        "current_height": chain.best_height,
        "current_hash": chain.best_hash.hex(),
        "finalized_height": chain.finalized.height,
        "finalized_hash": chain.finalized.hash.hex(),
        "justified_height": chain.justified.height,
        "justified_hash": chain.justified.hash.hex(),
    }


def take_in(chain: Chain, blocks: list[str], hashes: list[str], validators: list[str]) -> None:
    """Every block is on the chain, and best, as soon as it is there; made by whom the recording says."""
    for height, text in enumerate(blocks[1:], 1):
        block = Block.from_hex(text)
        assert not chain.process_block(block)
        assert chain.best_hash.hex() == hashes[height], height
        producer = chain.validator(block.header.previous_block_hash, block.header.timestamp)
        assert producer.key == validators[height], height


@family("bytom2_live_chain")
def check_bytom2_live_chain(case: Case, _document: Case) -> None:
    params = network_of(case["network"], case["federation_xpubs"])
    assert params.genesis.hash.hex() == case["hashes"][0]
    clock = ManualClock(now=RECORDED)
    with Chain.open(params, CoreStore(MemoryStore()), clock, EventDispatcher(), threads=1) as chain:
        take_in(chain, case["blocks"], case["hashes"], case["validators"])
        for height, votes in case["vote_result"].items():
            elected = chain.elected(bytes.fromhex(case["hashes"][int(height)]))
            assert [{"vote": key, "vote_number": amount} for key, amount in elected] == votes
        if case["chain_status"] is not None:
            assert status_of(chain) == case["chain_status"]
