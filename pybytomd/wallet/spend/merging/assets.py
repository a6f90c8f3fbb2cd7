"""Merging outputs of other assets than BTM, which BTM pays for.

Merging takes gas, and gas is paid in BTM: each transaction that merges also spends the one BTM output of its
account that is left by the one before, and makes the next. The last of them is what the transaction that was asked
for spends. The reference merges BTM alone (``btm``), and refuses all else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.wallet.accounts.ownership import owned_by
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.errors import ProgramNotFound
from pybytomd.wallet.forms import AnyUtxo
from pybytomd.wallet.spend.actions import SpendAccount
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.errors import NoGasForMerging, NothingToMerge, TooManySigners
from pybytomd.wallet.spend.estimate import MERGE_FEE, estimate
from pybytomd.wallet.spend.materials import Materials, spend_components
from pybytomd.wallet.spend.merging.btm import INPUTS_PER_MERGE, add_merged, merge_btm, reserve_btm
from pybytomd.wallet.spend.template import AnyTemplate

FEWEST_PER_MERGE = 2


def spend_all_merged(
    spends: Sequence[SpendAccount], builder: TemplateBuilder, materials: Materials
) -> list[AnyTemplate[Any]]:
    """Add one input for each of an account's spends, one an asset; the transactions that make their outputs.

    What is left over goes to the programs of the merged outputs. Raises BytomError, among them NoGasForMerging
    where there is something to merge and no spend of BTM.
    """
    signer = materials.accounts.find(spends[0].account_id).signer
    assets = [
        _Heap.reserve(action, signer, builder, materials) for action in spends if action.asset_id != BTM_ASSET_ID
    ]
    merges = sum(heap.merges for heap in assets)
    paying = next((action for action in spends if action.asset_id == BTM_ASSET_ID), None)
    templates: list[AnyTemplate[Any]] = []
    gas: AnyUtxo | None = None
    if paying is not None:
        utxos = reserve_btm(paying, builder, materials, more=merges * MERGE_FEE)
        if not utxos:
            raise NothingToMerge
        templates, gas = merge_btm(utxos, signer, materials)
    for heap in assets:
        merged = heap.utxos[0]
        if heap.merges:
            if gas is None:
                raise NoGasForMerging
            more, merged, gas = heap.merge(gas, signer, materials)
            templates += more
        add_merged(heap.action, merged, signer, builder, materials)
    if paying is not None and gas is not None:
        add_merged(paying, gas, signer, builder, materials)
    return templates


@dataclass(frozen=True, slots=True)
class _Heap:
    """The outputs of one asset that hold the amount of an action, and how many of them are merged at once."""

    action: SpendAccount
    utxos: tuple[AnyUtxo, ...]
    at_once: int

    @classmethod
    def reserve(
        cls, action: SpendAccount, signer: Signer, builder: TemplateBuilder, materials: Materials
    ) -> _Heap:
        """Choose the outputs. Raises BytomError."""
        if not action.amount:
            raise NothingToMerge
        reservation = materials.keeper.reserve(
            action.account_id,
            action.asset_id,
            action.amount,
            builder.expiry,
            use_unconfirmed=action.use_unconfirmed,
        )
        builder.on_rollback(partial(materials.keeper.cancel, reservation.id))
        utxos = reservation.utxos
        return cls(action, utxos, _at_once(utxos, signer, materials) if len(utxos) > 1 else 1)

    @property
    def merges(self) -> int:
        """How many transactions it takes: each makes the outputs fewer by one less than it merges."""
        return -(-(len(self.utxos) - 1) // (self.at_once - 1)) if len(self.utxos) > 1 else 0

    def merge(
        self, gas: AnyUtxo, signer: Signer, materials: Materials
    ) -> tuple[list[AnyTemplate[Any]], AnyUtxo, AnyUtxo]:
        """The transactions that leave one output of the asset, that output, and the one of BTM that is left."""
        forms, waiting = materials.forms, deque(self.utxos)
        owner = materials.accounts.addresses.at(self.utxos[0].address)
        payer = materials.accounts.addresses.at(gas.address)
        if owner is None or payer is None:
            raise ProgramNotFound
        templates: list[AnyTemplate[Any]] = []
        while len(waiting) > 1:
            group = [waiting.popleft() for _ in range(min(self.at_once, len(waiting)))]
            amount, rest = sum(utxo.amount for utxo in group), gas.amount - MERGE_FEE
            outputs = [(self.action.asset_id, amount, owner.program), (BTM_ASSET_ID, rest, payer.program)]
            template = _transaction([*group, gas], outputs, signer, materials)
            templates.append(template)
            tx = template.transaction
            assert tx is not None  # noqa: S101 - the builder made it
            made = [
                forms.utxo(tx.result_ids[place], tx.mux_id, asset_id, units, place, program)
                for place, (asset_id, units, program) in enumerate(outputs)
            ]
            waiting.append(owned_by(made[0], owner))
            gas = owned_by(made[1], payer)
        return templates, waiting[0], gas


def _at_once(utxos: Sequence[AnyUtxo], signer: Signer, materials: Materials) -> int:
    """How many outputs a merging transaction can pay for, besides that of BTM. Raises TooManySigners.

    The reference takes five, whatever they cost; such transactions of many signers are refused for their gas.
    """
    for count in range(min(INPUTS_PER_MERGE, len(utxos)), FEWEST_PER_MERGE - 1, -1):
        group = [
            *utxos[:count],
            utxos[0],
        ]  # in the place of the output of BTM, which is signed for in the same way
        outputs = [(utxos[0].asset_id, 1, utxos[0].control_program)] * 2
        if estimate(_transaction(group, outputs, signer, materials)).total <= MERGE_FEE:
            return count
    raise TooManySigners


def _transaction(
    utxos: Sequence[AnyUtxo], outputs: Sequence[tuple[bytes, int, bytes]], signer: Signer, materials: Materials
) -> AnyTemplate[Any]:
    builder = TemplateBuilder(materials.forms, 0)
    for utxo in utxos:
        builder.add_input(materials.forms.spend_input(utxo), spend_components(signer, utxo, materials.params))
    for output in outputs:
        builder.add_output(*output)
    return builder.build()
