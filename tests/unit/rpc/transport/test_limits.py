"""Room for connections and for bodies, without sockets."""

from __future__ import annotations

import errno
import logging

import pytest

from pybytomd.rpc.transport import limits
from pybytomd.rpc.transport.limits import BodyRoom, ConnectionTable, is_out_of_files


class Fake:
    def __init__(self, name: str = "", *, is_idle: bool = True) -> None:
        self.name = name
        self.is_idle = is_idle

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def __repr__(self) -> str:
        return self.name


def fill(table: ConnectionTable, count: int, address: str) -> list[Fake]:
    added = [Fake(f"{address}#{number}") for number in range(count)]
    assert [table.add(one, address) for one in added] == [[]] * count
    return added


def test_the_idlest_goes_for_a_new_one() -> None:
    table = ConnectionTable(3)
    first, second, third = fill(table, 3, "127.0.0.1")
    table.touch(first)
    assert table.add(Fake("new"), "127.0.0.1") == [second]
    assert table.add(Fake("newer"), "127.0.0.1") == [third]
    assert table.add(Fake("newest"), "127.0.0.1") == [first]
    assert len(table) == 3


def test_who_waits_for_an_answer_stays() -> None:
    table = ConnectionTable(2)
    busy, idle = fill(table, 2, "127.0.0.1")
    busy.is_idle = False
    assert table.add(Fake("new"), "127.0.0.1") == [idle]
    for one in table:
        one.is_idle = False  # type: ignore[misc] # they are fakes
    refused = Fake("too much")
    assert table.add(refused, "127.0.0.1") == [refused]
    assert len(table) == 2


def test_one_address_has_its_share() -> None:
    table = ConnectionTable(100, per_address=3)
    first, *_ = fill(table, 3, "10.0.0.1")
    others = fill(table, 3, "10.0.0.2")
    assert table.add(Fake("a fourth"), "10.0.0.1") == [first]
    table.remove(others[0])
    assert table.add(Fake("in its place"), "10.0.0.2") == []
    fill(table, 50, "127.0.0.1")


def test_some_are_kept_for_this_machine() -> None:
    table = ConnectionTable(10, reserve=4, per_address=100)
    strangers = fill(table, 3, "10.0.0.1") + fill(table, 3, "10.0.0.2")
    assert table.add(Fake("seventh"), "10.0.0.3") == [strangers[0]]
    own = fill(table, 4, "127.0.0.1")
    assert table.add(Fake("eighth"), "10.0.0.4") == [strangers[1]]
    assert table.add(Fake("my fifth"), "127.0.0.1") == [strangers[2]]
    assert own[0] in list(table)


def test_too_many_are_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    table = ConnectionTable(4)
    kept = fill(table, 4, "127.0.0.1")
    for _ in range(5):
        table.add(Fake("more"), "127.0.0.1")
    assert len(caplog.records) == 1
    for one in list(table):
        table.remove(one)
    for one in kept:
        table.remove(one)  # gone already: nothing happens
    fill(table, 4, "127.0.0.1")
    table.add(Fake("more"), "127.0.0.1")
    assert len(caplog.records) == 2


def test_bodies_wait_for_room_in_their_order() -> None:
    told: list[str] = []
    room = BodyRoom(10)
    assert room.ask("a", 6, lambda: told.append("a"))
    assert not room.ask("b", 6, lambda: told.append("b"))
    assert not room.ask("c", 2, lambda: told.append("c"))  # would fit, but is not first
    room.leave("a")
    assert told == ["b", "c"]
    room.leave("b")
    room.leave("c")
    room.leave("nobody")
    assert room.ask("all", 99, lambda: None)
    assert not room.ask("d", 1, lambda: told.append("d"))
    room.leave("d")
    room.leave("all")
    assert told == ["b", "c"]


def test_when_few_files_are_left_more_go_than_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "files_allowed", lambda: 100)
    table = ConnectionTable()
    low = [Fake(f"low {number}") for number in range(20)]
    for number, one in enumerate(low):
        assert table.add(one, "127.0.0.1", number) == []
    assert table.add(Fake("high"), "127.0.0.1", 90) == low[:2]
    assert table.add(Fake("in a hole"), "127.0.0.1", 3) == low[2:4]
    while table.add(Fake("more"), "127.0.0.1", 3):
        assert len(table) >= limits.MIN_CONNECTIONS
    assert len(table) <= limits.MIN_CONNECTIONS + 2
    assert len(table.spare(2)) == 2


def test_what_says_that_files_are_out() -> None:
    assert is_out_of_files(OSError(errno.EMFILE, "too many"))
    assert not is_out_of_files(OSError(errno.EPERM, "not allowed"))
    assert not is_out_of_files(None)
