"""Flags the way the reference's command lines take them (Go's ``pflag``).

``--name value`` and ``--name=value``; a flag that is true or false takes a value only with ``=``; flags and
arguments mix; a later duplicate wins; ``--`` ends the flags. Source: rpc-and-cli reference, section 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.node.settings.guess import nearest
from pybytomd.node.settings.value_types import Kind, Value


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. ``short`` is a single letter; a ``hidden`` flag is not in the help."""

    name: str
    kind: Kind
    help: str
    default: Value | None = None
    short: str = ""
    hidden: bool = False

    @property
    def initial(self) -> Value:
        """The value without the flag on the command line."""
        return self.kind.zero if self.default is None else self.default

    @property
    def is_switch(self) -> bool:
        """Whether the flag stands alone for true."""
        return self.kind is Kind.SWITCH

    def parse(self, text: str) -> Value:
        """The value of a text given for this flag. Raises ConfigError in the reference's words."""
        try:
            return self.kind.parse(text)
        except DecodeError as error:
            name = f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"
            raise ConfigError(f"invalid argument {quote(text)} for {quote(name)} flag: {error}") from error


class UnknownFlag(ConfigError):
    """A flag that is none. ``guess`` is to be put behind the text where a person reads it; it may be empty."""

    def __init__(self, text: str, *, guess: str) -> None:
        super().__init__(text)
        self.guess = guess


HELP = Flag("help", Kind.SWITCH, "", short="h")
VERSION = Flag("version", Kind.SWITCH, "version of this program, and of the one it stands in for")
"""Of the programs, not of their commands."""


@dataclass(frozen=True, slots=True)
class FlagSet:
    """The flags a command knows."""

    flags: tuple[Flag, ...]

    def long(self, name: str) -> Flag | None:
        """The flag with this name."""
        return next((flag for flag in self.flags if flag.name == name), None)

    def letter(self, letter: str) -> Flag | None:
        """The flag with this letter."""
        return next((flag for flag in self.flags if flag.short == letter), None)

    def parse(self, arguments: Sequence[str]) -> Given:
        """Read a command line. Raises ConfigError in the reference's words."""
        return _Parsing(self, list(arguments)).run()

    def guess(self, name: str) -> str:
        """``; did you mean --home?`` for a flag that is unknown, empty if none comes near."""
        near = nearest(name, [flag.name for flag in self.flags if not flag.hidden])
        return f"; did you mean --{near}?" if near else ""

    def words(self, arguments: Sequence[str]) -> list[str]:
        """What is no flag nor the value of one, with unknown flags taken to have a value."""
        found: list[str] = []
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if not word.startswith("-"):
                found += [word] if word else []
            elif "=" not in word and self._takes_next(word):
                if len(rest) <= 1:
                    break
                rest.pop(0)
        return found

    def _takes_next(self, word: str) -> bool:
        if word.startswith("--"):
            flag = self.long(word[2:])
        elif len(word) == 2:
            flag = self.letter(word[1])
        else:
            return False
        return flag is None or not flag.is_switch


@dataclass(frozen=True, slots=True)
class Given:
    """A command line that was read: the flags that stood there with their values, and the arguments."""

    flags: Mapping[str, Value] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


class _Parsing:
    """One command line being read."""

    def __init__(self, known: FlagSet, rest: list[str]) -> None:
        self._known = known
        self._rest = rest
        self._values: dict[str, Value] = {}
        self._arguments: list[str] = []

    def run(self) -> Given:
        while self._rest:
            word = self._rest.pop(0)
            if word == "--":
                self._arguments += self._rest
                break
            if word.startswith("--"):
                self._long(word)
            elif word.startswith("-") and word != "-":
                self._letters(word[1:])
            else:
                self._arguments.append(word)
        return Given(self._values, tuple(self._arguments))

    def _long(self, word: str) -> None:
        name, has_value, value = word[2:].partition("=")
        if not name or name.startswith("-"):
            raise ConfigError(f"bad flag syntax: {word}")
        flag = self._known.long(name)
        if flag is None:
            raise UnknownFlag(f"unknown flag: --{name}", guess=self._known.guess(name))
        if not has_value:
            value = self._value_after(flag, word)
        self._values[flag.name] = flag.parse(value)

    def _letters(self, letters: str) -> None:
        """``-r DIR``, ``-rDIR``, ``-r=DIR``, and several letters of switches at once."""
        group = letters
        while letters:
            letter, letters = letters[0], letters[1:]
            flag = self._known.letter(letter)
            if flag is None:
                raise ConfigError(f"unknown shorthand flag: '{letter}' in -{group}")
            if len(letters) > 1 and letters[0] == "=":
                value, letters = letters[1:], ""
            elif flag.is_switch:
                value = "true"
            elif letters:
                value, letters = letters, ""
            else:
                value = self._value_after(flag, f"'{letter}' in -{group}")
            self._values[flag.name] = flag.parse(value)
            group = letters

    def _value_after(self, flag: Flag, shown: str) -> str:
        if flag.is_switch:
            return "true"
        if not self._rest:
            raise ConfigError(f"flag needs an argument: {shown}")
        return self._rest.pop(0)
