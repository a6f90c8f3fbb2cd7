import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.codec.wire.gowire import WireEnd, WireOverflow, WireReader, encode_bytes, encode_int, encode_list
from pybytomd.errors import DecodeError

LIMIT = 1000
INT64 = st.integers(-(2**63) + 1, 2**63 - 1)


def reader(text: str, limit: int = LIMIT) -> WireReader:
    return WireReader(bytes.fromhex(text), limit)


@given(INT64)
def test_integers_round_trip(number: int) -> None:
    wire = WireReader(encode_int(number), LIMIT)
    assert wire.integer() == number
    assert wire.remaining == 0


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_lists_of_byte_strings_round_trip(items: list[bytes]) -> None:
    wire = WireReader(encode_list([encode_bytes(item) for item in items]), LIMIT)
    assert wire.list_of(wire.byte_string, 10) == items


def test_longer_forms_are_accepted() -> None:
    assert reader("02 0001").integer() == 1


def test_a_magnitude_over_int64_wraps_as_in_go() -> None:
    assert reader("08 ffffffffffffffff").integer() == -1
    assert reader("f8 ffffffffffffffff").integer() == 1


def test_numbers_over_64_bits_are_not_written() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_int(1 << 64)


@pytest.mark.parametrize(("text", "reason"), [("09", "Varint overflow"), ("f0", "negative zero")])
def test_bad_integers(text: str, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        reader(text).integer()


def test_a_negative_count_is_an_empty_list() -> None:
    wire = reader("f101")
    assert wire.list_of(wire.byte_string, 10) == []


def test_limits_hold_while_reading() -> None:
    with pytest.raises(WireOverflow):
        reader("03 0003e9").byte_string()
    with pytest.raises(WireOverflow):
        reader("00" * 20, limit=10).fixed(11)
    with pytest.raises(DecodeError, match="invalid length"):
        reader("f101").byte_string()
    wire = reader("0103 00 00 00")
    with pytest.raises(DecodeError, match="at most 2"):
        wire.list_of(wire.byte_string, 2)


def test_end_of_data_tells_between_and_inside_values() -> None:
    with pytest.raises(WireEnd, match=r"^EOF$"):
        reader("").uint8()
    with pytest.raises(WireEnd, match=r"^unexpected EOF$"):
        reader("0001").uint64()


def test_damaged_text_is_shown_with_replacement_characters() -> None:
    assert reader("0102 ff61").text() == "\ufffda"
