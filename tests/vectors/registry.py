"""The families of vectors: which file belongs to which check, and which families wait for their code.

A family module under ``families/`` defines one or more checks::

    @family("merkle")
    def check_merkle(case: Case, document: Case) -> None:
        assert root(case["leaves"]) == case["root"]

A check gets one case and the whole document it came from, and raises (usually AssertionError) when it fails.
Cases the design changes on purpose are named with ``expect_difference``: they are listed, not counted as failures.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Case = dict[str, Any]
Check = Callable[[Case, Case], None]

FAMILIES: dict[str, Check] = {}

PENDING: frozenset[str] = frozenset()
"""Families whose code does not exist yet: reported as pending and counted apart."""


class DifferentOnPurpose(Exception):
    """Raised by a check for a case where our behaviour differs from the reference by design; the text says how."""


def family(name: str) -> Callable[[Check], Check]:
    """Register a check for the vector file ``<name>.json``."""

    def register(check: Check) -> Check:
        if name in FAMILIES:
            raise ValueError(f"family {name} is registered twice")
        FAMILIES[name] = check
        return check

    return register


@dataclass(slots=True)
class Refusal:
    """What was raised."""

    error: Exception | None = None


@contextmanager
def refused(*kinds: type[Exception]) -> Iterator[Refusal]:
    """What is done inside must raise one of these errors. Not pytest's: vectors are checked without it, too."""
    refusal = Refusal()
    try:
        yield refusal
    except kinds as error:
        refusal.error = error
    else:
        raise AssertionError(f"no {' or '.join(kind.__name__ for kind in kinds)} was raised")


def load_families() -> dict[str, Check]:
    """Import every module under ``families/`` and return the checks by family name."""
    package = importlib.import_module("tests.vectors.families")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return FAMILIES
