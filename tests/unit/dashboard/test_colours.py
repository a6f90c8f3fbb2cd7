"""Colours can be told apart: the contrast of every pair that text or edges are drawn in (WCAG 2.1, AA)."""

from __future__ import annotations

import re

import pytest

from tests.unit.dashboard.static import style

TEXT, EDGE = 4.5, 3.0
PAIRS = (
    *[("ink", ground, TEXT) for ground in ("surface", "bg", "sunk", "tint", "warn-tint", "bad-tint", "good-tint")],
    *[("soft", ground, TEXT) for ground in ("surface", "bg", "sunk")],
    *[("accent", ground, TEXT) for ground in ("surface", "bg", "tint")],
    ("on-accent", "accent", TEXT), ("on-accent", "accent-over", TEXT), ("surface", "bad", TEXT),
    ("bg", "ink", TEXT),
    *[(colour, ground, TEXT) for colour in ("good", "warn", "bad") for ground in ("surface", f"{colour}-tint")],
    ("edge", "surface", EDGE), ("edge", "bg", EDGE), ("accent", "surface", EDGE), ("warn", "surface", EDGE),
)  # fmt: skip


def tokens(dark: bool) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style())
    return {name: night if dark else day for name, day, night in pairs}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
def test_contrast(colour: str, ground: str, least: float, dark: bool) -> None:
    known = tokens(dark)
    high, low = sorted((luminance(known[colour]), luminance(known[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_browsers_without_pairs_have_the_light_colours() -> None:
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", style()))
    assert plain.items() >= tokens(dark=False).items()
