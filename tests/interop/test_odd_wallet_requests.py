"""Wrong requests to every method of the wallet, to a Go node and to ours over one home: the same answers.

What succeeds all the same, say a new alias, succeeds on both and goes on being the same.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import aiohttp
import pytest

from pybytomd.clock import ManualClock
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet
from tests.functional.odd_wallet_requests import REQUESTS, bodies_of
from tests.functional.recorded_home import FOLDER, unpacked
from tests.interop.reference_node import (
    ReferenceNode,
    each_reference,
    needs_reference,
    reference_node,
    version_of,
)
from tests.unit.rpc.recorded import make_api
from tests.unit.wallet.recorded import INDEX, KEYS_AND_ACCOUNTS, RECORDED_AT, chosen, memory, open_chain, records

pytestmark = [needs_reference, pytest.mark.timeout(900)]

LAST = ("delete-account", "recovery-wallet", "create-key")
"""They change what others ask for."""
RESCANS = ("update-account-alias", "delete-account", "recovery-wallet")


async def ask(session: aiohttp.ClientSession, url: str, body: str) -> str | None:
    """The answer; None when the connection is dropped."""
    try:
        async with session.post(url, data=body.encode()) as response:
            return f"{response.status} {await response.text()}"
    except aiohttp.ClientConnectionError:
        return None


async def until_indexed(node: ReferenceNode) -> None:
    async with asyncio.timeout(60):
        while (await node.call("wallet-info"))["wallet_height"] < 270:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


@each_reference
async def test_same_answers(binary: Path, tmp_path: Path) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("other versions answer in other ways")
    home, keys = unpacked(tmp_path / "theirs"), tmp_path / "keystore"
    shutil.copytree(FOLDER / "keystore", keys)
    clock, database = ManualClock(RECORDED_AT), memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX))
    chain = open_chain(clock=clock)
    accounts, assets = AccountManager(database, SOLONET, clock), AssetRegistry(database)
    wallet = Wallet(database, chain, accounts, assets, PseudoHSM(keys, clock), clock)
    wallet.catch_up()
    builder = TransactionBuilder(Materials(accounts, assets, wallet.keeper, SOLONET), clock)
    different: list[str] = []
    compared = 0
    async with (
        reference_node(binary, home) as node,
        ApiServer(make_api(chain, wallet=wallet, builder=builder), port=0) as server,
        aiohttp.ClientSession() as session,
    ):
        host, port = server.address
        methods = [name for name in REQUESTS if name not in LAST]
        for method in (*methods, *LAST):
            for body in bodies_of(method):
                expected = await ask(session, f"http://127.0.0.1:{node.api_port}/{method}", body)
                found = await ask(session, f"http://{host}:{port}/{method}", body)
                assert found is not None
                if expected is None:
                    await node.call("gas-rate")  # it is only this connection that is gone
                    assert '"status"' in found
                    continue
                compared += 1
                if method in RESCANS and '"success"' in found:
                    wallet.catch_up()
                    await until_indexed(node)
                if method == "create-key" and '"success"' in found and '"success"' in expected:
                    continue  # a key of random numbers
                found = found.replace(f"{keys}/", f"{home}/keystore/")
                if found != expected:
                    different.append(f"{method} {body[:300]}\n  Go   {expected[:500]}\n  ours {found[:500]}")
    chain.close()
    assert not different, f"{len(different)} of {compared} answers differ:\n" + "\n".join(different)
    assert compared > 1500
