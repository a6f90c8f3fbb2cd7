"""Tells on the console how synchronising gets on."""

from __future__ import annotations

from collections.abc import Callable

from pybytomd.clock import Clock
from pybytomd.sync.report.diagnosis import Reasons
from pybytomd.sync.report.status import Activity, SyncStatus

LINE_SECONDS = 10.0
"""At most one line in this time while nothing but the numbers changes."""
BUSY = frozenset({Activity.HEADERS, Activity.BLOCKS, Activity.BEHIND})


class SyncWatch:
    """Looks at the status from time to time; ``tell`` says a line when there is something to say.

    ``may_be_alone`` when no peers are expected: having none is then not told of.
    """

    def __init__(
        self,
        status: Callable[[], SyncStatus],
        clock: Clock,
        say: Callable[[str], None],
        *,
        may_be_alone: bool = False,
    ) -> None:
        self._may_be_alone = may_be_alone
        self._status = status
        self._clock = clock
        self._say = say
        self._activity: Activity | None = None
        self._reasons = Reasons(clock)
        self._next_line = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether blocks are being fetched, so that each need not be told of."""
        return self._activity in BUSY

    def tell(self) -> None:
        """Say what has changed, and how far it is."""
        status = self._status()
        if self._may_be_alone and status.activity is Activity.WAITING:
            self._activity = status.activity
            return
        now = self._clock.monotonic()
        began_or_ended = (status.activity in BUSY) != self.is_busy or self._activity is None
        is_news = self._reasons.is_news(status.stuck)
        if began_or_ended or is_news or (status.activity in BUSY and now >= self._next_line):
            self._next_line = now + LINE_SECONDS
            self._say(status.describe())
        self._activity = status.activity
