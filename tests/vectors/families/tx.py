"""``tx.json``: raw transactions, their fields, ids and serialization."""

from typing import Any

from pybytomd.errors import DecodeError
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxInput, TxOutput, UnknownInput
from pybytomd.ledger.transaction import Transaction
from tests.vectors.registry import Case, family, refused

KINDS = {SpendInput: "spend1", IssuanceInput: "issuance1", CoinbaseInput: "coinbase1"}


def entry_kinds(tx: Transaction) -> dict[bytes, str]:
    """The type of every entry of a transaction by its id."""
    ids = tx.ids
    kinds = dict.fromkeys(ids.spent_output_ids, "output1")
    for entry, tx_input in zip(ids.source_ids, tx.inputs, strict=True):
        if not isinstance(tx_input, UnknownInput):
            kinds[entry] = KINDS[type(tx_input)]
    for result, output in zip(ids.result_ids, tx.outputs, strict=True):
        kinds[result] = "retirement1" if is_retirement(output.control_program) else "output1"
    return kinds | {ids.mux_id: "mux1", ids.transaction_id: "txheader"}


def input_fields(tx_input: TxInput, position: int, tx: Transaction) -> dict[str, Any]:
    common = {
        "type": tx_input.kind,
        "asset_version": tx_input.asset_version,
        "commitment_suffix": tx_input.commitment_suffix.hex(),
        "witness_suffix": tx_input.witness_suffix.hex(),
    }
    if isinstance(tx_input, SpendInput):
        prevout = tx.ids.prevout_ids[position]
        assert prevout is not None
        return common | {
            "source_id": tx_input.source_id.hex(),
            "asset_id": tx_input.asset_id.hex(),
            "amount": tx_input.amount,
            "source_position": tx_input.source_position,
            "vm_version": tx_input.vm_version,
            "control_program": tx_input.control_program.hex(),
            "arguments": [argument.hex() for argument in tx_input.arguments],
            "spend_commitment_suffix": tx_input.spend_commitment_suffix.hex(),
            "spent_output_id": prevout.hex(),
        }
    if isinstance(tx_input, IssuanceInput):
        return common | {
            "nonce": tx_input.nonce.hex(),
            "asset_id": tx_input.asset_id.hex(),
            "amount": tx_input.amount,
            "asset_definition": tx_input.asset_definition.hex(),
            "vm_version": tx_input.vm_version,
            "issuance_program": tx_input.issuance_program.hex(),
            "arguments": [argument.hex() for argument in tx_input.arguments],
        }
    if isinstance(tx_input, CoinbaseInput):
        return common | {"arbitrary": tx_input.arbitrary.hex()}
    return common


def output_fields(output: TxOutput) -> dict[str, Any]:
    return {
        "asset_version": output.asset_version,
        "asset_id": output.asset_id.hex() if output.asset_id is not None else None,
        "amount": output.amount,
        "vm_version": output.vm_version,
        "control_program": output.control_program.hex(),
        "commitment_suffix": output.commitment_suffix.hex(),
    }


def mapped_fields(tx: Transaction) -> dict[str, Any]:
    entries = sorted((entry.hex(), kind) for entry, kind in entry_kinds(tx).items())
    return {
        "tx_id": tx.id.hex(),
        "mux_id": tx.mux_id.hex(),
        "input_ids": [i.hex() for i in tx.input_ids],
        "output_ids": [i.hex() for i in tx.result_ids],
        "sig_hashes": [tx.signature_hash(n).hex() for n in range(len(tx.inputs))],
        "spent_output_ids": sorted(i.hex() for i in tx.spent_output_ids),
        "gas_input_ids": sorted(i.hex() for i in tx.gas_input_ids),
        "entries": [{"id": entry, "type": kind} for entry, kind in entries],
    }


@family("tx")
def check_tx(case: Case, _document: Case) -> None:
    text = case.get("raw", case.get("raw_text"))
    mapped = case.get("mapped") or {}
    if case["error"] is not None or "map_panic" in mapped:
        with refused(DecodeError) as refusal:
            Transaction.from_hex(text)
        if case["error"] is not None:
            assert str(refusal.error) == case["error"]
        return
    tx = Transaction.from_hex(text)
    expected = case["tx"]
    assert (tx.version, tx.time_range) == (expected["version"], expected["time_range"])
    assert tx.serialized_size == expected["serialized_size"]
    for position, (tx_input, fields) in enumerate(zip(tx.inputs, expected["inputs"], strict=True)):
        actual = input_fields(tx_input, position, tx)
        assert {key: actual[key] for key in fields} == fields
    for output, fields in zip(tx.outputs, expected["outputs"], strict=True):
        assert output_fields(output) == fields
    actual_ids = mapped_fields(tx)
    if case.get("mapped_nondeterministic"):
        mapped = {"tx_id": case["tx_id"]}
    for key, value in mapped.items():
        assert actual_ids[key] == value, key
    assert tx.to_hex() == case.get("reserialized", tx.raw.hex())
