"""What the console says about blocks."""

import pytest

from pybytomd.chain.events import BestBlockChanged, BlockMined
from pybytomd.clock import ManualClock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.node.console.narrator import MAX_FOUND_LINES, QUIET_SECONDS, Narrator


class Story:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.events = EventDispatcher()
        self.clock = ManualClock()
        self.rate = 0.0
        self.narrator = Narrator(self.events, self.clock, self.lines.append, lambda: self.rate)


@pytest.fixture
def story() -> Story:
    return Story()


def block(height: int) -> Block:
    genesis = SOLONET.genesis
    return Block(BlockHeader(1, height, genesis.hash, 0, bytes(32), bytes(32), 0, 0), genesis.transactions)


def test_a_block_found_here_is_told_once_with_the_hash_rate(story: Story) -> None:
    found = block(7)
    story.rate = 63.24
    story.events.post(BestBlockChanged(found.header))
    story.narrator.tell()
    story.events.post(BlockMined(found))
    story.narrator.tell()
    story.clock.advance(QUIET_SECONDS * 2)
    story.narrator.tell()
    assert story.lines == [f"found block 7 {found.hash.hex()} (1 transaction, 63.2 hashes/s)"]


def test_of_many_blocks_at_once_the_last_is_told(story: Story) -> None:
    for height in range(1, MAX_FOUND_LINES + 2):
        story.events.post(BestBlockChanged(block(height).header))
        story.events.post(BlockMined(block(height)))
    story.narrator.tell()
    story.clock.advance(QUIET_SECONDS * 2)
    story.narrator.tell()
    assert story.lines == [f"found 6 blocks, the last one block 6 {block(6).hash.hex()} (1 transaction)"]


def test_blocks_from_elsewhere_are_told_now_and_then(story: Story) -> None:
    for height in range(1, 4):
        story.events.post(BestBlockChanged(block(height).header))
    story.narrator.tell()
    story.narrator.tell()
    assert story.lines == [f"best block 3 {block(3).hash.hex()}, 3 blocks since the last line"]
    story.events.post(BestBlockChanged(block(4).header))
    for _ in range(3):
        story.narrator.tell()
    assert len(story.lines) == 1
    story.clock.advance(QUIET_SECONDS)
    story.narrator.tell()
    assert story.lines[1:] == [f"best block 4 {block(4).hash.hex()}"]


def test_the_end_tells_what_was_found(story: Story) -> None:
    story.events.post(BlockMined(block(9)))
    story.narrator.close()
    assert len(story.lines) == 1
    story.events.post(BlockMined(block(10)))
    story.narrator.tell()
    assert len(story.lines) == 1
