"""Backup and restore of the wallet. Source: wallet-and-keys reference, sections 7.3 and 7.4; ``api/wallet.go``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields, kind_of
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.keystore import KeyFile
from pybytomd.errors import RequestError
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.methods.wallet_access import keys_of, wallet_of
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.body_limits import IMAGE_BODY
from pybytomd.rpc.schema.field_types import Mismatch, Schema
from pybytomd.rpc.schema.registry import BOTH, method
from pybytomd.rpc.schema.replies import Rendered
from pybytomd.wallet import backup
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.backup import WalletImage


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section of an image. What has no ``list_name`` in it is none, and holds nothing to restore."""

    go_type: str
    list_name: str
    parse: Callable[[JsonValue], object]

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``."""
        if not isinstance(value, dict):
            raise mismatch(kind_of(value), self.go_type)
        is_section = bool(Fields(value, self.go_type).each(self.list_name))
        return self.parse(value) if is_section else None

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"type": "object"}


AccountSection = Annotated[
    tuple[tuple[Account, int], ...] | None, SectionKind("account.Image", "slices", backup.read_accounts)
]
AssetSection = Annotated[tuple[Asset, ...] | None, SectionKind("asset.Image", "assets", backup.read_assets)]
KeySection = Annotated[tuple[KeyFile, ...] | None, SectionKind("pseudohsm.KeyImage", "xkeys", backup.read_keys)]


class NoImage(RequestError):
    """Nothing of a backup is in the request. The reference drops the connection."""

    message = (
        "there is no section of a backup in the request: give account_image, asset_image and key_images as "
        "backup-wallet answers them; a single key file is not restored but put into the keystore directory"
    )


@dataclass(frozen=True, slots=True)
class ImageFields:
    """The image of a wallet. Sections may be missing."""

    GO_NAME: ClassVar[str] = "api.WalletImage"

    account_image: AccountSection = None
    asset_image: AssetSection = None
    key_images: KeySection = None

    def image(self) -> WalletImage | None:
        """The image, None if no section is there."""
        if self.account_image is None and self.asset_image is None and self.key_images is None:
            return None
        return WalletImage(self.account_image or (), self.asset_image or (), self.key_images or ())


@dataclass(frozen=True, slots=True)
class RestoreRequest(ImageFields):
    """The image that ``backup-wallet`` gave, or its whole answer with the image in ``data``, as curl keeps it."""

    data: ImageFields | None = None

    def chosen(self) -> WalletImage:
        """The image; what is not in ``data`` counts if both are there. Raises NoImage."""
        image = self.image() or (self.data.image() if self.data is not None else None)
        if image is None:
            raise NoImage
        return image


@dataclass(frozen=True, slots=True)
class ImageReply:
    """Accounts, assets and encrypted keys, as ``restore-wallet`` takes them."""

    account_image: Mapping[str, object]
    asset_image: Mapping[str, object]
    key_images: Mapping[str, object]


@method("backup-wallet", role=Role.ADMIN, needs_wallet=True, reads=True, kinds=BOTH)
async def backup_wallet(api: ApiParts) -> ImageReply | Rendered:
    """An image of keys, accounts and assets; the keys stay encrypted."""
    wallet, hsm = wallet_of(api), keys_of(api)

    def take() -> Rendered:
        return Rendered(gojson.dumps(backup.back_up(hsm, wallet.accounts, wallet.assets).to_value()))

    return await asyncio.to_thread(take)


@method("restore-wallet", role=Role.ADMIN, needs_wallet=True, body=IMAGE_BODY, kinds=BOTH)
async def restore_wallet(api: ApiParts, request: RestoreRequest) -> None:
    """Add what is in an image and not here, and look for the addresses of its accounts on the chain.

    A request without any section of an image is refused.
    """
    wallet, hsm = wallet_of(api), keys_of(api)
    image = request.chosen()

    def restore() -> None:
        backup.restore(image, hsm, wallet.accounts, wallet.assets)
        wallet.find_addresses([account for account, _ in image.accounts])

    await asyncio.to_thread(restore)
