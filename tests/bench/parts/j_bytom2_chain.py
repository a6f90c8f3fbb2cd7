"""Nearly empty blocks of Bytom 2, judged and stored in LevelDB one after the other, and finalized."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from pybytomd.ledger.bytom2.block import Block
from pybytomd.store.kv.leveldb import LevelDBStore
from tests.bench.registry import Bench, Figure, part
from tests.bytom2_builder import Builder, network, open_chain, verification

EPOCHS = 10
SIGNERS = (0, 1, 2)
GO_BLOCKS_A_SECOND = 2000.0
"""Of bytomd 2.0.7, on long chains of such blocks."""
SOURCE = "known mark of another run"


@part("bytom2_chain")
def measure(bench: Bench) -> Iterator[Figure]:
    params = network(validators=4, blocks_per_epoch=100)
    with open_chain(params) as chain:
        raws = [block.to_bytes() for block in Builder(chain).extend(100 * (2 if bench.quick else EPOCHS))]
    directory = bench.fresh_directory() / "core.db"
    with LevelDBStore(directory) as database, open_chain(params, database) as chain:
        started = perf_counter()
        ended = params.genesis.hash
        for raw in raws:
            block = Block.from_bytes(raw)
            chain.process_block(block)
            if block.height % params.casper.blocks_per_epoch == 0:
                for number in SIGNERS:
                    chain.process_verification(verification(number, ended, block.hash))
                ended = block.hash
        seconds = perf_counter() - started
        if chain.finalized.height != len(raws) - params.casper.blocks_per_epoch:
            raise RuntimeError(f"only {chain.finalized.height} of {len(raws)} blocks are final")
    started = perf_counter()
    with LevelDBStore(directory, create=False) as database, open_chain(params, database):
        opening = perf_counter() - started
    rate = len(raws) / seconds
    yield Figure("blocks judged and stored", rate, "/s", GO_BLOCKS_A_SECOND, SOURCE, more_is_better=True)
    yield Figure("the same chain opened again", opening * 1000, "ms")
