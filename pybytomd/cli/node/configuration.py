"""``pybytomd config``: which settings are in force and where they come from, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pybytomd.cli.client.tables import Form, Table, show
from pybytomd.cli.commands import CommandFailed, GoGroup, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.node.home.locations import node_home
from pybytomd.node.settings.value_types import Kind, Value

JSON = Flag("json", Kind.SWITCH, "Print JSON")
ALL = Flag("all", Kind.SWITCH, "Also those that have their default")

SHOW_EXAMPLES = """\
pybytomd config show                            what was set, and where
pybytomd config show --all --json               every setting, for programs
pybytomd config show --home ./solo --mining     as pybytomd node with these flags would see it"""
EXAMPLE_EXAMPLES = """\
pybytomd config example | less                  what there is to be set
pybytomd config example > config.toml           to begin with; all of it is as it would be without"""
CHECK_EXAMPLES = """\
pybytomd config check                           before the node is restarted
pybytomd config check --home ./solo --json      the same for programs; status 1 if anything is wrong"""


def configuration_commands(variables: Mapping[str, str], node_flags: Sequence[Flag]) -> GoGroup:
    """The commands; ``variables`` is the environment, ``node_flags`` those that ``pybytomd node`` takes."""
    group = GoGroup("config", short="Look at the settings")

    @group.command_of(
        "show", short="Show settings, and where each comes from", arguments=0, flags=(ALL, JSON, *node_flags),
        examples=SHOW_EXAMPLES,
        description=(
            "Show the settings that were set, in the file, the environment or by flags, and with --all\n"
            "the others, too. It takes the flags of pybytomd node. Secrets are not shown."
        ),
    )  # fmt: skip
    def show_(invocation: Invocation) -> None:
        from pybytomd.node.settings.report import shown_settings

        everything = bool(invocation.value("all"))
        settings = [
            shown
            for shown in shown_settings(_home(invocation, variables), _settings(invocation), variables)
            if everything or shown.source != "default"
        ]
        table = Table(
            ("setting", "value", "source", "where"),
            [(one.key, _text(one.value), one.source, one.place) for one in settings],
            [{"key": one.key, "value": one.value, "source": one.source, "place": one.place} for one in settings],
        )
        show(table, Form.JSON if invocation.value("json") else Form.TABLE)

    @group.command_of(
        "example", short="Print a configuration file that explains every setting", arguments=0,
        examples=EXAMPLE_EXAMPLES,
        description="Print every setting with its default and what it means, as a configuration file.",
    )  # fmt: skip
    def example(_invocation: Invocation) -> None:
        from pybytomd.node.settings.example import example_text

        click.echo(example_text(), nl=False)

    @group.command_of(
        "check", short="Look for mistakes in the settings", arguments=0, flags=(JSON, *node_flags),
        examples=CHECK_EXAMPLES,
        description=(
            "Look for mistakes in the settings, each named with its line and, for a name that is none, the\n"
            "one that comes nearest. It takes the flags of pybytomd node, and changes and starts nothing.\n"
            "Status 1 if the node would not start, or not as it was meant."
        ),
    )  # fmt: skip
    def check(invocation: Invocation) -> None:
        from pybytomd.node.node import check_start
        from pybytomd.node.settings.report import faults_of

        home = _home(invocation, variables)
        faults = faults_of(home, _settings(invocation), variables, check_start)
        count = sum(fault.is_error for fault in faults)
        if invocation.value("json"):
            rows: list[JsonValue] = [
                {"place": one.place, "text": one.text, "is_error": one.is_error} for one in faults
            ]
            show(Table((), [], rows), Form.JSON)
        else:
            for fault in faults:
                click.echo(f"{'ERROR' if fault.is_error else 'note'}: {fault}")
        if count:
            raise CommandFailed(f"{count} {'mistake' if count == 1 else 'mistakes'} in the settings of {home}")
        if not invocation.value("json"):
            click.echo(f"the settings of {home} are in order")

    return group


def _home(invocation: Invocation, variables: Mapping[str, str]) -> Path:
    return node_home(invocation.given.flags, variables)


def _settings(invocation: Invocation) -> dict[str, Value]:
    own = (ALL.name, JSON.name)
    return {name: value for name, value in invocation.given.flags.items() if name not in own}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
