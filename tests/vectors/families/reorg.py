"""``reorg.json``: competing branches in different orders, and what submit-block answers to each block."""

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.errors import BytomError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.mining.errors import OrphanBlock
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.vectors.registry import Case, family

PROVED: dict[bytes, bool] = {}
"""Blocks whose proof of work was checked by an earlier case: they are the same in all of them."""


def submit(chain: Chain, block: Block) -> dict[str, str | None]:
    """The answer of submit-block."""
    known_good = True if PROVED.get(block.hash) else None
    try:
        if chain.process_block(block, known_good):
            raise OrphanBlock
    except BytomError as error:
        return {"status": "fail", "code": error.code, "error_detail": str(error)}
    PROVED[block.hash] = True
    return {"status": "success", "code": None, "error_detail": None}


@family("reorg")
def check_reorg(case: Case, document: Case) -> None:
    blocks = {name: Block.from_hex(text) for name, text in document["blocks"].items()}
    clock = ManualClock(now=max(block.header.timestamp for block in blocks.values()))
    with Chain.open(SOLONET, BlockStore(MemoryStore()), clock, EventDispatcher()) as chain:
        for arrival in case["arrivals"]:
            answer = submit(chain, blocks[arrival["block"]])
            expected = {key: arrival[key] for key in answer}
            assert answer == expected, arrival["block"]
            assert chain.best_hash.hex() == arrival["best_hash"], arrival["block"]
            assert chain.best_height == arrival["best_height"]
        assert chain.best_hash.hex() == case["final_best_hash"]
        assert chain.best_height == case["final_best_height"]
        main_chain = [chain.header_at(height).hash.hex() for height in range(chain.best_height + 1)]
        assert main_chain == case["main_chain_hashes"]
