"""What the commands that people type have in common: how they reach the node, print, and end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum

import click

from pybytomd.cli.client.tables import Form, Table, show
from pybytomd.cli.commands import CommandFailed, GoCommand, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.cli.place_flags import PLACE_FLAGS, place_of
from pybytomd.client.errors import NoAnswer, NoNode, OddAnswer, Refused
from pybytomd.client.http_client import ApiClient
from pybytomd.client.place import Place
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError
from pybytomd.node.settings.value_types import Kind, Value

SECONDS = 120.0
"""Nothing from the node for so long is no answer. Merging many outputs may take some seconds."""


class Status(IntEnum):
    """Why a command ends, for scripts."""

    DONE = 0
    WRONG = 1
    NO_ANSWER = 2
    ODD_ANSWER = 3
    REFUSED = 4
    DECLINED = 5
    UNCERTAIN = 6
    NOT_READY = 7


STATUS_TEXTS = {
    Status.DONE: "done",
    Status.WRONG: "something on the command line, or on this machine, is wrong",
    Status.NO_ANSWER: "the node cannot be reached, or gives no answer of use",
    Status.ODD_ANSWER: "the node's answer is not understood",
    Status.REFUSED: "the node refuses",
    Status.DECLINED: "the question was answered with no, nothing was done",
    Status.NOT_READY: "the node is there, and not ready to serve",
    Status.UNCERTAIN: "it is not known whether the node has taken the payment; see what is printed",
}
COMMON_FLAGS = (
    *PLACE_FLAGS,
    Flag("output", Kind.TEXT, "table, json or plain (default: table on a terminal, else plain)", short="o"),
    Flag("json", Kind.SWITCH, "the same as -o json"),
)


class Stopped(click.exceptions.Exit):
    """The command ends with a status of its own, and a message on standard error."""

    def __init__(self, message: str, status: Status) -> None:
        click.echo(f"ERROR: {message}", err=True)
        super().__init__(int(status))


class Session:
    """One run of a command: its arguments and flags, the node, the terminal."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        with suppress(NoNode):  # there may be one when it is asked; what else is wrong of the flags is said now
            self.find_place()
        self._client = ApiClient(self.find_place, seconds=SECONDS)
        self.form = self._form()

    def find_place(self) -> Place:
        """Where the node is by now. Raises ConfigError."""
        return place_of(self._invocation.value)

    @property
    def arguments(self) -> tuple[str, ...]:
        """What is no flag."""
        return self._invocation.arguments

    def value(self, name: str) -> Value:
        """The value of a flag."""
        return self._invocation.value(name)

    def text(self, name: str) -> str:
        """The text of a flag."""
        return str(self.value(name))

    def ask(self, method: str, request: JsonValue = None) -> JsonValue:
        """The data of an answer. Raises NoAnswer, Refused."""
        return self._client.call(f"/{method}", request)

    def show(self, table: Table) -> None:
        """Print in the form that is wanted."""
        show(table, self.form)

    def say(self, line: str) -> None:
        """Tell a person something that is not the result."""
        click.echo(line, err=True)

    def confirm(self, question: str) -> None:
        """Go on only after a yes, or with the flag ``--yes``. Raises Stopped."""
        if self.value("yes"):
            return
        try:
            agreed = click.confirm(question, default=False, err=True)
        except click.Abort:
            agreed = False
        if not agreed:
            raise Stopped("nothing was done", Status.DECLINED)

    def _form(self) -> Form:
        if self.value("json"):
            return Form.JSON
        wanted = self.text("output")
        if not wanted:
            return Form.TABLE if sys.stdout.isatty() else Form.PLAIN
        try:
            return Form(wanted)
        except ValueError as error:
            raise ConfigError(f"-o takes table, json or plain, not {wanted!r}") from error


class OwnCommand(GoCommand):
    """A command that people type. ``statuses`` are those of its own, besides the ones all have."""

    def __init__(
        self,
        name: str,
        work: Callable[[Session], None],
        *,
        short: str,
        examples: str,
        usage: str = "",
        flags: Sequence[Flag] = (),
        description: str = "",
        statuses: tuple[Status, ...] = (),
    ) -> None:
        super().__init__(
            name, lambda invocation: _run(work, invocation), short=short, flags=(*flags, *COMMON_FLAGS),
            usage=usage or name, examples=examples, description=description,
        )  # fmt: skip
        self.statuses = (
            Status.DONE, Status.WRONG, Status.NO_ANSWER, Status.ODD_ANSWER, Status.REFUSED, *statuses
        )  # fmt: skip

    def get_help(self, ctx: click.Context) -> str:
        """The help text with the exit statuses, without the last line end."""
        lines = [f"  {status:d}  {STATUS_TEXTS[status]}" for status in self.statuses]
        return "\n".join([super().get_help(ctx), "", "Exit status:", *lines])


def _run(work: Callable[[Session], None], invocation: Invocation) -> None:
    """Do the work; what it raises ends the program with the status that it stands for."""
    try:
        work(Session(invocation))
    except NoAnswer as error:
        raise Stopped(_told(error), Status.NO_ANSWER) from error
    except Refused as error:
        raise Stopped(_told(error), Status.REFUSED) from error
    except OddAnswer as error:
        raise Stopped(str(error), Status.ODD_ANSWER) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise CommandFailed(f"{error.filename}: {error.strerror}") from error


def _told(error: BytomError) -> str:
    return ": ".join((error.root, *error.context))
