"""An index made here serves a Go node, and one that a Go node went on with serves us."""

from __future__ import annotations

import asyncio
import json
import shutil
import tarfile
from pathlib import Path

from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.wallet.check import check_wallet
from tests.interop.reference_node import each_reference, needs_reference, reference_node, version_of
from tests.unit.wallet.recorded import (
    FOLDER,
    INDEX,
    KEYS_AND_ACCOUNTS,
    chosen,
    load,
    open_chain,
    open_wallet,
    records,
    rows_of_our_own,
    unconfirmed_records,
)

pytestmark = needs_reference

ENDPOINTS = ("/list-balances", "/list-unspent-outputs", "/get-transaction", "/list-transactions", "/wallet-info")
RECOVERY_SECONDS = 60


def home_indexed_here(directory: Path) -> Path:
    """The recorded home with a wallet database that we have made anew from its accounts."""
    with tarfile.open(FOLDER / "datadir.tar.gz") as archive:
        archive.extractall(directory, filter="data")
    database_path = directory / "data" / "wallet.db"
    shutil.rmtree(database_path)
    with LevelDBStore(database_path) as database:
        database.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
        open_wallet(database, open_chain()).catch_up()
    return directory


@each_reference
async def test_the_index_serves_a_go_node_and_comes_back(binary: Path, tmp_path: Path) -> None:
    home = home_indexed_here(tmp_path)
    is_recorded_version = await version_of(binary) == "1.1.1"
    async with reference_node(binary, home) as node:
        for case in load("rpc_readonly")["cases"] if is_recorded_version else ():
            if case["endpoint"] not in ENDPOINTS or '"unconfirmed": true' in case["request"]:
                continue
            if any(tx_id in case["request"] for tx_id in unconfirmed_records()):
                continue  # nothing waits for a block here
            url = f"http://127.0.0.1:{node.api_port}{case['endpoint']}"
            async with node.session.post(url, data=case["request"]) as response:
                assert json.loads(await response.read()) == json.loads(case["response_body"]), case["request"]
        # The Go node goes through the chain again: what it writes over is what is there already.
        await node.call("rescan-wallet")
        async with asyncio.timeout(RECOVERY_SECONDS):
            while (await node.call("wallet-info"))["wallet_height"] != 270:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    with LevelDBStore(home / "data" / "wallet.db") as database:
        assert rows_of_our_own(database)  # the Go node has left them alone
        assert not database.is_sealed  # and it is noticed that it was here
        wallet = open_wallet(database, open_chain())
        assert database.is_sealed
        if not is_recorded_version:
            wallet.rescan()  # its transactions lack fields
        wallet.catch_up()
        assert check_wallet(wallet).is_sound
        assert chosen(dict(database.iterate()), INDEX) == chosen(records("leveldb_dump"), INDEX)
