"""Every public vector family, as pytest cases."""

import json
from pathlib import Path

import pytest

from tests.vectors.families.validation_block import check_validation_block
from tests.vectors.runner import run_directory, run_family

DATA = Path(__file__).parent / "data"
FAMILY_FILES = sorted(path.stem for path in DATA.glob("*.json"))
UNCOUNTED = "validation_block"
"""Two of its blocks use up all gas: eight million instructions each, minutes when each line is counted."""
LIGHT = 10_000
"""Characters of a block that uses little gas."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.no_cover) if name == UNCOUNTED else name for name in FAMILY_FILES],
)
def test_family(name: str) -> None:
    (result,) = run_directory(DATA, frozenset({name}))
    assert not result.unknown
    assert not result.failures, "\n".join(result.failures[:5])
    assert result.passed or result.pending or result.different


def test_light_blocks() -> None:
    """Those of the family above that a run for coverage can count."""
    document = json.loads((DATA / f"{UNCOUNTED}.json").read_text(encoding="utf-8"))
    document["cases"] = [case for case in document["cases"] if len(case["raw_block"]) < LIGHT]
    result = run_family(UNCOUNTED, check_validation_block, document)
    assert not result.failures, "\n".join(result.failures[:5])
    assert result.passed > 30
