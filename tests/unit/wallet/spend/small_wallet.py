"""A wallet of a few accounts and outputs, without a chain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, TxOutput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.output_records import Utxo, created
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.ownership import owned_by
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.errors import KeyNotLoaded
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.spend.build import BuildRequest, TransactionBuilder
from pybytomd.wallet.spend.coin_selection import UtxoKeeper
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.materials import Materials

BTM = BTM_ASSET_ID.hex()
FOREIGN_ADDRESS = "bm1qqmfc88mspryhlgyjj2te44yj0d9cwwf94phzz4"
ADDRESS = "sm1qqmfc88mspryhlgyjj2te44yj0d9cwwf95sarzm"

ALICE, BOB, CAROL = (XPrv.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
PASSWORDS = {ALICE.xpub: "a", BOB.xpub: "b", CAROL.xpub: "b"}


class FewKeys:
    """Keys in memory, each with its password. Counts how often one is opened."""

    def __init__(self, *xprvs: XPrv) -> None:
        self._xprvs = {xprv.xpub: xprv for xprv in xprvs or (ALICE, BOB, CAROL)}
        self.opened = 0

    def load(self, xpub: XPub, password: str) -> XPrv:
        self.opened += 1
        if PASSWORDS.get(xpub) != password or xpub not in self._xprvs:
            raise KeyNotLoaded
        return self._xprvs[xpub]


class SmallWallet:
    """Accounts of one key (``alice``) and of two out of three (``multi``)."""

    def __init__(self, database: MemoryStore | None = None) -> None:
        self.clock = ManualClock()
        self.database = MemoryStore() if database is None else database
        self.accounts = AccountManager(self.database, SOLONET, self.clock)
        self.assets = AssetRegistry(self.database)
        self.utxos = UtxoSet(self.database)
        self.height = 1000
        self.keeper = UtxoKeeper(self.utxos, lambda: self.height, self.clock)
        materials = Materials(self.accounts, self.assets, self.keeper, SOLONET, lambda: bytes(8))
        self.builder = TransactionBuilder(materials, self.clock)
        self.alice = self.accounts.create([ALICE.xpub], 1, "alice")
        self.multi = self.accounts.create([ALICE.xpub, BOB.xpub, CAROL.xpub], 2, "multi")
        self._number = 0

    def fund(self, *amounts: int, account: Account | None = None, **fields: Any) -> list[Utxo]:
        return [self._add(amount, account or self.alice, fields) for amount in amounts]

    def _add(self, amount: int, account: Account, fields: Mapping[str, Any]) -> Utxo:
        program = self.accounts.create_address(account)
        return self.add(amount, program.program, owner=program, **fields)

    def add(
        self, amount: int, control_program: bytes, owner: Any = None, asset_id: bytes = BTM_ASSET_ID, **fields: Any
    ) -> Utxo:
        self._number += 1
        tx = Transaction(
            1,
            0,
            (CoinbaseInput(self._number.to_bytes(4, "big")),),
            (TxOutput(asset_id, amount, control_program),),
        )
        (utxo,) = (made._replace(**fields) for made in created(tx, failed=False))
        utxo = utxo if owner is None else owned_by(utxo, owner)
        self.utxos.write({utxo.key: utxo.to_json()}, [utxo], [])
        return utxo

    def build(self, *actions: Mapping[str, object], **fields: Any) -> Template:
        return self.builder.build(BuildRequest(as_read(actions), **fields))

    def build_chain(self, *actions: Mapping[str, object], **fields: Any) -> list[Template]:
        return self.builder.build_chain(BuildRequest(as_read(actions), **fields))


def as_read(actions: tuple[Mapping[str, object], ...]) -> Any:
    """Actions as they come from a request."""
    return gojson.loads(json.dumps(actions))


def spend(amount: int, account: str = "alice", asset: str = BTM, **fields: object) -> dict[str, object]:
    return {"type": "spend_account", "account_alias": account, "asset_id": asset, "amount": amount, **fields}


def pay(amount: int, address: str = ADDRESS, asset: str = BTM) -> dict[str, object]:
    return {"type": "control_address", "address": address, "asset_id": asset, "amount": amount}
