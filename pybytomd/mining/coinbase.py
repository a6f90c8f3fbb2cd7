"""The coinbase transaction: who gets the reward of a block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pybytomd.consensus.coinbase import subsidy
from pybytomd.consensus.errors import CoinbaseArbitraryOversize
from pybytomd.errors import NoMiningProgram
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_ARBITRARY_LIMIT
from pybytomd.ledger.inputs import CoinbaseInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.builders import default_coinbase_program


class RewardReceiver(Protocol):
    """Who is paid for a block. The wallet is one: it may make a new address when asked for a program."""

    def control_program(self) -> bytes:
        """The program that locks the reward. Raises NoMiningProgram if there is none."""

    def arbitrary(self) -> bytes:
        """Free data for the coinbase, behind the height; at most 107 bytes fit at any height."""


class _Network(Protocol):
    """Of either kind of chain."""

    @property
    def is_private(self) -> bool: ...


class NoAccount:
    """The receiver of a node without wallet account: anyone on a private network, nobody elsewhere.

    The reference mines for anyone on every network, which gives real coins away; we refuse.
    """

    def __init__(self, params: _Network) -> None:
        self._is_private = params.is_private

    def control_program(self) -> bytes:
        """The program anyone can spend. Raises NoMiningProgram on a public network."""
        if not self._is_private:
            raise NoMiningProgram
        return default_coinbase_program()

    def arbitrary(self) -> bytes:
        """Nothing."""
        return b""


@dataclass(frozen=True, slots=True)
class OneProgram:
    """The receiver of blocks that were asked for with an address to pay to."""

    program: bytes

    def control_program(self) -> bytes:
        """The program that locks the reward."""
        return self.program

    def arbitrary(self) -> bytes:
        """Nothing."""
        return b""


def coinbase_transaction(receiver: RewardReceiver, height: int, fees: int) -> Transaction:
    """The first transaction of the block at ``height``, paying the subsidy and ``fees`` (neu) to the receiver.

    Its free data is a zero byte, the height in decimal, which makes ids of equal rewards differ, and the
    receiver's. Raises CoinbaseArbitraryOversize and what the receiver raises. Source: chain-and-storage reference,
    section 10.1.
    """
    program = receiver.control_program()
    arbitrary = _arbitrary(receiver, height)
    if len(arbitrary) > COINBASE_ARBITRARY_LIMIT:
        raise CoinbaseArbitraryOversize
    reward = TxOutput(BTM_ASSET_ID, subsidy(height) + fees, program)
    return Transaction(1, 0, (CoinbaseInput(arbitrary),), (reward,))


def is_paid_as_set(coinbase: Transaction, receiver: RewardReceiver, height: int) -> bool:
    """Whether a coinbase of the block at ``height`` pays the receiver's program and has its data, as they are now.

    Raises what the receiver raises.
    """
    (tx_input,), (reward,) = coinbase.inputs, coinbase.outputs
    return (
        isinstance(tx_input, CoinbaseInput)
        and reward.control_program == receiver.control_program()
        and tx_input.arbitrary == _arbitrary(receiver, height)
    )


def _arbitrary(receiver: RewardReceiver, height: int) -> bytes:
    return b"\x00" + str(height).encode() + receiver.arbitrary()
