"""A payment cut into frames for QR codes, and put together again from whatever frames there are."""

from __future__ import annotations

import random
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.cli.own.offline import frames as frames_module
from pybytomd.cli.own.offline.frames import MAX_COUNT, Frame, cut, together
from pybytomd.errors import ConfigError

SAMPLE = (
    "BTMTX1:1:3:5E28FEB0:PDNKWVWKJDG4TSKX",
    "BTMTX1:2:3:5E28FEB0:WJJEVKRMZHHVLKQF",
    "BTMTX1:3:3:5E28FEB0:AA2UKBP2",
)
ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")


def test_the_sample_of_the_format() -> None:
    assert [frame.text for frame in cut(b'{"hello":"bytom"}', 10)] == list(SAMPLE)
    parsed = [Frame.parse(text) for text in reversed(SAMPLE)]
    assert list(together(frame for frame in parsed if frame)) == [b'{"hello":"bytom"}']


@given(st.binary(min_size=1, max_size=3000), st.integers(min_value=20, max_value=400), st.randoms())
def test_any_order_any_repetition(document: bytes, size: int, chance: random.Random) -> None:
    made = cut(document, size)
    assert [frame.index for frame in made] == list(range(1, len(made) + 1))
    assert all(ALPHANUMERIC.fullmatch(frame.text) for frame in made)
    shuffled = made * 2
    chance.shuffle(shuffled)
    read = [Frame.parse(frame.text) for frame in shuffled]
    assert read == shuffled
    assert list(together(shuffled)) == [document]


def test_payments_side_by_side() -> None:
    one, other = cut(b"one" * 100, 5), cut(b"other" * 100, 5)
    mixed = [frame for pair in zip(one, other, strict=False) for frame in pair] + one + other
    assert list(together(mixed)) == [b"one" * 100, b"other" * 100]
    assert list(together([])) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "https://example.com", "BTMTX2:1:1:5E28FEB0:AA", "BTMTX1:0:1:5E28FEB0:AA", "BTMTX1:2:1:5E28FEB0:AA",
        "BTMTX1:01:1:5E28FEB0:AA", "BTMTX1:1:501:5E28FEB0:AA", "BTMTX1:1:1:5e28feb0:AA", "BTMTX1:1:1:5E28FEB0:",
        "BTMTX1:1:1:5E28FEB0:A", "BTMTX1:1:1:5E28FEB0:AAA", "BTMTX1:1:1:5E28FEB0:A1", "BTMTX1:1:1:5E28FEB0:AA:",
        "BTMTX1:1:1:5E28FEB0:" + "A" * 2001, "BTMTX1:999999999999:1:5E28FEB0:AA", "BTMTX1:١:1:5E28FEB0:AA",
    ],
)  # fmt: skip
def test_other_codes_are_passed_over(text: str) -> None:
    assert Frame.parse(text) is None


def test_what_is_missing_is_named() -> None:
    made = cut(bytes(random.Random(1).randbytes(95)), 20)
    with pytest.raises(ConfigError, match=r"of 6 frames 2 are missing: 2, 5|of 5 frames 2 are missing: 2, 5"):
        list(together(frame for frame in made if frame.index not in (2, 5)))


def test_frames_that_contradict_one_another() -> None:
    first = cut(b"a", 100)[0]
    with pytest.raises(ConfigError, match="two different frames 1 of 1"):
        list(together([first, Frame(1, 1, first.check, b"other")]))
    with pytest.raises(ConfigError, match="check sum"):
        list(together([Frame(1, 1, "00000000", first.data)]))


def packed(data: bytes) -> list[Frame]:
    return [Frame(1, 1, f"{zlib.crc32(data):08X}", data)]


def test_what_cannot_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="nothing that can be unpacked"):
        list(together(packed(b"no zlib")))
    with pytest.raises(ConfigError, match="cut short"):
        list(together(packed(zlib.compress(b"x" * 1000)[:-3])))
    with pytest.raises(ConfigError, match="cut short, or has more"):
        list(together(packed(zlib.compress(b"x") + b"more")))
    monkeypatch.setattr(frames_module, "MAX_UNPACKED", 1 << 20)
    bomb = zlib.compress(bytes(64 << 20), 9)
    with pytest.raises(ConfigError, match="has more than 1 MiB"):
        list(together(packed(bomb)))


def test_what_is_too_long_for_codes() -> None:
    with pytest.raises(ConfigError, match=f"{MAX_COUNT} are the most"):
        cut(random.Random(1).randbytes(MAX_COUNT * 20), 10)
