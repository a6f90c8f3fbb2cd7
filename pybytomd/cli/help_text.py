"""Help texts, laid out as Go's ``cobra`` and ``pflag`` lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pybytomd.cli.flags import Flag
from pybytomd.codec.golang.goquote import quote
from pybytomd.node.settings.value_types import Kind

MIN_NAME_WIDTH = 11
MANY_FLAGS = 30
"""More than that, and flags are shown in groups, by what stands before the dot in their names."""
GROUPS: Mapping[str, str] = {
    "": "Flags:",
    "api": "Flags for the API:",
    "auth": "Flags for who may use the API:",
    "ws": "Flags for WebSockets:",
    "web": "Flags for the pages in a browser:",
    "p2p": "Flags for peers:",
    "wallet": "Flags for the wallet:",
    "index": "Flags for the index of everything:",
    "log": "Flags for logs:",
    "disk": "Flags for the disk:",
}


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """What the help of a command says. ``commands`` are names and one-line descriptions."""

    title: str
    usage: tuple[str, ...]
    examples: str
    commands: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]
    inherited: tuple[Flag, ...]
    hint: str


def help_text(command: CommandHelp) -> str:
    """The whole help of a command, with a line end at the end."""
    return "\n\n".join("\n".join(section) for section in _sections(command)) + "\n"


def _sections(command: CommandHelp) -> Iterator[list[str]]:
    if command.title:
        yield [command.title]
    yield ["Usage:", *(f"  {line}" for line in command.usage)]
    if command.examples:
        yield ["Examples:", *(f"  {line}".rstrip() for line in command.examples.strip("\n").split("\n"))]
    if command.commands:
        width = max(MIN_NAME_WIDTH, *(len(name) for name, _ in command.commands))
        yield ["Available Commands:", *(f"  {name:<{width}} {text}" for name, text in command.commands)]
    if len(command.flags) > MANY_FLAGS:
        yield from _groups(command.flags)
    elif command.flags:
        yield ["Flags:", *flag_lines(command.flags)]
    if command.inherited:
        yield ["Global Flags:", *flag_lines(command.inherited)]
    if command.hint:
        yield [command.hint]


def _groups(flags: Sequence[Flag]) -> Iterator[list[str]]:
    """The flags below headings; those of a group without one stand with the first."""
    members: dict[str, list[Flag]] = {name: [] for name in GROUPS}
    for flag in flags:
        before, dot, _ = flag.name.partition(".")
        members[before if dot and before in GROUPS else ""].append(flag)
    for name, of_group in members.items():
        if lines := flag_lines(of_group):
            yield [GROUPS[name], *lines]


def flag_lines(flags: Sequence[Flag]) -> list[str]:
    """One line a flag, by name, descriptions below each other."""
    shown = sorted((flag for flag in flags if not flag.hidden), key=lambda flag: flag.name)
    names = [_name_column(flag) for flag in shown]
    width = max(map(len, names), default=0)
    return [f"{name:<{width}}   {_description(flag)}".rstrip() for name, flag in zip(names, shown, strict=True)]


def _name_column(flag: Flag) -> str:
    name = f"  -{flag.short}, --{flag.name}" if flag.short else f"      --{flag.name}"
    return f"{name} {flag.kind.value}" if flag.kind.value else name


def _description(flag: Flag) -> str:
    value = flag.initial
    if value == flag.kind.zero:
        return flag.help
    if flag.kind is Kind.TEXT:
        return f"{flag.help} (default {quote(str(value))})"
    return f"{flag.help} (default {str(value).lower()})"
