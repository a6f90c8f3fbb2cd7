"""The actions a transaction is built from, a short class each. ``ACTIONS`` is the table of those of 1.x.

Fields are read in the order of their names, for that is the order of the errors.
Source: vm-and-validation reference, section 5.2; ``blockchain/txbuilder/actions.go``, ``account/builder.go``,
``asset/builder.go``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Protocol, Self

from pybytomd.codec.json.gofields import Fields
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.creation import IssuanceInput
from pybytomd.vm.programs.builders import retire_program
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.derivation import program_of_address
from pybytomd.wallet.errors import AssetNotFound
from pybytomd.wallet.spend.arguments import ContractArgument, argument_components, read_arguments
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.coin_selection import Reservation
from pybytomd.wallet.spend.errors import MissingFields
from pybytomd.wallet.spend.materials import Materials, spend_components
from pybytomd.wallet.spend.witness import Signatures, WitnessComponent, key_paths

VM_VERSION = 1


class Action(Protocol):
    """One thing a transaction does. ``struct`` is what the reference calls it in errors."""

    kind: ClassVar[str]
    struct: ClassVar[str]

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """Read the fields of the JSON object. Raises DecodeError."""

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """Add inputs and outputs. Raises BytomError."""


def require(*values: object) -> None:
    """All these fields were given, and are not zero. Raises MissingFields."""
    if not all(values):
        raise MissingFields


@contextmanager
def step(name: str) -> Iterator[None]:
    """An error that leads out is one of this step."""
    try:
        yield
    except BytomError as error:
        raise error.within(name) from None


def spend_purse(
    builder: TemplateBuilder,
    materials: Materials,
    account_id: str,
    purse: bytes,
    amount: int,
    *,
    use_unconfirmed: bool,
) -> tuple[Account, Reservation]:
    """Add inputs that hold an amount of what an account has in a purse. Raises BytomError."""
    with step("get account info"):
        account = materials.accounts.find(account_id)
    with step("reserving utxos"):
        reservation = materials.keeper.reserve(
            account.id, purse, amount, builder.expiry, use_unconfirmed=use_unconfirmed
        )
    builder.on_rollback(partial(materials.keeper.cancel, reservation.id))
    for utxo in reservation.utxos:
        with step("creating inputs"):
            components = spend_components(account.signer, utxo, materials.params)
        with step("adding inputs"):
            builder.add_input(materials.forms.spend_input(utxo), components)
    return account, reservation


def given_asset(fields: Fields) -> bytes:
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
        return cls(account_id, given_asset(fields), amount, fields.flag("use_unconfirmed"))

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        require(self.account_id, self.asset_id, self.amount)
        account, reservation = spend_purse(
            builder,
            materials,
            self.account_id,
            self.asset_id,
            self.amount,
            use_unconfirmed=self.use_unconfirmed,
        )
        if reservation.change > 0:
            self.give_change(account, reservation, builder, materials)

    def give_change(
        self, account: Account, reservation: Reservation, builder: TemplateBuilder, materials: Materials
    ) -> None:
        """Pay what is over to a new address of the account. Raises BytomError."""
        with step("creating control program"):
            program = materials.accounts.create_address(account, change=True)
        builder.on_rollback(partial(materials.accounts.addresses.take_back, account, program))
        with step("adding change output"):
            builder.add_output(self.asset_id, reservation.change, program.program)


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
            components = tuple(argument_components(self.arguments, materials.forms.arguments))
        builder.add_input(materials.forms.spend_input(utxo), components)


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
        return cls(given_asset(fields), amount, arguments)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        require(self.asset_id)
        asset = materials.assets.find(self.asset_id)
        if asset is None:
            raise AssetNotFound
        components: list[WitnessComponent] = []
        if asset.signer is not None:
            keys = key_paths(asset.signer.xpubs, asset.signer.asset_path())
            components = [Signatures(asset.signer.quorum, keys)]
        elif self.arguments is not None:
            components = argument_components(self.arguments, materials.forms.arguments)
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
        return cls(given_asset(fields), amount, address)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        require(self.address, self.asset_id, self.amount)
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
        asset_id = given_asset(fields)
        return cls(asset_id, amount, fields.hex_bytes("control_program") or b"")

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:  # noqa: ARG002 - as in ``Action``
        """See ``Action``."""
        require(self.control_program, self.asset_id, self.amount)
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
        return cls(given_asset(fields), amount, arbitrary)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:  # noqa: ARG002 - as in ``Action``
        """See ``Action``."""
        require(self.asset_id, self.amount)
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
"""Every action of 1.x by its type."""


INPUTS = frozenset((Issue.kind,))
"""Those that add inputs, besides those whose names begin with ``spend``."""


def is_input(kind: str, inputs: Collection[str] = INPUTS) -> bool:
    """Whether an action of this type adds inputs. Quirk: so does any type that begins with ``spend``."""
    return kind.startswith("spend") or kind in inputs
