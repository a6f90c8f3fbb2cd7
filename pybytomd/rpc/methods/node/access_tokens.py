"""Access tokens, and where requests for a closed wallet lead. Source: rpc-and-cli reference, section 7.1."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.rpc.access.tokens import Token
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.errors import WalletClosed
from pybytomd.rpc.methods.token_requests import CheckTokenRequest, TokenIdRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text, Uint64
from pybytomd.rpc.schema.registry import BOTH, method


@dataclass(frozen=True, slots=True)
class CreateTokenRequest:
    """The id of a new token, its roles and its end.

    ``type`` lists roles, separated by commas, such as ``read,mining``; without any, or with another word, as the
    reference takes it, the token opens everything. The end is a moment (``expires_at``, RFC 3339) or a number of
    seconds from now (``expires_in``); without it the token is good until it is deleted.
    """

    id: Text = ""
    type: Text = ""
    expires_at: Text = ""
    expires_in: Uint64 = 0


@method("create-access-token", role=Role.ADMIN, kinds=BOTH)
async def create_access_token(api: ApiParts, request: CreateTokenRequest) -> Token:
    """A new token, for other machines or other programs, with roles and an end; its secret is shown only now."""
    return await asyncio.to_thread(
        api.tokens.create,
        request.id,
        request.type,
        expires_at=request.expires_at,
        expires_in=request.expires_in,
    )


@method("list-access-tokens", role=Role.ADMIN, reads=True, kinds=BOTH)
def list_access_tokens(api: ApiParts) -> list[Token]:
    """All tokens; only for clients on this machine. Secrets of those with roles or an end are not shown."""
    return api.tokens.list()


@method("delete-access-token", role=Role.ADMIN)
async def delete_access_token(api: ApiParts, request: TokenIdRequest) -> None:
    """Forget a token; it stops working at once."""
    await asyncio.to_thread(api.tokens.delete, request.id)


@method("check-access-token", role=Role.READ, reads=True)
def check_access_token(api: ApiParts, request: CheckTokenRequest) -> None:
    """Whether a secret is the token's."""
    api.tokens.check(request.id, request.secret)


@method("error", role=Role.READ, reads=True, kinds=BOTH)
def error(api: ApiParts) -> None:  # noqa: ARG001 - every method is given the node's parts
    """Where requests for the wallet lead while there is none."""
    raise WalletClosed
