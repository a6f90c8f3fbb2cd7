"""What the settings of a home directory are, where each comes from, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.config_file import read_config_file
from pybytomd.node.settings.key_lines import line_of, lines_of_keys
from pybytomd.node.settings.network import defaults_of_kind
from pybytomd.node.settings.options import OPTIONS, Option
from pybytomd.node.settings.sources import (
    FROM_FLAG,
    FROM_VARIABLE,
    Environment,
    Settings,
    WrongValue,
    judge,
    unknown_keys,
)
from pybytomd.node.settings.value_types import Value

LISTEN, API_ADDRESS, PROXY_ADDRESS = "LISTEN", "api_addr", "p2p.proxy_address"
HIDDEN = "(hidden)"
"""Stands for a secret that is set."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting: its value, a secret's hidden, and where that comes from.

    ``source`` is ``default``, ``file``, ``environment`` or ``flag``; ``place`` tells which file and line, variable
    or flag, and is empty for a default.
    """

    key: str
    value: Value
    source: str
    place: str


def shown_settings(home: Path, flags: Mapping[str, Value], variables: Mapping[str, str]) -> list[Shown]:
    """Every setting in the order of the example file. Raises ConfigError for a file that does not parse."""
    file = read_config_file(home)
    settings, wrong = judge(flags, Environment(variables), file)
    if wrong:
        raise ConfigError("; ".join(one.text for one in wrong) + "; pybytomd config check tells where")
    settings = settings.with_defaults(defaults_of_kind(home, str(settings.values["chain_id"]), file))
    return in_force(settings, variables.get(LISTEN, ""))


def in_force(settings: Settings, listen: str) -> list[Shown]:
    """The same for settings that were read before; lines are those of the file as it is now.

    ``listen`` is what the variable LISTEN says, which overrides ``api_addr``.
    """
    where = _Places(settings.file)
    shown = [
        Shown(
            option.key,
            HIDDEN if _is_secret(option, settings.values[option.key]) else settings.values[option.key],
            *where.of(option.key, settings.origins.get(option.key, "")),
        )
        for option in OPTIONS
    ]
    return [
        replace(one, value=listen, source="environment", place=LISTEN)
        if listen and one.key == API_ADDRESS
        else one
        for one in shown
    ]


def _is_secret(option: Option, value: Value) -> bool:
    """Whether it is not to be shown: a password, or the address of a proxy with one in it, which no node takes."""
    return bool(value) and (option.secret or (option.key == PROXY_ADDRESS and "@" in str(value)))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: where, empty if at no one place, and what. What is no ``is_error`` does no harm."""

    place: str
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


def faults_of(
    home: Path,
    flags: Mapping[str, Value],
    variables: Mapping[str, str],
    further: Callable[[Config], None] = lambda _config: None,
) -> list[Fault]:
    """All that is wrong with the settings. ``further`` raises ConfigError for what cannot work on this machine."""
    environment = Environment(variables)
    try:
        file = read_config_file(home)
    except ConfigError as error:
        return [Fault("", str(error))]
    settings, wrong = judge(flags, environment, file)
    where = _Places(file.path)
    faults = [] if file.path else [Fault("", f"there is no config.toml in {home}: defaults count", is_error=False)]
    faults += [Fault(_place_of(where, one), one.text) for one in wrong]
    faults += [
        Fault(where.of_key(key), f"unknown setting {guess}") for key, guess in unknown_keys(file)
    ]  # what a typing error leaves is a default that nobody meant
    faults += [Fault("environment", f"unknown setting {name}") for name in environment.unknown()]
    if not wrong:
        faults += _of_the_whole(home, flags, variables, further)
    faults += _without_effect(settings, where)
    return faults


def _of_the_whole(
    home: Path,
    flags: Mapping[str, Value],
    variables: Mapping[str, str],
    further: Callable[[Config], None],
) -> list[Fault]:
    try:
        config = Config.load(home, flags, variables)
        further(config)
    except ConfigError as error:
        return [Fault("", str(error))]
    return []


def _without_effect(settings: Settings, where: _Places) -> list[Fault]:
    return [
        Fault(where.of(key, settings.origins[key])[1], f"{key} has no effect: {reason}", is_error=False)
        for key, reason in settings.without_effect()
    ]


def _place_of(where: _Places, wrong: WrongValue) -> str:
    source, place = where.of(wrong.key, wrong.origin)
    return place if source == "file" else f"{source} {place}"


class _Places:
    """Names places for people."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lines = lines_of_keys(path) if path is not None else {}

    def of(self, key: str, origin: str) -> tuple[str, str]:
        """Source and place of a setting with this origin."""
        if not origin:
            return "default", ""
        if origin.startswith(FROM_FLAG):
            return "flag", f"--{key}"
        if origin.startswith(FROM_VARIABLE):
            return "environment", origin.removeprefix(FROM_VARIABLE)
        return "file", self.of_key(key)

    def of_key(self, key: str) -> str:
        """File and, if it can be told, line of a key."""
        line = line_of(self._lines, key)
        return str(self._path) if line is None else f"{self._path}, line {line}"
