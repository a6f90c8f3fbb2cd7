"""What a wallet holds, as people ask for it: ``accounts``, ``balance``, ``history`` and ``receive``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import click

from pybytomd.cli.client.answers import Record, record, records, text, texts, whole
from pybytomd.cli.client.tables import Form, Table
from pybytomd.cli.flags import Flag
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.cli.own.payments.assets import Asset, known_asset
from pybytomd.cli.own.payments.payment import find_account
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

DEFAULT_COUNT = 20
MAX_TIME = 253_402_300_799
"""Seconds of the last moment of the year 9999, after which there is no date to show."""
WAITING = "waiting"


def _asset_of(item: Record) -> Asset:
    return known_asset(text(item, "asset_id"), text(item, "asset_alias"), item.get("asset_definition"))


def _no_arguments(session: Session) -> None:
    if session.arguments:
        raise ConfigError(f"{session.arguments[0]!r} is too much; this command takes flags only")


def _accounts(session: Session) -> None:
    _no_arguments(session)
    answer = session.ask("list-accounts", {})
    rows = [
        (text(one, "alias"), text(one, "id"), f"{whole(one, 'quorum')} of {len(texts(one, 'xpubs'))}")
        for one in records(answer)
    ]
    nothing = "no account yet; pybytomcli wallet create makes one"
    session.show(Table(("account", "id", "signatures"), rows, answer, nothing=nothing))


def _balance(session: Session) -> None:
    if len(session.arguments) > 1:
        raise ConfigError("name one account, or none for all")
    request: JsonValue = {"account_alias": session.arguments[0]} if session.arguments else {}
    answer = session.ask("list-balances", request)
    rows = [
        (text(one, "account_alias") or text(one, "account_id"), _asset_of(one).show(whole(one, "amount")))
        for one in records(answer)
    ]
    session.show(Table(("account", "amount"), rows, answer, frozenset({"amount"})))


def changes(transaction: Record, account: str = "") -> Mapping[tuple[str, Asset], int]:
    """What a transaction brings or takes, by accounts and assets, for all accounts or one by its id."""
    found: dict[tuple[str, Asset], int] = {}
    for side, sign in (("inputs", -1), ("outputs", 1)):
        for item in records(transaction.get(side)):
            owner = text(item, "account_id")
            if owner and account in ("", owner):
                key = (text(item, "account_alias") or owner, _asset_of(item))
                found[key] = found.get(key, 0) + sign * whole(item, "amount")
    return {key: amount for key, amount in found.items() if amount}


def moment(seconds: int) -> str:
    """A time of a block, UTC. Empty where there is none."""
    if not 0 < seconds <= MAX_TIME:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _history(session: Session) -> None:
    if len(session.arguments) > 1:
        raise ConfigError("name one account, or none for all")
    account = text(find_account(session.ask, session.arguments[0]), "id") if session.arguments else ""
    count = int(session.value("count"))
    # Those that wait come first in the answer, before those in blocks, and count among the newest.
    page: JsonValue = {
        "detail": True,
        "account_id": account,
        "unconfirmed": True,
        "from": int(session.value("from")),
        "count": count,
    }
    seen = {text(one, "tx_id"): one for one in records(session.ask("list-transactions", page))}
    rows = [
        (
            moment(whole(one, "block_time")) if whole(one, "block_height") else WAITING,
            owner,
            asset.show(amount),
            str(whole(one, "block_height") or ""),
            tx_id,
        )
        for tx_id, one in seen.items()
        for (owner, asset), amount in changes(one, account).items()
    ]
    headings = ("time (UTC)", "account", "change", "block", "transaction")
    session.show(Table(headings, rows, list(seen.values()), frozenset({"change", "block"})))


def _receive(session: Session) -> None:
    if len(session.arguments) > 1:
        raise ConfigError("name one account")
    account = find_account(session.ask, session.arguments[0] if session.arguments else "")
    answer = record(session.ask("create-account-receiver", {"account_id": text(account, "id")}))
    address = text(answer, "address")
    if session.form is Form.JSON:
        session.show(Table((), [], answer))
        return
    if session.value("qr"):
        import segno

        # On a terminal; without one the blocks are as wide as letters and the shape is right in any file.
        segno.make(address.upper(), error="m").terminal(out=sys.stdout, compact=True)
    click.echo(address)


ACCOUNTS = OwnCommand(
    "accounts",
    _accounts,
    short="Accounts of the wallet",
    examples="pybytomcli accounts\npybytomcli accounts -o json",
)
"""Lists accounts."""
BALANCE = OwnCommand(
    "balance",
    _balance,
    short="What accounts hold, in BTM and the decimals of assets",
    usage="balance [ACCOUNT]",
    examples="pybytomcli balance\npybytomcli balance alice --json",
)
"""Shows balances."""
HISTORY = OwnCommand(
    "history",
    _history,
    short="Payments in and out, newest first",
    usage="history [ACCOUNT]",
    flags=(
        Flag("count", Kind.UNSIGNED, "how many transactions to show", DEFAULT_COUNT, "n"),
        Flag("from", Kind.UNSIGNED, "how many of the newest to pass over"),
    ),
    examples="pybytomcli history\npybytomcli history alice -n 100\npybytomcli history -o plain | cut -f 3",
)
"""Shows transactions."""
RECEIVE = OwnCommand(
    "receive",
    _receive,
    short="A new address to be paid at",
    usage="receive [ACCOUNT]",
    flags=(Flag("qr", Kind.SWITCH, "draw it as a QR code as well"),),
    examples="pybytomcli receive\npybytomcli receive alice --qr",
)
"""Makes an address."""
