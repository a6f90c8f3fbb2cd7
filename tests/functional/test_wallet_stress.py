"""Random work for a wallet, with kills and reorganisations: nothing is lost, nothing is there twice.

``PYBYTOMD_STRESS=5x200`` is the long version: five seeds, 200 operations each.
"""

import os
from pathlib import Path

import pytest

from tests.functional.node_process import run
from tests.functional.wallet_stress import FEW_BLOCKS, MANY_BLOCKS, Stress

LENGTH = os.environ.get("PYBYTOMD_STRESS")
SEEDS, OPERATIONS = (int(text) for text in (LENGTH or "1x20").split("x"))


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_balances_are_what_the_chain_says(seed: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with Stress(home, seed, MANY_BLOCKS if LENGTH else FEW_BLOCKS) as stress:
        await stress.run(OPERATIONS)
        await stress.node.stop()
    print(dict(stress.done))
    assert stress.done["checks"] > 0
    checked = await run("wallet", "check", "--home", home)
    assert checked.status == 0, checked.text
