"""Tells the manager of services, such as systemd, that the node is up, lives, and stops.

The protocol is that of ``sd_notify``: lines in a datagram to the socket that the variable NOTIFY_SOCKET names.
Where there is none, nothing is told. With WATCHDOG_USEC the manager wants to hear of the node so often, in
microseconds, and starts it anew when it does not. Source: the manual pages sd_notify(3) and
sd_watchdog_enabled(3).
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

logger = logging.getLogger(__name__)

MICROSECONDS = 1_000_000
BEATS = 3
"""How often the node is heard of within the time in which it must be."""


class ServiceManager:
    """Whoever has started the node and watches over it, if anybody does."""

    def __init__(self, variables: Mapping[str, str], process: int | None = None) -> None:
        """``variables`` is the environment, ``process`` the id of the node's process, by default of this one."""
        address = variables.get("NOTIFY_SOCKET", "")
        is_known = address.startswith(("/", "@")) and hasattr(socket, "AF_UNIX")
        self._address = ("\0" + address[1:] if address[0] == "@" else address) if is_known else ""
        meant = variables.get("WATCHDOG_PID", "")
        is_for_this = not meant or meant == str(os.getpid() if process is None else process)
        wanted = variables.get("WATCHDOG_USEC", "")
        is_watched = bool(self._address) and is_for_this and wanted.isdecimal() and len(wanted) < 20
        self.beat_seconds = int(wanted) / MICROSECONDS / BEATS if is_watched else 0.0
        """How often to call ``alive``, in seconds; 0 if nobody waits for it."""

    def ready(self) -> None:
        """The node is up, and its API answers."""
        self._tell(f"READY=1\nMAINPID={os.getpid()}")

    def alive(self) -> None:
        """The event loop turns. Call it from there."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The node was asked to stop."""
        self._tell("STOPPING=1")

    def _tell(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.setblocking(False)
                out.sendto(text.encode(), self._address)
        except OSError as error:
            logger.warning("cannot tell the service manager %s: %s", text.partition("\n")[0], error.strerror)
