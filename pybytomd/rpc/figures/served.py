"""What the API has done since the node started: requests, how long methods took, and how they failed.

Counted on the event loop alone, at a fraction of a microsecond a request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BOUNDS = (0.001, 0.0025, 0.01, 0.05, 0.25, 1.0, 5.0)
"""Upper ends, in seconds, of the classes of how long a method took; what took longer is in one more."""


class MethodFigures:
    """Of one method: how often it was called, for how many seconds in all, and in which class of duration."""

    __slots__ = ("classes", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0
        self.classes = [0] * (len(BOUNDS) + 1)

    def note(self, seconds: float) -> None:
        """It was called, and took so long, waiting included."""
        self.seconds += seconds
        self.classes[bisect_left(BOUNDS, seconds)] += 1

    @property
    def calls(self) -> int:
        """How often it was called."""
        return sum(self.classes)


@dataclass(slots=True)
class Served:
    """The figures. ``errors`` counts failures by method and code, ``refusals`` requests that reached no method."""

    requests: int = 0
    methods: dict[str, MethodFigures] = field(default_factory=dict)
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)

    def of(self, method: str) -> MethodFigures:
        """The figures of a method."""
        found = self.methods.get(method)
        if found is None:
            found = self.methods[method] = MethodFigures()
        return found
