"""The follower of the chain: restarts, reorganisations, damage, another chain, a later version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import StoreError
from pybytomd.indexing import keys
from pybytomd.indexing import service as service_module
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.errors import DamagedRow
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.records import Partial
from pybytomd.indexing.service import IndexService
from pybytomd.node.home.databases import Databases
from pybytomd.store.errors import DamagedDatabase, NewerFormat
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from tests.chain_builder import TRUE_PROGRAM, btm, extend, make_block, make_branch, mature_coins, open_chain, spend


class Opened:
    """An index over a chain, with what was asked of its surroundings."""

    def __init__(self, database: KeyValueStore | None = None) -> None:
        self.clock = ManualClock()
        self.chain = open_chain()
        self.useless: list[KeyValueStore] = []
        self.database = MemoryStore() if database is None else database
        self.index = self.open()

    def open(self) -> IndexService:
        return IndexService(
            self.database, self.chain, self.clock, forms=Bytom1Forms(self.chain), begin_anew=self.begin_anew
        )

    def begin_anew(self, database: KeyValueStore) -> KeyValueStore:
        self.useless.append(database)
        return MemoryStore()


@pytest.fixture
def opened() -> Opened:
    return Opened()


def rows(index: IndexService) -> dict[bytes, bytes]:
    return dict(index.database.iterate())


def test_it_begins_with_the_first_block_and_follows(opened: Opened) -> None:
    status = opened.index.status()
    assert (status.height, status.chain_height, status.lag) == (-1, 0, 1)
    opened.index.catch_up()
    assert opened.index.status().height == 0
    extend(opened.chain, 3)
    assert opened.index.status().lag == 3
    assert opened.index.step()
    assert not opened.index.step()
    assert (opened.index.status().height, opened.index.status().lag) == (3, 0)


def test_it_goes_on_where_it_was(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "CHANGES_AT_ONCE", 1)
    extend(opened.chain, 5)
    opened.index.step()
    opened.index.step()
    again = opened.open()
    assert again.status().height == 1
    again.catch_up()
    assert again.status().height == 5


def test_a_large_block_is_taken_in_and_back_in_several_steps(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes a bounded number of changes; a restart and a reorganisation in between leave nothing behind."""
    coins = mature_coins(opened.chain, 6)
    fork = opened.chain.block(opened.chain.best_hash)
    opened.index.catch_up()
    payments = [spend([coin], [btm(coin.amount - 10**8)]) for coin in coins]
    opened.chain.process_block(make_block(fork, payments, fees=6 * 10**8), proof=True)
    monkeypatch.setattr(service_module, "CHANGES_AT_ONCE", 1)
    for done in range(1, 4):
        assert opened.index.step()
        assert opened.index._partial == Partial(fork.height + 1, opened.chain.best_hash, done)
        assert opened.index.status().height == fork.height
    again = opened.open()
    assert again._partial == opened.index._partial
    for block in make_branch(fork, 2):
        opened.chain.process_block(block, proof=True)
    for left in (2, 1):
        assert again.step()
        assert again._partial is not None
        assert again._partial.transactions == left
    again.catch_up()
    fresh = IndexService(
        MemoryStore(), opened.chain, ManualClock(), forms=Bytom1Forms(opened.chain), begin_anew=opened.begin_anew
    )
    fresh.catch_up()
    assert rows(again) == rows(fresh)


def test_a_reorganisation_leaves_nothing_behind(opened: Opened) -> None:
    fork = opened.chain.block_at(0)
    extend(opened.chain, 3)
    opened.index.catch_up()
    for block in make_branch(fork, 4):
        opened.chain.process_block(block, proof=True)
    opened.index.catch_up()
    fresh = IndexService(
        MemoryStore(), opened.chain, ManualClock(), forms=Bytom1Forms(opened.chain), begin_anew=opened.begin_anew
    )
    fresh.catch_up()
    assert rows(opened.index) == rows(fresh)
    assert opened.index.status().height == 4


def test_the_thread_follows_by_itself(opened: Opened) -> None:
    extend(opened.chain, 2)
    with opened.index:
        pass  # stopping waits for the step in hand
    opened.index.catch_up()
    assert opened.index.status().height == 2


def test_of_another_chain_it_is_made_anew(opened: Opened) -> None:
    extend(opened.chain, 2)
    opened.index.catch_up()
    before = opened.index.database
    opened.chain = open_chain()
    extend(opened.chain, 1)
    again = opened.open()
    again.catch_up()
    assert opened.useless == [before]
    assert again.status().height == 1
    assert View(again.database, opened.chain, again.forms).height == 1


@pytest.mark.parametrize("cursor", [b"", b"\x00" * 35, b"\x00" * 40])
def test_a_cursor_that_does_not_parse(opened: Opened, cursor: bytes) -> None:
    opened.index.catch_up()
    opened.database.put(keys.CURSOR, cursor)
    again = opened.open()
    again.catch_up()
    assert opened.useless == [opened.database]
    assert again.status().height == 0


def test_a_damaged_row_that_it_meets(opened: Opened) -> None:
    opened.index.catch_up()
    opened.database.put(keys.HOLDINGS + keys.program_key(TRUE_PROGRAM) + keys.BTM_KEY, b"\x09")
    extend(opened.chain, 1)
    opened.index.catch_up()
    assert opened.useless == [opened.database]
    assert opened.index.status().height == 1


def test_a_damaged_row_that_a_reader_meets(opened: Opened) -> None:
    opened.index.catch_up()
    opened.index.distrust(DamagedRow("a row"))
    opened.index.catch_up()
    assert opened.useless == [opened.database]
    assert (opened.index.status().height, opened.index.status().failure) == (0, "")


