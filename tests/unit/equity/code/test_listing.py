"""Opcodes and the stack model together."""

import pytest

from pybytomd.equity.code.listing import Code, Listing
from pybytomd.equity.errors import CompileError
from pybytomd.equity.source.limits import Budget


def code(names: str) -> Code:
    return Code(Listing(Budget()), names.split())


def test_a_verify_waits_for_what_follows() -> None:
    listing = Listing(Budget())
    listing.write("TRUE", "VERIFY")
    assert listing.text == "TRUE"
    listing.write("$label")
    assert listing.text == "TRUE VERIFY $label"
    listing.write("VERIFY")
    listing.forget_verify()
    listing.write("FALSE")
    assert listing.text == "TRUE VERIFY $label FALSE"


@pytest.mark.parametrize(
    ("data", "item"), [(b"", "0"), (b"\0", "0"), (b"\x07", "7"), (b"\xc8", "200"), (b"\1\2", "0x0102")]
)
def test_bytes_as_they_are_written(data: bytes, item: str) -> None:
    written = code("")
    written.push_data(data)
    assert written.listing.text == item


def test_the_last_reference_moves_what_others_copy() -> None:
    written = code("a b c")
    written.counts.update({"a": 2, "b": 1, "c": 1})
    for name in ("a", "a", "c", "b"):
        written.refer(name)
    assert written.listing.text == "2 PICK 3 ROLL 2 ROLL 3 ROLL"


def test_a_reference_nobody_counted_copies() -> None:
    written = code("a b c")
    for name in ("c", "b", "a"):
        written.refer(name)
    assert written.listing.text == "DUP 2 PICK 4 PICK"


def test_near_items_have_opcodes_of_their_own() -> None:
    written = code("a b")
    written.counts.update({"a": 1, "b": 1})
    for name in ("b", "a", "b"):
        written.refer(name)
    assert written.listing.text == "SWAP OVER"


def test_an_unknown_name() -> None:
    with pytest.raises(CompileError, match='undefined reference: "z"'):
        code("a").refer("z")
