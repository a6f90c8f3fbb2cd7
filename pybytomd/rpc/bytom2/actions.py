"""What ``build-transaction`` takes on Bytom 2: the shapes of 1.x, and those of votes and contracts.

Source: bytom2-network-wallet-api reference, section 4.5; ``blockchain/txbuilder/actions.go``.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from pybytomd.rpc.schema.actions import ACTION_SHAPES
from pybytomd.rpc.schema.field_types import ObjectKind, Schema
from pybytomd.rpc.schema.replies import schema_of


class VoteOutputShape(TypedDict):
    """Lock an amount of BTM as a vote for a validator, paid to an address."""

    type: Literal["vote_output"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    address: str
    vote: str


class VetoShape(TypedDict):
    """Take votes of an account for a validator back, as many as hold an amount, and give the rest back."""

    type: Literal["veto"]
    account_id: NotRequired[str]
    account_alias: NotRequired[str]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    vote: str
    use_unconfirmed: NotRequired[bool]


class RegisterContractShape(TypedDict):
    """Register a contract on the chain, for an amount of BTM that is gone."""

    type: Literal["register_contract"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    contract: str


BYTOM2_ACTION_SHAPES = (*ACTION_SHAPES, VoteOutputShape, VetoShape, RegisterContractShape)
"""In the order in which they are explained."""


class Bytom2ActionKind(ObjectKind):
    """An action. It is read as any object, since only building tells what is wrong with it."""

    def schema(self) -> Schema:
        """See ``Kind``."""
        shapes = [schema_of(shape) for shape in BYTOM2_ACTION_SHAPES]
        return {"oneOf": shapes, "discriminator": {"propertyName": "type"}}
