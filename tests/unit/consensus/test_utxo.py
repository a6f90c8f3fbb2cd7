"""What transactions do to the set of unspent outputs, and how it is taken back."""

from __future__ import annotations

import pytest

from pybytomd.consensus.errors import ImmatureCoinbase, MissingUtxo, SpentUtxo, UnspentRevert
from pybytomd.consensus.utxo import (
    RESTORED,
    apply_block,
    apply_transaction,
    check_spendable,
    created_outputs,
    detach_block,
    detach_transaction,
    spent_outputs,
)
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_MATURITY
from pybytomd.ledger.inputs import CoinbaseInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.utxo import UtxoEntry
from tests.unit.consensus.payments import AMOUNT, PROGRAM, payment, spend_of

ASSET = b"\x07" * 32
ORDINARY = UtxoEntry(is_coinbase=False, block_height=3, spent=False)
COINBASE = UtxoEntry(is_coinbase=True, block_height=3, spent=False)
MIXED = Transaction(
    1,
    0,
    (spend_of(1), spend_of(2, asset_id=ASSET), CoinbaseInput(b"x")),
    (
        TxOutput(BTM_ASSET_ID, 5, PROGRAM),
        TxOutput(ASSET, 6, PROGRAM),
        TxOutput(BTM_ASSET_ID, 7, b"\x6a"),
    ),
)


def test_a_failed_transaction_moves_btm_only() -> None:
    btm, asset = MIXED.ids.spent_output_ids
    assert spent_outputs(MIXED, failed=False) == (btm, asset)
    assert spent_outputs(MIXED, failed=True) == (btm,)
    assert [output.amount for _, output in created_outputs(MIXED, failed=False)] == [5, 6]  # 7 is retired
    assert [output.amount for _, output in created_outputs(MIXED, failed=True)] == [5]


def test_an_output_without_a_program_is_no_retirement() -> None:
    tx = Transaction(1, 0, (spend_of(1),), (TxOutput(BTM_ASSET_ID, 5, b""),))
    assert [output.amount for _, output in created_outputs(tx, failed=False)] == [5]


def test_what_can_be_spent() -> None:
    assert check_spendable(ORDINARY, 4) is ORDINARY
    assert check_spendable(COINBASE, 3 + COINBASE_MATURITY) is COINBASE
    with pytest.raises(ImmatureCoinbase):
        check_spendable(COINBASE, 2 + COINBASE_MATURITY)
    with pytest.raises(MissingUtxo):
        check_spendable(None, 4)
    with pytest.raises(SpentUtxo):
        check_spendable(UtxoEntry(is_coinbase=False, block_height=3, spent=True), 4)


def test_forwards_and_backwards() -> None:
    tx = payment(1)
    (spent,) = tx.spent_output_ids
    (created,) = tx.result_ids
    view = {spent: COINBASE}
    apply_transaction(view, tx, height=200, is_coinbase=False, failed=False)
    assert view[spent] == UtxoEntry(is_coinbase=True, block_height=3, spent=True)
    assert view[created] == UtxoEntry(is_coinbase=False, block_height=200, spent=False)
    detach_transaction(view, tx, failed=False)
    assert view[spent] == COINBASE
    assert view[created].spent
    with pytest.raises(UnspentRevert):
        detach_transaction(view, tx, failed=False)


def test_an_ordinary_output_comes_back_without_its_height() -> None:
    tx = payment(1)
    view: dict[bytes, UtxoEntry] = {}
    detach_transaction(view, tx, failed=False)
    assert view[tx.spent_output_ids[0]] == RESTORED


def test_blocks_with_chains_of_transactions() -> None:
    header = SOLONET.genesis.header
    first = Transaction(1, 0, (CoinbaseInput(b"x"),), (TxOutput(BTM_ASSET_ID, 9, PROGRAM),))
    parent = payment(1)
    child_input = spend_of(0, amount=parent.outputs[0].amount)
    child_input.source_id = parent.mux_id
    child = Transaction(1, 0, (child_input,), (TxOutput(BTM_ASSET_ID, 1, PROGRAM),))
    assert child.spent_output_ids == parent.result_ids
    block = Block(header, (first, parent, child))
    view = {parent.spent_output_ids[0]: ORDINARY}
    apply_block(view, block, [False] * 3)
    assert view[first.result_ids[0]].is_coinbase
    assert view[parent.result_ids[0]].spent
    assert not view[child.result_ids[0]].spent
    detach_block(view, block, [False] * 3)
    assert not view[parent.spent_output_ids[0]].spent
    assert all(view[tx.result_ids[0]].spent for tx in block.transactions)
    apply_block({}, Block(header, ()), [])


def test_a_spend_of_an_unknown_amount() -> None:
    with pytest.raises(MissingUtxo):
        apply_transaction(
            {},
            Transaction(1, 0, (spend_of(1),), (TxOutput(BTM_ASSET_ID, AMOUNT, PROGRAM),)),
            height=1,
            is_coinbase=False,
            failed=False,
        )
