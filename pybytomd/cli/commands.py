"""Commands that look and behave like the reference's: click below, Go's ``cobra`` on the surface.

Flags may stand before or after the command's name, help goes to standard output, and whatever is wrong is one line
``ERROR: ...`` on standard error with exit status 1. Shell completion is click's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import click
from click.shell_completion import CompletionItem

from pybytomd import REFERENCE_VERSION, __version__
from pybytomd.cli.flags import HELP, VERSION, Flag, FlagSet, Given, UnknownFlag
from pybytomd.cli.help_text import CommandHelp, help_text
from pybytomd.cli.suggestions import did_you_mean
from pybytomd.cli.typed_line import Completing, flag_values, given_so_far
from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import BytomError, ConfigError
from pybytomd.node.settings.value_types import Kind, Value

_Run = TypeVar("_Run", bound=Callable[["Invocation"], None])


class CommandFailed(click.ClickException):
    """What the user asked for cannot be done; shown as one line, exit status 1."""

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"ERROR: {self.message}", file=file or sys.stderr)


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a command is called with: the flags that were given, and the arguments."""

    given: Given
    flags: FlagSet

    @property
    def arguments(self) -> tuple[str, ...]:
        """What is no flag."""
        return self.given.arguments

    def value(self, name: str) -> Value:
        """The value of a flag, its default when it was not given."""
        flag = self.flags.long(name)
        if flag is None:
            raise KeyError(name)
        return self.given.flags.get(name, flag.initial)


class GoOption(click.Option):
    """A flag as click sees it, which is for shell completion; the reading is ours."""

    def __init__(self, flag: Flag) -> None:
        names = [f"--{flag.name}", *([f"-{flag.short}"] if flag.short else [])]
        super().__init__(
            [flag.name.replace(".", "_").replace("-", "_"), *names],
            is_flag=flag.is_switch, help=flag.help, hidden=flag.hidden,
        )  # fmt: skip
        self.flag = flag

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The values that the flag may have."""
        return flag_values(self.flag.name, ctx, incomplete)


class GoCommand(Completing):
    """One command. ``arguments`` is how many it takes, None for any number, which it looks at itself."""

    def __init__(
        self,
        name: str,
        run: Callable[[Invocation], None] | None,
        *,
        short: str,
        flags: Sequence[Flag] = (),
        usage: str = "",
        arguments: int | None = None,
        examples: str = "",
        description: str = "",
    ) -> None:
        super().__init__(name, params=[GoOption(flag) for flag in flags], short_help=short, add_help_option=False)
        self.run = run
        self.own_flags = tuple(flags)
        self.usage_line = usage or name
        self.argument_count = arguments
        self.examples = examples
        self.description = description

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What click knows to complete: own and inherited flags."""
        return [*super().get_params(ctx), *map(GoOption, inherited_flags(ctx))]

    def flag_set(self, ctx: click.Context) -> FlagSet:
        """Own and inherited flags."""
        return FlagSet((*self.own_flags, *inherited_flags(ctx), HELP))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line after the name. Raises CommandFailed."""
        if ctx.resilient_parsing:  # a line that is being typed
            super().parse_args(ctx, list(args))
            ctx.obj, ctx.args = given_so_far(self.flag_set(ctx), args), []
            return []
        flags = self.flag_set(ctx)
        given = _read(flags, args)
        if given.flags.get(HELP.name) or self.run is None:
            show_help(ctx)
        if self.argument_count is not None and len(given.arguments) != self.argument_count:
            raise CommandFailed(
                f"accepts {self.argument_count} arg(s), received {len(given.arguments)}; "
                f"see {ctx.command_path} --help"
            )
        ctx.obj = Invocation(given, flags)
        return []

    def invoke(self, ctx: click.Context) -> None:
        """Run the command. Raises CommandFailed for what the user can do something about."""
        if self.run is None:  # parse_args has shown the help of a command that only groups others
            return
        try:
            self.run(ctx.obj)
        except BytomError as error:
            raise CommandFailed(str(error)) from error

    def get_help(self, ctx: click.Context) -> str:
        """The help text, without the last line end."""
        return help_text(self._described(ctx)).rstrip("\n")

    def _described(self, ctx: click.Context) -> CommandHelp:
        return CommandHelp(
            title=self.description or self.short_help or "",
            usage=(f"{parent_path(ctx)}{self.usage_line} [flags]",),
            examples=self.examples,
            commands=(),
            flags=(*self.own_flags, help_flag(self.name or "")),
            inherited=inherited_flags(ctx),
            hint="",
        )


class GoGroup(GoCommand, click.Group):
    """A command with commands of its own."""

    def __init__(
        self, name: str, *, short: str, flags: Sequence[Flag] = (), examples: str = "", description: str = ""
    ) -> None:
        click.Group.__init__(self, name)
        GoCommand.__init__(self, name, None, short=short, flags=flags, examples=examples, description=description)

    def command_of(self, name: str, *, short: str, **details: Any) -> Callable[[_Run], _Run]:
        """Decorator: the function is the command ``name``; details are those of ``GoCommand``."""

        def register(run: _Run) -> _Run:
            self.add_command(GoCommand(name, run, short=short, **details))
            return run

        return register

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the whole line: its flags belong to whichever command is found in it."""
        if ctx.resilient_parsing:
            click.Command.parse_args(self, ctx, list(args))
        ctx.args = list(args)
        return ctx.args

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named, and the line without its name."""
        words = FlagSet((*self.own_flags, *inherited_flags(ctx), VERSION, HELP)).words(args)
        command = self.commands.get(words[0]) if words else None
        if command is None:
            return None, None, args
        rest = list(args)
        rest.remove(words[0])
        return words[0], command, rest

    def invoke(self, ctx: click.Context) -> None:
        """Find the command and run it, or show help where none is named."""
        args, ctx.args = list(ctx.args), []
        name, command, rest = self.resolve_command(ctx, args)
        if command is None:
            self.without_command(ctx, args)
        with command.make_context(name, rest, parent=ctx) as below:
            command.invoke(below)

    def without_command(self, ctx: click.Context, args: list[str]) -> NoReturn:
        """Show help, or complain of a command that is not there or of a flag. Raises CommandFailed."""
        own_only = (VERSION,) if ctx.parent is None else ()
        flags = FlagSet((*self.own_flags, *inherited_flags(ctx), *own_only, HELP))
        words = flags.words(args)
        if words:
            unknown = f"unknown command {quote(words[0])} for {quote(ctx.command_path)}"
            raise CommandFailed(unknown + did_you_mean(words[0], self.list_commands(ctx)))
        if _read(flags, args).flags.get(VERSION.name):
            click.echo(version_line(ctx.command_path))
            ctx.exit(0)
        show_help(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order of help texts."""
        return sorted(name for name, command in self.commands.items() if not command.hidden)

    def _described(self, ctx: click.Context) -> CommandHelp:
        names = self.list_commands(ctx)
        return CommandHelp(
            title=self.description or self.short_help or "",
            usage=(f"{ctx.command_path} [command]",),
            examples=self.examples,
            commands=tuple((name, self.commands[name].short_help or "") for name in names),
            flags=(
                help_flag(self.name if ctx.parent else ctx.command_path),
                *self.own_flags,
                *(() if ctx.parent else (VERSION,)),
            ),
            inherited=inherited_flags(ctx),
            hint=f'Use "{ctx.command_path} [command] --help" for more information about a command.',
        )


