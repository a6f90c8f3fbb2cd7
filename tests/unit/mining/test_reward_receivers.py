"""What every receiver of rewards promises to mining, one test a promise, run over all there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybytomd.clock import ManualClock
from pybytomd.errors import NoMiningProgram
from pybytomd.ledger.constants import COINBASE_ARBITRARY_LIMIT
from pybytomd.ledger.networks.params import MAINNET, SOLONET, TESTNET, NetParams
from pybytomd.mining.coinbase import NoAccount, RewardReceiver, coinbase_transaction
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.vm.programs.builders import default_coinbase_program
from pybytomd.wallet.accounts.manager import AccountManager
from tests.unit.wallet.accounts.test_manager import M1

Make = Callable[[NetParams], RewardReceiver]


def of_no_account(params: NetParams) -> RewardReceiver:
    return AccountManager(MemoryStore(), params, ManualClock()).mining


def of_an_account(params: NetParams) -> RewardReceiver:
    accounts = AccountManager(MemoryStore(), params, ManualClock())
    accounts.create([M1], 1, "a")
    return accounts.mining


NOBODY: list[Make] = [NoAccount, of_no_account]
"""Receivers that have nobody to pay."""
ALL: list[Make] = [*NOBODY, of_an_account]


@pytest.mark.parametrize("params", [MAINNET, TESTNET], ids=lambda params: params.chain_id)
@pytest.mark.parametrize("make", NOBODY)
def test_nobody_to_pay_on_a_public_network_is_one_error(make: Make, params: NetParams) -> None:
    with pytest.raises(NoMiningProgram) as raised:
        make(params).control_program()
    assert type(raised.value) is NoMiningProgram


@pytest.mark.parametrize("make", NOBODY)
def test_nobody_to_pay_on_a_private_network_means_anyone(make: Make) -> None:
    assert make(SOLONET).control_program() == default_coinbase_program()


@pytest.mark.parametrize("make", ALL)
def test_the_same_program_again_and_a_coinbase_that_fits(make: Make) -> None:
    receiver = make(SOLONET)
    assert receiver.control_program() == receiver.control_program() != b""
    highest = coinbase_transaction(receiver, (1 << 64) - 1, 0)
    assert highest.outputs[0].control_program == receiver.control_program()
    assert len(receiver.arbitrary()) <= COINBASE_ARBITRARY_LIMIT
