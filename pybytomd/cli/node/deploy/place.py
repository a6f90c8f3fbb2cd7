"""What a deployment is for: where the program and the home of the node are, as whom it runs, on which network."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.node.settings.network import network_of_name

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Place:
    """``program`` is the command line that comes before ``node`` or ``init``."""

    home: Path
    user: str
    network: str
    program: tuple[str, ...]

    @classmethod
    def of(cls, home: Path, user: str, network: str) -> Place:
        """The place with this installation's program. Raises ConfigError for a name that cannot be one."""
        network_of_name(network)
        if not _USER.fullmatch(user):
            raise ConfigError(f"{user} is no name of a system user: it has small letters, digits, - and _")
        if not all(character.isprintable() and character not in "\\\"'%$`" for character in str(home)):
            raise ConfigError(f"{home}: choose a home directory without quotes, %, $ and \\ in its name")
        return cls(home, user, network, _installed())

    def command(self, *words: str) -> str:
        """A command line of the program, quoted where a shell or systemd would take a word apart."""
        return shlex.join([*self.program, *words, "--home", str(self.home)])


def _installed() -> tuple[str, ...]:
    beside = Path(sys.executable).with_name("pybytomd")
    found = str(beside) if beside.is_file() else shutil.which("pybytomd")
    return (found,) if found else (sys.executable, "-m", "pybytomd")
