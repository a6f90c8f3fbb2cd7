"""Validators, votes, epochs, checkpoints, finality and rewards, as people ask for them."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.sup_link import SupLink
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, key, network, open_chain, spend
from tests.unit.rpc.bytom2.world import api_of, ask, call

PARAMS = network(validators=4, blocks_per_epoch=4)
GENESIS = PARAMS.genesis
INTERVAL = PARAMS.casper.block_interval
KEYS = [key(number).xpub.raw.hex() for number in range(4)]
REWARD = 285_388_127
"""Of a block without any votes."""


@pytest.fixture
def chain() -> Chain:
    return open_chain(PARAMS)


@pytest.fixture
def builder(chain: Chain) -> Builder:
    return Builder(chain)


async def test_a_federation_takes_turns(chain: Chain, builder: Builder) -> None:
    builder.extend(2)
    third = builder.extend(1, slots=3)[0]  # two turns are missed
    api = api_of(chain)
    found = await call(api, "list-validators")
    assert (found["epoch"], found["first_height"], found["last_height"], found["elected_at"]) == (1, 1, 4, 0)
    assert found["is_federation"] is True
    rows = found["validators"]
    assert [row["xpub"] for row in rows] == KEYS
    assert [row["order"] for row in rows] == [0, 1, 2, 3]
    assert [row["votes"] for row in rows] == [0] * 4
    assert [row["is_own"] for row in rows] == [True, False, False, False]
    # slots 0 and 1 were used, 2 and 3 missed, and slot 4 is the first validator's again
    assert [(row["blocks_made"], row["turns_missed"]) for row in rows] == [(2, 0), (1, 0), (0, 1), (0, 1)]
    assert [row["has_signed"] for row in rows] == [None] * 4
    turns = [row["next_turn"] - third.header.timestamp for row in rows]
    assert turns == [4 * INTERVAL, INTERVAL, 2 * INTERVAL, 3 * INTERVAL]
    for row in rows:
        assert chain.validator(chain.best_hash, row["next_turn"]).key == row["xpub"]


async def test_who_has_signed_the_end_of_an_epoch(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    junk = (b"", b"", b"", b"\x01" * 64, *[b""] * 6)
    builder.justify(GENESIS, blocks[3], [0, 2])
    header = chain.header(blocks[3].hash)
    spoilt = header.with_sup_links((*header.sup_links, SupLink(0, GENESIS.hash, junk)))
    chain.store._headers[header.hash] = spoilt  # as a header that came with what nobody signed
    found = await call(api_of(chain), "list-validators", epoch=1)
    assert [row["has_signed"] for row in found["validators"]] == [True, False, True, False]
    assert [row["next_turn"] for row in found["validators"]] == [None] * 4
    checkpoint = await call(api_of(chain), "get-checkpoint", block_height=4)
    assert (checkpoint["epoch"], checkpoint["height"], checkpoint["status"]) == (1, 4, "unjustified")
    assert checkpoint["support"] == [
        {
            "source_height": 0,
            "source_hash": GENESIS.hash.hex(),
            "signers": [KEYS[0], KEYS[2]],
            "is_majority": False,
        }
    ]


async def test_finality_of_blocks(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(10)
    side = builder.block(blocks[7], slots=9)
    chain.process_block(side)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    api = api_of(chain)
    states = [(await call(api, "get-finality", block_height=height))["status"] for height in range(11)]
    assert states == ["finalized"] + ["justified"] * 4 + ["pending"] * 6
    builder.justify(blocks[3], blocks[7], [0, 1, 2])
    states = [(await call(api, "get-finality", block_height=height))["status"] for height in range(11)]
    assert states == ["finalized"] * 5 + ["justified"] * 4 + ["pending"] * 2
    assert await call(api, "get-finality", block_height=6) == {
        "height": 6,
        "hash": blocks[5].hash.hex(),
        "on_main_chain": True,
        "status": "justified",
        "confirmations": 5,
        "checkpoint_height": 8,
        "justified_height": 8,
        "finalized_height": 4,
    }
    off = await call(api, "get-finality", block_hash=side.hash.hex())
    assert (off["on_main_chain"], off["status"], off["confirmations"]) == (False, "pending", 0)
    assert (
        "no blockHeader with given hash" in (await ask(api, "get-finality", block_hash="07" * 32))["error_detail"]
    )
    assert [row["status"] for row in await call(api, "list-epochs")] == ["growing", "justified", "finalized"]


async def test_an_epoch_ends_at_its_last_block_alone(chain: Chain, builder: Builder) -> None:
    builder.extend(3)
    answer = await ask(api_of(chain), "get-checkpoint", block_height=3)
    assert answer["error_detail"] == "block 3 ends no epoch: those at multiples of 4 do"


def voted_chain(chain: Chain, builder: Builder) -> list[Block]:
    """Rewards of the first epoch are paid in block 5 and voted with in block 16: 3 BTM and 1 for two keys."""
    blocks = builder.extend(15)
    reward = blocks[4].transactions[0]
    votes = [btm(3 * 10**8, vote=bytes.fromhex(KEYS[1])), btm(10**8, vote=b"\x09" * 64)]
    rest = reward.outputs[1].amount - 4 * 10**8 - 10**7
    paid = spend(reward, [*votes, btm(rest)], position=1)
    last = builder.block(transactions=[paid])
    assert not chain.process_block(last)
    return [*blocks, last]


async def test_votes_elect(chain: Chain, builder: Builder) -> None:
    voted_chain(chain, builder)
    api = api_of(chain)
    votes = await call(api, "list-votes")
    least = PARAMS.casper.min_validator_votes
    assert (votes["height"], votes["total"], votes["total_votes"], votes["least_votes"]) == (
        16,
        2,
        4 * 10**8,
        least,
    )
    assert [(row["xpub"], row["votes"]) for row in votes["votes"]] == [(KEYS[1], 3 * 10**8), ("09" * 64, 10**8)]
    assert [row["is_eligible"] for row in votes["votes"]] == [True, True]
    assert votes["next_after"] == ""
    first = await call(api, "list-votes", count=1)
    assert [row["xpub"] for row in first["votes"]] == [KEYS[1]]
    second = await call(api, "list-votes", count=1, after=first["next_after"])
    assert [row["xpub"] for row in second["votes"]] == ["09" * 64]
    assert second["next_after"] == ""
    assert "after is the key" in (await ask(api, "list-votes", after="beef"))["error_detail"]
    assert "1000 rows at most" in (await ask(api, "list-votes", count=1001))["error_detail"]
    elected = await call(api, "list-validators")
    assert (elected["epoch"], elected["is_federation"]) == (5, False)
    assert [(row["xpub"], row["votes"]) for row in elected["validators"]] == [
        (KEYS[1], 3 * 10**8),
        ("09" * 64, 10**8),
    ]
    assert (await call(api, "get-checkpoint", block_height=16))["elected"] == [KEYS[1], "09" * 64]


async def test_rewards_of_an_epoch(chain: Chain, builder: Builder) -> None:
    blocks = voted_chain(chain, builder)
    api = api_of(chain)
    first = await call(api, "list-rewards", epoch=1)
    assert first == {
        "epoch": 1,
        "first_height": 1,
        "last_height": 4,
        "is_complete": True,
        "paid_at": 5,
        "is_paid": True,
        "total": 4 * REWARD,
        "rewards": [{"address": "", "control_program": TRUE_PROGRAM.hex(), "amount": 4 * REWARD}],
    }
    assert blocks[4].transactions[0].outputs[1].amount == 4 * REWARD
    last = await call(api, "list-rewards")
    assert (last["epoch"], last["is_complete"], last["is_paid"], last["paid_at"]) == (4, True, False, 17)
    assert last["total"] > 4 * REWARD + 10**7 - 4  # a fee came in
    epochs = await call(api, "list-epochs", from_epoch=2, count=5)
    assert [row["epoch"] for row in epochs] == [2, 1]
    assert [row["reward"] for row in epochs] == [4 * REWARD] * 2
    assert (
        "there is no epoch 9: the chain ends in epoch 5"
        in (await ask(api, "list-rewards", epoch=9))["error_detail"]
    )


async def test_an_epoch_that_goes_on(chain: Chain, builder: Builder) -> None:
    builder.extend(6)
    api = api_of(chain)
    newest, first = await call(api, "list-epochs")
    assert (newest["epoch"], newest["blocks"], newest["status"], newest["reward"]) == (2, 2, "growing", 2 * REWARD)
    assert (first["epoch"], first["blocks"], first["signatures"]) == (1, 4, 0)
    going_on = await call(api, "list-rewards")
    assert (going_on["epoch"], going_on["total"], going_on["is_complete"]) == (2, 2 * REWARD, False)


async def test_before_the_first_block(chain: Chain) -> None:
    api = api_of(chain, ManualClock(now=GENESIS.header.timestamp / 1000))
    assert await call(api, "list-epochs") == []
    found = await call(api, "list-validators")
    assert [row["next_turn"] for row in found["validators"]] == [
        GENESIS.header.timestamp + number * INTERVAL for number in range(1, 5)
    ]
    assert (await call(api, "list-rewards"))["rewards"] == []
    assert (await call(api, "list-votes"))["votes"] == []
    assert (await call(api, "get-checkpoint"))["status"] == "finalized"
