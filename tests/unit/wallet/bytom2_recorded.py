"""The wallet that bytomd 2.0.7 recorded on its solonet, opened here: chain, database, keys."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPrv
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.node.family.bytom2 import wallet_kind
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet
from tests.unit.rpc.recorded import DATA
from tests.vectors.families.bytom2_live_chain import network_of

FOLDER = DATA / "bytom2_chain_b"
RECORDED_AT = 1_796_100_000.0


class RecordedWallet(NamedTuple):
    """A wallet, and what builds its transactions."""

    wallet: Wallet
    builder: TransactionBuilder


def load(name: str) -> Any:
    """A recorded document."""
    with gzip.open(FOLDER / f"{name}.json.gz") as stream:
        return json.load(stream)


def records(dump: str, database: str) -> dict[bytes, bytes]:
    """All keys and values of a recorded database."""
    return {bytes.fromhex(key): bytes.fromhex(value) for key, value in load(dump)[f"{database}.db"]}


def network() -> NetParams:
    """The solonet, whose federation is the key of the node that recorded it."""
    return network_of("solonet", [str(XPrv.from_hex((FOLDER / "node_key.txt").read_text()).xpub)])


def memory(source: dict[bytes, bytes]) -> MemoryStore:
    """A database that holds these."""
    database = MemoryStore()
    database.write(source)
    return database


def open_chain(dump: str = "leveldb_dump", clock: ManualClock | None = None) -> Chain:
    """The recorded chain."""
    store = CoreStore(memory(records(dump, "core")))
    return Chain.open(network(), store, clock or ManualClock(RECORDED_AT), EventDispatcher(), threads=1)


def open_wallet(
    database: MemoryStore,
    chain: Chain,
    *,
    txindex: bool = False,
    keys: Path = FOLDER / "keystore",
    clock: ManualClock | None = None,
    nonce: Callable[[], bytes] = lambda: bytes(8),
) -> RecordedWallet:
    """A wallet of Bytom 2 over a database, as a node makes it; ``nonce`` makes issuances different ones."""
    clock = clock or ManualClock(RECORDED_AT)
    kind = wallet_kind(chain.params)
    accounts = AccountManager(database, chain.params, clock, kind.new_account_id)
    assets, hsm = AssetRegistry(database), PseudoHSM(keys, clock)
    wallet = Wallet(database, chain, accounts, assets, hsm, clock, forms=kind.ledger, txindex=txindex)
    materials = Materials(accounts, assets, wallet.keeper, chain.params, nonce, kind.spending)
    return RecordedWallet(wallet, TransactionBuilder(materials, clock, kind.actions, kind.inputs))
