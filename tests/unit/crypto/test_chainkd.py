"""Extended keys: what the vectors do not reach."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.crypto import ed25519_exact
from pybytomd.crypto.chainkd import (
    BadKeyText,
    NotOnCurve,
    ScalarOverflow,
    XPrv,
    XPub,
    derive_public_keys,
    sign_expanded,
)

ROOT = XPrv.from_seed(b"\x01\x02\x03")
PATHS = st.lists(st.binary(max_size=12), max_size=4)


def test_a_generated_key_is_a_pruned_root() -> None:
    scalar = XPrv.generate().raw[:32]
    assert scalar[0] % 8 == 0
    assert 0x40 <= scalar[31] <= 0x5F
    assert XPrv.generate() != XPrv.generate()


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(max_size=80), path=PATHS)
def test_public_and_private_derivation_agree(seed: bytes, path: list[bytes]) -> None:
    root = XPrv.from_seed(seed)
    assert root.derive(path).xpub == root.xpub.derive(path)


@settings(max_examples=25, deadline=None)
@given(path=PATHS, message=st.binary(max_size=100))
def test_signatures_verify_under_the_derived_key_only(path: list[bytes], message: bytes) -> None:
    derived = ROOT.derive(path)
    signature = derived.sign(message)
    assert derived.xpub.verify(message, signature)
    assert not derived.child(b"other").xpub.verify(message, signature)
    assert signature == sign_expanded(derived.expanded, message)


@settings(max_examples=25, deadline=None)
@given(scalar=st.binary(min_size=32, max_size=32))
def test_public_keys_are_products_with_the_base_point(scalar: bytes) -> None:
    number = int.from_bytes(scalar, "little")
    if number >> 255:  # the reference multiplies with another number there
        number %= 1 << 255
        scalar = number.to_bytes(32, "little")
    assert ed25519_exact.BASE is not None
    expected = ed25519_exact.encode(ed25519_exact.multiply(number, ed25519_exact.BASE))
    assert XPrv(scalar + bytes(32)).xpub.public_key == expected


def test_a_scalar_that_is_a_multiple_of_the_order_gives_the_neutral_point() -> None:
    neutral = b"\x01" + bytes(31)
    assert XPrv(bytes(64)).xpub.public_key == neutral
    assert XPrv(ed25519_exact.ORDER.to_bytes(64, "little")).xpub.public_key == neutral


def test_an_empty_path_leads_to_the_key_itself() -> None:
    assert ROOT.xpub.derive([]) == ROOT.xpub
    assert ROOT.derive([]) == ROOT


def test_a_public_key_off_the_curve_has_no_children() -> None:
    with pytest.raises(NotOnCurve):
        XPub(b"\x02" + bytes(63)).derive([b"a", b"b"])
    with pytest.raises(NotOnCurve):
        derive_public_keys([ROOT.xpub, XPub(b"\x02" + bytes(63))], [b"a"])


def test_a_child_that_outgrows_256_bits_is_refused() -> None:
    with pytest.raises(ScalarOverflow):
        XPrv(b"\xff" * 32 + bytes(32)).child(b"")


def test_keys_of_another_size_are_refused() -> None:
    for kind in (XPrv, XPub):
        with pytest.raises(ValueError, match="64 bytes"):
            kind(bytes(63))


@pytest.mark.parametrize("text", ["", "0" * 127, "é" * 128])
def test_key_text_of_another_length(text: str) -> None:
    with pytest.raises(BadKeyText):
        XPub.from_hex(text)


def test_upper_case_text_is_read() -> None:
    assert XPub.from_hex(str(ROOT.xpub).upper()) == ROOT.xpub


def test_private_keys_show_nothing_of_themselves() -> None:
    for text in (repr(ROOT), str(ROOT), f"{ROOT}", "%s" % ROOT):  # noqa: UP031 - logging formats this way
        assert ROOT.raw.hex()[:8] not in text
    assert not ROOT.__eq__(ROOT.raw)
    with pytest.raises(TypeError):
        hash(ROOT)


def test_public_keys_sort_by_their_bytes() -> None:
    keys = [XPrv.from_seed(bytes((number,))).xpub for number in range(8)]
    assert [key.raw for key in sorted(keys)] == sorted(key.raw for key in keys)
