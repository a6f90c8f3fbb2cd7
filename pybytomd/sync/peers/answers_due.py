"""What a node was asked and has not answered, however long ago, and to which question an answer belongs.

An answer is known by what is in it, as a node may send what nobody asked for: that uses up no question, so that it
makes no difference when it comes. What an honest node of the reference answers is told from it like this:

* one block is the block that was asked for, whatever its branch;
* headers, and several blocks, go on from a block that was named in the question; or from the genesis block, if the
  node has none of those (``netsync/block_keeper.go: locateHeaders``);
* a list of no blocks, which says that the first one is too large to be sent with others, has nothing to be known
  by. It is for the oldest question after the last one that was answered, as answers come in order.

Late answers are no offence. So questions are kept until they are answered, or are pushed out by later ones.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_HEADERS_DUE = 16
"""Questions for headers that are kept. One is asked at a time, and given up after half a minute or later."""
MAX_BODIES_DUE = 128
"""Questions for blocks that are kept. 16 are under way at a time, and all given up after half a minute; a node
that answers none of them is banned before there are so many."""


class BodyQuestion(NamedTuple):
    """For the blocks above ``parent_hash`` up to ``stop_hash``; without a parent for one block by its hash."""

    parent_hash: bytes | None
    stop_hash: bytes


@dataclass(slots=True)
class AnswersDue:
    """The questions to one node."""

    headers: deque[tuple[bytes, ...]] = field(default_factory=lambda: deque(maxlen=MAX_HEADERS_DUE))
    """The block locators of questions for headers, oldest first."""
    bodies: deque[BodyQuestion] = field(default_factory=lambda: deque(maxlen=MAX_BODIES_DUE))
    """Questions for blocks, oldest first."""
    passed_over: deque[BodyQuestion] = field(default_factory=lambda: deque(maxlen=MAX_BODIES_DUE))
    """Those that were asked before one that has been answered. Mostly they never will be."""

    def take_headers(self, parent_hash: bytes | None, genesis_hash: bytes) -> tuple[bytes, ...] | None:
        """The locator of the question answered by headers that go on from a block; None if there are none of them.

        The question is over then.
        """
        is_open = parent_hash is None or parent_hash == genesis_hash
        answered = next((locator for locator in self.headers if is_open or parent_hash in locator), None)
        if answered is not None:
            self.headers.remove(answered)
        return answered

    def take_block(self, block_hash: bytes) -> BodyQuestion | None:
        """The question that a block sent alone answers, which is over then."""
        question = BodyQuestion(None, block_hash)
        return self._answered(question if question in self.bodies or question in self.passed_over else None)

    def take_blocks(self, parent_hash: bytes | None, genesis_hash: bytes) -> BodyQuestion | None:
        """The question, over then, that blocks going on from one answer; None where there are no blocks."""
        runs = [question for question in (*self.bodies, *self.passed_over) if question.parent_hash is not None]
        exact = (question for question in runs if question.parent_hash == parent_hash)
        if parent_hash is None or parent_hash == genesis_hash:
            return self._answered(next(exact, runs[0] if runs else None))
        return self._answered(next(exact, None))

    def _answered(self, question: BodyQuestion | None) -> BodyQuestion | None:
        if question is None:
            return None
        if question not in self.bodies:
            self.passed_over.remove(question)
            return question
        while (first := self.bodies.popleft()) != question:
            self.passed_over.append(first)
        return question
