"""Where the API listens, and whether it may: what can be reached from elsewhere must ask for tokens."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from pybytomd.errors import ConfigError

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class HostPort:
    """Host and port; an empty host is every interface, port 0 any free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, origin: str) -> HostPort:
        """Read ``host:port`` or ``[v6]:port``. ``origin`` names the setting. Raises ConfigError."""
        host, colon, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ConfigError(f"{origin} is {text}: write an IPv6 address in brackets, like [::1]:9888")
        if not colon or not port.isascii() or not port.isdigit() or len(port) > len(str(MAX_PORT)):
            raise ConfigError(f"{origin} is {text}: it must be host:port, like 127.0.0.1:9888")
        if int(port) > MAX_PORT:
            raise ConfigError(f"{origin} is {text}: ports end at {MAX_PORT}")
        return cls(host, int(port))

    @property
    def is_exposed(self) -> bool:
        """Whether other machines can reach it; a name that is not known to be this machine's counts as such."""
        if self.host in LOOPBACK_NAMES:
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def check_exposure(address: HostPort, *, auth_disabled: bool, said_on_command_line: bool) -> str | None:
    """What to warn about, None if nothing.

    Without authentication an address that can be reached from elsewhere needs ``--auth.disable`` on the command
    line, so that nobody opens keys and coins to the network by copying a file. Raises ConfigError.
    """
    if not address.is_exposed:
        return None
    if not auth_disabled:
        return f"the API at {address} can be reached from other machines; they need an access token"
    if not said_on_command_line:
        raise ConfigError(
            f"the API would listen at {address} without authentication: anybody could use the node and its keys; "
            "listen at 127.0.0.1, turn authentication on, or say --auth.disable on the command line"
        )
    return f"the API at {address} asks nobody for a token: everybody who reaches it can use the node and its keys"
