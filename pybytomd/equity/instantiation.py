"""Contract bodies and arguments to programs. Source: equity reference, section 11."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pybytomd.equity.code.expressions import DEPTH, OVER
from pybytomd.equity.errors import InstantiationError
from pybytomd.equity.source.syntax import Contract, Parameter
from pybytomd.equity.tables import Type
from pybytomd.vm.instructions import push_data, push_int
from pybytomd.vm.programs.builders import OP_CHECKPREDICATE

Argument = bool | int | bytes
"""A truth value, a number of 64 bits, or bytes."""

WANTED: Mapping[Type, tuple[type[Argument], str]] = {
    Type.AMOUNT: (int, "integer"),
    Type.INTEGER: (int, "integer"),
    Type.ASSET: (bytes, "string"),
    Type.HASH: (bytes, "string"),
    Type.PROGRAM: (bytes, "string"),
    Type.PUBLIC_KEY: (bytes, "string"),
    Type.SIGNATURE: (bytes, "string"),
    Type.STRING: (bytes, "string"),
    Type.BOOLEAN: (bool, "boolean"),
}
"""What a parameter takes. Quirk: one that is a list or a predicate takes anything."""


def instantiate(contract: Contract, arguments: Sequence[Argument | None]) -> bytes:
    """The program that locks a value by a contract with these arguments. Raises InstantiationError.

    None is for a parameter that takes anything: nothing is pushed for it.
    """
    have, want = len(arguments), len(contract.parameters)
    if have != want:
        raise InstantiationError(f"got {have} argument(s), want {want}")
    for index, (parameter, argument) in enumerate(zip(contract.parameters, arguments, strict=True)):
        _check(index, parameter, argument)
    pushes = b"".join(map(_push, reversed(arguments)))
    body = push_data(contract.body)
    frame = body + DEPTH + OVER if contract.recursive else DEPTH + body
    return pushes + frame + push_int(0) + OP_CHECKPREDICATE


def _check(index: int, parameter: Parameter, argument: Argument | None) -> None:
    wanted = WANTED.get(parameter.type)
    if wanted is not None and type(argument) is not wanted[0]:
        raise InstantiationError(f"type mismatch in arg {index} (want {wanted[1]})")


def _push(argument: Argument | None) -> bytes:
    if argument is None:
        return b""
    return push_data(argument) if isinstance(argument, bytes) else push_int(argument)
