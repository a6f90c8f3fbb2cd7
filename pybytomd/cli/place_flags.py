"""The flags of every command of ``pybytomcli`` that say which node is asked, and as whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pybytomd.cli.flags import Flag
from pybytomd.client.place import CACERT_VARIABLE, TOKEN_VARIABLE, URL_VARIABLE, Place
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind, Value

MAX_TOKEN_FILE = 4096

PLACE_FLAGS = (
    Flag("url", Kind.TEXT, f"address of the node's API, user and password may be in it (else {URL_VARIABLE})"),
    Flag("home", Kind.TEXT, "home of a node that runs on this machine: its address and cookie are taken"),
    Flag("token-file", Kind.TEXT, f"file with an access token, name:secret (else {TOKEN_VARIABLE})"),
    Flag("cacert", Kind.TEXT, f"file with certificates to know an https node by (else {CACERT_VARIABLE})"),
)


def place_of(value: Callable[[str], Value]) -> Place:
    """The place that the flags name; ``value`` is that of a flag. Raises ConfigError."""
    file = str(value("token-file"))
    token = _first_line(Path(file)) if file else ""
    return Place.of(str(value("url")), token, home=str(value("home")), cacert=str(value("cacert")))


def _first_line(path: Path) -> str:
    """The first line of a small file, not empty. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            line = file.readline(MAX_TOKEN_FILE).decode("utf-8", "replace").strip()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if not line:
        raise ConfigError(f"the first line of {path} is empty")
    return line
