"""A validator makes its blocks in its slots, and no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import BlockProposed
from pybytomd.chain.bytom2.signer import GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.bytom2.slots import slot_time
from tests.bytom2_builder import Builder, key, network, open_chain
from tests.unit.mining.bytom2.test_proposer import Receiver

PARAMS = network(validators=2, blocks_per_epoch=4)
SLOT = PARAMS.casper.block_interval / 1000
START = PARAMS.genesis.header.timestamp / 1000


@pytest.fixture
def clock() -> ManualClock:
    """A moment after the first slot has begun."""
    return ManualClock(now=START + SLOT + 0.01 + (-START) % SLOT)


@pytest.fixture
def events() -> EventDispatcher:
    return EventDispatcher()


@pytest.fixture
def guard(tmp_path: Path, clock: ManualClock) -> GuardedSigner:
    record = SigningRecord(tmp_path / "signed.json", key(0).xpub.raw.hex())
    return GuardedSigner(key(0), record, clock)


@pytest.fixture
def chain(clock: ManualClock, events: EventDispatcher, guard: GuardedSigner) -> Iterator[Chain]:
    with open_chain(PARAMS, clock=clock, events=events, signer=guard) as chain:
        yield chain


@pytest.fixture
def producer(chain: Chain, clock: ManualClock, guard: GuardedSigner) -> BlockProducer:
    return BlockProducer(chain, BlockProposer(chain, Receiver()), guard, clock)


def test_only_in_its_own_slots(
    chain: Chain, producer: BlockProducer, clock: ManualClock, events: EventDispatcher
) -> None:
    told = events.subscribe(BlockProposed)
    made, turns = [], []
    for _ in range(8):
        now = int(clock.now() * 1000)
        slot = slot_time(chain.best_header.timestamp, now, PARAMS.casper.block_interval)
        turns.append(chain.validator(chain.best_hash, slot or 0).key == key(0).xpub.raw.hex())
        made.append(producer.tick())
        assert producer.tick() is None
        clock.advance(SLOT)
    assert [block is not None for block in made] == turns
    assert set(turns) == {True, False}
    blocks = [block for block in made if block is not None]
    assert [block.height for block in blocks] == list(range(1, len(blocks) + 1))
    assert [event.block for event in told.drain()] == blocks == [chain.block_at(block.height) for block in blocks]
    assert blocks[3].header.sup_links[0].signed_slots == [0]  # our own signature is told of, too


def test_never_two_blocks_of_one_height(chain: Chain, producer: BlockProducer, clock: ManualClock) -> None:
    """The main chain fell back, as signatures moved it: the height is not signed again."""
    while producer.tick() is None:
        clock.advance(SLOT)
    first = chain.best_header
    builder = Builder(chain, keys=2)
    rival = builder.block(PARAMS.genesis, slots=(first.timestamp - PARAMS.genesis.header.timestamp) // 6000 + 1)
    clock.advance(SLOT)
    chain.process_block(rival)
    chain._best = PARAMS.genesis.header
    clock.advance(SLOT)
    assert producer.tick() is None
    assert chain.header(first.hash) == first


def test_one_that_is_alone_goes_on_where_a_block_was_lost(tmp_path: Path, clock: ManualClock) -> None:
    """It was signed, and not stored before a crash, or the database is an old copy: nobody else makes another."""
    params, path = network(validators=1, blocks_per_epoch=4), tmp_path / "signed.json"
    SigningRecord(path, key(0).xpub.raw.hex()).allow_block(1, b"\x01" * 32)
    guard = GuardedSigner(key(0), SigningRecord(path, key(0).xpub.raw.hex()), clock)
    with open_chain(params, clock=clock, signer=guard) as chain:
        made = BlockProducer(chain, BlockProposer(chain, Receiver()), guard, clock).tick()
        assert made is not None
        assert chain.best_hash == made.hash
    path.unlink()
    SigningRecord(path, key(0).xpub.raw.hex()).allow_block(1, b"\x01" * 32)
    guard = GuardedSigner(key(0), SigningRecord(path, key(0).xpub.raw.hex()), clock)
    with open_chain(PARAMS, clock=clock, signer=guard) as chain:  # with another validator, who makes one
        producer = BlockProducer(chain, BlockProposer(chain, Receiver()), guard, clock)
        for _ in range(2):
            assert producer.tick() is None
            clock.advance(SLOT)


def test_nothing_is_made_while_nothing_is_signed(tmp_path: Path, clock: ManualClock) -> None:
    record = SigningRecord(tmp_path / "signed.json", key(0).xpub.raw.hex())
    guard = GuardedSigner(key(0), record, clock, after_peers=True)
    with open_chain(network(validators=1), clock=clock, signer=guard) as chain:
        producer = BlockProducer(chain, BlockProposer(chain, Receiver()), guard, clock)
        assert producer.tick() is None
        guard.caught_up()
        assert producer.tick() is not None


def test_nothing_while_the_best_block_is_too_recent(chain: Chain, producer: BlockProducer) -> None:
    chain._best = PARAMS.genesis.header
    clock = ManualClock(now=START + 0.5)
    early = BlockProducer(chain, producer._proposer, producer._signer, clock)
    assert early.tick() is None


def test_it_starts_once_and_stops(producer: BlockProducer, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()
    monkeypatch.setattr(producer, "tick", ticked.set)
    monkeypatch.setattr(producer._stopping, "wait", lambda _: ticked.is_set())
    assert not producer.is_running
    producer.start()
    producer.start()
    assert producer.is_running
    assert ticked.wait(10)
    producer.stop()
    producer.stop()
    assert not producer.is_running


def test_what_goes_wrong_once_does_not_end_it(
    producer: BlockProducer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = iter([False, False, True])
    monkeypatch.setattr(producer._stopping, "wait", lambda _: next(looks))

    def fail() -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(producer, "tick", fail)
    producer._run()
    assert caplog.text.count("proposer failed") == 2
