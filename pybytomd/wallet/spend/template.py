"""Templates of either chain: a transaction on its way to being signed, and who is to sign what.

Source: vm-and-validation reference, section 5.4; ``blockchain/txbuilder/types.go``, ``signing_instruction.go``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar

from pybytomd.codec.json.gofields import Fields, number_text, whole_number
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError
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


class AnyTransaction(Protocol):
    """What is asked of a transaction that is signed, of either ledger."""

    def __init__(
        self, version: int, time_range: int, inputs: tuple[Any, ...], outputs: tuple[Any, ...]
    ) -> None: ...

    version: int
    time_range: int
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]

    @property
    def ids(self) -> Any:
        """All ids."""

    @property
    def serialized_size(self) -> int:
        """Bytes."""

    @property
    def spent_output_ids(self) -> tuple[bytes, ...]:
        """The outputs being spent."""

    def signature_hash(self, position: int) -> bytes:
        """What the owner of an input signs."""

    def to_hex(self) -> str:
        """The form that is sent."""


Tx = TypeVar("Tx", bound=AnyTransaction)


class ProgramKinds(NamedTuple):
    """What a ledger makes of programs."""

    is_key_hash: Callable[[bytes], bool]
    is_script_hash: Callable[[bytes], bool]
    height_limit: Callable[[bytes], int]
    """The height below which an issuance program holds; 0 for none."""


@dataclass(frozen=True, slots=True)
class AnyTemplate(Generic[Tx]):
    """A transaction and how to sign it.

    ``transaction`` and ``instructions`` are None where JSON has null. ``fee`` is what a client was told; nothing
    depends on it. With ``allow_additional_actions`` signatures over programs leave room for more outputs.
    """

    PROGRAMS: ClassVar[ProgramKinds]

    transaction: Tx | None
    instructions: tuple[SigningInstruction, ...] | None = ()
    fee: int = 0
    allow_additional_actions: bool = False

    @staticmethod
    @abstractmethod
    def from_hex(text: str) -> Tx:
        """A transaction of the ledger. Raises DecodeError."""

    @classmethod
    def from_value(cls, value: JsonValue, where: str = "") -> Self:
        """Read the JSON object. ``where`` is its place in the request. Raises DecodeError, BadWitnessComponent."""
        fields = Fields(value, "Template", path=where, go_type="txbuilder.Template")
        instructions = fields.items(INSTRUCTIONS, "[]*txbuilder.SigningInstruction")
        return cls(
            transaction=cls._read_transaction(fields, "raw_transaction"),
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

    def holding(self, transaction: Tx, instructions: tuple[SigningInstruction, ...] | None) -> Self:
        """The same with another transaction and other instructions."""
        return type(self)(transaction, instructions, self.fee, self.allow_additional_actions)

    @classmethod
    def _read_transaction(cls, fields: Fields, name: str) -> Tx | None:
        """A transaction in a JSON object, as hex; None when absent or null. Raises DecodeError."""
        found = None
        for value in fields.each(name):
            if value is None:
                found = None
                continue
            if not isinstance(value, str):
                raise fields.mismatch(name, value, "*types.Tx")
            try:
                found = cls.from_hex(value)
            except UnicodeEncodeError as error:
                raise DecodeError("the transaction is not hex") from error
        return found
