"""Records of wallet.db about accounts and their addresses: the reference's JSON, byte for byte.

Source: wallet-and-keys reference, sections 4.2 and 10; ``account/accounts.go``.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import sha3_256
from pybytomd.store.records.json_records import from_base64, parse_record
from pybytomd.wallet.accounts.signers import Signer

COUNTER_SIZE = 8


def encode_counter(count: int) -> bytes:
    """The stored form of a counter."""
    return count.to_bytes(COUNTER_SIZE, "little")


def decode_counter(data: bytes | None) -> int:
    """The counter of a stored form; 0 when there is none."""
    return int.from_bytes(data or b"", "little")


@dataclass(frozen=True, slots=True)
class Account:
    """An account: who signs for it, its id, and its alias, which may be empty.

    Ids are of 13 characters on 1.x, and UUIDs on Bytom 2.
    """

    signer: Signer
    id: str
    alias: str

    @property
    def xpubs(self) -> tuple[XPub, ...]:
        """The root keys, in the order given when the account was made."""
        return self.signer.xpubs

    def with_alias(self, alias: str) -> Account:
        """The same account under another name."""
        return replace(self, alias=alias)

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object, as stored and in an image."""
        return {**self.signer.to_value(), "id": self.id, "alias": self.alias}

    def to_json(self) -> bytes:
        """The stored form."""
        return gojson.dumps(self.to_value())

    @classmethod
    def from_fields(cls, fields: Fields) -> Account:
        """Take the fields of a record or an image. Raises DecodeError."""
        return cls(Signer.from_fields(fields), fields.text("id"), fields.text("alias"))

    @classmethod
    def from_json(cls, data: bytes) -> Account:
        """Read the stored form. Raises DecodeError."""
        return cls.from_fields(parse_record(data, "Account"))


@dataclass(frozen=True, slots=True)
class ControlProgram:
    """A program that locks coins of an account, and where in the account its keys are.

    One that was set as mining address by hand has neither account nor index.
    """

    account_id: str
    address: str
    key_index: int
    program: bytes
    change: bool = False

    @property
    def hash(self) -> bytes:
        """The SHA3 of the program, which the record is stored under."""
        return sha3_256(self.program)

    def to_json(self) -> bytes:
        """The stored form."""
        return gojson.dumps(
            {
                "AccountID": self.account_id,
                "Address": self.address,
                "KeyIndex": self.key_index,
                "ControlProgram": base64.b64encode(self.program).decode(),
                "Change": self.change,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> ControlProgram:
        """Read the stored form. Raises DecodeError."""
        fields = parse_record(data, "CtrlProgram")
        return cls(
            account_id=fields.text("AccountID"),
            address=fields.text("Address"),
            key_index=fields.integer("KeyIndex", "uint64"),
            program=from_base64(fields.text("ControlProgram"), "the control program"),
            change=fields.flag("Change"),
        )
