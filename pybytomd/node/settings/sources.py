"""Where the value of each setting comes from: flag, else environment, else file, else default.

Source: rpc-and-cli reference, section 1.4. Unlike the reference, the environment is asked for every setting, not
only for those that have a flag or happen to stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pybytomd.errors import ConfigError, DecodeError
from pybytomd.node.settings.guess import nearest
from pybytomd.node.settings.options import (
    BY_KEY,
    ENVIRONMENT_PREFIX,
    FORMER_KEYS,
    OPTIONS,
    Option,
    environment_name,
)
from pybytomd.node.settings.value_types import Value

if TYPE_CHECKING:  # its parsers cost 20 ms, and most commands need none
    from pybytomd.node.settings.config_file import ConfigFile

FROM_FLAG = "from the flag --"
FROM_VARIABLE = "from the variable "
OTHER_PREFIX = "TM"
"""``TMHOME`` sets what ``TM_HOME`` sets, and wins over it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The value of every option, and of those that were set where it was: a flag, a variable or a file."""

    values: Mapping[str, Value]
    origins: Mapping[str, str]
    file: Path | None = None
    unknown: tuple[str, ...] = ()

    def with_defaults(self, defaults: Mapping[str, Value]) -> Settings:
        """The same with other defaults for what was set nowhere."""
        return replace(
            self, values={**self.values, **{k: v for k, v in defaults.items() if k not in self.origins}}
        )

    def is_flag(self, key: str) -> bool:
        """Whether an option was set on the command line."""
        return self.origins.get(key, "").startswith(FROM_FLAG)

    def without_effect(self) -> list[tuple[str, str]]:
        """Options that were set, to something else than their default, and do nothing; each with the reason."""
        return [
            (option.key, option.inert)
            for option in OPTIONS
            if option.inert and option.key in self.origins and self.values[option.key] != option.default
        ]


VARIABLES = frozenset(
    {
        *(option.environment for option in OPTIONS),
        *(environment_name(key) for key in FORMER_KEYS),
        *(environment_name(flag) for flag in ("home", "root", "trace")),
    }
)
"""Those that are taken, with or without effect."""


def is_setting(name: str) -> bool:
    """Whether a variable sets something of a node, as ``TM_HOME`` and ``TMHOME`` do, and ``TMPDIR`` does not."""
    is_ours = name.startswith(OTHER_PREFIX)
    return name in VARIABLES or (is_ours and ENVIRONMENT_PREFIX + name.removeprefix(OTHER_PREFIX) in VARIABLES)


class Environment:
    """The variables that hold settings. An empty one counts as unset."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = {name: text for name, text in variables.items() if name.startswith(ENVIRONMENT_PREFIX)}
        self._named = frozenset(self._variables)
        for name, text in variables.items():
            if name.startswith(OTHER_PREFIX) and not name.startswith(ENVIRONMENT_PREFIX):
                self._variables[ENVIRONMENT_PREFIX + name.removeprefix(OTHER_PREFIX)] = text

    def unknown(self) -> list[str]:
        """One text for each variable that looks like a setting and is none, with the one that may be meant.

        Only of those that begin with ``TM_``: with ``TM`` other programs have some, too.
        """
        return [_with_guess(name, VARIABLES) for name in sorted(self._named) if name not in VARIABLES]

    def get(self, name: str) -> str | None:
        """The text of a variable, None when it is unset or empty."""
        return self._variables.get(name) or None


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A setting whose value is none of those allowed, and where that was set."""

    key: str
    text: str
    origin: str


def gather(flags: Mapping[str, Value], environment: Environment, file: ConfigFile) -> Settings:
    """The settings in force; ``flags`` are the command line's. Raises ConfigError with all that is wrong."""
    settings, wrong = judge(flags, environment, file)
    if wrong:
        lines = sorted(f"* {one.text} ({one.origin})" for one in wrong)
        raise ConfigError(f"{len(wrong)} error(s) decoding:\n\n" + "\n".join(lines))
    return settings


def judge(
    flags: Mapping[str, Value], environment: Environment, file: ConfigFile
) -> tuple[Settings, list[WrongValue]]:
    """The settings in force, and what is wrong; a setting that is wrong has its default meanwhile."""
    values: dict[str, Value] = {}
    origins: dict[str, str] = {}
    wrong: list[WrongValue] = []
    for option in OPTIONS:
        values[option.key] = option.default
        found = _find(option, flags, environment, file)
        if found is None:
            continue
        value, origin = found
        try:
            values[option.key] = _checked(option, option.kind.convert(option.key, value))
        except DecodeError as error:
            wrong.append(WrongValue(option.key, str(error), origin))
        origins[option.key] = origin
    return Settings(values, origins, file.path, tuple(guess for _, guess in unknown_keys(file))), wrong


def _find(
    option: Option, flags: Mapping[str, Value], environment: Environment, file: ConfigFile
) -> tuple[object, str] | None:
    if option.key in flags:
        return flags[option.key], FROM_FLAG + option.key
    text = environment.get(option.environment)
    if text is not None:
        return text, FROM_VARIABLE + option.environment
    if option.key in file.values:
        return file.values[option.key], f"from {file.path}"
    return None


def _checked(option: Option, value: Value) -> Value:
    """The value, when it is one that is allowed. Raises DecodeError."""
    if isinstance(value, int) and not isinstance(value, bool):
        low, high = option.minimum, option.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise DecodeError(f"'{option.key}' is {value}, allowed is {low} to {high}")
    if isinstance(value, str) and "\0" in value:
        raise DecodeError(f"'{option.key}' holds a zero character")
    return value


def _with_guess(name: str, names: Iterable[str]) -> str:
    near = nearest(name, names)
    return f"{name} (did you mean {near}?)" if near else name


def unknown_keys(file: ConfigFile) -> list[tuple[str, str]]:
    """The keys of the file that nothing is known of, each also with the key it may have been meant to be."""
    return [(key, _with_guess(key, BY_KEY)) for key in file.values if key not in BY_KEY and key not in FORMER_KEYS]
