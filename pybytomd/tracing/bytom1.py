"""What following contracts takes of the ledger of 1.x."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pybytomd.ledger.constants import COINBASE_MATURITY
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.records.output_records import Utxo, consumed, created
from pybytomd.tracing.forms import ContractOutput, TraceForms

FINAL_DEPTH = COINBASE_MATURITY
"""Blocks on top of one that make it final, for want of anything better."""


def _of_contracts(outputs: Iterable[Utxo]) -> Iterator[ContractOutput]:
    return (ContractOutput(*one[:6]) for one in outputs if one.is_contract)


def _spent(tx: Transaction, failed: bool) -> Iterator[ContractOutput]:
    return _of_contracts(consumed(tx, failed))


def _made(tx: Transaction, failed: bool) -> Iterator[ContractOutput]:
    return _of_contracts(created(tx, failed))


BYTOM1 = TraceForms(_spent, _made, lambda height: height - FINAL_DEPTH)
"""Those of 1.x."""
