"""How a chain begins: with the genesis block in an empty database, with the stored headers in any other."""

from __future__ import annotations

from pybytomd.chain.index.block_index import BlockIndex
from pybytomd.consensus.utxo import apply_block
from pybytomd.errors import StoreError
from pybytomd.ledger.networks.params import NETWORKS, NetParams
from pybytomd.ledger.status import TransactionStatus
from pybytomd.ledger.utxo import UtxoEntry
from pybytomd.store.block_store import BlockStore
from pybytomd.store.records.core_records import ChainState


def load_index(params: NetParams, store: BlockStore) -> BlockIndex:
    """The index of the blocks in a database. Raises StoreError when it is damaged or of another network."""
    check_network(params, store)
    state = store.chain_state()
    if state is None:
        state = _store_genesis(params, store)
    index = BlockIndex.load(store.header_batches(), state.height, state.hash, params.proof)
    first = index.hash_of(0)
    if first != params.genesis.hash:
        raise OtherNetwork(f"the one that begins with block {first.hex()}", params)
    return index


class OtherNetwork(StoreError):
    """A database holds the chain of another network than was asked for."""

    def __init__(self, found: str, wanted: NetParams) -> None:
        super().__init__(
            f"the database is of another network than {wanted.chain_id}: it holds the chain of {found}; "
            "give that network's name with --chain_id, or name another directory with --home"
        )


def check_network(params: NetParams, store: BlockStore) -> None:
    """Raise OtherNetwork if the database holds the genesis block of another known network, and not of this one."""
    if store.has_block(params.genesis.hash):
        return
    found = [other.chain_id for other in NETWORKS.values() if store.has_block(other.genesis.hash)]
    if found:  # some begin with the same block
        raise OtherNetwork(" or ".join(found), params)


def _store_genesis(params: NetParams, store: BlockStore) -> ChainState:
    genesis = params.genesis
    status = TransactionStatus.of([False] * len(genesis.transactions))
    view: dict[bytes, UtxoEntry] = {}
    apply_block(view, genesis, status.fails)
    state = ChainState(genesis.height, genesis.hash)
    store.save_block(genesis, status)
    store.save_chain_state(state, view)
    return state
