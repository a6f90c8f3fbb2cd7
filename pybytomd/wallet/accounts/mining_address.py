"""Who gets the rewards of blocks mined here, and the free data in their coinbases.

Source: wallet-and-keys reference, section 4.5; ``account/accounts.go``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from pybytomd.errors import DecodeError, NoMiningProgram
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import damaged
from pybytomd.vm.programs.builders import default_coinbase_program
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.control_programs import Addresses
from pybytomd.wallet.accounts.derivation import program_of_address
from pybytomd.wallet.errors import AccountNotFound, ArbitraryTooLong
from pybytomd.wallet.forms import Network

logger = logging.getLogger(__name__)

MAX_ARBITRARY = 107
"""Bytes that fit in a coinbase behind the longest height."""


class MiningAccount:
    """The receiver of rewards, a ``RewardReceiver`` for ``mining.coinbase``. Safe to use from several threads."""

    def __init__(
        self,
        database: KeyValueStore,
        params: Network,
        addresses: Addresses,
        accounts: Callable[[], Sequence[Account]],
    ) -> None:
        """``accounts`` lists them in the order they were made in: the first one is paid when none was chosen."""
        self._database = database
        self._params = params
        self._addresses = addresses
        self._accounts = accounts
        self._lock = threading.Lock()

    def current(self) -> ControlProgram:
        """The address rewards are paid to. Raises AccountNotFound if there is none and no account to make one of.

        Quirk: asking makes a new address of the first account, if none was stored.
        """
        with self._lock:
            stored = self._stored()
            if stored is not None:
                return stored
            accounts = self._accounts()
            if not accounts:
                raise AccountNotFound
            made = self._addresses.create(accounts[0], mining_key=schema.MINING_PROGRAM)
        self._database.sync()
        return made

    def pay_to(self, address: str) -> ControlProgram:
        """Pay rewards to any address of this network from now on. Raises DecodeError."""
        program = ControlProgram("", address, 0, program_of_address(address, self._params))
        with self._lock:
            self._database.put(schema.MINING_PROGRAM, program.to_json())
        self._database.sync()
        return program

    def control_program(self) -> bytes:
        """The program that locks a reward. Without account, on a private network, one that anyone can spend.

        Raises NoMiningProgram on a public network; the reference gives real coins away there.
        """
        try:
            return self.current().program
        except AccountNotFound as error:
            if not self._params.is_private:
                raise NoMiningProgram from error
            logger.debug("there is no account to pay the reward to: anyone can spend it")
            return default_coinbase_program()

    def arbitrary(self) -> bytes:
        """Free data for the coinbase."""
        return self._database.get(schema.COINBASE_ARBITRARY) or b""

    def set_arbitrary(self, data: bytes) -> None:
        """Set the free data. Raises ArbitraryTooLong beyond 107 bytes."""
        if len(data) > MAX_ARBITRARY:
            raise ArbitraryTooLong
        self._database.put(schema.COINBASE_ARBITRARY, data)
        self._database.sync()

    def account_removed(self, account_id: str) -> None:
        """Say so if rewards still go to an account that was removed: the reference leaves it at that."""
        stored = self._stored()
        if stored is not None and stored.account_id == account_id:
            logger.warning(
                "mining still pays to an address of a removed account: set another mining address",
                extra={"address": stored.address},
            )

    def _stored(self) -> ControlProgram | None:
        data = self._database.get(schema.MINING_PROGRAM)
        if data is None:
            return None
        try:
            return ControlProgram.from_json(data)
        except DecodeError as error:
            raise damaged(schema.MINING_PROGRAM, error) from error
