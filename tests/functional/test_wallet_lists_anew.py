"""A wallet.db that another program has had: its lists are made anew at the next start, once, and are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd.store.kv.binding import plyvel
from tests.functional.node_process import node
from tests.functional.recorded_home import unpacked

LISTED = "transactions of the wallet are listed anew"


@pytest.mark.timeout(300)
async def test_the_lists_are_made_anew_after_another_program(tmp_path: Path) -> None:
    home = unpacked(tmp_path / "home")  # as a Go node has left it
    async with node(home) as running:
        assert f"311 {LISTED}" in running.text
        balances = await running.call("list-balances")
        outputs = await running.call("list-unspent-outputs")
        page = await running.call("list-transactions", **{"from": 100, "count": 5})
        assert len(page) == 5
        await running.kill()

    async with node(home) as running:
        assert LISTED not in running.text
        assert await running.call("list-unspent-outputs") == outputs
        assert await running.call("list-transactions", **{"from": 100, "count": 5}) == page

    other = plyvel.DB(str(home / "data" / "wallet.db"))
    gone = b"ACU:" + outputs[0]["id"].encode()
    assert other.get(gone) is not None
    other.delete(gone)  # the cursor stays where it is
    other.close()
    async with node(home) as running:
        assert f"311 {LISTED}" in running.text
        assert await running.call("list-unspent-outputs") == outputs[1:]
        changed = [
            (before["amount"], after["amount"])
            for before, after in zip(balances, await running.call("list-balances"), strict=True)
            if before != after
        ]
        assert changed == [(changed[0][0], changed[0][0] - outputs[0]["amount"])]
