"""On which line of a configuration file a setting stands. The parsers keep no lines, so the text is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_LONG_STRING = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'')
_TABLE = re.compile(r"\s*\[\s*([\w.\-\"' \t]+?)\s*\]\s*(?:#.*)?$")
_TOML_KEY = re.compile(r"\s*([\w.\-\"' \t]+?)\s*=")
_JSON_KEY = re.compile(r'"([^"\\]+)"\s*:')


def lines_of_keys(path: Path) -> Mapping[str, int]:
    """The line, from 1, of each key of a file that parses, named like ``p2p.laddr``; empty if it cannot be read.

    A key in an unusual notation, such as that of an inline table, may be missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    return _json_lines(text) if path.suffix == ".json" else _toml_lines(text)


def _toml_lines(text: str) -> dict[str, int]:
    text = _LONG_STRING.sub(lambda found: "\n" * found[0].count("\n"), text)
    found: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            prefix = f"{_plain(table[1])}."
        elif key := _TOML_KEY.match(line):
            found.setdefault(prefix + _plain(key[1]), number)
    return found


def _json_lines(text: str) -> dict[str, int]:
    """By their last part, which is all that can be seen without a parser, unless it is there twice."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        for key in _JSON_KEY.findall(line):
            name = key.lower()
            if name in found:
                twice.add(name)
            found[name] = number
    return {name: number for name, number in found.items() if name not in twice}


def _plain(key: str) -> str:
    return ".".join(part.strip(" \t\"'") for part in key.split(".")).lower()


def line_of(lines: Mapping[str, int], key: str) -> int | None:
    """The line of one key, None if it is not known."""
    return lines.get(key, lines.get(key.rpartition(".")[2]) if not any("." in name for name in lines) else None)
