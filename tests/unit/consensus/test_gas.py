"""Gas: what is bought, what is used on credit, and the last unit of each that is still enough."""

from __future__ import annotations

import pytest

from pybytomd.consensus.errors import GasCreditExceeded, GasMiscalculation
from pybytomd.consensus.gas import GasState
from pybytomd.ledger.constants import DEFAULT_GAS_CREDIT, GAS_PER_BYTE, MAX_TRANSACTION_GAS, NEU_PER_GAS


@pytest.mark.parametrize(
    ("neu", "gas"),
    [
        (0, 0),
        (NEU_PER_GAS - 1, 0),
        (NEU_PER_GAS, 1),
        (MAX_TRANSACTION_GAS * NEU_PER_GAS, MAX_TRANSACTION_GAS),
        ((MAX_TRANSACTION_GAS + 1) * NEU_PER_GAS, MAX_TRANSACTION_GAS),
    ],
)
def test_what_a_fee_buys(neu: int, gas: int) -> None:
    state = GasState()
    state.buy(neu, 7)
    assert (state.btm_value, state.gas_left, state.storage_gas) == (neu, gas, 7 * GAS_PER_BYTE)


def test_no_fee_is_negative() -> None:
    with pytest.raises(GasMiscalculation):
        GasState().buy(-1, 7)


@pytest.mark.parametrize(
    ("used", "storage", "is_enough"),
    [
        (DEFAULT_GAS_CREDIT, 0, True),
        (DEFAULT_GAS_CREDIT + 1, 0, False),
        (0, MAX_TRANSACTION_GAS, True),
        (0, MAX_TRANSACTION_GAS + 1, False),
        (1, MAX_TRANSACTION_GAS - 1, True),
        (1, MAX_TRANSACTION_GAS, False),
        (DEFAULT_GAS_CREDIT, MAX_TRANSACTION_GAS - DEFAULT_GAS_CREDIT, True),
    ],
)
def test_credit_and_storage_to_the_last_unit(used: int, storage: int, is_enough: bool) -> None:
    state = GasState(gas_left=MAX_TRANSACTION_GAS, storage_gas=storage)
    if is_enough:
        state.use(MAX_TRANSACTION_GAS - used)
        state.pay_storage()
        assert state.gas_left == MAX_TRANSACTION_GAS - used - storage
    else:
        with pytest.raises(GasCreditExceeded):
            state.use(MAX_TRANSACTION_GAS - used)
    assert state.gas_used == used + (storage if is_enough else 0)
    assert state.gas_valid is is_enough


def test_a_transaction_that_is_gas_valid_may_use_what_it_has_bought() -> None:
    state = GasState(gas_left=MAX_TRANSACTION_GAS, storage_gas=100, gas_valid=True)
    state.use(0)
    assert (state.gas_used, state.gas_left) == (MAX_TRANSACTION_GAS, 0)


def test_credit_counts_all_programs_together() -> None:
    state = GasState(gas_left=MAX_TRANSACTION_GAS)
    state.use(MAX_TRANSACTION_GAS - DEFAULT_GAS_CREDIT)
    with pytest.raises(GasCreditExceeded):
        state.use(MAX_TRANSACTION_GAS - DEFAULT_GAS_CREDIT - 1)
