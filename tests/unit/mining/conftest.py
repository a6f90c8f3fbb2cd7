from __future__ import annotations

import pytest

from pybytomd.mining import search
from tests.unit.mining.fake_chain import FakeChain, Proofs


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> Proofs:
    stand_in = Proofs()
    monkeypatch.setattr(search, "meets_target", stand_in)
    return stand_in
