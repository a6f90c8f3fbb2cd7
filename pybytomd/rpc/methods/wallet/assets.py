"""Assets. Source: rpc-and-cli reference, section 4.3; ``api/assets.go``, ``asset/annotate.go``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from pybytomd.codec.golang.gotext import trim
from pybytomd.codec.json.gofields import read_hash
from pybytomd.codec.json.gojson import Raw
from pybytomd.crypto.chainkd import XPub
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods.wallet_access import wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import HexBytes, Int, Int64, JsonObject, Text, XPubList
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.programs.builders import height_limit
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.assets.asset_records import BTM, Asset

NO_SIGNER = Signer("")
NO_DEFINITION = Raw(b"{}")


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


@dataclass(frozen=True, slots=True)
class AssetReply:
    """An asset. ``limit_height`` is read back from its program."""

    type: str
    xpubs: tuple[XPub, ...] | None
    quorum: int
    key_index: int
    derive_rule: int
    id: bytes
    alias: str
    vm_version: int
    issue_program: bytes
    raw_definition_byte: bytes
    definition: Raw
    limit_height: int

    @classmethod
    def of(cls, asset: Asset) -> AssetReply:
        """What is shown of an asset."""
        signer, text = asset.signer or NO_SIGNER, asset.definition_text
        return cls(
            type=signer.kind,
            xpubs=signer.xpubs or None,
            quorum=signer.quorum,
            key_index=signer.key_index,
            derive_rule=signer.derive_rule,
            id=asset.id,
            alias=asset.alias,
            vm_version=asset.vm_version,
            issue_program=asset.issuance_program,
            raw_definition_byte=asset.raw_definition,
            definition=NO_DEFINITION if text is None else Raw(text),
            limit_height=height_limit(asset.issuance_program),
        )


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
    return AssetReply.of(asset)


@method("update-asset-alias", role=Role.SPEND, needs_wallet=True)
async def update_asset_alias(api: Api, request: AssetAliasRequest) -> None:
    """Give an asset another alias."""
    await asyncio.to_thread(wallet_of(api).assets.rename, request.id, request.alias)


@method("get-asset", role=Role.WALLET, needs_wallet=True, reads=True)
def get_asset(api: Api, request: AssetRequest) -> AssetReply:
    """An asset that was defined here, or seen on the chain."""
    return AssetReply.of(wallet_of(api).assets.get(request.id))


@method("list-assets", role=Role.WALLET, needs_wallet=True, reads=True)
async def list_assets(api: Api, request: AssetRequest) -> list[AssetReply]:
    """BTM and all assets by id, or the one with this id."""
    assets = wallet_of(api).assets
    wanted = trim(request.id)
    if wanted:
        found = assets.find(read_hash(wanted))
        return [] if found is None else [AssetReply.of(found)]
    return await asyncio.to_thread(lambda: [AssetReply.of(asset) for asset in (BTM, *assets.list())])
