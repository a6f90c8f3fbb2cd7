"""The parts of a node of 1.x: its chain of proof of work, wallet, miner, network, and all that follows the chain.

Each ``_add`` function makes one part, gives it what it needs, and says on the stack how it ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pybytomd.chain.chain import Chain
from pybytomd.errors import BytomError, StoreError
from pybytomd.events import EventDispatcher
from pybytomd.mining.coinbase import NoAccount, RewardReceiver
from pybytomd.mining.cpu_miner import CPUMiner
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.node.console.narrator import LOOK_SECONDS, Narrator
from pybytomd.node.console.sync_watch import SyncWatch
from pybytomd.node.disk_guard import DiskGuard, Stoppable
from pybytomd.node.family.followers import add_hooks, add_index, add_trace, add_watch
from pybytomd.node.home import node_key
from pybytomd.node.home.databases import Databases
from pybytomd.node.home.mark import mark_home
from pybytomd.node.peer_network import sync_config
from pybytomd.node.surroundings import WATCH_SECONDS, Surroundings, later
from pybytomd.pow.tensority import kernel
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
from pybytomd.rpc.push.bytom1_view import Bytom1View
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.topics import Sources
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.store.block_store import BlockStore
from pybytomd.sync.manager import SyncManager
from pybytomd.tasks import TaskSet
from pybytomd.watching.bytom1 import BYTOM1
from pybytomd.watching.service import WatchService

if TYPE_CHECKING:  # imported by the nodes that have them
    from pybytomd.indexing.forms import IndexForms
    from pybytomd.node.wallet_factory import WalletKind, WalletParts
    from pybytomd.tracing.forms import TraceForms

logger = logging.getLogger(__name__)

NUMPY = "numpy"
"""The Tensority kernel that is used when no other was built."""


def wallet_kind() -> WalletKind:
    """What makes a wallet one of 1.x."""
    from pybytomd.node.wallet_factory import WalletKind
    from pybytomd.wallet.bytom1 import BYTOM1
    from pybytomd.wallet.spend.actions import ACTIONS, INPUTS
    from pybytomd.wallet.spend.ledgers.bytom1 import BYTOM1 as SPENDING

    return WalletKind(BYTOM1, SPENDING, ACTIONS, INPUTS)


@dataclass(frozen=True, slots=True)
class Core:
    """What every other part needs."""

    databases: Databases
    events: EventDispatcher
    chain: Chain


@dataclass(frozen=True, slots=True)
class Mining:
    """Everything about making blocks."""

    proposer: BlockProposer
    miner: CPUMiner
    pool: MiningPool


class Bytom1:
    """See ``Family``. The functions are called in the order in which they stand there, each once."""

    _core: Core
    _wallet: WalletParts | None
    _mining: Mining
    _network: SyncManager | None

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._config = around.config
        self._console = around.console
        self._clock = around.clock
        self._lifecycle = around.lifecycle

    async def make(self, stack: AsyncExitStack) -> None:
        """See ``Family``."""
        stop = self._around.stop
        self._core = core = await self._add_core(stack)
        stop.check()
        self._wallet = wallet = await self._add_wallet(stack, core)
        stop.check()
        self._mining = await self._add_mining(stack, core, wallet)
        self._network = self._add_network(core)
        self._add_narrator(stack, core, self._mining, self._network)

    def stoppable(self) -> Sequence[Stoppable]:
        """See ``Family``."""
        return [self._mining.miner, self._mining.pool, *([] if self._network is None else [self._network])]

    async def api(self, stack: AsyncExitStack, guard: DiskGuard | None) -> Api:
        """See ``Family``."""
        config, core, mining, network, wallet = self._config, self._core, self._mining, self._network, self._wallet
        tokens = CredentialStore(core.databases.open("accesstoken"), self._clock)
        feeds = FeedStore(core.databases.open("txfeeds"))
        watch = await add_watch(stack, self._around, core.chain, BYTOM1)
        hub = await stack.enter_async_context(EventHub(_event_sources(core, feeds, watch, wallet)))
        notifications = NotificationManager(
            core.chain,
            core.events,
            max_clients=config.ws.max_num_websockets,
            max_requests=config.ws.max_num_concurrent_reqs,
            hub=hub,
            get_work=mining.pool.get_work,
        )
        await stack.enter_async_context(notifications)
        trace = await add_trace(stack, self._around, core.chain, self._trace_forms)
        index = await add_index(stack, self._around, core.chain, self._index_forms)
        return Api(
            chain=core.chain,
            clock=self._clock,
            tokens=tokens,
            feeds=feeds,
            miner=mining.miner,
            mining_pool=mining.pool,
            proposer=mining.proposer,
            network=network,
            wallet=None if wallet is None else wallet.wallet,
            builder=None if wallet is None else wallet.builder,
            trace=trace,
            index=index,
            notifications=notifications,
            lifecycle=self._lifecycle,
            events=hub,
            watch=watch,
            storage=guard,
            stop=self._around.ask_to_stop,
            log_levels=self._around.log_levels,
            log_tail=self._around.log_tail,
            settings=self._around.settings,
            reorganisations=stack.enter_context(ReorganisationCounter(core.events)),
            hooks=await add_hooks(stack, self._around, hub),
            max_transaction_fee=config.wallet.max_tx_fee,
        )

    async def start_mining(self, stack: AsyncExitStack) -> None:
        """Mine if asked to; where nobody can be paid the node goes on without, for accounts can be made."""
        mining = self._mining
        later(stack, mining.miner.stop)  # in any case: it may be started over the API
        if not self._config.base.mining:
            return
        try:
            await asyncio.to_thread(mining.miner.start)
        except BytomError as error:
            logger.warning("mining is not started: %s", error)
        else:
            count = mining.miner.threads
            name = kernel().name
            hint = "; with a C compiler at installation it would be several times faster" if name == NUMPY else ""
            self._console.say(f"mining with {count} thread{'s' * (count > 1)}, Tensority by {name} code{hint}")

    async def start_network(self, stack: AsyncExitStack) -> None:
        """See ``Family``."""
        network = self._network
        if network is None:
            return
        try:
            await stack.enter_async_context(network)
        except BytomError as error:
            raise error.within("Failed to create sync manager") from error
        status = network.status()
        self._console.say(f"peers at {network.listen_address}, node id {status.node_id}")

    async def _add_core(self, stack: AsyncExitStack) -> Core:
        """Databases and chain: what a node without any service would have."""
        config = self._config
        databases, events = self._around.databases, self._around.events

        def open_chain() -> Chain:
            store = BlockStore(databases.open("core"))
            return Chain.open(config.params, store, self._clock, events)

        try:
            chain = await asyncio.to_thread(open_chain)
        except StoreError as error:
            raise error.within("Failed to create chain structure") from error
        mark_home(config)
        later(stack, chain.close)
        self._console.say(f"{config.params.chain_id} chain at block {chain.best_height} {chain.best_hash.hex()}")
        return Core(databases, events, chain)

    async def _add_wallet(self, stack: AsyncExitStack, core: Core) -> WalletParts | None:
        if self._config.wallet.disable:
            return None
        from pybytomd.node.wallet_factory import add_wallet

        return await add_wallet(stack, self._around, core.chain, wallet_kind())

    def _index_forms(self) -> IndexForms:
        from pybytomd.indexing.bytom1 import Bytom1Forms

        return Bytom1Forms(self._core.chain)

    def _trace_forms(self) -> TraceForms:
        from pybytomd.tracing.bytom1 import BYTOM1

        return BYTOM1

    async def _add_mining(self, stack: AsyncExitStack, core: Core, wallet: WalletParts | None) -> Mining:
        chain, clock = core.chain, self._clock
        receiver: RewardReceiver = NoAccount(chain.params) if wallet is None else wallet.accounts.mining
        proposer = BlockProposer(chain, receiver, clock)
        miner = CPUMiner(chain, proposer, clock, core.events)
        pool = MiningPool(chain, proposer, clock, core.events)
        await asyncio.to_thread(pool.start)
        later(stack, pool.close)
        return Mining(proposer, miner, pool)

    def _add_network(self, core: Core) -> SyncManager | None:
        """The peer-to-peer side, none in vault mode. The node key is made in any case, as in the reference."""
        config, databases = self._config, core.databases
        key = node_key.load_or_create(config.home, config.node_key_path, config.p2p.node_key)
        self._warn_about_key_file()
        if config.base.vault_mode:
            self._console.say("vault mode: no peers")
            return None
        if not config.params.has_peers:
            self._console.say(f"no peers: a {config.params.chain_id} chain has none")
            return None
        return SyncManager(
            sync_config(config, key),
            core.chain,
            core.events,
            self._clock,
            blacklist=databases.open_expendable("blacklist"),
            discover=databases.open_expendable("discover"),
            fastsync=databases.open_expendable("fastsync"),
        )

    def _warn_about_key_file(self) -> None:
        path = node_key.find_key_file(self._config.home, self._config.node_key_path)
        if not self._config.p2p.node_key and node_key.readable_by_others(path):
            logger.warning("others can read the node key: run chmod 600 %s", path)

    def _add_narrator(
        self, stack: AsyncExitStack, core: Core, mining: Mining, network: SyncManager | None
    ) -> None:
        say = self._console.say
        tasks = TaskSet("console", self._around.part_failed)
        p2p = self._config.p2p
        may_be_alone = core.chain.params.is_private and not (p2p.seeds or p2p.keep_dial)
        watch = None if network is None else SyncWatch(network.status, self._clock, say, may_be_alone=may_be_alone)
        narrator = Narrator(
            core.events,
            self._clock,
            say,
            lambda: mining.miner.hash_rate,
            is_fetching=lambda: watch is not None and watch.is_busy,
        )
        stack.callback(narrator.close)
        stack.push_async_callback(tasks.close)
        tasks.every(LOOK_SECONDS, narrator.tell, "narrator")
        if watch is not None:
            tasks.every(WATCH_SECONDS, watch.tell, "sync watch")


def _event_sources(core: Core, feeds: FeedStore, watch: WatchService, wallet: WalletParts | None) -> Sources:
    """What is told of over WebSockets and by hooks."""
    view = Bytom1View(core.chain.params.address_prefix)
    sources = Sources(core.chain, view, feeds, watched=lambda: watch.programs)
    if wallet is None:
        return sources
    return replace(sources, accounts=wallet.accounts, height_of=wallet.wallet.height_of)
