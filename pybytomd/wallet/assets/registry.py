"""Assets: defined here, or seen on the chain.

Keys and values of wallet.db are the reference's. Source: wallet-and-keys reference, section 5; ``asset/asset.go``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from cachetools import LRUCache

from pybytomd.codec.golang.gotext import trim, upper
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import read_hash
from pybytomd.crypto.chainkd import XPub, derive_public_keys
from pybytomd.errors import DecodeError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged
from pybytomd.vm.programs.builders import multisig_program
from pybytomd.wallet.accounts.account_records import decode_counter, encode_counter
from pybytomd.wallet.accounts.signers import BIP32, Signer
from pybytomd.wallet.assets.asset_records import (
    BTM,
    BTM_ALIAS,
    Asset,
    Definition,
    external_asset,
    serialize_definition,
)
from pybytomd.wallet.errors import (
    AssetError,
    AssetNotFound,
    DuplicateAsset,
    DuplicateAssetAlias,
    InternalAsset,
    NoAssetAlias,
    NoXPubs,
)

logger = logging.getLogger(__name__)

SIGNER_KIND = "asset"
VM_VERSION = 1
CACHED_ASSETS = 1000


class AssetRegistry:
    """The assets a wallet knows. Safe to use from several threads.

    Every method raises StoreError when the database fails or holds something that does not parse.
    """

    def __init__(self, database: KeyValueStore) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._cache: LRUCache[bytes, Asset | None] = LRUCache(CACHED_ASSETS)

    def define(
        self,
        xpubs: Sequence[XPub],
        quorum: int,
        alias: str,
        definition: Definition | None = None,
        *,
        limit_height: int = 0,
        issuance_program: bytes = b"",
    ) -> Asset:
        """Make an asset and store it.

        It is issued by signatures of these root keys, in blocks up to ``limit_height`` if that is not 0, or, if
        one is given, by satisfying a program. Quirk: an attempt that fails after the keys were looked at has used
        up a key index.

        Raises NoAssetAlias, InternalAsset, DefinitionTooDeep, DuplicateAssetAlias, DuplicateAsset, NotOnCurve,
        BadProgramValue and what ``Signer.create`` does.
        """
        alias = upper(trim(alias))
        if not alias:
            raise NoAssetAlias
        if alias == BTM_ALIAS:
            raise InternalAsset
        raw = serialize_definition(definition)
        signer = None
        if not issuance_program:
            if not xpubs:
                raise NoXPubs
            signer = Signer.create(SIGNER_KIND, xpubs, quorum, self._take_index(), BIP32)
            keys = derive_public_keys(signer.xpubs, signer.asset_path())
            issuance_program = multisig_program(keys, quorum, limit_height)
        asset_id = compute_asset_id(issuance_program, VM_VERSION, raw)
        asset = Asset(asset_id, alias, signer, VM_VERSION, issuance_program, raw, definition)
        self._save(asset)
        self._database.sync()
        logger.info("asset defined", extra={"asset": asset_id.hex()})
        return asset

    def find(self, asset_id: bytes) -> Asset | None:
        """BTM, or the asset that is stored under an id; None for those that are not, even if seen on the chain."""
        if asset_id == BTM_ASSET_ID:
            return BTM
        with self._lock:
            if asset_id in self._cache:
                return self._cache[asset_id]
            key = schema.asset_key(asset_id)
            data = self._database.get(key)
            asset = None if data is None else _decode(key, data)
            self._remember(asset_id, asset)
            return asset

    def find_alias(self, alias: str) -> Asset:
        """BTM, or the asset with this alias, exactly as stored. Raises AssetNotFound."""
        if alias == BTM_ALIAS:
            return BTM
        asset_id = self._id_of(alias)
        asset = None if asset_id is None else self.find(asset_id)
        if asset is None:
            raise AssetNotFound.because(f"no such asset, alias: {alias}")
        return asset

    def get(self, id_text: str) -> Asset:
        """The asset with this id in hex, known or seen on the chain. Raises AssetNotFound, DecodeError.

        Quirk: of one that was only seen, the raw definition is left out; and it is an error, not an unknown asset,
        if its definition is no object.
        """
        asset_id = read_hash(id_text)
        asset = self.find(asset_id)
        if asset is not None:
            return asset
        seen = self._seen(asset_id)
        if seen is None:
            raise AssetNotFound.because(f"no such asset, assetID: {id_text}")
        return Asset(asset_id, seen.alias, definition=seen.definition)

    def described(self, asset_id: bytes) -> Asset | None:
        """The asset to show beside an amount of it, None for one that nothing is known of.

        Quirk: one that was only seen on the chain is stored when it is first shown, under its id as alias.
        """
        asset = self.find(asset_id)
        if asset is not None:
            return asset
        try:
            seen = self._seen(asset_id)
        except DecodeError:
            return None
        if seen is not None:
            try:
                self._save(seen)
            except AssetError as error:
                logger.warning("an asset seen on the chain is not stored", extra={"reason": str(error)})
        return seen

    def list(self) -> list[Asset]:
        """All stored assets by id, without BTM."""
        return [_decode(key, data) for key, data in self._database.iterate(schema.ASSET_PREFIX)]

    def rename(self, id_text: str, alias: str) -> None:
        """Give an asset another alias.

        Raises InternalAsset, NoAssetAlias (also for an unknown id), DuplicateAssetAlias, AssetNotFound.
        """
        alias = upper(trim(alias))
        with self._lock:
            asset = self._named(id_text)
            if BTM_ALIAS in (alias, asset.alias if asset else ""):
                raise InternalAsset
            if asset is None or not asset.alias or not alias:
                raise NoAssetAlias
            if self._holds_alias(alias):
                raise DuplicateAssetAlias
            renamed = asset.with_alias(alias)
            self._database.write(
                {
                    schema.asset_key(asset.id): renamed.to_json(),
                    schema.asset_alias_key(alias): asset.id.hex().encode(),
                    schema.asset_alias_key(asset.alias): None,
                }
            )
            self._remember(asset.id, renamed)
        self._database.sync()

    def note_issued(self, asset_id: bytes, raw_definition: bytes) -> None:
        """An asset was issued on the chain: keep its definition, if it is JSON and the first one seen."""
        key = schema.external_asset_key(asset_id)
        if self._database.get(key) is None and gojson.is_json(raw_definition):
            self._database.put(key, raw_definition)

    def restore(self, assets: Sequence[Asset]) -> None:
        """Store assets of an image, in one step; those whose ids are known are passed over.

        Afterwards the counter of key indexes is one higher, as in the reference, and not below those of the image.
        Raises DuplicateAssetAlias, and nothing is stored then.
        """
        with self._lock:
            changes: Changes = {}
            highest = 0
            for asset in assets:
                key, alias_key = schema.asset_key(asset.id), schema.asset_alias_key(asset.alias)
                if self._database.get(key) is not None:
                    logger.warning("an asset exists already and is not restored", extra={"asset": asset.id.hex()})
                    continue
                if self._database.get(alias_key) is not None:
                    raise DuplicateAssetAlias
                highest = max(highest, asset.signer.key_index if asset.signer else 0)
                changes[key] = asset.to_json()
                changes[alias_key] = asset.id.hex().encode()
            index = max(self._last_index() + 1, highest)
            self._database.write({schema.ASSET_INDEX: encode_counter(index), **changes})
            self._cache.clear()
        self._database.sync()

    def _last_index(self) -> int:
        return decode_counter(self._database.get(schema.ASSET_INDEX))

    def _take_index(self) -> int:
        with self._lock:
            index = self._last_index() + 1
            self._database.put(schema.ASSET_INDEX, encode_counter(index))
        return index

    def _save(self, asset: Asset) -> None:
        with self._lock:
            key, alias_key = schema.asset_key(asset.id), schema.asset_alias_key(asset.alias)
            if self._database.get(alias_key) is not None:
                raise DuplicateAssetAlias
            if self._database.get(key) is not None:
                raise DuplicateAsset
            self._database.write({alias_key: asset.id.hex().encode(), key: asset.to_json()})
            self._cache.pop(asset.id, None)  # to be read back, for numbers become floats by that

    def _seen(self, asset_id: bytes) -> Asset | None:
        raw = self._database.get(schema.external_asset_key(asset_id))
        return None if raw is None else external_asset(asset_id, raw)

    def _named(self, id_text: str) -> Asset | None:
        try:
            return self.find(read_hash(id_text))
        except DecodeError:
            return None

    def _id_of(self, alias: str) -> bytes | None:
        data = self._database.get(schema.asset_alias_key(alias))
        if data is None:
            return None
        if len(data) == 32:
            return data  # Quirk: what 1.0.5 restores from an image is the id itself; 1.1.1 cannot read that
        try:
            return read_hash(data.decode("ascii"))
        except (DecodeError, UnicodeDecodeError) as error:
            raise damaged(schema.asset_alias_key(alias), error) from error

    def _holds_alias(self, alias: str) -> bool:
        asset_id = self._id_of(alias)
        return asset_id is not None and self.find(asset_id) is not None

    def _remember(self, asset_id: bytes, asset: Asset | None) -> None:
        self._cache[asset_id] = asset


def _decode(key: bytes, data: bytes) -> Asset:
    try:
        return Asset.from_json(data)
    except DecodeError as error:
        raise damaged(key, error) from error
