"""Signatures of validators: what counts, what it finalizes, and where it moves the main chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import (
    BestBlockChanged,
    CheckpointFinalized,
    VerificationAccepted,
)
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.consensus.bytom2.casper.errors import (
    NotAValidator,
    OutsideOfTree,
    SecondVoteForHeight,
    UnknownCheckpoint,
    VoteForRoot,
    WrongSignature,
)
from pybytomd.consensus.errors import ImmatureCoinbase
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.checkpoint import Status
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, btm, key, open_chain, spend, verification
from tests.unit.chain.bytom2.short_epochs import GENESIS, PARAMS


def statuses(chain: Chain) -> dict[int, Status]:
    return {c.height: c.status for c in chain._casper.tree.checkpoints() if not c.is_growing}


def test_two_thirds_justify_and_the_next_finalizes(
    chain: Chain, builder: Builder, events: EventDispatcher
) -> None:
    accepted, final = events.subscribe(VerificationAccepted), events.subscribe(CheckpointFinalized)
    blocks = builder.extend(9)
    builder.justify(GENESIS, blocks[3], [0, 1])
    assert (chain.justified.height, chain.finalized.height) == (0, 0)
    builder.justify(GENESIS, blocks[3], [2])
    assert (chain.justified.height, chain.finalized.height) == (4, 0)
    assert statuses(chain) == {0: Status.FINALIZED, 4: Status.JUSTIFIED, 8: Status.UNJUSTIFIED}
    builder.justify(blocks[3], blocks[7], [3, 2, 1])
    assert (chain.justified.height, chain.finalized.height) == (8, 4)
    assert chain.finalized.hash == blocks[3].hash
    assert [event.block_hash for event in final.drain()] == [blocks[3].hash]
    assert len(accepted.drain()) == 6
    header = chain.header(blocks[7].hash)
    assert [link.signed_slots for link in header.sup_links] == [[1, 2, 3]]
    assert chain.verifications_in(header) == [builder.sign(n, blocks[3], blocks[7]) for n in (1, 2, 3)]
    assert chain.verifications_in(blocks[6].header) == []
    builder.justify(blocks[3], blocks[7], [3])
    assert accepted.drain() == []


def test_what_must_not_count(chain: Chain, builder: Builder, database: MemoryStore) -> None:
    blocks = builder.extend(5)
    twin = builder.extend(4, GENESIS, slots=5)
    builder.justify(GENESIS, blocks[3], [0])
    before = dict(database.iterate())
    with pytest.raises(NotAValidator):
        chain.process_verification(builder.sign(9, GENESIS, blocks[3]))
    with pytest.raises(SecondVoteForHeight):
        chain.process_verification(builder.sign(0, GENESIS, twin[3]))
    with pytest.raises(WrongSignature):
        chain.process_verification(replace(builder.sign(1, GENESIS, blocks[3]), signature=bytes(64)))
    with pytest.raises(UnknownCheckpoint):
        chain.process_verification(verification(1, b"\x01" * 32, blocks[3].hash))
    with pytest.raises(VoteForRoot):
        chain.process_verification(builder.sign(1, GENESIS, GENESIS))
    assert dict(database.iterate()) == before


def test_a_signature_before_its_block_counts_when_the_next_epoch_begins(
    chain: Chain, events: EventDispatcher
) -> None:
    with open_chain(PARAMS) as other:
        blocks = Builder(other).extend(5)
    for number in (0, 1, 2, 9):
        chain.process_verification(verification(number, GENESIS.hash, blocks[3].hash))
    accepted = events.subscribe(VerificationAccepted)
    for block in blocks[:4]:
        chain.process_block(block)
    assert chain.justified.height == 0
    chain.process_block(blocks[4])
    assert chain.justified.height == 4
    assert len(accepted.drain()) == 3
    assert len(chain.header(blocks[3].hash).sup_links[0].signed_slots) == 3


def test_signatures_may_move_the_main_chain_down(chain: Chain, builder: Builder, events: EventDispatcher) -> None:
    blocks = builder.extend(7)
    branch = builder.extend(5, GENESIS, slots=5)
    assert chain.best_hash == blocks[6].hash
    told = events.subscribe(BestBlockChanged)
    builder.justify(GENESIS, branch[3], [0, 1, 2])
    assert chain.best_hash == branch[4].hash
    assert [event.header.height for event in told.drain()] == [5]
    assert chain.hash_at(6) is None
    assert chain.store.main_chain_hash(6) is None
    assert not chain.is_in_main_chain(blocks[5].hash)


def test_what_leaves_the_tree_before_the_finalized_block_is_refused(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(9)
    twin = builder.block(blocks[2], slots=5)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    builder.justify(blocks[3], blocks[7], [0, 1, 2])
    with pytest.raises(OutsideOfTree, match=r"^apply block to checkpoint: checkpointNodeByHash fail"):
        chain.process_block(twin)
    assert not chain.has_block(twin.hash)
    chain.process_verification(verification(3, GENESIS.hash, twin.hash))  # kept for a block that never comes
    inside = builder.block(blocks[5], slots=5)
    assert not chain.process_block(inside)


def test_a_signature_counts_although_the_main_chain_cannot_follow_it(chain: Chain, builder: Builder) -> None:
    """The branch that it makes the best spends what cannot be spent. That is not the fault of who signed."""
    blocks = builder.extend(6)
    reward = blocks[4].transactions[0]
    branch = builder.extend(1, blocks[4], slots=7)
    too_early = builder.block(branch[0], [spend(reward, [btm(10**8)], position=1)])
    builder.extend(3, blocks[5])
    chain.process_block(too_early)
    end = builder.block(too_early)
    chain.process_block(end)
    best = chain.best_hash
    for number in (0, 1):
        assert chain.process_verification(builder.sign(number, GENESIS, end)) is None
    refusal = chain.process_verification(builder.sign(2, GENESIS, end))
    assert isinstance(refusal, ImmatureCoinbase)
    assert (chain.best_hash, chain.justified.hash) == (best, end.hash)


def test_a_validator_signs_what_ends_an_epoch_once_for_each_height(events: EventDispatcher) -> None:
    accepted = events.subscribe(VerificationAccepted)
    with open_chain(PARAMS, events=events, signer=KeySigner(key(2))) as chain:
        builder = Builder(chain)
        blocks = builder.extend(5)
        assert [event.verification for event in accepted.drain()] == [builder.sign(2, GENESIS, blocks[3])]
        assert chain.header(blocks[3].hash).sup_links[0].signed_slots == [2]
        branch = builder.extend(4, GENESIS, slots=5)
        assert accepted.drain() == []
        assert chain.header(branch[3].hash).sup_links == ()
        builder.justify(GENESIS, blocks[3], [0, 1])
        accepted.drain()
        more = builder.extend(3, blocks[4])
        assert [event.verification for event in accepted.drain()] == [builder.sign(2, blocks[3], more[2])]


def test_others_sign_nothing(events: EventDispatcher) -> None:
    accepted = events.subscribe(VerificationAccepted)
    with open_chain(PARAMS, events=events, signer=KeySigner(key(9))) as chain:
        Builder(chain).extend(5)
        assert accepted.drain() == []
