"""Which tests must notice a fault in which package: its own, in order of who should notice first."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _families(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/vectors/test_vectors.py::test_family[{name}]" for name in names)


LIGHT_BLOCKS = "tests/vectors/test_vectors.py::test_light_blocks"
"""Without the blocks that use up all gas, which take many seconds each."""

SUITES: dict[str, tuple[str, ...]] = {
    "consensus": (
        "tests/unit/consensus",
        *_families("validation_tx", "validation_tx_memory", "validation_block_memory", "difficulty"),
        *_families("bytom2_validation_tx", "bytom2_validation_tx_memory", "bytom2_validators", "bytom2_reward"),
        LIGHT_BLOCKS,
        "tests/unit/chain",
    ),
    "ledger": (
        "tests/unit/ledger",
        *_families("tx", "block", "merkle", "asset", "encoding", "validation_tx"),
        *_families("bytom2_tx", "bytom2_block", "bytom2_params", "bytom2_validation_tx"),
        "tests/property/test_ledger_encoding.py",
        "tests/property/test_bytom2_ledger_encoding.py",
        "tests/property/test_merkle.py",
        "tests/unit/consensus",
        LIGHT_BLOCKS,
        "tests/unit/chain",
    ),
    "chain": (
        "tests/unit/chain",
        "tests/unit/mining",
        *_families("reorg"),
        "tests/property/test_chain_model.py",
        "tests/vectors/test_recorded_chain.py",
    ),
    "vm": (
        "tests/unit/vm",
        *_families("bytom2_vm", "bytom2_vm_asm", "bytom2_program_class", "bytom2_address"),
        *_families("bytom2_validation_tx", "bytom2_validation_tx_memory"),
        "tests/property/test_bytom2_programs.py",
        *_families("vm", "vm_asm", "program_class", "address", "validation_tx", "validation_tx_memory"),
        *_families("validation_block_memory"),
        "tests/property/test_programs.py",
        "tests/property/test_key_hash_program.py",
        LIGHT_BLOCKS,
    ),
}
LEFT_OUT = {"pybytomd/vm/build_compiled.py"}
"""Runs while the package is built, and not in a node."""


def modules(package: str) -> list[str]:
    """Paths of a package's modules, from the top of the tree."""
    found = sorted((ROOT / "pybytomd" / package).rglob("*.py"))
    return [path for path in (str(one.relative_to(ROOT)) for one in found) if path not in LEFT_OUT]