def _read(flags: FlagSet, args: Sequence[str]) -> Given:
    """A command line. Raises CommandFailed."""
    try:
        return flags.parse(args)
    except UnknownFlag as error:
        raise CommandFailed(f"{error}{error.guess}") from error
    except ConfigError as error:
        raise CommandFailed(str(error)) from error


def version_line(program: str) -> str:
    """What ``--version`` says. The commands called ``version`` say what the reference's say."""
    return f"{program} {__version__}, stands in for version {REFERENCE_VERSION} of the reference"


def help_flag(name: str | None) -> Flag:
    """The flag that shows the help of a command."""
    return Flag(HELP.name, Kind.SWITCH, f"help for {name}", short=HELP.short)


def inherited_flags(ctx: click.Context) -> tuple[Flag, ...]:
    """The flags of the commands above."""
    found: list[Flag] = []
    above = ctx.parent
    while above is not None:
        if isinstance(above.command, GoCommand):
            found += above.command.own_flags
        above = above.parent
    return tuple(found)


def parent_path(ctx: click.Context) -> str:
    """The names of the commands above with a blank behind, empty for the program itself."""
    return f"{ctx.parent.command_path} " if ctx.parent is not None else ""


def show_help(ctx: click.Context) -> NoReturn:
    """Print the help of a command and end with status 0."""
    click.echo(ctx.command.get_help(ctx))
    ctx.exit(0)


def add_help_command(root: GoGroup) -> None:
    """The command ``help [command]`` of the reference."""

    def help_command(invocation: Invocation) -> None:
        ctx = click.get_current_context().find_root()
        for word in invocation.arguments:
            command = ctx.command.commands.get(word) if isinstance(ctx.command, GoGroup) else None
            if command is None:
                click.echo(f"Unknown help topic [`{' '.join(invocation.arguments)}`]", err=True)
                ctx = ctx.find_root()
                break
            ctx = click.Context(command, parent=ctx, info_name=word)
        show_help(ctx)

    root.add_command(
        GoCommand("help", help_command, short="Help about any command", usage="help [command]", description=(
            "Help provides help for any command in the application.\n"
            f"Simply type {root.name} help [path to command] for full details."
        ))
    )  # fmt: skip
