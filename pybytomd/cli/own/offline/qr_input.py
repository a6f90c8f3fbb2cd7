"""Frames read from pictures of QR codes, or from their texts, as a hand-held scanner types them.

Pictures take two libraries that a node needs for nothing else; they are those of the extra ``qr``.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pybytomd.cli.client.sources import contents
from pybytomd.cli.own.offline.document import Document, parse
from pybytomd.cli.own.offline.frames import MAGIC, Frame, together
from pybytomd.errors import ConfigError

STANDARD_INPUT = "-"
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MAX_FILE = 64 << 20
MAX_PIXELS = 50_000_000
"""Of one picture: more than a telephone makes."""
MAX_PICTURES = 1000
"""In one file that moves, or in a directory."""
HOW_TO_INSTALL = "reading QR codes from pictures takes two libraries: pip install 'pybytomd[qr]'"


def documents_in(names: Sequence[str]) -> list[Document]:
    """The payments whose frames are in files: pictures, texts, or all files of a directory, or ``-``.

    Raises ConfigError, OSError.
    """
    found = [parse(whole, "what the frames hold") for whole in together(_frames_in(names))]
    if not found:
        raise ConfigError(f"no QR code of a payment was found in {', '.join(names)}")
    return found


def _frames_in(names: Sequence[str]) -> Iterator[Frame]:
    for name in names:
        for text in _texts_in(name):
            frame = Frame.parse(text)
            if frame is not None:
                yield frame


def _texts_in(name: str) -> Iterator[str]:
    if name == STANDARD_INPUT:
        yield from contents(name).splitlines()
        return
    path = Path(name)
    if path.is_dir():
        files = sorted(islice((one for one in path.iterdir() if one.is_file()), MAX_PICTURES + 1))
        if len(files) > MAX_PICTURES:
            raise ConfigError(f"{path} has more than {MAX_PICTURES} files")
        for file in files:
            yield from _texts_of_file(file)
    else:
        yield from _texts_of_file(path)


def _texts_of_file(file: Path) -> Iterator[str]:
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ConfigError(f"{file} is too large for a picture of QR codes")
    if data.lstrip().startswith(MAGIC.encode()):
        yield from data.decode("ascii", "replace").splitlines()
        return
    for picture in _pictures(file, data):
        yield from _codes_in(picture)


def _pictures(file: Path, data: bytes) -> Iterator[object]:
    """A picture, or all of one that moves, black on white. Raises ConfigError for what is none."""
    try:
        from PIL import Image, ImageSequence, UnidentifiedImageError
    except ImportError as error:
        raise ConfigError(HOW_TO_INSTALL) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is too large is refused below
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
        if opened.width * opened.height > MAX_PIXELS:
            raise ConfigError(
                f"{file} has {opened.width} x {opened.height} dots, too many to look for QR codes in"
            )
        for picture in islice(ImageSequence.Iterator(opened), MAX_PICTURES):
            whole = picture.convert("RGBA")
            white = Image.new("RGBA", whole.size, "white")
            white.alpha_composite(whole)
            yield white.convert("L")
    except UnidentifiedImageError as error:
        raise ConfigError(f"{file} is no picture of a kind that is read: {', '.join(FORMATS)}") from error
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise ConfigError(f"{file} is no picture that can be read: {error}") from error


def _codes_in(picture: object) -> list[str]:
    try:
        import zxingcpp
    except ImportError as error:
        raise ConfigError(HOW_TO_INSTALL) from error
    return [
        found.text
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    ]
