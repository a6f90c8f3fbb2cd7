"""Where programs and arguments lie in the bytes of a transaction."""

from __future__ import annotations

from hypothesis import given, settings

from pybytomd.consensus.memory import TransactionMemory
from pybytomd.ledger.inputs import IssuanceInput, SpendInput
from pybytomd.ledger.transaction import Transaction
from tests.property.transactions import transactions


@settings(derandomize=True, deadline=None)
@given(transactions)
def test_everything_is_found_where_it_lies(tx: Transaction) -> None:
    decoded = Transaction.from_bytes(tx.raw)
    memory = TransactionMemory(tx.raw)
    for position, tx_input in enumerate(decoded.inputs):
        program = b""
        if isinstance(tx_input, SpendInput):
            program = tx_input.control_program
        elif isinstance(tx_input, IssuanceInput):
            program = tx_input.issuance_program
        assert memory.program(position) == program
        assert memory.arguments(position) == tx_input.arguments
        assert memory.shared_with(position, runs_as_is=False).code_span is None
        span = memory.shared_with(position, runs_as_is=True).code_span
        assert span is not None
        assert tx.raw[slice(*span)] == program
    for index, output in enumerate(decoded.outputs):
        assert memory.output_program(index) == output.control_program
