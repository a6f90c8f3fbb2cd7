"""The command ``status``: how the node is, on one screen."""

from __future__ import annotations

import time
from collections.abc import Iterator

import click

from pybytomd.cli.client.answers import Record, record, records, text, whole
from pybytomd.cli.client.tables import Form, Table
from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.cli.own.wallet_views import moment
from pybytomd.clock import SystemClock
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue, Number
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

POLL_SECONDS = 0.1
GIGABYTE = 1_000_000_000


def lines_of(status: Record) -> list[tuple[str, str]]:
    """What ``node-status`` answers, in words. Raises OddAnswer."""
    return list(_lines(status))


def _lines(status: Record) -> Iterator[tuple[str, str]]:
    sync = record(status.get("sync"))
    height, highest = whole(sync, "height"), whole(sync, "highest")
    yield "network", text(status, "network")
    yield "block", f"{height} of {highest}, {moment(whole(sync, 'block_time'))} UTC"
    yield "doing", text(sync, "activity")
    if sync.get("is_behind") is True:
        left = sync.get("seconds_left")
        yield "time left", "not known yet" if left is None else duration(_number(left))
        yield "rate", f"{_number(sync.get('blocks_per_second')):g} blocks a second"
    if isinstance(sync.get("stuck"), str):
        yield "STUCK", text(sync, "stuck")
    peers = records(status.get("peers"))
    outbound = sum(peer.get("is_outbound") is True for peer in peers)
    yield "peers", f"{len(peers)}, of them {outbound} called by this node"
    pool = record(status.get("pool"))
    yield "pool", f"{whole(pool, 'transactions')} transactions, {whole(pool, 'orphans')} orphans"
    wallet = status.get("wallet")
    yield "wallet", "not enabled" if wallet is None else _wallet(record(wallet), height)
    index = status.get("index")
    if index is not None:
        yield "index", _index(record(index))
    if "producing" in status:
        yield from _of_validators(status)
    else:
        mining = status.get("mining")
        yield "mining", "not possible here" if mining is None else _mining(record(mining))
    disk = status.get("disk")
    if disk is not None:
        yield "disk", _disk(record(disk))
    versions = record(status.get("versions"))
    yield "version", f"{text(versions, 'program')}, for {text(versions, 'reference')} of the reference"
    if text(versions, "newest") != text(versions, "reference"):
        yield "newest", text(versions, "newest")


def _wallet(wallet: Record, height: int) -> str:
    if isinstance(wallet.get("failure"), str):
        return f"FAILS at block {whole(wallet, 'height')}: {text(wallet, 'failure')}"
    doing = [word for word in ("rescanning", "recovering") if wallet.get(f"is_{word}") is True]
    behind = height - whole(wallet, "height")
    return ", ".join([f"{behind} blocks behind" if behind > 0 else "up to date", *doing])


def _index(index: Record) -> str:
    if isinstance(index.get("failure"), str):
        return f"FAILS at block {whole(index, 'height')}: {text(index, 'failure')}"
    if not (behind := whole(index, "lag")):
        return "up to date"
    return f"{behind} blocks behind, {_number(index.get('blocks_per_second')):g} a second"


def _mining(mining: Record) -> str:
    if mining.get("is_mining") is not True:
        return "off"
    rate = _number(mining.get("hashes_per_second"))
    threads, found = whole(mining, "threads"), whole(mining, "blocks_found")
    return f"{threads} threads, {rate:g} hashes a second, {found} blocks found"


def _of_validators(status: Record) -> Iterator[tuple[str, str]]:
    """What a node of a chain of validators tells."""
    consensus, producing = record(status.get("consensus")), record(status.get("producing"))
    final, justified = whole(consensus, "finalized_height"), whole(consensus, "justified_height")
    yield "final", f"up to block {final}, justified up to {justified}"
    yield "epoch", f"{whole(consensus, 'epoch')}, {whole(consensus, 'validators')} validators"
    role = "is a validator" if producing.get("is_validator") is True else "is no validator"
    doing = "makes blocks" if producing.get("is_producing") is True else "makes no blocks"
    quiet = ", SIGNS NOTHING YET" if producing.get("is_quiet") is True else ""
    yield "this node", f"{role}, {doing}{quiet}, {whole(producing, 'blocks_made')} made"


def _disk(disk: Record) -> str:
    free, size = (f"{whole(disk, name) / GIGABYTE:.1f}" for name in ("free", "size"))
    low = ", NEARLY FULL: syncing and mining have stopped" if isinstance(disk.get("low"), str) else ""
    return f"{free} of {size} GB free{low}"


def _number(value: JsonValue) -> float:
    if isinstance(value, Number):
        return float(value.text)
    return float(value) if isinstance(value, int) else 0.0


def duration(seconds: float) -> str:
    """A span of time with its two largest units: ``1 h 5 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{count} {unit}" for count, unit in parts[:2])


def _show(session: Session) -> None:
    answer = session.ask("node-status")
    if session.form is Form.JSON and session.value("watch"):
        click.echo(gojson.dumps(answer))  # one object a line, for who reads them as they come
        return
    session.show(Table(("", ""), lines_of(record(answer)), answer))


def _status(session: Session) -> None:
    if session.arguments:
        raise ConfigError(f"{session.arguments[0]!r} is too much; this command takes flags only")
    if not session.value("watch"):
        _show(session)
        return
    every = max(int(session.value("interval")), 1)
    clock = SystemClock()
    with until_interrupted() as goes_on:
        while goes_on():
            if session.form is Form.TABLE:
                click.clear()
            _show(session)
            until = clock.monotonic() + every
            while goes_on() and clock.monotonic() < until:
                time.sleep(POLL_SECONDS)


STATUS = OwnCommand(
    "status",
    _status,
    short="How the node is, on one screen",
    flags=(
        Flag("watch", Kind.SWITCH, "show it again and again, until Ctrl-C", short="w"),
        Flag("interval", Kind.UNSIGNED, "seconds between, with --watch", 2),
    ),
    description="How the node is: heights, time left, why it is stuck, peers, pool, wallet, mining, versions.",
    examples="pybytomcli status\npybytomcli status --watch\npybytomcli status --json",
)
"""Shows the state of the node."""
