"""The command ``events``: what happens, a line each, as it happens."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import click

from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.own.call_any import request_of
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind
from pybytomd.tasks import run_unless

FROM_NOW_ON = -1


def _events(session: Session) -> None:
    if not session.arguments:
        raise ConfigError("name a topic, as in pybytomcli events blocks; /docs of the node lists them")
    asyncio.run(_follow(session))


async def _follow(session: Session) -> None:
    from pybytomd.client.event_stream import EventStream  # aiohttp takes a quarter of a second

    topic, *arguments = session.arguments
    from_height, count = int(session.value("from-height")), int(session.value("count"))
    stream = EventStream(
        session.find_place, topic, request_of(arguments), say=session.say, cursor=session.text("cursor"),
        from_height=None if from_height == FROM_NOW_ON else from_height,
    )  # fmt: skip

    async def tell() -> None:
        told = 0
        async with aclosing(stream.messages()) as messages:
            async for _event, text in messages:
                click.echo(text)
                told += 1
                if told == count:
                    return

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with until_interrupted(lambda: _set(loop, stop)):
        await run_unless(stop, tell())


def _set(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    loop.call_soon_threadsafe(stop.set)


EVENTS = OwnCommand(
    "events",
    _events,
    short="Print what happens, as it happens",
    usage="events TOPIC [key=value ...]",
    flags=(
        Flag("from-height", Kind.INTEGER, "begin with this block (-1 for the next one)", FROM_NOW_ON),
        Flag("cursor", Kind.TEXT, "go on behind the event that had this cursor"),
        Flag("count", Kind.INTEGER, "end after so many events (0 for never)", 0),
    ),
    description=(
        "Print events of a topic, a JSON object a line, until Ctrl-C. key=value is the filter of the topic;\n"
        "/docs of the node lists topics and filters. When the connection is lost it is made again, and nothing\n"
        "is missed."
    ),
    examples=(
        "pybytomcli events blocks detail=summary --from-height 0\n"
        "pybytomcli events address_transactions address=sm1q..fz5h\n"
        "pybytomcli events feed_transactions alias=large pending=false\n"
        "pybytomcli events confirmations tx_id=TXID confirmations=6"
    ),
)
"""Follows a topic."""
