"""The wallet's life: failures, replaced databases, changed accounts, the pool, its thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping

import pytest

from pybytomd import worker as worker_module
from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.store import schema
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.index.status import Cursor
from pybytomd.wallet.wallet import Wallet
from tests.unit.wallet.recorded import (
    INDEX,
    KEYS_AND_ACCOUNTS,
    RECORDED_AT,
    blocks,
    chosen,
    load,
    memory,
    of_the_reference,
    open_chain,
    open_wallet,
    records,
    stored,
    submitted,
    unconfirmed_records,
)

UNKNOWN = b"11" * 32


def empty_chain(clock: ManualClock | None = None) -> Chain:
    return Chain.open(
        SOLONET, BlockStore(MemoryStore()), clock or ManualClock(RECORDED_AT), EventDispatcher(), threads=1
    )


def with_accounts() -> MemoryStore:
    return memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))


def index_of(wallet: Wallet) -> dict[bytes, bytes]:
    return {key: data for prefix in INDEX for key, data in wallet.database.iterate(prefix)}


# --- the cursor ---


def test_cursor_is_that_of_the_reference() -> None:
    data = records("leveldb_dump")[schema.WALLET_STATUS]
    cursor = Cursor.from_json(data)
    assert cursor.best_height == cursor.work_height == 270
    assert cursor.to_json() == data


def test_recorded_wallet_is_taken_as_it_is() -> None:
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain())
    assert not wallet.step()
    assert stored(database, INDEX) == chosen(records("leveldb_dump"), INDEX)
    assert wallet.status().progress == 1


@pytest.mark.parametrize(
    "status",
    [
        b"{",
        b'{"WorkHeight":270,"BestHeight":270}',
        b'{"Version":1,"WorkHeight":270,"WorkHash":"%s","BestHeight":270,"BestHash":"%s"}'
        % (b"11" * 32, b"11" * 32),
        b'{"Version":1,"BestHash":"00"}',
    ],
    ids=["damaged", "old version", "unknown block", "bad hash"],
)
def test_an_index_that_does_not_fit_is_made_anew(status: bytes) -> None:
    database = memory(records("leveldb_dump"))
    database.put(schema.WALLET_STATUS, status)
    database.put(schema.own_output_key(bytes(32)), b"{}")
    wallet = open_wallet(database, open_chain())
    assert wallet.cursor.best_height == 0
    wallet.catch_up()
    assert stored(database, INDEX) == chosen(records("leveldb_dump"), INDEX)


def test_a_replaced_chain_is_scanned_anew() -> None:
    """core.db was removed: the wallet begins again and follows the new one, while the reference stands still."""
    database = memory(records("leveldb_dump"))
    chain = empty_chain()
    wallet = open_wallet(database, chain)
    wallet.catch_up()
    assert wallet.utxos.balances() == []
    assert len(wallet.transactions) == 0
    for block in blocks()[1:]:
        chain.process_block(block, True)
    wallet.catch_up()
    assert stored(database, INDEX) == chosen(records("leveldb_dump"), INDEX)


def test_a_shorter_chain_is_followed_back() -> None:
    """A core.db that knows the block but has another best one."""
    chain = open_chain()
    database = memory(records("leveldb_dump"))
    longer = open_wallet(database, chain)
    for text in load("reorg_wallet")["branch_x"]:
        chain.process_block(Block.from_hex(text), True)
    longer.catch_up()
    core = memory(records("leveldb_dump_reorg", "core"))
    other = Chain.open(SOLONET, BlockStore(core), ManualClock(RECORDED_AT), EventDispatcher(), threads=1)
    wallet = open_wallet(database, other)
    wallet.catch_up()
    assert wallet.cursor.best_hash == other.best_hash
    fresh = open_wallet(with_accounts(), other)
    fresh.catch_up()
    assert wallet.utxos.balances() == fresh.utxos.balances()


# --- failures ---


class FailingStore(MemoryStore):
    """Fails while told to."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = False
        self.failed = threading.Event()

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        if self.fails:
            self.failed.set()
            raise StoreError("the disk is full")
        super().write(changes)


def until(condition: Callable[[], bool], wallet: Wallet) -> None:
    """Wait for the wallet's thread."""
    for _ in range(2000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError(wallet.status())


def test_a_failure_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker_module, "FIRST_RETRY_SECONDS", 0.001)
    monkeypatch.setattr(worker_module, "LAST_RETRY_SECONDS", 0.001)
    database = FailingStore()
    database.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    chain = empty_chain()
    with open_wallet(database, chain) as wallet:
        database.fails = True
        chain.process_block(blocks()[1], True)
        assert database.failed.wait(10)
        until(lambda: wallet.status().failure == "the disk is full", wallet)
        assert wallet.status().wallet_height == 0
        assert "the wallet cannot go on" in caplog.text
        database.fails = False
        until(lambda: wallet.status().wallet_height == 1, wallet)
        until(lambda: not wallet.status().failure, wallet)


