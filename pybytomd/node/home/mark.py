"""What a home directory was last run as, so that a lost configuration is noticed: ``home.json``.

Without ``config.toml`` a node would run with every setting as it is by default, on a private network of its own.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.files import write_whole
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES, ChainKind
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.config_file import FILE_NAME, READABLE

logger = logging.getLogger(__name__)

MARK_NAME = "home.json"
FORMAT = 1
MAX_MARK_BYTES = 4096
MAX_BLANK_BYTES = 4096
"""A configuration file that is longer is not empty, whatever is in it."""


@dataclass(frozen=True, slots=True)
class HomeMark:
    """The network of the node, and whether there was a configuration file."""

    network: str
    is_configured: bool

    def to_json(self) -> bytes:
        """The text of the file."""
        members = {"format": FORMAT, "network": self.network, "configured": self.is_configured}
        return json.dumps(members, indent=2).encode() + b"\n"


def check_home(config: Config) -> None:
    """Raise ConfigError if a home with a chain has lost its configuration file, or the mark is of a later version.

    The file may be missing, not empty, where it always was, or if the command line or the environment say which
    network it is.
    """
    mark = read_mark(config.home)
    _check_kind(config, mark)
    blank = [name for name in READABLE if _is_blank(config.home / name)]
    if _is_configured(config.home) or not _has_run(config, mark):
        return
    never_was = mark is not None and not mark.is_configured and mark.network == config.network.name
    if not blank and (never_was or "chain_id" in config.settings.origins):
        return
    what = f"{config.home / blank[0]} is empty" if blank else f"{config.home / FILE_NAME} is missing"
    network = mark.network if mark else "NETWORK"
    raise ConfigError(
        f"{what}, but this home has run a node before{f' on {network}' if mark else ''}, and would now run as "
        f"{config.network.name} with the settings of a new one; restore the file from a backup, or "
        f"{'remove it and ' if blank else ''}write a new one with pybytomd init --chain_id {network} "
        f"--home {config.home}"
    )


def _check_kind(config: Config, mark: HomeMark | None) -> None:
    """Raise ConfigError if the home was last run as one of the other kind of chain."""
    was_bytom2 = mark is not None and mark.network in BYTOM2_NAMES
    if mark is not None and was_bytom2 != (config.network.kind is ChainKind.BYTOM2):
        was = ChainKind.BYTOM2 if was_bytom2 else ChainKind.BYTOM1
        raise ConfigError(
            f"{config.home} is a home of {was}, last run on {mark.network}, and would now run as one of "
            f"{config.network.kind}, on {config.network.name}; restore its key file and {FILE_NAME} if they are "
            "lost, or name another directory with --home"
        )


def check_network_of_home(config: Config) -> None:
    """Raise ConfigError if a home that is only to be looked at was last run on another network than this."""
    mark = read_mark(config.home)
    wanted = config.network.name
    if mark is not None and mark.network != wanted:
        raise ConfigError(
            f"{config.home} is of the network {mark.network}, not of {wanted}; "
            f"leave out --chain_id, or name another directory with --home"
        )


def is_new_home(config: Config) -> bool:
    """Whether neither ``init`` nor a node has ever been there."""
    has_file = any((config.home / name).exists() for name in READABLE)
    return not has_file and not _has_run(config, read_mark(config.home))


def mark_home(config: Config) -> None:
    """Note what the home is run as. A file that cannot be written is told of, no more."""
    mark = HomeMark(config.network.name, _is_configured(config.home))
    try:
        if read_mark(config.home) != mark:
            write_whole(config.home / MARK_NAME, mark.to_json())
    except OSError as error:
        logger.warning("cannot write %s: %s", config.home / MARK_NAME, error.strerror)


def read_mark(home: Path) -> HomeMark | None:
    """The mark of a home; None if there is none, or it does not parse. Raises ConfigError for a newer one."""
    path = home / MARK_NAME
    try:
        with path.open("rb") as file:
            members = json.loads(file.read(MAX_MARK_BYTES))
        found = members["format"]
        if isinstance(found, int) and found <= FORMAT:
            return HomeMark(str(members["network"]), bool(members["configured"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        logger.warning("%s is damaged and written anew: %s", path, error)
        return None
    raise ConfigError(
        f"{path} was written by a later version of this program (its format is {found}, known here is {FORMAT}): "
        "use that version for this home directory, or another directory with --home"
    )


def _is_configured(home: Path) -> bool:
    return any((home / name).exists() and not _is_blank(home / name) for name in READABLE)


def _is_blank(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return not file.read(MAX_BLANK_BYTES).strip()
    except OSError:  # what is not there is not empty; what cannot be read is told of when it is read
        return False


def _has_run(config: Config, mark: HomeMark | None) -> bool:
    """Whether a node has run here: there is a mark, or, of an earlier version or the reference, a database."""
    directory = config.db_directory / "core.db"
    try:
        return mark is not None or any(directory.iterdir())
    except OSError:
        return False
