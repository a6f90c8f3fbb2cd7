"""Directories with chains for who develops: they may be emptied, and none of another network is touched."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.node.home.lock import DirectoryLock
from pybytomd.node.home.mark import read_mark
from pybytomd.node.settings.config_file import read_config_file


class NoDevHome(ConfigError):
    """A directory is of another network, so nothing in it is touched."""


def check_dev_home(home: Path, network: str) -> None:
    """Raise NoDevHome if a directory is of another network than this."""
    mark = read_mark(home)
    configured = read_config_file(home).values.get("chain_id", network)
    found = configured if mark is None else mark.network
    if {found, configured} != {network}:
        raise NoDevHome(
            f"{home} is a home of the network {found}, not of {network}: nothing was changed; "
            "name another directory with --home, or leave it out for a chain that is gone at the end"
        )


def reset_dev_home(home: Path, network: str, names: Sequence[str]) -> None:
    """Remove what has these names in a home that a node of the network has run in. Raises ConfigError."""
    if not home.exists():
        return
    if read_mark(home) is None and any((home / name).exists() for name in names):
        raise NoDevHome(f"no chain of {network} has run in {home}, so nothing in it is removed")
    with DirectoryLock(home):
        for name in names:
            try:
                _remove(home / name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ConfigError(f"cannot remove {error.filename}: {error.strerror}") from error


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
