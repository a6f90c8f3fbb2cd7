"""The actions that only transactions of Bytom 2 are built from, and ``ACTIONS``, the table of all.

Source: bytom2-network-wallet-api reference, section 4.5; ``blockchain/txbuilder/actions.go``,
``account/builder.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pybytomd.codec.json.gofields import Fields
from pybytomd.ledger.bytom2.constants import BCRP_REQUIRED_AMOUNT
from pybytomd.ledger.bytom2.inputs import TxOutput
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.bytom2.output_records import purse_of
from pybytomd.vm.bytom2.contracts import register_program
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.accounts.derivation import program_of_address
from pybytomd.wallet.spend import actions as of_both
from pybytomd.wallet.spend.actions import Action, given_asset, require, spend_purse, step
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.coin_selection import Reservation
from pybytomd.wallet.spend.errors import BadAmount, BuildError
from pybytomd.wallet.spend.materials import Materials


class NotInBtm(BuildError):
    """A contract is to be registered for units of another asset."""

    message = "register contract action asset must be BTM"


class TooLittleBtm(BuildError):
    """A contract is to be registered for less than it costs."""

    message = "less than BCRP required BTM amount"


@dataclass(frozen=True, slots=True)
class SpendAccount(of_both.SpendAccount):
    """See that of 1.x. What is over goes back to where the first of the outputs was."""

    def give_change(
        self,
        account: Account,  # noqa: ARG002 - no new address is made
        reservation: Reservation,
        builder: TemplateBuilder,
        materials: Materials,  # noqa: ARG002
    ) -> None:
        """Pay what is over to the program of the first output. Raises BytomError."""
        return_change(self.asset_id, reservation, builder)


def return_change(asset_id: bytes, reservation: Reservation, builder: TemplateBuilder) -> None:
    """Pay what is over of a reservation to the program of its first output. Raises BytomError."""
    if reservation.change > 0:
        with step("adding change output"):
            builder.add_output(asset_id, reservation.change, reservation.utxos[0].control_program)


@dataclass(frozen=True, slots=True)
class Vote:
    """Lock an amount as a vote for a validator, paid to an address.

    How much it must be, and of which asset, is for consensus to say.
    """

    kind: ClassVar[str] = "vote_output"
    struct: ClassVar[str] = "voteOutputAction"
    asset_id: bytes
    amount: int
    address: str
    vote: bytes

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        address = fields.text("address")
        amount = fields.integer("amount", "uint64")
        asset_id = given_asset(fields)
        return cls(asset_id, amount, address, fields.hex_bytes("vote") or b"")

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        require(self.address, self.asset_id, self.amount, self.vote)
        program = program_of_address(self.address, materials.params)
        builder.add(TxOutput(self.asset_id, self.amount, program, self.vote))


@dataclass(frozen=True, slots=True)
class Veto:
    """Take votes of an account for a validator back, as many as hold an amount.

    A vote is taken back whole: what it holds above the amount is ordinary money again, and votes no more.

    Where we differ: it must say whose votes they are; without, the reference spends ordinary outputs. And an
    amount of nothing is refused, which the reference dies of.
    """

    kind: ClassVar[str] = "veto"
    struct: ClassVar[str] = "vetoAction"
    account_id: str
    asset_id: bytes
    amount: int
    vote: bytes
    use_unconfirmed: bool = False

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        account_id = fields.text("account_id")
        amount = fields.integer("amount", "uint64")
        asset_id = given_asset(fields)
        use_unconfirmed = fields.flag("use_unconfirmed")
        return cls(account_id, asset_id, amount, fields.hex_bytes("vote") or b"", use_unconfirmed)

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:
        """See ``Action``."""
        require(self.account_id, self.asset_id, self.vote)
        if not self.amount:
            raise BadAmount.because("a veto of nothing")
        purse = purse_of(self.asset_id, self.vote)
        _, reservation = spend_purse(
            builder, materials, self.account_id, purse, self.amount, use_unconfirmed=self.use_unconfirmed
        )
        return_change(self.asset_id, reservation, builder)


@dataclass(frozen=True, slots=True)
class RegisterContract:
    """Register a contract on the chain, for an amount of BTM that is gone.

    Quirk: the pool takes no such transaction; somebody who makes blocks has to bring it into one.
    """

    kind: ClassVar[str] = "register_contract"
    struct: ClassVar[str] = "registerAction"
    asset_id: bytes
    amount: int
    contract: bytes

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        """See ``Action``."""
        amount = fields.integer("amount", "uint64")
        asset_id = given_asset(fields)
        return cls(asset_id, amount, fields.hex_bytes("contract") or b"")

    def build(self, builder: TemplateBuilder, materials: Materials) -> None:  # noqa: ARG002 - as in ``Action``
        """See ``Action``."""
        require(self.asset_id, self.amount, self.contract)
        if self.asset_id != BTM_ASSET_ID:
            raise NotInBtm
        if self.amount < BCRP_REQUIRED_AMOUNT:
            raise TooLittleBtm
        builder.add_output(self.asset_id, self.amount, register_program(self.contract))


_OWN: tuple[type[Action], ...] = (SpendAccount, Vote, Veto, RegisterContract)
ACTIONS: Mapping[str, type[Action]] = {**of_both.ACTIONS, **{action.kind: action for action in _OWN}}
"""Every action by its type."""
INPUTS = of_both.INPUTS | {Veto.kind}
"""Those that add inputs, besides those whose names begin with ``spend``."""
