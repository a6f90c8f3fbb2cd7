"""How it stands with the disk, as whoever watches it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StorageReport:
    """Bytes. ``databases`` are their sizes by name; ``low`` says that little is left, empty if it is not."""

    free: int
    total: int
    databases: Mapping[str, int] = field(default_factory=dict)
    low: str = ""


class Storage(Protocol):
    """Who watches the disk of the databases."""

    @property
    def report(self) -> StorageReport | None:
        """What was seen last, None before the first look."""
