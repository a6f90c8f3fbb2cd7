"""Spending any number of outputs: they are merged first, a few in each transaction, which follow one another.

Source: vm-and-validation reference, section 5.8; ``SpendAccountChain`` in ``account/builder.go``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.wallet.accounts.ownership import owned_by
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.errors import ProgramNotFound
from pybytomd.wallet.forms import AnyUtxo
from pybytomd.wallet.spend.actions import SpendAccount
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.errors import NothingToMerge, UnspendableByChain
from pybytomd.wallet.spend.estimate import MERGE_FEE
from pybytomd.wallet.spend.materials import Materials, spend_components
from pybytomd.wallet.spend.template import UINT64_SIZE, AnyTemplate

INPUTS_PER_MERGE = 5


def spend_merged(action: SpendAccount, builder: TemplateBuilder, materials: Materials) -> list[AnyTemplate[Any]]:
    """Add one input that holds the amount of an action, and give the transactions that make its output.

    What is left over goes to the same program as the merged output, so no new address is made. Raises BytomError.
    """
    if action.asset_id != BTM_ASSET_ID:
        raise UnspendableByChain
    utxos = reserve_btm(action, builder, materials)
    signer = materials.accounts.find(action.account_id).signer
    if not utxos:
        raise NothingToMerge
    templates, merged = merge_btm(utxos, signer, materials)
    add_merged(action, merged, signer, builder, materials)
    return templates


def add_merged(
    action: SpendAccount, merged: AnyUtxo, signer: Signer, builder: TemplateBuilder, materials: Materials
) -> None:
    """Add the input that holds the amount of an action; what is over goes back to its program."""
    builder.add_input(materials.forms.spend_input(merged), spend_components(signer, merged, materials.params))
    if merged.amount > action.amount:
        builder.add_output(action.asset_id, merged.amount - action.amount, merged.control_program)


def merge_fees(outputs: int) -> int:
    """What it takes to merge some outputs into one, in neu. Each merging makes them fewer by up to 4."""
    return MERGE_FEE * -(-max(outputs - 1, 0) // (INPUTS_PER_MERGE - 1))


def reserve_btm(
    action: SpendAccount, builder: TemplateBuilder, materials: Materials, *, more: int = 0
) -> list[AnyUtxo]:
    """Outputs for the amount, so much ``more``, and for merging them: as more of them cost more, in rounds."""
    utxos: list[AnyUtxo] = []
    reserved, wanted = 0, action.amount + more
    while reserved < wanted + merge_fees(len(utxos)):
        reservation = materials.keeper.reserve(
            action.account_id,
            BTM_ASSET_ID,
            wanted + merge_fees(len(utxos)) - reserved,
            builder.expiry,
            use_unconfirmed=action.use_unconfirmed,
        )
        builder.on_rollback(partial(materials.keeper.cancel, reservation.id))
        utxos += reservation.utxos
        reserved += sum(utxo.amount for utxo in reservation.utxos)
    return utxos


def merge_btm(
    utxos: Sequence[AnyUtxo], signer: Signer, materials: Materials
) -> tuple[list[AnyTemplate[Any]], AnyUtxo]:
    """The transactions that leave one output, paid to the program of the first, and that output."""
    templates: list[AnyTemplate[Any]] = []
    forms, waiting = materials.forms, deque(utxos)
    if len(waiting) == 1:
        return templates, waiting[0]
    owner = materials.accounts.addresses.at(utxos[0].address)
    if owner is None:
        raise ProgramNotFound
    while len(waiting) > 1:
        group = [waiting.popleft() for _ in range(min(INPUTS_PER_MERGE, len(waiting)))]
        builder = TemplateBuilder(forms, 0)
        for utxo in group:
            builder.add_input(forms.spend_input(utxo), spend_components(signer, utxo, materials.params))
        # Quirk: outputs that do not even hold the fee come to a huge amount, which is refused.
        amount = (sum(utxo.amount for utxo in group) - MERGE_FEE) % UINT64_SIZE
        builder.add_output(BTM_ASSET_ID, amount, owner.program)
        template = builder.build()
        templates.append(template)
        tx = template.transaction
        assert tx is not None  # noqa: S101 - the builder made it
        output = forms.utxo(tx.result_ids[0], tx.mux_id, BTM_ASSET_ID, amount, 0, owner.program)
        waiting.append(owned_by(output, owner))
    return templates, waiting[0]