def test_a_failed_batch_leaves_the_indexes_alone() -> None:
    database = FailingStore()
    database.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    wallet = open_wallet(database, open_chain())
    for _ in range(150):
        wallet.step()
    before = (wallet.utxos.balances(), len(wallet.transactions), wallet.cursor)
    database.fails = True
    with pytest.raises(StoreError):
        wallet.step()
    assert (wallet.utxos.balances(), len(wallet.transactions), wallet.cursor) == before
    database.fails = False
    wallet.catch_up()
    assert index_of(wallet) == chosen(records("leveldb_dump"), INDEX)


def test_blocks_written_together_and_not_at_all_when_the_disk_is_full() -> None:
    below = FailingStore()
    below.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    wallet = open_wallet(WriteBehind(below), open_chain())
    below.fails = True
    for _ in range(3):  # no further than what is held back already
        with pytest.raises(StoreError):
            wallet.catch_up()
    assert wallet.cursor.work_height < wallet.chain.best_height
    with pytest.raises(StoreError):
        wallet.accounts.list()
    below.fails = False
    stored = below.get(schema.WALLET_STATUS)
    assert stored is not None
    assert Cursor.from_json(stored).work_height == 0
    wallet.rename_account(wallet.accounts.find(alias="alice"), "alicia")
    wallet.catch_up()
    fresh = open_wallet(below, open_chain())
    assert (fresh.cursor, fresh.utxos.balances()) == (wallet.cursor, wallet.utxos.balances())
    assert chosen(dict(below.iterate()), (b"ACU:", b"SCU:")) == chosen(records("leveldb_dump"), (b"ACU:", b"SCU:"))


def test_a_damaged_block_holds_up_none_of_those_before_it() -> None:
    core = records("leveldb_dump", "core")
    damaged = schema.block_key(blocks()[40].hash)
    wallet = open_wallet(with_accounts(), open_chain({**core, damaged: b"00"}))
    for _ in range(2):
        with pytest.raises(StoreError):
            wallet.catch_up()
        assert wallet.cursor.work_height == 39


