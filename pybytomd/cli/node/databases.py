"""``pybytomd db stats`` and ``db compact``: what is in the databases, and making them small."""

from __future__ import annotations

from collections.abc import Mapping

import click

from pybytomd.cli.client.tables import Form, Table, show
from pybytomd.cli.commands import CommandFailed, GoGroup, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.progress import ProgressLine
from pybytomd.node.home.locations import node_home
from pybytomd.node.settings.value_types import Kind

JSON = Flag("json", Kind.SWITCH, "Print JSON")

STATS_EXAMPLES = """\
pybytomd db stats                           how large each database is, and what for
pybytomd db stats --json                    the same for programs"""
COMPACT_EXAMPLES = """\
pybytomd db compact                         all databases
pybytomd db compact core wallet             these alone; after Ctrl-C run it again to go on"""
HEADINGS = ("database", "bytes on disk", "files", "entries", "bytes of keys", "bytes of values")


def add_upkeep(group: GoGroup, variables: Mapping[str, str], chain_id: Flag) -> None:
    """Add the commands to ``db``; ``variables`` is the environment."""

    @group.command_of(
        "stats", short="Show how large the databases are", arguments=0, flags=(chain_id, JSON),
        examples=STATS_EXAMPLES,
        description=(
            "Read all databases through, and show how large each is. The node must not run meanwhile;\n"
            "of a running one /metrics tells the sizes."
        ),
    )  # fmt: skip
    def stats(invocation: Invocation) -> None:
        from pybytomd.node.offline import offline_config
        from pybytomd.store.repair.upkeep import databases_in, figures_of

        home = node_home(invocation.given.flags, variables)
        with offline_config(home, invocation.given.flags, variables) as config:
            found = databases_in(config.db_directory)
            with ProgressLine("reading databases", len(found)) as line:
                rows = []
                for directory in found:
                    rows.append(figures_of(directory))
                    line.step()
        table = Table(
            HEADINGS,
            [
                (one.name, *map(str, (one.disk_bytes, one.files, one.entries, one.key_bytes, one.value_bytes)))
                for one in rows
            ],
            [
                {
                    "database": one.name, "disk_bytes": one.disk_bytes, "files": one.files,
                    "entries": one.entries, "key_bytes": one.key_bytes, "value_bytes": one.value_bytes,
                }
                for one in rows
            ],
            numbers=frozenset(HEADINGS[1:]),
        )  # fmt: skip
        show(table, Form.JSON if invocation.value("json") else Form.TABLE)

    @group.command_of(
        "compact", short="Make the databases as small as they can be", usage="compact [NAME...]",
        flags=(chain_id,), examples=COMPACT_EXAMPLES,
        description=(
            "Write the databases anew without what was deleted or written over. Nothing that is in them\n"
            "changes, at no moment; it may be stopped or killed, and run again to go on. For a while it\n"
            "takes as much room on the disk as the database has; with less it refuses. NAME is that of a\n"
            "database, such as core; without one all are made compact. The node must not run meanwhile."
        ),
    )  # fmt: skip
    def compact(invocation: Invocation) -> None:
        from pybytomd.node.offline import offline_config
        from pybytomd.store.repair import upkeep

        home = node_home(invocation.given.flags, variables)
        with (
            offline_config(home, invocation.given.flags, variables) as config,
            until_interrupted() as go_on,
        ):
            found = {
                path.name.removesuffix(upkeep.SUFFIX): path for path in upkeep.databases_in(config.db_directory)
            }
            names = [name.removesuffix(upkeep.SUFFIX) for name in invocation.arguments] or list(found)
            for name in names:
                if name not in found:
                    raise CommandFailed(f"there is no database {name} in {home}; there are {', '.join(found)}")
            for name in names:
                upkeep.check_room(found[name])
                before = upkeep.disk_bytes(found[name])
                slices = upkeep.slices_of(found[name])
                with ProgressLine(f"compacting {name}", len(slices)) as line:
                    is_done = upkeep.compact(found[name], slices, line.step, go_on)
                if not is_done:
                    raise CommandFailed(f"stopped within {name}, which is whole; run the same command to go on")
                click.echo(f"{name}: {before} bytes before, {upkeep.disk_bytes(found[name])} now")
