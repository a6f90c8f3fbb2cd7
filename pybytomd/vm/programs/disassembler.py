"""Programs as text: assembler text for errors and tools, and the listing of the API."""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.vm.errors import ProgramError
from pybytomd.vm.instructions import JUMP, JUMPIF, parse_program
from pybytomd.vm.ops import NAMES

LABEL_WORDS = (
    "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet", "kilo", "lima",
    "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango", "uniform", "victor", "whisky",
    "xray", "yankee", "zulu",
)  # fmt: skip


def disassemble(program: bytes, names: Sequence[str] = NAMES) -> str:
    """Assembler text of a program, by the names of opcodes. Raises ProgramError when it does not parse.

    Quirk: numbers 1 to 16 print as ``0x01`` and so on, which assembles to a longer instruction.
    """
    instructions = parse_program(program)
    labels: dict[int, str] = {}
    for instruction in instructions:
        if instruction.opcode in (JUMP, JUMPIF):
            target = int.from_bytes(instruction.data, "little")
            labels.setdefault(target, _label(len(labels)))
    words = []
    position = 0
    for instruction in instructions:
        if position in labels:
            words.append(f"${labels[position]}")
        if instruction.opcode in (JUMP, JUMPIF):
            target = int.from_bytes(instruction.data, "little")
            words.append(f"{names[instruction.opcode]}:${labels[target]}")
        elif instruction.data:
            words.append(f"0x{instruction.data.hex()}")
        else:
            words.append(names[instruction.opcode])
        position = instruction.next_position
    if position in labels:
        words.append(f"${labels[position]}")
    return " ".join(words)


def disassemble_or_marks(program: bytes, names: Sequence[str] = NAMES) -> str:
    """Assembler text of a program, ``???`` for one that does not parse."""
    try:
        return disassemble(program, names)
    except ProgramError:
        return "???"


def listing(program: bytes, names: Sequence[str] = NAMES) -> str:
    """One line an instruction, ``NAME data``, as decode-program shows it. Raises ProgramError."""
    return "".join(f"{names[i.opcode]} {i.data.hex()}\n" for i in parse_program(program))


def _label(index: int) -> str:
    round_number, word = divmod(index, len(LABEL_WORDS))
    return LABEL_WORDS[word] + (str(round_number + 1) if round_number else "")
