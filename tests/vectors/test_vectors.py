"""Every public vector family, as pytest cases."""

from pathlib import Path

import pytest

from tests.vectors.runner import run_directory

DATA = Path(__file__).parent / "data"
FAMILY_FILES = sorted(path.stem for path in DATA.glob("*.json"))


@pytest.mark.parametrize("name", FAMILY_FILES)
def test_family(name: str) -> None:
    (result,) = run_directory(DATA, frozenset({name}))
    assert not result.unknown
    assert not result.failures, "\n".join(result.failures[:5])
    assert result.passed or result.pending or result.different
