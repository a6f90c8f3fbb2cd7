"""``pybytomd db rollback``: the chain of a node that is stopped goes back to a height, or forth again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pybytomd.cli.commands import CommandFailed, GoGroup, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.progress import ProgressLine
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.node.home.locations import node_home
from pybytomd.node.settings.value_types import Kind

if TYPE_CHECKING:  # imported by the command, as it is heavy
    from pybytomd.chain.chain import Chain
    from pybytomd.ledger.block import BlockHeader

FORWARD = Flag("forward", Kind.SWITCH, "Instead of a height: add the stored blocks above the chain again")
YES = Flag("yes", Kind.SWITCH, "Do not ask", short="y")
EXAMPLES = """\
pybytomd db rollback 119000                 undo the blocks above 119000, after asking
pybytomd db rollback 119000 --yes           the same without asking
pybytomd db rollback --forward              add them again, as far as they are stored"""
DESCRIPTION = """\
Take the last blocks of the chain back: HEIGHT is that of the block which is the last one then. What they
spent is unspent again. Wallet, index, followed contracts, watched addresses, hooks and subscriptions undo
their part by themselves when the node runs again. Nothing is deleted: the blocks stay stored, --forward adds
them again, and a node with peers fetches what they have at its next start. It may be stopped or killed, and
run again to go on. The node must not run meanwhile.

Exit status: 0 done; 1 refused, declined or stopped before the end, which is told."""


def add_rollback(group: GoGroup, variables: Mapping[str, str], chain_id: Flag) -> None:
    """Add the command to ``db``; ``variables`` is the environment."""

    @group.command_of(
        "rollback", short="Take the last blocks of the chain back, or add them again",
        usage="rollback HEIGHT | --forward", flags=(chain_id, FORWARD, YES), examples=EXAMPLES,
        description=DESCRIPTION,
    )  # fmt: skip
    def rollback(invocation: Invocation) -> None:
        from pybytomd.node.offline import offline_chain
        from pybytomd.node.settings.config import Config

        height = _wanted_height(invocation)
        home, flags = node_home(invocation.given.flags, variables), invocation.given.flags
        network = Config.load(home, flags, variables).network
        if network.kind is ChainKind.BYTOM2:
            raise CommandFailed(
                f"{home} is a home of {ChainKind.BYTOM2}, on {network.name}: its validators make blocks final, "
                "which cannot be taken back; move core.db away to fetch the chain anew"
            )
        with offline_chain(home, flags, variables) as chain:
            if height is None:
                _forward(chain)
            else:
                _back(chain, height, is_agreed=bool(invocation.value("yes")))


def _wanted_height(invocation: Invocation) -> int | None:
    """The height that is named, None for ``--forward``. Raises CommandFailed."""
    words = invocation.arguments
    if invocation.value("forward"):
        if words:
            raise CommandFailed("--forward takes no height: everything that is stored is added")
        return None
    if len(words) != 1 or not (words[0].isascii() and words[0].isdecimal()):
        raise CommandFailed("name the height to go back to, as in pybytomd db rollback 119000, or give --forward")
    return int(words[0][:20])


def _back(chain: Chain, height: int, *, is_agreed: bool) -> None:
    from pybytomd.chain.archive.rollback import roll_back

    best = chain.best_header
    if height > best.height:
        raise CommandFailed(f"the chain ends with block {best.height}; it can go back, not forth, to a height")
    if height == best.height:
        click.echo(f"the chain ends with block {height} already; nothing was changed")
        return
    count = best.height - height
    target = chain.header_at(height)
    click.echo(f"The chain ends with {_told(best)}.", err=True)
    click.echo(f"{count} block{'s' * (count > 1)} will be taken back, down to {_told(target)}.", err=True)
    click.echo("They stay stored: pybytomd db rollback --forward adds them again.", err=True)
    if not is_agreed:
        _ask()
    with until_interrupted() as go_on, ProgressLine("undoing blocks", count) as line:
        state = roll_back(chain, height, line.step, go_on)
    if state.height > height:
        raise CommandFailed(
            f"stopped; the chain is whole and ends with block {state.height} {state.hash.hex()}; "
            "run the same command to go on, or pybytomd db rollback --forward to go back"
        )
    click.echo(f"the chain ends with block {state.height} {state.hash.hex()}; {count} taken back")


def _forward(chain: Chain) -> None:
    from pybytomd.chain.archive.rollback import connect_stored, stored_above

    count = sum(1 for _ in stored_above(chain))
    with until_interrupted() as go_on, ProgressLine("adding blocks", count) as line:
        done = connect_stored(chain, line.step, go_on)
    refused = f"; {done.refused} cannot be part of it" if done.refused else ""
    where = f"the chain ends with block {chain.best_height} {chain.best_hash.hex()}"
    if not done.is_complete:
        raise CommandFailed(f"stopped after {done.added} blocks{refused}; {where}; run the same command to go on")
    click.echo(f"{done.added} stored blocks added{refused}; {where}")


def _ask() -> None:
    """Go on only after a yes. Raises CommandFailed."""
    try:
        agreed = click.confirm("Take them back?", default=False, err=True)
    except click.Abort as error:
        raise CommandFailed("nobody has agreed, nothing was changed; --yes goes on without asking") from error
    if not agreed:
        raise CommandFailed("nothing was changed")


def _told(header: BlockHeader) -> str:
    made = datetime.fromtimestamp(header.timestamp, UTC)
    return f"block {header.height} {header.hash.hex()} of {made:%Y-%m-%d %H:%M:%S} UTC"
