"""One log record as a line of text, the way the reference writes it.

``time="2026-11-23T17:10:50Z" level=info msg="Rpc listen" module=api``: fields by name, values bare if they are
made of plain characters, else quoted. Source: rpc-and-cli reference, section 1.9.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from pybytomd.codec.golang.goquote import quote
from pybytomd.node.console.log_folding import Kind

LEVEL_NAMES: Mapping[int, str] = {
    logging.DEBUG: "debug",
    logging.INFO: "info",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "fatal",
}

MODULES: tuple[tuple[str, str], ...] = (
    ("pybytomd.chain", "protocol"),
    ("pybytomd.cli", "cmd"),
    ("pybytomd.consensus", "protocol"),
    ("pybytomd.events", "event"),
    ("pybytomd.mining", "mining"),
    ("pybytomd.mining.cpu_miner", "cpuminer"),
    ("pybytomd.node", "node"),
    ("pybytomd.p2p", "p2p"),
    ("pybytomd.p2p.discovery", "discover"),
    ("pybytomd.p2p.discovery.mdns", "p2p/mdns"),
    ("pybytomd.p2p.transport.multiplexer", "p2pConn"),
    ("pybytomd.p2p.transport.secret_connection", "p2pSecurity"),
    ("pybytomd.p2p.transport.upnp", "netutil"),
    ("pybytomd.rpc", "api"),
    ("pybytomd.rpc.push.websocket", "websocket"),
    ("pybytomd.store", "leveldb"),
    ("pybytomd.sync", "netsync"),
    ("pybytomd.tracing", "wallet"),
    ("pybytomd.wallet", "wallet"),
    ("pybytomd.wallet.accounts", "account"),
    ("pybytomd.wallet.spend", "txbuilder"),
    ("pybytomd.wallet.keys", "pseudohsm"),
)
"""Which of the reference's modules a package's records belong to; the longest name that fits counts."""

GENERAL = "general"
SECRET_FIELDS = frozenset(
    {"password", "old_password", "new_password", "private_key", "secret", "mnemonic", "node_key", "xprv",
     "token", "proxy_password"}
)  # fmt: skip
HIDDEN = "***"

_BARE = re.compile(r"[A-Za-z0-9\-._/@^+]*")
TEMPLATE = "template"
"""The attribute that keeps the message as it stands in the code, when its arguments are put in early."""
_OWN_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {
    "message", "asctime", "taskName", "module", TEMPLATE,
}  # fmt: skip


def module_of(logger_name: str) -> str:
    """The module whose file a logger's records go to."""
    found = GENERAL
    length = -1
    for package, module in MODULES:
        fits = logger_name == package or logger_name.startswith(package + ".")
        if fits and len(package) > length:
            found, length = module, len(package)
    return found


def kind_of(record: logging.LogRecord) -> Kind:
    """Which place in the code a record comes from, as far as folding cares."""
    return record.name, record.levelno, str(vars(record).get(TEMPLATE, record.msg))


def format_record(record: logging.LogRecord, *, debug: bool = False, zone: tzinfo | None = None) -> str:
    """The line of a record, without its end. ``debug`` adds where in the code it was made.

    ``zone`` is for tests; the machine's is taken without.
    """
    parts = [f'time="{_time(record.created, zone)}"', f"level={_level(record.levelno)}"]
    message = record.getMessage()
    if message:
        parts.append(f"msg={_value(message)}")
    parts += (f"{name}={_value(text)}" for name, text in sorted(_fields(record, debug=debug)))
    return " ".join(parts)


def format_json(record: logging.LogRecord, *, debug: bool = False, zone: tzinfo | None = None) -> str:
    """A record as one object of JSON on a line, without its end; what every record has wins over its fields."""
    told = {
        **dict(_fields(record, debug=debug)),
        "time": _time(record.created, zone),
        "level": _level(record.levelno),
        "module": module_of(record.name),
        "msg": record.getMessage(),
    }
    return json.dumps(told, ensure_ascii=False)


def fields_of(record: logging.LogRecord) -> dict[str, str]:
    """What a record says beside its message, without secrets."""
    return {
        name: HIDDEN if name.lower() in SECRET_FIELDS else _text(value)
        for name, value in vars(record).items()
        if name not in _OWN_ATTRIBUTES
    }


def all_fields(record: logging.LogRecord) -> dict[str, str]:
    """The same with what was raised, ``err``, and its ``stack``."""
    fields = fields_of(record)
    if record.exc_info and record.exc_info[1] is not None:
        fields["err"] = str(record.exc_info[1])
        fields["stack"] = "".join(traceback.format_exception(record.exc_info[1]))
    elif record.exc_text:
        fields["stack"] = record.exc_text
    return fields


def _fields(record: logging.LogRecord, *, debug: bool) -> Iterator[tuple[str, str]]:
    yield from all_fields(record).items()
    yield "module", module_of(record.name)
    if debug:
        yield "file", record.pathname
        yield "func", record.funcName or ""
        yield "line", str(record.lineno)


def _time(seconds: float, zone: tzinfo | None) -> str:
    moment = (
        datetime.fromtimestamp(int(seconds), zone) if zone else datetime.fromtimestamp(int(seconds)).astimezone()
    )
    text = moment.isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _level(number: int) -> str:
    return LEVEL_NAMES.get(number - number % 10, "info")


def _value(text: str) -> str:
    return text if _BARE.fullmatch(text) else quote(text)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)
