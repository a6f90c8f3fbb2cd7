"""The network side of the node in one piece: who is connected, and how the chain gets to where they are.

``SyncManager`` puts the parts together, starts and ends them, and answers what the API asks.
"""

from __future__ import annotations

import asyncio
import logging

from pybytomd.chain.events import BestBlockChanged, BlockMined, TransactionAdded
from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.errors import ChainError, StoreError
from pybytomd.events import EventDispatcher
from pybytomd.ledger.block import Block
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync import messages
from pybytomd.sync.bodies.announced_blocks import BlockFetcher
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.message_handler import SyncReactor
from pybytomd.sync.network_side import LOG_SECONDS, NetworkSide, switch_config
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.relay.blocks import BlockRelay
from pybytomd.sync.relay.server import ChainServer
from pybytomd.sync.relay.transactions import TransactionRelay
from pybytomd.sync.report.diagnosis import Reasons, Symptoms, diagnose
from pybytomd.sync.report.status import Activity, SyncStatus
from pybytomd.sync.service_probe import ServiceProbe
from pybytomd.sync.state_store import StateStore
from pybytomd.sync.synchroniser import Synchroniser
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

CHANNEL_PRIORITY = 5
STATUS_SECONDS = 10.0
"""How often peers hear of our best block while we synchronise; they may want to do so with us."""


