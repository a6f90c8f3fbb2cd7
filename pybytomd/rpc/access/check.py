"""The one check of access. Every request passes it once, whatever it came over and wherever it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from pybytomd.codec.hostport import is_loopback
from pybytomd.rpc.access.auth import Authenticator, Grant
from pybytomd.rpc.access.origin import HostPolicy, check_origin, check_verb
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.cors import AllowedOrigins, preflight_headers
from pybytomd.rpc.errors import ForeignOrigin
from pybytomd.rpc.http_messages import HttpRequest, HttpResponse
from pybytomd.rpc.roles import Role

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


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What the operator has decided.

    ``auth_disabled`` lets other machines ask without a token; ``asks_local`` asks this machine for one, too.
    ``cookie`` is the secret of the node's own user, empty for none. ``origins`` are those of pages of other sites
    that are let in (``cors``), with a token.
    """

    auth_disabled: bool = False
    asks_local: bool = False
    cookie: str = field(default="", repr=False)
    origins: frozenset[str] = frozenset()


class AccessCheck:
    """Decides about requests by their address, credentials, headers and aim.

    ``bound_host`` is where the API listens.
    """

    def __init__(self, tokens: CredentialStore, bound_host: str, rules: AccessRules | None = None) -> None:
        rules = rules or AccessRules()
        self._authenticator = Authenticator(
            tokens, disabled=rules.auth_disabled, asks_local=rules.asks_local, cookie=rules.cookie
        )
        self._hosts = HostPolicy(bound_host)
        self._origins = AllowedOrigins(rules.origins)

    def check(self, request: HttpRequest, aim: Aim, role: Role = Role.READ) -> None:
        """Raises ServerRefusal (NotAuthenticated, RoleMissing, ForeignOrigin, MustBePosted) if it may not pass.

        ``role`` is what the request takes, unless it is for a page.
        """
        headers = request.headers
        allowed = request.origin = self._origins.of(headers) if self._origins else ""
        who = self._authenticator.check(
            request.path, request.remote, headers.get("authorization"), trusts=not allowed
        )
        request.roles = who.roles
        if who.grant is Grant.TRUST:
            self._check_host(headers)
        if aim is Aim.PAGE:
            return
        who.check(role, request.path)
        if not allowed:
            check_origin(headers)
        if aim is Aim.ACTING:
            check_verb(request.verb, headers)

    def preflight(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a browser that asks what a page that is let in may do; None for any other request.

        It comes without credentials, and whatever it is for.
        """
        origin = self._origins.of(request.headers)
        if not origin or request.verb != "OPTIONS" or "access-control-request-method" not in request.headers:
            return None
        return HttpResponse(200, b"", "", headers=preflight_headers(origin, request.headers), varies=False)

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
