"""How a chain of Bytom 2 begins: with the genesis block in an empty database, with what is stored in any other.

Only the last finalized checkpoint and what came after it are read, however long the chain is. Source:
bytom2-ledger-and-consensus reference, sections 4.2 and 4.3; ``protocol/protocol.go``,
``protocol/casper/tree_node.go``.
"""

from __future__ import annotations

from pybytomd.consensus.bytom2.block import check_signature
from pybytomd.consensus.bytom2.block_errors import WrongBlockSignature
from pybytomd.consensus.bytom2.casper.checkpoint_tree import CheckpointTree
from pybytomd.consensus.bytom2.casper.epoch import genesis_checkpoint
from pybytomd.consensus.bytom2.casper.validators import effective_validators, producer
from pybytomd.consensus.bytom2.utxo import apply_block
from pybytomd.errors import ConfigError, StoreError
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Status
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.ledger.bytom2.utxo import UtxoEntry
from pybytomd.store.bytom2.core_store import CoreBatch, CoreStore, damaged_core
from pybytomd.store.bytom2.records import ChainState


def open_state(params: NetParams, store: CoreStore) -> tuple[ChainState, BlockHeader]:
    """How far the chain in a database has come, and its best block.

    Raises StoreError when it is damaged or of another network, ConfigError when nobody could make its first block.
    """
    if not params.casper.federation:
        raise ConfigError(f"{params.option} has no federation: give it the keys of its first validators")
    state = store.chain_state() or _store_genesis(params, store)
    first = store.main_chain_hash(0)
    if first != params.genesis.hash:
        begin = "nothing" if first is None else f"block {first.hex()}"
        raise StoreError(f"the database is of another network than {params.option}: it begins with {begin}")
    _check_federation(params, store)
    best = store.header(state.hash)
    if best is None or best.height != state.height:
        raise damaged_core(f"the best block {state.hash.hex()}", "it is missing")
    return state, best


def load_tree(store: CoreStore, state: ChainState) -> CheckpointTree:
    """The checkpoints since the last finalized one. Raises StoreError.

    The record of the best block may name one before it, as it is only written when the best block changes.
    """
    checkpoints = store.checkpoints_from(state.finalized_height)
    root = next((c for c in checkpoints if c.hash == state.finalized_hash), None)
    if root is None or (root.height and root.status != Status.FINALIZED):
        raise damaged_core(f"the finalized checkpoint {state.finalized_hash.hex()}", "it is missing")
    tree = CheckpointTree.load(root, [c for c in checkpoints if c is not root])
    finalized = [node for node in tree.nodes() if node.checkpoint.status == Status.FINALIZED]
    tree.set_root(max(finalized, key=lambda node: node.checkpoint.height, default=tree.root))
    tree.settle()
    return tree


def _store_genesis(params: NetParams, store: CoreStore) -> ChainState:
    genesis = params.genesis
    view: dict[bytes, UtxoEntry] = {}
    apply_block(view, genesis, params.casper)
    state = ChainState(genesis.height, genesis.hash, genesis.height, genesis.hash)
    batch = CoreBatch(store)
    batch.put_block(genesis)
    batch.put_checkpoint(genesis_checkpoint(genesis))
    batch.move_to(state, [genesis.header], [], view, {})
    batch.write()
    return state


def _check_federation(params: NetParams, store: CoreStore) -> None:
    """The first block after genesis is of this federation: networks share their genesis block. Raises StoreError.

    Not so on a private network, where the federation is the key of whoever began it.
    """
    first = store.main_chain_hash(1)
    header = None if first is None else store.header(first)
    if header is None or params.is_private:
        return
    genesis = genesis_checkpoint(params.genesis)
    validators = effective_validators(genesis, params.casper)
    try:
        check_signature(header, producer(validators, genesis, header.timestamp, params.casper))
    except WrongBlockSignature as error:
        raise StoreError(
            f"the database is of another network than {params.option}: other validators made its first block"
        ) from error
