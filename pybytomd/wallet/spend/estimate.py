"""The fee estimate: what a transaction will cost, before it is signed.

Source: vm-and-validation reference, section 5.7.

The sizes and the gas of signatures are the reference's measures (``blockchain/txbuilder/estimate.go``).
Quirk: a template that is signed already has its signatures counted twice. An input that takes back a vote is not
counted at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pybytomd.codec.json.gojson import JsonValue
from pybytomd.ledger.constants import GAS_PER_BYTE, NEU_PER_GAS
from pybytomd.wallet.spend.errors import MissingInstruction, MissingRawTransaction, NoTemplates
from pybytomd.wallet.spend.template import AnyTemplate, SigningInstruction
from pybytomd.wallet.spend.witness import Signatures

MERGE_FEE = 6_000_000
"""What each transaction pays that merges outputs of a chain build, in neu."""

SPEND, ISSUANCE = "spend", "issuance"
"""Kinds of inputs."""
SIGNATURE_SIZE, KEY_SIZE = 65, 33
KEY_HASH_INPUT_SIZE, KEY_HASH_INPUT_GAS = 98, 1409
PAYMENT_SIZE = 176
"""Of one input and one output more: the transaction must still pay when somebody adds BTM for the fee to it."""
HEIGHT_LIMIT_GAS = 5
INT64_HALF = 1 << 63


@dataclass(frozen=True, slots=True)
class _Cost:
    """Bytes of witness and gas of programs."""

    size: int = 0
    gas: int = 0

    def __add__(self, other: _Cost) -> _Cost:
        return _Cost(self.size + other.size, self.gas + other.gas)


KEY_HASH_COST = _Cost(KEY_HASH_INPUT_SIZE, KEY_HASH_INPUT_GAS)
PAYMENT_COST = _Cost(PAYMENT_SIZE + KEY_HASH_INPUT_SIZE, KEY_HASH_INPUT_GAS)


@dataclass(frozen=True, slots=True)
class GasEstimate:
    """Fees in neu. ``flexible`` is for an input that may be added, ``chain`` for the merging before this one."""

    total: int
    flexible: int
    storage: int
    vm: int
    chain: int = 0

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {
            "total_neu": self.total,
            "flexible_neu": self.flexible,
            "storage_neu": self.storage,
            "vm_neu": self.vm,
            "chain_tx_neu": self.chain,
        }


def estimate(template: AnyTemplate[Any]) -> GasEstimate:
    """The fee a template should pay. Raises MissingRawTransaction, MissingInstruction."""
    tx = template.transaction
    if tx is None:
        raise MissingRawTransaction
    programs_of = template.PROGRAMS
    key_hashes = scripts = issuances = last_script = _Cost()
    for position, tx_input in enumerate(tx.inputs):
        if tx_input.kind == SPEND:
            if programs_of.is_key_hash(tx_input.control_program):
                key_hashes += KEY_HASH_COST
            elif programs_of.is_script_hash(tx_input.control_program):
                last_script = _script_cost(_instruction(template, position))
                scripts += last_script
        elif tx_input.kind == ISSUANCE:
            limited = programs_of.height_limit(tx_input.issuance_program) > 0
            issuances += _Cost(0, HEIGHT_LIMIT_GAS if limited else 0)
            issuances += _issuance_cost(_instruction(template, position))
    flexible = 0
    if key_hashes.gas > 0:
        flexible = PAYMENT_COST.gas + PAYMENT_COST.size * GAS_PER_BYTE
    elif scripts.gas > 0:
        flexible = last_script.gas + (PAYMENT_SIZE + last_script.size) * GAS_PER_BYTE
    elif issuances.gas > 0:
        issuances += PAYMENT_COST
    programs = key_hashes + scripts + issuances
    storage = (tx.serialized_size + programs.size) * GAS_PER_BYTE
    return GasEstimate(
        total=_neu(storage + programs.gas + flexible),
        flexible=_neu(flexible),
        storage=_neu(storage),
        vm=_neu(programs.gas),
    )


def estimate_chain(templates: Sequence[AnyTemplate[Any]]) -> GasEstimate:
    """The fees of a chain build: of its last transaction, and what those before it pay for merging.

    Raises NoTemplates and what ``estimate`` does.
    """
    if not templates:
        raise NoTemplates
    return replace(estimate(templates[-1]), chain=MERGE_FEE * (len(templates) - 1))


def _neu(gas: int) -> int:
    """The price of gas. Quirk: it wraps around after 64 bits, signed; a quorum in a template may be anything."""
    return (gas * NEU_PER_GAS + INT64_HALF) % (2 * INT64_HALF) - INT64_HALF


def _instruction(template: AnyTemplate[Any], position: int) -> SigningInstruction:
    """The instruction at the index of an input. Quirk: its own position is not looked at."""
    instructions = template.instructions or ()
    if position >= len(instructions):
        raise MissingInstruction
    return instructions[position]


def _script_cost(instruction: SigningInstruction) -> _Cost:
    """Of a spend whose program is a script: several signatures, and the script."""
    cost = _Cost()
    for component in instruction.components:
        if isinstance(component, Signatures):
            keys, quorum = len(component.keys or ()), component.quorum
            cost += _Cost(KEY_SIZE * keys + SIGNATURE_SIZE * quorum, 1131 * keys + 72 * quorum + 659)
            if keys == quorum == 1:
                cost += _Cost(0, 27)
    return cost


def _issuance_cost(instruction: SigningInstruction) -> _Cost:
    """Of an issuance by several signatures; its program is in the transaction already."""
    cost = _Cost()
    for component in instruction.components:
        if isinstance(component, Signatures):
            keys, quorum = len(component.keys or ()), component.quorum
            cost += _Cost(SIGNATURE_SIZE * quorum, 1065 * keys + 72 * quorum + 316)
    return cost
