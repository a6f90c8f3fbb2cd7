"""Where the node's home directory is.

Source: rpc-and-cli reference, sections 1.4 and 1.6; where we differ is in the table of section 8 of the design.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES
from pybytomd.node.settings.sources import Environment
from pybytomd.node.settings.value_types import Value

if sys.platform != "win32":
    import pwd


def account_home() -> str:
    """The home directory in the user database, empty if there is none."""
    if sys.platform == "win32":
        return ""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def default_home(variables: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where a node lives that was told nothing. ``variables`` is the environment."""
    if platform == "win32":
        roaming = variables.get("APPDATA", "")
        return Path(roaming) / "Bytom2" if roaming else Path(".bytom")
    text = variables.get("HOME") or account_home()
    if not text:
        return Path(".bytom")
    if platform == "darwin":
        existing = Path(text) / "Library" / "Application Support" / "Bytom"
        return existing if existing.is_dir() else Path(text) / "Library" / "Bytom"
    return Path(text) / ".bytom"


def default_bytom2_home(variables: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where a node of Bytom 2 lives that was told nothing: where bytomd 2.0.7 looks for its home.

    Quirk: on macOS that version renames the left-over home of a 1.x node to it. It stays where it is here.
    """
    if platform == "win32":
        roaming = variables.get("APPDATA", "")
        return Path(roaming) / "Bytom2" if roaming else Path(".bytom2")
    text = variables.get("HOME") or account_home()
    if not text:
        return Path(".bytom2")
    if platform == "darwin":
        return Path(text) / "Library" / "Application Support" / "Bytom2"
    return Path(text) / ".bytom2"


def find_home(flags: Mapping[str, Value], variables: Mapping[str, str]) -> Path:
    """The home directory: ``home``, or else ``root``, of the flags or the environment, or else the default.

    The default is another one if the flags or the environment name a network of Bytom 2. A leading ``~`` or
    ``$HOME`` stands for the user's directory.
    """
    for name in ("home", "root"):
        if text := _given(name, flags, variables):
            return _expanded(text).absolute()
    is_bytom2 = _given("chain_id", flags, variables) in BYTOM2_NAMES
    return (default_bytom2_home if is_bytom2 else default_home)(variables).absolute()


def find_homes(flags: Mapping[str, Value], variables: Mapping[str, str]) -> list[Path]:
    """Where a client looks for a node: in ``find_home``, and if nothing is named also in the default of Bytom 2.

    The first one is the one that counts where there are two nodes.
    """
    home = find_home(flags, variables)
    if any(_given(name, flags, variables) for name in ("home", "root", "chain_id")):
        return [home]
    return [home, default_bytom2_home(variables).absolute()]


def _given(name: str, flags: Mapping[str, Value], variables: Mapping[str, str]) -> str:
    """What a flag or the environment says, empty if nothing."""
    return str(flags.get(name, "")) or Environment(variables).get(f"TM_{name.upper()}") or ""


def node_home(flags: Mapping[str, Value], variables: Mapping[str, str]) -> Path:
    """``find_home`` for who opens what is in it. Raises ConfigError for a name that LevelDB cannot open."""
    home = find_home(flags, variables)
    try:
        str(home).encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(home).decode(errors="replace")
        raise ConfigError(f"the home directory {shown} has a name that is not UTF-8; choose another") from error
    return home


def _expanded(text: str) -> Path:
    first, slash, rest = text.partition("/")
    return Path(account_home()) / rest if slash and first in ("~", "$HOME") else Path(text)
