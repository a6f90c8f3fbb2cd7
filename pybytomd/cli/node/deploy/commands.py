"""``pybytomd deploy``: prints what other programs need to run a node and to watch it. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from pybytomd.cli.commands import GoGroup, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.node.home.locations import find_home
from pybytomd.node.settings.sources import Environment
from pybytomd.node.settings.value_types import Kind

SERVICE_HOME = Path("/var/lib/bytom")
"""Where a service has its home that was told nothing."""

USER = Flag("user", Kind.TEXT, "The system user that the node runs as", default="bytom")
NETWORK = Flag("chain_id", Kind.TEXT, "The network a new home is made for", default="mainnet")

SYSTEMD_EXAMPLES = """\
pybytomd deploy systemd > /etc/systemd/system/pybytomd.service
pybytomd deploy systemd --home /srv/bytom --user alice --chain_id testnet"""
CONTAINER_EXAMPLES = """\
pybytomd deploy container > Containerfile    in the directory of the sources, to build there"""
PROMETHEUS_EXAMPLES = """\
pybytomd deploy prometheus > bytom.rules.yml
promtool check rules bytom.rules.yml"""
GRAFANA_EXAMPLES = """\
pybytomd deploy grafana > bytom.json         then Dashboards, New, Import"""


def deploy_commands(variables: Mapping[str, str]) -> GoGroup:
    """The commands; ``variables`` is the environment."""
    group = GoGroup("deploy", short="Print files to run a node as a service, and to watch it")

    @group.command_of(
        "systemd", short="A unit for systemd", arguments=0, flags=(USER, NETWORK), examples=SYSTEMD_EXAMPLES,
        description=(
            "Print a unit for systemd, for the program that is installed here. systemd knows when the node is\n"
            "up, starts it anew when it hangs or fails, and lets it write to its home alone, which is\n"
            "/var/lib/bytom unless --home names another one."
        ),
    )  # fmt: skip
    def systemd(invocation: Invocation) -> None:
        from pybytomd.cli.node.deploy.place import Place
        from pybytomd.cli.node.deploy.systemd import unit

        place = Place.of(_home(invocation, variables), *_user_and_network(invocation))
        click.echo(unit(place), nl=False)

    @group.command_of(
        "container", short="A recipe for a container image", arguments=0, flags=(USER, NETWORK),
        examples=CONTAINER_EXAMPLES,
    )  # fmt: skip
    def container(invocation: Invocation) -> None:
        from pybytomd.cli.node.deploy.container import recipe
        from pybytomd.cli.node.deploy.place import Place

        click.echo(recipe(Place.of(SERVICE_HOME, *_user_and_network(invocation))), nl=False)

    @group.command_of("prometheus", short="Alert rules for Prometheus", arguments=0, examples=PROMETHEUS_EXAMPLES)
    def prometheus(_: Invocation) -> None:
        from pybytomd.cli.node.deploy.alerts import rules

        click.echo(rules(), nl=False)

    @group.command_of("grafana", short="A dashboard for Grafana", arguments=0, examples=GRAFANA_EXAMPLES)
    def grafana(_: Invocation) -> None:
        from pybytomd.cli.node.deploy.dashboard import dashboard

        click.echo(dashboard(), nl=False)

    return group


def _home(invocation: Invocation, variables: Mapping[str, str]) -> Path:
    """The home that was named, else that of a service: a unit is not for the home of whoever prints it."""
    flags, environment = invocation.given.flags, Environment(variables)
    is_named = any(flags.get(name) or environment.get(f"TM_{name.upper()}") for name in ("home", "root"))
    return find_home(flags, variables) if is_named else SERVICE_HOME


def _user_and_network(invocation: Invocation) -> tuple[str, str]:
    return str(invocation.value(USER.name)), str(invocation.value(NETWORK.name))
