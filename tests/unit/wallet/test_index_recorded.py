"""Indexing the recorded chain gives the database the reference made of it, byte for byte."""

from __future__ import annotations

import pytest

from pybytomd.ledger.block import Block
from tests.unit.wallet.recorded import (
    INDEX,
    KEYS_AND_ACCOUNTS,
    chosen,
    load,
    memory,
    open_chain,
    open_wallet,
    records,
    stored,
)


def differences(ours: dict[bytes, bytes], theirs: dict[bytes, bytes]) -> dict[bytes, tuple[object, object]]:
    keys = ours.keys() | theirs.keys()
    return {key: (ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)}


@pytest.mark.parametrize(("dump", "txindex"), [("leveldb_dump", False), ("leveldb_dump_txindex", True)])
def test_fresh_index_equals_that_of_the_reference(dump: str, txindex: bool) -> None:
    theirs = records(dump)
    database = memory(chosen(theirs, KEYS_AND_ACCOUNTS))
    wallet = open_wallet(database, open_chain(), txindex=txindex)
    wallet.catch_up()
    assert not differences(stored(database, INDEX), chosen(theirs, INDEX))


def test_rescan_changes_nothing() -> None:
    theirs = records("leveldb_dump")
    database = memory(theirs)
    wallet = open_wallet(database, open_chain())
    wallet.rescan()
    wallet.catch_up()
    assert not differences(stored(database, INDEX), chosen(theirs, INDEX))


def branch(name: str) -> list[Block]:
    return [Block.from_hex(text) for text in load("reorg_wallet")[name]]


def test_reorganisation_equals_that_of_the_reference() -> None:
    theirs = records("leveldb_dump_reorg")
    before = records("leveldb_dump_txindex")
    accounts = chosen(theirs, KEYS_AND_ACCOUNTS)
    database = memory({**before, **accounts})
    chain = open_chain()
    wallet = open_wallet(database, chain)
    for block in branch("branch_x"):
        chain.process_block(block, True)
    wallet.catch_up()
    assert wallet.cursor.best_height == 273
    for block in branch("branch_y"):
        chain.process_block(block, True)
    wallet.catch_up()
    for block in branch("extension"):
        chain.process_block(block, True)
    wallet.catch_up()
    assert chain.best_height == 277
    assert not differences(stored(database, INDEX), chosen(theirs, INDEX))


def test_index_in_memory_equals_one_read_from_the_database() -> None:
    database = memory(chosen(records("leveldb_dump_reorg"), KEYS_AND_ACCOUNTS))
    chain = open_chain()
    wallet = open_wallet(database, chain)
    wallet.catch_up()
    for name in ("branch_x", "branch_y", "extension"):
        for block in branch(name):
            chain.process_block(block, True)
        wallet.catch_up()
    read = open_wallet(memory(dict(database.iterate())), chain)
    for account_id in ["", *(account.id for account in wallet.accounts.list())]:
        assert wallet.utxos.page(0, 1000, account_id) == read.utxos.page(0, 1000, account_id)
        assert wallet.transactions.page(0, 1000, account_id) == read.transactions.page(0, 1000, account_id)
    assert wallet.utxos.balances() == read.utxos.balances()
    assert wallet.utxos.page(0, 9, contracts=True) == read.utxos.page(0, 9, contracts=True)
    assert len(wallet.transactions) == len(read.transactions) > 300
