"""Shorter opcodes for the same. Source: equity reference, section 10."""

from __future__ import annotations

from pybytomd.equity.source.limits import Budget

RULES: tuple[tuple[str, str], ...] = (
    ("0 ROLL", ""),
    ("0 PICK", "DUP"),
    ("1 ROLL", "SWAP"),
    ("1 PICK", "OVER"),
    ("2 ROLL", "ROT"),
    ("TRUE VERIFY", ""),
    ("SWAP SWAP", ""),
    ("OVER OVER", "2DUP"),
    ("SWAP OVER", "TUCK"),
    ("DROP DROP", "2DROP"),
    ("SWAP DROP", "NIP"),
    ("5 ROLL 5 ROLL", "2ROT"),
    ("3 PICK 3 PICK", "2OVER"),
    ("3 ROLL 3 ROLL", "2SWAP"),
    ("2 PICK 2 PICK 2 PICK", "3DUP"),
    ("1 ADD", "1ADD"),
    ("1 SUB", "1SUB"),
    ("EQUAL VERIFY", "EQUALVERIFY"),
    ("SWAP TXSIGHASH ROT", "TXSIGHASH SWAP"),
    ("SWAP EQUAL", "EQUAL"),
    ("SWAP EQUALVERIFY", "EQUALVERIFY"),
    ("SWAP ADD", "ADD"),
    ("SWAP BOOLAND", "BOOLAND"),
    ("SWAP BOOLOR", "BOOLOR"),
    ("SWAP MIN", "MIN"),
    ("SWAP MAX", "MAX"),
    ("DUP 2 PICK EQUAL", "2DUP EQUAL"),
    ("DUP 2 PICK EQUALVERIFY", "2DUP EQUALVERIFY"),
    ("DUP 2 PICK ADD", "2DUP ADD"),
    ("DUP 2 PICK BOOLAND", "2DUP BOOLAND"),
    ("DUP 2 PICK BOOLOR", "2DUP BOOLOR"),
    ("DUP 2 PICK MIN", "2DUP MIN"),
    ("DUP 2 PICK MAX", "2DUP MAX"),
)
"""What is replaced by what, in this order, until nothing changes."""

_PADDED = tuple((f" {before} ", f" {after} " if after else " ") for before, after in RULES)


def optimize(opcodes: str, budget: Budget) -> str:
    """The opcodes after all rules. Raises CompileError if that takes too long."""
    text, last = f" {opcodes} ", ""
    while text != last:
        budget.spend(len(text) // 2)
        last = text
        for before, after in _PADDED:
            text = text.replace(before, after)
    return text.strip()
