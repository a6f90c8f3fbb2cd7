"""Templates: a transaction on its way to being signed, and who is to sign what.

Source: vm-and-validation reference, section 5.4; ``blockchain/txbuilder/types.go``, ``signing_instruction.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pybytomd.codec.json.gofields import Fields, number_text, whole_number
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.wallet.spend.witness import WitnessComponent, read_component

UINT64_SIZE = 1 << 64
INSTRUCTIONS = "signing_instructions"
GO_INSTRUCTION = (
    'struct { Position uint32 "json:\\"position\\""; '
    'WitnessComponents []json.RawMessage "json:\\"witness_components\\"" }'
)
"""What the reference calls an instruction in errors."""


@dataclass(frozen=True, slots=True)
class SigningInstruction:
    """How the input at ``position`` gets its arguments."""

    position: int
    components: tuple[WitnessComponent, ...] = ()

    @classmethod
    def from_value(cls, value: JsonValue, parent: Fields) -> SigningInstruction:
        """Read the JSON object. Raises DecodeError, BadWitnessComponent.

        Quirk: what is of the wrong type in it is told of the list it stands in, which ``parent`` has.
        """
        if value is not None and not isinstance(value, Mapping):
            raise parent.mismatch(INSTRUCTIONS, value, GO_INSTRUCTION)
        fields = Fields(value, "")
        number, components = fields.value("position"), fields.value("witness_components")
        position = 0 if number is None else whole_number(number, "uint32")
        if position is None:
            raise parent.mismatch(INSTRUCTIONS, number, "uint32", what=number_text(number))
        if components is None:
            components = []
        if not isinstance(components, list):
            raise parent.mismatch(INSTRUCTIONS, components, "[]json.RawMessage")
        return cls(position, tuple(read_component(item, index) for index, item in enumerate(components)))

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object. Components are left out when there are none."""
        value: dict[str, JsonValue] = {"position": self.position}
        if self.components:
            value["witness_components"] = [component.to_value() for component in self.components]
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """A transaction and how to sign it.

    ``transaction`` and ``instructions`` are None where JSON has null. ``fee`` is what a client was told; nothing
    depends on it. With ``allow_additional_actions`` signatures over programs leave room for more outputs.
    """

    transaction: Transaction | None
    instructions: tuple[SigningInstruction, ...] | None = ()
    fee: int = 0
    allow_additional_actions: bool = False

    @classmethod
    def from_value(cls, value: JsonValue, where: str = "") -> Template:
        """Read the JSON object. ``where`` is its place in the request. Raises DecodeError, BadWitnessComponent."""
        fields = Fields(value, "Template", path=where, go_type="txbuilder.Template")
        instructions = fields.items(INSTRUCTIONS, "[]*txbuilder.SigningInstruction")
        return cls(
            transaction=read_transaction(fields, "raw_transaction"),
            instructions=None
            if instructions is None
            else tuple(SigningInstruction.from_value(item, fields) for item in instructions),
            fee=fields.integer("fee", "uint64"),
            allow_additional_actions=fields.flag("allow_additional_actions"),
        )

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {
            "raw_transaction": None if self.transaction is None else self.transaction.to_hex(),
            INSTRUCTIONS: None
            if self.instructions is None
            else [instruction.to_value() for instruction in self.instructions],
            "fee": self.fee,
            "allow_additional_actions": self.allow_additional_actions,
        }


def read_transaction(fields: Fields, name: str) -> Transaction | None:
    """A transaction in a JSON object, as hex; None when absent or null. Raises DecodeError."""
    found = None
    for value in fields.each(name):
        if value is None:
            found = None
            continue
        if not isinstance(value, str):
            raise fields.mismatch(name, value, "*types.Tx")
        try:
            found = Transaction.from_hex(value)
        except UnicodeEncodeError as error:
            raise DecodeError("the transaction is not hex") from error
    return found


def transaction_fee(tx: Transaction) -> int:
    """BTM of the inputs less BTM of the outputs, in neu; 0 for a coinbase transaction.

    Quirk: as an unsigned 64-bit number, so more going out than coming in shows as a huge fee.
    """
    total = 0
    for tx_input in tx.inputs:
        if isinstance(tx_input, CoinbaseInput):
            return 0
        if isinstance(tx_input, SpendInput | IssuanceInput) and tx_input.asset_id == BTM_ASSET_ID:
            total += tx_input.amount
    total -= sum(output.amount for output in tx.outputs if output.asset_id == BTM_ASSET_ID)
    return total % UINT64_SIZE
