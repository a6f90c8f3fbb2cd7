"""What watching has to know of the ledger of 1.x."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.consensus.utxo import created_outputs
from pybytomd.ledger.constants import COINBASE_MATURITY, ZERO_HASH
from pybytomd.ledger.transaction import Transaction
from pybytomd.watching.forms import Made, OutputForms


def _made(tx: Transaction, failed: bool) -> Iterator[Made]:
    for output_id, output in created_outputs(tx, failed):
        asset_id = output.asset_id or ZERO_HASH
        yield Made(output_id, output.control_program, asset_id.hex(), output.amount)


BYTOM1 = OutputForms(_made, COINBASE_MATURITY)
"""Those of 1.x."""
