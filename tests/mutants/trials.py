"""Tries faults, each in a forked worker, bounded in time and memory."""

from __future__ import annotations

import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.living import living_functions, put_in
from tests.mutants.operators import Mutant
from tests.mutants.reach import Reach
from tests.mutants.suites import ROOT

SURVIVED, KILLED, IMPORT_ANEW = 0, 1, 2
"""What a worker says; one that is ended by a signal ran too long or wide, which is noticed too."""
OPTIONS = ("-q", "-s", "-p", "no:cacheprovider", "-o", "timeout=0", "-o", "addopts=")
SPARE_SECONDS = 5
"""Processor time a worker may take above what its tests take when each line is counted."""
STUCK_SECONDS = 180
"""Time after which a worker that does nothing is ended."""
MEMORY = 3 << 30
Report = Callable[[Mutant, int], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault and the tests that may notice it, the shortest first."""

    mutant: Mutant
    tests: Sequence[str]


def _limit(seconds: float) -> None:
    """Bound this worker, and close its mouth."""
    cpu = int(SPARE_SECONDS + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(STUCK_SECONDS)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def run_forked(
    trials: Iterable[Trial], work: Callable[[Trial], int], reach: Reach, jobs: int, report: Report
) -> None:
    """Give each trial a worker, ``jobs`` at a time, and report its answer."""
    running: dict[int, Trial] = {}

    def reap() -> None:
        child, status = os.wait()
        trial = running.pop(child)
        report(trial.mutant, os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED)

    for trial in trials:
        while len(running) >= jobs:
            reap()
        child = os.fork()
        if not child:
            try:
                _limit(reach.time(trial.tests))
                answer = work(trial)
            except BaseException:  # noqa: BLE001 - what breaks the test runner itself is noticed as well
                answer = KILLED
            os._exit(answer)
        running[child] = trial
    while running:
        reap()


class _Loop:
    """Takes the place of pytest's own loop: the tests are collected once, and run once for each fault."""

    def __init__(self, trials: Sequence[Trial], reach: Reach, jobs: int, report: Report) -> None:
        self._trials, self._reach, self._jobs, self._report = trials, reach, jobs, report

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = living_functions()

        def work(trial: Trial) -> int:
            if not put_in(trial.mutant, functions):
                return IMPORT_ANEW
            chosen = [items[test] for test in trial.tests]
            for item, following in zip(chosen, [*chosen[1:], None], strict=True):
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    return KILLED
            return SURVIVED

        run_forked(self._trials, work, self._reach, self._jobs, self._report)
        return True


def try_in_functions(
    suite: Sequence[str], trials: Sequence[Trial], reach: Reach, jobs: int, report: Report, log: Path
) -> None:
    """Try faults inside functions. ``report`` is called in another process: what it keeps must be in a file."""
    child = os.fork()
    if not child:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        saved = os.dup(1)
        os.set_inheritable(saved, False)
        loud = os.fdopen(saved, "w", buffering=1)
        for stream in (1, 2):
            os.dup2(output, stream)

        def aloud(mutant: Mutant, answer: int) -> None:
            sys.stdout, quiet = loud, sys.stdout
            report(mutant, answer)
            sys.stdout = quiet

        os._exit(int(pytest.main([*suite, *OPTIONS], plugins=[_Loop(trials, reach, jobs, aloud)])))
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"the test runner failed: see {log}")


class _Faulty(MetaPathFinder, SourceFileLoader):
    """Imports one module with a fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        name = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        super().__init__(name, str(ROOT / mutant.path))
        self._text = mutant.mutated

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._text, self.path, "exec", dont_inherit=True)


class _Shortest:
    """Runs what takes least time first."""

    def __init__(self, reach: Reach) -> None:
        self._rank = {test: rank for rank, test in enumerate(reach.by_length())}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._rank.get(item.nodeid, len(self._rank)))


def try_by_importing(
    suite: Sequence[str], mutants: Sequence[Mutant], reach: Reach, jobs: int, report: Report
) -> None:
    """Try faults that act while modules are imported, each with the whole suite."""
    import hypothesis  # noqa: F401 - once for all workers; nothing of the package may be among these
    import numpy  # noqa: F401

    tests = reach.by_length()

    def work(trial: Trial) -> int:
        sys.meta_path.insert(0, _Faulty(trial.mutant))
        failed = pytest.main([*suite, "-x", *OPTIONS], plugins=[_Shortest(reach)])
        return KILLED if failed else SURVIVED

    run_forked((Trial(mutant, tests) for mutant in mutants), work, reach, jobs, report)
