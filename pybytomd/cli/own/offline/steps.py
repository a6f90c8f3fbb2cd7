"""The work of the commands ``tx ...``: each reads files, or asks a node, and writes one file, or hands it in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import click

from pybytomd.cli.client.answers import record, records
from pybytomd.cli.client.passwords import read_password
from pybytomd.cli.client.tables import Form, Table
from pybytomd.cli.own.command import Session
from pybytomd.cli.own.offline.document import Document, Draft, read, refuse_taken
from pybytomd.cli.own.offline.meaning import lines, values
from pybytomd.cli.own.offline.qr_input import documents_in
from pybytomd.cli.own.offline.qr_output import refuse_taken_pictures, show_in_turn, write_pictures
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
    outlets, hours = _outlets(session), int(session.value("reserve"))
    if not 0 < hours <= MAX_HOURS:
        raise ConfigError(f"--reserve takes hours from 1 to {MAX_HOURS}")
    _account, payment = wanted_payment(session)
    payer = Payer(session.ask, time.sleep, session.say, hours * HOUR_MILLISECONDS)
    built = payer.build(payer.plan(payment))
    prefix = payment.receivers[0].address.rpartition("1")[0].lower()
    document = Document(tuple(Draft.of(template) for template in built.templates), prefix)
    _tell(session, document)
    outlets.deliver(session, document)


def show(session: Session) -> None:
    """Say what is in a file, and how far it is signed; or bring it into another form: a file, or QR codes."""
    if _has_outlets(session):
        outlets, document = _outlets(session), _one_document(session)
        _tell(session, document)
        outlets.deliver(session, document)
        return
    document = _one_document(session)
    if session.form is Form.JSON:
        session.show(Table((), [], values(document)))
        return
    for line in lines(document):
        click.echo(line)


def sign(session: Session) -> None:
    """Add the signatures of keys on a node to those in a file."""
    outlets = _outlets(session)
    document = _one_document(session)
    _tell(session, document)
    if all(map(is_complete, document.drafts)):
        raise ConfigError("the payment is signed already; pybytomcli tx submit hands it in")
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
    outlets.deliver(session, signed)


def combine_files(session: Session) -> None:
    """Put the signatures of several files into one."""
    outlets = _outlets(session)
    documents = _documents(session)
    if len(documents) < FEWEST:
        raise ConfigError("there is only one payment; name what is to be combined, two files or more")
    if len({len(document.drafts) for document in documents}) > 1:
        raise ConfigError("the files are of different payments; only signatures of the same one can be combined")
    columns = zip(*(document.drafts for document in documents), strict=True)
    together = Document(tuple(combine(column) for column in columns), documents[0].prefix)
    _tell(session, together)
    outlets.deliver(session, together)


def submit(session: Session) -> None:
    """Hand in what is signed."""
    confirmations = int(session.value("confirmations"))
    document = _one_document(session)
    _tell(session, document)
    if not all(map(is_complete, document.drafts)):
        raise ConfigError("the payment is not signed by as many as must; pybytomcli tx sign adds signatures")
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


def _documents(session: Session) -> list[Document]:
    """What is in the files that are named, or in their frames. Raises ConfigError, OSError."""
    if not session.arguments:
        raise ConfigError("name a file, which pybytomcli tx export has written, or with --frames pictures")
    if session.value("frames"):
        return documents_in(session.arguments)
    return [read(Path(argument)) for argument in session.arguments]


def _one_document(session: Session) -> Document:
    if len(session.arguments) > 1 and not session.value("frames"):
        raise ConfigError("name one file; pybytomcli tx combine puts several together")
    found = _documents(session)
    if len(found) > 1:
        raise ConfigError(f"these are {len(found)} payments; pybytomcli tx combine puts several together")
    return found[0]


@dataclass(frozen=True, slots=True)
class _Outlets:
    """Where a payment goes: into a file, into pictures, onto the terminal, or more than one of these."""

    file: Path | None
    pictures: Path | None
    is_shown: bool

    def deliver(self, session: Session, document: Document) -> None:
        """Write, tell what was written, and show. Raises ConfigError, OSError."""
        if self.file is not None:
            document.write(self.file)
        frames = 0 if self.pictures is None else write_pictures(document, self.pictures)
        complete = all(map(is_complete, document.drafts))
        data: dict[str, JsonValue] = {
            "tx_ids": [draft.transaction.id.hex() for draft in document.drafts],
            "sign_complete": complete,
        }
        if self.pictures is not None:
            data = {"pictures": str(self.pictures), "frames": frames, **data}
        if self.file is not None:
            data = {"file": str(self.file), **data}
        written = ", ".join(str(one) for one in (self.file, self.pictures) if one is not None)
        table = Table(("file", "signed"), [(written, "signed" if complete else "to be signed")], data)
        if written or session.form is Form.JSON:
            session.show(table)
        if self.is_shown:
            show_in_turn(document)


def _has_outlets(session: Session) -> bool:
    return any(map(session.value, ("into", "qr", "qr-into")))


def _outlets(session: Session) -> _Outlets:
    """Where the payment is to go. Raises ConfigError for what is taken already."""
    into, pictures, is_shown = session.text("into"), session.text("qr-into"), bool(session.value("qr"))
    if not _has_outlets(session):
        raise ConfigError("say where the payment is to go: --into FILE, --qr, or --qr-into DIR")
    if is_shown and session.form is Form.JSON:
        raise ConfigError("--qr draws on the terminal, and --json prints for programs; --qr-into goes with it")
    outlets = _Outlets(
        file_to_write(into) if into else None, file_to_write(pictures) if pictures else None, is_shown
    )
    if outlets.file is not None:
        refuse_taken(outlets.file)
    if outlets.pictures is not None:
        refuse_taken_pictures(outlets.pictures)
    return outlets


def _tell(session: Session, document: Document) -> None:
    for line in lines(document):
        session.say(line)
