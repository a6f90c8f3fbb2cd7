"""What transactions of Bytom 2 do to the unspent outputs, and what keeps them from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.consensus.bytom2.block_errors import LockedVote
from pybytomd.consensus.bytom2.utxo import UtxoView, apply_block, check_spendable, detach_block
from pybytomd.consensus.errors import ImmatureCoinbase, MissingUtxo, SpentUtxo, UnspentRevert
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.params import VoteLock
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.bytom2.utxo import COINBASE, NORMAL, VOTE, UtxoEntry
from pybytomd.ledger.constants import ZERO_HASH
from tests.bytom2_builder import btm, coinbase, network, spend

CASPER = replace(network().casper, vote_locks=(VoteLock(0, 50, 10), VoteLock(50, 1 << 64, 40)))
KEY = b"\x11" * 64
REWARD = coinbase(5, [btm(700)], b"")
VOTE_TX = spend(REWARD, [btm(600, vote=KEY), btm(50), btm(0, b"\x52"), btm(50, b"\x6a")], position=1)
VETO_TX = spend(VOTE_TX, [btm(600)])


def block_of(height: int, *transactions: Transaction) -> Block:
    return Block(BlockHeader(1, height, ZERO_HASH, 0, ZERO_HASH), transactions)


@pytest.mark.parametrize(
    ("entry", "height", "error"),
    [
        (None, 20, MissingUtxo),
        (UtxoEntry(NORMAL, 5, True), 20, SpentUtxo),
        (UtxoEntry(COINBASE, 5, False), 14, ImmatureCoinbase),
        (UtxoEntry(COINBASE, 5, False), 15, None),
        (UtxoEntry(VOTE, 5, False), 14, LockedVote),
        (UtxoEntry(VOTE, 5, False), 15, None),
        (UtxoEntry(VOTE, 41, False), 50, LockedVote),  # the lock of the height it is spent at
        (UtxoEntry(VOTE, 41, False), 80, LockedVote),
        (UtxoEntry(VOTE, 41, False), 81, None),
        (UtxoEntry(NORMAL, 20, False), 20, None),
    ],
)
def test_when_an_entry_can_be_spent(entry: UtxoEntry | None, height: int, error: type[Exception] | None) -> None:
    if error is None:
        assert check_spendable(entry, height, CASPER) is entry
    else:
        with pytest.raises(error):
            check_spendable(entry, height, CASPER)


def test_kinds_of_new_entries() -> None:
    view: UtxoView = {}
    apply_block(view, block_of(5, REWARD), CASPER)
    assert view == {REWARD.result_ids[1]: UtxoEntry(COINBASE, 5, False)}  # no entry of an amount of 0
    apply_block(view, block_of(20, coinbase(20), VOTE_TX), CASPER)
    assert view == {
        REWARD.result_ids[1]: UtxoEntry(COINBASE, 5, True),
        VOTE_TX.result_ids[0]: UtxoEntry(VOTE, 20, False),
        VOTE_TX.result_ids[1]: UtxoEntry(NORMAL, 20, False),
    }


def test_every_output_of_the_first_transaction_is_of_a_coinbase() -> None:
    view: UtxoView = {REWARD.result_ids[1]: UtxoEntry(NORMAL, 0, False)}
    apply_block(view, block_of(6, VOTE_TX), CASPER)
    assert {view[output_id].kind for output_id in VOTE_TX.result_ids[:2]} == {COINBASE}


def test_a_restored_vote_has_lost_its_height_and_a_coinbase_has_not() -> None:
    view: UtxoView = {
        REWARD.result_ids[1]: UtxoEntry(COINBASE, 5, True),
        VOTE_TX.result_ids[0]: UtxoEntry(VOTE, 20, False),
    }
    apply_block(view, block_of(31, coinbase(31), VETO_TX), CASPER)
    stored = {key: entry for key, entry in view.items() if not entry.spent or entry.kind == COINBASE}
    detach_block(stored, block_of(31, coinbase(31), VETO_TX))
    assert stored[VOTE_TX.result_ids[0]] == UtxoEntry(VOTE, 0, False)
    assert stored[VETO_TX.result_ids[0]] == UtxoEntry(NORMAL, 0, True)
    detach_block(stored, block_of(20, coinbase(20), VOTE_TX))
    assert stored[REWARD.result_ids[1]] == UtxoEntry(COINBASE, 5, False)
    assert stored[VOTE_TX.result_ids[0]] == UtxoEntry(VOTE, 0, True)
    assert stored[VOTE_TX.result_ids[1]] == UtxoEntry(NORMAL, 0, True)
    detach_block(stored, block_of(5, REWARD))
    assert stored[REWARD.result_ids[1]] == UtxoEntry(NORMAL, 0, True)


def test_an_ordinary_output_comes_back_as_one() -> None:
    view: UtxoView = {}
    detach_block(view, block_of(9, spend(VETO_TX, [btm(600)])))
    assert view[VETO_TX.result_ids[0]] == UtxoEntry(NORMAL, 0, False)


def test_a_spend_that_did_not_happen_is_not_taken_back() -> None:
    view: UtxoView = {VOTE_TX.result_ids[0]: UtxoEntry(VOTE, 20, False)}
    with pytest.raises(UnspentRevert):
        detach_block(view, block_of(31, VETO_TX))
