"""Frames as QR codes: in turn on a terminal, as PNG files, or moving in one file."""

from __future__ import annotations

import io
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TextIO

from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.own.offline.document import Document
from pybytomd.cli.own.offline.frames import MAX_COUNT, Frame, cut
from pybytomd.clock import Clock, SystemClock
from pybytomd.errors import ConfigError
from pybytomd.files import write_whole

if TYPE_CHECKING:
    from segno import QRCode

LEVEL = "m"
"""Of error correction: a seventh of a code may be unreadable."""
BYTES_PER_FRAME = 200
"""Of pictures; a terminal takes as many as it has room for."""
TRIED_SIZES = (300, 250, 200, 160, 120, 90, 60, 40, 25)
"""Bytes, the most first. More than that, and codes are too fine for the camera of a notebook."""
LINES_BELOW = 2
QUIET_ZONE = 2
"""Modules around a code; on a terminal half of what the norm wants is enough, as all around is of one colour."""
FRAME_SECONDS = 0.5
POLL_SECONDS = 0.05
SCALE = 8
"""Dots of a module."""
PNG, SVG, GIF = ".png", ".svg", ".gif"
CLEAR, WHITE_ON_BLACK, PLAIN = "\x1b[H\x1b[2J", "\x1b[97;40m", "\x1b[0m"
"""Codes are black on white whatever the colours of the terminal are: not every camera takes others."""


def show_in_turn(document: Document, out: TextIO | None = None, clock: Clock | None = None) -> None:
    """Draw the frames on a terminal, one after the other, again and again, until Ctrl-C; elsewhere each once.

    Raises ConfigError where the terminal is too small.
    """
    out, clock = out or sys.stdout, clock or SystemClock()
    if not out.isatty():
        for code in codes(cut(document.compact(), BYTES_PER_FRAME)):
            code.terminal(out=out, compact=True)
        return
    drawn = [_drawn(code) for code in codes(_fitting(document.compact()))]
    count = len(drawn)
    with until_interrupted() as goes_on:
        number = 0
        while goes_on():
            out.write(f"{CLEAR}{drawn[number % count]}{number % count + 1} of {count}; Ctrl-C ends\n")
            out.flush()
            number += 1
            until = clock.monotonic() + FRAME_SECONDS
            while goes_on() and clock.monotonic() < until:
                time.sleep(POLL_SECONDS)
    out.write(CLEAR)
    out.flush()


def refuse_taken_pictures(target: Path) -> None:
    """Say early that nothing will be replaced. Raises ConfigError."""
    if target.exists() or target.is_symlink():
        raise ConfigError(f"{target} is there already, and is not replaced")
    if target.suffix == GIF:
        _pillow()


def write_pictures(document: Document, target: Path) -> int:
    """Write the frames: all in one file that moves, ``.svg`` or ``.gif``, or PNG files in a new directory.

    Returns how many frames there are. Raises ConfigError, OSError.
    """
    refuse_taken_pictures(target)
    made = codes(cut(document.compact(), BYTES_PER_FRAME))
    if target.suffix == SVG:
        write_whole(target, _moving_svg(made).encode(), new=True)
    elif target.suffix == GIF:
        write_whole(target, _moving_gif(made), new=True)
    else:
        target.mkdir(parents=True)
        digits = len(str(len(made)))
        for number, code in enumerate(made, 1):
            write_whole(target / f"frame-{number:0{digits}d}-of-{len(made)}{PNG}", _png(code), new=True)
    return len(made)


def codes(frames: Sequence[Frame]) -> list[QRCode]:
    """The QR codes of frames, all of one size."""
    import segno

    longest = max((frame.text for frame in frames), key=len)
    version = segno.make_qr(longest, error=LEVEL, boost_error=False).version
    return [segno.make_qr(frame.text, error=LEVEL, version=version, boost_error=False) for frame in frames]


def _fitting(data: bytes) -> list[Frame]:
    """The fewest frames that the terminal has room for. Raises ConfigError."""
    import segno

    columns, rows = shutil.get_terminal_size()
    room = min(columns, 2 * (rows - LINES_BELOW)) - 2 * QUIET_ZONE
    for size in TRIED_SIZES:
        longest = Frame(MAX_COUNT, MAX_COUNT, "0" * 8, bytes(size)).text
        if segno.make_qr(longest, error=LEVEL, boost_error=False).symbol_size(border=0)[0] <= room:
            return cut(data, size)
    raise ConfigError(f"the terminal is too small for QR codes: {columns} columns and {rows} lines")


def _drawn(code: QRCode) -> str:
    text = io.StringIO()
    code.terminal(out=text, compact=True, border=QUIET_ZONE)
    return "".join(f"{WHITE_ON_BLACK}{line}{PLAIN}\n" for line in text.getvalue().splitlines())


def _png(code: QRCode) -> bytes:
    data = io.BytesIO()
    code.save(data, kind="png", scale=SCALE)
    return data.getvalue()


def _moving_svg(made: Sequence[QRCode]) -> str:
    return "\n".join(_svg_lines(made)) + "\n"


def _svg_lines(made: Sequence[QRCode]) -> Iterator[str]:
    size = made[0].symbol_size()[0]
    width = SCALE * size
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{width}" height="{width}">'
    yield f'<rect width="{size}" height="{size}" fill="#fff"/>'
    for number, code in enumerate(made):
        shown = ";".join("visible" if other == number else "hidden" for other in range(len(made)))
        drawn = code.svg_inline(svgclass=None, lineclass=None)
        yield f'<g visibility="{"hidden" if number else "visible"}">{drawn}'
        if len(made) > 1:
            yield (
                f'<animate attributeName="visibility" values="{shown}" calcMode="discrete" '
                f'dur="{FRAME_SECONDS * len(made):g}s" repeatCount="indefinite"/>'
            )
        yield "</g>"
    yield "</svg>"


def _moving_gif(made: Sequence[QRCode]) -> bytes:
    image = _pillow()
    pictures = [image.open(io.BytesIO(_png(code))).convert("1") for code in made]
    data = io.BytesIO()
    milliseconds = int(1000 * FRAME_SECONDS)
    pictures[0].save(data, format="GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0)
    return data.getvalue()


def _pillow() -> ModuleType:
    """The library that makes pictures move. Raises ConfigError where it is not installed."""
    try:
        from PIL import Image
    except ImportError as error:
        raise ConfigError(f"a {GIF} file takes a library: pip install 'pybytomd[qr]'; {SVG} takes none") from error
    return Image
