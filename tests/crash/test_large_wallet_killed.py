"""kill -9 while a wallet of some thousand transactions follows the chain: its lists fit its records, always."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pybytomd.store import schema
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.wallet.index import transaction_index
from pybytomd.wallet.index.transaction_index import TransactionIndex
from pybytomd.wallet.index.utxo_set import UtxoSet
from tests.unit.wallet.recorded import memory, of_the_reference, rows_of_our_own

ROOT = Path(__file__).parents[2]
KILLS = 4
ALL = 1_000_000
SOME_THOUSAND = 2_000


def killed_wallet(directory: Path, kill: int) -> None:
    command = [sys.executable, "-m", "tests.crash.large_wallet_scan", str(directory), str(kill)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "scanning\n"
        if kill % 2:
            assert process.stdout.readline() == "caught up\n"
        threading.Event().wait(0.1 + 0.1 * kill)  # anywhere in its work: the moment is what is being varied
        process.kill()


def lists(outputs: UtxoSet, transactions: TransactionIndex) -> Iterator[object]:
    """All that is asked of them."""
    holdings = outputs.balances()
    accounts = ["", *{account for account, _, _ in holdings}]
    yield holdings
    yield [transactions.page(0, ALL, account) for account in accounts]
    yield [transactions.page(count, count + 7, account) for account in accounts for count in range(0, 900, 83)]
    yield [outputs.page(0, ALL, account) for account in accounts]
    yield [outputs.page(count, count + 7, account) for account in accounts for count in range(0, 900, 83)]
    yield [outputs.page(1, 9, "", f"{digit:x}") for digit in range(16)]
    yield outputs.page(0, ALL, contracts=True)
    yield [list(outputs.coins(account, purse)) for account, purse, _ in holdings]
    yield [list(outputs.sufficient_coins(account, purse, 500)) for account, purse, _ in holdings]
    yield [len(transactions), len(outputs), outputs.count("", "a"), outputs.count(contracts=True)]


@pytest.mark.timeout(600)
def test_the_lists_fit_the_records_wherever_it_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    for kill in range(KILLS):
        directory = tmp_path / f"{kill}.db"
        killed_wallet(directory, kill)
        with LevelDBStore(directory) as database:
            made_anew = memory(of_the_reference(database))
            expected = list(lists(UtxoSet(made_anew), TransactionIndex(made_anew)))
            with monkeypatch.context() as patch:
                patch.delattr(transaction_index, "_named_accounts")  # no record is looked at
                patch.delattr(UtxoSet, "records")
                found = list(lists(UtxoSet(database), TransactionIndex(database)))
            assert rows_of_our_own(database) == rows_of_our_own(made_anew)
            assert found == expected
            sizes.append(len(list(database.iterate(schema.TRANSACTION_PREFIX))))
        shutil.rmtree(directory)
    assert max(sizes) > SOME_THOUSAND
