"""What a wallet holds in memory does not grow with what it has followed, and a start holds none of it.

Bytes are counted where they were asked for: in the code of the wallet and of the databases.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.index import tally
from tests.property.wallet_world import World, make_accounts, open_wallet

PLACES = ("*/pybytomd/wallet/*", "*/pybytomd/store/*")
PART, PARTS = 150, 6
GROWTH = 30_000
"""Bytes, while hundreds of transactions and outputs are added: a list of their ids alone would take more."""


@contextmanager
def traced() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def held() -> int:
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, place) for place in PLACES])
    return sum(one.size for one in snapshot.statistics("filename"))


def test_memory_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "REMEMBERED", 200)  # a bound that is soon reached
    with LevelDBStore(tmp_path / "wallet.db") as below:
        database = WriteBehind(below)
        world = World(Random(5), make_accounts(database))
        with traced():
            wallet = open_wallet(database, world, database.together)
            counts, sizes = [], []
            for _ in range(PARTS):
                world.grow(PART)
                wallet.catch_up()
                for account in wallet.accounts.list():
                    wallet.transactions.page(100, 120, account.id)
                    wallet.utxos.page(100, 120, account.id)
                counts.append(len(wallet.transactions) + len(wallet.utxos))
                sizes.append(held())
        assert counts[-1] - counts[1] > 1000
        assert sizes[-1] - sizes[1] < GROWTH, sizes
        with traced():
            open_wallet(database, world, database.together)
            assert held() < sizes[1] + GROWTH
