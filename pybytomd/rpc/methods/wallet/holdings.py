"""What accounts hold, told apart by whether it can be spent. Not in the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import AccountRequest, wallet_of
from pybytomd.rpc.methods.wallet_lists import account_id
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class HoldingReply:
    """What an account holds of an asset; ``amount``, all together, is what ``list-balances`` says.

    ``spendable`` can be spent in the next block, ``maturing`` are rewards that are too young for that. ``voted``
    is in votes, and ``locked`` is the part of these that cannot be taken back yet.
    """

    account_id: str
    account_alias: str
    asset_id: bytes
    asset_alias: str
    amount: int
    spendable: int
    maturing: int
    voted: int
    locked: int


def _holdings(wallet: Wallet, chosen: str) -> list[HoldingReply]:
    found = []
    for parts in wallet.queries.holdings(chosen):
        asset = wallet.assets.find(parts.asset_id)
        found.append(
            HoldingReply(
                parts.account_id,
                wallet.accounts.alias_of(parts.account_id),
                parts.asset_id,
                "" if asset is None else asset.alias,
                parts.total,
                parts.spendable,
                parts.maturing,
                parts.voted,
                parts.locked,
            )
        )
    return found


@method("list-holdings", role=Role.WALLET, needs_wallet=True, in_reference=False, reads=True, kinds=BOTH)
async def list_holdings(api: ApiParts, request: AccountRequest) -> Sequence[HoldingReply]:
    """What accounts hold, told apart: what can be spent, what is too young, what is in votes and locked there."""
    wallet = wallet_of(api)
    return await asyncio.to_thread(_holdings, wallet, account_id(wallet, request))
