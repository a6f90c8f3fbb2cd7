"""How much a source may ask of the compiler. The reference has no such limits: it goes on until memory ends."""

from __future__ import annotations

from pybytomd.equity.errors import CompileError

MAX_SOURCE = 1 << 17
"""Bytes of a source."""
MAX_NESTING = 100
"""Parentheses, lists, calls and branches inside each other; few enough for the stack of Python."""
MAX_TREE = 200
"""Levels of an expression; a row of operators of one precedence has one for each."""
MAX_WORK = 4_000_000
"""Steps, see ``Budget``: a few seconds."""


class Budget:
    """Counts what a compilation does and makes, so that no source keeps the compiler busy for long.

    A step is a cell of the stack model looked at, or two characters written.
    """

    __slots__ = ("_left",)

    def __init__(self, steps: int = MAX_WORK) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take steps off. Raises CompileError when there are not as many left."""
        self._left -= steps
        if self._left < 0:
            raise CompileError("the source is too complex")
