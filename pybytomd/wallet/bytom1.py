"""What the wallet has to know of the ledger of 1.x."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.chain.annotated import Annotator
from pybytomd.chain.events import AnyHeader
from pybytomd.ledger.constants import COINBASE_MATURITY
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.records.output_records import Utxo, consumed, created
from pybytomd.vm.programs.builders import height_limit
from pybytomd.wallet.forms import LedgerForms


def _created(tx: Transaction, failed: bool, height: int, is_first: bool) -> Iterator[Utxo]:
    return created(tx, failed, height + COINBASE_MATURITY if is_first else 0)


def _block_time(header: AnyHeader) -> int:
    return header.timestamp


BYTOM1 = LedgerForms(
    read_utxo=Utxo.from_json,
    consumed=consumed,
    created=_created,
    annotator=Annotator,
    block_time=_block_time,
    height_limit=height_limit,
)
