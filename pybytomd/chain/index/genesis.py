"""How a chain begins: with the genesis block in an empty database, with the stored headers in any other."""

from __future__ import annotations

from pybytomd.chain.index.block_index import BlockIndex
from pybytomd.consensus.utxo import apply_block
from pybytomd.errors import StoreError
from pybytomd.ledger.networks.params import NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.block_store import BlockStore
from pybytomd.store.records.core_records import ChainState


def load_index(params: NetParams, store: BlockStore) -> BlockIndex:
    """The index of the blocks in a database. Raises StoreError when it is damaged or of another network."""
    state = store.chain_state()
    if state is None:
        state = _store_genesis(params, store)
    index = BlockIndex.load(store.header_batches(), state.height, state.hash)
    first = index.hash_of(0)
    if first != params.genesis.hash:
        raise StoreError(
            f"the database is of another network than {params.chain_id}: it begins with block {first.hex()}"
        )
    return index


def _store_genesis(params: NetParams, store: BlockStore) -> ChainState:
    genesis = params.genesis
    status = TransactionStatus.of([False] * len(genesis.transactions))
    view: dict[bytes, UtxoEntry] = {}
    apply_block(view, genesis, status.fails)
    state = ChainState(genesis.height, genesis.hash)
    store.save_block(genesis, status)
    store.save_chain_state(state, view)
    return state
