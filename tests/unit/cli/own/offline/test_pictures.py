"""Frames drawn as QR codes, on a terminal and in files, and read again from pictures as a camera makes them."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from pybytomd.cli.bytomcli import Client
from pybytomd.cli.own.offline import qr_input, qr_output
from pybytomd.cli.own.offline.document import Document, read
from pybytomd.cli.own.offline.frames import cut
from pybytomd.cli.own.offline.qr_input import documents_in
from pybytomd.cli.own.offline.qr_output import BYTES_PER_FRAME, codes, show_in_turn, write_pictures
from pybytomd.client.place import URL_VARIABLE
from pybytomd.errors import ConfigError
from tests.unit.cli.own.offline.test_drafts import SHARED, draft

ONE = Document((draft(SHARED),), "sm")
OTHER = Document((draft(SHARED, time_range=7), draft(SHARED, time_range=8)), "sm")


def test_png_files_in_a_new_directory(tmp_path: Path) -> None:
    count = write_pictures(ONE, tmp_path / "one")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert count == len(files) > 1
    assert files[0] == f"frame-1-of-{count}.png"
    assert documents_in([str(tmp_path / "one")]) == [ONE]
    with pytest.raises(ConfigError, match="is there already"):
        write_pictures(ONE, tmp_path / "one")


def test_a_gif_that_moves(tmp_path: Path) -> None:
    file = tmp_path / "one.gif"
    assert write_pictures(ONE, file) == Image.open(file).n_frames  # type: ignore[attr-defined]
    assert documents_in([str(file)]) == [ONE]
    with pytest.raises(ConfigError, match="is there already"):
        write_pictures(ONE, file)


def test_an_svg_that_moves(tmp_path: Path) -> None:
    file = tmp_path / "one.svg"
    count = write_pictures(ONE, file)
    name = "{http://www.w3.org/2000/svg}"
    drawn = ElementTree.fromstring(file.read_bytes())
    groups = drawn.findall(f"{name}g")
    assert len(groups) == count
    for number, group in enumerate(groups):
        (path,) = group.findall(f"{name}svg/{name}path")
        assert path.get("d")
        (moves,) = group.findall(f"{name}animate")
        assert moves.get("values", "").split(";").index("visible") == number


def test_a_file_is_shown_as_codes_and_codes_are_made_a_file(tmp_path: Path) -> None:
    """By ``tx show``, which else writes nothing."""

    def show(*arguments: str) -> Result:
        return CliRunner().invoke(Client(), ("tx", "show", *arguments), env={URL_VARIABLE: "http://127.0.0.1:1"})

    file, pictures, again = (str(tmp_path / name) for name in ("payment", "pictures", "again"))
    ONE.write(Path(file))
    shown = show(file, "--qr")
    assert shown.exit_code == 0, shown.output
    assert "Signed   0 of 2" in shown.stderr
    assert len(shown.stdout.splitlines()) > 20
    assert show(file, "--qr-into", pictures).exit_code == 0
    assert show("--frames", pictures, "--into", again).exit_code == 0
    assert read(Path(again)) == ONE
    assert "is there already" in show(file, "--into", again).stderr


def test_pictures_of_several_payments_in_any_order(tmp_path: Path) -> None:
    write_pictures(ONE, tmp_path / "one")
    write_pictures(OTHER, tmp_path / "other")
    names = [
        str(path) for folder in ("other", "one") for path in sorted((tmp_path / folder).iterdir(), reverse=True)
    ]
    assert documents_in(names) == [OTHER, ONE]
    with pytest.raises(ConfigError, match="missing: 1"):
        documents_in(names[:-1])


def photographed(png: Path) -> Image.Image:
    """A code held askew before a camera: turned, smaller, grey, on a table."""
    code = Image.open(png).convert("L").resize((330, 330)).rotate(13, expand=True, fillcolor=200)
    table = Image.new("L", (900, 700), 90)
    table.paste(code.point(lambda value: 30 + value * 190 // 255), (260, 120))
    return table


def test_photographs_and_several_codes_on_one(tmp_path: Path) -> None:
    count = write_pictures(ONE, tmp_path / "one")
    files = sorted((tmp_path / "one").iterdir())
    for number, file in enumerate(files):
        photographed(file).save(tmp_path / f"photograph-{number}.jpg", quality=80)
    assert documents_in([str(tmp_path / f"photograph-{number}.jpg") for number in range(count)]) == [ONE]
    side = Image.open(files[0]).width
    wall = Image.new("L", (side * count, side), 255)
    for number, file in enumerate(files):
        wall.paste(Image.open(file).convert("L"), (number * side, 0))
    wall.save(tmp_path / "wall.png")
    assert documents_in([str(tmp_path / "wall.png")]) == [ONE]


def test_texts_as_a_scanner_types_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"{frame.text}\r\n" for frame in reversed(cut(ONE.compact(), 100)))
    (tmp_path / "lines").write_text(f"\n{lines}")
    assert documents_in([str(tmp_path / "lines")]) == [ONE]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"hello\n{lines}".encode())))
    assert documents_in(["-"]) == [ONE]


def png_of(width: int, height: int) -> bytes:
    """A picture of one bit a dot that says it is so large, and is cut short."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(100))),
    )
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_files_that_are_no_such_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(ONE, tmp_path / "one")
    good = next((tmp_path / "one").iterdir()).read_bytes()
    for name, data, text in (
        ("empty", b"", "is no picture"),
        ("json", ONE.compact(), "is no picture"),
        ("cut.png", good[:60], "is no picture"),
        ("flipped.png", good[:40] + b"\xff" * 20 + good[60:], "is no picture"),
        ("bomb.png", png_of(60_000, 60_000), "is no picture that can be read: Image size"),
        ("large.png", png_of(9000, 9000), "9000 x 9000 dots, too many"),
        ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "is no picture"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ConfigError, match=text):
            documents_in([str(tmp_path / name)])
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    with pytest.raises(ConfigError, match="no QR code of a payment was found"):
        documents_in([str(tmp_path / "blank.png")])
    with pytest.raises(OSError, match="No such file"):
        documents_in([str(tmp_path / "none.png")])
    monkeypatch.setattr(qr_input, "MAX_FILE", 100)
    with pytest.raises(ConfigError, match="too large"):
        documents_in([str(tmp_path / "json")])


