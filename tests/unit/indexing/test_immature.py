"""What of a balance cannot be spent yet, at the heights where that changes, those of a young chain among them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pybytomd.indexing import keys
from pybytomd.indexing.bytom1 import Bytom1Forms
from pybytomd.indexing.queries.addresses import address_answer
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.records import Cursor, Holding, pack_changes
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.store.kv.memory_db import MemoryStore

PROGRAM = b"\x00\x14" + b"\x07" * 20
PAID = {0: 1, 1: 10, 2: 100, 150: 1000}
"""By the coinbase of a height."""


@pytest.mark.parametrize(
    ("height", "immature"), [(0, 1), (99, 111), (100, 110), (101, 100), (102, 0), (249, 1000), (250, 0)]
)
def test_rewards_mature_after_a_hundred_blocks(height: int, immature: int) -> None:
    key = keys.program_key(PROGRAM)
    database = MemoryStore()
    database.put(keys.CURSOR, Cursor(height, bytes(32)).to_bytes())
    paid = {at: amount for at, amount in PAID.items() if at <= height}
    for at, amount in paid.items():
        database.put(keys.reward_key(key, at), pack_changes({keys.BTM_KEY: [amount, 0]}))
    total = sum(paid.values())
    held = Holding(total, len(paid), total, 0).to_bytes()
    assert held is not None
    database.put(keys.HOLDINGS + key + keys.BTM_KEY, held)
    chain: Any = SimpleNamespace(best_height=height, params=SOLONET)
    (balance,) = address_answer(View(database, chain, Bytom1Forms(chain)), PROGRAM)["balances"]
    assert (balance["amount"], balance["immature"]) == (total, immature)
