"""How Hypothesis looks for examples, and what the output of a test run says about the machine."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from pybytomd.pow.tensority import KERNELS

# The same examples every time, and no verdict on how long one takes: machines differ.
settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many random schedules of a net of validators are tried (tests/simulation)."""
    parser.addoption(
        "--schedules", type=int, default=6, help="random schedules of validators to try, of each kind"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The Tensority kernels tested, as processors differ. In the summary, since -q leaves out the header."""
    terminalreporter.write_line(f"tensority kernels of this processor: {', '.join(KERNELS)}")
