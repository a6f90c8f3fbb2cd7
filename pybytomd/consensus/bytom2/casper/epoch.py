"""How the blocks of an epoch change its checkpoint: votes and rewards.

Source: bytom2-ledger-and-consensus reference, sections 3.6 and 3.7; ``protocol/state/checkpoint.go``,
``reward.go``.
"""

from __future__ import annotations

from pybytomd.consensus.bytom2.casper.errors import NotItsNextBlock
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Amounts, Checkpoint, Status, sum_of
from pybytomd.ledger.bytom2.constants import BLOCK_REWARD, REWARD_THRESHOLD
from pybytomd.ledger.bytom2.inputs import VetoInput
from pybytomd.ledger.bytom2.supply import UINT64_MASK, supply_at
from pybytomd.ledger.constants import ZERO_HASH


def genesis_checkpoint(genesis: Block) -> Checkpoint:
    """That of the genesis block, which is justified from the start."""
    header = genesis.header
    return Checkpoint(0, header.hash, ZERO_HASH, header.timestamp, Status.JUSTIFIED, None, None, 0)


def next_epoch(ended: Checkpoint) -> Checkpoint:
    """The checkpoint of the epoch after one that has ended, before its first block."""
    return Checkpoint(
        height=ended.height,
        hash=ended.hash,
        parent_hash=ended.hash,
        timestamp=ended.timestamp,
        status=Status.GROWING,
        rewards={},
        votes={key: amount for key, amount in (ended.votes or {}).items() if amount},
        total_votes=ended.total_votes,
    )


def grown(checkpoint: Checkpoint, block: Block, blocks_per_epoch: int) -> Checkpoint:
    """A growing checkpoint after the next block, whose first transaction has an output. Raises NotItsNextBlock."""
    if block.header.previous_block_hash != checkpoint.hash:
        raise NotItsNextBlock
    votes = _votes_after(checkpoint.votes or {}, block)
    total_votes = checkpoint.total_votes if votes is checkpoint.votes else sum_of(votes)
    ends = block.height % blocks_per_epoch == 0
    return Checkpoint(
        height=block.height,
        hash=block.hash,
        parent_hash=checkpoint.parent_hash,
        timestamp=block.header.timestamp,
        status=Status.UNJUSTIFIED if ends else checkpoint.status,
        rewards=_rewards_after(checkpoint.rewards or {}, block, total_votes),
        votes=votes,
        total_votes=total_votes,
    )


def _votes_after(votes: Amounts, block: Block) -> Amounts:
    """The table after a block; the same object if nobody voted.

    Quirk: what counts is the type of the output. One with a program that begins with FAIL is a retirement by its
    entry, so no rule for votes applies to it, and it is counted all the same: any asset, any bytes for a key.
    """
    changed: dict[str, int] | None = None
    for tx in block.transactions:
        for tx_input in tx.inputs:
            if isinstance(tx_input, VetoInput):
                changed = dict(votes) if changed is None else changed
                key = tx_input.vote.hex()
                if changed.get(key, 0) > tx_input.amount:
                    changed[key] -= tx_input.amount
                else:
                    changed.pop(key, None)
        for output in tx.outputs:
            if output.vote is not None:
                changed = dict(votes) if changed is None else changed
                key = output.vote.hex()
                changed[key] = changed.get(key, 0) + output.amount & UINT64_MASK
    return votes if changed is None else changed


def _rewards_after(rewards: Amounts, block: Block, total_votes: int) -> Amounts:
    """The table after a block. Fees and reward go to the program of the first output of its first transaction."""
    program = block.transactions[0].outputs[0].control_program.hex()
    fees = sum(tx.fee for tx in block.transactions)
    earned = rewards.get(program, 0) + fees + block_reward(block.height, total_votes)
    return {**rewards, program: earned & UINT64_MASK}


def block_reward(height: int, total_votes: int) -> int:
    """The reward of the block at a height, in neu, given the sum of all votes after it in neu.

    From half of the full reward without votes it grows to the whole one when half of all BTM are in votes. The
    result is that of IEEE double arithmetic in this order of operations.
    """
    pledged = float(total_votes) / float(supply_at(height))
    if pledged > REWARD_THRESHOLD:
        return BLOCK_REWARD
    return int((pledged + REWARD_THRESHOLD) * float(BLOCK_REWARD))
