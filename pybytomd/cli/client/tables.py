"""What commands print: a table for people, tab-separated lines for other programs, or JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import click

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue


class Form(Enum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below headings. ``numbers`` are the columns that stand at the right. ``data`` is what JSON shows."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    data: JsonValue
    numbers: frozenset[str] = field(default_factory=frozenset)
    nothing: str = "nothing yet"


def harmless(text: str) -> str:
    """A text of others on a terminal: what would move its cursor or change its colours is shown by its code."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def show(table: Table, form: Form) -> None:
    """Print a table."""
    if form is Form.JSON:
        click.echo(gojson.dumps_indented(table.data))
    elif form is Form.PLAIN:
        for row in table.rows:
            click.echo("\t".join(map(harmless, row)))
    elif table.rows:
        _draw(table)
    else:
        click.echo(table.nothing)


def _draw(table: Table) -> None:
    from rich import box  # takes as long as the rest of the start
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in table.headings:
        drawn.add_column(heading, justify="right" if heading in table.numbers else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(harmless(cell)) for cell in row))
    Console(file=sys.stdout).print(drawn)
