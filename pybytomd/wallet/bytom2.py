"""What the wallet has to know of the ledger of Bytom 2.

Source: bytom2-network-wallet-api reference, sections 4.3 and 4.6; ``wallet/utxo.go``, ``wallet/annotated.go``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from pybytomd.chain.bytom2.annotated import Annotator
from pybytomd.chain.events import AnyHeader
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.store.bytom2.output_records import Utxo, consumed, created
from pybytomd.vm.bytom2.standard import height_limit
from pybytomd.wallet.forms import LedgerForms

MILLISECONDS = 1000
"""In a second."""


def bytom2_forms(params: CasperParams) -> LedgerForms:
    """The forms on a network with these numbers: they say how long votes are locked."""

    def outputs(tx: Transaction, failed: bool, height: int, is_first: bool) -> Iterator[Utxo]:  # noqa: ARG001
        return created(tx, height, params)  # none fails, and a coinbase shows by its input

    return LedgerForms(
        read_utxo=Utxo.from_json,
        consumed=_consumed,
        created=outputs,
        annotator=Annotator,
        block_time=_block_time,
        height_limit=height_limit,
    )


def new_account_id() -> str:
    """A random UUID, as text."""
    return str(uuid.uuid4())


def _consumed(tx: Transaction, failed: bool) -> Iterator[Utxo]:  # noqa: ARG001 - none fails
    return consumed(tx)


def _block_time(header: AnyHeader) -> int:
    return header.timestamp // MILLISECONDS
