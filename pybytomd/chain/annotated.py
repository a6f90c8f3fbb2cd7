"""Transactions with what a reader wants to know beside them: types, addresses, accounts, assets.

The JSON is the reference's byte for byte, in wallet.db and in answers.
Source: wallet-and-keys reference, section 6.4; ``wallet/annotated.go``, ``blockchain/query/annotated.go``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Generic, NamedTuple

from pybytomd.chain.events import AnyBlock
from pybytomd.chain.mempool.pool_entry import Tx
from pybytomd.codec.json.gojson import JsonValue, Raw, is_json
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.address import address_of_program

JsonObject = dict[str, JsonValue]

ZERO_TEXT = ZERO_HASH.hex()
INPUT_TYPES = {SpendInput: "spend", IssuanceInput: "issue"}
WITH_VALUE = (SpendInput, IssuanceInput)
LISTS = ("inputs", "outputs")
LATER_FIELDS = (("witness_arguments", None), ("sign_data", ZERO_TEXT))
"""The last fields of an input, which bytomd 1.0.5 does not write, and what the reference shows without them."""
SUMMARY_FIELDS = ("amount", "account_id", "account_alias", "arbitrary")
"""What is left of an input or output in a summary, besides type and asset; left out when empty or 0."""

Shown = tuple[str, Raw | None]
"""What is shown of an asset: alias and definition."""
UNKNOWN: Shown = ("", None)

OwnerOf = Callable[[bytes], tuple[str, str] | None]
"""Whose a control program is: id and alias of the account, None for those of others."""


class Place(NamedTuple):
    """Where a transaction is: time in Unix seconds, and the block unless it waits to be in one.

    On Bytom 2 the time of a block is in milliseconds.
    """

    time: int
    block_hash: bytes = ZERO_HASH
    height: int = 0
    position: int = 0
    transactions_in_block: int = 0
    failed: bool = False

    @classmethod
    def in_block(cls, block: AnyBlock, position: int, failed: bool) -> Place:
        """The place of a block's transaction."""
        header = block.header
        return cls(header.timestamp, header.hash, header.height, position, len(block.transactions), failed)


class AnyAnnotator(ABC, Generic[Tx]):
    """Makes the JSON objects of transactions. ``prefix`` is that of the network's addresses.

    ``owner_of`` is asked whose a program is; without it no accounts are named.
    """

    TELLS_FAILURES: ClassVar[bool] = True
    """Whether a transaction in a block may have failed."""

    def __init__(self, prefix: str, owner_of: OwnerOf | None = None) -> None:
        self._prefix = prefix
        self._owner_of = owner_of

    def transaction(self, tx: Tx, place: Place) -> JsonObject:
        """A transaction as the wallet shows it, without what depends on the assets known when it is read."""
        value: JsonObject = {
            "tx_id": tx.id.hex(),
            "block_time": place.time,
            "block_hash": place.block_hash.hex(),
            "block_height": place.height,
            "block_index": place.position,
        }
        if place.transactions_in_block:
            value["block_transactions_count"] = place.transactions_in_block
        value["inputs"] = self.inputs(tx)
        value["outputs"] = self.outputs(tx)
        if self.TELLS_FAILURES:
            value["status_fail"] = place.failed
        value["size"] = tx.serialized_size
        return value

    @abstractmethod
    def inputs(self, tx: Tx) -> list[JsonObject]:
        """All inputs."""

    def outputs(self, tx: Tx) -> list[JsonObject]:
        """All outputs."""
        return [self._output(tx, position) for position in range(len(tx.outputs))]

    @abstractmethod
    def _output(self, tx: Tx, position: int) -> JsonObject:
        """One output."""

    def _name_account(self, value: JsonObject, program: bytes) -> None:
        owner = None if self._owner_of is None else self._owner_of(program)
        if owner is not None:
            set_text(value, "account_id", owner[0])
            set_text(value, "account_alias", owner[1])


