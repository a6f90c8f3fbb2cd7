"""How Hypothesis looks for examples, and what the output of a test run says about the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pybytomd.pow.tensority import KERNELS

# The same examples every time, and no verdict on how long one takes: machines differ.
settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

WHOLE_PROGRAMS = Path(__file__).parent / "functional"


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many random schedules of a net of validators are tried (tests/simulation)."""
    parser.addoption(
        "--schedules", type=int, default=6, help="random schedules of validators to try, of each kind"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs whole programs is tried once more before it counts as failed.

    A browser and several nodes on two busy cores now and then starve each other. Which were run again is told at
    the end of the run: a name that comes back there has a fault of its own.
    """
    for item in items:
        if item.path.is_relative_to(WHOLE_PROGRAMS):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was run again, and the Tensority kernels tested, as processors differ: -q leaves out the header."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_line(f"failed once, and was run again: {report.nodeid}\n{report.longreprtext}")
    terminalreporter.write_line(f"tensority kernels of this processor: {', '.join(KERNELS)}")
