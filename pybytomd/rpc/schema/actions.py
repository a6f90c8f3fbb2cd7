"""What ``build-transaction`` takes: a shape for each kind of action, for the OpenAPI document and the page.

An account is named by its id or its alias, an asset likewise; where both are given the id counts.
Source: vm-and-validation reference, section 5.2; ``blockchain/txbuilder/actions.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from pybytomd.rpc.schema.field_types import ObjectKind, Schema
from pybytomd.rpc.schema.replies import schema_of


class ArgumentShape(TypedDict):
    """An argument for a contract."""

    type: str
    raw_data: Mapping[str, object]


class SpendAccountShape(TypedDict):
    """Spend an amount of an asset from an account, whatever outputs it is in; the rest of them goes back to it."""

    type: Literal["spend_account"]
    account_id: NotRequired[str]
    account_alias: NotRequired[str]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    use_unconfirmed: NotRequired[bool]


class SpendOutputShape(TypedDict):
    """Spend one output whole; with arguments by them, instead of what its account signs with."""

    type: Literal["spend_account_unspent_output"]
    output_id: str
    use_unconfirmed: NotRequired[bool]
    arguments: NotRequired[list[ArgumentShape]]


class IssueShape(TypedDict):
    """Make new units of an asset, by its keys, or by arguments for its program if it has no keys."""

    type: Literal["issue"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    arguments: NotRequired[list[ArgumentShape]]


class ControlAddressShape(TypedDict):
    """Pay to an address."""

    type: Literal["control_address"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    address: str


class ControlProgramShape(TypedDict):
    """Pay to a program, whatever it is."""

    type: Literal["control_program"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    control_program: str


class RetireShape(TypedDict):
    """Put an amount out of the world, with free data if one likes."""

    type: Literal["retire"]
    asset_id: NotRequired[str]
    asset_alias: NotRequired[str]
    amount: int
    arbitrary: NotRequired[str]


ACTION_SHAPES = (
    SpendAccountShape,
    SpendOutputShape,
    IssueShape,
    ControlAddressShape,
    ControlProgramShape,
    RetireShape,
)
"""In the order in which they are explained: what spends, then what pays."""


class ActionKind(ObjectKind):
    """An action. It is read as any object, since only building tells what is wrong with it."""

    def schema(self) -> Schema:
        """See ``Kind``."""
        return {"oneOf": [schema_of(shape) for shape in ACTION_SHAPES], "discriminator": {"propertyName": "type"}}
