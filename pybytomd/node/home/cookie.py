"""The cookie: how programs of the node's own user find the API, and show who they are.

A node writes ``.cookie`` into its home at every start, readable by its user alone, and removes it when it stops.
The first line is a user and a secret, ``name:secret``, which opens everything; the second is where the API is; the
third, with TLS, the file of the certificate, so that a client of the same user need not be told whom to trust.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pybytomd.files import PRIVATE, write_whole
from pybytomd.node.home.lock import is_locked

COOKIE_NAME = ".cookie"
COOKIE_USER = "__cookie__"
"""As in Bitcoin Core."""
SECRET_SIZE = 32
MAX_COOKIE_BYTES = 16_384


def new_secret() -> str:
    """A secret that nobody guesses."""
    return secrets.token_hex(SECRET_SIZE)


@dataclass(frozen=True, slots=True)
class Cookie:
    """What is in the file. ``certificate`` is empty without TLS."""

    secret: str = field(repr=False)
    url: str
    certificate: str = ""

    @property
    def credentials(self) -> str:
        """``name:secret``, as for an access token."""
        return f"{COOKIE_USER}:{self.secret}"

    def write(self, home: Path) -> None:
        """Put it into a home. Raises OSError."""
        lines = (self.credentials, self.url, self.certificate)
        write_whole(home / COOKIE_NAME, "".join(f"{line}\n" for line in lines).encode(), mode=PRIVATE)

    def remove(self, home: Path) -> None:
        """Take it out again, unless another node's is there by now."""
        if read_cookie(home) == self:
            with suppress(OSError):
                (home / COOKIE_NAME).unlink(missing_ok=True)


def read_cookies(homes: Sequence[Path]) -> list[Cookie]:
    """The cookies in some homes, first of those in which a node runs: one that was killed leaves its own there."""
    found = [(home, cookie) for home in dict.fromkeys(homes) if (cookie := read_cookie(home)) is not None]
    if len(found) > 1:
        found.sort(key=lambda one: not is_locked(one[0]))
    return [cookie for _, cookie in found]


def read_cookie(home: Path) -> Cookie | None:
    """The cookie in a home; None if there is none that this user can read."""
    try:
        with (home / COOKIE_NAME).open("rb") as file:
            lines = file.read(MAX_COOKIE_BYTES).decode().split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    user, _, secret = lines[0].partition(":")
    if user != COOKIE_USER or not secret or len(lines) < 3:
        return None
    return Cookie(secret, lines[1], lines[2])
