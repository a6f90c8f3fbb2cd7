"""What a transaction pays for running: gas bought with BTM, used by programs and by storage.

Source: vm-and-validation reference, section 3.3; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from pybytomd.consensus.errors import GasCreditExceeded, GasMiscalculation
from pybytomd.ledger.constants import DEFAULT_GAS_CREDIT, GAS_PER_BYTE, MAX_TRANSACTION_GAS, NEU_PER_GAS
from pybytomd.ledger.value import Value


class GasState(Value):
    """The account of one transaction. It changes while the transaction is validated, and is a value afterwards.

    The programs of BTM inputs run on credit. Once they have succeeded, storage is paid and the transaction is
    *gas-valid*: whatever fails later, it may be in a block and its fee is due.
    """

    __match_args__ = ("btm_value", "gas_left", "gas_used", "gas_valid", "storage_gas")
    __slots__ = __match_args__

    def __init__(
        self,
        btm_value: int = 0,
        gas_left: int = 0,
        gas_used: int = 0,
        gas_valid: bool = False,
        storage_gas: int = 0,
    ) -> None:
        self.btm_value = btm_value
        """The fee in neu: BTM of the inputs less BTM of the outputs. The miner gets it all, unused gas too."""
        self.gas_left = gas_left
        self.gas_used = gas_used
        self.gas_valid = gas_valid
        self.storage_gas = storage_gas

    def buy(self, btm_value: int, size: int) -> None:
        """Buy gas for a fee in neu, and price the storage of ``size`` bytes. Raises GasMiscalculation."""
        if btm_value < 0:
            raise GasMiscalculation.because("input BTM is negative")
        self.btm_value = btm_value
        self.gas_left = min(btm_value // NEU_PER_GAS, MAX_TRANSACTION_GAS)
        self.storage_gas = size * GAS_PER_BYTE

    def use(self, gas_left: int) -> None:
        """Account for what a program left. Raises GasCreditExceeded before the transaction is gas-valid."""
        self.gas_used += self.gas_left - gas_left
        self.gas_left = gas_left
        if not self.gas_valid and (self.gas_used > DEFAULT_GAS_CREDIT or self.storage_gas > gas_left):
            raise GasCreditExceeded

    def pay_storage(self) -> None:
        """Pay for storage, after which the transaction is gas-valid.

        It always can be paid: ``use`` saw to it after every program that ran on credit, a coinbase stores for
        free, and without BTM among the inputs nothing was priced.
        """
        self.gas_left -= self.storage_gas
        self.gas_used += self.storage_gas
        self.gas_valid = True
