"""Transactions of Bytom 2 with what a reader wants to know beside them: types, addresses, votes, states.

The JSON is the reference's byte for byte. Source: bytom2-network-wallet-api reference, section 4.6;
``wallet/annotated.go``, ``blockchain/query/annotated.go``.
"""

from __future__ import annotations

from pybytomd.codec.json.gojson import JsonValue, Raw, is_json
from pybytomd.ledger.bytom2.inputs import VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.ledger.entries import is_retirement
from pybytomd.vm.bytom2.address import address_of_program

JsonObject = dict[str, JsonValue]

ZERO_TEXT = ZERO_HASH.hex()


def annotated_inputs(tx: Transaction, prefix: str) -> list[JsonObject]:
    """All inputs; ``prefix`` is that of the network's addresses."""
    return [_input(tx, position, prefix) for position in range(len(tx.inputs))]


def annotated_outputs(tx: Transaction, prefix: str) -> list[JsonObject]:
    """All outputs."""
    return [_output(tx, position, prefix) for position in range(len(tx.outputs))]


def _input(tx: Transaction, position: int, prefix: str) -> JsonObject:
    tx_input = tx.inputs[position]
    value: JsonObject = {"type": "coinbase", "asset_id": ZERO_TEXT, "asset_definition": {}, "amount": 0}
    if isinstance(tx_input, CoinbaseInput):
        _set(value, "arbitrary", tx_input.arbitrary.hex())
        value["input_id"] = tx.input_ids[position].hex()
        value["witness_arguments"] = None
        value["sign_data"] = ZERO_TEXT
        return value
    value["asset_id"], value["amount"] = tx_input.asset_id.hex(), tx_input.amount
    if isinstance(tx_input, IssuanceInput):
        value["type"] = "issue"
        if is_json(tx_input.asset_definition):
            value["asset_definition"] = Raw(tx_input.asset_definition)
        _set(value, "issuance_program", tx_input.issuance_program.hex())
    else:
        value["type"] = tx_input.kind
        _set(value, "control_program", tx_input.control_program.hex())
        _set(value, "address", address_of_program(tx_input.control_program, prefix))
        value["spent_output_id"] = (tx.ids.prevout_ids[position] or ZERO_HASH).hex()
    value["input_id"] = tx.input_ids[position].hex()
    value["witness_arguments"] = [argument.hex() for argument in tx_input.arguments] or None
    value["sign_data"] = tx.signature_hash(position).hex()
    if isinstance(tx_input, VetoInput):
        _set(value, "vote", tx_input.vote.hex())
    return value


def _output(tx: Transaction, position: int, prefix: str) -> JsonObject:
    output = tx.outputs[position]
    program = output.control_program
    is_retired = is_retirement(program)
    value: JsonObject = {
        "type": "retire" if is_retired else "vote" if output.is_vote else "control",
        "id": tx.result_ids[position].hex(),
        "position": position,
        "asset_id": output.asset_id.hex(),
        "asset_definition": {},
        "amount": output.amount,
        "control_program": program.hex(),
    }
    _set(value, "address", address_of_program(program, prefix))
    if not is_retired:
        _set(value, "vote", (output.vote or b"").hex())
        if output.state_data:
            value["state_data"] = [data.hex() for data in output.state_data]
    return value


def _set(value: JsonObject, name: str, text: str) -> None:
    if text:
        value[name] = text
