"""``pybytomd equity``: contracts as the reference's tool shows them. Source: equity reference, section 14."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pybytomd.equity.arguments import read_arguments
from pybytomd.equity.code.shifts import clause_shifts
from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import ArgumentTextError, CompileError, InstantiationError, ShiftError
from pybytomd.equity.instantiation import instantiate
from pybytomd.equity.source.limits import MAX_SOURCE
from pybytomd.equity.source.syntax import Contract
from pybytomd.errors import BytomError

SHIFT_NOTE = """
NOTE: 
    If the contract contains only one clause, Users don't need clause selector when unlock contract.
    Furthermore, there is no signification for ending clause shift except for display.
"""  # noqa: W291 - the reference has a blank there


class NotDescribed(BytomError):
    """A contract cannot be compiled or made an instance of. The text is what the reference prints."""


def describe_contracts(
    file: str, texts: tuple[str, ...], *, binary: bool, shift: bool, instance: bool
) -> Iterator[str]:
    """What there is to say of the contracts in a file, line by line. Raises NotDescribed.

    The reference prints failures as it prints the rest, and ends with status 0: the caller decides on that.
    """
    try:
        with Path(file).open("rb") as source:
            # One more than allowed is enough for the compiler to say so.
            contracts = compile_source(source.read(MAX_SOURCE + 1))
    except OSError as error:
        why = f"open {file}: {(error.strerror or str(error)).lower()}"
        raise NotDescribed(
            f"An error [{why}] occurred on opening the file, "
            "please check whether the file exists or can be accessed."
        ) from error
    except CompileError as error:
        raise NotDescribed(f"Compile contract failed: {error}") from error
    for contract in contracts:
        yield f"======= {contract.name} ======="
        if binary:
            yield f"Binary:\n{contract.body.hex()}\n"
        if shift:
            yield "Clause shift:"
            try:
                shifts = clause_shifts(contract)
            except ShiftError as error:
                raise NotDescribed(f"Statistics contract clause shift error: {error}") from error
            for clause, offset in shifts.items():
                yield f"    {clause}:  {offset}"
            yield SHIFT_NOTE
        if instance and contract is contracts[-1]:
            yield "Instantiated program:"
            yield _instance(file, contract, texts)


def _instance(file: str, contract: Contract, texts: tuple[str, ...]) -> str:
    have, want = len(texts), len(contract.parameters)
    if have < want:
        names = "".join(f" <{parameter.name}>" for parameter in contract.parameters)
        raise NotDescribed(
            f"Error: The number of input arguments {have} is less than the number of contract parameters {want}\n"
            f"Usage:\n  equity {file}{names}\n"
        )
    try:
        arguments = read_arguments(contract, texts)
    except ArgumentTextError as error:
        raise NotDescribed(f"Convert arguments into contract parameters error: {error}") from error
    try:
        return f"{instantiate(contract, arguments).hex()}\n"
    except InstantiationError as error:
        raise NotDescribed(f"Instantiate contract error: {error}") from error
