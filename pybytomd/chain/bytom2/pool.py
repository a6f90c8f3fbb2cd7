"""The transaction pool (mempool) of Bytom 2, and what it does not take.

Source: bytom2-ledger-and-consensus reference, section 5.1; ``protocol/txpool.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pybytomd.chain.bytom2.events import TransactionAdded, TransactionRemoved
from pybytomd.chain.errors import BlackListedOutput, DustTransaction
from pybytomd.chain.mempool.mempool import Habits, Mempool
from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.creation import IssuanceInput
from pybytomd.ledger.entries import is_retirement
from pybytomd.vm.bytom2.contracts import registered_contract


class TxPool(Mempool[Transaction, TxOutput]):
    """See ``Mempool``."""

    def __init__(self, clock: Clock, events: EventDispatcher, *, unspent: Callable[[bytes], bool]) -> None:
        habits = Habits(usable_outputs, TransactionAdded, TransactionRemoved)
        super().__init__(clock, events, habits, unspent=unspent)


def usable_outputs(tx: Transaction, _failed: bool) -> Iterator[tuple[bytes, TxOutput]]:
    """The outputs of a waiting transaction that others may spend: original ones.

    Quirk: a vote cannot be taken back before it is in a block; a transaction that tries waits as an orphan.
    """
    for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
        if not output.is_vote and not is_retirement(output.control_program):
            yield output_id, output


def check_admission(tx: Transaction) -> None:
    """The pool takes a transaction, if it is valid. Raises DustTransaction.

    It is dust without an input of BTM - a coinbase is none - or with an output of nothing.

    Quirk: or if it registers a contract, which only a block producer can bring into a block by means of its own.
    """
    pays_fee = any(
        isinstance(tx_input, SpendInput | VetoInput | IssuanceInput) and tx_input.asset_id == BTM_ASSET_ID
        for tx_input in tx.inputs
    )
    is_dust = any(not output.amount or registered_contract(output.control_program) for output in tx.outputs)
    if is_dust or not pays_fee:
        raise DustTransaction


def check_black_list(tx: Transaction) -> None:
    """A transaction spends none of some outputs that 2.0.7 does not relay. Raises BlackListedOutput.

    No rule of consensus: blocks may spend them. A peer of that version takes points for such a transaction.
    """
    if not BLACK_LIST.isdisjoint(tx.spent_output_ids):
        raise BlackListedOutput


_BLACK_LIST = """
    6f083763575172bba322b149696ebd178b521057671e701500fa9e2ad69828b1
    e26a8bcfcfd973255e2f286e1e89144d4ff8ebd4c41fb62f83569cbe2b96bbd7
    559371bfe33ec069924b44b766a72bb4ce6b9271abebb39ad256d9ca9f7cbc85
    1765e0aaba219c06eec9ab3dfeaf663e86404ed7fe71abd15239786480b9917d
    df74f0ec24cee92365b4627cb9c9684ebc21baaf70e1662d87abe08dd6d016c1
    b9c5a9e7e9dbf543a4e7f80f34e2b0f4ba19f29f715d1553ae7e60f1059ef14e
    2b60436ec77f7f28a5d4d0318286f29ec4217308837b8590990b332294ec7564
    412b2bf4b10f6b88411e00b5f6610d36fbbd992eceb93d32199931caa3610b27
    f109549a4ce3533229a0e94f84493f78f1d2103f88ce738e68951c5963b13682
    e7dc81f508b25a55e287f0e57af73ee806008de7551415f654e4875dc310ed90
    f2d5cb651bb9dcac9706daf0b544fef68bb4f07b90803038d6b86b434a98cd43
    0b9db0db5331429c26c9b0c45d3cf55fd638a140fccfd719179e223ea1c4a7f3
    df3d59e5ff9e90143e8fd15aa90c87679b03f7b6d30c48d82c3b5ca14fb85e30
    a1c584000cfa6b8ccd411bace27330cf71350f855cd3be4c6e87ff31ef3885e7
    768af8d34193b89a81dee4c10948ab2aef077f799e43c36d2a84d7bd5e185648
    9c4149f8c316b17a4d47b7403e82c73178867cb7eb6b3b653380376572add1ed
    fbb3b8e697db8b6a0ab8f75bd9be8bad10c60430186bed83a328d719e1967510
    60346fa38983c95e40a17b9be953eafe66776a548bf64516916922b2d67496f3
    a2dc7eaf1681bf926de8ed70c7239960de14eb989353072e71d2313088bdca92
    dbc3d7b47a01f71f6f1ccd575e7630d777df82e0a3961e04f0d5af62c2e91e7f
    e9cf21ac781e25e4013320407261dc697516b8873a40eba4de061d170fa4b28c
    ae8d924b60806a9f668a059e62eef75de511e39f881c90cc58ad0e8847cd69b1
"""
BLACK_LIST = frozenset(bytes.fromhex(output_id) for output_id in _BLACK_LIST.split())
"""Ids of outputs."""
