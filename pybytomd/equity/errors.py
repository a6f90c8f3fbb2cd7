"""What can be wrong with a contract."""

from __future__ import annotations

from pybytomd.errors import BytomError


class EquityError(BytomError):
    """Base of the errors of this package."""


class CompileError(EquityError):
    """A source that does not compile; the text says where and why, as the reference's does."""


class InstantiationError(EquityError):
    """Arguments that do not fit the parameters of a contract."""


class ShiftError(EquityError):
    """A body in which the clauses cannot be found."""


class ArgumentTextError(EquityError):
    """A text on a command line that does not stand for an argument of its type."""
