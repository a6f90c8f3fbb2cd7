"""The file in which a payment travels between machines: templates of transactions, one after another.

A template alone is read as well, as ``build-transaction`` answers it, or in the answer of ``sign-transaction``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError
from pybytomd.files import write_whole
from pybytomd.ledger.networks.params import MAINNET, NETWORKS
from pybytomd.ledger.transaction import Transaction
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from pybytomd.wallet.spend.template import SigningInstruction

TYPE = "bytom transactions to sign"
VERSION = 1
MAX_FILE = 64 << 20
PREFIXES = frozenset(params.address_prefix for params in NETWORKS.values())


@dataclass(frozen=True, slots=True)
class Draft:
    """A template that can be signed: it has a transaction, and its instructions are about inputs of it."""

    template: Template
    transaction: Transaction
    instructions: tuple[SigningInstruction, ...]

    @classmethod
    def of(cls, value: JsonValue) -> Draft:
        """Read a template. Raises ConfigError for one that cannot, or should not, be signed."""
        try:
            template = Template.from_value(value)
        except BytomError as error:
            raise ConfigError(f"no template of a transaction: {error}") from error
        transaction, instructions = template.transaction, template.instructions or ()
        if transaction is None:
            raise ConfigError("the template has no raw_transaction")
        if template.allow_additional_actions:
            raise ConfigError(
                "the template allows additional actions: others could add to the transaction after it is signed"
            )
        if any(one.position >= len(transaction.inputs) for one in instructions):
            raise ConfigError("the template says how to sign an input that the transaction does not have")
        if len({one.position for one in instructions}) != len(instructions):
            raise ConfigError("the template says twice how to sign one input")
        return cls(template, transaction, instructions)


@dataclass(frozen=True, slots=True)
class Document:
    """What is in a file. ``prefix`` is that of addresses of its network; it only matters for showing them."""

    drafts: tuple[Draft, ...]
    prefix: str

    def write(self, file: Path) -> None:
        """Write a new file. Raises ConfigError if there is one, OSError."""
        try:
            write_whole(file, gojson.dumps_indented(self._value()) + b"\n", new=True)
        except FileExistsError as error:
            raise _taken(file) from error

    def compact(self) -> bytes:
        """The same without blanks, for where room is scarce."""
        return gojson.dumps(self._value())

    def _value(self) -> JsonValue:
        return {
            "type": TYPE,
            "version": VERSION,
            "address_prefix": self.prefix,
            "templates": [draft.template.to_value() for draft in self.drafts],
        }


def refuse_taken(file: Path) -> None:
    """Say early that a file will not be replaced, before anybody types a password. Raises ConfigError."""
    if file.exists() or file.is_symlink():
        raise _taken(file)


def read(file: Path) -> Document:
    """What is in a file. Raises ConfigError, OSError."""
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ConfigError(f"{file} is too long for a payment")
    return parse(data, str(file))


def parse(data: bytes, where: str) -> Document:
    """What is in the bytes of a file; ``where`` they are from. Raises ConfigError."""
    try:
        values, prefix = _parts(gojson.loads(data))
        drafts = tuple(Draft.of(value) for value in values)
    except BytomError as error:
        raise ConfigError(f"{where}: {error}") from error
    if not drafts:
        raise ConfigError(f"{where}: there is no transaction")
    return Document(drafts, prefix)


def _parts(value: JsonValue) -> tuple[Sequence[JsonValue], str]:
    """The templates in a JSON value, and the prefix of addresses."""
    if not isinstance(value, Mapping):
        raise ConfigError("not a JSON object")
    if "raw_transaction" in value:
        return [value], MAINNET.address_prefix
    if "type" not in value:
        answer = value.get("transaction")
        return (answer if isinstance(answer, list) else [answer]), MAINNET.address_prefix
    templates, prefix = value.get("templates"), value.get("address_prefix")
    version = value.get("version")
    if value["type"] != TYPE or not isinstance(templates, list):
        raise ConfigError("not what pybytomcli tx export writes")
    if gojson.dumps(version) != str(VERSION).encode():
        raise ConfigError("written by another version of pybytomcli, which this one cannot read")
    if not isinstance(prefix, str) or prefix not in PREFIXES:
        raise ConfigError("its address_prefix is that of no network")
    return templates, prefix


def _taken(file: Path) -> ConfigError:
    return ConfigError(f"{file} is there already, and is not replaced")
