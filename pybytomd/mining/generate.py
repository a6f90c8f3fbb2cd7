"""Blocks on demand, for networks one runs alone: tests and trials need not wait for luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pybytomd.chain.events import BlockMined
from pybytomd.ledger.block import Block
from pybytomd.mining.errors import GenerationRefused
from pybytomd.mining.proposer import BlockProposer
from pybytomd.mining.search import NonceSearch
from pybytomd.pow.rule import ProofRule

if TYPE_CHECKING:
    from pybytomd.chain.ports import ChainWriter


def generate(
    chain: ChainWriter,
    proposer: BlockProposer,
    count: int,
    *,
    threads: int = 1,
    go_on: Callable[[], bool] = lambda: True,
) -> list[bytes]:
    """Mine ``count`` blocks now and return their hashes; fewer if ``go_on()``, asked before every hash, is false.

    Blocks until done, some tenths of a second a block, or some milliseconds where no proof of work is wanted.
    Raises GenerationRefused on a public network.
    """
    if not chain.params.is_private:
        raise GenerationRefused
    hashes: list[bytes] = []
    with NonceSearch(threads) as search:
        while len(hashes) < count and go_on():
            block = _mine(chain, proposer, search, go_on)
            if block is None:
                continue  # another block came first, or the end has come
            chain.process_block(block, proof=True)
            chain.events.post(BlockMined(block))
            hashes.append(block.hash)
    return hashes


def _mine(
    chain: ChainWriter, proposer: BlockProposer, search: NonceSearch, go_on: Callable[[], bool]
) -> Block | None:
    template = proposer.propose()
    if chain.params.proof is ProofRule.ANY_NONCE:
        return template
    parent = template.header.previous_block_hash

    def still_wanted() -> bool:
        return go_on() and chain.best_hash == parent

    header = search.search(proposer.work_for(template.header), still_wanted)
    return None if header is None else Block(header, template.transactions)
