"""The names of files that commands write."""

from __future__ import annotations

from pathlib import Path

from pybytomd.errors import ConfigError


def file_to_write(name: str) -> Path:
    """The file of a name. Raises ConfigError for ``-``: who types it wants a pipe, not a file of this name."""
    if name == "-":
        raise ConfigError("this cannot be written to standard output; name a file (./- for one that is called -)")
    return Path(name)
