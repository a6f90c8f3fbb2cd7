"""Arguments that stand for what is elsewhere: ``@FILE``, and ``-`` for standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from pybytomd.errors import ConfigError

MAX_INPUT = 64 << 20
"""More than the largest request that a node takes."""


def is_source(argument: str) -> bool:
    """Whether an argument stands for the contents of a file or of standard input."""
    return argument == "-" or argument.startswith("@")


def contents(source: str) -> str:
    """The text of a file or of standard input. Raises ConfigError, OSError."""
    if source == "-":
        data = sys.stdin.buffer.read(MAX_INPUT + 1)
    else:
        with Path(source[1:]).open("rb") as file:
            data = file.read(MAX_INPUT + 1)
    if len(data) > MAX_INPUT:
        raise ConfigError(f"{source} is longer than the {MAX_INPUT >> 20} MiB that a node would read")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{source} is not UTF-8 text") from error


def line_of(source: str) -> str:
    """The text of a file or of standard input, without the blanks around it. Raises ConfigError."""
    try:
        return contents(source).strip()
    except OSError as error:
        raise ConfigError(f"{source[1:]}: {error.strerror}") from error
