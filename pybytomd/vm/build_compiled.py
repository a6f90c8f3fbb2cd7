"""The step of the build that compiles what transactions go through with mypyc: programs run four times as fast.

What is compiled, and what may be written there, is told in the docstring of ``pybytomd.vm``.
Setuptools loads this file by itself (``cmdclass`` in pyproject.toml); nothing of the running node imports it.
The source stays plain Python. An editable install keeps running that, so that tests, coverage and edits see it,
unless PYBYTOMD_COMPILE is set; so does every install where mypyc or the C compiler is missing or fails.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
LEDGER = ("asset", "block", "creation", "decoding", "entries", "inputs", "transaction", "utxo", "value")
LEDGER_BYTOM2 = ("block", "decoding", "entries", "inputs", "sup_link", "transaction", "utxo")
VM = ("frame", "instructions", "machine", "numbers", "opcode_table", "shared_memory", "verification")
VM_BYTOM2 = ("contracts", "frame", "numbers", "ops", "standard", "verification")
PROGRAMS = ("builders", "key_hash", "standard")
CONSENSUS = ("transactions/balance", "transactions/block_context", "gas", "transaction", "utxo")
CONSENSUS_BYTOM2 = ("gas", "transaction")
MODULES = [
    *(f"pybytomd/codec/wire/{name}.py" for name in ("reader", "writer")),
    *(f"pybytomd/ledger/{name}.py" for name in LEDGER),
    *(f"pybytomd/vm/{name}.py" for name in VM),
    *(f"pybytomd/vm/programs/{name}.py" for name in PROGRAMS),
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("pybytomd/vm/ops/*.py")),
    *(f"pybytomd/consensus/{name}.py" for name in CONSENSUS),
    *(f"pybytomd/ledger/bytom2/{name}.py" for name in LEDGER_BYTOM2),
    *(f"pybytomd/vm/bytom2/{name}.py" for name in VM_BYTOM2),
    *(f"pybytomd/consensus/bytom2/{name}.py" for name in CONSENSUS_BYTOM2),
]
ALIGNMENT = [] if os.name == "nt" else ["-falign-functions=64", "-falign-loops=32"]
"""So that a module more in the library does not move the machine's loop about in the caches: 3% of a program."""
MYPY_OPTIONS = ["--config-file=", "--follow-imports=silent", "--ignore-missing-imports"]


def compiled_modules() -> list[Extension]:
    """The modules as C extensions; the first is the library that the others share."""
    try:
        from mypyc.build import mypycify

        built = mypycify([*MYPY_OPTIONS, *MODULES], opt_level="2", debug_level="0", group_name="pybytomd_vm")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - mypyc exits when it fails, and nothing needs it
        logger.warning("the virtual machine is not compiled: %s", error)
        return []
    extensions = [extension for extension in built if isinstance(extension, Extension)]
    for extension in extensions:
        extension.extra_compile_args += ALIGNMENT
    return extensions


class BuildExtensions(build_ext):
    """Builds the compiled machine too; when that fails, it is left out as a whole."""

    def finalize_options(self) -> None:
        """Add the compiled modules."""
        self.machine: list[Extension] = []
        if "bdist_wheel" in sys.argv or os.environ.get("PYBYTOMD_COMPILE"):
            self.machine = compiled_modules()
            self.distribution.ext_modules = [*(self.distribution.ext_modules or ()), *self.machine]
        super().finalize_options()

    def build_extension(self, ext: Extension) -> None:
        """Build one; after the library has failed its modules are passed over."""
        if ext not in self.machine:
            super().build_extension(ext)
            return
        try:
            if not getattr(self, "failed", False):
                super().build_extension(ext)
        except (BaseError, CCompilerError) as error:
            self.failed = True
            logger.warning("the virtual machine is not compiled: %s", error)
