"""Watched addresses on Bytom 2: balances, votes apart from them, rewards that mature, all forth and back."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.watching.bytom2 import BYTOM2
from pybytomd.watching.service import WatchService
from tests.bytom2_builder import TRUE_PROGRAM, Builder, btm, key, network, open_chain, spend
from tests.unit.rpc.bytom2.world import api_of, call

PARAMS = network(validators=4, blocks_per_epoch=4)
VOTED = key(1).xpub.raw
BTM = BTM_ASSET_ID.hex()
MINE = b"\x52"
REWARD = 4 * 285_388_127
FEE = 10**7


@pytest.fixture
def chain() -> Chain:
    chain = open_chain(PARAMS)
    Builder(chain).extend(15)
    return chain


def sums(service: WatchService) -> dict[bytes, dict[str, int]]:
    service.catch_up()
    return {watched.program: dict(watched.balance) for watched, _ in service.list()}


async def test_votes_and_rewards_are_told_apart(chain: Chain) -> None:
    service = WatchService(MemoryStore(), chain, BYTOM2)
    service.watch(TRUE_PROGRAM, "all", 0)
    service.watch(MINE, "mine", None)
    api = api_of(chain, watch=service)
    service.catch_up()
    found = {row["label"]: row for row in (await call(api, "list-watched-addresses"))["addresses"]}
    # epochs of four blocks: their rewards are in blocks 5, 9 and 13, and can be spent ten blocks later
    assert found["all"]["balances"] == [{"asset_id": BTM, "amount": 3 * REWARD, "immature": 2 * REWARD}]
    assert found["all"]["votes"] == []

    reward = chain.block_at(5).transactions[0]
    voting = spend(reward, [btm(3 * 10**8, vote=VOTED), btm(REWARD - 3 * 10**8 - FEE, MINE)], position=1)
    voted = Builder(chain).block(transactions=[voting])
    assert not chain.process_block(voted)
    service.catch_up()
    found = {row["label"]: row for row in (await call(api, "list-watched-addresses"))["addresses"]}
    assert found["all"]["balances"] == [{"asset_id": BTM, "amount": 2 * REWARD, "immature": 2 * REWARD}]
    assert found["all"]["votes"] == [{"xpub": VOTED.hex(), "amount": 3 * 10**8}]
    assert found["mine"]["balances"] == [{"asset_id": BTM, "amount": REWARD - 3 * 10**8 - FEE, "immature": 0}]
    assert found["mine"]["control_program"] == MINE.hex()


async def test_a_vote_that_is_taken_back_and_a_reorganisation(chain: Chain) -> None:
    service = WatchService(MemoryStore(), chain, BYTOM2)
    service.watch(TRUE_PROGRAM, "all", 0)
    builder = Builder(chain, keys=10)
    before = sums(service)
    fork = chain.best_header
    reward = chain.block_at(5).transactions[0]
    voting = spend(reward, [btm(3 * 10**8, vote=VOTED), btm(REWARD - 3 * 10**8 - FEE)], position=1)
    assert not chain.process_block(builder.block(transactions=[voting]))
    voted = sums(service)[TRUE_PROGRAM]
    assert voted == {BTM: 3 * REWARD - 3 * 10**8 - FEE, BTM + VOTED.hex(): 3 * 10**8}
    assert before[TRUE_PROGRAM] == {BTM: 3 * REWARD}

    builder.extend(2, fork, slots=9)
    assert sums(service)[TRUE_PROGRAM] == {BTM: 4 * REWARD}  # block 17 pays that of another epoch
    fresh = WatchService(MemoryStore(), chain, BYTOM2)
    fresh.watch(TRUE_PROGRAM, "all", 0)
    assert sums(fresh)[TRUE_PROGRAM] == sums(service)[TRUE_PROGRAM]


async def test_addresses_of_this_network(chain: Chain) -> None:
    service = WatchService(MemoryStore(), chain, BYTOM2)
    api = api_of(chain, watch=service)
    program = b"\x00\x14" + b"\x07" * 20
    made = await call(api, "watch-address", control_program=program.hex(), label="x")
    assert made["address"].startswith("sn1")
    assert (made["from_height"], made["balances"], made["votes"]) == (16, [], [])
    await call(api, "unwatch-address", address=made["address"])
    assert (await call(api, "list-watched-addresses"))["addresses"] == []
