"""A line that is being typed, and what could come next on it (shell completion): the side that click asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import click
from click.shell_completion import CompletionItem

from pybytomd.cli.flags import FlagSet, Given
from pybytomd.errors import ConfigError


class Offers(Protocol):
    """Who knows values."""

    def of_flag(self, name: str, incomplete: str, given: Given) -> list[CompletionItem]:
        """The values of a flag that begin like this; ``given`` is what the line has so far."""
        ...

    def of_argument(self, command: str, place: int, incomplete: str, given: Given) -> list[CompletionItem] | None:
        """The same of the argument at a place, from 0, of a command by its words; None if it has none to know."""
        ...


def given_so_far(flags: FlagSet, args: Sequence[str]) -> Given:
    """What can be read of a line that is being typed: its end may be a flag that waits for its value."""
    for end in (len(args), len(args) - 1):
        try:
            return flags.parse(args[: max(end, 0)])
        except ConfigError:  # what is wrong is said when the line is sent off
            continue
    return Given()


class Completing(click.Command):
    """A command that tells what its next argument may be. While a line is typed its context has a ``Given``.

    Who knows values is asked of the command at the root, the program.
    """

    offers: Offers | None = None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The values of the next argument, or flags, and for a group its commands."""
        offers = _offers_of(ctx)
        if offers is not None and not incomplete.startswith("-") and isinstance(ctx.obj, Given):
            found = offers.of_argument(_words_of(ctx), len(ctx.obj.arguments), incomplete, ctx.obj)
            if found is not None:
                return found
        return super().shell_complete(ctx, incomplete)


def flag_values(name: str, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The values of a flag that begin like this."""
    offers = _offers_of(ctx)
    given = ctx.obj if isinstance(ctx.obj, Given) else Given()
    return [] if offers is None else offers.of_flag(name, incomplete, given)


def _offers_of(ctx: click.Context) -> Offers | None:
    root = ctx.find_root().command
    return root.offers if isinstance(root, Completing) else None


def _words_of(ctx: click.Context) -> str:
    """The words of a command, without that of the program."""
    words: list[str] = []
    while ctx.parent is not None:
        words.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(words)
