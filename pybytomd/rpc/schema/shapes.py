"""What the JSON objects look like that methods pass on as they are, for the OpenAPI document and the page.

Source: rpc-and-cli reference, sections 4.4 and 4.5; contracts-and-tracing reference, sections A1.1 and A2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict


class InputShape(TypedDict):
    """What a transaction spends."""

    type: str
    asset_id: str
    asset_alias: NotRequired[str]
    asset_definition: Mapping[str, object] | None
    amount: int
    issuance_program: NotRequired[str]
    control_program: NotRequired[str]
    address: NotRequired[str]
    spent_output_id: NotRequired[str]
    account_id: NotRequired[str]
    account_alias: NotRequired[str]
    arbitrary: NotRequired[str]
    input_id: str
    witness_arguments: list[str] | None
    sign_data: str


class OutputShape(TypedDict):
    """What a transaction pays."""

    type: str
    id: str
    position: int
    asset_id: str
    asset_alias: NotRequired[str]
    asset_definition: Mapping[str, object] | None
    amount: int
    account_id: NotRequired[str]
    account_alias: NotRequired[str]
    control_program: str
    address: NotRequired[str]


class SummaryShape(TypedDict):
    """An input or an output in short."""

    type: str
    asset_id: str
    asset_alias: NotRequired[str]
    amount: NotRequired[int]
    account_id: NotRequired[str]
    account_alias: NotRequired[str]
    arbitrary: NotRequired[str]


class KeyPathShape(TypedDict):
    """A root key, and the path to the one that signs."""

    xpub: str
    derivation_path: list[str]


class ComponentShape(TypedDict):
    """A part of a witness: signatures, or data."""

    type: str
    quorum: NotRequired[int]
    keys: NotRequired[list[KeyPathShape]]
    signatures: NotRequired[list[str] | None]
    value: NotRequired[str]


class InstructionShape(TypedDict):
    """How an input is signed."""

    position: int
    witness_components: NotRequired[list[ComponentShape]]


class TemplateShape(TypedDict):
    """A transaction and how it is signed."""

    raw_transaction: str | None
    signing_instructions: list[InstructionShape] | None
    fee: int
    allow_additional_actions: bool


class ContractShape(TypedDict):
    """A registered contract."""

    id: str
    alias: str
    contract: str
    call_program: str
    register_program: str


class ContractOutputShape(TypedDict):
    """An output that a contract is in. The program is in base64."""

    hash: str
    asset_id: str
    amount: int
    program: str | None
    source_id: str
    source_pos: int
    state_data: list[str] | None


class InstanceShape(TypedDict):
    """Where a contract is. Status 1: is followed up, 2: here, 3: ended, 4: not on the main chain."""

    trace_id: NotRequired[str]
    utxos: list[ContractOutputShape] | None
    tx_hash: str | None
    status: int
    unconfirmed: list[object] | None


InputObject = Annotated[Mapping[str, object], InputShape]
OutputObject = Annotated[Mapping[str, object], OutputShape]
SummaryObject = Annotated[Mapping[str, object], SummaryShape]
TemplateObject = Annotated[Mapping[str, object], TemplateShape]
ContractObject = Annotated[Mapping[str, object], ContractShape]
InstanceObject = Annotated[Mapping[str, object], InstanceShape]
