"""Guesses at what a mistyped command was meant to be."""

from __future__ import annotations

from collections.abc import Sequence

MAX_DISTANCE = 2


def did_you_mean(typed: str, names: Sequence[str]) -> str:
    """Text to put behind an error, empty when nothing comes near. Source: cobra's ``SuggestionsFor``."""
    typed = typed.lower()[:64]
    near = [
        name for name in names if distance(typed, name.lower()) <= MAX_DISTANCE or name.lower().startswith(typed)
    ]
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in near) if near else ""


def distance(left: str, right: str) -> int:
    """How many letters must be put in, left out or changed to make one text of the other (Levenshtein)."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row = row, [i]
        for j, b in enumerate(right, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]
