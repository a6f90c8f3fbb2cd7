"""Assembler text to programs.

Tokens are separated by white space: an opcode name, ``JUMP:$label``, ``$label``, ``0x`` and hex digits, ``'text'``
or a decimal number. Source: vm-and-validation reference, section 1.11; ``protocol/vm/assemble.go``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.hextext import decode_hex
from pybytomd.vm.errors import AssemblyError, BadToken
from pybytomd.vm.instructions import JUMP, JUMP_TARGET_SIZE, JUMPIF, MAX_UINT32, push_data, push_int
from pybytomd.vm.numbers import MAX_INT64, MIN_INT64
from pybytomd.vm.opcode_table import ALIASES
from pybytomd.vm.ops import NUMBERS

JUMPS = {"JUMP:": JUMP, "JUMPIF:": JUMPIF}
DECIMAL = re.compile(r"[+-]?0*(?P<digits>[0-9]+)", re.ASCII)
MAX_DIGITS = 20
"""Of any number that fits into 64 bits; texts with more are not made numbers."""
UNSIGNED = re.compile(r"[0-9]+", re.ASCII)
MAX_TOKEN = 65535
"""Quirk: the reference reads tokens through a buffer that holds no more bytes (protocol/vm/assemble.go)."""


def push_decimal(text: str) -> bytes | None:
    """The instruction that pushes a decimal number of 64 bits, signed; None if the text is no such thing."""
    number = decimal(text, MAX_DIGITS)
    return push_int(number) if number is not None and MIN_INT64 <= number <= MAX_INT64 else None


def assemble(
    text: str,
    numbers: Mapping[str, int] = NUMBERS,
    push_number: Callable[[str], bytes | None] = push_decimal,
) -> bytes:
    """The program written in ``text``. Raises ProgramError: BadToken, or AssemblyError saying what is wrong.

    ``numbers`` are the opcodes by name, and ``push_number`` makes an instruction of a number's text.
    """
    opcodes = {**numbers, **ALIASES}
    program = bytearray()
    labels: dict[str, int] = {}
    uses: list[tuple[str, int]] = []
    for token in tokens(text):
        if len(token) > MAX_TOKEN or (not token.isascii() and len(token.encode()) > MAX_TOKEN):
            raise AssemblyError("bufio.Scanner: token too long")
        jump = next((prefix for prefix in JUMPS if token.startswith(prefix)), None)
        if token in opcodes:
            if token.startswith(("PUSHDATA", "JUMP")):
                raise BadToken.because(token)
            # Quirk: DATA_5 and the like give the bare opcode, which takes what follows as its data.
            program.append(opcodes[token])
        elif jump is not None:
            program.append(JUMPS[jump])
            target = token.removeprefix(jump)
            if target.startswith("$"):
                uses.append((target, len(program)))
                program += bytes(JUMP_TARGET_SIZE)
            else:
                program += _address(target).to_bytes(JUMP_TARGET_SIZE, "little")
        elif token.startswith("$"):
            if token in labels:
                raise AssemblyError(f"label {token} redefined")
            labels[token] = len(program)
        elif token.startswith("0x"):
            program += push_data(decode_hex(token[2:]))
        elif len(token) >= 2 and token[0] == token[-1] == "'":
            program += push_data(re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL).encode())
        elif (push := push_number(token)) is not None:
            program += push
        else:
            raise BadToken.because(token)
    for label, position in uses:
        if label not in labels:
            raise AssemblyError(f"undefined label {label}")
        program[position : position + JUMP_TARGET_SIZE] = labels[label].to_bytes(JUMP_TARGET_SIZE, "little")
    return bytes(program)


def tokens(text: str) -> Iterator[str]:
    """The words of assembler text; a quoted text is one word, white space in it included."""
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            return
        start = position
        if text[start] == "'":
            position = _closing_quote(text, start) + 1
        else:
            while position < len(text) and not text[position].isspace():
                position += 1
        yield text[start:position]


def _closing_quote(text: str, start: int) -> int:
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "'":
            return position
        position += 1
    raise BadToken


def decimal(text: str, max_digits: int) -> int | None:
    """The number that a text writes out, None if it is no number or has more digits than that."""
    found = DECIMAL.fullmatch(text)
    if found is None or len(found["digits"]) > max_digits:
        return None
    return int(found["digits"]) * (-1 if text[0] == "-" else 1)


def _address(text: str) -> int:
    found = UNSIGNED.match(text)
    digits = found[0].lstrip("0") if found else ""
    if len(digits) > MAX_DIGITS or int(digits or "0") > MAX_UINT32:  # noticed before any letters behind
        raise AssemblyError(f"strconv.ParseUint: parsing {quote(text)}: value out of range")
    if found is None or found[0] != text:
        raise AssemblyError(f"strconv.ParseUint: parsing {quote(text)}: invalid syntax")
    return int(digits or "0")
