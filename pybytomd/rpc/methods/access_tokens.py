"""Access tokens, and where requests for a closed wallet lead. Source: rpc-and-cli reference, section 7.1."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.rpc.access.tokens import Token
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import WalletClosed
from pybytomd.rpc.schema.field_types import Text
from pybytomd.rpc.schema.registry import method


@dataclass(frozen=True, slots=True)
class CreateTokenRequest:
    """The id of a new token, and a word about what it is for: kept and shown, it gives and takes no rights."""

    id: Text = ""
    type: Text = ""


@dataclass(frozen=True, slots=True)
class TokenIdRequest:
    """The id of a token."""

    id: Text = ""


@dataclass(frozen=True, slots=True)
class CheckTokenRequest:
    """The id and the secret of a token."""

    id: Text = ""
    secret: Text = ""


@method("create-access-token")
async def create_access_token(api: Api, request: CreateTokenRequest) -> Token:
    """A new token, for clients on other machines."""
    return await asyncio.to_thread(api.tokens.create, request.id, request.type)


@method("list-access-tokens", reads=True)
def list_access_tokens(api: Api) -> list[Token]:
    """All tokens; only for clients on this machine."""
    return api.tokens.list()


@method("delete-access-token")
async def delete_access_token(api: Api, request: TokenIdRequest) -> None:
    """Forget a token; it stops working at once."""
    await asyncio.to_thread(api.tokens.delete, request.id)


@method("check-access-token", reads=True)
def check_access_token(api: Api, request: CheckTokenRequest) -> None:
    """Whether a secret is the token's."""
    api.tokens.check(request.id, request.secret)


@method("error", reads=True)
def error(api: Api) -> None:  # noqa: ARG001 - every method is given the node's parts
    """Where requests for the wallet lead while there is none."""
    raise WalletClosed
