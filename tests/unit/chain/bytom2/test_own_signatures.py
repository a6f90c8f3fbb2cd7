"""What a validator learns of its own key from blocks and signatures that come from anywhere, before it signs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import UNKNOWN_VOTE_SECONDS, GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import ManualClock
from pybytomd.errors import ValidationError
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint, Status
from pybytomd.ledger.bytom2.sup_link import NO_SIGNATURES, SupLink
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import LONG_AFTER, Builder, key, network, open_chain, verification

ME = 1
KEY = key(ME).xpub.raw.hex()
PARAMS = network(validators=4, blocks_per_epoch=4)
GENESIS = PARAMS.genesis
OTHER = b"\x07" * 32


def guard(path: Path, clock: ManualClock) -> GuardedSigner:
    return GuardedSigner(key(ME), SigningRecord(path, KEY), clock)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(now=LONG_AFTER)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signed.json"


@pytest.fixture
def signer(path: Path, clock: ManualClock) -> GuardedSigner:
    return guard(path, clock)


@pytest.fixture
def chain(signer: GuardedSigner, clock: ManualClock) -> Iterator[Chain]:
    with open_chain(PARAMS, clock=clock, signer=signer) as chain:
        yield chain


@pytest.fixture
def elsewhere() -> Iterator[Builder]:
    """The same network, where this key signs without us, and a branch of one epoch."""
    with open_chain(PARAMS) as chain:
        builder = Builder(chain)
        builder.extend(4)
        yield builder


def blocks_of(builder: Builder) -> list[Block]:
    return [builder.chain.block_at(height) for height in range(1, builder.chain.best_height + 1)]


def own_block(builder: Builder) -> Block:
    """The one that this key has made."""
    return next(
        block
        for block in blocks_of(builder)
        if builder.chain.validator(block.header.previous_block_hash, block.header.timestamp).key == KEY
    )


def would_sign_block(signer: GuardedSigner, height: int) -> bool:
    """Another one of the height than any that there is."""
    return signer.sign_block(BlockHeader(1, height, OTHER, 5, OTHER)) is not None


def would_sign_step(signer: GuardedSigner, source_height: int, target_height: int) -> bool:
    """To another block of the height than any that there is."""
    source, target = (
        Checkpoint(height, OTHER, ZERO_HASH, 0, Status.UNJUSTIFIED, {}, {}, 0)
        for height in (source_height, target_height)
    )
    return signer.sign_step(source, target) is not None


def links(number: int, order: int, source: Block, target: Block) -> tuple[SupLink, ...]:
    """A link with the signature of key ``number`` in the slot of an order."""
    signature = verification(number, source.hash, target.hash).signature
    signatures = (*NO_SIGNATURES[:order], signature, *NO_SIGNATURES[order + 1 :])
    return (SupLink(source.height, source.hash, signatures),)


def with_links(block: Block, sup_links: tuple[SupLink, ...]) -> Block:
    return block.with_header(block.header.with_sup_links(sup_links))


# --- blocks -----------------------------------------------------------------------------------------------------


def test_a_block_of_a_side_branch(chain: Chain, signer: GuardedSigner, elsewhere: Builder) -> None:
    mine = own_block(elsewhere)
    with open_chain(PARAMS) as longer:
        for block in [*Builder(longer).extend(5, slots=6), *blocks_of(elsewhere)]:
            chain.process_block(block)
    assert chain.has_block(mine.hash)
    assert not chain.is_in_main_chain(mine.hash)
    assert not would_sign_block(signer, mine.height)
    assert would_sign_block(signer, 9)


def test_an_orphan_also_after_a_kill(
    chain: Chain, path: Path, clock: ManualClock, signer: GuardedSigner, elsewhere: Builder
) -> None:
    mine = own_block(elsewhere)
    assert mine.height > 1
    assert chain.process_block(mine)
    for one in (signer, guard(path, clock)):
        assert not would_sign_block(one, mine.height)


def test_a_block_that_is_refused(
    chain: Chain, path: Path, clock: ManualClock, signer: GuardedSigner, elsewhere: Builder
) -> None:
    mine = own_block(elsewhere)
    for block in blocks_of(elsewhere)[: mine.height - 1]:
        chain.process_block(block)
    with pytest.raises(ValidationError):
        chain.process_block(Block(mine.header, ()))
    assert not chain.has_block(mine.hash)
    for one in (signer, guard(path, clock)):
        assert not would_sign_block(one, mine.height)


def test_a_witness_that_is_not_ours_binds_nothing(chain: Chain, signer: GuardedSigner, elsewhere: Builder) -> None:
    mine = own_block(elsewhere)
    chain.process_block(mine.with_header(mine.header.with_witness(key(2).sign(mine.hash))))
    assert would_sign_block(signer, mine.height)


# --- signatures of checkpoints ----------------------------------------------------------------------------------


def test_a_sup_link_of_a_header_before_the_own_signature(
    chain: Chain, signer: GuardedSigner, elsewhere: Builder
) -> None:
    """The step 4 to 8 is signed elsewhere; here it would be 0 to 8, as nothing else is justified."""
    elsewhere.extend(4)
    *before, target = blocks_of(elsewhere)
    for block in before:
        chain.process_block(block)
    chain.process_block(with_links(target, links(ME, ME, before[3], target)))
    assert [link.source_height for link in chain.header(target.hash).sup_links] == [4]
    assert not would_sign_step(signer, 4, 8)
    assert would_sign_step(signer, 8, 12)


@pytest.mark.parametrize(("number", "order"), [(2, ME), (ME, 2)], ids=["of another key", "in another slot"])
def test_a_sup_link_that_is_not_ours_binds_nothing(
    number: int, order: int, signer: GuardedSigner, elsewhere: Builder
) -> None:
    target = blocks_of(elsewhere)[-1]
    with open_chain(PARAMS) as chain:
        chain._casper.own = open_chain(PARAMS, signer=signer)._casper.own  # it looks, and nothing is signed
        for block in [*blocks_of(elsewhere)[:-1], with_links(target, links(number, order, GENESIS, target))]:
            chain.process_block(block)
    assert would_sign_step(signer, 0, 4)


def test_a_sup_link_of_a_known_block_that_comes_again(path: Path, clock: ManualClock, elsewhere: Builder) -> None:
    target, database = blocks_of(elsewhere)[-1], MemoryStore()
    with open_chain(PARAMS, database) as chain:  # stored when there was no signer
        for block in blocks_of(elsewhere):
            chain.process_block(block)
    signer = guard(path, clock)
    with open_chain(PARAMS, database, signer=signer) as chain:
        chain.process_block(with_links(target, links(ME, ME, GENESIS, target)))
    for one in (signer, guard(path, clock)):
        assert not would_sign_step(one, 0, 4)


def test_a_signature_that_comes_on_its_own(path: Path, clock: ManualClock, elsewhere: Builder) -> None:
    database = MemoryStore()
    with open_chain(PARAMS, database) as chain:
        for block in blocks_of(elsewhere):
            chain.process_block(block)
    signer = guard(path, clock)
    with open_chain(PARAMS, database, signer=signer) as chain:
        chain.process_verification(verification(ME, GENESIS.hash, elsewhere.chain.best_hash))
    for one in (signer, guard(path, clock)):
        assert not would_sign_step(one, 0, 4)


def test_a_signature_for_a_block_that_is_not_known_yet(
    chain: Chain, clock: ManualClock, signer: GuardedSigner, elsewhere: Builder
) -> None:
    *before, target = blocks_of(elsewhere)
    early = verification(ME, GENESIS.hash, target.hash)
    forged = verification(2, GENESIS.hash, OTHER)
    chain.process_verification(type(forged)(GENESIS.hash, OTHER, KEY, forged.signature))
    assert not signer.is_quiet
    chain.process_verification(early)
    assert signer.is_quiet  # there is time to fetch the block
    clock.advance(UNKNOWN_VOTE_SECONDS)
    assert not signer.is_quiet
    chain.process_verification(early)
    assert not signer.is_quiet  # nobody can keep it silent with it
    for block in before:
        chain.process_block(block)
    assert chain.process_block(target) is False
    assert not would_sign_step(signer, 0, 4)


def test_a_signature_in_the_header_of_an_orphan(
    chain: Chain, path: Path, clock: ManualClock, signer: GuardedSigner, elsewhere: Builder
) -> None:
    target = blocks_of(elsewhere)[-1]
    assert chain.process_block(with_links(target, links(ME, 3, GENESIS, target)))
    for one in (signer, guard(path, clock)):
        assert not would_sign_step(one, 0, 4)


# --- the database -----------------------------------------------------------------------------------------------


def test_what_is_stored_is_learnt_at_the_start(path: Path, clock: ManualClock, elsewhere: Builder) -> None:
    """The record is lost, or was never kept: bytomd 2.0.7 made the home."""
    *before, target = blocks_of(elsewhere)
    mine, database = own_block(elsewhere), MemoryStore()
    with open_chain(PARAMS, database) as chain:
        for block in [*before, with_links(target, links(ME, ME, GENESIS, target))]:
            chain.process_block(block)
        branch = Builder(chain).extend(7, GENESIS, slots=6)  # another branch, with a block of ours, too
        other = next(
            b for b in branch if chain.validator(b.header.previous_block_hash, b.header.timestamp).key == KEY
        )
        assert other.height != mine.height
    signer = guard(path, clock)
    with open_chain(PARAMS, database, signer=signer):
        assert not would_sign_block(signer, mine.height)
        assert not would_sign_step(signer, 0, 4)
        assert not would_sign_block(signer, other.height)
        assert not path.exists()  # it is in the database, so it need not be written
        assert would_sign_block(signer, 9)