def test_without_the_libraries_it_is_said_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pictures(ONE, tmp_path / "one")
    for missing in ("zxingcpp", "PIL"):
        monkeypatch.setitem(sys.modules, missing, None)
        with pytest.raises(ConfigError, match=r"pip install 'pybytomd\[qr\]'"):
            documents_in([str(tmp_path / "one")])
    with pytest.raises(ConfigError, match=r"\.svg takes none"):
        write_pictures(ONE, tmp_path / "one.gif")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Interrupted(Exception):
    """Ctrl-C."""


@pytest.mark.parametrize(("columns", "lines"), [(200, 80), (80, 24), (120, 30)])
def test_on_a_terminal_each_is_shown_in_turn(
    columns: int, lines: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(qr_output.shutil, "get_terminal_size", lambda: (columns, lines))
    monkeypatch.setattr(qr_output, "FRAME_SECONDS", 0.0)
    terminal = Terminal()
    turns = iter(range(200))

    class Turns:
        def __enter__(self):  # type: ignore[no-untyped-def]
            return lambda: next(turns, None) is not None

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(qr_output, "until_interrupted", Turns)
    show_in_turn(ONE, terminal)
    *screens, last = terminal.getvalue().split(qr_output.CLEAR)[1:]
    assert last == ""
    for number, screen in enumerate(screens):
        rows = screen.splitlines()
        assert len(rows) <= lines
        assert all(
            len(row.replace(qr_output.WHITE_ON_BLACK, "").replace(qr_output.PLAIN, "")) <= columns for row in rows
        )
        picture_of(screen).save(tmp_path / f"{number}.png")
    assert documents_in([str(tmp_path / f"{number}.png") for number in range(len(screens))]) == [ONE]


def picture_of(screen: str) -> Image.Image:
    """What a terminal shows for half blocks, white on black."""
    rows = [row.split(qr_output.WHITE_ON_BLACK)[1].split(qr_output.PLAIN)[0] for row in screen.splitlines()[:-1]]
    halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)), 0)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            for half, value in enumerate(halves[letter]):
                picture.putpixel((x, 2 * y + half), value)
    return picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)


def test_a_terminal_that_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr_output.shutil, "get_terminal_size", lambda: (20, 10))
    with pytest.raises(ConfigError, match="too small for QR codes: 20 columns and 10 lines"):
        show_in_turn(ONE, Terminal())


def test_elsewhere_each_is_drawn_once() -> None:
    out = io.StringIO()
    show_in_turn(ONE, out)
    made = codes(cut(ONE.compact(), BYTES_PER_FRAME))
    assert len({code.version for code in made}) == 1
    assert out.getvalue().count("\n") == len(made) * ((made[0].symbol_size()[1] + 1) // 2)
