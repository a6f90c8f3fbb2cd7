"""Writes the chain as Parquet files, from where the last export ended to some blocks below the tip.

Each file is written under a temporary name and gets its own when it is complete, and ``export.json`` comes last:
so an export may be stopped or killed at any moment, and the next one goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pybytomd.chain.following.block_feed import read_judged
from pybytomd.chain.ports import ChainReader
from pybytomd.files import write_whole, writing_whole
from pybytomd.parquet.errors import ExportError
from pybytomd.parquet.rows import Row, rows_of
from pybytomd.parquet.tables import FORMAT, TABLES, Column, Type

DEFAULT_LAG = 100
"""Blocks below the tip where an export ends: four hours. The reference takes an older block for final."""
DEFAULT_RANGE = 10_000
MAX_RANGE = 1_000_000
"""Blocks of a file."""
ROWS_AT_ONCE = 20_000
"""Rows of a table that are held before they are written as a row group: some 20 MB."""
STATE_FILE = "export.json"
MAX_STATE_BYTES = 1 << 16
NAME_DIGITS = 10

Progress = Callable[[int], None]
"""Called with the height of each block that is done."""


@dataclass(frozen=True, slots=True)
class State:
    """What an export directory holds, as ``export.json`` says it."""

    network: str
    blocks_per_file: int
    height: int = -1
    """Of the last block that all tables have, -1 before the first."""
    block_hash: str = ""
    """Of that block."""
    format: int = FORMAT

    def to_json(self) -> bytes:
        """The text of the file."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(fields, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes, path: Path) -> State:
        """Read the file. Raises ExportError."""
        try:
            fields: dict[str, Any] = json.loads(data)
            state = cls(**{name: fields[name] for name in cls.__slots__})
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ExportError(f"{path} is not of an export ({error}); choose another directory") from error
        if state.format != FORMAT:
            raise ExportError(
                f"{path} is of format {state.format}, and this program writes {FORMAT}: choose another directory"
            )
        numbers = (state.blocks_per_file, state.height)
        if not all(isinstance(one, int) for one in numbers) or not 0 < state.blocks_per_file <= MAX_RANGE:
            raise ExportError(f"{path} is not of an export; choose another directory")
        return state


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: how many blocks are new, and up to which height there are all now."""

    blocks: int
    height: int


def export_parquet(
    chain: ChainReader,
    directory: Path,
    *,
    lag: int = DEFAULT_LAG,
    blocks_per_file: int | None = None,
    on_block: Progress = lambda _: None,
    go_on: Callable[[], bool] = lambda: True,
) -> Exported:
    """Bring the files in a directory up to the block ``lag`` below the tip.

    ``blocks_per_file`` is for a new directory; one that is there has its own. Raises ExportError, also when
    ``go_on()`` becomes false; the ranges that were complete by then stay. Raises ChainError and StoreError.
    """
    arrow = _arrow()
    if blocks_per_file is not None and not 0 < blocks_per_file <= MAX_RANGE:
        raise ExportError(f"a file has from 1 to {MAX_RANGE} blocks, not {blocks_per_file}")
    try:
        state = _opened(chain, directory, blocks_per_file)
        _remove_beginnings(directory)
        before = state.height
        while state.height < (goal := chain.best_height - lag):
            first = (state.height + 1) // state.blocks_per_file * state.blocks_per_file
            last = min(first + state.blocks_per_file - 1, goal)
            state = _write_range(arrow, chain, directory, state, range(first, last + 1), on_block, go_on)
    except OSError as error:
        raise ExportError(f"cannot write {error.filename or directory}: {error.strerror or error}") from error
    return Exported(state.height - before, state.height)


def _arrow() -> Any:  # pyarrow's types are its own
    """The library, which only who exports has to have. Raises ExportError."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ExportError(f"Parquet files need pyarrow: pip install 'pybytomd[parquet]' ({error})") from error
    return pyarrow


