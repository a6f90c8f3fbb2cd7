"""Why there is a connection, which decides whether it takes an outbound place and who may end it."""

from __future__ import annotations

from enum import Enum, auto


class ConnectionType(Enum):
    """What a connection is for."""

    INBOUND = auto()
    """The peer called us."""
    OUTBOUND = auto()
    """We chose to call it; the only kind that may be exchanged for a better one."""
    MANUAL = auto()
    """The operator wants it: by ``keep_dial``, or by ``connect-peer``."""
    FEELER = auto()
    """Called on the side, to find out whether the address is any good."""
    LAN = auto()
    """Seen on the local network."""
