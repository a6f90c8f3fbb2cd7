"""``pybytomcli``: the client. Arguments, output and exit codes are those of the reference's ``bytomcli``.

Its texts call the program ``bytomcli``, as scripts expect. Examples, and the commands the reference has not, are
shown where a person reads: when help goes to a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn

import click

from pybytomd.cli.calls.accounts import ACCOUNT_CALLS, ASSET_CALLS
from pybytomd.cli.calls.blocks import BLOCK_CALLS
from pybytomd.cli.calls.call import Call, Exit, Node
from pybytomd.cli.calls.examples import EXAMPLES
from pybytomd.cli.calls.keys import KEY_CALLS
from pybytomd.cli.calls.network import MINING_CALLS, NETWORK_CALLS
from pybytomd.cli.calls.tokens import FEED_CALLS, TOKEN_CALLS
from pybytomd.cli.calls.transactions import TRANSACTION_CALLS
from pybytomd.cli.calls.wallet import WALLET_CALLS
from pybytomd.cli.commands import GoGroup, GoOption, help_flag, show_help, version_line
from pybytomd.cli.completing.offers import TableOffers
from pybytomd.cli.flags import HELP, VERSION, FlagSet, UnknownFlag
from pybytomd.cli.help_text import flag_lines
from pybytomd.cli.own.all_commands import OWN_COMMANDS
from pybytomd.cli.place_flags import PLACE_FLAGS, place_of
from pybytomd.cli.streams import standard_streams
from pybytomd.cli.suggestions import did_you_mean
from pybytomd.cli.typed_line import Completing, given_so_far
from pybytomd.client.http_client import ApiClient
from pybytomd.codec.golang.goquote import quote
from pybytomd.errors import ConfigError

NAME = "bytomcli"
OWN_NAME = "pybytomcli"
TITLE = "Bytomcli is a commond line client for bytom core (a.k.a. bytomd)"
CALLS: dict[str, Call] = {
    call.name: call
    for call in (
        *ACCOUNT_CALLS,
        *ASSET_CALLS,
        *BLOCK_CALLS,
        *FEED_CALLS,
        *KEY_CALLS,
        *MINING_CALLS,
        *NETWORK_CALLS,
        *TOKEN_CALLS,
        *TRANSACTION_CALLS,
        *WALLET_CALLS,
    )
}
HIDDEN_FLAGS = tuple(replace(flag, hidden=True) for flag in PLACE_FLAGS)
"""What every command takes besides its own, and help that scripts compare with the reference's passes over."""
HELP_SUMMARY = "Help about any command"
NAME_WIDTH = max(len(name) for name, call in CALLS.items() if not call.own)
HELP_OF_HELP = f"""\
Help provides help for any command in the application.
Simply type {NAME} help [path to command] for full details.

Usage:
  {NAME} help [command] [flags]

Flags:
  -h, --help   help for help"""
HELP_FLAGS = ("-h", "--help")
"""Before an unknown word they have the reference show its help, and not complain."""
MORE = f'Use "{NAME} [command] --help" for more information about a command.'


