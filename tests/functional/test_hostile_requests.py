"""Hostile bodies for every method there is: an answer in the API's form, and what is refused changes nothing."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.hooks.delivery import Delivery, NotDelivered
from pybytomd.rpc.hooks.records import HookRecords
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.push.bytom1_view import Bytom1View
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.topics import Sources
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.tracing.bytom1 import BYTOM1
from pybytomd.tracing.service import TraceService
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet
from tests.api_schemas import check_answer
from tests.functional.hostile_bodies import BODIES, bodies_for, huge_body_for
from tests.functional.node_process import node, run
from tests.functional.recorded_home import FOLDER
from tests.unit.rpc.test_bans import Peers
from tests.unit.wallet.recorded import RECORDED_AT, memory, open_chain, records

METHODS = load_methods()
FAMILIES = sorted({method.family for method in METHODS.values()})
REFUSALS = frozenset({400, 500})
"""HTTP statuses of what reaches no method. With 500 it is only BTM000, ``not Found``."""
SECONDS = 280
SLOW = frozenset({"generate"})
"""What takes long when it is asked for with any object."""
ENDING = "stop"
"""The method that ends the node, whatever it is given: it is asked for last."""


@dataclass
class Whole:
    """A node with all its parts but peers, over memory."""

    api: Api
    databases: dict[str, MemoryStore]
    keys: Path
    url: str
    session: aiohttp.ClientSession

    async def ask(self, method: str, body: bytes) -> Any:
        async with self.session.post(f"{self.url}/{method}", data=body) as response:
            data = await response.read()
        return response.status, json.loads(data)

    def state(self) -> dict[object, object]:
        """All there is to be changed, but for addresses that failed builds make for change."""
        assert self.api.wallet is not None
        kept = {(name, key): value for name, store in self.databases.items() for key, value in store.iterate()}
        files = {path.name: path.read_bytes() for path in self.keys.iterdir()}
        reserved = {one.id: [utxo.output_id for utxo in one.utxos] for one in self.api.wallet.keeper.reservations}
        pool = {entry.transaction.id: "waits" for entry in self.api.chain.pool.entries()}
        state: dict[object, object] = {**kept, **files, **reserved, **pool, "best": self.api.chain.best_hash}
        return {key: value for key, value in state.items() if not _is_address(key)}


def _is_address(key: object) -> bool:
    return isinstance(key, tuple) and key[0] == "wallet" and key[1].startswith((b"Contract:", b"ContractIndex"))


class Nobody:
    """Takes no delivery."""

    async def carry(self, delivery: Delivery) -> None:
        raise NotDelivered("nobody is there")


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    keys = tmp_path / "keystore"
    shutil.copytree(FOLDER / "keystore", keys)
    clock = ManualClock(RECORDED_AT)
    databases = {name: MemoryStore() for name in ("accesstoken", "txfeeds", "trace", "hooks")}
    databases["wallet"] = memory(records("leveldb_dump"))
    chain = open_chain(clock=clock)
    accounts, assets = AccountManager(databases["wallet"], SOLONET, clock), AssetRegistry(databases["wallet"])
    wallet = Wallet(databases["wallet"], chain, accounts, assets, PseudoHSM(keys, clock), clock)
    wallet.catch_up()
    proposer = BlockProposer(chain, accounts.mining, clock)
    view = Bytom1View(chain.params.address_prefix)
    hub = EventHub(Sources(chain, view, FeedStore(databases["txfeeds"]), accounts, wallet.height_of))
    hooks = HookService(hub, HookRecords(databases["hooks"]), clock, webhooks=Nobody())
    api = Api(
        chain=chain,
        clock=clock,
        tokens=CredentialStore(databases["accesstoken"], clock),
        feeds=FeedStore(databases["txfeeds"]),
        mining_pool=MiningPool(chain, proposer, clock, chain.events),
        network=Peers(),
        wallet=wallet,
        builder=TransactionBuilder(Materials(accounts, assets, wallet.keeper, SOLONET), clock),
        trace=TraceService(databases["trace"], chain, BYTOM1),
        events=hub,
        hooks=hooks,
    )
    async with hub, hooks, ApiServer(api, port=0) as server, aiohttp.ClientSession() as session:
        host, port = server.address
        yield Whole(api, databases, keys, f"http://{host}:{port}", session)
    chain.close()


def check(status: int, answer: Any, asked: tuple[str, object]) -> bool:
    """Whether it is a success; fails the test for an answer the API has no form for, or not of this method."""
    check_answer(asked[0], answer)
    return check_form(status, answer, asked)


def check_form(status: int, answer: Any, asked: tuple[str, object]) -> bool:
    """Whether it is a success; fails the test for an answer the API has no form for."""
    if status == 200 and answer["status"] == "success":
        assert set(answer) <= {"status", "data"}, asked
        return True
    assert answer["status"] == "fail", asked
    assert answer["code"] in ERROR_TABLE, asked
    assert answer["msg"] == ERROR_TABLE[answer["code"]].message, asked
    if status == 200:
        assert set(answer) <= {"status", "code", "msg", "error_detail"}, asked
    else:
        assert status in REFUSALS, (status, asked)
        assert set(answer) <= {"status", "code", "msg", "detail", "temporary"}, asked
        assert (answer["code"], status) in (("BTM002", 400), ("BTM000", 500)), asked
    return False


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("family", FAMILIES)
async def test_what_is_refused_changes_nothing(
    family: str, whole: Whole, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    refused = 0
    methods = [method for method in METHODS.values() if method.family == family]
    for method in methods:
        before = whole.state()
        for body in bodies_for(method):
            status, answer = await whole.ask(method.name, body)
            if check(status, answer, (method.name, (body[:200], answer))):
                before = whole.state()
            else:
                refused += 1
                after = whole.state()
                assert before.items() ^ after.items() == set(), (method.name, body[:200], answer)
    assert refused > 0 or all(method.request is None for method in methods)
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.timeout(SECONDS)
async def test_a_node_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert (await run("init", "--home", home)).status == 0
    async with node(home) as running, aiohttp.ClientSession() as session:
        for name, method in (item for item in METHODS.items() if item[0] != ENDING):
            for body in (*(() if name in SLOW else BODIES), huge_body_for(method)):
                async with session.post(f"{running.url}/{name}", data=body) as response:
                    check(response.status, await response.json(content_type=None), (name, body[:200]))
        await running.height()
        await running.call(ENDING)
        await running.line("stopped")
        assert await running.process.wait() == 0
    logs = "".join(path.read_text(errors="replace") for path in (home / "log").rglob("*") if path.is_file())
    for text in (running.text, logs):
        assert "Traceback" not in text
        assert "request failed" not in text
