"""Access tokens on Bytom 2, where any text may be an id that is asked for or deleted.

Source: bytom2-network-wallet-api reference, section 5.5; ``accesstoken/accesstoken.go`` of 2.0.7.
"""

from __future__ import annotations

import asyncio

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.token_requests import CheckTokenRequest, TokenIdRequest
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

KINDS = (ChainKind.BYTOM2,)


@method("delete-access-token", role=Role.ADMIN, kinds=KINDS)
async def delete_access_token(api: Bytom2Api, request: TokenIdRequest) -> None:
    """Forget a token; it stops working at once. One that there is not is none afterwards, either."""
    await asyncio.to_thread(api.tokens.forget, request.id)


@method("check-access-token", role=Role.READ, reads=True, kinds=KINDS)
def check_access_token(api: Bytom2Api, request: CheckTokenRequest) -> None:
    """Whether a secret is the token's."""
    api.tokens.check(request.id, request.secret, any_id=True)
