"""The command ``ready``: whether the node is ready to serve, for scripts and health checks of containers."""

from __future__ import annotations

import time

from pybytomd.cli.client.answers import record, text
from pybytomd.cli.client.tables import Table
from pybytomd.cli.flags import Flag
from pybytomd.cli.own.command import OwnCommand, Session, Status, Stopped
from pybytomd.client.errors import NoAnswer
from pybytomd.clock import Clock, SystemClock
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

POLL_SECONDS = 0.5


def _ready(session: Session) -> None:
    if session.arguments:
        raise ConfigError(f"{session.arguments[0]!r} is too much; this command takes flags only")
    clock = SystemClock()
    until = clock.monotonic() + int(session.value("wait"))
    while not _is_ready(session, clock, until):
        time.sleep(POLL_SECONDS)


def _is_ready(session: Session, clock: Clock, until: float) -> bool:
    """Ask once. Raises Stopped and NoAnswer when the node is not ready, and the time is up."""
    try:
        found = record(record(session.ask("node-status")).get("readiness"))
    except NoAnswer:
        if clock.monotonic() < until:
            return False
        raise
    if found.get("is_ready") is True:
        session.show(Table(("node",), [("ready",)], found))
        return True
    if clock.monotonic() < until:
        return False
    raise Stopped(f"{text(found, 'reason')}: {text(found, 'detail')}", Status.NOT_READY)


READY = OwnCommand(
    "ready",
    _ready,
    short="Whether the node is ready to serve",
    flags=(Flag("wait", Kind.UNSIGNED, "seconds to wait until it is", 0),),
    description="Whether the node is ready to serve: it has started, and its chain is up to date. If not, why.",
    examples="pybytomcli ready\npybytomcli ready --wait 60 && pybytomcli send ADDRESS 1.5",
    statuses=(Status.NOT_READY,),
)
"""Tells whether the node is ready."""