def _end_with(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise click.exceptions.Exit(Exit.LOCAL_ERROR)


def _explained(error: ConfigError) -> str:
    """What is wrong, to the letter of the reference, and for a person with a guess at what was meant."""
    guess = error.guess if isinstance(error, UnknownFlag) and sys.stderr.isatty() else ""
    return f"{error}{guess}"


class CallCommand(Completing):
    """A ``Call`` as a command of click."""

    def __init__(self, call: Call) -> None:
        self.call = call
        super().__init__(
            call.name,
            params=[GoOption(flag) for flag in call.flags],
            short_help=call.summary,
            add_help_option=False,
        )

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """What click knows to complete: own flags, and those of every command."""
        return [*super().get_params(ctx), *map(GoOption, HIDDEN_FLAGS)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read flags and arguments; prints help, or what is wrong and the usage."""
        if ctx.resilient_parsing:  # a line that is being typed
            super().parse_args(ctx, list(args))
            ctx.obj = given_so_far(FlagSet((*self.call.flags, *HIDDEN_FLAGS, HELP)), args)
            return []
        try:
            given = FlagSet((*self.call.flags, *HIDDEN_FLAGS, HELP)).parse(args)
        except ConfigError as error:
            self._refuse(_explained(error))
        if given.flags.get(HELP.name):
            show_help(ctx)
        complaint = self.call.arity.complaint(f"{NAME} {self.call.name}", given.arguments)
        if complaint is not None:
            self._refuse(complaint)
        values = {flag.name: given.flags.get(flag.name, flag.initial) for flag in self.call.flags}
        missing = sorted(set(self.call.required(values)) - set(given.flags))
        if missing:
            names = '", "'.join(missing)
            self._refuse(f'Required flag(s) "{names}" have/has not been set')
        ctx.obj = (given.arguments, values, given.flags)
        return []

    def _refuse(self, reason: str) -> NoReturn:
        _end_with(f"Error: {reason}\n{self._usage(for_person=sys.stderr.isatty())}")

    def invoke(self, ctx: click.Context) -> None:
        """Run the command."""
        arguments, values, given = ctx.obj
        client = ApiClient(lambda: place_of(lambda name: given.get(name, "")))
        self.call.perform(Node(client), arguments, values)

    def _usage(self, *, for_person: bool) -> str:
        call = self.call
        program = OWN_NAME if call.own else NAME
        line = " ".join(word for word in (program, call.name, call.usage, "[flags]") if word)
        examples = ""
        if call.own or for_person:
            lines = EXAMPLES[call.name].splitlines()
            examples = "\n".join(["", "Examples:", *(f"  {line.rstrip()}" for line in lines), ""])
        more = PLACE_FLAGS if for_person or call.own else ()
        flags = "\n".join(flag_lines((*call.flags, *more, help_flag(call.name))))
        return f"Usage:\n  {line}\n{examples}\nFlags:\n{flags}\n"

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The help text, without the last line end."""
        usage = self._usage(for_person=sys.stdout.isatty())
        return f"{self.call.summary}\n\n{usage}".rstrip("\n")


class Client(GoGroup):
    """The program. What it does without a command it knows is the reference's client's way."""

    def __init__(self) -> None:
        super().__init__(NAME, short=TITLE)
        self.offers = TableOffers()
        for call in CALLS.values():
            self.add_command(CallCommand(call))
        for command in OWN_COMMANDS:
            self.add_command(command)

    def without_command(self, ctx: click.Context, args: list[str]) -> NoReturn:
        """Explain a command, complain of one that is not there or of a flag, or show what there is."""
        words = FlagSet((VERSION, HELP)).words(args)
        if words[:1] == ["help"]:
            self._explain(ctx, words[1:], args)
        elif words and not args[0].startswith(HELP_FLAGS):
            guesses = did_you_mean(words[0], sorted(name for name, call in CALLS.items() if not call.own))
            unknown = f"Error: unknown command {quote(words[0])} for {quote(NAME)}{guesses}"
            _end_with(f"{unknown}\nRun '{NAME} --help' for usage.")
        try:
            given = FlagSet((VERSION, HELP)).parse([] if words[:1] == ["help"] else args)
        except ConfigError as error:
            _end_with(f"Error: {_explained(error)}\n{_root_usage(sys.stderr.isatty())}")
        if given.flags.get(HELP.name):
            show_help(ctx)
        if given.flags.get(VERSION.name):
            click.echo(version_line(OWN_NAME))
        elif not words and not given.arguments:  # for an empty word, and after --, the reference says nothing
            click.echo(_overview(sys.stderr.isatty()), err=True)
        ctx.exit(0)

    def _explain(self, ctx: click.Context, words: list[str], args: list[str]) -> None:
        try:
            given = FlagSet((HELP,)).parse(args)
        except ConfigError as error:
            usage = HELP_OF_HELP.partition("\n\n")[2]
            _end_with(f"Error: {_explained(error)}\n{usage}\n")
        if given.flags.get(HELP.name):
            click.echo(HELP_OF_HELP)
            return
        command = self.get_command(ctx, words[0]) if words else self
        if command is None:
            topic = " ".join(f"`{word}`" for word in words)
            click.echo(f"Unknown help topic [{topic}]\n{_usage_without_flags()}", nl=False, err=True)
        else:
            click.echo(command.get_help(ctx))

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The help text, without the last line end."""
        return f"{TITLE}\n\n{_root_usage(sys.stdout.isatty())}".rstrip("\n")


def _rows(calls: Iterable[tuple[str, str]], indent: str) -> list[str]:
    return [f"{indent}{name:<{NAME_WIDTH}} {summary}" for name, summary in sorted(calls)]


def _listed(indent: str, *, wallet: bool | None = None) -> list[str]:
    return _rows(
        (
            (call.name, call.summary)
            for call in CALLS.values()
            if not call.own and (wallet is None or call.wallet is wallet)
        ),
        indent,
    )


def _own_commands(for_person: bool, indent: str) -> list[str]:
    """What the reference has not, for people only: what scripts read is the reference's to the letter."""
    if not for_person:
        return []
    calls = [(call.name, call.summary) for call in CALLS.values() if call.own]
    commands = [(command.name or "", command.short_help or "") for command in OWN_COMMANDS]
    return ["", f"Commands of {OWN_NAME}:", *_rows([*calls, *commands], indent)]


def _root_usage(for_person: bool) -> str:
    listed = sorted([*_listed("  "), *_rows([("help", HELP_SUMMARY)], "  ")])
    lines = [
        "Usage:",
        f"  {NAME} [flags]",
        f"  {NAME} [command]",
        "",
        "Available Commands:",
        *listed,
        *_own_commands(for_person, "  "),
        "",
        "Flags:",
        *flag_lines((help_flag(NAME), *((VERSION,) if for_person else ()))),
        "",
        MORE,
    ]
    return "\n".join(lines) + "\n"


def _usage_without_flags() -> str:
    """Quirk: where a topic of help is unknown, the reference's overview has no flags."""
    before, _, after = _root_usage(sys.stderr.isatty()).partition("Flags:\n")
    return before.replace(f"{NAME} [flags]", NAME, 1) + after.partition("\n\n")[2]


def _overview(for_person: bool) -> str:
    """What the program says without a command. Quirk: the blanks at some line ends are the reference's."""
    lines = [
        "Usage:",
        f"  {NAME} [flags]",
        f"  {NAME} [command]",
        "",
        "Available Commands:",
        "    ",
        *_listed("    ", wallet=False),
        "",
        "  available with wallet enable:",
        "    ",
        *_listed("    ", wallet=True),
        *_own_commands(for_person, "    "),
        "",
        "Flags:",
        *flag_lines((help_flag(NAME), *((VERSION,) if for_person else ()))),
        "",
        MORE,
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of ``pybytomcli``."""
    with standard_streams():
        Client().main(args=arguments, prog_name=OWN_NAME)
