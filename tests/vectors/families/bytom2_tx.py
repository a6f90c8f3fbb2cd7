"""``bytom2_tx.json``: raw transactions of Bytom 2, their fields, ids and serialization."""

from typing import Any

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.inputs import SpendInput, TxInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.ledger.entries import is_retirement
from tests.vectors.registry import Case, family, refused

KINDS = {SpendInput: "spend1", IssuanceInput: "issuance1", CoinbaseInput: "coinbase1", VetoInput: "vetoInput1"}


def output_kind(output: TxOutput) -> str:
    if is_retirement(output.control_program):
        return "retirement1"
    return "voteOutput1" if output.is_vote else "originalOutput1"


def entry_kinds(tx: Transaction) -> dict[bytes, str]:
    """The type of every entry of a transaction by its id."""
    ids = tx.ids
    kinds: dict[bytes, str] = {}
    for entry, prevout, tx_input in zip(ids.input_ids, ids.prevout_ids, tx.inputs, strict=True):
        kinds[entry] = KINDS[type(tx_input)]
        if prevout is not None:
            kinds[prevout] = "voteOutput1" if isinstance(tx_input, VetoInput) else "originalOutput1"
    for result, output in zip(ids.result_ids, tx.outputs, strict=True):
        kinds[result] = output_kind(output)
    return kinds | {ids.mux_id: "mux1", ids.transaction_id: "txheader"}


def texts(items: tuple[bytes, ...]) -> list[str]:
    return [item.hex() for item in items]


def input_fields(tx_input: TxInput, position: int, tx: Transaction) -> dict[str, Any]:
    common = {
        "type": tx_input.kind,
        "asset_version": tx_input.asset_version,
        "commitment_suffix": tx_input.commitment_suffix.hex(),
        "witness_suffix": tx_input.witness_suffix.hex(),
    }
    if isinstance(tx_input, CoinbaseInput):
        return common | {"arbitrary": tx_input.arbitrary.hex()}
    common |= {
        "asset_id": tx_input.asset_id.hex(),
        "amount": tx_input.amount,
        "arguments": texts(tx_input.arguments),
    }
    if isinstance(tx_input, IssuanceInput):
        return common | {
            "nonce": tx_input.nonce.hex(),
            "asset_definition": tx_input.asset_definition.hex(),
            "vm_version": tx_input.vm_version,
            "issuance_program": tx_input.issuance_program.hex(),
        }
    prevout = tx.ids.prevout_ids[position]
    assert prevout is not None
    common |= {
        "source_id": tx_input.source_id.hex(),
        "source_position": tx_input.source_position,
        "vm_version": tx_input.vm_version,
        "control_program": tx_input.control_program.hex(),
        "state_data": texts(tx_input.state_data),
        "spend_commitment_suffix": tx_input.spend_commitment_suffix.hex(),
        "spent_output_id": prevout.hex(),
    }
    return common | ({"vote": tx_input.vote.hex()} if isinstance(tx_input, VetoInput) else {})


def output_fields(output: TxOutput) -> dict[str, Any]:
    fields = {
        "type": "vote" if output.is_vote else "original",
        "asset_version": 1,
        "asset_id": output.asset_id.hex(),
        "amount": output.amount,
        "vm_version": output.vm_version,
        "control_program": output.control_program.hex(),
        "state_data": texts(output.state_data),
        "commitment_suffix": output.commitment_suffix.hex(),
    }
    return fields | ({} if output.vote is None else {"vote": output.vote.hex()})


def mapped_fields(tx: Transaction) -> dict[str, Any]:
    entries = sorted((entry.hex(), kind) for entry, kind in entry_kinds(tx).items())
    return {
        "tx_id": tx.id.hex(),
        "mux_id": tx.mux_id.hex(),
        "input_ids": texts(tx.input_ids),
        "output_ids": texts(tx.result_ids),
        "sig_hashes": [tx.signature_hash(n).hex() for n in range(len(tx.inputs))],
        "spent_output_ids": texts(tx.spent_output_ids),
        "entries": [{"id": entry, "type": kind} for entry, kind in entries],
    }


@family("bytom2_tx")
def check_bytom2_tx(case: Case, _document: Case) -> None:
    if case["error"] is not None or "panic" in case or "unsupported" in case:
        with refused(DecodeError) as refusal:
            Transaction.from_hex(case["raw"])
        if case["error"] is not None:
            assert str(refusal.error) == case["error"]
        return
    tx = Transaction.from_hex(case["raw"])
    expected = case["tx"]
    assert (tx.version, tx.time_range) == (expected["version"], expected["time_range"])
    assert tx.serialized_size == expected["serialized_size"]
    inputs = [input_fields(tx_input, position, tx) for position, tx_input in enumerate(tx.inputs)]
    assert inputs == expected["inputs"]
    assert [output_fields(output) for output in tx.outputs] == expected["outputs"]
    assert mapped_fields(tx) == case["mapped"]
    assert tx.fee == case["fee"]
    assert tx.to_hex() == case.get("reserialized", case["raw"])
    made = Transaction(tx.version, tx.time_range, tx.inputs, tx.outputs)
    assert made.to_hex() == tx.to_hex()
    assert made.id == tx.id
