"""What a transaction of Bytom 2 pays for running: gas bought with BTM, used by programs and by storage.

Nothing runs on credit: a transaction that cannot pay for everything is invalid.
Source: bytom2-ledger-and-consensus reference, section 3.2; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from pybytomd.consensus.errors import GasCreditExceeded, GasMiscalculation
from pybytomd.ledger.bytom2.constants import MAX_TRANSACTION_GAS
from pybytomd.ledger.constants import GAS_PER_BYTE, NEU_PER_GAS
from pybytomd.ledger.value import Value


class GasState(Value):
    """The account of one transaction. It changes while the transaction is validated, and is a value afterwards."""

    __match_args__ = ("btm_value", "gas_left", "gas_used", "storage_gas")
    __slots__ = __match_args__

    def __init__(self, btm_value: int = 0, gas_left: int = 0, gas_used: int = 0, storage_gas: int = 0) -> None:
        self.btm_value = btm_value
        """The fee in neu: BTM of the inputs less BTM of the outputs. It is due in full, unused gas too."""
        self.gas_left = gas_left
        self.gas_used = gas_used
        self.storage_gas = storage_gas

    def buy(self, btm_value: int, size: int) -> None:
        """Buy gas for a fee in neu, and price the storage of ``size`` bytes. Raises GasMiscalculation."""
        if btm_value < 0:
            raise GasMiscalculation.because("input BTM is negative")
        self.btm_value = btm_value
        self.gas_left = min(btm_value // NEU_PER_GAS, MAX_TRANSACTION_GAS)
        self.storage_gas = size * GAS_PER_BYTE

    def use(self, gas_left: int) -> None:
        """Account for what a program left. Raises GasCreditExceeded if that does not pay for storage."""
        self.gas_used += self.gas_left - gas_left
        self.gas_left = gas_left
        if self.storage_gas > gas_left:
            raise GasCreditExceeded

    def pay_storage(self) -> None:
        """Pay for storage.

        It always can be paid: ``use`` saw to it after every program, a coinbase stores for free, and without BTM
        among the inputs nothing was priced.
        """
        self.gas_left -= self.storage_gas
        self.gas_used += self.storage_gas
