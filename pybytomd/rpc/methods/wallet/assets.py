"""Assets. Source: rpc-and-cli reference, section 4.3; ``api/assets.go``, ``asset/annotate.go``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.codec.golang.gotext import trim
from pybytomd.codec.json.gofields import read_hash
from pybytomd.rpc.api import Api, ApiParts
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.methods.wallet_lists import AssetReply
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Int, Int64, JsonObject, Text, XPubList
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.wallet.assets.asset_records import BTM


@dataclass(frozen=True, slots=True)
class CreateAssetRequest:
    """Who may issue an asset: owners of root keys up to a height, or who satisfies a program."""

    alias: Text = ""
    root_xpubs: XPubList = ()
    quorum: Int = 0
    definition: JsonObject = None
    limit_height: Int64 = 0
    issuance_program: HexBytes = b""


@dataclass(frozen=True, slots=True)
class AssetRequest:
    """An asset by its id."""

    id: Text = ""


@dataclass(frozen=True, slots=True)
class AssetAliasRequest:
    """Another alias for an asset."""

    GO_TYPE: ClassVar[str] = 'struct { ID string "json:\\"id\\""; NewAlias string "json:\\"alias\\"" }'
    id: Text = ""
    alias: Text = ""


@method("create-asset", role=Role.SPEND, needs_wallet=True)
async def create_asset(api: Api, request: CreateAssetRequest) -> AssetReply:
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


@method("update-asset-alias", role=Role.SPEND, needs_wallet=True, kinds=BOTH)
async def update_asset_alias(api: ApiParts, request: AssetAliasRequest) -> None:
    """Give an asset another alias."""
    await asyncio.to_thread(wallet_of(api).assets.rename, request.id, request.alias)


@method("get-asset", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
def get_asset(api: ApiParts, request: AssetRequest) -> AssetReply:
    """An asset that was defined here, or seen on the chain."""
    return AssetReply.of(wallet_of(api).assets.get(request.id), wallet_of(api).forms.height_limit)


@method("list-assets", role=Role.WALLET, needs_wallet=True, reads=True, kinds=BOTH)
async def list_assets(api: ApiParts, request: AssetRequest) -> list[AssetReply]:
    """BTM and all assets by id, or the one with this id."""
    wallet = wallet_of(api)
    assets, height_limit = wallet.assets, wallet.forms.height_limit
    wanted = trim(request.id)
    if wanted:
        found = assets.find(read_hash(wanted))
        return [] if found is None else [AssetReply.of(found, height_limit)]
    return await asyncio.to_thread(lambda: [AssetReply.of(asset, height_limit) for asset in (BTM, *assets.list())])
