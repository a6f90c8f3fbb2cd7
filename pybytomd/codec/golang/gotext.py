"""Text the way Go treats it, where clients or stored data depend on it: blanks and letter case.

Source: wallet-and-keys reference, section 0; Go's ``strings`` and ``unicode``.
"""

from __future__ import annotations

import re

BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space in Unicode. Python's own ``strip`` and ``split`` also take U+001C to U+001F."""

_BLANK_RUN = re.compile(f"[{BLANKS}]+")

CAPITAL_I_WITH_DOT = "\u0130"


def trim(text: str) -> str:
    """The text without blanks at both ends."""
    return text.strip(BLANKS)


def words(text: str) -> list[str]:
    """The parts of a text between blanks."""
    return [word for word in _BLANK_RUN.split(text) if word]


def _lower_letter(letter: str) -> str:
    lowered = letter.lower()
    if len(lowered) == 1:
        return lowered
    return "i" if letter == CAPITAL_I_WITH_DOT else letter


def _upper_letter(letter: str) -> str:
    for form in (letter.upper(), letter.title()):  # title: Greek letters with iota below have a single-letter form
        if len(form) == 1:
            return form
    return letter


def lower(text: str) -> str:
    """Each letter in lower case by itself: no context, and the length stays."""
    return text.lower() if text.isascii() else "".join(map(_lower_letter, text))


def upper(text: str) -> str:
    """Each letter in upper case by itself: the length stays, so ``ß`` remains."""
    return text.upper() if text.isascii() else "".join(map(_upper_letter, text))
