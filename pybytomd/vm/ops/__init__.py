"""The instructions, one family a file. Importing this package fills the ``opcode_table``, and gives it.

``constants`` push, ``control`` decides what runs next, ``stack`` moves items, ``splice`` joins and cuts them,
``bitwise`` and ``numeric`` calculate, ``crypto`` hashes and checks signatures (the gas of CHECKSIG is there), and
``introspection`` looks at the transaction around the program.

An instruction is a function with the decorator ``opcode_table.opcode``, which takes number, name and the gas
charged before it is called; what depends on the operands it charges itself. These modules are compiled: see the
docstring of ``vm``.

Stack pictures have the top at the right. Every function's steps stand in the order the reference does them; where
one fails the earlier ones stay done.
"""

from pybytomd.vm.opcode_table import TABLE
from pybytomd.vm.ops import bitwise, constants, control, crypto, introspection, numeric, splice, stack

FAMILIES = (constants, control, stack, splice, bitwise, numeric, crypto, introspection)
"""The modules that fill the table."""

NAMES = TABLE.names
NUMBERS = TABLE.numbers
OPERATIONS = TABLE.operations

__all__ = ["FAMILIES", "NAMES", "NUMBERS", "OPERATIONS", "TABLE"]
