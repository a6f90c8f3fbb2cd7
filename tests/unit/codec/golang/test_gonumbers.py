"""Numbers, truth values and quoted text as Go has them."""

import pytest

from pybytomd.codec.golang.gonumbers import parse_bool, parse_int, parse_uint
from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import DecodeError


@pytest.mark.parametrize("text", ["1", "t", "T", "TRUE", "true", "True"])
def test_words_for_true(text: str) -> None:
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "FALSE", "false", "False"])
def test_words_for_false(text: str) -> None:
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "yes", "tRUE", " true", "10"])
def test_other_words_are_no_truth_value(text: str) -> None:
    with pytest.raises(DecodeError) as raised:
        parse_bool(text)
    assert str(raised.value) == f'strconv.ParseBool: parsing "{text}": invalid syntax'


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("-7", -7), ("+7", 7), ("017", 15), ("0_17", 15), ("0x1F", 31), ("0b101", 5), ("0o17", 15),
     ("0", 0), ("1_000", 1000), (str((1 << 63) - 1), (1 << 63) - 1), (str(-(1 << 63)), -(1 << 63))],
)  # fmt: skip
def test_integers(text: str, value: int) -> None:
    assert parse_int(text) == value


@pytest.mark.parametrize("text", ["", "x", "1.5", "08", "1__0", "_1", " 1", "1 ", "٣", "0x", "--1"])
def test_no_integers(text: str) -> None:
    with pytest.raises(DecodeError, match="invalid syntax"):
        parse_int(text)


@pytest.mark.parametrize("text", [str(1 << 63), "9" * 5000])
def test_too_big_for_64_bits(text: str) -> None:
    with pytest.raises(DecodeError, match="value out of range"):
        parse_int(text)


def test_unsigned_integers_have_no_sign() -> None:
    assert parse_uint(str((1 << 64) - 1)) == (1 << 64) - 1
    for text in ("-1", "+1"):
        with pytest.raises(DecodeError, match=r"strconv.ParseUint: .*invalid syntax"):
            parse_uint(text)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("a b", '"a b"'), ('say "x"', r'"say \"x\""'), ("a\\b", r'"a\\b"'), ("\n\t\x00\x7f", r'"\n\t\x00\x7f"'),
     ("é币", '"é币"'), ("\u200b", r'"\u200b"'), ("\U000e0001", r'"\U000e0001"'), ("\udcff", r'"\xff"')],
)  # fmt: skip
def test_quoting(text: str, quoted: str) -> None:
    assert quote(text) == quoted
