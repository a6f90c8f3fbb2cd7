"""Steps that are written as one: seen at once, written together, kept when that fails."""

import threading
from collections.abc import Mapping

import pytest

from pybytomd.errors import StoreError
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.kv.write_behind import WriteBehind


class Counting(MemoryStore):
    """Counts batches, and fails on request."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[dict[bytes, bytes | None]] = []
        self.is_full = False

    def write(self, changes: Mapping[bytes, bytes | None]) -> None:
        if self.is_full:
            raise StoreError("no room")
        self.batches.append(dict(changes))
        super().write(changes)


def test_several_steps_are_one_batch_and_seen_before() -> None:
    below = Counting()
    store = WriteBehind(below)
    store.put(b"old", b"1")
    with store.together():
        store.put(b"a", b"1")
        store.write({b"a": b"2", b"b": b"3", b"old": None})
        assert (store.get(b"a"), store.get(b"old")) == (b"2", None)
        assert (below.get(b"a"), below.get(b"old")) == (None, b"1")
    assert below.batches == [{b"old": b"1"}, {b"a": b"2", b"b": b"3", b"old": None}]
    store.put(b"c", b"4")
    assert below.get(b"c") == b"4"


def test_a_scan_sees_what_is_held_back() -> None:
    store = WriteBehind(Counting())
    with store.together():
        store.put(b"a", b"1")
        assert list(store.iterate()) == [(b"a", b"1")]


def test_what_another_thread_writes_is_written_at_once_and_in_order() -> None:
    below = Counting()
    store = WriteBehind(below)
    with store.together():
        store.put(b"a", b"1")
        other = threading.Thread(target=store.put, args=(b"b", b"2"))
        other.start()
        other.join()
        assert below.batches == [{b"a": b"1"}, {b"b": b"2"}]
        store.put(b"a", b"3")
    assert below.batches[2:] == [{b"a": b"3"}]


def test_a_failure_is_told_and_nothing_forgotten() -> None:
    below = Counting()
    store = WriteBehind(below)
    below.is_full = True
    with pytest.raises(StoreError), store.together():
        store.put(b"a", b"1")
    assert store.get(b"a") == b"1"
    with pytest.raises(StoreError), store.together():
        pytest.fail("nothing more is begun while the last steps are not written")
    below.is_full = False
    with store.together():
        store.put(b"b", b"2")
    assert below.batches == [{b"a": b"1"}, {b"b": b"2"}]


def test_what_was_done_before_an_error_stays() -> None:
    below = Counting()
    store = WriteBehind(below)
    with pytest.raises(ValueError, match="later"), store.together():
        store.put(b"a", b"1")
        raise ValueError("later")
    assert below.batches == [{b"a": b"1"}]


def test_closing_writes_what_is_left() -> None:
    below = Counting()
    store = WriteBehind(below)
    below.is_full = True
    with pytest.raises(StoreError), store.together():
        store.put(b"a", b"1")
    below.is_full = False
    store.close()
    assert below.batches == [{b"a": b"1"}]
