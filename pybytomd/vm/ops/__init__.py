"""The instructions, one family a file. Importing this package fills the table of ``opcodes``, and gives it.

Stack pictures have the top at the right. Every function's steps stand in the order the reference does them; where
one fails the earlier ones stay done.
"""

from pybytomd.vm.opcodes import COSTS, NAMES, NUMBERS, OPERATIONS
from pybytomd.vm.ops import bitwise, constants, control, crypto, introspection, numeric, splice, stack

FAMILIES = (constants, control, stack, splice, bitwise, numeric, crypto, introspection)
"""The modules that fill the table."""

__all__ = ["COSTS", "FAMILIES", "NAMES", "NUMBERS", "OPERATIONS"]
