"""Taking the last blocks of a main chain back (rewind, set head), and adding again what is stored above it.

For a database that no node works on. The blocks stay stored: only which outputs are unspent, and which block is
the best one, goes back, in steps each of which leaves a whole chain. A node that starts then knows nothing of the
blocks above; it takes them anew from its peers, or ``connect_stored`` adds them. Whoever follows the chain has a
cursor of its own, and undoes its part of the blocks by reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pybytomd.chain.chain import Chain
from pybytomd.chain.errors import HeaderHeightNotFound
from pybytomd.chain.following.block_feed import read_judged
from pybytomd.consensus.utxo import detach_block
from pybytomd.errors import StoreError, ValidationError
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.records.core_records import ChainState

BLOCKS_AT_ONCE = 500
OUTPUTS_AT_ONCE = 20_000
"""What is undone in one step: as much as memory and a batch of the database hold easily."""

Progress = Callable[[int], None]
"""Called with the height of each block that is done."""


def roll_back(
    chain: Chain, height: int, on_block: Progress = lambda _: None, go_on: Callable[[], bool] = lambda: True
) -> ChainState:
    """Make the block of the main chain at ``height`` the best one; returns where the chain ends then.

    That is further up only if ``go_on()`` became false, and the same call goes on from there. Killed at any
    moment, the database holds a whole chain. ``chain`` is of no use afterwards but to be closed. Raises
    HeaderHeightNotFound for a height above the best block, StoreError.
    """
    if not 0 <= height <= chain.best_height:
        raise HeaderHeightNotFound
    state = ChainState(chain.best_height, chain.best_hash)
    while state.height > height and go_on():
        view: dict[bytes, UtxoEntry] = {}
        lowest = max(height, state.height - BLOCKS_AT_ONCE)
        while state.height > lowest and len(view) < OUTPUTS_AT_ONCE and go_on():
            judged = read_judged(chain, state.hash)
            for tx in judged.block.transactions:
                chain.store.load_utxos(view, tx.spent_output_ids)
            detach_block(view, judged.block, judged.status.fails)
            on_block(state.height)
            state = ChainState(state.height - 1, judged.block.header.previous_block_hash)
        chain.store.save_chain_state(state, view)
    return state


@dataclass(slots=True)
class Connected:
    """What came of the stored blocks."""

    added: int = 0
    refused: int = 0
    """Blocks that spend what cannot be spent, or whose parent is such a block."""
    is_complete: bool = True
    """Whether all were looked at."""


def stored_above(chain: Chain) -> Iterator[tuple[int, bytes]]:
    """Heights and hashes of the stored blocks above the best one, the lowest first. Raises StoreError."""
    best = chain.best_height
    return ((height, block_hash) for height, block_hash, _header in chain.store.headers() if height > best)


def connect_stored(
    chain: Chain, on_block: Progress = lambda _: None, go_on: Callable[[], bool] = lambda: True
) -> Connected:
    """Add the stored blocks above the best one again, of all branches: the chain chooses as it always does.

    Each is judged anew, but for its proof of work: no block is stored before that was found good. Raises
    StoreError.
    """
    done = Connected()
    for height, block_hash in list(stored_above(chain)):
        if not go_on():
            done.is_complete = False
            break
        if _connect(chain, block_hash):
            done.added += 1
        else:
            done.refused += 1
        on_block(height)
    return done


def _connect(chain: Chain, block_hash: bytes) -> bool:
    block = chain.block(block_hash)
    if not chain.has_block(block.header.previous_block_hash):
        return False
    try:
        chain.process_block(block, proof=True)
    except StoreError:
        raise
    except ValidationError:
        return False
    return True
