"""``bytom2_reward.json``: the reward of a block, and votes, fees and rewards of a checkpoint as blocks come."""

from dataclasses import replace
from typing import Any

from pybytomd.consensus.bytom2.casper.epoch import block_reward, grown, next_epoch
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status, sum_of
from pybytomd.ledger.bytom2.params import MAINNET
from tests.vectors.registry import Case, family


def checkpoint_of(fields: dict[str, Any]) -> Checkpoint:
    """A checkpoint as the vectors describe it. Some leave out what does not matter there."""
    return Checkpoint(
        fields["height"],
        bytes.fromhex(fields.get("hash", "")),
        bytes.fromhex(fields.get("parent_hash", "")),
        fields["timestamp"],
        Status(fields["status"]),
        fields.get("rewards"),
        fields["votes"],
        sum_of(fields["votes"]),
    )


@family("bytom2_reward")
def check_bytom2_reward(case: Case, _document: Case) -> None:
    if case["op"] == "reward":
        assert sum_of(case["votes"]) == case["total_votes"]
        assert block_reward(case["height"], case["total_votes"]) == case["reward"]
        return
    checkpoint = checkpoint_of(case["start"])
    assert replace(next_epoch(checkpoint_of(case["parent"])), height=checkpoint.height) == checkpoint
    for text, after in zip(case["blocks"], case["after"], strict=True):
        block = Block.from_hex(text)
        checkpoint = grown(checkpoint, block, MAINNET.casper.blocks_per_epoch)
        assert checkpoint == checkpoint_of(after)
        assert [tx.fee for tx in block.transactions] == after["fees"]
