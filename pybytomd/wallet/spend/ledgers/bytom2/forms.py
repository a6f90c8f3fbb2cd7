"""What transactions of Bytom 2 are made of.

Source: bytom2-network-wallet-api reference, section 4.5; ``account/builder.go``, ``blockchain/txbuilder``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.ledger.bytom2.inputs import SpendInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.store.bytom2.output_records import Utxo
from pybytomd.vm.bytom2.numbers import encode_number
from pybytomd.vm.bytom2.standard import height_limit, is_p2wpkh, is_p2wsh
from pybytomd.wallet.spend.arguments import ARGUMENT_TYPES, ReadArgument
from pybytomd.wallet.spend.ledgers.forms import SpendingForms
from pybytomd.wallet.spend.template import AnyTemplate, ProgramKinds
from pybytomd.wallet.spend.witness import DataWitness, WitnessComponent

VM_VERSION = 1


class Template(AnyTemplate[Transaction]):
    """See ``AnyTemplate``."""

    __slots__ = ()
    PROGRAMS: ClassVar[ProgramKinds] = ProgramKinds(is_p2wpkh, is_p2wsh, height_limit)

    @staticmethod
    def from_hex(text: str) -> Transaction:
        """See ``AnyTemplate``."""
        return Transaction.from_hex(text)


def _spend_input(utxo: Utxo) -> SpendInput | VetoInput:
    """Where we differ: a vote with a state is spent with it; the reference leaves it out, and names no output."""
    if utxo.vote is not None:
        return VetoInput(
            utxo.source_id,
            utxo.asset_id,
            utxo.amount,
            utxo.source_position,
            VM_VERSION,
            utxo.control_program,
            utxo.vote,
            utxo.state_data,
        )
    return SpendInput(
        utxo.source_id,
        utxo.asset_id,
        utxo.amount,
        utxo.source_position,
        VM_VERSION,
        utxo.control_program,
        utxo.state_data,
    )


def _fee(tx: Transaction) -> int:
    return tx.fee


def _integer(value: JsonValue) -> WitnessComponent:
    fields = Fields(value, "IntegerArgument", go_type="txbuilder.IntegerArgument")
    return DataWitness(encode_number(fields.integer("value", "uint64")))


ARGUMENTS: Mapping[str, ReadArgument] = {**ARGUMENT_TYPES, "integer": _integer}
"""Every type of argument, and how its ``raw_data`` is read."""

BYTOM2 = SpendingForms(
    template=Template,
    transaction=Transaction,
    fee=_fee,
    spend_input=_spend_input,
    output=TxOutput,
    utxo=Utxo,
    arguments=ARGUMENTS,
)
