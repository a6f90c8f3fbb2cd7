"""A look at the index: rows by their keys, and what of the chain goes with them. For one question.

While one is answered blocks may come and go; what is gone meanwhile is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar, cast

from pybytomd.chain.ports import ServedChain
from pybytomd.codec.json.gojson import Number
from pybytomd.errors import DecodeError
from pybytomd.indexing import keys
from pybytomd.indexing.errors import BadQuestion, DamagedRow, NotIndexed
from pybytomd.indexing.forms import IndexForms
from pybytomd.indexing.queries.answers import JudgedTransaction, Whole
from pybytomd.indexing.records import BlockRow, Cursor, TransactionRow
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.vm.programs.address import decode_address

DEFAULT_COUNT, MAX_COUNT = 20, 1000
"""Rows of a page."""
MAX_UINT64 = (1 << 64) - 1


Row = TypeVar("Row")


class View:
    """Reads for one question. Every method raises StoreError."""

    def __init__(self, database: KeyValueStore, chain: ServedChain, forms: IndexForms) -> None:
        self.get = database.get
        self.chain = chain
        self.forms = forms
        self._database = database
        self._blocks: dict[int, BlockRow | None] = {}
        self._tip = chain.best_height
        data = database.get(keys.CURSOR)
        self.height = -1 if data is None else Cursor.from_bytes(data).height
        """Of the last block that the index has."""

    @property
    def prefix(self) -> str:
        """What addresses begin with."""
        return self.chain.params.address_prefix

    def rows(self, prefix: bytes, after: bytes = b"", *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """What follows a prefix in the keys, with the values: all, or what comes after ``after``."""
        start = len(prefix)
        for key, value in self._database.iterate(prefix, reverse=reverse, after=prefix + after if after else None):
            yield key[start:], value

    def block(self, height: int) -> BlockRow | None:
        """A block, None if there is none any more."""
        if height not in self._blocks:
            data = self.get(keys.block_key(height))
            self._blocks[height] = None if data is None else BlockRow.from_bytes(data)
        return self._blocks[height]

    def transaction(self, place: bytes) -> TransactionRow | None:
        """The transaction at a place, None if there is none any more."""
        data = self.get(keys.TRANSACTIONS + place)
        return None if data is None else TransactionRow.from_bytes(data)

    def placed(self, at: bytes) -> JudgedTransaction | None:
        """The transaction at a place as lists show it, None if there is none any more."""
        height, position = keys.parse_place(at)
        transaction, block = self.transaction(at), self.block(height)
        if transaction is None or block is None:
            return None
        answer = {
            "tx_id": transaction.tx_id.hex(),
            "block_height": height,
            "block_hash": block.block_hash.hex(),
            "block_time": block.timestamp,
            "block_index": position,
            "confirmations": self.confirmations(height),
            **self.forms.status(transaction.failed),
        }
        return cast("JudgedTransaction", answer)

    def confirmations(self, height: int) -> int:
        """Blocks from a height on to the end of the chain."""
        return max(self._tip - height + 1, 1)

    def program(self, key: bytes) -> bytes:
        """The control program that a key stands for."""
        if not keys.is_digest(key):
            return keys.usual_program(key)
        program = self.get(keys.PROGRAMS + key)
        if program is None:
            raise DamagedRow(f"the program {key.hex()} is missing")
        return program

    def address(self, program: bytes) -> str:
        """The address that pays to a program, empty if it has none."""
        return self.forms.address(program)

    def missing(self, what: str) -> NotIndexed:
        """The error for something that the index does not have."""
        return NotIndexed.of(what, max(0, self.chain.best_height - self.height))


class Pages(Generic[Row]):
    """One page of a list, filled row by row: how many rows it has, after which key it begins, and what is next."""

    def __init__(self, count: int, cursor: str, size: int | None = None) -> None:
        """``size`` is how long keys are, if they all have the same. Raises BadQuestion."""
        self._size = page_size(count)
        self.after = parse_cursor(cursor, size)
        """The last key of the page before, empty for the first page."""
        self.rows: list[Row] = []
        self._last = b""
        self._is_more = False

    @property
    def is_full(self) -> bool:
        """Whether it has all the rows that were asked for."""
        return len(self.rows) >= self._size

    def add(self, key: bytes, row: Row | None) -> None:
        """The next row with its key; None for one that is gone meanwhile."""
        self._last = key
        if row is not None:
            self.rows.append(row)

    def end_before_end(self) -> None:
        """There is more, which is for the next page."""
        self._is_more = True

    @property
    def next_cursor(self) -> str:
        """What asks for the next page, empty if there is none."""
        return self._last.hex() if self._is_more else ""


def program_of(address: str, control_program: bytes, prefix: str) -> bytes:
    """The program that is asked about, by its address or itself. Raises BadQuestion."""
    if bool(address) == bool(control_program):
        raise BadQuestion("give either address or control_program")
    if control_program:
        return control_program
    try:
        return decode_address(address, prefix).control_program
    except DecodeError as error:
        raise BadQuestion(f"{address!r} is no address of this network ({prefix}1...): {error}") from error


def page_size(count: int) -> int:
    """How many rows a page has. Raises BadQuestion."""
    if count > MAX_COUNT:
        raise BadQuestion(f"count is {count}; a page has {MAX_COUNT} rows at most: go on with next_cursor")
    return count or DEFAULT_COUNT


def whole(number: int) -> Whole:
    """A number as it stands in JSON."""
    return number if number <= MAX_UINT64 else Number(str(number))


def parse_cursor(text: str, size: int | None = None) -> bytes:
    """What a cursor stands for, empty for the first page. Raises BadQuestion for what was never given out."""
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise BadQuestion("cursor is not one that an answer had as next_cursor") from error
    if data and size is not None and len(data) != size:
        raise BadQuestion("cursor is not one that an answer of this method had as next_cursor")
    return data
