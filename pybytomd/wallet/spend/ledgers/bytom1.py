"""How transactions of 1.x are made."""

from __future__ import annotations

from typing import ClassVar

from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.store.records.output_records import Utxo
from pybytomd.vm.programs.builders import height_limit
from pybytomd.vm.programs.standard import is_p2wpkh, is_p2wsh
from pybytomd.wallet.spend.arguments import ARGUMENT_TYPES
from pybytomd.wallet.spend.ledgers.forms import SpendingForms
from pybytomd.wallet.spend.template import UINT64_SIZE, AnyTemplate, ProgramKinds

VM_VERSION = 1


class Template(AnyTemplate[Transaction]):
    """See ``AnyTemplate``."""

    __slots__ = ()
    PROGRAMS: ClassVar[ProgramKinds] = ProgramKinds(is_p2wpkh, is_p2wsh, height_limit)

    @staticmethod
    def from_hex(text: str) -> Transaction:
        """See ``AnyTemplate``."""
        return Transaction.from_hex(text)


def transaction_fee(tx: Transaction) -> int:
    """BTM of the inputs less BTM of the outputs, in neu; 0 for a coinbase transaction.

    Quirk: as an unsigned 64-bit number, so more going out than coming in shows as a huge fee.
    """
    total = 0
    for tx_input in tx.inputs:
        if isinstance(tx_input, CoinbaseInput):
            return 0
        if isinstance(tx_input, SpendInput | IssuanceInput) and tx_input.asset_id == BTM_ASSET_ID:
            total += tx_input.amount
    total -= sum(output.amount for output in tx.outputs if output.asset_id == BTM_ASSET_ID)
    return total % UINT64_SIZE


def _spend_input(utxo: Utxo) -> SpendInput:
    return SpendInput(
        utxo.source_id, utxo.asset_id, utxo.amount, utxo.source_position, VM_VERSION, utxo.control_program
    )


BYTOM1 = SpendingForms(
    template=Template,
    transaction=Transaction,
    fee=transaction_fee,
    spend_input=_spend_input,
    output=TxOutput,
    utxo=Utxo,
    arguments=ARGUMENT_TYPES,
)
