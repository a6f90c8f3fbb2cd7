"""What the person who started the node sees: one line for each event that matters, with the time in front."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime
from typing import TextIO

from pybytomd.clock import Clock


class Console:
    """Writes lines. Safe to use from several threads; a terminal that was closed is no reason to stop a node."""

    def __init__(self, out: TextIO, clock: Clock) -> None:
        self._out = out
        self._clock = clock
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Write a line with date and time of day in front."""
        moment = datetime.fromtimestamp(self._clock.now()).astimezone()
        self.plain(f"{moment:%Y-%m-%d %H:%M:%S} {text}")

    def plain(self, text: str) -> None:
        """Write a line as it is: one that the reference writes too."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{text}\n")
            self._out.flush()
