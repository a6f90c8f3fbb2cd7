"""A wallet of 100,000 transactions and as many unspent outputs: a page of either comes at once, wherever it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pybytomd.store import schema
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.records.output_records import Utxo
from tests.unit.rpc.recorded import Client, make_api
from tests.unit.wallet.recorded import chosen, open_chain, open_wallet, records
from tests.work import counted_work

SIZE = 100_000
LINES_A_PAGE = 20_000
"""A page takes some thousands of lines of Python; a scan of everything takes one for each record, at the least."""
LINES_A_START = 50_000
"""Most of it for the genesis block, accounts and assets; none for a transaction or output."""


ROWS_A_PAGE = 2_000
"""Read from the database: counters, and the rows of the page."""


class CountingStore(LevelDBStore):
    """Counts what scans read."""

    rows = 0

    def _take_from(self, items: Any, count: int) -> list[tuple[bytes, bytes]]:
        chunk = super()._take_from(items, count)
        self.rows += len(chunk)
        return chunk


def fill(database: LevelDBStore) -> None:
    """The recorded wallet many times over."""
    source = records("leveldb_dump")
    transactions = list(chosen(source, (b"TXS:",)).values())
    outputs = [Utxo.from_json(data) for data in chosen(source, (b"ACU:",)).values()]
    changes = dict(source)
    for number in range(SIZE):
        data = transactions[number % len(transactions)]
        place, tx_id = (1000 + number // 10, number % 10), sha256(b"%d" % number).hexdigest()
        changes[schema.transaction_key(*place)] = data[:10] + tx_id.encode() + data[74:]
        changes[schema.transaction_position_key(tx_id)] = schema.transaction_position(*place)
        output = outputs[number % len(outputs)]._replace(output_id=sha256(b"output %d" % number).digest())
        changes[output.key] = output.to_json()
    database.write(changes)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[CountingStore]:
    with CountingStore(tmp_path / "wallet.db") as made:
        fill(made)
        yield made


async def test_pages_of_a_large_wallet(database: CountingStore) -> None:
    chain = open_chain()
    wallet = open_wallet(database, chain)
    assert len(wallet.transactions) >= SIZE
    database.rows = 0
    with counted_work() as work:
        open_wallet(database, chain)
    assert 0 < work.lines < LINES_A_START
    assert database.rows < ROWS_A_PAGE
    client = Client(make_api(wallet.chain, wallet=wallet))
    alice = wallet.accounts.find(alias="alice").id
    tx_id = sha256(b"%d" % (SIZE // 2)).hexdigest()
    for method, request in [
        ("list-transactions", {"count": 20}),
        ("list-transactions", {"from": SIZE // 2, "count": 20, "detail": True}),
        ("list-transactions", {"from": 1000, "count": 20, "account_id": alice}),
        ("list-unspent-outputs", {"count": 20}),
        ("list-unspent-outputs", {"from": SIZE // 2, "count": 20, "account_id": alice, "unconfirmed": True}),
        ("list-unspent-outputs", {"id": "abc", "count": 20}),
        ("list-balances", {}),
        ("get-transaction", {"tx_id": tx_id}),
    ]:
        database.rows = 0
        with counted_work() as work:
            response = await client.send(f"/{method}", json.dumps(request))
        assert 0 < work.lines < LINES_A_PAGE, (method, request)
        assert database.rows < ROWS_A_PAGE, (method, request)
        assert json.loads(response.body)["data"], (method, request)
