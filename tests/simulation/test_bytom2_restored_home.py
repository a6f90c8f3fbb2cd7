"""A validator whose home is rolled back to an old copy, while others have what it signed, never contradicts that.

Two engines and a clock turned by hand; what happens when follows from the number of a schedule.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.events import VerificationAccepted
from pybytomd.chain.bytom2.signer import FRESH_SECONDS, GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import ManualClock
from pybytomd.errors import ValidationError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.store.kv.memory_db import MemoryStore
from tests.bytom2_builder import key, network, open_chain
from tests.unit.mining.bytom2.test_proposer import Receiver

BLOCKS_PER_EPOCH = 4
PARAMS = network(validators=2, blocks_per_epoch=BLOCKS_PER_EPOCH)
SLOT = PARAMS.casper.block_interval / 1000
EPOCH = BLOCKS_PER_EPOCH * SLOT


@dataclass
class Signed:
    """All that a key has ever signed, whatever became of its home."""

    blocks: set[tuple[int, bytes]] = field(default_factory=set)
    steps: set[tuple[int, int, bytes]] = field(default_factory=set)

    def contradictions(self) -> list[object]:
        """Pairs of which only one may be signed."""
        blocks = [(a, b) for a, b in combinations(sorted(self.blocks), 2) if a[0] == b[0]]
        steps = [
            (a, b)
            for a, b in combinations(sorted(self.steps, key=lambda step: (step[1], step)), 2)
            if a[1] == b[1] or a[0] > b[0]
        ]
        return [*blocks, *steps]


class Watched(GuardedSigner):
    """A guard of which all is seen that it lets out."""

    signed: Signed

    def sign_block(self, header: BlockHeader, *, alone: bool = False) -> bytes | None:
        witness = super().sign_block(header, alone=alone)
        if witness is not None:
            self.signed.blocks.add((header.height, header.hash))
        return witness

    def sign_step(self, source: Checkpoint, target: Checkpoint) -> bytes | None:
        signature = super().sign_step(source, target)
        if signature is not None:
            self.signed.steps.add((source.height, target.height, target.hash))
        return signature


class Forgetful(Watched):
    """As it was: it hears of nothing, and does not wait."""

    @property
    def is_quiet(self) -> bool:
        return False

    def saw_block(self, height: int, block_hash: bytes, *, stored: bool) -> bool:
        return True

    def saw_vote(self, source_height: int, target_height: int, target_hash: bytes, *, stored: bool) -> bool:
        return True

    def saw_unknown_vote(self) -> None:
        pass


Home = tuple[dict[bytes, bytes], bytes | None]
"""The database and the record."""


class Node:
    """A validator, in a home that can be copied and put back."""

    chain: Chain

    def __init__(self, number: int, clock: ManualClock, path: Path, kind: type[Watched] = Watched) -> None:
        self.number, self.clock, self.path, self.kind = number, clock, path, kind
        self.signed = Signed()
        self.database = MemoryStore()
        self.start(after_peers=False, quiet_seconds=0)

    def start(self, *, after_peers: bool = True, quiet_seconds: float = EPOCH) -> None:
        """A new process."""
        record = SigningRecord(self.path, key(self.number).xpub.raw.hex())
        self.signer = self.kind(
            key(self.number), record, self.clock, quiet_seconds=quiet_seconds, after_peers=after_peers
        )
        self.signer.signed = self.signed
        events = EventDispatcher()
        self.accepted = events.subscribe(VerificationAccepted)
        self.chain = open_chain(PARAMS, self.database, clock=self.clock, events=events, signer=self.signer)
        self.producer = BlockProducer(self.chain, BlockProposer(self.chain, Receiver()), self.signer, self.clock)

    def kill(self) -> None:
        self.chain.close()
        self.start()

    def copy(self) -> Home:
        record = self.path.read_bytes() if self.path.exists() else None
        return dict(self.database.iterate()), record

    def restore(self, home: Home, *, with_record: bool) -> None:
        """Put a copy in place of the home, and begin again."""
        self.chain.close()
        self.database = MemoryStore()
        self.database.write(home[0])
        self.path.unlink(missing_ok=True)
        if with_record and home[1] is not None:
            self.path.write_bytes(home[1])
        self.start()

    def hear(self, other: Node) -> None:
        """What is missing here of the other's main chain, and of the signatures in its headers."""
        missing: list[Block] = []
        header = other.chain.best_header
        while not self.chain.has_block(header.hash) or self.chain.is_orphan(header.hash):
            missing.append(Block.from_hex(other.chain.block_hex(header.hash) or b""))
            header = other.chain.header(header.previous_block_hash)
        for block in reversed(missing):
            self._take(block)
        for height in range(BLOCKS_PER_EPOCH, other.chain.best_height + 1, BLOCKS_PER_EPOCH):
            for verification in other.chain.verifications_in(other.chain.header_at(height)):
                try:
                    self.chain.process_verification(verification)
                except ValidationError:
                    continue
        self.signer.caught_up()

    def _take(self, block: Block) -> None:
        try:
            self.chain.process_block(block)
        except ValidationError:
            return


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(now=PARAMS.genesis.header.timestamp / 1000 + 0.01)


def run(seed: int, clock: ManualClock, directory: Path, kind: type[Watched], *, with_record: bool) -> Node:
    """Both make blocks and hear of each other, not always at once; then the first one's home is rolled back."""
    chance = random.Random(seed)
    one, other = Node(0, clock, directory / "one.json", kind), Node(1, clock, directory / "other.json")
    home = one.copy()

    def slots(count: int, *, kills: float = 0.0) -> None:
        for _ in range(count):
            clock.advance(SLOT)
            for node in chance.sample([one, other], 2):
                node.producer.tick()
            if chance.random() < 0.8:
                other.hear(one)
            if chance.random() < 0.8:
                one.hear(other)
            if chance.random() < kills:
                one.kill()

    slots(chance.randrange(8))
    if chance.random() < 0.8:
        home = one.copy()
    slots(int(FRESH_SECONDS / SLOT) + chance.randrange(1, 8))
    other.hear(one)
    one.restore(home, with_record=with_record)
    slots(24, kills=0.1)
    slots(3 * BLOCKS_PER_EPOCH)
    for node in (one, other):
        node.chain.close()
    return one


@pytest.mark.parametrize("with_record", [True, False], ids=["old record", "no record"])
@pytest.mark.parametrize("seed", range(5))
def test_it_never_contradicts_what_it_signed(
    seed: int, with_record: bool, clock: ManualClock, tmp_path: Path
) -> None:
    one = run(seed, clock, tmp_path, Watched, with_record=with_record)
    assert one.signed.contradictions() == []
    before_the_end = one.chain.best_height - 2 * BLOCKS_PER_EPOCH
    assert any(height > before_the_end for height, _ in one.signed.blocks)
    assert any(target > before_the_end - BLOCKS_PER_EPOCH for _, target, _ in one.signed.steps)


def test_the_same_schedules_catch_one_that_does_not_listen(tmp_path: Path) -> None:
    def caught() -> Iterator[bool]:
        for seed in range(3):
            directory = tmp_path / str(seed)
            directory.mkdir()
            clock = ManualClock(now=PARAMS.genesis.header.timestamp / 1000 + 0.01)
            yield bool(run(seed, clock, directory, Forgetful, with_record=False).signed.contradictions())

    assert all(caught())
