"""What watching has to know of a ledger: one object for each chain, in ``bytom1`` and ``bytom2``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Made(NamedTuple):
    """An output that a transaction makes.

    ``purse`` is what it is summed up with: its asset, in hex, and for a vote the key that it is for behind that.
    """

    output_id: bytes
    program: bytes
    purse: str
    amount: int


@dataclass(frozen=True, slots=True)
class OutputForms:
    """The forms of a ledger."""

    made: Callable[[Any, bool], Iterable[Made]]
    """The outputs that a transaction adds, given whether it failed."""
    maturity: int
    """Blocks before an output of a block's first transaction can be spent."""
