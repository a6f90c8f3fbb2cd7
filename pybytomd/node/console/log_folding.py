"""Leaving out of a log what says the same again, so that nobody can fill it from outside.

Two bounds: the very same line is shown once in a while, and of lines of one kind - one place in the code, with
other figures each time - a steady rate at most. What was left out is counted, and said with the next of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cachetools import LRUCache

REMEMBERED_LINES = 1024
REMEMBERED_KINDS = 512
QUIET_SECONDS = 60.0
"""When nothing of a kind has come for so long, what was left out of it is said without waiting for more."""

Kind = tuple[str, int, str]
"""Logger, level and the message without its figures."""


@dataclass(slots=True)
class _Kind:
    room: float
    """Lines that may be shown now."""
    seen: float
    left_out: int = 0


class Folding:
    """Says of each line whether to show it. Times are Unix seconds; a clock that is set back only forgets."""

    def __init__(self, repeat_seconds: float, burst: int, rate: float) -> None:
        """The same line is shown every ``repeat_seconds``; of a kind, ``burst`` at once and ``rate`` a second."""
        self._repeat_seconds = repeat_seconds
        self._burst = burst
        self._rate = rate
        self._lines: LRUCache[str, float] = LRUCache(REMEMBERED_LINES)
        self._kinds: LRUCache[Kind, _Kind] = LRUCache(REMEMBERED_KINDS)

    def admit(self, kind: Kind, line: str, now: float) -> int | None:
        """None to leave a line out; else how many of its kind were left out since the last one shown."""
        state = self._kind(kind, now)
        if 0 <= now - self._lines.get(line, now + 1) < self._repeat_seconds or state.room < 1:
            state.left_out += 1
            return None
        state.room -= 1
        self._lines[line] = now
        left_out, state.left_out = state.left_out, 0
        return left_out

    def _kind(self, kind: Kind, now: float) -> _Kind:
        state = self._kinds.get(kind)
        if state is None:
            state = self._kinds[kind] = _Kind(self._burst, now)
        state.room = min(self._burst, state.room + max(0.0, now - state.seen) * self._rate)
        state.seen = now
        return state

    def untold(self, now: float, *, at_once: bool = False) -> Iterator[tuple[Kind, int]]:
        """Kinds of which something was left out and nothing has come for a while, and how many; each told once."""
        for kind, state in self._kinds.items():
            if state.left_out and (at_once or now - state.seen >= QUIET_SECONDS):
                left_out, state.left_out = state.left_out, 0
                yield kind, left_out
