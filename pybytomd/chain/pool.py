"""The transaction pool (mempool) of 1.x, and what it does not take."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.chain.events import TransactionAdded, TransactionRemoved
from pybytomd.chain.mempool.mempool import Habits, Mempool
from pybytomd.chain.mempool.pool_entry import PoolEntry
from pybytomd.clock import Clock
from pybytomd.consensus.utxo import created_outputs
from pybytomd.events import EventDispatcher
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import IssuanceInput, SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction

__all__ = ["PoolEntry", "TxPool", "is_dust"]


class TxPool(Mempool[Transaction, TxOutput]):
    """See ``Mempool``."""

    def __init__(self, clock: Clock, events: EventDispatcher, *, unspent: Callable[[bytes], bool]) -> None:
        habits = Habits(created_outputs, TransactionAdded, TransactionRemoved)
        super().__init__(clock, events, habits, unspent=unspent)


def is_dust(tx: Transaction) -> bool:
    """Whether no input is of BTM - a coinbase is none - or an output is of nothing. The pool refuses these."""
    pays_fee = any(
        isinstance(tx_input, SpendInput | IssuanceInput) and tx_input.asset_id == BTM_ASSET_ID
        for tx_input in tx.inputs
    )
    return not pays_fee or any(output.amount == 0 for output in tx.outputs)
