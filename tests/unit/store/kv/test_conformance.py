"""What every database must do, asked of each of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.kv.write_behind import WriteBehind

Maker = Callable[[Path], KeyValueStore]
BACKENDS: dict[str, Maker] = {
    "leveldb": LevelDBStore,
    "memory": lambda _: MemoryStore(),
    "write behind": lambda _: WriteBehind(MemoryStore()),
}


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyValueStore]:
    store = BACKENDS[request.param](tmp_path / "test.db")
    yield store
    store.close()


def test_values_are_found_replaced_and_removed(database: KeyValueStore) -> None:
    assert database.get(b"a") is None
    database.put(b"a", b"1")
    database.put(b"b", b"2")
    assert database.get(b"a") == b"1"
    database.put(b"a", b"3")
    assert database.get(b"a") == b"3"
    database.delete(b"a")
    database.delete(b"a")
    database.delete(b"never there")
    assert database.get(b"a") is None
    assert database.get(b"b") == b"2"


def test_empty_values_are_values(database: KeyValueStore) -> None:
    database.put(b"a", b"")
    database.write({b"b": b"", b"c": None})
    assert database.get(b"a") == b""
    assert list(database.iterate()) == [(b"a", b""), (b"b", b"")]


def test_keys_and_values_of_any_bytes(database: KeyValueStore) -> None:
    pairs = {b"": b"empty key", b"\x00": b"\x00\xff" * 3, b"\xff\xff": b"x" * 100_000, bytes(range(256)): b"\n"}
    database.write(dict(pairs))
    assert dict(database.iterate()) == pairs
    assert all(database.get(key) == value for key, value in pairs.items())


def test_keys_sort_by_their_bytes(database: KeyValueStore) -> None:
    keys = [b"\x00", b"\x00\x00", b"\x01", b"A", b"a", b"aa", b"b", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    database.write(dict.fromkeys(reversed(keys), b""))
    assert [key for key, _ in database.iterate()] == keys
    assert [key for key, _ in database.iterate(reverse=True)] == keys[::-1]


def test_prefixes(database: KeyValueStore) -> None:
    keys = [b"a", b"a\xff", b"a\xff\xff", b"b", b"ba", b"bb", b"c", b"\xff", b"\xff\xffz"]
    database.write({key: key for key in keys})
    for prefix in (b"", b"a", b"a\xff", b"b", b"bb", b"d", b"\xff", b"\xff\xff"):
        expected = [(key, key) for key in keys if key.startswith(prefix)]
        assert list(database.iterate(prefix)) == expected
        assert list(database.iterate(prefix, reverse=True)) == expected[::-1]


def test_pages(database: KeyValueStore) -> None:
    """After any key, there or not, inside the prefix or not, in both directions."""
    keys = [b"a", b"a\xff", b"a\xff\xff", b"b", b"ba", b"bb", b"c", b"\xff", b"\xff\xffz"]
    database.write({key: key for key in keys})
    marks = [b"", b"0", *keys, b"a\xff0", b"az", b"b\x00", b"bz", b"z", b"\xff\xff\xff"]
    for prefix in (b"", b"a", b"a\xff", b"b", b"d", b"\xff"):
        inside = [key for key in keys if key.startswith(prefix)]
        for mark in marks:
            following = [(key, key) for key in inside if key > mark]
            preceding = [(key, key) for key in reversed(inside) if key < mark]
            assert list(database.iterate(prefix, after=mark)) == following, (prefix, mark)
            assert list(database.iterate(prefix, after=mark, reverse=True)) == preceding, (prefix, mark)


def test_a_page_is_read_from_where_it_begins(database: KeyValueStore) -> None:
    database.write({b"k%05d" % number: b"" for number in range(1000)})
    page = database.iterate(b"k", after=b"k00500")
    assert [next(page)[0] for _ in range(3)] == [b"k00501", b"k00502", b"k00503"]
    page = database.iterate(b"k", after=b"k00500", reverse=True)
    assert [next(page)[0] for _ in range(3)] == [b"k00499", b"k00498", b"k00497"]


def test_batches_set_and_remove(database: KeyValueStore) -> None:
    database.write({b"a": b"1", b"b": b"2"})
    database.write({b"b": None, b"c": b"3", b"never there": None})
    database.write({})
    assert dict(database.iterate()) == {b"a": b"1", b"c": b"3"}


def test_iteration_shows_what_there_was_at_its_start(database: KeyValueStore) -> None:
    database.write({b"%d" % number: b"old" for number in range(5)})
    items = database.iterate()
    first = next(items)
    database.write({b"1": b"new", b"3": None, b"9": b"new"})
    assert [first, *items] == [(b"%d" % number, b"old") for number in range(5)]
    assert database.get(b"1") == b"new"


def test_iteration_may_be_left(database: KeyValueStore) -> None:
    database.write({b"a": b"", b"b": b""})
    items = database.iterate()
    next(items)
    del items
    database.put(b"c", b"")
    assert len(list(database.iterate())) == 3


batches = st.lists(
    st.dictionaries(st.binary(max_size=3), st.none() | st.binary(max_size=3), max_size=6), max_size=8
)


@pytest.mark.parametrize("backend", BACKENDS)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(changes=batches)
def test_like_a_dictionary(
    backend: str, tmp_path_factory: pytest.TempPathFactory, changes: list[dict[bytes, bytes | None]]
) -> None:
    database = BACKENDS[backend](tmp_path_factory.mktemp("kv") / "test.db")
    model: dict[bytes, bytes] = {}
    for batch in changes:
        database.write(batch)
        model = {key: value for key, value in (model | batch).items() if value is not None}
        assert list(database.iterate()) == sorted(model.items())
    database.close()
