"""Backup and restore of the wallet. Source: wallet-and-keys reference, sections 7.3 and 7.4; ``api/wallet.go``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pybytomd.codec import gojson
from pybytomd.codec.gofields import kind_of
from pybytomd.codec.gojson import JsonValue
from pybytomd.crypto.keystore import KeyFile
from pybytomd.rpc.api import Api
from pybytomd.rpc.kinds import Mismatch, Schema
from pybytomd.rpc.registry import method
from pybytomd.rpc.replies import Rendered
from pybytomd.rpc.wallet_parts import keys_of, wallet_of
from pybytomd.wallet import backup
from pybytomd.wallet.asset_records import Asset
from pybytomd.wallet.backup import WalletImage
from pybytomd.wallet.records import Account


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section of an image."""

    go_type: str
    parse: Callable[[JsonValue], object]

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, dict):
            raise mismatch(kind_of(value), self.go_type)
        return self.parse(value)

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "object"}


AccountSection = Annotated[tuple[tuple[Account, int], ...], SectionKind("account.Image", backup.read_accounts)]
AssetSection = Annotated[tuple[Asset, ...], SectionKind("asset.Image", backup.read_assets)]
KeySection = Annotated[tuple[KeyFile, ...], SectionKind("pseudohsm.KeyImage", backup.read_keys)]


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """The image that ``backup-wallet`` gave. Sections may be missing."""

    GO_NAME: ClassVar[str] = "api.WalletImage"

    account_image: AccountSection = ()
    asset_image: AssetSection = ()
    key_images: KeySection = ()


@dataclass(frozen=True, slots=True)
class ImageReply:
    """Accounts, assets and encrypted keys, as ``restore-wallet`` takes them."""

    account_image: Mapping[str, object]
    asset_image: Mapping[str, object]
    key_images: Mapping[str, object]


@method("backup-wallet", needs_wallet=True)
async def backup_wallet(api: Api) -> ImageReply | Rendered:
    """An image of keys, accounts and assets; the keys stay encrypted."""
    wallet, hsm = wallet_of(api), keys_of(api)

    def take() -> Rendered:
        return Rendered(gojson.dumps(backup.back_up(hsm, wallet.accounts, wallet.assets).to_value()))

    return await asyncio.to_thread(take)


@method("restore-wallet", needs_wallet=True)
async def restore_wallet(api: Api, request: RestoreRequest) -> None:
    """Add what is in an image and not here, and look for the addresses of its accounts on the chain."""
    wallet, hsm = wallet_of(api), keys_of(api)
    image = WalletImage(request.account_image, request.asset_image, request.key_images)

    def restore() -> None:
        backup.restore(image, hsm, wallet.accounts, wallet.assets)
        wallet.find_addresses([account for account, _ in image.accounts])

    await asyncio.to_thread(restore)
