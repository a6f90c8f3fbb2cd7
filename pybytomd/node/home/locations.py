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
    environment = Environment(variables)
    for name in ("home", "root"):
        text = str(flags.get(name, "")) or environment.get(f"TM_{name.upper()}") or ""
        if text:
            return _expanded(text).absolute()
    network = str(flags.get("chain_id", "")) or environment.get("TM_CHAIN_ID") or ""
    default = default_bytom2_home if network in BYTOM2_NAMES else default_home
    return default(variables).absolute()


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
