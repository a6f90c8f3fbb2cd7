"""What the address book keeps, whom it ranks first, what cannot be pushed out of it; and its file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from random import Random

import pytest

from pybytomd.clock import ManualClock
from pybytomd.p2p.discovery.address_book import (
    MAX_AGE,
    MAX_ANCHORS,
    MAX_FAILURES,
    MAX_TRIED,
    MAX_TRIED_IN_RANGE,
    MAX_UNTRIED,
    MAX_UNTRIED_FAILURES,
    MAX_UNTRIED_IN_RANGE,
    PATIENCE_SECONDS,
    AddressBook,
)
from pybytomd.p2p.discovery.address_file import (
    MAX_FILE_SIZE,
    UnreadableBook,
    decode_book,
    encode_book,
    load_book,
    save_book,
)
from pybytomd.p2p.network_address import NetAddress

A, B, C = (NetAddress(f"10.0.0.{number}", 46657) for number in (1, 2, 3))


def make_book(clock: ManualClock | None = None) -> AddressBook:
    return AddressBook(clock or ManualClock(), Random(1))


def public(number: int, host: int = 1) -> NetAddress:
    """An address of the public network, in a /16 of its own for each number."""
    return NetAddress(f"{20 + number // 200}.{number % 200}.0.{host}", 46657)


# --- ranking ----------------------------------------------------------------------------------------------------


def test_blocks_given_and_hours_held_rank_and_calls_in_vain_cost() -> None:
    book = make_book()
    for address in (A, B, C):
        book.answered(address, "AA")
    book.served(A, "AA", 3600, 1)
    book.served(B, "AA", 60, 31)
    assert book.best() == [B, A, C]
    assert (book.merit(B), book.merit(C)) == (pytest.approx(5.02, abs=0.01), 0.0)
    book.served(A, "AA", 7 * 24 * 3600, 0)
    assert book.best() == [A, B, C]
    book.failed(C)
    assert book.best() == [A, B]
    assert book.rest() == [C]
    book.lasted(C)
    assert book.best() == [A, B, C]


def test_one_failure_does_not_rank_who_proved_good_behind_strangers() -> None:
    book = make_book()
    book.answered(A, "AA")
    book.served(A, "AA", 3600, 100)
    book.answered(B, "BB")
    book.failed(A)
    assert book.best() == [A, B]


def test_anchors_come_first_among_about_equals_and_not_before_old_friends() -> None:
    book = make_book()
    for address in (A, B, C):
        book.answered(address, "AA")
        book.served(address, "AA", 60, 1)
    book.holds([C])
    assert book.best()[0] == C
    book.served(A, "AA", 100 * 3600, 500)
    assert book.best()[:2] == [A, C]


def test_anchors_of_the_run_before_stay_until_there_are_enough_new_ones() -> None:
    book = make_book()
    for number in range(MAX_ANCHORS + 3):
        book.answered(public(number), "AA")
    book.holds([public(0), public(1)])
    book.holds([])
    book.holds([public(2)])
    assert book.anchors() == (public(2), public(0), public(1))
    book.holds([public(number) for number in range(3, MAX_ANCHORS + 3)])
    assert book.anchors() == tuple(public(number) for number in range(3, MAX_ANCHORS + 3))


def test_another_key_at_an_address_begins_with_nothing() -> None:
    book = make_book()
    book.answered(A, "AA")
    book.served(A, "AA", 3600, 100)
    book.answered(A, "BB")
    assert book.merit(A) == 0


def test_those_heard_of_are_drawn_as_well_and_become_tried_by_answering() -> None:
    book = make_book()
    book.answered(A, "AA")
    book.heard_of([A, B])
    assert sorted(book.drawn()) == [A, B]
    assert (book.best(), book.rumoured()) == ([A], [B])
    book.answered(B, "BB")
    assert (sorted(book.best()), book.rumoured()) == ([A, B], [])


def test_seeds_come_before_those_that_failed() -> None:
    book = make_book()
    book.set_seeds([C])
    book.answered(A, "AA")
    book.failed(A)
    assert book.rest() == [C, A]


# --- bounds -----------------------------------------------------------------------------------------------------


def test_failures_strike_an_address_out_but_one_that_gave_blocks_only_after_a_week() -> None:
    clock = ManualClock()
    book = make_book(clock)
    book.failed(A)
    book.answered(A, "AA")
    book.answered(B, "BB")
    book.served(B, "BB", 60, 1)
    for _ in range(MAX_FAILURES):
        assert A in book
        book.failed(A)
        book.failed(B)
    assert A not in book
    assert B in book
    clock.advance(PATIENCE_SECONDS + 1)
    book.failed(B)
    assert B not in book
    book.heard_of([C])
    for _ in range(MAX_UNTRIED_FAILURES):
        assert C in book
        book.failed(C)
    assert C not in book


def test_a_flood_of_nodes_that_answer_pushes_nobody_out() -> None:
    book = make_book()
    book.answered(A, "AA")  # was good once, has given nothing
    book.answered(B, "BB")
    book.served(B, "BB", 60, 1)
    for number in range(2 * MAX_TRIED):
        book.answered(public(number), "CC")
    assert len(book.tried) == MAX_TRIED
    assert A in book
    assert B in book
    late = public(2 * MAX_TRIED - 1)
    assert late not in book
    book.served(late, "CC", 60, 1)
    assert late in book
    assert len(book.tried) == MAX_TRIED


def test_one_range_has_few_places() -> None:
    book = make_book()
    for host in range(1, 200):
        book.answered(public(1, host), "AA")
        book.heard_of([public(2, host)])
    assert len(book.tried) == MAX_TRIED_IN_RANGE
    assert len(book.untried) == MAX_UNTRIED_IN_RANGE
    for number in range(3, 3 * MAX_UNTRIED):
        book.heard_of([public(number)])
    assert len(book.untried) == MAX_UNTRIED


# --- the file ---------------------------------------------------------------------------------------------------


def test_the_book_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "addrbook.json"
    clock = ManualClock()
    first = make_book(clock)
    load_book(path, first)
    assert not first.changed
    for address in (A, B):
        first.answered(address, "AA")
    first.served(B, "AA", 7200, 12)
    first.failed(A)
    first.heard_of([C])
    first.holds([B])
    assert first.changed
    assert save_book(path, encode_book(first))
    second = make_book(clock)
    load_book(path, second)
    assert (second.tried, second.untried, second.anchors()) == (first.tried, first.untried, (B,))
    assert not second.changed
    clock.advance(MAX_AGE + 1)
    third = make_book(clock)
    load_book(path, third)
    assert (len(third), third.anchors()) == (0, ())
    assert [entry.name for entry in tmp_path.iterdir()] == ["addrbook.json"]


def test_the_largest_book_can_be_read_again(tmp_path: Path) -> None:
    book = AddressBook(ManualClock(), Random(1), range_of=str)
    for number in range(MAX_TRIED):
        address = NetAddress(f"2001:db8:aaaa:bbbb:cccc:dddd:eeee:{number + 4096:x}", 46657)
        book.answered(address, "A" * 64)
        book.served(address, "A" * 64, 2**40, 2**40)
    book.heard_of(NetAddress(f"2001:db8:aaaa:bbbb:cccc:eeee:eeee:{n + 4096:x}", 46657) for n in range(MAX_UNTRIED))
    data = encode_book(book)
    assert len(data) < MAX_FILE_SIZE
    again = AddressBook(ManualClock(), Random(1), range_of=str)
    decode_book(data, again)
    assert again.tried == book.tried
    assert again.untried == book.untried


def test_a_book_of_format_1_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "addrbook.json"
    clock = ManualClock()
    rows = [
        {"address": str(A), "node_id": "AA", "answered_at": int(clock.now()), "failures": 0},
        {"address": str(B), "node_id": "BB", "answered_at": int(clock.now()) - 5, "failures": 1},
    ]
    path.write_text(json.dumps({"format": 1, "addresses": rows}, indent=1))
    book = make_book(clock)
    load_book(path, book)
    assert (book.best(), book.rest()) == ([A], [B])


def test_a_book_of_a_later_format_is_named_and_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "addrbook.json"
    path.write_text('{"format":3,"tried":[]}')
    with caplog.at_level(logging.WARNING):
        load_book(path, make_book())
    assert not path.exists()
    assert (tmp_path / "addrbook.json.format-3").read_text() == '{"format":3,"tried":[]}'
    record = caplog.records[0].__dict__
    assert record["path"] == str(path)
    assert record["set_aside_as"] == str(tmp_path / "addrbook.json.format-3")
    assert record["reason"] == "it is of format 3, and this version reads formats up to 2"


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"null", b'{"format":"x"}', b"\xff", b"[" * 99_999, b" " * (MAX_FILE_SIZE + 1)]
)
def test_a_damaged_book_is_set_aside(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "addrbook.json"
    path.write_bytes(text)
    book = make_book()
    load_book(path, book)
    assert len(book) == 0
    assert (tmp_path / "addrbook.json.damaged").read_bytes() == text
    assert not path.exists()


def test_entries_that_make_no_sense_are_left_out() -> None:
    clock = ManualClock()
    good = {"address": str(A), "node_id": "AA", "answered_at": int(clock.now()), "failures": 0}
    rows: list[object] = [
        5, None, [], {}, {"address": "x"}, {**good, "address": "10.0.0.9:0"}, {**good, "failures": -1},
        {**good, "answered_at": "now"}, {**good, "answered_at": 1e300}, {**good, "blocks": 2**63}, good,
    ]  # fmt: skip
    text = json.dumps({"format": 2, "tried": rows, "untried": rows, "anchors": [*rows, "x", str(A)]})
    book = make_book(clock)
    decode_book(text.encode(), book)
    assert (list(book.tried), list(book.untried), book.anchors()) == ([A], [], ())
    with pytest.raises(UnreadableBook):
        decode_book(b"{", book)


def test_a_book_that_cannot_be_written_is_said_and_no_more(tmp_path: Path) -> None:
    assert not save_book(tmp_path / "absent" / "addrbook.json", b"{}")
