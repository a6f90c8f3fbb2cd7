"""The network side of a node of Bytom 2 in one piece, as ``sync.manager`` is of one of 1.x."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from pybytomd.chain.bytom2.events import BlockProposed, TransactionAdded, VerificationAccepted
from pybytomd.clock import Clock
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.bytom2.handshake import BYTOM2
from pybytomd.p2p.transport.bytom2.node_info import NodeInfo
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync.bytom2 import messages
from pybytomd.sync.bytom2.announced_blocks import BlockFetcher
from pybytomd.sync.bytom2.message_handler import SyncReactor
from pybytomd.sync.bytom2.peers import PeerSet
from pybytomd.sync.bytom2.relay import Announcer, TransactionRelay
from pybytomd.sync.bytom2.server import ChainServer
from pybytomd.sync.bytom2.synchroniser import Synchroniser
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.message_grammar import MAX_SMALL_MESSAGE_SIZE
from pybytomd.sync.network_side import LOG_SECONDS, NetworkSide, switch_config
from pybytomd.sync.report.status import Activity, SyncStatus
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

CHAIN_PRIORITY, CONSENSUS_PRIORITY = 5, 10
MAX_LAN_PEERS = 15
"""Three times as many as on 1.x."""


class SyncManager(NetworkSide):
    """Use as ``async with``. Everything but ``status`` and ``peers`` is for the event loop's thread."""

    NODE_INFO = NodeInfo

    def __init__(
        self,
        config: SyncConfig,
        chain: Chain,
        events: EventDispatcher,
        clock: Clock,
        *,
        blacklist: KeyValueStore,
        discover: KeyValueStore,
    ) -> None:
        """The databases are the node's ``blacklist.db`` and ``discover.db``, and stay open. Raises StoreError."""
        self._chain = chain
        tasks = TaskSet("sync")
        self._peers = PeerSet()
        self._server = ChainServer(chain, clock)
        self._announcer = Announcer(self._peers)
        self._transactions = TransactionRelay(chain, self._peers, tasks)
        self._synchroniser = Synchroniser(
            chain, self._peers, clock, self._on_progress, request_timeout=config.request_timeout
        )
        self._fetcher = BlockFetcher(chain, self._peers, clock, self._on_announced, self._synchroniser.wake)
        self._reactor = SyncReactor(
            chain,
            self._peers,
            self._server,
            self._synchroniser,
            self._fetcher,
            self._announcer,
            self._transactions,
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
            on_side_message=self._reactor.on_consensus_message,
        )
        self._next_log = 0.0

    def _begin(self) -> None:
        self._listen_to(BlockProposed, lambda event: self._announcer.block(event.block))
        self._listen_to(VerificationAccepted, lambda event: self._announcer.verification(event.verification))
        self._listen_to(TransactionAdded, lambda event: self._transactions.announce(event.entry.transaction.id))
        self._tasks.start(self._synchroniser.run(), "synchronise")
        self._tasks.start(self._fetcher.run(), "fetch announced blocks")

    def _on_announced(self, block: Block) -> None:
        self._announcer.block(block)
        self._synchroniser.wake()

    def _on_progress(self) -> None:
        """Blocks were fetched: tell the others how far we are, who may have been waiting for that."""
        self._announcer.status(self._server.status())

    def _tick(self) -> None:
        self._synchroniser.wake()  # somebody may have rested enough
        now = self._clock.monotonic()
        if self._synchroniser.is_working and now >= self._next_log:
            self._next_log = now + LOG_SECONDS
            logger.info(self.status().describe())

    def _hold(self, reason: str) -> None:
        self._fetcher.is_held = bool(reason)
        self._synchroniser.held = reason
        self._synchroniser.wake()

    def status(self) -> SyncStatus:
        """What synchronising is about."""
        current = self._chain.best_height
        highest = max(current, self._peers.highest)
        stuck = self._synchroniser.held or self._synchroniser.trouble
        return self._snapshot(self._activity(current, highest), current, highest, stuck=stuck)

    @property
    def has_caught_up(self) -> bool:
        """Whether the best blocks of at least half of the peers are stored here.

        It does not matter what is being fetched: one that claims blocks that are none would keep us waiting.
        """
        told = [state.best_hash for state in self._peers if state.is_full_node and state.best_hash]
        stored = sum(self._chain.has_block(each) and not self._chain.is_orphan(each) for each in told)
        return bool(told) and 2 * stored >= len(told)

    def _activity(self, current: int, highest: int) -> Activity:
        if not any(state.is_full_node for state in self._peers):
            return Activity.WAITING
        if self._synchroniser.is_working:
            return Activity.BLOCKS
        return Activity.BEHIND if highest > current else Activity.SYNCED


def _switch_config(config: SyncConfig, clock: Clock) -> SwitchConfig:
    channel = ChannelSpec(
        messages.CHAIN_CHANNEL,
        CHAIN_PRIORITY,
        size_limits=messages.CHAIN_SIZE_LIMITS,
        other_size_limit=MAX_SMALL_MESSAGE_SIZE,
    )
    side_channel = ChannelSpec(
        messages.CONSENSUS_CHANNEL,
        CONSENSUS_PRIORITY,
        size_limits=messages.CONSENSUS_SIZE_LIMITS,
        other_size_limit=MAX_SMALL_MESSAGE_SIZE,
    )
    settings = switch_config(config, clock, channel, side_channel, form=BYTOM2)
    return replace(settings, max_lan_peers=MAX_LAN_PEERS)
