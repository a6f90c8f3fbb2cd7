"""Who may ask, and for what: this machine always, others with a token, each for what the token's roles open.

If the operator wants it, this machine shows a token, too, or the cookie: a secret that a node makes at each start,
and that its user alone can read (``node.home.cookie``).

Source: rpc-and-cli reference, section 3.3. Roles and the cookie are ours.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from enum import Enum

from pybytomd.codec.hostport import is_loopback
from pybytomd.errors import RequestError
from pybytomd.rpc.access.tokens import CredentialStore, StoredToken, TokenExpired
from pybytomd.rpc.errors import NotAuthenticated, RoleMissing
from pybytomd.rpc.lifecycle import PROBES
from pybytomd.rpc.roles import EVERY_ROLE, ROLES, Role

LOCAL_ONLY = (
    ("/backup-wallet", "only local can get access backup-wallets"),
    ("/restore-wallet", "only local can get access restore-wallet"),
    ("/list-access-tokens", "only local can get access token list"),
)
"""Beginnings of paths that only this machine may ask for, whatever else is allowed, and the refusal."""

OPEN_PAGES = ("/dashboard", "/equity", "/docs")
"""Pages without secrets, for everybody, and all below them."""
OPEN_TO_ALL = PROBES
"""What tells everybody one word about the node, under whatever name it is asked: load balancers have no token."""

NO_TOKEN = "no token"  # noqa: S105 - a text, not a secret
INVALID_TOKEN = "invalid token"  # noqa: S105
EXPIRED_TOKEN = "the access token has expired"  # noqa: S105


class Grant(Enum):
    """Why a request passes."""

    TRUST = "no credentials are needed: it comes from this machine, or authentication is off"
    TOKEN = "its credentials are good"  # noqa: S105
    OPEN_PAGE = "everybody may see the page"


@dataclass(frozen=True, slots=True)
class Pass:
    """Why a request passes, and the roles of who asks. ``token_id`` names the token that was shown, if any was."""

    grant: Grant
    roles: frozenset[Role] = EVERY_ROLE
    token_id: str = ""

    def check(self, role: Role, path: str) -> None:
        """Raises RoleMissing for who does not have the role."""
        if role not in self.roles:
            held = ", ".join(one for one in ROLES if one in self.roles)
            raise RoleMissing(f"{path} takes the role {role}; the access token {self.token_id} has {held}")


TRUSTED = Pass(Grant.TRUST)
BY_PAGE = Pass(Grant.OPEN_PAGE)
COOKIE_USER = "__cookie__"
"""The name that goes with the cookie, as in Bitcoin Core."""
BY_COOKIE = Pass(Grant.TOKEN, EVERY_ROLE, COOKIE_USER)


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

    def __init__(
        self, tokens: CredentialStore, *, disabled: bool = False, asks_local: bool = False, cookie: str = ""
    ) -> None:
        """``disabled`` asks nobody, ``asks_local`` this machine, too. ``cookie`` is its secret, empty for none."""
        self._tokens = tokens
        self._disabled = disabled
        self._asks_local = asks_local
        self._cookie = cookie

    def check(self, path: str, remote: str, authorization: str | None, *, trusts: bool = True) -> Pass:
        """Why the address ``remote`` may ask for ``path`` with these credentials. Raises NotAuthenticated.

        Who is trusted, and shows a token with roles or an end all the same, has no more rights than the token.
        With ``trusts`` false nobody is trusted.
        """
        if path in OPEN_TO_ALL:
            return BY_PAGE
        is_local = is_loopback(remote)
        if not is_local:
            for beginning, refusal in LOCAL_ONLY:
                if path.startswith(beginning):
                    raise NotAuthenticated(refusal)
        asks = not trusts or (self._asks_local if is_local else not self._disabled)
        if is_open_page(path) and (asks or not is_local):
            return BY_PAGE
        if asks or (authorization and self._is_limited(authorization)):
            return self._by_token(authorization)
        return TRUSTED

    def has_token(self, authorization: str | None) -> bool:
        """Whether there are credentials, and they are good."""
        try:
            self._by_token(authorization)
        except NotAuthenticated:
            return False
        return True

    def _is_limited(self, authorization: str) -> bool:
        """Whether the credentials name a token with roles or an end."""
        credentials = basic_credentials(authorization)
        stored = None if credentials is None else self._tokens.find(credentials[0])
        return stored is not None and stored.is_limited

    def _is_cookie(self, user: str, secret: str) -> bool:
        given = secret.encode("utf-8", "replace")
        return bool(self._cookie) and user == COOKIE_USER and secrets.compare_digest(given, self._cookie.encode())

    def _by_token(self, authorization: str | None) -> Pass:
        credentials = basic_credentials(authorization)
        if credentials is None:
            raise NotAuthenticated(NO_TOKEN)
        if self._is_cookie(*credentials):
            return BY_COOKIE
        try:
            stored: StoredToken = self._tokens.check(*credentials)
            return Pass(Grant.TOKEN, stored.roles, stored.token.id)
        except TokenExpired as error:
            raise NotAuthenticated(EXPIRED_TOKEN) from error
        except RequestError as error:
            raise NotAuthenticated(INVALID_TOKEN) from error
