"""How a node is asked to end: the first signal begins an orderly stop, a second one hurries it.

Source: rpc-and-cli reference, section 1.8; unlike the reference, which leaves databases open and exits with 1, we
close everything and exit with 0.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

from pybytomd.clock import Clock
from pybytomd.node.console.output import Console

STOP_SECONDS = 4.5
"""After so long the process ends as it is. Nothing is lost: databases are only ever written in whole batches."""
HURRY_SECONDS = 0.5
SAME_SECONDS = 0.3
"""Signals so close together are one: ``make`` and ``timeout`` pass on what the whole group has got already."""
TERMINAL = "/dev/tty"
"""Stands for the terminal of whoever opens it."""
HANGUP = "hangup"
"""The terminal was closed, or somebody sent SIGHUP. Of a node without a terminal only the logs are begun anew."""
SIGNALS = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}
if sys.platform != "win32":
    SIGNALS[signal.SIGHUP] = HANGUP


class StopRequested(Exception):
    """The node was asked to stop while it was starting."""


class Deadline:
    """Ends the process when an orderly stop takes too long. ``on_overdue`` must not return."""

    def __init__(self, on_overdue: Callable[[], None]) -> None:
        self._on_overdue = on_overdue
        self._timer: threading.Timer | None = None

    def set(self, seconds: float) -> None:
        """Let this much time be left from now on."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._on_overdue)
        self._timer.daemon = True
        self._timer.start()


def has_terminal() -> bool:
    """Whether this process belongs to a terminal, whatever its streams are connected to."""
    if sys.platform == "win32":
        return True
    try:
        os.close(os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


class StopSignal:
    """Waits for SIGINT, SIGTERM and SIGHUP. Make it inside the event loop."""

    def __init__(
        self,
        console: Console,
        deadline: Deadline,
        clock: Clock,
        *,
        on_hangup: Callable[[], None] | None = None,
    ) -> None:
        """``on_hangup`` is called for SIGHUP, which stops the node where it is None: where there is a terminal."""
        self._on_hangup = on_hangup
        self._console = console
        self._deadline = deadline
        self._clock = clock
        self._asked_at = 0.0
        self._asked = asyncio.Event()

    def listen(self) -> None:
        """Take the signals of this process from now on."""
        loop = asyncio.get_running_loop()
        for number, name in SIGNALS.items():
            if name == HANGUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started by nohup, to outlive its terminal
            if sys.platform == "win32":
                signal.signal(number, lambda *_, name=name: loop.call_soon_threadsafe(self.ask, name))
            else:
                loop.add_signal_handler(number, self.ask, name)

    def ask(self, name: str) -> None:
        """Somebody wants the node to stop; ``name`` is the signal's."""
        if name == HANGUP and self._on_hangup is not None:
            self._on_hangup()
            return
        now = self._clock.monotonic()
        if self._asked.is_set():
            if now - self._asked_at < SAME_SECONDS or name == HANGUP:
                return  # a terminal that closes hurries nobody: shells and the system each tell of it
            self._console.say("hurrying")
            self._deadline.set(HURRY_SECONDS)
            return
        self._asked_at = now
        self._console.plain(f"captured {name}, exiting...")
        self._deadline.set(STOP_SECONDS)
        self._asked.set()

    @property
    def is_asked(self) -> bool:
        """Whether the node is to stop."""
        return self._asked.is_set()

    def check(self) -> None:
        """Raise StopRequested if the node is to stop."""
        if self.is_asked:
            raise StopRequested

    async def wait(self) -> None:
        """Until the node is to stop."""
        await self._asked.wait()
