"""Moving the main chain from one best block to another: what leaves it, what joins it, and what that changes.

Source: bytom2-ledger-and-consensus reference, sections 3.3, 3.11 and 4; ``protocol/block.go``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pybytomd.consensus.bytom2.contracts import contract_changes
from pybytomd.consensus.bytom2.utxo import apply_block, detach_block
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.utxo import UtxoEntry
from pybytomd.store.bytom2.core_store import CoreBatch, damaged_core
from pybytomd.store.bytom2.records import ChainState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """From one best block to another: the blocks that leave, newest first, and those that join, oldest first."""

    detached: tuple[Block, ...]
    attached: tuple[Block, ...]
    best: BlockHeader


def move_main_chain(
    best: BlockHeader, best_hash: bytes, finalized: Checkpoint, batch: CoreBatch, params: CasperParams
) -> Move:
    """Put into a batch all that leads from the best block to another one, and say what it is.

    Raises ValidationError when a block on the way spends what cannot be spent; the batch has nothing of it then.
    """
    new_best = stored_header(best_hash, batch)
    detach, attach = branches(best, new_best, batch)
    view: dict[bytes, UtxoEntry] = {}
    detached: list[Block] = []
    attached: list[Block] = []
    for header in detach:
        block = _with_outputs(header, view, batch)
        detach_block(view, block)
        detached.append(block)
        logger.debug("detach from mainchain", extra={"height": block.height, "hash": block.hash.hex()})
    for header in attach:
        block = _with_outputs(header, view, batch)
        apply_block(view, block, params)
        attached.append(block)
        logger.debug("attach from mainchain", extra={"height": block.height, "hash": block.hash.hex()})
    state = ChainState(new_best.height, new_best.hash, finalized.height, finalized.hash)
    batch.move_to(state, attach, detach, view, contract_changes(detached, attached, batch.contract_record))
    return Move(tuple(detached), tuple(attached), new_best)


def branches(old: BlockHeader, new: BlockHeader, batch: CoreBatch) -> tuple[list[BlockHeader], list[BlockHeader]]:
    """The headers from one block down to the common ancestor, and from there up to the other."""
    detach: list[BlockHeader] = []
    attach: list[BlockHeader] = []
    while old.hash != new.hash:
        height = new.height
        if height >= old.height:
            attach.append(new)
            new = stored_header(new.previous_block_hash, batch)
        if height <= old.height:
            detach.append(old)
            old = stored_header(old.previous_block_hash, batch)
    return detach, attach[::-1]


def stored_header(block_hash: bytes, batch: CoreBatch) -> BlockHeader:
    """A header that must be there. Raises StoreError."""
    header = batch.header(block_hash)
    if header is None:
        raise damaged_core(f"header {block_hash.hex()}", "it is missing")
    return header


def _with_outputs(header: BlockHeader, view: dict[bytes, UtxoEntry], batch: CoreBatch) -> Block:
    """The block of a header, with all that is stored of what it spends in the view."""
    block = batch.block(header.hash)
    if block is None:
        raise damaged_core(f"block {header.hash.hex()}", "it is missing")
    for tx in block.transactions:
        batch.load_utxos(view, tx.spent_output_ids)
    return block
