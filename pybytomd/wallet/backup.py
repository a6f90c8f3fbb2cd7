"""The image of a wallet: keys (still encrypted), accounts and assets, as one JSON object both nodes can read.

Source: wallet-and-keys reference, sections 7.3 and 7.4; ``api/wallet.go``, ``image.go`` of accounts, assets, keys.
Where we differ: what makes the reference panic, a section that is missing or an asset without signer, is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.keystore import KeyFile
from pybytomd.errors import BytomError, DecodeError
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import BIP32
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM


@dataclass(frozen=True, slots=True)
class WalletImage:
    """What a backup holds. ``accounts`` come with the index of their last address, for those that follow BIP-32.

    Addresses themselves are not in it: they are found again on the chain.
    """

    accounts: tuple[tuple[Account, int], ...] = ()
    assets: tuple[Asset, ...] = ()
    keys: tuple[KeyFile, ...] = ()

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object, in the reference's order. Quirk: without keys their list is null."""
        slices: list[JsonValue] = [
            {"account": account.to_value(), "contract_index": index} for account, index in self.accounts
        ]
        return {
            "account_image": {"slices": slices},
            "asset_image": {"assets": [asset.to_value() for asset in self.assets]},
            "key_images": {"xkeys": [key.to_value() for key in self.keys] or None},
        }

    @classmethod
    def from_value(cls, value: JsonValue) -> WalletImage:
        """Read the JSON object. Raises DecodeError."""
        image = Fields(value, "WalletImage")
        return cls(
            accounts=read_accounts(image.value("account_image")),
            assets=read_assets(image.value("asset_image")),
            keys=read_keys(image.value("key_images")),
        )


def read_accounts(section: JsonValue) -> tuple[tuple[Account, int], ...]:
    """The accounts of an image's section, with their last indexes. Raises DecodeError."""
    items = _items(section, "Image", "account_image.", "slices", "account.ImageSlice")
    return tuple(_account(Fields(item, "ImageSlice", path="account_image.slices.")) for item in items)


def read_assets(section: JsonValue) -> tuple[Asset, ...]:
    """The assets of an image's section. Raises DecodeError."""
    return tuple(
        Asset.from_value(item) for item in _items(section, "Image", "asset_image.", "assets", "asset.Asset")
    )


def read_keys(section: JsonValue) -> tuple[KeyFile, ...]:
    """The key files of an image's section. Raises DecodeError."""
    items = _items(section, "KeyImage", "key_images.", "xkeys", "pseudohsm.encryptedKeyJSON")
    return tuple(KeyFile.from_value(item) for item in items)


def back_up(hsm: PseudoHSM, accounts: AccountManager, assets: AssetRegistry) -> WalletImage:
    """The image of a wallet as it is. Raises KeystoreError, DecodeError, StoreError."""
    with _context("backup key images"):
        keys = hsm.backup()
    with _context("backup asset image"):
        all_assets = tuple(assets.list())
    with _context("backup account image"):
        slices = tuple((account, _last_index(accounts, account)) for account in accounts.list())
    return WalletImage(slices, all_assets, keys)


def restore(image: WalletImage, hsm: PseudoHSM, accounts: AccountManager, assets: AssetRegistry) -> None:
    """Add what is in an image and not here: first keys, then assets, then accounts.

    Each step is whole or not at all but for the keys, and those before a step that fails stay. The addresses of
    the accounts are yet to be found on the chain. Raises what ``PseudoHSM.restore``, ``AssetRegistry.restore`` and
    ``AccountManager.restore`` do, saying in which step.
    """
    with _context("restore key images"):
        hsm.restore(image.keys)
    with _context("restore asset image"):
        assets.restore(image.assets)
    with _context("restore account image"):
        accounts.restore([account for account, _ in image.accounts])


@contextmanager
def _context(step: str) -> Iterator[None]:
    try:
        yield
    except BytomError as error:
        raise error.within(step) from error.__cause__


def _last_index(accounts: AccountManager, account: Account) -> int:
    """Quirk: 0 for accounts that follow BIP-44, as the image has no room for two indexes."""
    return accounts.addresses.count(account, change=False) if account.signer.derive_rule == BIP32 else 0


def _items(section: JsonValue, struct: str, path: str, name: str, go_type: str) -> list[JsonValue]:
    """The items of a section at ``path``, each of which the reference reads into a ``go_type``."""
    fields = Fields(section, struct, path=path)
    items = fields.items(name, f"[]*{go_type}") or []
    for item in items:
        if item is None:
            raise DecodeError(f"an item of {name} is null")
        if not isinstance(item, Mapping):
            raise fields.mismatch(name, item, go_type)
    return items


def _account(fields: Fields) -> tuple[Account, int]:
    account = fields.inner("account", "Account", go_type="account.Account")
    return Account.from_fields(account), fields.integer("contract_index", "uint64")
