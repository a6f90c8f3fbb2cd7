"""What watching has to know of the ledger of Bytom 2."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.consensus.bytom2.utxo import created_outputs
from pybytomd.ledger.bytom2.constants import COINBASE_MATURITY
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.watching.forms import Made, OutputForms


def _made(tx: Transaction, failed: bool) -> Iterator[Made]:  # noqa: ARG001 - none fails
    for output_id, output in created_outputs(tx):
        purse = output.asset_id.hex() + (output.vote or b"").hex()
        yield Made(output_id, output.control_program, purse, output.amount)


BYTOM2 = OutputForms(_made, COINBASE_MATURITY)
"""Those of Bytom 2."""
