"""Where a password comes from: a prompt, a file, or the first line of standard input. Never the command line."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pybytomd.cli.flags import Flag
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

MAX_PASSWORD = 4096
PASSWORD_FLAG = Flag("password-file", Kind.TEXT, "file whose first line is the password; - is standard input")


def read_password(file: str, prompt: str = "Password", *, twice: bool = False) -> str:
    """The password: of a file, else of the terminal without showing it, else of standard input.

    ``twice`` asks again on a terminal, for a new one. Raises ConfigError, OSError.
    """
    if file and file != "-":
        with Path(file).open("rb") as opened:
            return _line(opened.readline(MAX_PASSWORD + 1), file)
    if not file and sys.stdin.isatty():
        typed: str = click.prompt(prompt, hide_input=True, err=True, confirmation_prompt=twice)
        return typed
    line = sys.stdin.readline(MAX_PASSWORD + 1)
    return _line(line.encode("utf-8", "surrogateescape"), "standard input")


def _line(line: bytes, where: str) -> str:
    """A password out of a line. Its end is no part of it, blanks are."""
    password = line.rstrip(b"\r\n")
    if not password:
        raise ConfigError(f"there is no password in the first line of {where}")
    if len(password) > MAX_PASSWORD:
        raise ConfigError(f"the password in {where} is longer than {MAX_PASSWORD} bytes")
    try:
        return password.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"the password in {where} is not UTF-8") from error
