"""Where the API listens, and whether it may: what can be reached from elsewhere must ask for tokens."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.codec.hostport import is_this_machine, join_host_port, split_host_port
from pybytomd.errors import ConfigError, DecodeError


@dataclass(frozen=True, slots=True)
class HostPort:
    """Host and port; an empty host is every interface, port 0 any free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, origin: str) -> HostPort:
        """Read ``host:port`` or ``[v6]:port``. ``origin`` names the setting. Raises ConfigError."""
        if "://" in text:
            raise ConfigError(f"{origin} is {text}: write it without {text.partition('://')[0]}://")
        try:
            return cls(*split_host_port(text))
        except DecodeError as error:
            raise ConfigError(f"{origin} is {text}: {error}; it must be host:port, like 127.0.0.1:9888") from error

    @property
    def is_exposed(self) -> bool:
        """Whether other machines can reach it; a name that is not known to be this machine's counts as such."""
        return not is_this_machine(self.host)

    def __str__(self) -> str:
        return join_host_port(self.host, self.port)


def check_exposure(
    address: HostPort, *, auth_disabled: bool, said_on_command_line: bool, is_encrypted: bool = False
) -> str | None:
    """What to warn about, None if nothing.

    Without authentication an address that can be reached from elsewhere needs ``--auth.disable`` on the command
    line, so that nobody opens keys and coins to the network by copying a file. Raises ConfigError.
    """
    if not address.is_exposed:
        return None
    if not auth_disabled:
        told = f"the API at {address} can be reached from other machines; they need an access token"
        return told if is_encrypted else f"{told}, which can be read on the way: see api.tls_certificate"
    if not said_on_command_line:
        raise ConfigError(
            f"the API would listen at {address} without authentication: anybody could use the node and its keys; "
            "listen at 127.0.0.1, turn authentication on, or say --auth.disable on the command line"
        )
    return f"the API at {address} asks nobody for a token: everybody who reaches it can use the node and its keys"