class RememberingStore(MemoryStore):
    """Keeps what it held after each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[dict[bytes, bytes]] = []

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        super().write(changes)
        self.states.append(dict(self.iterate()))


def test_blocks_written_together_are_found_undone_after_a_kill_between_any_two_batches() -> None:
    below = RememberingStore()
    below.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    wallet = open_wallet(WriteBehind(below), open_chain())
    wallet.catch_up()
    chain = open_chain()
    for state in below.states:
        again = open_wallet(WriteBehind(memory(state)), chain)
        again.catch_up()
        assert index_of(again) == chosen(records("leveldb_dump"), INDEX)


@pytest.mark.parametrize("by_root_keys", [False, True])
def test_a_kill_leaves_no_search_without_its_rescan(by_root_keys: bool) -> None:
    below = RememberingStore()
    below.write(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS))
    wallet = open_wallet(WriteBehind(below), open_chain())
    wallet.catch_up()
    if by_root_keys:
        wallet.recover(wallet.accounts.find(alias="alice").xpubs)
    else:
        wallet.find_addresses()
    began = next(state for state in below.states if schema.RECOVERY_STATUS in state)
    assert Cursor.from_json(began[schema.WALLET_STATUS]).work_height == 0


def test_the_thread_follows_the_chain() -> None:
    chain = empty_chain()
    with open_wallet(with_accounts(), chain) as wallet:
        for block in blocks()[1:40]:
            chain.process_block(block, True)
        until(lambda: wallet.status().wallet_height == 39, wallet)
    assert not any(thread.name == "wallet" for thread in threading.enumerate())


# --- accounts ---


def test_renaming_an_account_renames_it_in_all_transactions() -> None:
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain())
    alice = wallet.accounts.find(alias="alice")
    wallet.rename_account(alice, "alicia")
    assert wallet.cursor.work_height == 0
    assert len(wallet.transactions) == 0
    wallet.catch_up()
    assert len(wallet.transactions) == 311
    everything = b"".join(chosen(index_of(wallet), (b"TXS:",)).values())
    assert b'"account_alias":"alicia"' in everything
    assert b'"account_alias":"alice"' not in everything


def test_a_kill_right_after_renaming_loses_no_transactions() -> None:
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain())
    alice = wallet.accounts.find(alias="alice")
    wallet.accounts.rename(alice, "alicia", also=wallet._without_transactions())
    restarted = open_wallet(database, open_chain())  # the process ended before the rescan began
    restarted.catch_up()
    assert len(restarted.transactions) == 311


def test_a_removed_account_is_gone_from_the_index() -> None:
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain())
    alice = wallet.accounts.find(alias="alice")
    others = [row for row in wallet.utxos.balances() if row[0] != alice.id]
    wallet.delete_account(alice)
    assert wallet.utxos.balances() == others
    wallet.catch_up()
    assert wallet.utxos.balances() == others
    assert alice.id.encode() not in b"".join(chosen(index_of(wallet), (b"ACU:", b"TXS:")).values())
    fresh = open_wallet(memory(stored(database, KEYS_AND_ACCOUNTS)), open_chain())
    fresh.catch_up()
    assert index_of(wallet) == index_of(fresh)


# --- the pool ---


def recorded_waiting() -> list[Transaction]:
    known = submitted()
    return [known[tx_id] for tx_id in unconfirmed_records()]


def test_what_waits_is_shown_until_it_leaves_the_pool() -> None:
    clock = ManualClock(RECORDED_AT)
    chain = open_chain(clock=clock)
    source = {key: data for key, data in records("leveldb_dump").items() if not key.startswith(b"UTXS:")}
    database = memory(source)
    wallet = open_wallet(database, chain, clock=clock)
    for tx in recorded_waiting():
        chain.pool.add(tx, status_fail=False, height=270, fee=0)
    wallet.catch_up()
    assert wallet.unconfirmed.count() == 2
    waiting = wallet.keeper.unconfirmed()
    assert {utxo.account_id for utxo in waiting} - {""}
    listed = wallet.unconfirmed.page(0, 9)
    assert {value["tx_id"] for value in listed} == {tx.id.hex() for tx in recorded_waiting()}
    assert all(value["block_time"] == int(RECORDED_AT) for value in listed)
    for tx in recorded_waiting():
        chain.pool.remove(tx.id)
    wallet.catch_up()
    assert wallet.unconfirmed.count() == 0
    assert wallet.keeper.unconfirmed() == []
    assert of_the_reference(database) == source


def test_what_came_and_went_before_the_wallet_looked_is_not_shown() -> None:
    chain = open_chain()
    wallet = open_wallet(with_accounts(), chain)
    wallet.catch_up()
    for tx in recorded_waiting():
        chain.pool.add(tx, status_fail=False, height=270, fee=0)
        chain.pool.remove(tx.id)
    wallet.catch_up()
    assert wallet.unconfirmed.count() == 0
    assert not dict(wallet.database.iterate(schema.UNCONFIRMED_PREFIX))


def test_what_waits_at_the_start_is_taken_in() -> None:
    chain = open_chain()
    for tx in recorded_waiting():
        chain.pool.add(tx, status_fail=False, height=270, fee=0)
    wallet = open_wallet(memory(chosen(records("leveldb_dump"), KEYS_AND_ACCOUNTS + INDEX)), chain)
    assert wallet.unconfirmed.count() == 2


def test_what_waits_for_a_day_is_forgotten() -> None:
    clock = ManualClock(1_795_455_191.0)
    database = memory(records("leveldb_dump"))
    wallet = open_wallet(database, open_chain(clock=clock), clock=clock)
    wallet.step()
    assert wallet.unconfirmed.count() == 2
    clock.advance(24 * 3600 - 10)
    wallet.step()
    assert wallet.unconfirmed.count() == 2
    clock.advance(1800)
    wallet.step()
    assert wallet.unconfirmed.count() == 0
    assert not dict(database.iterate(schema.UNCONFIRMED_PREFIX))


def test_what_waits_for_a_day_to_the_second_is_still_there() -> None:
    clock = ManualClock(1_795_455_191.0)
    wallet = open_wallet(memory(records("leveldb_dump")), open_chain(clock=clock), clock=clock)
    times = sorted(value["block_time"] for value in wallet.unconfirmed.page(0, 9))  # type: ignore[type-var]
    assert len(times) == 2
    for time, left in ((times[0], 2), (times[-1], 1 if times[0] < times[-1] else 2)):
        clock.advance(time + 24 * 3600 - clock.now())  # type: ignore[operator]
        wallet.unconfirmed.expire()
        assert wallet.unconfirmed.count() == left
    clock.advance(1)
    wallet.unconfirmed.expire()
    assert wallet.unconfirmed.count() == 0


def test_damaged_records_do_not_keep_the_wallet_from_opening() -> None:
    database = memory(records("leveldb_dump"))
    database.put(b"TXS:short", b"{}")
    database.put(schema.transaction_key(5, 9), b"{")
    database.put(schema.unconfirmed_key("00"), b"[")
    database.put(schema.own_output_key(b"\x11" * 32), b'{"Amount":-1}')
    wallet = open_wallet(database, open_chain())
    assert len(wallet.transactions) == 311
    assert wallet.unconfirmed.count() == 2
    assert json.loads(wallet.queries.balances(""))


def test_a_damaged_record_of_what_waited_goes_when_it_is_in_a_block() -> None:
    database = with_accounts()
    confirmed, waiting = (schema.unconfirmed_key(tx_id) for tx_id in (blocks()[9].transactions[0].id.hex(), "00"))
    database.write({confirmed: b"{", waiting: b"{"})
    open_wallet(database, open_chain()).catch_up()
    assert database.get(confirmed) is None
    assert database.get(waiting) is not None
