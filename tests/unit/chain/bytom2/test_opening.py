"""A chain of Bytom 2 that is opened again or closed, and databases that are not its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.errors import (
    ChainClosed,
)
from pybytomd.consensus.bytom2.casper.errors import (
    OutsideOfTree,
)
from pybytomd.errors import ConfigError, StoreError
from pybytomd.ledger.bytom2.params import MAINNET, SOLONET, TESTNET
from pybytomd.store.bytom2 import schema
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, network, open_chain
from tests.unit.chain.bytom2.short_epochs import GENESIS, PARAMS


def test_after_a_restart_nothing_is_forgotten(chain: Chain, builder: Builder, database: MemoryStore) -> None:
    blocks = builder.extend(9)
    branch = builder.extend(3, blocks[5], slots=5)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    builder.justify(blocks[3], blocks[7], [0, 1])
    before = {c.hash: c for c in chain._casper.tree.checkpoints()}
    chain.close()
    with open_chain(PARAMS, database) as again:
        assert (again.best_hash, again.justified, again.finalized.hash) == (
            chain.best_hash,
            chain.justified,
            chain.finalized.hash,
        )
        after = {c.hash: c for c in again._casper.tree.checkpoints()}
        assert {
            block_hash: replace(c, status=before[block_hash].status) for block_hash, c in after.items()
        } == before
        Builder(again).justify(blocks[3], blocks[7], [2])
        assert (again.justified.height, again.finalized.height) == (8, 4)
        assert not again.process_block(Builder(again).block(branch[2]))


def test_finality_that_the_best_block_does_not_know_of_yet_outlives_a_restart(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    blocks = builder.extend(8)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    builder.justify(blocks[3], blocks[7], [0, 1, 2])
    state = chain.store.chain_state()
    assert state is not None
    assert state.finalized_height == 0
    chain.close()
    with open_chain(PARAMS, database) as again:
        assert (again.finalized.height, again.justified.height) == (4, 8)
        with pytest.raises(OutsideOfTree):
            again.process_block(Builder(again).block(blocks[2], slots=5))


def test_a_shorter_fork_does_not_win_after_a_restart(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    blocks = builder.extend(7)
    chain.close()
    with open_chain(PARAMS, database) as again:
        assert not again.process_block(Builder(again).block(blocks[3], slots=5))
        assert again.best_hash == blocks[6].hash


@pytest.mark.parametrize("other", [MAINNET, replace(PARAMS, genesis=MAINNET.genesis)])
def test_a_database_of_another_network_is_refused(database: MemoryStore, chain: Chain, other: object) -> None:
    chain.close()
    with pytest.raises(StoreError, match=r"of another network than .*: it begins with block 512e"):
        open_chain(other, database)  # type: ignore[arg-type]


def test_a_database_of_another_federation_is_refused(
    database: MemoryStore, chain: Chain, builder: Builder
) -> None:
    builder.extend(1)
    chain.close()
    with pytest.raises(StoreError, match="other validators made its first block"):
        open_chain(TESTNET, database)
    with open_chain(network(validators=1), database) as private:
        assert private.best_height == 1


def test_a_network_without_validators_is_refused() -> None:
    with pytest.raises(ConfigError, match="bytom2-solonet has no federation"):
        open_chain(SOLONET)


@pytest.mark.parametrize(
    "missing",
    [schema.header_key, lambda block_hash: schema.checkpoint_key(0, GENESIS.hash)],
)
def test_a_damaged_database_is_named(
    database: MemoryStore, chain: Chain, builder: Builder, missing: object
) -> None:
    tip = builder.extend(2)[-1]
    chain.close()
    database.delete(missing(tip.hash))  # type: ignore[operator]
    with pytest.raises(StoreError, match=r"core.db is damaged at the (best block|finalized checkpoint)"):
        open_chain(PARAMS, database)


def test_a_closed_chain_takes_nothing(chain: Chain, builder: Builder) -> None:
    block = builder.block()
    chain.close()
    with pytest.raises(ChainClosed):
        chain.process_block(block)
    with pytest.raises(ChainClosed):
        chain.process_verification(builder.sign(0, GENESIS, block))


async def test_changes_from_the_event_loop(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(3)
    end = builder.block()
    assert await chain.add_block(end) is False
    await chain.add_verification(builder.sign(0, GENESIS, end))
    assert chain.header(end.hash).sup_links[0].signed_slots == [0]
    chain.close()
    with pytest.raises(ChainClosed):
        await chain.add_block(blocks[0])
