"""The files of the dashboard as tests read them."""

from __future__ import annotations

import json
import re
from functools import cache

from pybytomd.dashboard.files import STATIC

LANGUAGES = ("en", "zh")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def texts(language: str) -> dict[str, str]:
    """The table of a language, by whole keys."""
    source = (STATIC / "texts" / f"{language}.js").read_text("utf-8")
    table = json.loads(source[source.index("{") : source.rindex("}") + 1])
    return {f"{group}.{key}": text for group, members in table.items() for key, text in members.items()}


@cache
def scripts() -> dict[str, str]:
    """All modules but the tables of texts, by path."""
    return {
        path.relative_to(STATIC).as_posix(): path.read_text("utf-8")
        for path in sorted(STATIC.rglob("*.js"))
        if path.parent.name != "texts"
    }


@cache
def style() -> str:
    return (STATIC / "style.css").read_text("utf-8")
