"""What a part of the benchmark is given, and what it gives back."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MEASURED = "measured in this run"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``reference`` is the same number for the Go node, ``source`` where that one comes from.

    ``against`` says what the reference is, where that is not the Go node.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    source: str = MEASURED
    more_is_better: bool = False
    against: str = "Go"

    @property
    def ratio(self) -> float | None:
        """How many times as good as the reference; above 1 is better."""
        if self.reference is None or not self.reference or not self.value:
            return None
        ratio = self.value / self.reference
        return ratio if self.more_is_better else 1 / ratio


@dataclass(frozen=True, slots=True)
class Bench:
    """One run. ``seconds`` is how long a measurement should take, ``directory`` a place for files."""

    seconds: float
    quick: bool
    directory: Path
    reference: Path | None
    """A Go bytomd."""

    def fresh_directory(self, name: str = "") -> Path:
        """A new directory, of any name unless given."""
        if not name:
            return Path(tempfile.mkdtemp(dir=self.directory))
        path = self.directory / name
        path.mkdir()
        return path


class PartSkipped(Exception):
    """A part cannot be measured here; the text says why."""


Measure = Callable[[Bench], Iterator[Figure]]
PARTS: dict[str, Measure] = {}
"""All parts by name, in the order in which they run."""


def part(name: str) -> Callable[[Measure], Measure]:
    """Register a part."""

    def register(measure: Measure) -> Measure:
        PARTS[name] = measure
        return measure

    return register


def load_parts() -> None:
    """Import every module of ``parts``, in the order of their names."""
    package = importlib.import_module("tests.bench.parts")
    for module in pkgutil.iter_modules(package.__path__, "tests.bench.parts."):
        importlib.import_module(module.name)


def best_seconds(work: Callable[[], object], seconds: float, at_least: int = 3) -> float:
    """The shortest time ``work`` took, of as many runs as fit in ``seconds``, but ``at_least`` so many.

    Other programs on the machine only ever make it longer, so the shortest says most about the work.
    """
    best = float("inf")
    runs = 0
    end = time.perf_counter() + seconds
    while runs < at_least or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
        runs += 1
    return best