class Failing(MemoryStore):
    """A database that takes no changes."""

    error: StoreError | None = None

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        if self.error is not None:
            raise self.error
        super().write(changes)


def test_a_failure_is_told_and_nothing_is_half_done() -> None:
    database = Failing()
    opened = Opened(database)
    database.error = StoreError("no room")
    with pytest.raises(StoreError, match="no room"):
        opened.index.step()
    opened.index._note_failure(database.error)
    assert opened.index.status().failure == "no room"
    assert opened.index.status().height == -1
    database.error = None
    opened.index.catch_up()
    opened.index._note_success()
    assert (opened.index.status().height, opened.index.status().failure) == (0, "")


class Compacting(MemoryStore):
    """Notes what is made compact."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges: list[tuple[bytes, bytes]] = []

    def compact(self, start: bytes, stop: bytes) -> None:
        self.ranges.append((start, stop))


def test_when_it_has_caught_up_the_order_of_holders_is_made_compact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "BLOCKS_TO_COMPACT", 10)
    database = Compacting()
    opened = Opened(database)
    extend(opened.chain, 8)
    opened.index.catch_up()
    assert database.ranges == [], "nine blocks are few"
    extend(opened.chain, 1)
    opened.index.catch_up()
    (holders,) = database.ranges
    inside = {key[:1] for key, _ in database.iterate() if holders[0] <= key < holders[1]}
    assert inside == {keys.HOLDERS}
    assert not any(
        key.startswith(keys.HOLDERS) and not holders[0] <= key < holders[1] for key in rows(opened.index)
    )
    extend(opened.chain, 9)
    opened.index.catch_up()
    assert len(database.ranges) == 1, "not again so soon"
    again = opened.open()
    extend(opened.chain, 10)
    again.catch_up()
    assert len(database.ranges) == 2


def test_files_that_are_damaged_when_written() -> None:
    database = Failing()
    opened = Opened(database)
    database.error = DamagedDatabase("a table has a flipped bit")
    opened.index.catch_up()
    assert opened.useless == [database]
    assert opened.index.status().height == 0


def test_a_disk_that_damages_it_again_and_again() -> None:
    opened = Opened(Failing())

    def anew(useless: KeyValueStore) -> KeyValueStore:
        opened.useless.append(useless)
        database = Failing()
        if len(opened.useless) < 9:
            database.put(b"format", b"1")
            database.error = DamagedDatabase("a table has a flipped bit")
        return database

    opened.begin_anew = anew  # type: ignore[method-assign]
    opened.database.error = DamagedDatabase("a table has a flipped bit")  # type: ignore[attr-defined]
    index = IndexService(
        opened.database, opened.chain, opened.clock, forms=Bytom1Forms(opened.chain), begin_anew=anew
    )
    for _ in range(3):
        with pytest.raises(StoreError, match=r"made anew 3 times .* a flipped bit; is the disk sound\?"):
            index.catch_up()
    assert len(opened.useless) == 3


def test_where_it_cannot_be_made_anew_that_is_tried_again(opened: Opened) -> None:
    opened.index.catch_up()
    tries: list[KeyValueStore] = []

    def anew(useless: KeyValueStore) -> KeyValueStore:
        tries.append(useless)
        if len(tries) < 3:
            raise StoreError("no room")
        return MemoryStore()

    index = IndexService(
        opened.database, opened.chain, opened.clock, forms=Bytom1Forms(opened.chain), begin_anew=anew
    )
    index.distrust(DamagedRow("a row"))
    for _ in range(2):
        with pytest.raises(StoreError, match="no room"):
            index.step()
    index.catch_up()
    assert (len(tries), index.status().height) == (3, 0)


def test_a_damaged_chain_is_no_damage_of_the_index(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    extend(opened.chain, 2)

    def damaged(_: bytes) -> None:
        raise DamagedDatabase("core.db is damaged")

    monkeypatch.setattr(opened.index._feed, "take", damaged)
    with pytest.raises(StoreError, match=r"core\.db is damaged"):
        opened.index.step()
    assert opened.useless == []


def test_what_a_later_version_wrote_is_refused_by_name(opened: Opened) -> None:
    opened.database.put(b"format", b"9")
    with pytest.raises(NewerFormat, match=r"index\.db was written by a later version"):
        opened.open()


def test_how_fast_it_is(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "CHANGES_AT_ONCE", 1)
    extend(opened.chain, 9)
    for _ in range(4):
        opened.clock.advance(0.5)
        opened.index.step()
    status = opened.index.status()
    assert (status.height, status.blocks_per_second, status.seconds_left) == (3, 2.0, 3.0)
    opened.index.catch_up()
    assert (opened.index.status().blocks_per_second, opened.index.status().seconds_left) == (0.0, None)


def test_only_the_latest_damaged_files_are_kept(tmp_path: Path) -> None:
    with Databases(tmp_path, "leveldb") as databases:
        database = databases.open_large("index")
        for _ in range(3):
            database = databases.begin_anew("index", database, keep=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.db", "index.db.damaged-2"]


def test_files_that_cannot_be_opened_are_set_aside(tmp_path: Path) -> None:
    with Databases(tmp_path, "leveldb") as databases:
        databases.open_large("index").put(b"a", b"b")
    (tmp_path / "index.db" / "CURRENT").write_bytes(b"nothing\n")
    with Databases(tmp_path, "leveldb") as databases:
        assert databases.open_large("index").get(b"a") is None
    assert (tmp_path / "index.db.damaged-1").is_dir()
