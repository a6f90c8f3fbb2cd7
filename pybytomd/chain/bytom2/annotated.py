"""Transactions of Bytom 2 with what a reader wants to know beside them: types, addresses, votes, states.

The JSON is the reference's byte for byte. Source: bytom2-network-wallet-api reference, section 4.6;
``wallet/annotated.go``, ``blockchain/query/annotated.go``.
"""

from __future__ import annotations

from pybytomd.chain.annotated import AnyAnnotator, JsonObject, set_text
from pybytomd.codec.json.gojson import Raw, is_json
from pybytomd.ledger.bytom2.inputs import VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.ledger.entries import is_retirement
from pybytomd.vm.bytom2.address import address_of_program

ZERO_TEXT = ZERO_HASH.hex()


class Annotator(AnyAnnotator[Transaction]):
    """That of Bytom 2."""

    TELLS_FAILURES = False

    def inputs(self, tx: Transaction) -> list[JsonObject]:
        """All inputs."""
        return [self._input(tx, position) for position in range(len(tx.inputs))]

    def _input(self, tx: Transaction, position: int) -> JsonObject:
        tx_input = tx.inputs[position]
        value: JsonObject = {"type": "coinbase", "asset_id": ZERO_TEXT, "asset_definition": {}, "amount": 0}
        if isinstance(tx_input, CoinbaseInput):
            set_text(value, "arbitrary", tx_input.arbitrary.hex())
            value["input_id"] = tx.input_ids[position].hex()
            value["witness_arguments"] = None
            value["sign_data"] = ZERO_TEXT
            return value
        value["asset_id"], value["amount"] = tx_input.asset_id.hex(), tx_input.amount
        if isinstance(tx_input, IssuanceInput):
            value["type"] = "issue"
            if is_json(tx_input.asset_definition):
                value["asset_definition"] = Raw(tx_input.asset_definition)
            set_text(value, "issuance_program", tx_input.issuance_program.hex())
        else:
            value["type"] = tx_input.kind
            set_text(value, "control_program", tx_input.control_program.hex())
            set_text(value, "address", address_of_program(tx_input.control_program, self._prefix))
            value["spent_output_id"] = (tx.ids.prevout_ids[position] or ZERO_HASH).hex()
            self._name_account(value, tx_input.control_program)
        value["input_id"] = tx.input_ids[position].hex()
        value["witness_arguments"] = [argument.hex() for argument in tx_input.arguments] or None
        value["sign_data"] = tx.signature_hash(position).hex()
        if isinstance(tx_input, VetoInput):
            set_text(value, "vote", tx_input.vote.hex())
        return value

    def _output(self, tx: Transaction, position: int) -> JsonObject:
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
        }
        self._name_account(value, program)
        value["control_program"] = program.hex()
        set_text(value, "address", address_of_program(program, self._prefix))
        if not is_retired:
            set_text(value, "vote", (output.vote or b"").hex())
            if output.state_data:
                value["state_data"] = [data.hex() for data in output.state_data]
        return value


def annotated_inputs(tx: Transaction, prefix: str) -> list[JsonObject]:
    """All inputs, without the names of accounts; ``prefix`` is that of the network's addresses."""
    return Annotator(prefix).inputs(tx)


def annotated_outputs(tx: Transaction, prefix: str) -> list[JsonObject]:
    """All outputs, without the names of accounts."""
    return Annotator(prefix).outputs(tx)
