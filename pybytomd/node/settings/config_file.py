"""The configuration file: found, read and flattened to keys like ``p2p.laddr``, in lower case.

Source: rpc-and-cli reference, section 1.4. Unlike the reference, which goes on without any settings when the file
does not parse, we stop and say where it is wrong.
"""

from __future__ import annotations

import codecs
import json
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pybytomd.errors import ConfigError

FILE_NAME = "config.toml"
READABLE = ("config.json", FILE_NAME)
"""In the reference's order. Quirk: config.json beats config.toml."""
OTHERS = ("config.yaml", "config.yml", "config.properties", "config.props", "config.prop", "config.hcl")
MAX_FILE_BYTES = 1 << 20
MAX_DEPTH = 8

_LONG_KEY = re.compile(rb"(?<![\w\"'.-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}")
"""A key of so many parts. No setting has more than two."""

_AT_LINE = re.compile(r"^(?P<what>.*?) \(at line (?P<line>\d+), column (?P<column>\d+)\)$")
_AT_END = re.compile(r"^(?P<what>.*?) \(at end of document\)$")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What stands in the file; ``path`` is None when there is none."""

    path: Path | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def read_config_file(home: Path) -> ConfigFile:
    """The configuration of a home directory. Raises ConfigError, which names file and line."""
    for name in READABLE:
        path = home / name
        data = _read(path)
        if data is not None:
            parsed = _parse_json(path, data) if path.suffix == ".json" else _parse_toml(path, data)
            return ConfigFile(path, _flat(path, parsed))
    for name in OTHERS:
        if (home / name).exists():
            raise ConfigError(f"{home / name}: this format is not read; write the settings as {FILE_NAME}")
    return ConfigFile()


def _read(path: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, for ever
            raise ConfigError(
                f"{path} is no ordinary file; move it away, and write the settings in a file of its name"
            )
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}; make it readable for this user") from error
    if len(data) > MAX_FILE_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_FILE_BYTES} bytes; this is no configuration")
    return data


def _parse_toml(path: Path, data: bytes) -> Mapping[str, object]:
    if data.startswith(codecs.BOM_UTF8):
        raise _wrong(path, 1, "a byte-order mark stands in front; save the file as UTF-8 without one (no BOM)")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _wrong(path, 1, "this is UTF-16; save the file as UTF-8")
    if long := _LONG_KEY.search(data):  # the parser would take time with the square of its length
        raise _wrong(path, _line_of(data, long.start() + 1), "too many tables inside each other")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _wrong(path, _line_of(data, error.start), "this is no UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        if found := _AT_LINE.match(text):
            raise _wrong(path, int(found["line"]), found["what"]) from error
        if found := _AT_END.match(text):
            raise _wrong(path, _line_of(data, len(data)), found["what"]) from error
        raise _wrong(path, 1, text) from error
    except RecursionError as error:
        raise _wrong(path, 1, "too many brackets inside each other") from error
    except ValueError as error:
        raise _wrong(path, _longest_digits(data), "a number too long") from error


def _parse_json(path: Path, data: bytes) -> Mapping[str, object]:
    try:
        parsed = json.loads(data)
    except UnicodeDecodeError as error:
        raise _wrong(path, _line_of(data, error.start), "this is no UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise _wrong(path, error.lineno, error.msg) from error
    except (RecursionError, ValueError) as error:
        raise _wrong(path, 1, "too many brackets inside each other, or a number too long") from error
    if not isinstance(parsed, dict):
        raise _wrong(path, 1, "the settings must be an object")
    return parsed


def _flat(path: Path, table: Mapping[str, object], prefix: str = "", depth: int = 0) -> dict[str, object]:
    if depth > MAX_DEPTH:
        raise _wrong(path, 1, "too many tables inside each other")
    values: dict[str, object] = {}
    for key, value in table.items():
        name = prefix + key.lower()
        if isinstance(value, dict):
            values.update(_flat(path, value, f"{name}.", depth + 1))
        elif value is not None:
            values[name] = value
    return values


def _longest_digits(data: bytes) -> int:
    """The line with the longest number; the parser does not say which one it could not read."""
    longest = max(re.finditer(rb"[0-9_]+", data), key=lambda found: len(found[0]))
    return _line_of(data, longest.start())


def _line_of(data: bytes, position: int) -> int:
    return data[:position].rstrip(b"\n").count(b"\n") + 1


def _wrong(path: Path, line: int, what: str) -> ConfigError:
    return ConfigError(
        f"{path}, line {line}: {what}; correct that line, "
        "or move the file away and run pybytomd init for a new one"
    )
