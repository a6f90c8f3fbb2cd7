"""The engine of Bytom 2: questions, changes, and what it tells of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pybytomd.chain.bytom2.chain import MAX_LINK_BYTES, Chain
from pybytomd.chain.bytom2.early_verifications import MAX_VERIFICATIONS, EarlyVerifications
from pybytomd.chain.bytom2.events import (
    BestBlockChanged,
    BlockConnected,
    BlockDisconnected,
    CheckpointFinalized,
    VerificationAccepted,
)
from pybytomd.chain.bytom2.signer import KeySigner
from pybytomd.chain.errors import (
    BlockHeightNotFound,
    BlockNotFound,
    ChainClosed,
    HeaderHeightNotFound,
    HeaderNotFound,
)
from pybytomd.clock import ManualClock
from pybytomd.consensus.bytom2.casper.errors import (
    NotAValidator,
    OutsideOfTree,
    SecondVoteForHeight,
    UnknownCheckpoint,
    VoteForRoot,
    WrongSignature,
    WrongSourceHeight,
)
from pybytomd.consensus.bytom2.casper.verification import Verification
from pybytomd.consensus.errors import BadBlock, ImmatureCoinbase
from pybytomd.errors import ConfigError, StoreError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.checkpoint import Status
from pybytomd.ledger.bytom2.params import MAINNET, SOLONET, TESTNET
from pybytomd.ledger.bytom2.sup_link import SupLink
from pybytomd.ledger.bytom2.utxo import COINBASE, UtxoEntry
from pybytomd.store.bytom2 import schema
from pybytomd.store.bytom2.core_store import CoreBatch
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import Builder, btm, key, network, open_chain, spend, verification

PARAMS = network(validators=4, blocks_per_epoch=4)
GENESIS = PARAMS.genesis


@pytest.fixture
def database() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def events() -> EventDispatcher:
    return EventDispatcher()


@pytest.fixture
def chain(database: MemoryStore, events: EventDispatcher) -> Chain:
    return open_chain(PARAMS, database, events=events)


@pytest.fixture
def builder(chain: Chain) -> Builder:
    return Builder(chain)


def statuses(chain: Chain) -> dict[int, Status]:
    return {c.height: c.status for c in chain._casper.tree.checkpoints() if not c.is_growing}


# --- questions --------------------------------------------------------------------------------------------------


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


# --- blocks -----------------------------------------------------------------------------------------------------


def test_what_breaks_a_rule_is_refused_and_leaves_nothing(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    good = builder.block()
    before = dict(database.iterate())
    with pytest.raises(BadBlock, match="fail to verify block header signature: invalid block"):
        chain.process_block(good.with_header(good.header.with_witness(bytes(64))))
    assert dict(database.iterate()) == before
    assert not chain.has_block(good.hash)
    assert not chain.process_block(good)


def test_a_block_of_the_future_is_refused_until_its_time_comes(database: MemoryStore) -> None:
    clock = ManualClock(now=GENESIS.header.timestamp / 1000)
    with open_chain(PARAMS, database, clock=clock) as chain:
        slots = PARAMS.casper.max_time_ahead // PARAMS.casper.block_interval + 1
        block = Builder(chain).block(slots=slots)
        with pytest.raises(BadBlock, match="timestamp is not in the valid range"):
            chain.process_block(block)
        clock.advance(PARAMS.casper.block_interval / 1000)
        assert not chain.process_block(block)


def test_known_blocks_are_no_news(chain: Chain, builder: Builder, events: EventDispatcher) -> None:
    blocks = builder.extend(3)
    told = events.subscribe(BestBlockChanged)
    assert not chain.process_block(blocks[1])
    assert not chain.process_block(blocks[2])
    assert told.drain() == []


def test_orphans_join_when_their_parent_comes(chain: Chain) -> None:
    with open_chain(PARAMS) as other:
        blocks = Builder(other).extend(9)
    for block in (blocks[8], *blocks[2:8]):
        assert chain.process_block(block)
        assert chain.is_orphan(block.hash)
        assert chain.has_block(block.hash)
    assert not chain.process_block(blocks[0])
    assert chain.best_height == 1
    assert not chain.process_block(blocks[1])
    assert chain.best_hash == blocks[8].hash
    assert not any(chain.is_orphan(block.hash) for block in blocks)


def test_bad_orphans_do_not_hold_up_the_good_ones(chain: Chain) -> None:
    with open_chain(PARAMS) as other:
        builder = Builder(other)
        blocks = builder.extend(2)
        twin = builder.block(blocks[0], extra=b"another")
        bad = twin.with_header(twin.header.with_witness(bytes(64)))
    for orphan in (bad, blocks[1]):
        assert chain.process_block(orphan)
    assert not chain.process_block(blocks[0])
    assert chain.best_hash == blocks[1].hash
    assert chain.is_orphan(bad.hash)


def test_reorganisation_is_told_of_in_order(chain: Chain, builder: Builder, events: EventDispatcher) -> None:
    blocks = builder.extend(3)
    told: list[object] = []
    for kind in (BlockConnected, BlockDisconnected, BestBlockChanged):
        events.call(kind, told.append)
    branch = [builder.block(blocks[0], slots=5)]
    chain.process_block(branch[0])
    branch += builder.extend(1, branch[0])
    while chain.best_hash != branch[-1].hash:
        branch += builder.extend(1, branch[-1])
    assert told == [
        BlockDisconnected(blocks[2]),
        BlockDisconnected(blocks[1]),
        *[BlockConnected(block) for block in branch],
        BestBlockChanged(branch[-1].header),
    ]
    assert [chain.hash_at(height + 2) for height in range(len(branch))] == [block.hash for block in branch]
    assert chain.is_in_main_chain(branch[0].hash)
    assert not chain.is_in_main_chain(blocks[1].hash)


def test_a_branch_that_cannot_be_spent_is_stored_and_the_main_chain_stays(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    reward = blocks[4].transactions[0]
    too_early = [spend(reward, [btm(10**8)], position=1)]
    bad = sorted([builder.block(transactions=too_early) for _ in range(9)], key=lambda block: block.hash)[4]
    with pytest.raises(ImmatureCoinbase):
        chain.process_block(bad)
    assert chain.best_hash == blocks[4].hash
    assert chain.has_block(bad.hash)
    with pytest.raises(ImmatureCoinbase):  # it is above the best block, and tried again
        chain.process_block(bad)
    siblings = [builder.block() for _ in range(20)]
    lower = next(block for block in siblings if block.hash < bad.hash)
    good = next(block for block in siblings if block.hash > bad.hash)
    with pytest.raises(ImmatureCoinbase):  # the tree prefers the bad one, and this one gets its error
        chain.process_block(lower)
    assert chain.best_hash == blocks[4].hash
    assert not chain.process_block(good)
    assert chain.best_hash == good.hash
    builder.extend(1, good)
    assert chain.best_height == 7


# --- signatures -------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("link", "error"),
    [
        (SupLink(0, b"\x01" * 32), UnknownCheckpoint),
        (SupLink(4, GENESIS.hash), WrongSourceHeight),
    ],
)
def test_a_bad_sup_link_refuses_its_block_and_nothing_else(
    chain: Chain, builder: Builder, database: MemoryStore, link: SupLink, error: type[Exception]
) -> None:
    builder.extend(3)
    good = builder.block()
    bad = good.with_header(good.header.with_sup_links((link,)))
    before = dict(database.iterate())
    with pytest.raises(error):
        chain.process_block(bad)
    assert dict(database.iterate()) == before
    assert chain._casper.tree.best().hash == chain.best_hash
    assert not chain.process_block(good)
    assert chain.best_hash == good.hash


def test_sup_links_of_a_block_count_and_invalid_ones_are_kept_as_they_are(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(3)
    end = builder.block()
    signatures = [builder.sign(number, GENESIS, end).signature for number in range(3)]
    link = SupLink(0, GENESIS.hash, (*signatures, b"invalid", *[b""] * 6))
    assert not chain.process_block(end.with_header(end.header.with_sup_links((link,))))
    assert chain.justified.height == 4
    assert chain.header(end.hash).sup_links == (link,)
    assert [lnk.signed_slots for lnk in chain.justified.sup_links] == [[0, 1, 2]]
    assert chain.header(blocks[2].hash).sup_links == ()


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


def test_a_known_block_that_comes_again_takes_no_signatures_away(chain: Chain, builder: Builder) -> None:
    blocks = builder.extend(5)
    branch = builder.extend(8, GENESIS, slots=5)
    builder.justify(GENESIS, blocks[3], [0, 1, 2])
    assert chain.best_hash == blocks[4].hash
    builder.justify(GENESIS, branch[7], [3])
    assert not chain.process_block(branch[7])  # above the best block, so it is judged again
    assert chain.header(branch[7].hash).sup_links[0].signed_slots == [3]
    assert chain.store.hashes_at(8) == (branch[7].hash,)


# --- starting again ---------------------------------------------------------------------------------------------


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


# --- signatures that wait ---------------------------------------------------------------------------------------


def waiting(number: int, size: int = 64) -> Verification:
    return Verification(bytes(32), number.to_bytes(32, "big"), "key", bytes(size))


def test_signatures_that_wait_are_bounded() -> None:
    early = EarlyVerifications()
    for number in range(MAX_VERIFICATIONS + 5):
        early.add(waiting(number))
    assert len(early) == MAX_VERIFICATIONS
    assert early.take(waiting(0).target_hash, "key") is None
    newest = waiting(MAX_VERIFICATIONS)
    assert early.take(newest.target_hash, "key") == newest
    assert early.take(newest.target_hash, "key") is None
    for number in range(MAX_VERIFICATIONS):
        early.add(waiting(number, size=10_000))
    assert len(early) < MAX_VERIFICATIONS // 5
    early.add(waiting(7, size=1 << 20))
    assert early.take(waiting(7).target_hash, "key") != waiting(7, size=1 << 20)


def test_the_newest_of_a_key_for_a_target_waits() -> None:
    early = EarlyVerifications()
    early.add(waiting(1))
    early.add(replace(waiting(1), signature=b"newer"))
    assert len(early) == 1
    taken = early.take(waiting(1).target_hash, "key")
    assert taken is not None
    assert taken.signature == b"newer"


def test_blocks_are_values_of_their_own(builder: Builder) -> None:
    block = builder.block()
    assert Block.from_hex(block.to_hex()) == block


def test_a_flood_of_sup_links_is_cut_off(chain: Chain, builder: Builder) -> None:
    """Whoever passes a block on can add any number: the hash does not cover them."""
    builder.extend(3)
    end = builder.block()
    good = SupLink(0, GENESIS.hash).with_signature(0, builder.sign(0, GENESIS, end).signature)
    junk = SupLink(0, GENESIS.hash, (b"invalid" * 10,) * 10)
    flood = end.with_header(end.header.with_sup_links((good, *[junk] * 5000)))
    assert not chain.process_block(flood)
    stored = chain.header(end.hash)
    assert good in stored.sup_links
    assert len(stored.to_bytes()) <= MAX_LINK_BYTES + 300
    huge = builder.block()
    flood = huge.with_header(huge.header.with_sup_links((SupLink(0, GENESIS.hash, (bytes(1 << 20),) * 10),)))
    assert not chain.process_block(flood)
    assert chain.header(huge.hash).sup_links == ()


def test_junk_in_a_slot_does_not_keep_its_signature_out_after_a_restart(
    chain: Chain, builder: Builder, database: MemoryStore
) -> None:
    builder.extend(3)
    end = builder.block()
    own = builder.sign(0, GENESIS, end).signature
    link = SupLink(0, GENESIS.hash, (own, b"junk", b"junk", *[b""] * 7))
    equal = SupLink(4, end.hash, (verification(0, end.hash, end.hash).signature, *[b""] * 9))
    assert not chain.process_block(end.with_header(end.header.with_sup_links((link,))))
    batch = CoreBatch(chain.store)
    batch.put_header(end.header.with_sup_links((link, equal)))
    batch.write()
    chain.close()
    with open_chain(PARAMS, database) as again:
        builder = Builder(again)
        loaded = again._casper.tree.find(end.hash)
        assert loaded is not None
        assert loaded.checkpoint.sup_links == (SupLink(0, GENESIS.hash).with_signature(0, own),)
        builder.justify(GENESIS, end, [3])
        assert again.justified.height == 0
        builder.justify(GENESIS, end, [2])
        assert again.justified.height == 4
        assert again.header(end.hash).sup_links[0].signatures[1] == b"junk"


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
