"""Where in its life the node is, told by whoever starts and stops it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """A part of the node's life."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(slots=True)
class Lifecycle:
    """The phase of the node."""

    phase: Phase = Phase.STARTING
