"""The node: every long-lived part is made here, started in order, and stopped in the reverse order.

Each ``_add`` function makes one part, gives it what it needs, and says on the stack how it ends.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pybytomd import REFERENCE_VERSION
from pybytomd.chain.chain import Chain
from pybytomd.clock import Clock
from pybytomd.errors import BytomError, ConfigError, StoreError
from pybytomd.events import EventDispatcher
from pybytomd.mining.coinbase import NoAccount, RewardReceiver
from pybytomd.mining.cpu_miner import CPUMiner
from pybytomd.mining.pool import MiningPool
from pybytomd.mining.proposer import BlockProposer
from pybytomd.node.api_address import ApiAddress, check_exposure
from pybytomd.node.config import Config
from pybytomd.node.console import Console
from pybytomd.node.databases import Databases
from pybytomd.node.narrator import LOOK_SECONDS, Narrator
from pybytomd.node.stopping import StopRequested, StopSignal
from pybytomd.rpc.api import Api
from pybytomd.rpc.server import ApiServer
from pybytomd.rpc.tokens import CredentialStore
from pybytomd.store.block_store import BlockStore
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)


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

    def __init__(self, config: Config, console: Console, clock: Clock) -> None:
        self._config = config
        self._console = console
        self._clock = clock

    async def run_forever(self, stop: StopSignal) -> None:
        """Start everything, run until asked to stop, stop everything. Raises BytomError when it cannot start."""
        try:
            async with AsyncExitStack() as stack:
                await self._start(stack, stop)
                await stop.wait()
        except StopRequested:
            logger.info("stopped while starting")
        self._console.say("stopped")

    async def _start(self, stack: AsyncExitStack, stop: StopSignal) -> None:
        core = await self._add_core(stack)
        stop.check()
        mining = await self._add_mining(stack, core)
        self._add_narrator(stack, core, mining)
        stop.check()
        await self._add_api(stack, core, mining)
        await self._start_mining(stack, mining)
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
        _later(stack, chain.close)
        self._console.say(f"{config.params.chain_id} chain at block {chain.best_height} {chain.best_hash.hex()}")
        return Core(databases, events, chain)

    async def _add_mining(self, stack: AsyncExitStack, core: Core) -> Mining:
        chain, clock = core.chain, self._clock
        receiver: RewardReceiver = NoAccount(chain.params)
        proposer = BlockProposer(chain, receiver, clock)
        miner = CPUMiner(chain, proposer, clock, core.events)
        pool = MiningPool(chain, proposer, clock, core.events)
        await asyncio.to_thread(pool.start)
        _later(stack, pool.close)
        return Mining(proposer, miner, pool)

    async def _add_api(self, stack: AsyncExitStack, core: Core, mining: Mining) -> None:
        config = self._config
        address = config.api_address
        tokens = CredentialStore(core.databases.open("accesstoken"), self._clock)
        api = Api(
            chain=core.chain,
            clock=self._clock,
            tokens=tokens,
            miner=mining.miner,
            mining_pool=mining.pool,
            proposer=mining.proposer,
            max_transaction_fee=config.wallet.max_tx_fee,
        )
        server = ApiServer(api, host=address.host, port=address.port, auth_disabled=config.auth.disable)
        try:
            await stack.enter_async_context(server)
        except OSError as error:
            raise ConfigError(_cannot_listen(address, error)) from error
        warning = check_exposure(address, auth_disabled=config.auth.disable, said_on_command_line=True)
        if warning is not None:
            logger.warning(warning)
        self._console.say(f"API at http://{ApiAddress(*server.address)}")

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
            self._console.say(f"mining with {mining.miner.threads} thread{'s' * (mining.miner.threads > 1)}")

    def _add_narrator(self, stack: AsyncExitStack, core: Core, mining: Mining) -> None:
        narrator = Narrator(core.events, self._clock, self._console.say, lambda: mining.miner.hash_rate)
        stack.callback(narrator.close)
        tasks = TaskSet("console", self._part_failed)
        stack.push_async_callback(tasks.close)
        tasks.every(LOOK_SECONDS, narrator.tell, "narrator")

    def _part_failed(self, name: str, error: BaseException) -> None:
        self._console.say(f"error: {name} failed: {error}")


def check_start(config: Config) -> None:
    """Raise ConfigError for settings that cannot work together."""
    check_exposure(
        config.api_address,
        auth_disabled=config.auth.disable,
        said_on_command_line=config.settings.is_flag("auth.disable"),
    )
    if config.base.mining and config.wallet.disable and not config.params.is_private:
        raise ConfigError(
            "mining without a wallet: there would be no account to pay the reward to; "
            "leave out --mining or --wallet.disable"
        )


def _cannot_listen(address: ApiAddress, error: OSError) -> str:
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
