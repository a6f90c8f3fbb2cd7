"""The commands below ``token``: access tokens with roles and an end."""

from __future__ import annotations

from pybytomd.cli.client.answers import Record, record, records, text
from pybytomd.cli.client.tables import Form, Table
from pybytomd.cli.commands import GoGroup
from pybytomd.cli.flags import Flag
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.cli.spans import seconds_of
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind
from pybytomd.rpc.roles import ROLES

EVERYTHING = "everything"
SECRET = "token"  # noqa: S105 - a name
"""What a list shows of tokens of the reference's kind, as the reference does, and this command does not."""
HEADINGS = ("token", "opens", "made", "ends")


def _name(session: Session) -> str:
    if len(session.arguments) != 1:
        raise ConfigError("name one token")
    return session.arguments[0]


def _create(session: Session) -> None:
    request: dict[str, JsonValue] = {"id": _name(session), "type": session.text("role")}
    span, until = session.text("expires-in"), session.text("expires-at")
    if span:
        request["expires_in"] = seconds_of(span)
    if until:
        request["expires_at"] = until
    made = record(session.ask("create-access-token", request))
    if session.form is not Form.JSON:
        session.say("The token is shown only now. Put it into a file of its own, or into BYTOM_ACCESS_TOKEN.")
    row = (text(made, "token"), *_about(made, is_limited=True))
    session.show(Table(("token", *HEADINGS[1:]), [row], made))


def _list(session: Session) -> None:
    if session.arguments:
        raise ConfigError(f"{session.arguments[0]!r} is too much; this command takes flags only")
    found = records(session.ask("list-access-tokens"))
    rows = [(text(one, "id"), *_about(one, is_limited=SECRET not in one)) for one in found]
    data = [{name: value for name, value in one.items() if name != SECRET} for one in found]
    session.show(Table(HEADINGS, rows, [*data]))


def _about(token: Record, *, is_limited: bool) -> tuple[str, str, str]:
    """What it opens, when it was made, when it ends. A type that names no roles may be any word."""
    kind = text(token, "type")
    has_roles = is_limited and all(word in ROLES for word in kind.split(","))
    return kind if has_roles else EVERYTHING, text(token, "created_at"), text(token, "expires_at")


def _delete(session: Session) -> None:
    name = _name(session)
    session.ask("delete-access-token", {"id": name})
    session.show(Table(("deleted",), [(name,)], {"deleted": name}))


TOKEN = GoGroup("token", short="Make, list and delete access tokens")
"""What can be done with access tokens."""
TOKEN.add_command(
    OwnCommand(
        "create",
        _create,
        short="Make an access token with roles and an end",
        usage="create NAME",
        flags=(
            Flag("role", Kind.TEXT, "read, wallet, spend, mining or admin, or several with commas (default: all)"),
            Flag("expires-in", Kind.TEXT, "how long it is good: 90s, 15m, 12h, 30d, 2w (default: until deleted)"),
            Flag("expires-at", Kind.TEXT, "until when it is good, as 2030-01-31T12:00:00Z"),
        ),
        description="Make an access token and print it, name:secret, this once. A role opens what includes it.",
        examples=(
            "pybytomcli token create monitor --role read\n"
            "pybytomcli token create shop --role wallet --expires-in 30d\n"
            "pybytomcli token create rig --role mining --json"
        ),
    )
)
TOKEN.add_command(
    OwnCommand(
        "list",
        _list,
        short="List access tokens, without their secrets",
        examples="pybytomcli token list",
    )
)
TOKEN.add_command(
    OwnCommand(
        "delete",
        _delete,
        short="Delete an access token; it stops working at once",
        usage="delete NAME",
        examples="pybytomcli token delete monitor",
    )
)
