"""Puts a fault into functions that are loaded already, by giving them another code object."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType

from tests.mutants.operators import Mutant
from tests.mutants.suites import ROOT

Place = tuple[str, str, int]


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def living_functions() -> dict[Place, list[FunctionType]]:
    """Every function of the package that exists now, decorated ones and closures too, by where it is written."""
    found: dict[Place, list[FunctionType]] = {}
    package = str(ROOT / "pybytomd")
    gc.unfreeze()  # what a node has frozen is living, too
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(package):
            found.setdefault(_place(one.__code__), []).append(one)
    return found


def _outermost(code: CodeType) -> Iterator[CodeType]:
    """Functions and methods, none of those inside them."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and not inner.co_name.startswith("<"):
            if inner.co_flags & 0x02:  # CO_NEWLOCALS: a function, not the body of a class
                yield inner
            else:
                yield from _outermost(inner)


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    yield old, new
    inside = [[one for one in code.co_consts if isinstance(one, CodeType)] for code in (old, new)]
    if len(inside[0]) == len(inside[1]):
        for pair in zip(*inside, strict=True):
            yield from _pairs(*pair)


def put_in(mutant: Mutant, functions: dict[Place, list[FunctionType]]) -> bool:
    """Make the fault act in this process. False if it cannot be done without importing the module anew."""
    assert mutant.function is not None
    name = str(ROOT / mutant.path)
    before = _outermost(compile(mutant.source, name, "exec", dont_inherit=True))
    after = _outermost(compile(mutant.mutated, name, "exec", dont_inherit=True))
    around = [pair for pair in zip(before, after, strict=True) if pair[0].co_firstlineno <= mutant.line]
    old, new = max(around, key=lambda pair: pair[0].co_firstlineno)
    changed = 0
    for one, other in _pairs(old, new):
        for function in functions.get(_place(one), ()):
            if len(one.co_freevars) != len(other.co_freevars):
                return False
            function.__code__ = other
            changed += 1
    return changed > 0
