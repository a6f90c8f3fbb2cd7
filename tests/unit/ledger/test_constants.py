"""The fixed numbers of the chain, as the reference has them (``consensus/general.go``)."""

from __future__ import annotations

import pytest

from pybytomd.ledger import constants


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEU_PER_BTM", 100_000_000),
        ("MAX_BLOCK_GAS", 10_000_000),
        ("MAX_TRANSACTION_GAS", 200_000),
        ("DEFAULT_GAS_CREDIT", 30_000),
        ("NEU_PER_GAS", 200),
        ("GAS_PER_BYTE", 1),
        ("COINBASE_MATURITY", 100),
        ("COINBASE_ARBITRARY_LIMIT", 128),
        ("BASE_SUBSIDY", 41_250_000_000),
        ("GENESIS_SUBSIDY", 140_700_041_250_000_000),
        ("SUBSIDY_HALVING_INTERVAL", 840_000),
        ("TARGET_SECONDS_PER_BLOCK", 150),
        ("BLOCKS_PER_RETARGET", 2016),
        ("BLOCKS_PER_SEED", 256),
        ("MAX_FUTURE_SECONDS", 3600),
        ("MEDIAN_TIME_BLOCKS", 11),
        ("RULE_AA_HEIGHT", 142_500),
        ("MAX_AMOUNT", 9_223_372_036_854_775_807),
    ],
)
def test_number(name: str, value: int) -> None:
    assert getattr(constants, name) == value
