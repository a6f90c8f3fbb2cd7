"""Large pieces of memory are mappings of their own, also after one was freed."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys
from pybytomd.node.heap import bound_heap

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Info
if "bound" in sys.argv:
    assert bound_heap()
before = mallinfo().hblks
first = bytearray(20 << 20)
del first  # glibc would take it that such pieces come and go, and have them in the heap from now on
second = bytearray(16 << 20)
print(mallinfo().hblks - before)
"""

NO_GLIBC = not hasattr(ctypes.CDLL(None), "mallinfo2")


@pytest.mark.skipif(NO_GLIBC, reason="needs the malloc of glibc 2.33 or later")
@pytest.mark.parametrize(("arguments", "mappings"), [(["bound"], 1), ([], 0)])
def test_a_large_piece_is_a_mapping(arguments: list[str], mappings: int) -> None:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    result = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert int(result.stdout) == mappings
