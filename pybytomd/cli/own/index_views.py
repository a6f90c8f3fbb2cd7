"""What the index of everything knows, as people ask for it: ``search``."""

from __future__ import annotations

from pybytomd.cli.client.answers import record, records, text, whole
from pybytomd.cli.client.tables import Table
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.errors import ConfigError


def _search(session: Session) -> None:
    if len(session.arguments) != 1:
        raise ConfigError("give one height, id, address or program, as in pybytomcli search 100")
    answer = session.ask("search", {"query": session.arguments[0]})
    rows = [
        (
            text(one, "kind"),
            text(one, "id"),
            "" if one.get("block_height") is None else str(whole(one, "block_height")),
        )
        for one in records(record(answer).get("found"))
    ]
    session.show(
        Table(("what", "id", "block"), rows, answer, frozenset({"block"}), nothing="nothing is known of it")
    )


SEARCH = OwnCommand(
    "search",
    _search,
    short="What a height, an id, an address or a program stands for, by the index",
    usage="search TEXT",
    description=(
        "What a text stands for: the height or hash of a block, the id of a transaction, output or asset,\n"
        "an address, or a control program in hex. The node needs its index (pybytomd node --index.enable)."
    ),
    examples="pybytomcli search 100\npybytomcli search sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h --json",
)
"""Looks something up."""
