"""Signatures of a draft: those there are, those of several put together. A wrong one never counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pybytomd.cli.own.offline.document import Draft
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import ConfigError
from pybytomd.wallet.spend.signing import signed_program, with_arguments
from pybytomd.wallet.spend.template import SigningInstruction
from pybytomd.wallet.spend.witness import ProgramSignatures, Signatures, WitnessComponent


@dataclass(frozen=True, slots=True)
class Progress:
    """How many signatures an input has, and how many it needs."""

    position: int
    made: int
    wanted: int


def progress(draft: Draft) -> list[Progress]:
    """How far the signing is, by inputs. Raises ConfigError for a signature that is not of its key."""
    return [
        Progress(
            instruction.position, len(_checked(draft, instruction.position, component).made), component.quorum
        )
        for instruction in draft.instructions
        for component in instruction.components
        if isinstance(component, Signatures)
    ]


def is_complete(draft: Draft) -> bool:
    """Whether nothing more is to be signed."""
    return all(one.made >= one.wanted for one in progress(draft))


def combine(drafts: Sequence[Draft]) -> Draft:
    """The signatures of all in one, and the transaction with them.

    Raises ConfigError unless all are of the same transaction.
    """
    first = drafts[0]
    if any(other.transaction.id != first.transaction.id for other in drafts):
        raise ConfigError("they are different transactions; only signatures of the same one can be combined")
    if any(_bare(other) != _bare(first) for other in drafts):
        raise ConfigError("they do not ask for the same signatures")
    instructions = tuple(
        replace(
            instruction,
            components=tuple(
                _merged([(draft, draft.instructions[number].components[index]) for draft in drafts], instruction)
                for index in range(len(instruction.components))
            ),
        )
        for number, instruction in enumerate(first.instructions)
    )
    transaction = with_arguments(first.transaction, instructions)
    template = first.template.holding(transaction, instructions)
    return Draft(template, transaction, instructions)


def _merged(parts: Sequence[tuple[Draft, WitnessComponent]], instruction: SigningInstruction) -> WitnessComponent:
    """One component with the signatures that any has."""
    component = parts[0][1]
    if not isinstance(component, Signatures):
        return component
    checked = [
        _checked(draft, instruction.position, part) for draft, part in parts if isinstance(part, Signatures)
    ]
    columns = zip(*(_padded(one) for one in checked), strict=True)
    return replace(checked[0], signatures=tuple(next(filter(None, column), b"") for column in columns))


def _checked(draft: Draft, position: int, component: Signatures) -> Signatures:
    """The component, once each of its signatures is right."""
    keys, signatures = component.keys or (), component.signatures or ()
    if len(signatures) > len(keys):
        raise ConfigError("there are more signatures than keys")
    message = draft.transaction.signature_hash(position)
    if isinstance(component, ProgramSignatures):
        program = signed_program(draft.template, draft.transaction, position)
        if component.program not in (b"", program):
            raise ConfigError("it asks for a signature over something else than its transaction")
        component, message = replace(component, program=program), sha3_256(program)
    for number, (key, signature) in enumerate(zip(keys, signatures, strict=False)):
        if signature and not key.xpub.derive(key.path or ()).verify(message, signature):
            raise ConfigError(f"signature {number} of input {position} is not that of its key")
    return component


def _padded(component: Signatures) -> tuple[bytes, ...]:
    signatures = component.signatures or ()
    return signatures + (b"",) * (len(component.keys or ()) - len(signatures))


def _bare(draft: Draft) -> list[tuple[int, tuple[WitnessComponent, ...]]]:
    """What is to be signed, without the signatures."""
    return [(one.position, tuple(_without_signatures(one.components))) for one in draft.instructions]


def _without_signatures(components: Sequence[WitnessComponent]) -> Iterator[WitnessComponent]:
    for component in components:
        if isinstance(component, ProgramSignatures):
            yield replace(component, signatures=None, program=b"")
        elif isinstance(component, Signatures):
            yield replace(component, signatures=None)
        else:
            yield component