class Annotator(AnyAnnotator[Transaction]):
    """That of 1.x."""

    def inputs(self, tx: Transaction) -> list[JsonObject]:
        """All inputs."""
        coinbases = [found for found in tx.inputs if isinstance(found, CoinbaseInput)]
        coinbase = coinbases[-1] if coinbases else None
        return [self._input(tx, position, coinbase) for position in range(len(tx.inputs))]

    def _input(self, tx: Transaction, position: int, coinbase: CoinbaseInput | None) -> JsonObject:
        """Quirk: of two equal inputs the earlier one has no type, id and program; its entry is the later one's."""
        tx_input, ids = tx.inputs[position], tx.ids
        kind = ""
        if coinbase is not None and position == 0:
            kind = "coinbase"  # it claims the first place wherever it stands
        elif ids.input_ids[position] != ZERO_HASH:
            kind = INPUT_TYPES.get(type(tx_input), "")
        value: JsonObject = {"type": kind, "asset_id": ZERO_TEXT, "asset_definition": {}, "amount": 0}
        if isinstance(tx_input, WITH_VALUE):
            value["asset_id"] = tx_input.asset_id.hex()
            value["amount"] = tx_input.amount
        arguments: Sequence[bytes] = ()
        if kind == "issue" and isinstance(tx_input, IssuanceInput):
            if is_json(tx_input.asset_definition):
                value["asset_definition"] = Raw(tx_input.asset_definition)
            set_text(value, "issuance_program", tx_input.issuance_program.hex())
            arguments = tx_input.arguments
        elif kind == "spend" and isinstance(tx_input, SpendInput):
            set_text(value, "control_program", tx_input.control_program.hex())
            set_text(value, "address", address_of_program(tx_input.control_program, self._prefix))
            value["spent_output_id"] = (ids.prevout_ids[position] or ZERO_HASH).hex()
            self._name_account(value, tx_input.control_program)
            arguments = tx_input.arguments
        elif kind == "coinbase" and coinbase is not None:
            set_text(value, "arbitrary", coinbase.arbitrary.hex())
        value["input_id"] = ids.input_ids[position].hex()
        value["witness_arguments"] = [argument.hex() for argument in arguments] or None
        is_coinbase = isinstance(tx_input, CoinbaseInput)
        value["sign_data"] = ZERO_TEXT if is_coinbase else tx.signature_hash(position).hex()
        return value

    def _output(self, tx: Transaction, position: int) -> JsonObject:
        output = tx.outputs[position]
        program = output.control_program
        value: JsonObject = {
            "type": "retire" if is_retirement(program) else "control",
            "id": tx.ids.result_ids[position].hex(),
            "position": position,
            "asset_id": (output.asset_id or ZERO_HASH).hex(),
            "asset_definition": {},
            "amount": output.amount,
        }
        self._name_account(value, program)
        value["control_program"] = program.hex()
        set_text(value, "address", address_of_program(program, self._prefix))
        return value


def set_text(value: JsonObject, name: str, text: str) -> None:
    """Add a text, unless it is empty."""
    if text:
        value[name] = text


def _items(value: Mapping[str, JsonValue], name: str) -> list[Mapping[str, JsonValue]]:
    found = value.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def account_ids(value: Mapping[str, JsonValue]) -> set[str]:
    """The accounts a transaction's JSON object names."""
    return {str(item["account_id"]) for name in LISTS for item in _items(value, name) if item.get("account_id")}


def asset_ids(value: Mapping[str, JsonValue]) -> set[str]:
    """The assets, in hex, a transaction's JSON object names."""
    return {str(item.get("asset_id", "")) for name in LISTS for item in _items(value, name)}


def detailed(value: Mapping[str, JsonValue], assets: Mapping[str, Shown]) -> JsonObject:
    """A stored transaction with aliases and definitions of its assets as they are now, by ids in hex.

    Quirk: the definition of an unknown asset, and that of a coinbase's input, becomes ``null``. What bytomd 1.0.5
    left waiting has inputs without the fields that came later; like the reference we show them empty.
    """
    result = dict(value)
    inputs, result["outputs"] = ([_detailed_item(item, assets) for item in _items(value, name)] for name in LISTS)
    result["inputs"] = [
        {**item, **{name: item.get(name, since) for name, since in LATER_FIELDS}} for item in inputs
    ]
    return result


def _detailed_item(item: Mapping[str, JsonValue], assets: Mapping[str, Shown]) -> JsonObject:
    alias, definition = assets.get(str(item.get("asset_id")), UNKNOWN)
    result: JsonObject = {}
    for name, member in item.items():
        if name == "asset_definition":
            result[name] = definition
        elif name != "asset_alias":
            result[name] = member
        if name == "asset_id" and alias:
            result["asset_alias"] = alias
    return result


def summary(value: Mapping[str, JsonValue], assets: Mapping[str, Shown]) -> JsonObject:
    """The short form of a stored transaction, with aliases of its assets as they are now, by ids in hex."""
    result: JsonObject = {"tx_id": value["tx_id"], "block_time": value["block_time"]}
    for name in LISTS:
        result[name] = [_summary_item(item, assets) for item in _items(value, name)]
    return result


def _summary_item(item: Mapping[str, JsonValue], assets: Mapping[str, Shown]) -> JsonObject:
    asset_id = item.get("asset_id", ZERO_TEXT)
    result: JsonObject = {"type": item.get("type", ""), "asset_id": asset_id}
    alias = assets.get(str(asset_id), UNKNOWN)[0]
    if alias:
        result["asset_alias"] = alias
    for name in SUMMARY_FIELDS:
        member = item.get(name)
        if member:
            result[name] = member
    return result
