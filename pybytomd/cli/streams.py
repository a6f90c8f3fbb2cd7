"""Standard streams that are closed, full, or whose reader has gone: no traceback, and no file in their place."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

STREAMS = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))
"""In the order of their numbers."""
GONE = frozenset({errno.EPIPE, errno.EIO})
"""Whoever read it has ended, as ``head`` does; the terminal was closed."""


@contextlib.contextmanager
def standard_streams() -> Iterator[None]:
    """Run a program with all three streams. What cannot be written ends it with status 1."""
    _open_closed_ones()
    try:
        yield
    except OSError as error:
        if error.filename is not None:  # some file's, not a stream's
            raise
        if error.errno not in GONE:
            _complain(error)
        raise SystemExit(1) from error
    finally:
        _let_go()


def _open_closed_ones() -> None:
    """A number that is free would be given to the next file, a database say, and messages written into it."""
    for number, (name, mode) in enumerate(STREAMS):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
        if getattr(sys, name) is None:
            letter = "r" if mode == os.O_RDONLY else "w"
            setattr(sys, name, os.fdopen(number, letter, encoding="utf-8", closefd=False))


def _complain(error: OSError) -> None:
    with contextlib.suppress(OSError):
        print(f"ERROR: cannot write: {error.strerror or error}", file=sys.stderr)  # noqa: T201 - the last word


def _let_go() -> None:
    """What is left to write to a stream that takes nothing is dropped; the interpreter would complain of it."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, number)
                os.close(nowhere)
