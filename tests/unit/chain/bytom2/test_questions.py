"""Questions to the engine of Bytom 2: the main chain, checkpoints and validators."""

from __future__ import annotations

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.errors import (
    BlockHeightNotFound,
    BlockNotFound,
    HeaderHeightNotFound,
    HeaderNotFound,
)
from pybytomd.consensus.bytom2.casper.errors import (
    UnknownCheckpoint,
)
from pybytomd.ledger.bytom2.utxo import COINBASE, UtxoEntry
from tests.bytom2_builder import Builder, btm, key, spend
from tests.unit.chain.bytom2.short_epochs import GENESIS


def test_questions_about_the_main_chain(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    assert (chain.best_height, chain.best_hash, chain.best_header) == (5, blocks[4].hash, blocks[4].header)
    assert chain.hash_at(0) == GENESIS.hash
    assert [chain.hash_at(height) for height in (3, 5, 6, -1)] == [blocks[2].hash, blocks[4].hash, None, None]
    assert chain.header_at(3) == blocks[2].header
    assert chain.block_at(3) == blocks[2]
    assert chain.block_hex(blocks[2].hash) == blocks[2].to_hex().encode()
    assert chain.is_in_main_chain(blocks[2].hash)
    assert not chain.is_in_main_chain(bytes(32))
    with pytest.raises(HeaderHeightNotFound):
        chain.header_at(6)
    with pytest.raises(BlockHeightNotFound):
        chain.block_at(6)
    with pytest.raises(HeaderNotFound):
        chain.header(bytes(32))
    with pytest.raises(BlockNotFound):
        chain.block(bytes(32))
    assert chain.block_hex(bytes(32)) is None
    reward = blocks[4].transactions[0]
    assert chain.unspent(reward.result_ids[1]) == UtxoEntry(COINBASE, 5, False)
    assert chain.contract(bytes(32)) is None


def test_questions_about_validators(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    federation = [key(number).xpub.raw.hex() for number in range(4)]
    assert [validator.key for validator in chain.validators(blocks[4].hash)] == federation
    assert chain.checkpoint_before(blocks[3].hash) == chain.checkpoint(blocks[3].hash)
    assert chain.checkpoint_before(blocks[4].hash).height == 4
    assert chain.checkpoint_before(blocks[2].hash).height == 0
    assert chain.elected(blocks[4].hash) == []
    with pytest.raises(UnknownCheckpoint, match="There are no blockHeader with given hash 0000"):
        chain.checkpoint(bytes(32))
    with pytest.raises(UnknownCheckpoint, match="unexpected end of JSON input"):
        chain.checkpoint(blocks[2].hash)


def test_elected_validators_take_over_after_their_epoch(chain: Chain, builder: Builder) -> None:
    builder.extend(14)
    reward = chain.block_at(5).transactions[0]
    votes = [btm(3 * 10**8, vote=key(7).xpub.raw), btm(10**8, vote=key(6).xpub.raw)]
    block = builder.block(transactions=[spend(reward, votes, position=1)])
    assert not chain.process_block(block)
    builder.extend(1)
    assert chain.elected(builder.extend(1)[0].hash) == [
        (key(7).xpub.raw.hex(), 3 * 10**8),
        (key(6).xpub.raw.hex(), 10**8),
    ]
    assert [v.key for v in chain.validators(chain.best_hash)] == [key(n).xpub.raw.hex() for n in (7, 6)]
    builder.extend(6)
    assert chain.best_height == 23


def test_the_checkpoint_before_a_block_of_any_branch(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(9)
    branch = builder.extend(4, blocks[2], slots=5)
    assert chain.checkpoint_before(blocks[8].hash).hash == blocks[7].hash
    assert chain.checkpoint_before(blocks[6].hash).hash == blocks[3].hash
    assert not chain.is_in_main_chain(branch[3].hash)
    assert chain.checkpoint_before(branch[3].hash).hash == branch[0].hash
    assert chain.checkpoint_before(branch[0].hash).hash == branch[0].hash
    assert chain.checkpoint_before(GENESIS.hash).hash == GENESIS.hash
    with pytest.raises(UnknownCheckpoint, match="There are no blockHeader"):
        chain.checkpoint_before(bytes(32))
