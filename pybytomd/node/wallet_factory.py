"""The parts of a wallet, made together."""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.node.home.databases import Databases
from pybytomd.node.settings.config import Config
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.index.own_rows import Progress, quiet
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class WalletParts:
    """Keys, accounts, assets, the index over the chain, and who builds transactions from them."""

    hsm: PseudoHSM
    accounts: AccountManager
    assets: AssetRegistry
    wallet: Wallet
    builder: TransactionBuilder

    @classmethod
    def open(
        cls, config: Config, databases: Databases, chain: ChainWriter, clock: Clock, progress: Progress = quiet
    ) -> WalletParts:
        """Open ``wallet.db``; the index does not follow the chain before it is started. Raises StoreError.

        ``progress`` is told how far its lists are where they have to be made anew, and may end that.
        """
        database = WriteBehind(databases.open("wallet"))
        hsm = PseudoHSM(config.keys_directory, clock)
        accounts = AccountManager(database, chain.params, clock)
        assets = AssetRegistry(database)
        wallet = Wallet(
            database,
            chain,
            accounts,
            assets,
            hsm,
            clock,
            txindex=config.wallet.txindex,
            together=database.together,
            progress=progress,
        )
        builder = TransactionBuilder(Materials(accounts, assets, wallet.keeper, chain.params), clock)
        return cls(hsm, accounts, assets, wallet, builder)
