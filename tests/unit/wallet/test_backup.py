"""Images of wallets that are empty, wrong, or half there."""

from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.errors import DecodeError
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import BIP32
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.backup import WalletImage, back_up, restore
from pybytomd.wallet.errors import DuplicateAccountAlias, DuplicateAssetAlias, DuplicateKeyAlias
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from tests.unit.wallet.accounts.test_manager import M1, M2

Parts = tuple[PseudoHSM, AccountManager, AssetRegistry]


def wallet(directory: Path) -> Parts:
    store, clock = MemoryStore(), ManualClock()
    return PseudoHSM(directory, clock), AccountManager(store, SOLONET, clock), AssetRegistry(store)


def test_an_empty_wallet_has_lists_but_null_for_keys(tmp_path: Path) -> None:
    assert gojson.dumps(back_up(*wallet(tmp_path)).to_value()) == (
        b'{"account_image":{"slices":[]},"asset_image":{"assets":[]},"key_images":{"xkeys":null}}'
    )


@pytest.mark.parametrize(
    "text", ["null", "{}", '{"account_image":null,"asset_image":{},"key_images":{"xkeys":[]}}']
)
def test_a_missing_section_is_an_empty_one(text: str) -> None:
    assert WalletImage.from_value(gojson.loads(text)) == WalletImage()


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"account_image":[]}',
        '{"account_image":{"slices":{}}}',
        '{"account_image":{"slices":[null]}}',
        '{"account_image":{"slices":[{"account":{"xpubs":["00"]}}]}}',
        '{"account_image":{"slices":[{"contract_index":-1}]}}',
        '{"asset_image":{"assets":[{"id":"00"}]}}',
        '{"asset_image":{"assets":[{"definition":[]}]}}',
        '{"key_images":{"xkeys":[1]}}',
    ],
)
def test_what_is_no_image_is_one_error(text: str) -> None:
    with pytest.raises(DecodeError):
        WalletImage.from_value(gojson.loads(text))


def test_only_bip32_accounts_have_a_last_index(tmp_path: Path) -> None:
    hsm, accounts, assets = wallet(tmp_path)
    for alias, rule in (("old", BIP32), ("new", 1)):
        account = accounts.create([M1], 1, alias, rule)
        accounts.create_address(account)
    assert [index for _, index in back_up(hsm, accounts, assets).accounts] == [1, 0]


def test_each_step_says_what_it_was_about_and_leaves_those_before(tmp_path: Path) -> None:
    hsm, accounts, assets = wallet(tmp_path / "from")
    hsm.create("key", "password")
    assets.define([M1], 1, "asset")
    accounts.create([M1], 1, "account")
    image = back_up(hsm, accounts, assets)

    hsm, accounts, assets = wallet(tmp_path / "to")
    accounts.create([M2], 1, "account", BIP32)
    with pytest.raises(DuplicateAccountAlias) as account_error:
        restore(image_with_other_ids(image), hsm, accounts, assets)
    assert str(account_error.value) == "restore account image: Duplicate account alias"
    assert [key.alias for key in hsm.list()] == ["key"]
    assert [asset.alias for asset in assets.list()] == ["ASSET"]

    hsm, accounts, assets = wallet(tmp_path / "to2")
    assets.define([M2], 1, "asset")
    with pytest.raises(DuplicateAssetAlias, match="restore asset image: duplicate asset alias"):
        restore(image, hsm, accounts, assets)

    hsm, accounts, assets = wallet(tmp_path / "to3")
    hsm.create("key", "password")
    with pytest.raises(DuplicateKeyAlias, match="restore key images: duplicate key alias") as key_error:
        restore(image, hsm, accounts, assets)
    assert key_error.value.code == "BTM800"


def image_with_other_ids(image: WalletImage) -> WalletImage:
    value = gojson.loads(gojson.dumps(image.to_value()))
    for part in value["account_image"]["slices"]:
        part["account"]["id"] = "0" * 13
    return WalletImage.from_value(value)


def test_an_asset_without_signer_is_restored(tmp_path: Path) -> None:
    hsm, accounts, assets = wallet(tmp_path / "from")
    asset = assets.define([], 0, "free", issuance_program=b"\x51")
    image = back_up(hsm, accounts, assets)
    hsm, accounts, assets = wallet(tmp_path / "to")
    restore(image, hsm, accounts, assets)
    assert assets.find_alias("FREE").id == asset.id
