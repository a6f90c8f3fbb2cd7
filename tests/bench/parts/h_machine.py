"""Programs that make the most of their gas: what a block full of the worst of them costs to judge."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.ledger.constants import MAX_BLOCK_GAS
from pybytomd.vm import machine
from pybytomd.vm.context import Context
from pybytomd.vm.instructions import push_data
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.verification import run
from tests.bench.registry import Bench, Figure, best_seconds, part

GAS = 200_000
"""Of one transaction: the most it can buy."""
SOURCE = "known mark of another run"

HASH, KEY, SIGNATURE = "0x" + "22" * 32, "0x" + "33" * 32, "0x" + "11" * 64
LONG, LONGER = "0x" + "00" * 2_000, "0x" + "00" * 33_000

PROGRAMS: tuple[tuple[str, str, str, float], ...] = (
    ("JUMP", "", "", 4.4),
    ("NOP", "", "NOP NOP NOP NOP NOP NOP NOP NOP", 2.9),
    ("push and DROP", "", "1 DROP", 4.4),
    ("long push and DROP", "", f"{LONGER} DROP", 620),
    ("DUP", "1", "DUP DROP", 3.6),
    ("SWAP", "1 2", "SWAP SWAP SWAP SWAP", 5.2),
    ("DEPTH", "", "DEPTH DROP", 2.8),
    ("1ADD", "0", "1ADD 1SUB", 3.4),
    ("1ADD over 65,535", "70000", "1ADD 1SUB", 3.4),
    ("ADD", "1", "1 ADD 1 SUB", 6.0),
    ("LESSTHAN", "5", "DUP 6 LESSTHAN DROP", 4.3),
    ("LEFT of a long item", LONGER, "DUP 30000 LEFT DROP", 3.4),
    ("INVERT", LONG, "INVERT", 0.5),
    ("XOR", LONG, "DUP DUP XOR DROP", 0.7),
    ("SHA3", "1", "SHA3", 3.9),
    ("HASH160", "1", "HASH160", 1.7),
    ("CHECKSIG", "", f"{SIGNATURE} {HASH} {KEY} CHECKSIG DROP", 40.0),
    ("CHECKMULTISIG of nothing", "", f"{HASH} 0 0 CHECKMULTISIG DROP", 9.0),
    ("CHECKPREDICATE", "", "0 0x51 0 CHECKPREDICATE DROP", 1.4),
    ("CAT", "", "1 2 CAT DROP", 3.6),
    ("CAT, growing", LONGER, "1 CAT", 3.9),
    ("CAT in place", LONGER, "DUP 10000 LEFT 1 CAT DROP", 4.5),
    ("ROLL of a deep stack", " ".join(["0"] * 15_000), "10000 ROLL", 19_000),
)
"""Name, what comes before the loop, the loop, and milliseconds that Go takes until the gas is used up."""


@part("machine")
def measure(bench: Bench) -> Iterator[Figure]:
    kind = "plain" if machine.__file__.endswith(".py") else "compiled"
    worst, worst_name = 0.0, ""
    for name, before, body, go_milliseconds in PROGRAMS:
        start = program(before)
        context = Context(start + program(body) + b"\x63" + len(start).to_bytes(4, "little"))
        seconds = best_seconds(lambda context=context: run(context, GAS), bench.seconds / 10, at_least=2)
        if seconds > worst:
            worst, worst_name = seconds, name
        yield Figure(f"{name}, {kind}", seconds * 1e3, "ms", go_milliseconds or None, SOURCE)
    yield Figure(f"a block full of the worst, {worst_name}", worst * MAX_BLOCK_GAS / GAS, "s")


def program(text: str) -> bytes:
    """Assemble token by token: the assembler takes no data as long as ``LONGER``, which programs may push."""
    return b"".join(
        push_data(bytes.fromhex(token[2:])) if token == LONGER else assemble(token) for token in text.split()
    )
