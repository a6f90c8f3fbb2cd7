"""Commands about mining, the network, programs, and the client itself."""

from __future__ import annotations

import platform
import re
import sys

import click

from pybytomd import REFERENCE_VERSION
from pybytomd.cli.calls.call import ANY_ARGUMENTS, FIRST, Arguments, Arity, Call, Node, Show, Values, exactly, fail
from pybytomd.cli.flags import Flag
from pybytomd.cli.spans import seconds_of
from pybytomd.codec.hostport import split_host_port
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.node.settings.value_types import Kind

_PEER_ID = re.compile(r"[0-9A-Fa-f]{64}")
GO_SYSTEMS = {"win32": "windows", "cygwin": "windows"}
GO_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "i386": "386"}


def _set_mining(node: Node, arguments: Arguments, _flags: Values) -> None:
    """Start or stop mining. Quirk: every word but ``true`` stops it."""
    wanted = arguments[0].lower() == "true"
    node.ask("/set-mining", {"is_mining": wanted})
    click.echo("start mining success" if wanted else "stop mining success")


def _blocks_wanted(arguments: Arguments, flags: Values) -> JsonValue:
    count = arguments[0] if arguments else "1"
    if not (count.isascii() and count.isdecimal()):
        fail("the number of blocks is a whole number")
    to = str(flags["to"])
    return {"count": int(count), **({"address": to} if to else {})}


def _address(arguments: Arguments, _flags: Values) -> JsonValue:
    try:
        host, port = split_host_port(arguments[0], with_bare_ipv6=True)
    except DecodeError as error:
        fail(f"a peer is given as ip:port: {error}")
    return {"ip": host, "port": port}


def _named_address(arguments: Arguments, flags: Values) -> JsonValue:
    return {"address": arguments[0], **({"keep": True} if flags["keep"] else {})}


def _target(who: str) -> dict[str, JsonValue]:
    """A peer by its id, or else by its address."""
    return {"peer_id" if _PEER_ID.fullmatch(who) else "address": who}


def _ban(arguments: Arguments, flags: Values) -> JsonValue:
    try:
        return {**_target(arguments[0]), "seconds": seconds_of(str(flags["for"]))}
    except ConfigError as error:
        fail(str(error))


def _show_version(_node: Node, _arguments: Arguments, _flags: Values) -> None:
    """The version of the reference this client answers for, with system and machine as Go names them."""
    system = GO_SYSTEMS.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    click.echo(f"Bytomcli v{REFERENCE_VERSION} {system}/{GO_MACHINES.get(machine, machine)}")


MINING_CALLS = (
    Call("is-mining", "If client is actively mining new blocks"),
    Call("set-mining", "start or stop mining", usage="<true or false>", arity=exactly(1), run=_set_mining),
    Call("generate", "Mine blocks now and print their hashes (solonet and dev only)", request=_blocks_wanted,
         usage="[count]", arity=Arity(0, 1),
         flags=(Flag("to", Kind.TEXT, "address that is paid for them; the mining address unless given"),),
         own=True),
)  # fmt: skip

NETWORK_CALLS = (
    Call("net-info", "Print the summary of network"),
    Call("node-status", "Print the state of all parts of the node", own=True),
    Call("gas-rate", "Print the current gas rate"),
    Call("list-peers", "List the connected peers", Show.LIST, own=True),
    Call("connect-peer", "Connect to a peer", request=_address, usage="<ip:port>", arity=exactly(1), own=True),
    Call("disconnect-peer", "Disconnect from a peer", "Successfully disconnect peer",
         lambda arguments, _flags: {"peer_id": arguments[0]}, usage="<peerID>", arity=exactly(1), own=True),
    Call("add-peer", "Connect to a peer by name or address", request=_named_address, usage="<host:port>",
         arity=exactly(1),
         flags=(Flag("keep", Kind.SWITCH, "call it again whenever it is gone, until the node stops"),), own=True),
    Call("list-bans", "List the banned addresses and nodes", Show.LIST, own=True),
    Call("ban", "Ban a peer by its IP address or its id", request=_ban, usage="<ip or peerID>", arity=exactly(1),
         flags=(Flag("for", Kind.TEXT, "how long: 90s, 15m, 12h, 30d, 2w", "1d"),), own=True),
    Call("unban", "End a ban", "Successfully ended the ban", lambda arguments, _flags: _target(arguments[0]),
         usage="<ip or peerID>", arity=exactly(1), own=True),
    Call("stop", "Stop the node in good order", "The node stops", own=True),
    Call("decode-program", "decode program to instruction and data",
         request=lambda arguments, _flags: {"program": arguments[0]}, usage="<program>", sources=FIRST,
         arity=exactly(1)),
    Call("version", "Print the version number of Bytomcli", arity=ANY_ARGUMENTS, run=_show_version),
)  # fmt: skip
