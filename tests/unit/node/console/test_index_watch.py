"""What the console says of the index: that it begins, gets on, is through, or fails."""

from __future__ import annotations

from pybytomd.clock import ManualClock
from pybytomd.indexing.service import IndexStatus
from pybytomd.node.console.index_watch import LINE_SECONDS, MUCH, IndexWatch


class Told:
    """A watch over a status that the test sets."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.status = IndexStatus(-1, 5000, 0.0)
        self.lines: list[str] = []
        self.watch = IndexWatch(lambda: self.status, self.clock, self.lines.append)

    def look(self, height: int, rate: float = 0.0, failure: str = "", chain: int = 5000) -> list[str]:
        """What is said when it looks now."""
        self.status = IndexStatus(height, chain, rate, failure)
        self.lines.clear()
        self.watch.tell()
        return list(self.lines)


def test_from_the_first_block_to_the_last() -> None:
    told = Told()
    assert told.look(-1) == ["indexing block 0 of 5000"]
    assert told.look(100, 50.0) == []
    told.clock.advance(LINE_SECONDS)
    assert told.look(2000, 50.0) == ["indexing block 2000 of 5000, 50 blocks/s, 1 min left"]
    assert told.look(5000) == ["index complete, up to block 5000"]
    assert told.look(5000) == []


def test_a_few_blocks_are_not_worth_a_line() -> None:
    told = Told()
    assert told.look(5000 - MUCH) == []
    assert told.look(5000) == []
    assert told.look(5000 - MUCH - 1) == [f"indexing block {5000 - MUCH - 1} of 5000"]
    assert told.look(4999) == []  # it goes on to the end


def test_a_failure_is_told_once() -> None:
    told = Told()
    told.look(5000)
    said = told.look(4990, failure="no room")
    assert said == ["error: the index does not get on at block 4990: no room"]
    assert told.look(4990, failure="no room") == []
    assert told.look(5000) == []
    assert told.look(4990, failure="no room") == said
