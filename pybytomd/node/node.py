"""The node: every long-lived part is made here, started in order, and stopped in the reverse order.

Each ``_add`` function makes one part, gives it what it needs, and says on the stack how it ends.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pybytomd import REFERENCE_VERSION
from pybytomd.chain.chain import Chain
from pybytomd.clock import Clock
from pybytomd.errors import BytomError, ConfigError, StoreError
from pybytomd.events import EventDispatcher
from pybytomd.mining.coinbase import NoAccount, RewardReceiver
from pybytomd.mining.cpu_miner import CPUMiner
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.node.api_access import access_rules, server_certificate
from pybytomd.node.console.narrator import LOOK_SECONDS, Narrator
from pybytomd.node.console.output import Console
from pybytomd.node.console.service_manager import ServiceManager
from pybytomd.node.console.sync_watch import SyncWatch
from pybytomd.node.disk_guard import LOOK_SECONDS as LOOK_AT_DISK_SECONDS
from pybytomd.node.disk_guard import MEGABYTE, DiskGuard, Stoppable
from pybytomd.node.home import cookie, node_key
from pybytomd.node.home.databases import MEMORY, Databases
from pybytomd.node.home.mark import mark_home
from pybytomd.node.peer_network import check_peer_network, sync_config
from pybytomd.node.settings.api_address import HostPort, check_exposure
from pybytomd.node.settings.config import Config
from pybytomd.node.stopping import StopRequested, StopSignal
from pybytomd.pow.tensority import kernel
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
from pybytomd.rpc.hooks.hooks_file import read_hooks_file
from pybytomd.rpc.hooks.records import HookRecords
from pybytomd.rpc.hooks.service import HookService
from pybytomd.rpc.lifecycle import Lifecycle, Phase
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.topics import Sources
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.rpc.transport.server import ApiServer
from pybytomd.store.block_store import BlockStore
from pybytomd.store.errors import NewerFormat
from pybytomd.sync.manager import SyncManager
from pybytomd.tasks import TaskSet
from pybytomd.watching.service import WatchService

if TYPE_CHECKING:  # imported by the nodes that have them
    from pybytomd.indexing.service import IndexService
    from pybytomd.node.wallet_factory import WalletParts
    from pybytomd.tracing.service import TraceService

logger = logging.getLogger(__name__)

STOP_REQUEST = "a request to stop"
"""What the console says has come instead of a signal."""
WATCH_SECONDS = 1.0
NUMPY = "numpy"
"""The Tensority kernel that is used when no other was built."""


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


class Node:
    """A node with one configuration. Run it once."""

    def __init__(
        self,
        config: Config,
        console: Console,
        clock: Clock,
        *,
        open_page: Callable[[str], None] | None = None,
        manager: ServiceManager | None = None,
    ) -> None:
        """``open_page`` shows a web page to whoever started the node, None if nobody is to be bothered.

        ``manager`` is told when the node is up and that it lives, if there is one.
        """
        self._manager = manager
        self._open_page = open_page
        self._config = config
        self._console = console
        self._clock = clock
        self._lifecycle = Lifecycle()

    async def run_forever(self, stop: StopSignal) -> None:
        """Start everything, run until asked to stop, stop everything. Raises BytomError when it cannot start."""
        try:
            async with AsyncExitStack() as stack:
                await self._start(stack, stop)
                self._lifecycle.phase = Phase.RUNNING
                await self._tell_manager(stack)
                await stop.wait()
                self._lifecycle.phase = Phase.STOPPING
                if self._manager is not None:
                    self._manager.stopping()
        except StopRequested:
            logger.info("stopped while starting")
        self._console.say("stopped")

    async def _tell_manager(self, stack: AsyncExitStack) -> None:
        manager = self._manager
        if manager is None:
            return
        manager.ready()
        if manager.beat_seconds:
            tasks = await stack.enter_async_context(TaskSet("watchdog", self._part_failed))
            tasks.every(manager.beat_seconds, manager.alive, "beat")

    async def _start(self, stack: AsyncExitStack, stop: StopSignal) -> None:
        """Make the parts, those that others need first, then start the services."""
        core = await self._add_core(stack)
        stop.check()
        wallet = await self._add_wallet(stack, core)
        stop.check()
        mining = await self._add_mining(stack, core, wallet)
        network = self._add_network(core)
        self._add_narrator(stack, core, mining, network)
        guard = await self._add_disk_guard(stack, mining, network)
        stop.check()
        await self._start_api(stack, core, mining, network, wallet, guard, stop)
        stop.check()
        await self._start_mining(stack, mining)
        stop.check()
        await self._start_network(stack, network)
        self._show_page()
        gc.freeze()  # what there is now stays to the end
        gc.enable()
        logger.info(
            "start node complete", extra={"version": REFERENCE_VERSION, "network": core.chain.params.chain_id}
        )

    async def _add_core(self, stack: AsyncExitStack) -> Core:
        """Databases and chain: what a node without any service would have."""
        config = self._config
        databases = stack.enter_context(Databases(config.db_directory, config.base.db_backend))
        events = EventDispatcher()

        def open_chain() -> Chain:
            store = BlockStore(databases.open("core"))
            return Chain.open(config.params, store, self._clock, events)

        try:
            chain = await asyncio.to_thread(open_chain)
        except StoreError as error:
            raise error.within("Failed to create chain structure") from error
        mark_home(config)
        _later(stack, chain.close)
        self._console.say(f"{config.params.chain_id} chain at block {chain.best_height} {chain.best_hash.hex()}")
        return Core(databases, events, chain)

    async def _add_wallet(self, stack: AsyncExitStack, core: Core) -> WalletParts | None:
        config = self._config
        if config.wallet.disable:
            return None
        from pybytomd.node.wallet_factory import WalletParts

        try:
            parts = await asyncio.to_thread(WalletParts.open, config, core.databases, core.chain, self._clock)
        except StoreError as error:
            raise error.within("init NewWallet") from error
        if config.wallet.rescan:
            parts.wallet.rescan()
        parts.wallet.start()
        _later(stack, parts.wallet.stop)
        return parts

    async def _add_trace(self, stack: AsyncExitStack, core: Core) -> TraceService | None:
        if not self._config.trace.enable:
            return None
        from pybytomd.tracing.service import TraceService

        def open_trace() -> TraceService:
            database = core.databases.open_or_begin_anew("trace")
            try:
                return TraceService(database, core.chain)
            except NewerFormat:
                raise
            except StoreError as error:
                logger.warning("%s: trace.db is set aside, and begun anew", error)
                return TraceService(core.databases.begin_anew("trace", database), core.chain)

        trace = await asyncio.to_thread(open_trace)
        trace.start()
        _later(stack, trace.stop)
        return trace

    async def _add_watch(self, stack: AsyncExitStack, core: Core) -> WatchService:
        """Single addresses that are followed without their keys."""
        watch = await asyncio.to_thread(lambda: WatchService(core.databases.open("watch"), core.chain))
        watch.start()
        _later(stack, watch.stop)
        return watch

    async def _add_index(self, stack: AsyncExitStack, core: Core) -> IndexService | None:
        if not self._config.index.enable:
            return None
        from pybytomd.indexing.service import NAME, IndexService

        databases = core.databases

        def open_index() -> IndexService:
            return IndexService(
                databases.open_large(NAME),
                core.chain,
                self._clock,
                begin_anew=lambda useless: databases.begin_anew(NAME, useless, keep=1),
            )

        index = await asyncio.to_thread(open_index)
        index.start()
        _later(stack, index.stop)
        self._watch_index(stack, index)
        return index

    def _watch_index(self, stack: AsyncExitStack, index: IndexService) -> None:
        from pybytomd.node.console.index_watch import IndexWatch

        tasks = TaskSet("index console", self._part_failed)
        stack.push_async_callback(tasks.close)
        tasks.every(WATCH_SECONDS, IndexWatch(index.status, self._clock, self._console.say).tell, "index watch")

    async def _add_mining(self, stack: AsyncExitStack, core: Core, wallet: WalletParts | None) -> Mining:
        chain, clock = core.chain, self._clock
        receiver: RewardReceiver = NoAccount(chain.params) if wallet is None else wallet.accounts.mining
        proposer = BlockProposer(chain, receiver, clock)
        miner = CPUMiner(chain, proposer, clock, core.events)
        pool = MiningPool(chain, proposer, clock, core.events)
        await asyncio.to_thread(pool.start)
        _later(stack, pool.close)
        return Mining(proposer, miner, pool)

    def _add_network(self, core: Core) -> SyncManager | None:
        """The peer-to-peer side, none in vault mode. The node key is made in any case, as in the reference."""
        config, databases = self._config, core.databases
        key = node_key.load_or_create(config.home, config.node_key_path, config.p2p.node_key)
        self._warn_about_key_file()
        if config.base.vault_mode:
            self._console.say("vault mode: no peers")
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

    async def _add_hooks(self, stack: AsyncExitStack, core: Core, hub: EventHub) -> HookService:
        """Whoever is told of events by a post or as a program."""
        config = self._config
        path = config.home / config.hooks.file
        configured = await asyncio.to_thread(read_hooks_file, path)
        if any(hook.secret for hook in configured) and node_key.readable_by_others(path):
            logger.warning("others can read the secrets of webhooks: run chmod 600 %s", path)
        records = await asyncio.to_thread(lambda: HookRecords(core.databases.open("hooks")))
        service = HookService(
            hub, records, self._clock, configured=configured, anywhere=config.hooks.private_addresses
        )
        return await stack.enter_async_context(service)

    async def _start_api(
        self,
        stack: AsyncExitStack,
        core: Core,
        mining: Mining,
        network: SyncManager | None,
        wallet: WalletParts | None,
        guard: DiskGuard | None,
        stop: StopSignal,
    ) -> None:
        config = self._config
        address = config.api_address
        tokens = CredentialStore(core.databases.open("accesstoken"), self._clock)
        feeds = FeedStore(core.databases.open("txfeeds"))
        watch = await self._add_watch(stack, core)
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
        trace = await self._add_trace(stack, core)
        index = await self._add_index(stack, core)
        api = Api(
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
            stop=lambda: None if stop.is_asked else stop.ask(STOP_REQUEST),
            reorganisations=stack.enter_context(ReorganisationCounter(core.events)),
            hooks=await self._add_hooks(stack, core, hub),
            max_transaction_fee=config.wallet.max_tx_fee,
        )
        secret = cookie.new_secret()
        server = ApiServer(
            api,
            host=address.host,
            port=address.port,
            rules=access_rules(config, secret),
            certificate=server_certificate(config),
        )
        try:
            await stack.enter_async_context(server)
        except OSError as error:
            raise ConfigError(_cannot_listen(address, error)) from error
        warning = check_exposure(
            address,
            auth_disabled=config.auth.disable,
            said_on_command_line=True,
            is_encrypted=bool(config.api.tls_certificate),
        )
        if warning is not None:
            logger.warning(warning)
        self._leave_cookie(stack, secret, server)
        scheme = server.url.partition(":")[0]
        self._console.say(f"API at {scheme}://{HostPort(*server.address)}")

    def _leave_cookie(self, stack: AsyncExitStack, secret: str, server: ApiServer) -> None:
        """Let programs of the same user find the API, until it stops."""
        home, certificate = self._config.home, self._config.api.tls_certificate
        left = cookie.Cookie(secret, server.url, str(home / certificate) if certificate else "")
        try:
            left.write(home)
        except OSError as error:
            logger.warning("cannot write %s: %s", home / cookie.COOKIE_NAME, error.strerror)
        stack.callback(left.remove, home)

    def _show_page(self) -> None:
        """Quirk: the port is that of ``api_addr``, whatever LISTEN says, so with LISTEN no page is opened."""
        if self._open_page is not None and not self._config.web.closed and not self._config.listen:
            scheme = "https" if self._config.api.tls_certificate else "http"
            self._open_page(f"{scheme}://127.0.0.1:{self._config.api_address.port}")

    async def _start_mining(self, stack: AsyncExitStack, mining: Mining) -> None:
        """Mine if asked to; where nobody can be paid the node goes on without, for accounts can be made."""
        _later(stack, mining.miner.stop)  # in any case: it may be started over the API
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

    async def _start_network(self, stack: AsyncExitStack, network: SyncManager | None) -> None:
        if network is None:
            return
        try:
            await stack.enter_async_context(network)
        except BytomError as error:
            raise error.within("Failed to create sync manager") from error
        status = network.status()
        self._console.say(f"peers at {network.listen_address}, node id {status.node_id}")

    async def _add_disk_guard(
        self, stack: AsyncExitStack, mining: Mining, network: SyncManager | None
    ) -> DiskGuard | None:
        """None for databases that are on no disk. It has looked once before anything begins to write."""
        config = self._config
        if config.base.db_backend == MEMORY:
            return None
        parts: list[Stoppable] = [mining.miner, *([] if network is None else [network])]
        guard = DiskGuard(config.db_directory, config.disk.min_free * MEGABYTE, parts, self._console.say)
        await guard.look()
        tasks = await stack.enter_async_context(TaskSet("disk", self._part_failed))
        tasks.every(LOOK_AT_DISK_SECONDS, guard.look, "guard")
        return guard

    def _add_narrator(
        self, stack: AsyncExitStack, core: Core, mining: Mining, network: SyncManager | None
    ) -> None:
        say = self._console.say
        tasks = TaskSet("console", self._part_failed)
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

    def _part_failed(self, name: str, error: BaseException) -> None:
        self._console.say(f"error: {name} failed: {error}")


def check_start(config: Config) -> None:
    """Raise ConfigError or ListenError for settings that cannot work, together or on this machine.

    Nothing is opened yet: what is said here is said at once, and nothing of the home directory has changed.
    """
    try:
        kernel()
    except ValueError as error:
        raise ConfigError(str(error)) from error
    check_exposure(
        config.api_address,
        auth_disabled=config.auth.disable,
        said_on_command_line=config.settings.is_flag("auth.disable"),
    )
    access_rules(config, "")
    server_certificate(config)
    check_peer_network(config)
    if config.base.mining and config.wallet.disable and not config.params.is_private:
        raise ConfigError(
            "mining without a wallet: there would be no account to pay the reward to; "
            "leave out --mining or --wallet.disable"
        )


def _event_sources(core: Core, feeds: FeedStore, watch: WatchService, wallet: WalletParts | None) -> Sources:
    """What is told of over WebSockets and by hooks."""
    sources = Sources(core.chain, feeds, watched=lambda: watch.programs)
    if wallet is None:
        return sources
    return replace(sources, accounts=wallet.accounts, height_of=wallet.wallet.height_of)


def _cannot_listen(address: HostPort, error: OSError) -> str:
    """The reference's text, and what to do."""
    reasons = {errno.EADDRINUSE: "address already in use", errno.EACCES: "permission denied"}
    reason = reasons.get(error.errno or 0) or error.strerror or str(error)
    return (
        f"Failed to register tcp port: listen tcp {address}: bind: {reason}; "
        "choose another port with api_addr in config.toml or with the variable LISTEN"
    )


def _later(stack: AsyncExitStack, close: Callable[[], object]) -> None:
    """Call ``close`` in a thread when the stack ends: it may wait for work in hand."""
    stack.push_async_callback(asyncio.to_thread, close)
