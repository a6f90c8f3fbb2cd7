"""The way a program can fail on Bytom 2 alone. The others are those of ``vm.errors``."""

from __future__ import annotations

from typing import ClassVar

from pybytomd.vm.errors import ProgramError


class Crash(Exception):  # not an error of the program: no CHECKPREDICATE makes a false of it
    """An instruction on which the reference panics. The whole run ends as an ``UnexpectedFailure``."""


class UnexpectedFailure(ProgramError):
    """The reference recovered from a panic; no gas is left then."""

    message: ClassVar[str] = "unexpected error"
    name: ClassVar[str] = "ErrUnexpected"
    code: ClassVar[str] = "BTM773"
