"""The wallet on Bytom 2 when signatures of validators move the main chain down to a lower block."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.crypto.chainkd import XPrv
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.wallet import Wallet
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend
from tests.unit.wallet.bytom2_recorded import memory, open_wallet
from tests.unit.wallet.test_bytom2_wallet import without_index

PARAMS = network(validators=4, blocks_per_epoch=4)
VOTED = key(2).xpub.raw
STAKE = 3 * 10**8


@pytest.fixture
def chain() -> Chain:
    return open_chain(PARAMS)


def state_of(wallet: Wallet) -> tuple[object, ...]:
    """All that the index keeps."""
    kept = [
        dict(wallet.database.iterate(prefix))
        for prefix in (schema.OWN_OUTPUT_PREFIX, schema.TRANSACTION_PREFIX, schema.TRANSACTION_POSITION_PREFIX)
    ]
    return (*kept, wallet.utxos.balances(), wallet.queries.votes(""), wallet.cursor.work_hash)


def payment(chain: Chain, parent: Block, program: bytes) -> Transaction:
    """A vote, and what is over of the reward of block 5, for an account."""
    reward = chain.block_at(5).transactions[0]
    position = next(n for n, output in enumerate(reward.outputs) if output.amount)
    rest = reward.outputs[position].amount - STAKE - 10**7 - parent.height
    return spend(reward, [btm(STAKE, program, VOTED), btm(rest, program)], position)


def test_the_index_follows_to_a_lower_block_and_on(chain: Chain, tmp_path: Path) -> None:
    builder = Builder(chain)
    root = XPrv.from_seed(b"an account").xpub
    wallet, _ = open_wallet(MemoryStore(), chain, keys=tmp_path)
    account = wallet.accounts.create([root], 1, "alice")
    program = wallet.accounts.create_address(account).program
    trunk = builder.extend(15)
    # a lower branch ends an epoch, the higher one pays the account in its only block above
    higher = builder.block(trunk[-1], [payment(chain, trunk[-1], program)])
    chain.process_block(higher)
    higher_tip = builder.extend(2, higher)[-1]
    wallet.catch_up()
    assert wallet.cursor.best_hash == chain.best_hash == higher_tip.hash
    assert wallet.queries.votes("")[0].total_vote_number == STAKE

    lower = builder.extend(1, trunk[-1], slots=7)[-1]
    assert lower.height == 16 < chain.best_height
    builder.justify(PARAMS.genesis.header, lower, [0, 1, 2])
    wallet.catch_up()
    assert chain.best_hash == lower.hash
    assert wallet.cursor.best_hash == wallet.cursor.work_hash == lower.hash
    assert wallet.queries.votes("") == []
    assert wallet.utxos.balances() == []

    chain.process_block(builder.block(lower, [payment(chain, lower, program)]))
    wallet.catch_up()
    fresh, _ = open_wallet(without_index(dict(wallet.database.iterate())), chain, keys=tmp_path)
    fresh.catch_up()
    assert state_of(wallet) == state_of(fresh)
    assert json.loads(wallet.queries.balances(""))[0]["amount"] == wallet.queries.holdings("")[0].total > STAKE
    again, _ = open_wallet(memory(dict(wallet.database.iterate())), chain, keys=tmp_path)
    again.rescan()
    again.catch_up()
    assert state_of(again) == state_of(fresh)