class SyncManager(NetworkSide):
    """Use as ``async with``. Everything but ``status`` and ``peers`` is for the event loop's thread."""

    def __init__(
        self,
        config: SyncConfig,
        chain: ChainWriter,
        events: EventDispatcher,
        clock: Clock,
        *,
        blacklist: KeyValueStore,
        discover: KeyValueStore,
        fastsync: KeyValueStore,
        verifier: ProofVerifier | None = None,
    ) -> None:
        """The databases are the node's ``blacklist.db``, ``discover.db`` and ``fastsync.db``, and stay open.

        Proofs are checked by ``verifier``, by threads of the manager's own if there is none. Raises StoreError.
        """
        self._chain = chain
        tasks = TaskSet("sync")
        self._own_verifier = ProofVerifier(config.proof_threads) if verifier is None else None
        checker = verifier or self._own_verifier
        assert checker is not None  # noqa: S101 - one of the two is there
        self._peers = PeerSet()
        self._server = ChainServer(chain, clock)
        self._relay = BlockRelay(self._peers)
        self._transactions = TransactionRelay(chain, self._peers, tasks)
        self._synchroniser = Synchroniser(
            chain,
            self._peers,
            checker,
            StateStore(fastsync),
            clock,
            request_timeout=config.request_timeout,
            stall_timeout=config.stall_timeout,
            on_round=self._on_round,
        )
        self._fetcher = BlockFetcher(
            chain, self._synchroniser.tree, checker, self._peers, clock, self._on_announced
        )
        self._reactor = SyncReactor(
            self._peers,
            self._server,
            self._synchroniser,
            self._fetcher,
            self._transactions,
            ServiceProbe(chain),
            clock,
            config.greeting_timeout,
            self._on_connected,
        )
        super().__init__(
            config,
            chain.params.chain_id,
            events,
            clock,
            tasks,
            peers=self._peers,
            reactor=self._reactor,
            switch=_switch_config(config, clock),
            blacklist=blacklist,
            discover=discover,
            dns_port=chain.params.dns_port,
        )
        self._alone_since: float | None = clock.monotonic()
        self._next_log = self._next_status = 0.0
        self._reasons = Reasons(clock)
        self._ended_behind = (0, 0)

    # --- life ---------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._listen_to(BlockMined, self._on_mined)
        self._listen_to(TransactionAdded, lambda event: self._transactions.announce(event.entry.transaction.id))
        self._listen_to(BestBlockChanged, lambda _: self._synchroniser.wake())
        self._tasks.start(self._synchroniser.run(), "synchronise")
        self._tasks.start(self._synchroniser.feeder.run(), "feed bodies")
        self._tasks.start(self._fetcher.run(), "fetch announced blocks")

    async def stop(self) -> None:
        """See ``NetworkSide``; threads of our own end, too."""
        await super().stop()
        if self._own_verifier is not None:
            await asyncio.to_thread(self._own_verifier.close)

    # --- what happens -------------------------------------------------------------------------------------------

    def _on_mined(self, event: BlockMined) -> None:
        self._relay.announce(event.block)

    def _on_announced(self, block: Block) -> None:
        self._relay.announce(block)
        self._synchroniser.wake()

    def _on_round(self) -> None:
        """There is nothing more to fetch: tell the others how far we are, who may have been waiting for that."""
        height, highest = self._chain.best_height, self._peers.highest
        if height >= highest:
            logger.info("chain is up to date", extra={"height": height})
        elif self._ended_behind != (height, highest):  # what is left nobody sends, or it is not to be believed
            self._ended_behind = (height, highest)
            logger.info("nothing more to fetch for now", extra={"height": height, "told_of": highest})
        self._relay.tell_status(self._server.status())
        try:
            block = self._chain.block(self._chain.best_hash)
        except (ChainError, StoreError) as error:
            logger.warning("the best block cannot be announced", extra={"reason": str(error)})
            return
        self._relay.announce(block)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        self._reactor.tick()
        if len(self._peers):
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        status = self.status()
        if self._reasons.is_news(status.stuck):
            reason = status.stuck or "it goes on"
            logger.info("synchronising", extra={"stuck": status.stuck is not None, "reason": reason})
        if not self._synchroniser.is_working:
            return
        if now >= self._next_status:
            self._next_status = now + STATUS_SECONDS
            self._relay.tell_status(self._server.status())
        if now >= self._next_log:
            self._next_log = now + LOG_SECONDS
            logger.info(status.describe())

    # --- what the API asks --------------------------------------------------------------------------------------

    def _hold(self, reason: str) -> None:
        self._fetcher.is_held = bool(reason)
        if reason:
            self._synchroniser.hold(reason)
        else:
            self._synchroniser.release()

    def status(self) -> SyncStatus:
        """What synchronising is about, how fast, how long, and why not."""
        current = self._chain.best_height
        highest = max(current, self._peers.highest)
        synchroniser = self._synchroniser
        activity = self._activity(current, highest)
        fetching = activity in (Activity.HEADERS, Activity.BLOCKS)
        rate = synchroniser.progress.rate if fetching else 0.0
        remaining = synchroniser.progress.remaining(highest - current) if fetching else None
        return self._snapshot(
            activity,
            current,
            highest,
            stuck=diagnose(self._symptoms(highest > current)),
            headers=len(synchroniser.tree),
            rate=rate,
            remaining_seconds=remaining,
        )

    def _activity(self, current: int, highest: int) -> Activity:
        if not any(state.is_full_node for state in self._peers):
            return Activity.WAITING
        if self._synchroniser.window:
            return Activity.BLOCKS
        if self._synchroniser.headers:
            return Activity.HEADERS
        return Activity.BEHIND if highest > current else Activity.SYNCED

    def _symptoms(self, is_behind: bool) -> Symptoms:
        may_be_alone = self._chain.params.is_private and not (self._config.seeds or self._config.keep_dial)
        alone = None if may_be_alone else self._alone_since
        synchroniser = self._synchroniser
        return Symptoms(
            peers=len(self._peers),
            connected=len(self._switch.peers),
            calls_under_way=self._switch.calls_under_way,
            known_addresses=self._neighbourhood.addresses_known + self._switch.kept,
            without_peers=0.0 if alone is None else self._clock.monotonic() - alone,
            foreign_peers=self._reactor.foreign_peers,
            future_blocks=len(synchroniser.from_future),
            future_by=max(synchroniser.from_future.values(), default=0.0),
            stale_news=self._fetcher.stale_news,
            news_age=self._fetcher.news_age,
            contradicted=synchroniser.contradicted if is_behind else None,
            trouble=synchroniser.feeder.held or synchroniser.feeder.trouble,
            is_behind=is_behind,
            idle=synchroniser.progress.idle,
            requests_under_way=synchroniser.window.requests_under_way + len(synchroniser.headers),
            proofs_under_way=synchroniser.proofs.under_way,
        )


def _switch_config(config: SyncConfig, clock: Clock) -> SwitchConfig:
    channel = ChannelSpec(
        messages.CHANNEL,
        CHANNEL_PRIORITY,
        size_limits=messages.SIZE_LIMITS,
        other_size_limit=messages.MAX_SMALL_MESSAGE_SIZE,
    )
    return switch_config(config, clock, channel)
