"""Which tests reach which lines, and how long each takes: found once for a suite, in one run under coverage."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest

from tests.mutants.suites import ROOT

IMPORTING = ""
"""The context of what runs while modules are imported and tests are collected."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The tests of a suite."""

    seconds: dict[str, float]
    """How long each test took, counted line by line, by its id."""
    lines: dict[str, dict[str, list[str]]]
    """Ids of tests by path and line; empty for what importing reaches."""

    def tests(self, path: str, first: int, last: int) -> list[str]:
        """The tests that reach any of some lines, the shortest first."""
        reached = self.lines.get(path, {})
        found = {test for line in range(first, last + 1) for test in reached.get(str(line), ()) if test}
        return self.by_length(found)

    def is_imported(self, path: str, first: int, last: int) -> bool:
        """Whether some of these lines also run while modules are imported."""
        reached = self.lines.get(path, {})
        return any(IMPORTING in reached.get(str(line), ()) for line in range(first, last + 1))

    def by_length(self, tests: set[str] | None = None) -> list[str]:
        """Tests, the shortest first; all by default."""
        chosen = self.seconds if tests is None else tests & self.seconds.keys()
        return sorted(chosen, key=lambda test: (self.seconds[test], test))

    def time(self, tests: Sequence[str]) -> float:
        """Seconds that tests take together."""
        return sum(self.seconds[test] for test in tests)


class _Contexts:
    """Tells coverage which test runs."""

    def __init__(self, cover: coverage.Coverage) -> None:
        self._cover = cover
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._cover.switch_context(item.nodeid)
        result = yield
        self._cover.switch_context("between tests")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def find_reach(suite: Sequence[str], paths: Sequence[str], file: Path) -> Reach:
    """Run a suite in a process of its own; ``file`` keeps what it reaches. Raises RuntimeError if a test fails."""
    child = os.fork()
    if not child:
        os._exit(_run_suite(suite, paths, file))
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("the tests fail without any fault: run them, and mend them first")
    return load_reach(file)


def load_reach(file: Path) -> Reach:
    """What an earlier run has found."""
    document = json.loads(file.read_text(encoding="utf-8"))
    return Reach(document["seconds"], document["lines"])


def _run_suite(suite: Sequence[str], paths: Sequence[str], file: Path) -> int:
    absolute = {str(ROOT / path): path for path in paths}
    cover = coverage.Coverage(data_file=None, include=list(absolute), config_file=False)
    cover.start()
    contexts = _Contexts(cover)
    status = int(pytest.main([*suite, "-x", "-q", "-p", "no:cacheprovider"], plugins=[contexts]))
    cover.stop()
    if status:
        return status
    data = cover.get_data()
    lines = {
        absolute[name]: {str(line): sorted(tests) for line, tests in data.contexts_by_lineno(name).items()}
        for name in data.measured_files()
        if name in absolute
    }
    file.write_text(json.dumps({"seconds": contexts.seconds, "lines": lines}), encoding="utf-8")
    return 0
