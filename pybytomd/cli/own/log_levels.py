"""The commands ``list-log-levels`` and ``set-log-level``: how much the parts of a running node log."""

from __future__ import annotations

from pybytomd.cli.client.answers import records, text
from pybytomd.cli.client.tables import Table
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError

WANTED = 2


def _show(session: Session, answer: JsonValue) -> None:
    rows = [(text(one, "part"), text(one, "level")) for one in records(answer)]
    session.show(Table(("part", "level"), rows, answer))


def _list(session: Session) -> None:
    if session.arguments:
        raise ConfigError(f"{session.arguments[0]!r} is too much; pybytomcli set-log-level changes a level")
    _show(session, session.ask("list-log-levels"))


def _set(session: Session) -> None:
    if len(session.arguments) != WANTED:
        raise ConfigError("name a part and a level, as in pybytomcli set-log-level p2p debug")
    part, level = session.arguments
    _show(session, session.ask("set-log-level", {"part": part, "level": level}))


LOG_LEVEL_COMMANDS = (
    OwnCommand(
        "list-log-levels",
        _list,
        short="Show how much each part of the node logs",
        examples="pybytomcli list-log-levels\npybytomcli list-log-levels --json",
    ),
    OwnCommand(
        "set-log-level",
        _set,
        short="Have a part of the node log more or less, until it ends",
        usage="set-log-level PART LEVEL",
        description=(
            "Have a part of the running node log more or less, until it is set again or the node ends; the next\n"
            "start takes log_level of the configuration. PART is the name of a log file, or all; LEVEL is debug,\n"
            "info, warn, error or fatal. The change is said in the log of the part node."
        ),
        examples="pybytomcli set-log-level p2p debug\npybytomcli set-log-level all info",
    ),
)
"""Both of them."""
