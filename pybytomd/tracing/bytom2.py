"""What following contracts takes of the ledger of Bytom 2. Source: ``contract/tracer.go``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pybytomd.ledger.bytom2.inputs import SpendInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.entries import is_retirement
from pybytomd.tracing.forms import ContractOutput, TraceForms
from pybytomd.vm.bytom2.standard import is_p2wpkh, is_p2wsh

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain


def bytom2_forms(chain: Chain) -> TraceForms:
    """Those of a chain, which says itself up to where it is final."""
    return TraceForms(_spent, _made, lambda height: min(height, chain.finalized.height))


def _is_contract(program: bytes) -> bool:
    return not (is_p2wpkh(program) or is_p2wsh(program) or is_retirement(program))


def _spent(tx: Transaction, failed: bool) -> Iterator[ContractOutput]:  # noqa: ARG001 - none fails
    """Quirk: what a veto takes back is passed over, as votes are below."""
    for found, output_id in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
        if output_id is not None and isinstance(found, SpendInput) and _is_contract(found.control_program):
            yield ContractOutput(
                output_id,
                found.source_id,
                found.asset_id,
                found.amount,
                found.source_position,
                found.control_program,
                found.state_data,
            )


def _made(tx: Transaction, failed: bool) -> Iterator[ContractOutput]:  # noqa: ARG001 - none fails
    for position, output in enumerate(tx.outputs):
        if not output.is_vote and _is_contract(output.control_program):
            yield ContractOutput(
                tx.result_ids[position],
                tx.mux_id,
                output.asset_id,
                output.amount,
                position,
                output.control_program,
                output.state_data,
            )
