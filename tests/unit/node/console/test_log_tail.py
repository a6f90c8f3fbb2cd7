"""What is kept of the log in memory."""

from __future__ import annotations

import logging

from pybytomd.node.console.folded import FOLDED, REPEAT_SECONDS
from pybytomd.node.console.log_tail import CUT, KEPT, MAX_TEXT, LogTail


def record(
    message: str, level: int = logging.INFO, name: str = "pybytomd.p2p.peers.switch", **extra: object
) -> logging.LogRecord:
    made = logging.LogRecord(name, level, "/src/x.py", 1, message, None, None)
    made.__dict__.update(extra)
    made.created = 1_795_453_850.5
    return made


def test_records_are_kept_with_part_level_and_fields_and_without_secrets() -> None:
    tail = LogTail()
    assert (tail.newest, tail.since(0)) == (0, [])
    tail.handle(record("hello", logging.WARNING, peer="10.0.0.1", password="hunter2"))
    (entry,) = tail.since(0)
    assert (entry.number, entry.time, entry.level, entry.part) == (1, 1_795_453_850.5, "warning", "p2p")
    assert (entry.message, entry.fields) == ("hello", {"peer": "10.0.0.1", "password": "***"})
    assert tail.newest == 1
    assert tail.since(1) == []


def test_the_oldest_go_and_what_repeats_is_left_out() -> None:
    tail = LogTail()
    for number in range(KEPT + 5):
        tail.handle(record(f"number {number}"))
    tail.handle(record("number 0", name="pybytomd.sync.manager"))
    tail.handle(record("number 0", name="pybytomd.sync.manager"))
    entries = tail.since(0)
    assert (len(entries), entries[0].number, tail.newest) == (KEPT, 7, KEPT + 6)
    assert [entry.part for entry in tail.since(KEPT + 4)] == ["p2p", "netsync"]


def test_several_handlers_leave_out_the_same_and_tell_so_each_for_itself() -> None:
    """The files get the very record that was in memory first, and must not find a count in it that is no field."""
    tails = [LogTail(), LogTail(), LogTail()]
    for second in range(0, 3 * int(REPEAT_SECONDS), 6):
        made = record("the disk is full", disk="/data")
        made.created += second
        for tail in tails:
            tail.handle(made)
    for tail in tails:
        shown = [entry.fields for entry in tail.since(0)]
        assert shown == [{"disk": "/data"}, *[{"disk": "/data", FOLDED: "9"}] * 2]


def test_long_texts_are_cut_a_stack_at_its_beginning() -> None:
    tail = LogTail()
    made = record("x" * 5000, logging.ERROR)
    made.exc_info = (ValueError, ValueError("y" * 5000), None)
    tail.handle(made)
    (entry,) = tail.since(0)
    assert entry.message == "x" * (MAX_TEXT - 1) + CUT
    assert entry.fields["err"] == "y" * (MAX_TEXT - 1) + CUT
    assert entry.fields["stack"] == CUT + ("y" * 5000 + "\n")[1 - MAX_TEXT :]
