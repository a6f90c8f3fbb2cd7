"""The one method of assets that is another on Bytom 2: heights have no sign there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.methods.wallet_lists import AssetReply
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Int, JsonObject, Text, Uint64, XPubList
from pybytomd.rpc.schema.registry import method


@dataclass(frozen=True, slots=True)
class CreateAssetRequest:
    """Who may issue an asset: owners of root keys up to a height, or who satisfies a program."""

    alias: Text = ""
    root_xpubs: XPubList = ()
    quorum: Int = 0
    definition: JsonObject = None
    limit_height: Uint64 = 0
    issuance_program: HexBytes = b""


@method("create-asset", role=Role.SPEND, needs_wallet=True, kinds=(ChainKind.BYTOM2,))
async def create_asset(api: Bytom2Api, request: CreateAssetRequest) -> AssetReply:
    """Define an asset."""
    asset = await asyncio.to_thread(
        wallet_of(api).assets.define,
        request.root_xpubs,
        request.quorum,
        request.alias,
        request.definition,
        limit_height=request.limit_height,
        issuance_program=request.issuance_program,
    )
    return AssetReply.of(asset, wallet_of(api).forms.height_limit)
