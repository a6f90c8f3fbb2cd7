"""What blocks do to the votes and rewards of their checkpoint."""

from __future__ import annotations

import pytest

from pybytomd.consensus.bytom2.casper.epoch import block_reward, genesis_checkpoint, grown, next_epoch
from pybytomd.consensus.bytom2.casper.errors import NotItsNextBlock
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status, sum_of
from pybytomd.ledger.bytom2.constants import BLOCK_REWARD
from pybytomd.ledger.bytom2.inputs import TxOutput, VetoInput
from pybytomd.ledger.bytom2.params import SOLONET
from pybytomd.ledger.bytom2.supply import supply_at
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from tests.bytom2_builder import btm, coinbase

ASSET = b"\x07" * 32
RETIRED = b"\x6a\x01\x02"


def growing(votes: dict[str, int], height: int = 5) -> Checkpoint:
    return Checkpoint(height, ZERO_HASH, b"\x01" * 32, 60, Status.GROWING, {"51": 7}, votes, sum_of(votes))


def block_with(*transactions: Transaction, height: int = 6) -> Block:
    return Block(BlockHeader(1, height, ZERO_HASH, 6_000, ZERO_HASH), (coinbase(height, extra=b""), *transactions))


def veto(amount: int, vote: bytes) -> VetoInput:
    return VetoInput(ZERO_HASH, BTM_ASSET_ID, amount, 0, 1, b"\x51", vote)


def votes_after(votes: dict[str, int], *transactions: Transaction) -> dict[str, int]:
    checkpoint = grown(growing(votes), block_with(*transactions), 100)
    assert checkpoint.total_votes == sum_of(checkpoint.votes)
    return dict(checkpoint.votes or {})


def test_votes_come_and_go() -> None:
    cast = Transaction(1, 0, (), (btm(5, vote=b"\xaa"), btm(2, vote=b"\xbb")))
    assert votes_after({"aa": 1}, cast) == {"aa": 6, "bb": 2}
    taken_back = Transaction(1, 0, (veto(5, b"\xaa"),), (btm(5),))
    assert votes_after({"aa": 6}, taken_back) == {"aa": 1}
    assert votes_after({"aa": 5}, taken_back) == {}
    assert votes_after({"aa": 4}, taken_back) == {}
    assert votes_after({}, taken_back) == {}


def test_a_veto_is_counted_before_the_votes_of_its_transaction() -> None:
    moved = Transaction(1, 0, (veto(5, b"\xaa"),), (btm(5, vote=b"\xaa"),))
    assert votes_after({"aa": 3}, moved) == {"aa": 5}


def test_a_vote_output_that_is_a_retirement_counts_whatever_its_asset_and_key() -> None:
    burnt = Transaction(1, 0, (), (TxOutput(ASSET, 9, RETIRED, b"any bytes"), TxOutput(ASSET, 1, b"\x51", b"")))
    assert votes_after({}, burnt) == {b"any bytes".hex(): 9, "": 1}


def test_votes_wrap_around_as_64_bit_numbers() -> None:
    flood = Transaction(1, 0, (), tuple(TxOutput(ASSET, (1 << 63) - 1, RETIRED, b"\xaa") for _ in range(3)))
    assert votes_after({}, flood) == {"aa": (3 * ((1 << 63) - 1)) % (1 << 64)}
    assert sum_of({"a": (1 << 64) - 1, "b": 2}) == 1


def test_nobody_elses_table_is_changed() -> None:
    votes = {"aa": 1}
    before = growing(votes)
    grown(before, block_with(Transaction(1, 0, (), (btm(5, vote=b"\xaa"),))), 100)
    assert before.votes == {"aa": 1}
    assert before.rewards == {"51": 7}


def test_fees_and_reward_go_to_the_first_output() -> None:
    paying = Transaction(1, 0, (veto(1000, b"\xaa"),), (btm(300),))
    checkpoint = grown(growing({}), block_with(paying), 100)
    assert checkpoint.rewards == {"51": 7 + 700 + block_reward(6, 0)}


def test_the_last_block_ends_the_epoch() -> None:
    checkpoint = grown(growing({}, height=7), block_with(height=8), 4)
    assert (checkpoint.status, checkpoint.height, checkpoint.timestamp) == (Status.UNJUSTIFIED, 8, 6_000)
    assert grown(growing({}), block_with(), 4).status == Status.GROWING
    following = next_epoch(checkpoint)
    assert (following.parent_hash, following.hash, following.rewards) == (checkpoint.hash, checkpoint.hash, {})
    assert following.status == Status.GROWING


def test_empty_votes_are_not_carried_on() -> None:
    ended = grown(growing({"aa": 0, "bb": 3}, height=7), block_with(height=8), 4)
    assert next_epoch(ended).votes == {"bb": 3}
    assert next_epoch(genesis_checkpoint(SOLONET.genesis)).votes == {}


def test_a_block_that_does_not_follow_is_refused() -> None:
    block = Block(BlockHeader(1, 6, b"\x05" * 32, 6_000, ZERO_HASH), (coinbase(6),))
    with pytest.raises(NotItsNextBlock, match="invalid block for increase checkpoint"):
        grown(growing({}), block, 4)


def test_genesis_is_justified_and_has_no_tables() -> None:
    checkpoint = genesis_checkpoint(SOLONET.genesis)
    assert (checkpoint.status, checkpoint.votes, checkpoint.rewards) == (Status.JUSTIFIED, None, None)


def test_the_reward_grows_with_the_votes_to_the_full_one() -> None:
    assert block_reward(1, 0) == 285_388_127
    half = supply_at(1) // 2
    assert block_reward(1, half - 10**10) < BLOCK_REWARD == block_reward(1, half + 10**10)
    assert block_reward(1, (1 << 64) - 1) == BLOCK_REWARD
