"""Where the clauses of a body start. Source: equity reference, section 15."""

from __future__ import annotations

from itertools import pairwise

from pybytomd.equity.errors import ShiftError
from pybytomd.equity.source.syntax import Contract
from pybytomd.vm.instructions import JUMPIF, parse_program
from pybytomd.vm.ops import NUMBERS as OPCODES

FIRST_CLAUSE = "00000000"
ENDING = "ending"
"""What the end of the body is called. Quirk: it hides a clause of this name."""
OFFSET_SIZE = 4


def clause_shifts(contract: Contract) -> dict[str, str]:
    """Offsets in hex by clause, and the length of the body. Raises ShiftError."""
    names = [clause.name for clause in contract.clauses]
    if len(names) == 1:
        return {names[0]: FIRST_CLAUSE}
    instructions = parse_program(contract.body)
    # The jumps of an if-else come after a NOP.
    jumps = [
        after.data.hex()
        for before, after in pairwise(instructions)
        if after.opcode == JUMPIF and before.opcode != OPCODES["NOP"]
    ]
    if instructions and instructions[0].opcode == JUMPIF:
        jumps.insert(0, instructions[0].data.hex())
    if len(jumps) != len(names) - 1:
        raise ShiftError("the number of contract's clause is not equal to the number of jumpif instruction")
    shifts = dict(zip(names, (FIRST_CLAUSE, *reversed(jumps)), strict=True))
    return shifts | {ENDING: len(contract.body).to_bytes(OFFSET_SIZE, "little").hex()}
