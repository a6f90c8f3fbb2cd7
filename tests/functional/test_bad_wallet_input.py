"""Wrong requests to every method of the wallet, over its API: an error that says what is wrong; nothing changes.

Nothing: not a record of the database, not a key file, not a reservation, not the pool.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet
from tests.functional.odd_wallet_requests import REQUESTS, bodies_of
from tests.functional.recorded_home import FOLDER, RECORDED
from tests.functional.wallet_home import BTM, pay, spend
from tests.unit.rpc.recorded import make_api
from tests.unit.wallet.recorded import RECORDED_AT, memory, open_chain, records

FAMILIES = frozenset({"accounts", "assets", "backup", "build", "keys", "reservations", "wallet"})
WITHOUT_INPUT = frozenset(
    {
        "backup-wallet",
        "get-coinbase-arbitrary",
        "get-mining-address",
        "list-reservations",
        "rescan-wallet",
        "wallet-info",
    }
)


@dataclass
class Served:
    """A wallet behind a real server."""

    wallet: Wallet
    database: MemoryStore
    keys: Path
    url: str
    session: aiohttp.ClientSession

    async def ask(self, method: str, body: str) -> Any:
        async with self.session.post(f"{self.url}/{method}", data=body.encode()) as response:
            text = await response.text()
        assert "Traceback" not in text
        return json.loads(text)

    def state(self) -> dict[object, object]:
        """All there is to be changed."""
        files = {path.name: path.read_bytes() for path in self.keys.iterdir()}
        reserved = {one.id: [utxo.output_id for utxo in one.utxos] for one in self.wallet.keeper.reservations}
        pool = {entry.transaction.id: "waits" for entry in self.wallet.chain.pool.entries()}
        return {**dict(self.database.iterate()), **files, **reserved, **pool}


def changes(before: dict[object, object], after: dict[object, object]) -> dict[object, object]:
    """What is there now and was not, or was and is not.

    A build that fails may have made an address for change. The next one is made after it, as on a Go node.
    """
    changed = {key: (before.get(key), after.get(key)) for key, _ in before.items() ^ after.items()}
    return {key: pair for key, pair in changed.items() if not _is_address(key)}


def _is_address(key: object) -> bool:
    return isinstance(key, bytes) and key.startswith((b"Contract:", b"ContractIndex"))


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    keys = tmp_path / "keystore"
    shutil.copytree(FOLDER / "keystore", keys)
    clock, database = ManualClock(RECORDED_AT), memory(records("leveldb_dump"))
    chain = open_chain(clock=clock)
    accounts, assets = AccountManager(database, SOLONET, clock), AssetRegistry(database)
    wallet = Wallet(database, chain, accounts, assets, PseudoHSM(keys, clock), clock)
    wallet.catch_up()
    builder = TransactionBuilder(Materials(accounts, assets, wallet.keeper, SOLONET), clock)
    api = make_api(chain, wallet=wallet, builder=builder)
    async with ApiServer(api, port=0) as server, aiohttp.ClientSession() as session:
        host, port = server.address
        yield Served(wallet, database, keys, f"http://{host}:{port}", session)
    chain.close()


def test_no_method_is_forgotten() -> None:
    methods = {method.name for method in load_methods().values() if method.family in FAMILIES}
    assert methods - WITHOUT_INPUT == set(REQUESTS)


@pytest.mark.parametrize("method", REQUESTS)
async def test_what_is_refused_changes_nothing(method: str, served: Served) -> None:
    refused = 0
    for body in bodies_of(method):
        before = served.state()
        answer = await served.ask(method, body)
        if answer["status"] == "success":
            continue
        refused += 1
        assert answer["code"] in ERROR_TABLE, answer
        assert answer["msg"], answer
        assert answer.get("error_detail") or answer["detail"], answer
        assert changes(before, served.state()) == {}, (body, answer)
    assert refused >= 5 or method == "list-keys"


def actions(*wanted: dict[str, object]) -> str:
    return json.dumps({"actions": wanted})


async def test_a_reserved_output_is_refused_until_it_is_free(served: Served) -> None:
    ours = await served.ask("list-unspent-outputs", '{"account_alias":"bob"}')
    output = next(one for one in ours["data"] if one["asset_id"] == BTM)
    unspent: dict[str, object] = {"type": "spend_account_unspent_output", "output_id": output["id"]}
    body = actions(unspent, pay(output["address"], output["amount"] - 10**7))
    built = await served.ask("build-transaction", body)
    assert built["status"] == "success"
    before = served.state()
    again = await served.ask("build-transaction", body)
    assert again["code"] == "BTM702"
    assert "reserved" in again["msg"]
    assert changes(before, served.state()) == {}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"type": "retire", "asset_id": BTM, "amount": 0},
        {"type": "control_address", "asset_id": BTM, "amount": 5, "address": "sm1"},
        {"type": "control_program", "asset_id": BTM, "amount": 5, "control_program": ""},
        {"type": "spend_account", "account_id": "nobody", "asset_id": BTM, "amount": 5},
        {"type": "spend_account_unspent_output", "output_id": "00" * 32},
        {"type": "issue", "asset_id": "00" * 32, "amount": 5},
        spend("bob", 1 << 62),
    ],
    ids=lambda action: str(action["type"]),
)
@pytest.mark.parametrize("method", ["build-transaction", "build-chain-transactions"])
async def test_a_build_that_fails_late_reserves_nothing(
    spoilt: dict[str, object], method: str, served: Served
) -> None:
    address = RECORDED["mining_address"]
    before = served.state()
    answer = await served.ask(method, actions(spend("alice", 2 * 10**7), pay(address, 10**7), spoilt))
    assert answer["status"] == "fail"
    assert changes(before, served.state()) == {}


async def test_many_wrong_requests_at_once(served: Served) -> None:
    before = served.state()
    body = actions(spend("alice", 10**7), spend("alice", 1 << 62), pay(RECORDED["mining_address"], 10**6))
    call: Callable[[], Any] = lambda: served.ask("build-transaction", body)  # noqa: E731
    answers = await asyncio.gather(*(call() for _ in range(50)))
    assert {answer["code"] for answer in answers} <= {"BTM700", "BTM702", "BTM706"}
    assert changes(before, served.state()) == {}
