"""A wallet.db and a key directory that Go wrote: they open, and are written again byte for byte."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store import schema
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.backup import WalletImage, back_up, restore
from pybytomd.wallet.keys.pseudohsm import PseudoHSM

RECORDED = Path(__file__).parents[2] / "vectors" / "data" / "chain_b"
ARCHIVES = ("datadir.tar.gz", "datadir_txindex.tar.gz", "datadir_reorg.tar.gz")


@pytest.fixture(scope="module", params=ARCHIVES)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with tarfile.open(RECORDED / request.param) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def database(home: Path) -> Iterator[LevelDBStore]:
    with LevelDBStore(home / "data" / "wallet.db", create=False) as store:
        yield store


def image_text(image: WalletImage) -> bytes:
    return gojson.dumps(image.to_value())


def test_records_are_written_as_they_were_read(database: LevelDBStore) -> None:
    kinds = {schema.ACCOUNT_PREFIX: Account, schema.PROGRAM_PREFIX: ControlProgram, schema.ASSET_PREFIX: Asset}
    for prefix, kind in kinds.items():
        records = list(database.iterate(prefix))
        assert records
        for _, value in records:
            assert kind.from_json(value).to_json() == value
    mining = database.get(schema.MINING_PROGRAM)
    assert ControlProgram.from_json(mining).to_json() == mining


def test_every_address_is_derived_as_it_was_stored(database: LevelDBStore) -> None:
    accounts = AccountManager(database, SOLONET, ManualClock())
    for key, value in database.iterate(schema.PROGRAM_PREFIX):
        stored = ControlProgram.from_json(value)
        account = accounts.find(stored.account_id)
        assert accounts.addresses.derive(account, stored.key_index, stored.change) == stored
        assert key == schema.program_key(stored.hash)
        assert stored.key_index <= accounts.addresses.count(account, stored.change)


def test_keys_of_everything_are_those_of_the_schema(database: LevelDBStore) -> None:
    accounts, assets = AccountManager(database, SOLONET, ManualClock()), AssetRegistry(database)
    for account in accounts.list():
        assert not account.alias or accounts.find(alias=account.alias) == account
        assert accounts.find(account.id) == account
    for asset in assets.list():
        assert assets.find(asset.id) == asset
        assert assets.find_alias(asset.alias) == asset


def test_what_is_made_again_here_is_stored_the_same(database: LevelDBStore) -> None:
    """Accounts and addresses made anew in an empty database leave the same keys and values."""
    recorded = AccountManager(database, SOLONET, ManualClock())
    ours = MemoryStore()
    again = AccountManager(ours, SOLONET, ManualClock())
    for account in recorded.list():
        again.save(account)
        for change in (False, True):
            again.addresses.create_up_to(account, change, recorded.addresses.count(account, change))
    prefixes = (b"Account:", b"AccountAlias:", b"AccountIndex:", b"ContractIndex", b"Contract:")
    assert dict(ours.iterate()) == {key: value for prefix in prefixes for key, value in database.iterate(prefix)}


def test_the_image_is_the_recorded_one_and_moves(home: Path, tmp_path: Path) -> None:
    recorded = json.loads((RECORDED / "wallet_image.json").read_bytes())
    clock = ManualClock()
    with LevelDBStore(home / "data" / "wallet.db", create=False) as database:
        accounts, assets = AccountManager(database, SOLONET, clock), AssetRegistry(database)
        image = back_up(PseudoHSM(home / "keystore", clock), accounts, assets)
    ours = json.loads(image_text(image))
    recorded["key_images"]["xkeys"] = [key for key in recorded["key_images"]["xkeys"] if key["alias"]]
    assert ours == recorded
    assert WalletImage.from_value(gojson.loads(image_text(image))) == image
    store = MemoryStore()
    hsm = PseudoHSM(tmp_path / "keystore", clock)
    accounts, assets = AccountManager(store, SOLONET, clock), AssetRegistry(store)
    restore(WalletImage.from_value(gojson.loads(image_text(image))), hsm, accounts, assets)
    assert image_text(back_up(hsm, accounts, assets)) == image_text(image)
