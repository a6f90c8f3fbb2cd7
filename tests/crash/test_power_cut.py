"""A power cut: what was acknowledged and cannot be made again is on the disk.

Twice: with a database that forgets what was not synced, asked after every single operation; and on a file system
of its own, ext4 in an image that is copied at the moment of the cut, with LevelDB and key files.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.files import write_whole
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.contract_registry import ContractRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from tests.unit.tracing.test_service import LOCK, Network
from tests.unit.wallet.recorded import open_chain, open_wallet
from tests.unit.wallet.spend.small_wallet import ADDRESS, ALICE, BTM, SmallWallet, pay, spend


class Forgetful(MemoryStore):
    """Knows what is on the disk: what was there when it was last synced."""

    def __init__(self) -> None:
        super().__init__()
        self.on_disk: dict[bytes, bytes] = {}
        self.batches = self.syncs = 0

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        self.batches += 1
        super().write(changes)

    def sync(self) -> None:
        self.syncs += 1
        self.on_disk = dict(self.iterate())

    @property
    def lost(self) -> set[bytes]:
        """The keys that a power cut would now take away, or bring back."""
        now = dict(self.iterate())
        return {key for key in now.keys() | self.on_disk.keys() if now.get(key) != self.on_disk.get(key)}


class Promises:
    """Whatever a client may ask for, and is told has been done."""

    def __init__(self) -> None:
        self.database = Forgetful()
        self.wallet = SmallWallet(self.database)
        self.accounts, self.assets = self.wallet.accounts, self.wallet.assets
        self.contracts = ContractRegistry(self.database)
        self.tokens = CredentialStore(self.database, self.wallet.clock)
        self.feeds = FeedStore(Forgetful())
        self.gold = self.assets.define([ALICE.xpub], 1, "gold", {})
        self.contract = self.contracts.create("vault", b"\x51")
        self.tokens.create("old", "")
        self.wallet.fund(10**8, 10**8)
        self.database.sync()


OPERATIONS: Mapping[str, Callable[[Promises], object]] = {
    "create-account": lambda it: it.accounts.create([ALICE.xpub], 1, "other"),
    "update-account-alias": lambda it: it.accounts.rename(it.wallet.alice, "alicia"),
    "delete-account": lambda it: it.accounts.delete(it.wallet.alice),
    "restore-wallet, accounts": lambda it: it.accounts.restore(
        [AccountManager(MemoryStore(), SOLONET, ManualClock(99.0)).create([ALICE.xpub], 1, "restored")]
    ),
    "restore-wallet, assets": lambda it: it.assets.restore(
        [AssetRegistry(MemoryStore()).define([ALICE.xpub], 1, "silver", {})]
    ),
    "create-account-receiver": lambda it: it.accounts.create_address(it.wallet.alice),
    "build-transaction": lambda it: it.wallet.build(spend(150), pay(140)),
    "create-asset": lambda it: it.assets.define([ALICE.xpub], 1, "silver", {}),
    "update-asset-alias": lambda it: it.assets.rename(it.gold.id.hex(), "aurum"),
    "create-contract": lambda it: it.contracts.create("other", b"\x52"),
    "update-contract-alias": lambda it: it.contracts.rename(it.contract.id, "safe"),
    "get-mining-address": lambda it: it.accounts.mining.current(),
    "set-mining-address": lambda it: it.accounts.mining.pay_to(ADDRESS),
    "set-coinbase-arbitrary": lambda it: it.accounts.mining.set_arbitrary(b"hello"),
    "create-access-token": lambda it: it.tokens.create("new", ""),
    "delete-access-token": lambda it: it.tokens.delete("old"),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_acknowledged_is_on_the_disk(name: str) -> None:
    promises = Promises()
    before, syncs = dict(promises.database.on_disk), promises.database.syncs
    OPERATIONS[name](promises)
    assert promises.database.lost == set()
    assert promises.database.on_disk != before, "it changes something"
    assert promises.database.syncs == syncs + 1, "and waits for the disk once"


def test_transaction_feeds_are_on_the_disk() -> None:
    database = Forgetful()
    feeds = FeedStore(database)
    for change in (
        lambda: feeds.create("feed", ""),
        lambda: feeds.update("feed", f"asset_id='{BTM}'"),
        lambda: feeds.delete("feed"),
    ):
        before = dict(database.on_disk)
        change()
        assert database.lost == set()
        assert database.on_disk != before


def test_contracts_that_are_followed_are_on_the_disk() -> None:
    network = Network()
    database = Forgetful()
    network.database = database
    network.service = network.open()
    issued = network.issue(LOCK)
    trace_id = network.follow(issued, network.mine(issued))
    assert database.lost == set()
    network.service.remove(trace_id)
    assert database.lost == set()


def test_a_recovery_that_was_asked_for_is_on_the_disk() -> None:
    for ask in ("recover", "find_addresses"):
        database = Forgetful()
        wallet = open_wallet(WriteBehind(database), open_chain())
        if ask == "recover":
            wallet.recover([ALICE.xpub])
        else:
            wallet.accounts.create([ALICE.xpub], 1, "alice")
            wallet.find_addresses()
        assert database.lost == set()


def test_following_the_chain_does_not_wait_for_the_disk() -> None:
    database = Forgetful()
    wallet = open_wallet(WriteBehind(database), open_chain())
    wallet.accounts.create([ALICE.xpub], 1, "alice")
    syncs = database.syncs
    wallet.catch_up()
    assert wallet.cursor.work_height > 200
    assert database.syncs == syncs


# --- on a file system of its own ---------------------------------------------------------------------------------


class Disk:
    """ext4 in an image; ``cut`` makes another one of what has reached the image so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._image = folder / "image"
        self.path = folder / "mounted"
        self.path.mkdir()
        with self._image.open("wb") as file:
            file.truncate(64 << 20)
        made = subprocess.run(["mkfs.ext4", "-q", self._image], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"no image can be made: {made.stderr.strip()}")
        self._mount(self._image, self.path, "loop,commit=300")

    def _mount(self, image: Path, path: Path, options: str) -> None:
        done = subprocess.run(["mount", "-o", options, image, path], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"mounting an image needs root and loop devices: {done.stderr.strip()}")

    def cut(self) -> Path:
        """Where what is on the disk at this moment can be read. The first disk is gone."""
        after = shutil.copyfile(self._image, self._folder / "after")
        subprocess.run(["umount", "-l", self.path], check=True)
        path = self._folder / "found"
        path.mkdir()
        self._mount(after, path, "loop")
        return path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        yield Disk(tmp_path)
    finally:
        for name in ("mounted", "found"):
            subprocess.run(["umount", "-l", tmp_path / name], capture_output=True, check=False)


