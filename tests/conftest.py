"""What the output of a test run says about the machine."""

from __future__ import annotations

import pytest

from pybytomd.pow.tensority import KERNELS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The Tensority kernels tested, as processors differ. In the summary, since -q leaves out the header."""
    terminalreporter.write_line(f"tensority kernels of this processor: {', '.join(KERNELS)}")
