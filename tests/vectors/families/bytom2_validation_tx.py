"""``bytom2_validation_tx.json`` and ``..._memory.json``: transactions judged for a block, and the gas they use."""

from pybytomd.consensus.bytom2.transaction import validate_transaction
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.vm.bytom2.contracts import contract_hash
from tests.vectors.registry import Case, family, refused


@family("bytom2_validation_tx_memory")
@family("bytom2_validation_tx")
def check_bytom2_validation_tx(case: Case, _document: Case) -> None:
    result = case["result"]
    if result.get("decode_error"):
        with refused(DecodeError) as refusal:
            Transaction.from_hex(case["raw"])
        assert str(refusal.error) == result["decode_error"]
        return
    contracts = {contract_hash(one): one for one in map(bytes.fromhex, case["contracts"])}
    tx = Transaction.from_hex(case["raw"])
    block = BlockContext(case["block_version"], case["block_height"])
    verdict = validate_transaction(tx, block, contracts.get, leads_block=case["first_in_block"])
    error = verdict.error
    if result.get("panic"):
        assert error is not None
        return
    if result["error"] is None:
        assert error is None
        assert {
            "btm_value": verdict.gas.btm_value,
            "gas_left": verdict.gas.gas_left,
            "gas_used": verdict.gas.gas_used,
            "storage_gas": verdict.gas.storage_gas,
        } == result["gas"]
        return
    assert error is not None
    if "result_any_of" in case:
        assert error.root in [one["error"] for one in case["result_any_of"]]
        return
    assert error.root == result["error"]
    if "error_name" in result:
        assert type(error).name == result["error_name"]
    if result.get("error_full"):
        assert str(error) == result["error_full"]
