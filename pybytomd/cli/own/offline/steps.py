"""The work of the commands ``tx ...``: each reads files, or asks a node, and writes one file, or hands it in."""

from __future__ import annotations

import time
from pathlib import Path

import click

from pybytomd.cli.client.answers import record, records
from pybytomd.cli.client.passwords import read_password
from pybytomd.cli.client.tables import Form, Table
from pybytomd.cli.own.command import Session
from pybytomd.cli.own.offline.document import Document, Draft, read, refuse_taken
from pybytomd.cli.own.offline.meaning import lines, values
from pybytomd.cli.own.offline.signatures import combine, is_complete, progress
from pybytomd.cli.own.payments.payment import Payer, PaymentUncertain
from pybytomd.cli.own.payments.send import uncertain, wanted_payment
from pybytomd.cli.written_files import file_to_write
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError

HOUR_MILLISECONDS = 3_600_000
MAX_HOURS = 24 * 365
FEWEST = 2
"""Files that there is something to combine of."""


def export(session: Session) -> None:
    """Build a payment, and write it into a file instead of signing it."""
    into, hours = _into(session), int(session.value("reserve"))
    if not 0 < hours <= MAX_HOURS:
        raise ConfigError(f"--reserve takes hours from 1 to {MAX_HOURS}")
    _account, payment = wanted_payment(session)
    payer = Payer(session.ask, time.sleep, session.say, hours * HOUR_MILLISECONDS)
    built = payer.build(payer.plan(payment))
    prefix = payment.receivers[0].address.rpartition("1")[0].lower()
    document = Document(tuple(Draft.of(template) for template in built.templates), prefix)
    _tell(session, document)
    document.write(into)
    _report(session, into, document)


def show(session: Session) -> None:
    """Say what is in a file, and how far it is signed."""
    document = read(_one_file(session))
    if session.form is Form.JSON:
        session.show(Table((), [], values(document)))
        return
    for line in lines(document):
        click.echo(line)


def sign(session: Session) -> None:
    """Add the signatures of keys on a node to those in a file."""
    file, into = _one_file(session), _into(session)
    document = read(file)
    _tell(session, document)
    if all(map(is_complete, document.drafts)):
        raise ConfigError(f"{file} is signed already; pybytomcli tx submit hands it in")
    session.confirm("Sign it?")
    password = read_password(session.text("password-file"))
    signed = document
    while not all(map(is_complete, signed.drafts)):
        further = _signed_once(session, signed, password)
        if _count(further) == _count(signed):
            break
        signed = further
    if _count(signed) == _count(document):
        raise ConfigError(
            "no key of this node with this password signs anything that is not signed yet; nothing was written"
        )
    signed.write(into)
    _report(session, into, signed)


def combine_files(session: Session) -> None:
    """Put the signatures of several files into one."""
    into = _into(session)
    if len(session.arguments) < FEWEST:
        raise ConfigError("name the files to combine, two or more")
    documents = [read(Path(argument)) for argument in session.arguments]
    if len({len(document.drafts) for document in documents}) > 1:
        raise ConfigError("the files are of different payments; only signatures of the same one can be combined")
    columns = zip(*(document.drafts for document in documents), strict=True)
    together = Document(tuple(combine(column) for column in columns), documents[0].prefix)
    _tell(session, together)
    together.write(into)
    _report(session, into, together)


def submit(session: Session) -> None:
    """Hand in what is signed."""
    file, confirmations = _one_file(session), int(session.value("confirmations"))
    document = read(file)
    _tell(session, document)
    if not all(map(is_complete, document.drafts)):
        raise ConfigError(f"{file} is not signed by as many as must; pybytomcli tx sign adds signatures")
    session.confirm("Hand it in?")
    payer = Payer(session.ask, time.sleep, session.say)
    try:
        ids = payer.submit([combine([draft]).transaction for draft in document.drafts])
    except PaymentUncertain as error:
        raise uncertain(error) from error
    reached = payer.wait(ids[-1], confirmations) if confirmations else 0
    data: JsonValue = {"tx_ids": list(ids), "confirmations": reached}
    session.show(Table(("transaction",), [(tx_id,) for tx_id in ids], data))


def _signed_once(session: Session, document: Document, password: str) -> Document:
    """One signature more where the node has a key. Of its answer only right signatures are taken."""
    waiting = [draft for draft in document.drafts if not is_complete(draft)]
    request: JsonValue = {
        "password": password,
        "transactions": [draft.template.to_value() for draft in waiting],
    }
    answers = records(record(session.ask("sign-transactions", request)).get("transaction"))
    further = {
        draft.transaction.id: combine([draft, Draft.of(answer)])
        for draft, answer in zip(waiting, answers, strict=False)
    }
    drafts = tuple(further.get(draft.transaction.id, draft) for draft in document.drafts)
    return Document(drafts, document.prefix)


def _count(document: Document) -> int:
    return sum(one.made for draft in document.drafts for one in progress(draft))


def _one_file(session: Session) -> Path:
    if len(session.arguments) != 1:
        raise ConfigError("name one file, which pybytomcli tx export has written")
    return Path(session.arguments[0])


def _into(session: Session) -> Path:
    name = session.text("into")
    if not name:
        raise ConfigError("name the file to write: --into FILE")
    file = file_to_write(name)
    refuse_taken(file)
    return file


def _tell(session: Session, document: Document) -> None:
    for line in lines(document):
        session.say(line)


def _report(session: Session, file: Path, document: Document) -> None:
    complete = all(map(is_complete, document.drafts))
    data: JsonValue = {
        "file": str(file),
        "tx_ids": [draft.transaction.id.hex() for draft in document.drafts],
        "sign_complete": complete,
    }
    session.show(Table(("file", "signed"), [(str(file), "signed" if complete else "to be signed")], data))
