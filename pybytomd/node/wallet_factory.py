"""The parts of a wallet, made together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pybytomd.clock import Clock
from pybytomd.errors import StoreError
from pybytomd.node.home.databases import Databases
from pybytomd.node.settings.config import Config
from pybytomd.node.surroundings import Surroundings, later
from pybytomd.store.kv.write_behind import WriteBehind
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.forms import LedgerForms, WalletChain
from pybytomd.wallet.index.own_rows import Progress, quiet
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.actions import Action
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.ledgers.forms import SpendingForms
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet


@dataclass(frozen=True, slots=True)
class WalletKind:
    """What of a wallet depends on which chain it is of."""

    ledger: LedgerForms
    spending: SpendingForms
    actions: Mapping[str, type[Action]]
    inputs: Collection[str]
    """The types of actions that add inputs."""
    new_account_id: Callable[[], str] | None = None
    """Makes the ids of accounts; None for those of 1.x."""


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
        cls,
        config: Config,
        databases: Databases,
        chain: WalletChain,
        clock: Clock,
        kind: WalletKind,
        progress: Progress = quiet,
    ) -> WalletParts:
        """Open ``wallet.db``; the index does not follow the chain before it is started. Raises StoreError.

        ``progress`` is told how far its lists are where they have to be made anew, and may end that.
        """
        database = WriteBehind(databases.open("wallet"))
        hsm = PseudoHSM(config.keys_directory, clock)
        accounts = AccountManager(database, chain.params, clock, kind.new_account_id)
        assets = AssetRegistry(database)
        wallet = Wallet(
            database,
            chain,
            accounts,
            assets,
            hsm,
            clock,
            forms=kind.ledger,
            txindex=config.wallet.txindex,
            together=database.together,
            progress=progress,
        )
        materials = Materials(accounts, assets, wallet.keeper, chain.params, forms=kind.spending)
        builder = TransactionBuilder(materials, clock, kind.actions, kind.inputs)
        return cls(hsm, accounts, assets, wallet, builder)


async def add_wallet(
    stack: AsyncExitStack, around: Surroundings, chain: WalletChain, kind: WalletKind
) -> WalletParts:
    """Open a wallet and let it follow the chain until the stack ends. Raises StoreError."""

    def tell(progress: str) -> None:
        around.stop.check()
        around.console.say(progress)

    try:
        parts = await asyncio.to_thread(
            WalletParts.open, around.config, around.databases, chain, around.clock, kind, tell
        )
    except StoreError as error:
        raise error.within("init NewWallet") from error
    if around.config.wallet.rescan:
        parts.wallet.rescan()
    parts.wallet.start()
    later(stack, parts.wallet.stop)
    return parts
