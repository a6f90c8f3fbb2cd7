"""What a command of pybytomcli is made of.

Most commands make one request of their arguments and flags, and print what comes back::

    Call("get-asset", "get asset by assetID", Show.OBJECT, asset_request, usage="<assetID>", arity=exactly(1))
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NoReturn

import click

from pybytomd.cli.client.sources import is_source, line_of
from pybytomd.cli.flags import Flag
from pybytomd.client.errors import NoAnswer, Refused
from pybytomd.client.http_client import ApiClient
from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError
from pybytomd.node.settings.value_types import Value

Arguments = Sequence[str]
Values = Mapping[str, Value]
"""The value of every flag of the command."""


class Exit(IntEnum):
    """Why the program ends, for scripts (``util/util.go``)."""

    LOCAL_ERROR = 1
    NO_ANSWER = 2
    ODD_ANSWER = 3
    REFUSED = 4


class Show(Enum):
    """How the data of an answer is printed."""

    OBJECT = "object"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Arity:
    """How many arguments a command takes; ``most`` is None for any number."""

    least: int = 0
    most: int | None = 0

    def complaint(self, path: str, arguments: Arguments) -> str | None:
        """What is wrong about the number of arguments, in the reference's words."""
        count = len(arguments)
        if self.most == 0 and count:
            return f"unknown command {quote(arguments[0])} for {quote(path)}"
        if self.most is None:
            return f"requires at least {self.least} arg(s), only received {count}" if count < self.least else None
        if self.least <= count <= self.most:
            return None
        wanted = f"{self.least}" if self.least == self.most else f"between {self.least} and {self.most}"
        return f"accepts {wanted} arg(s), received {count}"


NO_ARGUMENTS = Arity()
ANY_ARGUMENTS = Arity(0, None)


def exactly(count: int) -> Arity:
    """That many arguments, no more and no less."""
    return Arity(count, count)


class Node:
    """The node a command talks to, and the terminal it prints on."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def ask(self, path: str, request: JsonValue = None) -> JsonValue:
        """The data of the node's answer; ends the program in the reference's words when there is none."""
        try:
            return self._client.call(path, request)
        except NoAnswer as error:
            _explain(error)
            fail(error.root, Exit.NO_ANSWER)
        except Refused as error:
            _explain(error)
            fail(error.root, Exit.REFUSED)


def _explain(error: BytomError) -> None:
    """Say more than the reference does, to a person."""
    if error.context and sys.stderr.isatty():
        click.echo(": ".join(error.context), err=True)


def show_object(data: JsonValue) -> None:
    """Print an object with its names sorted."""
    click.echo(gojson.dumps_indented(_as_object(data)))


def show_line(data: JsonValue, heading: str) -> None:
    """Print an object on one line, below a heading."""
    click.echo(heading.encode() + gojson.dumps(gojson.sort_keys(_as_object(data))))


def show_list(data: JsonValue) -> None:
    """Print the items of a list, each below its number."""
    if not isinstance(data, list):
        fail("invalid type assertion", Exit.ODD_ANSWER)
    for number, item in enumerate(data):
        click.echo(f"{number} :")
        click.echo(gojson.dumps_indented(item))


def _as_object(data: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(data, Mapping):
        fail("invalid type assertion", Exit.ODD_ANSWER)
    return data


def fail(message: str, status: Exit = Exit.LOCAL_ERROR) -> NoReturn:
    """End the program with a message. Quirk: it goes to stdout, with the time in front."""
    line = f"ERROR {time.strftime('%Y/%m/%d %H:%M:%S')} {message}"
    click.echo(line, nl=not line.endswith("\n"))
    raise click.exceptions.Exit(status)


def require(parse: Callable[[str], object], text: str, prefix: str = "") -> str:
    """The text in lower case, once ``parse`` could read it; else the program ends."""
    try:
        parse(text)
    except BytomError as error:
        fail(f"{prefix}{error}")
    return text.lower()


NO_SOURCES = range(0)
FIRST = range(1)
"""The first argument may come from a file."""
AFTER_FIRST = range(1, 1 << 20)
"""All but the first may."""
Request = Callable[[Arguments, Values], JsonValue]
Run = Callable[[Node, Arguments, Values], None]


def no_request(_arguments: Arguments, _flags: Values) -> JsonValue:
    """The request of a command without input: no body."""
    return None


@dataclass(frozen=True, slots=True)
class Call:
    """One command. ``show`` may be a sentence that says it was done. ``wallet`` tells where the overview lists it;
    ``own`` marks those the reference has not. With ``run`` the command does everything itself. ``sources`` are the
    arguments that may be ``@FILE`` or ``-`` for standard input: only those that are JSON or hex, where neither
    ever stood for itself, as it may in a name or a password.
    """

    name: str
    summary: str
    show: Show | str = Show.OBJECT
    request: Request = no_request
    usage: str = ""
    arity: Arity = NO_ARGUMENTS
    flags: tuple[Flag, ...] = ()
    required: Callable[[Values], Sequence[str]] = lambda _flags: ()
    wallet: bool = False
    own: bool = False
    run: Run | None = None
    sources: range = NO_SOURCES

    def perform(self, node: Node, arguments: Arguments, flags: Values) -> None:
        """Do what the command is for."""
        arguments = self._read(arguments)
        if self.run is not None:
            self.run(node, arguments, flags)
            return
        data = node.ask(f"/{self.name}", self.request(arguments, flags))
        if self.show is Show.OBJECT:
            show_object(data)
        elif self.show is Show.LIST:
            show_list(data)
        else:
            click.echo(str(self.show))

    def _read(self, arguments: Arguments) -> list[str]:
        """The arguments with what is in files and standard input. Ends the program where that cannot be read."""
        sources = [at for at, one in enumerate(arguments) if at in self.sources and is_source(one)]
        if sum(arguments[at] == "-" for at in sources) > 1:
            fail("standard input can be only one of the arguments")
        try:
            return [line_of(one) if at in sources else one for at, one in enumerate(arguments)]
        except ConfigError as error:
            fail(str(error))
