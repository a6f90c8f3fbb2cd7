"""Where in its life the node is, told by whoever starts and stops it, and where that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HEALTH_PATH, READY_PATH = "/health", "/ready"
PROBES = frozenset({HEALTH_PATH, READY_PATH})
"""Paths that answer whether the node lives and is ready: see ``health``."""


class Phase(Enum):
    """A part of the node's life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(slots=True)
class Lifecycle:
    """The phase of the node."""

    phase: Phase = Phase.STARTING
