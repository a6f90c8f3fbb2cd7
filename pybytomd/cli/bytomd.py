"""``pybytomd``: the node's command line.

Commands are imported when they run: ``pybytomd version`` must not load a node.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping

import click

from pybytomd import REFERENCE_VERSION
from pybytomd.cli.commands import GoGroup, Invocation, add_help_command
from pybytomd.cli.completing.offers import TableOffers
from pybytomd.cli.completing.script import add_completion_command
from pybytomd.cli.flags import Flag
from pybytomd.cli.node.configuration import configuration_commands
from pybytomd.cli.node.deploy.commands import deploy_commands
from pybytomd.cli.node.tools import add_tools, named_home
from pybytomd.cli.streams import standard_streams
from pybytomd.node.home.locations import default_home, node_home
from pybytomd.node.settings.options import OPTIONS
from pybytomd.node.settings.sources import Environment
from pybytomd.node.settings.value_types import Kind

NAME = "pybytomd"

INIT_FLAGS = (Flag("chain_id", Kind.TEXT, "Select [mainnet] or [testnet] or [solonet]"),)
NODE_FLAGS = tuple(
    Flag(option.key, option.kind, option.help, default=option.default, hidden=option.hidden)
    for option in OPTIONS
    if option.flag
)

ROOT_EXAMPLES = """\
pybytomd init --chain_id solonet      make a home directory for a private network
pybytomd node --mining                run the node in it, and mine
pybytomcli get-block-count            ask the running node something"""

INIT_EXAMPLES = """\
pybytomd init --chain_id mainnet                in the default home directory
pybytomd init --chain_id solonet --home ./solo  a network of one's own, in another one
pybytomd init --chain_id bytom2                 for Bytom 2; also bytom2-testnet and bytom2-solonet"""

NODE_EXAMPLES = """\
pybytomd node                                   run the node of the default home directory
pybytomd node --home ./solo --mining            mine on the network of another home directory
TM_LOG_LEVEL=debug pybytomd node                any setting may come from the environment
LISTEN=127.0.0.1:9889 pybytomd node             serve the API at another address"""


def program(variables: Mapping[str, str]) -> GoGroup:
    """The command line; ``variables`` is the environment."""
    root = GoGroup(
        NAME,
        short="Multiple asset management.",
        examples=ROOT_EXAMPLES,
        flags=(
            Flag("home", Kind.TEXT, "root directory for config and data"),
            Flag("root", Kind.TEXT, "DEPRECATED. Use --home", default=str(default_home(variables)), short="r"),
            Flag("trace", Kind.SWITCH, "print out full stack trace on errors"),
        ),
    )

    @root.command_of("init", short="Initialize blockchain", flags=INIT_FLAGS, examples=INIT_EXAMPLES)
    def init(invocation: Invocation) -> None:
        warn_of_words("init", invocation)
        from pybytomd.node.home.initialise import initialize

        home = named_home(invocation, variables)
        chain_id = str(invocation.value("chain_id")) or Environment(variables).get("TM_CHAIN_ID") or ""
        made = initialize(home, chain_id)
        if not made.written:
            click.echo(f"Already exists config file. Nothing was changed: {made.config}")
            return
        click.echo(f"Initialized a {made.network.name} node. Written:")
        for path in made.written:
            click.echo(f"  {path}{os.sep if path.is_dir() else ''}")
        if made.identity:
            click.echo(f"Node id: {made.identity}")
        if made.network.is_made_on_demand:
            click.echo(f"Next: pybytomd dev --home {home}")
            return
        where = "" if home == default_home(variables).absolute() else f" --home {home}"
        click.echo(f"Next: pybytomd node{where}{' --mining' if made.network.is_private else ''}")

    @root.command_of("node", short="Run the bytomd", flags=NODE_FLAGS, examples=NODE_EXAMPLES)
    def node(invocation: Invocation) -> None:
        warn_of_words("node", invocation)
        # Looking for garbage takes a tenth of the start, and there is none. The node begins with it when it is up.
        gc.disable()
        from pybytomd.node.run import run_node

        home = node_home(invocation.given.flags, variables)
        is_seen = sys.stdin.isatty() and sys.stdout.isatty()
        run_node(home, invocation.given.flags, variables, click.confirm if is_seen else None)

    @root.command_of("version", short="Show version info")
    def version(invocation: Invocation) -> None:
        warn_of_words("version", invocation)
        click.echo(REFERENCE_VERSION)

    root.offers = TableOffers()
    root.add_command(configuration_commands(variables, NODE_FLAGS))
    root.add_command(deploy_commands(variables))
    add_tools(root, variables)
    add_completion_command(root)
    add_help_command(root)
    return root


def warn_of_words(command: str, invocation: Invocation) -> None:
    """Warn of words that are no flags. The reference passes them over in silence, so scripts may have some.

    Most likely they are the values of switches: after ``--mining false`` a node mines.
    """
    words = invocation.arguments
    if words:
        is_value = "true" in words or "false" in words
        hint = "; the value of a switch is written like this: --mining=false" if is_value else ""
        passed_over = " ".join(words)
        click.echo(
            f"WARNING: {NAME} {command} takes nothing but flags, and passes over: {passed_over}{hint}", err=True
        )


def main() -> None:
    """Run the command line of this process."""
    with standard_streams():
        program(os.environ).main(prog_name=NAME)
