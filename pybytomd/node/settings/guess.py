"""Which setting a mistyped flag, variable or key was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

MAX_TYPED = 64
"""Letters of a mistyped name that are looked at."""


def nearest(typed: str, names: Iterable[str]) -> str:
    """The name that comes nearest, empty if none comes near."""
    from difflib import get_close_matches  # slow to import, seldom needed

    return next(iter(get_close_matches(typed[:MAX_TYPED], list(names), 1)), "")
