"""The parts of the node that API methods work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pybytomd import REFERENCE_VERSION
from pybytomd.rpc.block_cache import BlockCache
from pybytomd.rpc.figures.served import Served
from pybytomd.rpc.lifecycle import Lifecycle, Phase

if TYPE_CHECKING:
    from pybytomd.chain.ports import ChainWriter
    from pybytomd.clock import Clock
    from pybytomd.indexing.service import IndexService
    from pybytomd.mining.cpu_miner import CPUMiner
    from pybytomd.mining.pool import MiningPool
    from pybytomd.mining.proposer import BlockProposer
    from pybytomd.rpc.access.tokens import CredentialStore
    from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
    from pybytomd.rpc.figures.storage_report import Storage
    from pybytomd.rpc.hooks.service import HookService
    from pybytomd.rpc.push.events.event_hub import EventHub
    from pybytomd.rpc.push.feeds import FeedStore
    from pybytomd.rpc.push.notifications import NotificationManager
    from pybytomd.sync.manager import SyncManager
    from pybytomd.tracing.service import TraceService
    from pybytomd.wallet.spend.build import TransactionBuilder
    from pybytomd.wallet.wallet import Wallet
    from pybytomd.watching.service import WatchService

MAX_TRANSACTION_FEE = 1_000_000_000
"""Default of ``wallet.max_tx_fee``, in neu: 10 BTM. A larger fee is taken for a mistake."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """What methods are given. Parts a node does not run are None."""

    chain: ChainWriter
    clock: Clock
    tokens: CredentialStore
    feeds: FeedStore | None = None
    miner: CPUMiner | None = None
    mining_pool: MiningPool | None = None
    proposer: BlockProposer | None = None
    network: SyncManager | None = None
    wallet: Wallet | None = None
    builder: TransactionBuilder | None = None
    trace: TraceService | None = None
    index: IndexService | None = None
    notifications: NotificationManager | None = None
    events: EventHub | None = None
    reorganisations: ReorganisationCounter | None = None
    storage: Storage | None = None
    hooks: HookService | None = None
    stop: Callable[[], None] | None = None
    """Asks the node to stop."""
    watch: WatchService | None = None
    max_transaction_fee: int = MAX_TRANSACTION_FEE
    """In neu."""
    version: str = REFERENCE_VERSION
    blocks: BlockCache = field(default_factory=BlockCache)
    served: Served = field(default_factory=Served)
    lifecycle: Lifecycle = field(default_factory=lambda: Lifecycle(Phase.RUNNING))

    @property
    def address_prefix(self) -> str:
        """What addresses of this network begin with."""
        return self.chain.params.address_prefix