def _opened(chain: ChainReader, directory: Path, blocks_per_file: int | None) -> State:
    """What is in a directory, which is made if it is missing. Raises ExportError, OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / STATE_FILE
    network = chain.params.chain_id
    if not path.exists():
        if any(directory.iterdir()):
            raise ExportError(
                f"{directory} has other things in it; choose a new directory, or an export to go on with"
            )
        state = State(network, DEFAULT_RANGE if blocks_per_file is None else blocks_per_file)
        write_whole(path, state.to_json())
        return state
    with path.open("rb") as file:
        state = State.from_json(file.read(MAX_STATE_BYTES), path)
    if state.network != network:
        raise ExportError(
            f"{directory} is an export of {state.network}, and this is {network}: choose another one"
        )
    if blocks_per_file not in (None, state.blocks_per_file):
        raise ExportError(f"{directory} has {state.blocks_per_file} blocks in a file, which stays so")
    known = chain.hash_at(state.height) if state.height >= 0 else None
    if state.height >= 0 and (known is None or known.hex() != state.block_hash):
        raise ExportError(
            f"block {state.height} of the export is not in the chain: either the chain is not yet so long, or it "
            "was reorganised deeper than --lag; then export into another directory, with a larger lag"
        )
    return state


def _remove_beginnings(directory: Path) -> None:
    """What an export that was killed has left under temporary names. Raises OSError."""
    for table in TABLES:
        for path in (directory / table).glob(".*.parquet.tmp*"):
            path.unlink()


def _write_range(
    arrow: Any,  # see above
    chain: ChainReader,
    directory: Path,
    state: State,
    heights: range,
    on_block: Progress,
    go_on: Callable[[], bool],
) -> State:
    """Write the files of a range whole; what the directory holds then."""
    name = f"{heights[0]:0{NAME_DIGITS}}.parquet"
    with ExitStack() as opened:
        tables = []
        for table, columns in TABLES.items():
            (directory / table).mkdir(exist_ok=True)
            file = opened.enter_context(writing_whole(directory / table / name))
            tables.append(opened.enter_context(_Table(arrow, file, columns)))
        last_hash = b""
        for height, judged in _blocks(chain, heights, go_on):
            for written, rows in zip(tables, rows_of(judged, chain.params.address_prefix), strict=True):
                written.add(rows)
            last_hash = judged.block.hash
            on_block(height)
    done = State(state.network, state.blocks_per_file, heights[-1], last_hash.hex())
    write_whole(directory / STATE_FILE, done.to_json())
    return done


def _blocks(chain: ChainReader, heights: range, go_on: Callable[[], bool]) -> Iterator[tuple[int, Any]]:
    before = None
    for height in heights:
        if not go_on():
            raise ExportError(f"stopped at block {height}; the same command goes on where it was")
        block_hash = chain.hash_at(height)
        if block_hash is None:
            raise ExportError(f"the chain has become shorter than {height}; run the same command again")
        judged = read_judged(chain, block_hash)
        if before is not None and judged.block.header.previous_block_hash != before:
            raise ExportError(f"the chain was reorganised at block {height}; run the same command again")
        before = block_hash
        yield height, judged


class _Table:
    """A Parquet file that grows by row groups. To be used as a context manager."""

    def __init__(self, arrow: Any, file: BinaryIO, columns: tuple[Column, ...]) -> None:  # see above
        self._arrow = arrow
        self._schema = arrow.schema([_field(arrow, column) for column in columns])
        self._file = file
        self._rows: list[Row] = []

    def __enter__(self) -> _Table:
        self._writer = self._arrow.parquet.ParquetWriter(self._file, self._schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, rows: list[Row]) -> None:
        """More rows."""
        self._rows += rows
        if len(self._rows) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                self._arrow.array(values, type=field.type)
                for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
            self._rows = []


def _field(arrow: Any, column: Column) -> Any:  # see above
    kind = arrow.timestamp("ms") if column.type is Type.TIME else getattr(arrow, column.type)()
    return arrow.field(column.name, kind, nullable=column.nullable, metadata={"meaning": column.meaning})
