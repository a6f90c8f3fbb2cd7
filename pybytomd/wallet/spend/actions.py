"""The actions a transaction is built from, a short class each. ``ACTIONS`` is the table of all.

Fields are read in the order of their names, for that is the order of the errors.
Source: vm-and-validation reference, section 5.2; ``blockchain/txbuilder/actions.go``, ``account/builder.go``,
``asset/builder.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Protocol, Self

from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.inputs import IssuanceInput
from pybytomd.vm.programs.builders import retire_program
from pybytomd.wallet.accounts.derivation import program_of_address
from pybytomd.wallet.errors import AssetNotFound
from pybytomd.wallet.spend.arguments import ContractArgument, argument_components, read_arguments
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.errors import MissingFields
from pybytomd.wallet.spend.materials import VM_VERSION, Materials, spend_components, spend_input
from pybytomd.wallet.spend.witness import Signatures, WitnessComponent, key_paths


class Action(Protocol):
    """One thing a transaction does. ``struct`` is what the reference calls it in errors."""

    kind: ClassVar[str]
    struct: ClassVar[str]

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """Read the fields of the JSON object. Raises DecodeError."""

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """Add inputs and outputs. Raises BytomError."""


def _require(*values: object) -> None:
    if not all(values):
        raise MissingFields


def _asset(fields: Fields) -> bytes:
    """An asset id; nothing when it is not given or zero."""
    asset_id = fields.hash("asset_id")
    return asset_id if asset_id and asset_id != ZERO_HASH else b""


@dataclass(frozen=True, slots=True)
class SpendAccount:
    """Spend an amount of an asset from an account, whatever outputs it is in. The rest of them goes back to it."""

    kind: ClassVar[str] = "spend_account"
    struct: ClassVar[str] = "spendAction"
    account_id: str
    asset_id: bytes
    amount: int
    use_unconfirmed: bool = False

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        account_id = fields.text("account_id")
        amount = fields.integer("amount", "uint64")
        return cls(account_id, _asset(fields), amount, fields.flag("use_unconfirmed"))

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        _require(self.account_id, self.asset_id, self.amount)
        step = "get account info"
        try:
            account = materials.accounts.find(self.account_id)
            step = "reserving utxos"
            reservation = materials.keeper.reserve(
                account.id,
                self.asset_id,
                self.amount,
                builder.expiry,
                use_unconfirmed=self.use_unconfirmed,
            )
            builder.on_rollback(partial(materials.keeper.cancel, reservation.id))
            for utxo in reservation.utxos:
                step = "creating inputs"
                components = spend_components(account.signer, utxo, materials.params)
                step = "adding inputs"
                builder.add_input(spend_input(utxo), components)
            if reservation.change > 0:
                step = "creating control program"
                program = materials.accounts.create_address(account, change=True)
                builder.on_rollback(partial(materials.accounts.addresses.take_back, account, program))
                step = "adding change output"
                builder.add_output(self.asset_id, reservation.change, program.program)
        except BytomError as error:
            raise error.within(step) from None


@dataclass(frozen=True, slots=True)
class SpendOutput:
    """Spend one output whole. Arguments, even none, take the place of what its account would sign with."""

    kind: ClassVar[str] = "spend_account_unspent_output"
    struct: ClassVar[str] = "spendUTXOAction"
    output_id: bytes | None
    use_unconfirmed: bool = False
    arguments: tuple[ContractArgument, ...] | None = None

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        arguments = read_arguments(fields, "arguments")
        return cls(fields.hash("output_id"), fields.flag("use_unconfirmed"), arguments)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        if self.output_id is None:
            raise MissingFields
        reservation = materials.keeper.reserve_particular(
            self.output_id, builder.expiry, use_unconfirmed=self.use_unconfirmed
        )
        builder.on_rollback(partial(materials.keeper.cancel, reservation.id))
        utxo = reservation.utxos[0]
        signer = materials.accounts.find(utxo.account_id).signer if utxo.account_id else None
        components = spend_components(signer, utxo, materials.params)
        if self.arguments is not None:
            components = tuple(argument_components(self.arguments))
        builder.add_input(spend_input(utxo), components)


@dataclass(frozen=True, slots=True)
class Issue:
    """Make new units of an asset, by its keys, or by arguments for its program if it has no keys."""

    kind: ClassVar[str] = "issue"
    struct: ClassVar[str] = "issueAction"
    asset_id: bytes
    amount: int
    arguments: tuple[ContractArgument, ...] | None = None

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        amount = fields.integer("amount", "uint64")
        arguments = read_arguments(fields, "arguments")
        return cls(_asset(fields), amount, arguments)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        _require(self.asset_id)
        asset = materials.assets.find(self.asset_id)
        if asset is None:
            raise AssetNotFound
        components: list[WitnessComponent] = []
        if asset.signer is not None:
            keys = key_paths(asset.signer.xpubs, asset.signer.asset_path())
            components = [Signatures(asset.signer.quorum, keys)]
        elif self.arguments is not None:
            components = argument_components(self.arguments)
        tx_input = IssuanceInput(
            nonce=materials.nonce(),
            asset_id=compute_asset_id(asset.issuance_program, VM_VERSION, asset.raw_definition),
            amount=self.amount,
            asset_definition=asset.raw_definition,
            vm_version=VM_VERSION,
            issuance_program=asset.issuance_program,
        )
        builder.add_input(tx_input, components)


@dataclass(frozen=True, slots=True)
class ControlAddress:
    """Pay to an address."""

    kind: ClassVar[str] = "control_address"
    struct: ClassVar[str] = "controlAddressAction"
    asset_id: bytes
    amount: int
    address: str

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        address = fields.text("address")
        amount = fields.integer("amount", "uint64")
        return cls(_asset(fields), amount, address)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        _require(self.address, self.asset_id, self.amount)
        builder.add_output(self.asset_id, self.amount, program_of_address(self.address, materials.params))


@dataclass(frozen=True, slots=True)
class ControlProgramAction:
    """Pay to a program, whatever it is."""

    kind: ClassVar[str] = "control_program"
    struct: ClassVar[str] = "controlProgramAction"
    asset_id: bytes
    amount: int
    control_program: bytes

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        amount = fields.integer("amount", "uint64")
        asset_id = _asset(fields)
        return cls(asset_id, amount, fields.hex_bytes("control_program") or b"")

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:  # noqa: ARG002 - as in ``Action``
        """See ``Action``."""
        _require(self.control_program, self.asset_id, self.amount)
        builder.add_output(self.asset_id, self.amount, self.control_program)


@dataclass(frozen=True, slots=True)
class Retire:
    """Put an amount out of the world, with free data if one likes."""

    kind: ClassVar[str] = "retire"
    struct: ClassVar[str] = "retireAction"
    asset_id: bytes
    amount: int
    arbitrary: bytes = b""

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        amount = fields.integer("amount", "uint64")
        arbitrary = fields.hex_bytes("arbitrary") or b""
        return cls(_asset(fields), amount, arbitrary)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:  # noqa: ARG002 - as in ``Action``
        """See ``Action``."""
        _require(self.asset_id, self.amount)
        builder.add_output(self.asset_id, self.amount, retire_program(self.arbitrary))


_ALL: tuple[type[Action], ...] = (
    SpendAccount,
    SpendOutput,
    Issue,
    ControlAddress,
    ControlProgramAction,
    Retire,
)
ACTIONS: Mapping[str, type[Action]] = {action.kind: action for action in _ALL}
"""Every action by its type."""


def is_input(kind: str) -> bool:
    """Whether an action of this type adds inputs. Quirk: so does any type that begins with ``spend``."""
    return kind.startswith("spend") or kind == Issue.kind
