"""Blanks and letter case as Go has them."""

import pytest

from pybytomd.codec.golang import gotext


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" a\t\n", "a"),
        ("\x85\xa0\u3000a b\u2028", "a b"),
        ("\x1ca\x1f", "\x1ca\x1f"),
        ("", ""),
        ("\u200ba", "\u200ba"),
    ],
)
def test_trim(text: str, expected: str) -> None:
    assert gotext.trim(text) == expected


def test_words_are_parted_by_blanks_only() -> None:
    assert gotext.words("  a\tb\u3000c\x1cd ") == ["a", "b", "c\x1cd"]
    assert gotext.words(" \n") == []


@pytest.mark.parametrize(
    ("text", "expected"), [("ÀB", "àb"), ("ΑΣ", "ασ"), ("İx", "ix"), ("ẞ", "ß"), ("\u212a", "k"), ("ABC", "abc")]
)
def test_lower(text: str, expected: str) -> None:
    assert gotext.lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("straße", "STRAßE"), ("ﬁ", "ﬁ"), ("ᾳ", "ᾼ"), ("ǆ", "Ǆ"), ("ı", "I"), ("abc", "ABC")]
)
def test_upper(text: str, expected: str) -> None:
    assert gotext.upper(text) == expected
