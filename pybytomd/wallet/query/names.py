"""Names of accounts and assets for one answer: each is looked up once."""

from __future__ import annotations

from collections.abc import Iterable

from pybytomd.chain.annotated import UNKNOWN, JsonObject, Shown, asset_ids
from pybytomd.codec.json.gojson import Raw
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.assets.registry import AssetRegistry

ZERO_ID = ZERO_HASH.hex()
"""The asset of a coinbase's input. There is none of this id."""
MAX_SHOWN = 1000

ShownAssets = dict[str, tuple[Asset | None, Shown]]
"""By id in hex: an asset and what is shown of it, kept from one answer to the next."""


def shown(asset: Asset | None) -> Shown:
    """What is shown of an asset, or of one that nothing is known of. Takes some time: keep it."""
    if asset is None:
        return UNKNOWN
    text = asset.definition_text
    return asset.alias, None if text is None else Raw(text)


class Names:
    """What the accounts and assets of a wallet are called right now."""

    def __init__(self, accounts: AccountManager, assets: AssetRegistry, kept: ShownAssets) -> None:
        """``kept`` is used and added to: what is shown of an asset takes some time to find out."""
        self._accounts = accounts
        self._assets = assets
        self._kept = kept
        self._aliases: dict[str, str] = {}
        self._described: dict[str, Asset | None] = {ZERO_ID: None}
        self._stored: dict[bytes, Asset | None] = {}

    def alias(self, account_id: str) -> str:
        """The alias of an account, empty if there is none of this id."""
        if account_id not in self._aliases:
            self._aliases[account_id] = self._accounts.alias_of(account_id) if account_id else ""
        return self._aliases[account_id]

    def stored(self, asset_id: bytes) -> Asset | None:
        """The asset if it is stored. Quirk: one that was only seen on the chain is not named beside outputs."""
        if asset_id not in self._stored:
            self._stored[asset_id] = self._assets.find(asset_id)
        return self._stored[asset_id]

    def described(self, asset_id: str) -> Asset | None:
        """The asset to show in a transaction, by its id in hex."""
        if asset_id not in self._described:
            try:
                self._described[asset_id] = self._assets.described(bytes.fromhex(asset_id))
            except ValueError:
                self._described[asset_id] = None  # the record was not written by a wallet
        return self._described[asset_id]

    def assets_of(self, value: JsonObject) -> dict[str, Asset | None]:
        """The assets of a transaction by their ids in hex."""
        return {asset_id: self.described(asset_id) for asset_id in asset_ids(value)}

    def shown(self, assets: dict[str, Asset | None]) -> dict[str, Shown]:
        """What is shown of these assets."""
        return {asset_id: self._shown(asset_id, asset) for asset_id, asset in assets.items()}

    def are_current(self, used: Iterable[tuple[str, Asset | None]]) -> bool:
        """Whether assets are what they were: none was renamed, or became known."""
        return all(self.described(asset_id) is asset for asset_id, asset in used)

    def _shown(self, asset_id: str, asset: Asset | None) -> Shown:
        known = self._kept.get(asset_id)
        if known is not None and known[0] is asset:
            return known[1]
        if len(self._kept) >= MAX_SHOWN:
            self._kept.clear()
        found = shown(asset)
        self._kept[asset_id] = (asset, found)
        return found
