"""``validation_tx.json``: the verdict on a transaction in the context of a block, and its gas."""

from typing import Any

from pybytomd.consensus.transaction import TransactionVerdict, validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.errors import DecodeError
from pybytomd.ledger.transaction import Transaction
from tests.vectors.registry import Case, family


def outcome_of(verdict: TransactionVerdict) -> dict[str, Any]:
    gas = verdict.gas
    return {
        "error": verdict.error.root if verdict.error else None,
        "gas": {name: getattr(gas, name) for name in gas.__match_args__},
    }


def expected_outcome(result: dict[str, Any]) -> dict[str, Any]:
    return {"error": result["error"], "gas": result["gas"]}


@family("validation_tx")
def check_validation_tx(case: Case, _document: Case) -> None:
    results = case.get("result_any_of") or [case["result"]]
    try:
        tx = Transaction.from_hex(case["raw"])
    except DecodeError:
        assert any("decode_error" in result or "panic" in result for result in results)
        return
    block = BlockContext(case["block_version"], case["block_height"])
    verdict = validate_transaction(tx, block, leads_block=case["first_in_block"])
    if any("panic" in result for result in results):
        assert verdict.error is not None
        assert not verdict.gas.gas_valid
        return
    assert outcome_of(verdict) in [expected_outcome(result) for result in results]
    if verdict.error is None:
        return
    texts = [result.get("error_full") for result in results]
    if all(texts):
        assert str(verdict.error) in texts
    names = {(result["error_name"] or "").rpartition(".")[2] for result in results}
    assert verdict.error.name in names


@family("validation_tx_memory")
def check_validation_tx_memory(case: Case, _document: Case) -> None:
    """``validation_tx_memory.json``: an append writes over what lies behind it in the same transaction."""
    tx = Transaction.from_hex(case["raw"])
    verdict = validate_transaction(tx, BlockContext(case["block_version"], case["block_height"]))
    outcome, expected = outcome_of(verdict), expected_outcome(case["result"])
    if len(tx.gas_input_ids) > 1 and not verdict.gas.gas_valid:
        # The reference ran those before the bad one that its map happened to give first.
        for account in (outcome["gas"], expected["gas"]):
            account["gas_used"] += account.pop("gas_left")
    assert outcome == expected
    assert str(verdict.error or "") == (case["result"]["error_full"] or "")