@pytest.mark.skipif(shutil.which("mkfs.ext4") is None, reason="there is no mkfs.ext4")
def test_a_power_cut_on_ext4(disk: Disk) -> None:
    clock = ManualClock()
    data = disk.path / "data"
    core = LevelDBStore(data / "core.db")
    core.write({b"%d" % number: bytes(1000) for number in range(3000)})  # never synced; it may be gone
    database = WriteBehind(LevelDBStore(data / "wallet.db"))
    tokens = CredentialStore(LevelDBStore(data / "accesstoken.db"), clock)
    accounts, assets = AccountManager(database, SOLONET, clock), AssetRegistry(database)
    hsm = PseudoHSM(disk.path / "keystore", clock)
    key, sentence = hsm.create("key", "password")
    write_whole(disk.path / "config.toml", b'chain_id = "solonet"\n')
    account = accounts.create([key.xpub], 1, "alice")
    receivers = [accounts.create_address(account).address for _ in range(40)]
    gold = assets.define([key.xpub], 1, "gold", {})
    revoked = tokens.create("revoked", "")
    kept = tokens.create("kept", "")
    tokens.delete("revoked")
    accounts.mining.pay_to(receivers[7])

    found = disk.cut()
    assert (found / "config.toml").read_text() == 'chain_id = "solonet"\n'
    assert PseudoHSM(found / "keystore", clock).check_password(key.xpub, "password")
    with LevelDBStore(found / "data" / "accesstoken.db", create=False) as store:
        assert CredentialStore(store, clock).list() == [kept]
        assert revoked.id != kept.id
    with LevelDBStore(found / "data" / "wallet.db", create=False) as store:
        accounts, assets = AccountManager(store, SOLONET, clock), AssetRegistry(store)
        assert [item.address for item in accounts.addresses.of_account(account.id)] == receivers
        assert accounts.create_address(account).address not in receivers
        assert accounts.mining.current().address == receivers[7]
        assert assets.find_alias("GOLD").id == gold.id
    LevelDBStore(found / "data" / "core.db").close()
    assert sentence
