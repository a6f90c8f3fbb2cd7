"""What a look at a whole core.db has found, of either chain. For ``db verify``."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_PROBLEMS = 20
"""More are counted, but not described."""


@dataclass(slots=True)
class Report:
    """What was found. ``problems`` are sentences for the user, at most ``MAX_PROBLEMS`` of them."""

    best_height: int = 0
    best_hash: bytes = b""
    sound_height: int = -1
    """Up to here every block of the main chain is sound, but for proofs of work. -1 if none is."""
    headers: int = 0
    side_blocks: int = 0
    """Sound blocks that are on no main chain; harmless."""
    unconnected: int = 0
    """Blocks above the best one, which a node forgets when it starts; harmless."""
    transactions: int = 0
    outputs: int = 0
    complete: bool = True
    """False when it was stopped before the end."""
    problem_count: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with what was looked at."""
        return self.problem_count == 0

    @property
    def extent(self) -> str:
        """How far the chain is sound, in words."""
        return "no block is whole" if self.sound_height < 0 else f"every block up to {self.sound_height} is whole"

    def add(self, problem: str) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)


class Stopped(Exception):
    """The user has seen enough."""
