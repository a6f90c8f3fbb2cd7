"""Who may ask: this machine always, others with a token. Source: rpc-and-cli reference, section 3.3."""

from __future__ import annotations

import base64
import binascii
from enum import Enum

from pybytomd.codec.hostport import is_loopback
from pybytomd.errors import RequestError
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.errors import NotAuthenticated

LOCAL_ONLY = (
    ("/backup-wallet", "only local can get access backup-wallets"),
    ("/restore-wallet", "only local can get access restore-wallet"),
    ("/list-access-tokens", "only local can get access token list"),
)
"""Beginnings of paths that only this machine may ask for, whatever else is allowed, and the refusal."""

OPEN_PAGES = ("/dashboard", "/equity")
"""Pages without secrets, for everybody, and all below them."""

NO_TOKEN = "no token"  # noqa: S105 - a text, not a secret
INVALID_TOKEN = "invalid token"  # noqa: S105


class Grant(Enum):
    """Why a request passes."""

    TRUST = "no credentials are needed: it comes from this machine, or authentication is off"
    TOKEN = "its credentials are good"  # noqa: S105
    OPEN_PAGE = "everybody may see the page"


def basic_credentials(header: str | None) -> tuple[str, str] | None:
    """User and password of an ``Authorization`` header; None if there are none."""
    if header is None or header[:6].lower() != "basic ":
        return None
    try:
        user, colon, password = (
            base64.b64decode(header[6:], validate=True).decode("utf-8", "replace").partition(":")
        )
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def is_open_page(path: str) -> bool:
    """Whether everybody may see a path."""
    return any(path == page or path.startswith(f"{page}/") for page in OPEN_PAGES)


class Authenticator:
    """Decides by address, path and credentials.

    The reference remembers good credentials for five minutes, so that a deleted token works for so long; here
    every request is checked against the database, which takes microseconds.
    """

    def __init__(self, tokens: CredentialStore, *, disabled: bool = False) -> None:
        self._tokens = tokens
        self._disabled = disabled

    def check(self, path: str, remote: str, authorization: str | None) -> Grant:
        """Why the address ``remote`` may ask for ``path`` with these credentials. Raises NotAuthenticated."""
        if is_loopback(remote):
            return Grant.TRUST
        for beginning, refusal in LOCAL_ONLY:
            if path.startswith(beginning):
                raise NotAuthenticated(refusal)
        if is_open_page(path):
            return Grant.OPEN_PAGE
        if self._disabled:
            return Grant.TRUST
        self._check_token(authorization)
        return Grant.TOKEN

    def has_token(self, authorization: str | None) -> bool:
        """Whether there are credentials, and they are good."""
        try:
            self._check_token(authorization)
        except NotAuthenticated:
            return False
        return True

    def _check_token(self, authorization: str | None) -> None:
        credentials = basic_credentials(authorization)
        if credentials is None:
            raise NotAuthenticated(NO_TOKEN)
        try:
            self._tokens.check(*credentials)
        except RequestError as error:
            raise NotAuthenticated(INVALID_TOKEN) from error
