"""The file of the address book (``addrbook.json``), and what is done with one that cannot be read.

Nothing in it is precious: a file that is damaged or of a later version is set aside under another name, with a
line that says so, and the node begins with an empty book.

======  =====================================================================================================
format  content
======  =====================================================================================================
1       ``addresses``: those that answered, with node id, time of the last answer and failures since
2       ``tried``: the same with blocks given and seconds connected; ``untried``: heard of; ``anchors``
======  =====================================================================================================
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from pybytomd.errors import ConfigError
from pybytomd.files import write_whole
from pybytomd.p2p.discovery.address_book import (
    MAX_ANCHORS,
    MAX_FAILURES,
    MAX_TRIED,
    MAX_UNTRIED,
    AddressBook,
    Entry,
    Rumour,
)
from pybytomd.p2p.network_address import NetAddress

logger = logging.getLogger(__name__)

FORMAT = 2
MAX_FILE_SIZE = 1024 * 1024
MAX_NUMBER = 1 << 53
"""What any program reads of a JSON number without loss."""
MAX_NODE_ID = 64


class UnreadableBook(ValueError):
    """The text is not an address book; the message says why."""


class LaterFormat(UnreadableBook):
    """The book was written by a later version."""

    def __init__(self, found: int) -> None:
        super().__init__(f"it is of format {found}, and this version reads formats up to {FORMAT}")
        self.found = found


def encode_book(book: AddressBook) -> bytes:
    """The book as JSON text."""
    tried = [
        {
            "address": str(address), "node_id": entry.node_id, "answered_at": entry.answered_at,
            "failures": entry.failures, "blocks": entry.blocks, "seconds": entry.seconds,
        }
        for address, entry in book.tried.items()
    ]  # fmt: skip
    untried = [
        {"address": str(address), "heard_at": rumour.heard_at, "failures": rumour.failures}
        for address, rumour in book.untried.items()
    ]
    anchors = [str(address) for address in book.anchors()]
    return json.dumps({"format": FORMAT, "anchors": anchors, "tried": tried, "untried": untried}).encode()


def decode_book(data: bytes, book: AddressBook) -> None:
    """Fill the book from JSON text; single entries that make no sense are left out with a warning.

    Raises UnreadableBook, with the book left as it was.
    """
    if len(data) > MAX_FILE_SIZE:
        raise UnreadableBook(f"it is longer than {MAX_FILE_SIZE} bytes")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableBook(f"it is no JSON text: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("format"), int):
        raise UnreadableBook("it does not say its format")
    if content["format"] > FORMAT:
        raise LaterFormat(content["format"])
    tried = content.get("tried" if content["format"] > 1 else "addresses")
    book.restore(
        _entries(tried, MAX_TRIED, _tried),
        _entries(content.get("untried"), MAX_UNTRIED, _untried),
        [address for address, _ in _entries(content.get("anchors"), MAX_ANCHORS, _anchor)],
    )


def _entries(rows: Any, limit: int, read: Any) -> list[tuple[NetAddress, Any]]:
    """What ``read`` makes of each row, up to so many."""
    found = []
    for row in rows[:limit] if isinstance(rows, list) else ():
        try:
            found.append(read(row))
        except (ConfigError, ValueError, TypeError, KeyError, AttributeError) as error:
            logger.warning("an entry of the address book is damaged", extra={"reason": repr(error)})
    return found


def _tried(row: Any) -> tuple[NetAddress, Entry]:
    entry = Entry(
        str(row["node_id"])[:MAX_NODE_ID],
        _number(row["answered_at"]),
        min(_number(row["failures"]), MAX_FAILURES),
        _number(row.get("blocks", 0)),
        _number(row.get("seconds", 0)),
    )
    return NetAddress.parse(row["address"]), entry


def _untried(row: Any) -> tuple[NetAddress, Rumour]:
    return NetAddress.parse(row["address"]), Rumour(_number(row["heard_at"]), _number(row["failures"]))


def _anchor(row: Any) -> tuple[NetAddress, None]:
    return NetAddress.parse(row), None


def _number(value: Any) -> int:
    """A count or a time. Raises ValueError."""
    if not isinstance(value, int) or not 0 <= value <= MAX_NUMBER:
        raise ValueError(f"{value!r} is no number of this kind")
    return value


def load_book(path: Path, book: AddressBook) -> None:
    """Fill the book from a file. A missing one is an empty book, one that cannot be read is set aside."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        return
    except OSError as error:
        logger.warning("the address book cannot be read", extra={"path": str(path), "reason": str(error)})
        return
    try:
        decode_book(data, book)
    except UnreadableBook as error:
        _set_aside(path, f"format-{error.found}" if isinstance(error, LaterFormat) else "damaged", str(error))


def _set_aside(path: Path, suffix: str, reason: str) -> None:
    other = path.with_name(f"{path.name}.{suffix}")
    try:
        path.replace(other)
    except OSError as error:
        reason += f"; it cannot be set aside either: {error}"
    logger.warning(
        "the address book cannot be used and begins anew, which costs nothing but finding peers again",
        extra={"path": str(path), "set_aside_as": str(other), "reason": reason},
    )


def save_book(path: Path, data: bytes) -> bool:
    """Write the text of a book to its file, whole or not at all; whether that succeeded."""
    try:
        write_whole(path, data)
    except OSError as error:
        logger.warning("the address book cannot be written", extra={"path": str(path), "reason": str(error)})
        return False
    return True
