"""The command ``send``."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click

from pybytomd.cli.client.answers import Record, record, text
from pybytomd.cli.client.passwords import PASSWORD_FLAG, read_password
from pybytomd.cli.client.tables import Form, Table, harmless
from pybytomd.cli.flags import Flag
from pybytomd.cli.own.command import OwnCommand, Session, Status, Stopped
from pybytomd.cli.own.payments.amounts import parse_amount
from pybytomd.cli.own.payments.assets import BTM, Asset, find_asset
from pybytomd.cli.own.payments.payment import (
    Payer,
    Payment,
    PaymentUncertain,
    Plan,
    Receiver,
    find_account,
    keys_that_open,
    quorum_of,
)
from pybytomd.codec.json import gojson
from pybytomd.errors import ConfigError
from pybytomd.node.settings.value_types import Kind

YES = Flag("yes", Kind.SWITCH, "do not ask, for scripts", short="y")
PASSWORD_ATTEMPTS = 3


def receivers_of(arguments: Sequence[str], asset: Asset) -> tuple[Receiver, ...]:
    """Address and amount by turns. Raises ConfigError."""
    if not arguments or len(arguments) % 2:
        raise ConfigError("say who gets how much: pybytomcli send --from alice ADDRESS 1.5 [ADDRESS AMOUNT ...]")
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    receivers = tuple(Receiver(address, parse_amount(amount, asset.decimals)) for address, amount in pairs)
    for receiver in receivers:
        _ = receiver.program  # says which is none, before anything is asked
    return receivers


def wanted_payment(session: Session) -> tuple[Record, Payment]:
    """The account that pays, and what the arguments say. Raises ConfigError for what cannot be paid here."""
    account = find_account(session.ask, session.text("from"))
    asset = find_asset(session.ask, session.text("asset"))
    payment = Payment(text(account, "id"), asset, receivers_of(session.arguments, asset))
    for receiver in payment.receivers:
        if record(session.ask("validate-address", {"address": receiver.address})).get("valid") is not True:
            raise ConfigError(f"{receiver.address} is no address of the network of this node")
    return account, payment


def _send(session: Session) -> None:
    confirmations = int(session.value("confirmations"))
    account, payment = wanted_payment(session)
    payer = Payer(session.ask, time.sleep, session.say)
    plan = payer.plan(payment)
    _explain(session, account, plan)
    session.confirm("Send it?")
    password = _password(session, account)
    signed = payer.sign(payer.build(plan), password)
    try:
        ids = payer.submit(signed)
    except PaymentUncertain as error:
        raise uncertain(error) from error
    if session.form is Form.TABLE:
        session.say(f"sent in transaction {ids[-1]}")
    reached = payer.wait(ids[-1], confirmations) if confirmations else 0
    _report(session, plan, ids, reached)


def uncertain(error: PaymentUncertain) -> Stopped:
    """Print the transactions themselves; how the command then ends."""
    click.echo(gojson.dumps({"raw_transactions": list(error.transactions)}).decode())
    return Stopped(
        f"{error}. Do not send anew: put the line above into a file, and once the node answers hand the very "
        "same payment in again with pybytomcli call submit-transactions @FILE",
        Status.UNCERTAIN,
    )


def _explain(session: Session, account: Record, plan: Plan) -> None:
    payment = plan.payment
    name = harmless(text(account, "alias") or text(account, "id"))
    for receiver in payment.receivers:
        session.say(f"Pay    {harmless(payment.asset.show(receiver.amount))} to {receiver.address}")
    merging = f", for merging the outputs of {plan.merges} transactions before" if plan.merges else ""
    session.say(f"Fee    {BTM.show(plan.fee)}{merging}")
    if payment.asset == BTM:
        session.say(f"Total  {BTM.show(payment.amount + plan.fee)} from {name}")
    else:
        session.say(f"Total  {harmless(payment.asset.show(payment.amount))} and {BTM.show(plan.fee)} from {name}")


def _password(session: Session, account: Record) -> str:
    """The password of enough keys of the account. Asks some times on a terminal. Raises ConfigError."""
    xpubs, quorum = quorum_of(account)
    file = session.text("password-file")
    interactive = not file and sys.stdin.isatty()
    for _ in range(PASSWORD_ATTEMPTS if interactive else 1):
        password = read_password(file, f"Password of {harmless(text(account, 'alias'))}")
        if keys_that_open(session.ask, xpubs, password) >= quorum:
            return password
        if interactive:
            session.say("that is not it")
    raise ConfigError(
        f"the password opens fewer than the {quorum} key(s) of this node that must sign; nothing was sent"
    )


def _report(session: Session, plan: Plan, ids: Sequence[str], confirmations: int) -> None:
    data: gojson.JsonValue = {
        "tx_id": ids[-1],
        "merging_tx_ids": list(ids[:-1]),
        "asset_id": plan.payment.asset.id,
        "amount": plan.payment.amount,
        "fee": plan.fee,
        "confirmations": confirmations,
    }
    rows = [(ids[-1], plan.payment.asset.show(plan.payment.amount), BTM.show(plan.fee), str(confirmations))]
    session.show(
        Table(("transaction", "amount", "fee", "confirmations"), rows, data, frozenset({"amount", "fee"}))
    )


SEND = OwnCommand(
    "send",
    _send,
    short="Pay somebody: finds the fee, shows all, asks, signs, hands in",
    usage="send ADDRESS AMOUNT [ADDRESS AMOUNT ...]",
    flags=(
        Flag("from", Kind.TEXT, "alias or id of the account that pays; needed if there are several"),
        Flag("asset", Kind.TEXT, "alias or id of what is paid", "BTM"),
        Flag("confirmations", Kind.UNSIGNED, "wait for so many blocks, the one with the payment the first"),
        PASSWORD_FLAG,
        YES,
    ),
    description=(
        "Pay somebody. Amounts are in BTM, or in the decimals of the asset. The fee is found, and shown with the\n"
        "receivers before you are asked. Many small outputs are merged as needed; nothing is handed in before\n"
        "all is signed. The password is asked for, or taken from --password-file, or from standard input."
    ),
    examples=(
        "pybytomcli send --from alice sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h 1.5\n"
        "pybytomcli send --from alice ADDRESS 20 ADDRESS 0.5 --asset gold --confirmations 6\n"
        "pybytomcli send ADDRESS 1.5 --yes --json --password-file ~/.alice"
    ),
    statuses=(Status.DECLINED, Status.UNCERTAIN),
)
"""Pays."""
