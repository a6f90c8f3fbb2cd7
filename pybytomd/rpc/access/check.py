"""The one check of access. Every request passes it once, whatever it came over and wherever it leads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pybytomd.codec.hostport import is_loopback
from pybytomd.rpc.access.auth import Authenticator, Grant
from pybytomd.rpc.access.origin import HostPolicy, check_origin, check_verb
from pybytomd.rpc.access.roles import Role
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.errors import ForeignOrigin
from pybytomd.rpc.transport.messages import HttpRequest

HARMLESS_FIELDS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "host",
        "sec-fetch-mode",
        "user-agent",
    }
)
"""Fields of a head that hold no secret, and decide about nothing but by the host in them."""


class Aim(Enum):
    """What a request leads to, as far as it matters who may ask."""

    PAGE = "a page, without secrets and without effect"
    READING = "an answer"
    ACTING = "something that is changed or done"


class AccessCheck:
    """Decides about requests by their address, credentials, headers and aim.

    ``bound_host`` is where the API listens; ``auth_disabled`` lets other machines ask without a token.
    """

    def __init__(self, tokens: CredentialStore, bound_host: str, *, auth_disabled: bool = False) -> None:
        self._authenticator = Authenticator(tokens, disabled=auth_disabled)
        self._hosts = HostPolicy(bound_host)

    def check(self, request: HttpRequest, aim: Aim, role: Role = Role.READ) -> None:
        """Raises ServerRefusal (NotAuthenticated, RoleMissing, ForeignOrigin, MustBePosted) if it may not pass.

        ``role`` is what the request takes, unless it is for a page.
        """
        headers = request.headers
        who = self._authenticator.check(request.path, request.remote, headers.get("authorization"))
        if who.grant is Grant.TRUST:
            self._check_host(headers)
        if aim is Aim.PAGE:
            return
        who.check(role, request.path)
        check_origin(headers)
        if aim is Aim.ACTING:
            check_verb(request.verb, headers)

    def is_lasting(self, request: HttpRequest) -> bool:
        """Whether a request that passed would pass again if it came from the same machine with the same head.

        Only such heads may be remembered: there is no secret in them, and nothing that can be withdrawn. Fields
        that are empty, of which bytomcli sends three, tell nothing.
        """
        return (
            is_loopback(request.remote)
            and "?" not in request.target
            and HARMLESS_FIELDS.issuperset(name for name, value in request.headers.items() if value)
        )

    def _check_host(self, headers: Mapping[str, str]) -> None:
        """A browser sends no credentials to a name that a page made up for this node."""
        host = headers.get("host", "")
        if not self._hosts.knows(host) and not self._authenticator.has_token(headers.get("authorization")):
            raise ForeignOrigin(
                f"this node is not {host[:100]}; ask for localhost or for its address, or with an access token"
            )
