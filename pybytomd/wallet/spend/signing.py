"""Signing templates, one key after another, and writing what was signed into the transaction.

Nothing here needs a chain or a wallet database: a machine that has only keys can sign.
Source: vm-and-validation reference, section 5.5; ``blockchain/txbuilder``: ``txbuilder.go``, ``witness.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from pybytomd.crypto.chainkd import XPrv, XPub
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.vm.instructions import push_data, push_int
from pybytomd.vm.programs.builders import OP_VERIFY
from pybytomd.wallet.spend.errors import EmptyProgram, MissingRawTransaction, NoSuchInput, TooManyInstructions
from pybytomd.wallet.spend.template import AnyTemplate, AnyTransaction, SigningInstruction, Tx
from pybytomd.wallet.spend.witness import KeyPath, ProgramSignatures, Signatures, WitnessComponent

logger = logging.getLogger(__name__)

SPEND = "spend"
WITHOUT_ARGUMENTS = ("coinbase", "unknown")
"""Kinds of inputs that run no program."""
OP_EQUAL, OP_TXSIGHASH, OP_CHECKOUTPUT, OP_OUTPUTID = b"\x87", b"\xae", b"\xc1", b"\xcb"


Template = TypeVar("Template", bound=AnyTemplate[Any])


class Keys(Protocol):
    """Who has the keys: ``PseudoHSM``."""

    def load(self, xpub: XPub, password: str) -> XPrv:
        """The private half of a root key. Raises BytomError, also for a wrong password."""


def sign(template: Template, password: str, keys: Keys) -> Template:
    """The template with the signatures that keys of this password can add, and the transaction with its arguments.

    To each component at most one signature is added: one who holds several keys of an account under one password
    signs once for each of them. A password that fits no key is no error; ``is_complete`` tells.

    Raises MissingRawTransaction, TooManyInstructions, NoSuchInput, EmptyProgram.
    """
    tx, instructions = _checked(template)
    signer = _Signer(template, tx, password, keys)
    signed = tuple(
        replace(
            instruction,
            components=tuple(
                signer.component(component, instruction.position, f"{index} of input {number}")
                for index, component in enumerate(instruction.components)
            ),
        )
        for number, instruction in enumerate(instructions)
    )
    return template.holding(with_arguments(tx, signed), None if template.instructions is None else signed)


def is_complete(template: AnyTemplate[Any]) -> bool:
    """Whether all signatures that are wanted are there."""
    return all(
        component.is_complete
        for instruction in template.instructions or ()
        for component in instruction.components
        if isinstance(component, Signatures)
    )


def with_arguments(tx: Tx, instructions: Sequence[SigningInstruction]) -> Tx:
    """The transaction with the arguments of all inputs that have an instruction, as far as they are there.

    An instruction without components clears the arguments of its input.
    """
    inputs = list(tx.inputs)
    for instruction in instructions:
        arguments: list[bytes] = []
        for component in instruction.components:
            arguments.extend(component.arguments(len(arguments)))
        inputs[instruction.position] = _unlocked(inputs[instruction.position], tuple(arguments))
    return type(tx)(tx.version, tx.time_range, tuple(inputs), tx.outputs)


def _unlocked(tx_input: Any, arguments: tuple[bytes, ...]) -> Any:
    return tx_input if tx_input.kind in WITHOUT_ARGUMENTS else tx_input.replace(arguments=arguments)


def _checked(template: AnyTemplate[Tx]) -> tuple[Tx, tuple[SigningInstruction, ...]]:
    tx, instructions = template.transaction, template.instructions or ()
    if tx is None:
        raise MissingRawTransaction
    if len(instructions) > len(tx.inputs):
        raise TooManyInstructions
    for index, instruction in enumerate(instructions):
        if instruction.position >= len(tx.inputs):
            raise NoSuchInput.because(
                f"signing instruction {index} references missing tx input {instruction.position}"
            )
    return tx, instructions


class _Signer:
    """One pass over a template with one password. Each key is opened once: that takes longer than all the rest."""

    def __init__(self, template: AnyTemplate[Any], tx: AnyTransaction, password: str, keys: Keys) -> None:
        self._template = template
        self._tx = tx
        self._password = password
        self._keys = keys
        self._opened: dict[XPub, XPrv | None] = {}

    def component(self, component: WitnessComponent, position: int, where: str) -> WitnessComponent:
        """The component with one signature more, if a key is there for it."""
        if isinstance(component, ProgramSignatures):
            program = component.program or signed_program(self._template, self._tx, position)
            if not program:
                raise EmptyProgram.because(f"adding signature(s) to signature witness component {where}")
            return self._signed(replace(component, program=program), sha3_256(program))
        if isinstance(component, Signatures):
            # Where we differ: the reference takes the hash for the input at the index of the instruction, which is
            # another one if the transaction had inputs before it was built on. Such signatures are worth nothing.
            return self._signed(component, self._tx.signature_hash(position))
        return component

    def _signed(self, component: Signatures, message: bytes) -> Signatures:
        keys = component.keys or ()
        signatures = list(component.signatures or ())
        signatures += [b""] * (len(keys) - len(signatures))
        for index, key in enumerate(keys):
            if not signatures[index]:
                signature = self._sign(key, message, index)
                if signature:
                    signatures[index] = signature
                    break
        if not signatures and component.signatures is None:
            return component
        return replace(component, signatures=tuple(signatures))

    def _sign(self, key: KeyPath, message: bytes, index: int) -> bytes:
        """The signature of one key; nothing if the key is not here, or has another password."""
        try:
            if key.xpub not in self._opened:
                self._opened[key.xpub] = None
                self._opened[key.xpub] = self._keys.load(key.xpub, self._password)
            xprv = self._opened[key.xpub]
            return b"" if xprv is None else xprv.derive(key.path or ()).sign(message)
        except BytomError as error:
            logger.warning("a key did not sign", extra={"key": index, "err": str(error)})
            return b""


def signed_program(template: AnyTemplate[Any], tx: AnyTransaction, position: int) -> bytes:
    """What signatures over a program commit to: the transaction as it is, or the input and all outputs so far."""
    if not template.allow_additional_actions:
        return push_data(tx.signature_hash(position)) + OP_TXSIGHASH + OP_EQUAL
    constraints: list[bytes] = []
    spent = tx.ids.prevout_ids[position]
    if tx.inputs[position].kind == SPEND:  # the program of one that takes back a vote does not name it
        constraints.append(push_data(spent) + OP_OUTPUTID + OP_EQUAL)
    for index, output in enumerate(tx.outputs):
        value = push_int(index) + push_int(output.amount) + push_data(output.asset_id or ZERO_HASH)
        constraints.append(value + push_int(1) + push_data(output.control_program) + OP_CHECKOUTPUT)
    return OP_VERIFY.join(constraints)
