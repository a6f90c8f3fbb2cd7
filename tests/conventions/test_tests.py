"""How tests are written."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

from tests.conventions.source import ROOT

MEASURES = ROOT / "tests" / "bench"
"""Here time is measured, and nothing is asserted about it."""
MACHINE_CLOCK = re.compile(
    r"\b(time\.(time|monotonic|perf_counter|process_time|thread_time)|(?<!\.)(perf_counter|process_time|thread_time)"
    r"|SystemClock\(\)\.\w+|(get_running_loop|get_event_loop|loop)(\(\))?\.time)(_ns)?\("
)
"""A reading of the machine's clock; a ``ManualClock`` is none."""


@cache
def sources() -> dict[str, ast.Module]:
    """Syntax trees of everything that asserts."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if MEASURES not in path.parents
    }


def assertions_about_time(tree: ast.AST) -> Iterator[int]:
    """Lines that assert something of the machine's clock, read there or kept under a name before."""
    measured: set[str] = set()
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)]

    def tells_time(node: ast.AST | None) -> bool:
        return node is not None and (
            bool(MACHINE_CLOCK.search(ast.unparse(node)))
            or any(isinstance(inner, ast.Name) and inner.id in measured for inner in ast.walk(node))
        )

    known = -1
    while known < len(measured):
        known = len(measured)
        for node in assigned:
            if tells_time(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                measured |= {target.id for target in targets if isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and tells_time(node.test):
            yield node.lineno


def functions(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_test_asserts_how_long_something_takes() -> None:
    """A machine may be busy: work is counted instead (``tests/work.py``), and time is for ``make bench``."""
    found = {
        f"{path}:{line}"
        for path, tree in sources().items()
        for function in functions(tree)
        for line in assertions_about_time(function)
    }
    assert sorted(found) == []


def test_no_property_is_given_up_for_how_long_it_takes() -> None:
    """Hypothesis measures time unless it is told not to."""
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("assert time.monotonic() - started < 1", [1]),
        ("started = time.perf_counter()\nwork()\nseconds = perf_counter() - started\nassert seconds < 1", [4]),
        ("assert SystemClock().monotonic() < 3", [1]),
        ("slowest = 0.0\nslowest = max(slowest, time.thread_time() - a)\nlimit = slowest\nassert limit < 1", [4]),
        ("assert asyncio.get_running_loop().time() < 5", [1]),
        ("assert time.time_ns() < 5", [1]),
        ("clock = ManualClock()\nassert clock.monotonic() == 3", []),
        ("started = time.perf_counter()\nprint(time.perf_counter() - started)\nassert True", []),
    ],
)
def test_assertions_about_time_are_seen(body: str, lines: list[int]) -> None:
    assert list(assertions_about_time(ast.parse(body))) == lines
