"""The network side of a node of Bytom 2 in one piece, as ``sync.manager`` is of one of 1.x."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pybytomd.chain.bytom2.events import BlockProposed, TransactionAdded, VerificationAccepted
from pybytomd.clock import Clock
from pybytomd.errors import StoreError
from pybytomd.events import EventDispatcher, Subscription
from pybytomd.ledger.bytom2.block import Block
from pybytomd.p2p.errors import HandshakeError
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.ban_store import (
    BANS_KEY,
    NODES_KEY,
    decode_bans,
    decode_node_bans,
    encode_bans,
    is_node_id,
)
from pybytomd.p2p.peers.bans import BanList
from pybytomd.p2p.peers.peer import Peer
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.bytom2.handshake import BYTOM2
from pybytomd.p2p.transport.bytom2.node_info import NodeInfo
from pybytomd.p2p.transport.dial import DialError
from pybytomd.p2p.transport.listen import split_listen_address
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.names import resolved
from pybytomd.p2p.transport.node_info import OWN_SERVICES
from pybytomd.p2p.transport.traffic import UploadLimit
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync.bytom2 import messages
from pybytomd.sync.bytom2.announced_blocks import BlockFetcher
from pybytomd.sync.bytom2.message_handler import SyncReactor
from pybytomd.sync.bytom2.peers import PeerSet
from pybytomd.sync.bytom2.relay import Announcer, TransactionRelay
from pybytomd.sync.bytom2.server import ChainServer
from pybytomd.sync.bytom2.synchroniser import Synchroniser
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.errors import UnknownPeer
from pybytomd.sync.message_grammar import MAX_SMALL_MESSAGE_SIZE
from pybytomd.sync.peers.sources import Neighbourhood
from pybytomd.sync.report.status import Activity, NetworkFigures, PeerInfo, SyncStatus
from pybytomd.sync.report.version_notice import VersionNotice
from pybytomd.tasks import TaskSet

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

logger = logging.getLogger(__name__)

REFERENCE_VERSION = "2.0.7"
"""What nodes of Bytom 2 say they are; only the major number counts."""
CHAIN_PRIORITY, CONSENSUS_PRIORITY = 5, 10
TICK_SECONDS = 1.0
LOG_SECONDS = 10.0
"""How often progress is logged while there is any."""


class SyncManager:
    """Use as ``async with``. Everything but ``status`` and ``peers`` is for the event loop's thread."""

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
        self._config = config
        self._chain = chain
        self._events = events
        self._clock = clock
        self._blacklist = blacklist
        self._tasks = TaskSet("sync")
        self._running = AsyncExitStack()
        self._peers = PeerSet()
        self._server = ChainServer(chain, clock)
        self._announcer = Announcer(self._peers)
        self._transactions = TransactionRelay(chain, self._peers, self._tasks)
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
        self._neighbourhood = Neighbourhood(config, chain.params.chain_id, discover, clock)
        self._notice = VersionNotice(config.version)
        self._switch = Switch(
            _switch_config(config, clock),
            config.identity,
            self.node_info,
            self._reactor,
            BanList({**decode_bans(blacklist.get(BANS_KEY)), **decode_node_bans(blacklist.get(NODES_KEY))}),
            clock,
            source=self._neighbourhood.book,
            call_log=self._neighbourhood.book,
            save_bans=self._save_bans,
            on_side_message=self._reactor.on_consensus_message,
        )
        self._peers.judged_by(self._switch)
        self._subscriptions: list[Subscription[Any]] = []
        self._next_log = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- life ---------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, look for peers and begin. Raises ListenError."""
        self._loop = asyncio.get_running_loop()
        host, port = split_listen_address(self._config.listen_address)
        await self._running.enter_async_context(self._neighbourhood)
        await self._running.enter_async_context(self._switch)
        self._running.push_async_callback(self._tasks.close)
        try:
            listening = await self._switch.listen(host, port)
            await self._neighbourhood.open(listening, self._switch.found_on_lan)
        except BaseException:
            await self.stop()
            raise
        self._listen_to(BlockProposed, lambda event: self._announcer.block(event.block))
        self._listen_to(VerificationAccepted, lambda event: self._announcer.verification(event.verification))
        self._listen_to(TransactionAdded, lambda event: self._transactions.announce(event.entry.transaction.id))
        self._tasks.start(self._synchroniser.run(), "synchronise")
        self._tasks.start(self._fetcher.run(), "fetch announced blocks")
        self._tasks.every(TICK_SECONDS, self._tick, "tick")
        self._switch.tick()  # the first calls need not wait

    async def stop(self) -> None:
        """Hang up, and wait until all is quiet. What is being checked is finished, and nothing begun any more."""
        for subscription in self._subscriptions:
            self._events.unsubscribe(subscription)
        self._subscriptions.clear()
        await self._running.aclose()

    def _listen_to(self, event_type: type[Any], handle: Callable[[Any], None]) -> None:
        """Handle events of a type on the loop; they are posted from any thread."""
        loop = asyncio.get_running_loop()

        def drain() -> None:
            for event in subscription.drain():
                handle(event)

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(drain)

        subscription = self._events.subscribe(event_type, wake=wake)
        self._subscriptions.append(subscription)

    # --- what happens -------------------------------------------------------------------------------------------

    def _on_connected(self, peer: Peer) -> None:
        if peer.origin.dialed in self._config.seeds:
            self._notice.seen(peer.node_info.version)

    def _on_announced(self, block: Block) -> None:
        self._announcer.block(block)
        self._synchroniser.wake()

    def _on_progress(self) -> None:
        """Blocks were fetched: tell the others how far we are, who may have been waiting for that."""
        self._announcer.status(self._server.status())

    def _save_bans(self, bans: dict[str, float]) -> None:
        nodes = {who: until for who, until in bans.items() if is_node_id(who)}
        try:
            self._blacklist.put(NODES_KEY, encode_bans(nodes))
            self._blacklist.put(BANS_KEY, encode_bans({who: bans[who] for who in bans if who not in nodes}))
        except StoreError as error:
            logger.warning("the ban list cannot be stored", extra={"reason": str(error)})

    def _tick(self) -> None:
        self._synchroniser.wake()  # somebody may have rested enough
        now = self._clock.monotonic()
        if self._synchroniser.is_working and now >= self._next_log:
            self._next_log = now + LOG_SECONDS
            logger.info(self.status().describe())

    # --- what the API asks --------------------------------------------------------------------------------------

    def node_info(self) -> NodeInfo:
        """What we tell peers about ourselves."""
        config = self._config
        other = (str(int(OWN_SERVICES)), *((config.node_alias,) if config.node_alias else ()))
        advertised = self._neighbourhood.advertised
        return NodeInfo(
            public_key=config.identity.public_key,
            moniker=config.moniker,
            network=self._chain.params.chain_id,
            listen_address=str(advertised) if advertised is not None else "",
            version=config.version,
            other=other,
        )

    @property
    def listen_address(self) -> NetAddress | None:
        """Where we listen, with the real port."""
        return self._switch.listen_address

    def peers(self) -> tuple[PeerInfo, ...]:
        """The connected peers."""
        return tuple(PeerInfo.of(state) for state in self._peers)

    def figures(self) -> NetworkFigures:
        """What has added up since the start, and the bans in force."""
        switch = self._switch
        return NetworkFigures(switch.bytes_sent, switch.bytes_received, len(switch.bans()), switch.bans_made)

    async def connect(self, address: str) -> PeerInfo:
        """Call a node given as ``ip:port``.

        Raises ConfigError for a text that is no address, HandshakeError when the call fails, and PeerGone when it
        hangs up again.
        """
        peer = await self._switch.connect(NetAddress.parse(address))
        return PeerInfo.of(await self._reactor.introduction(peer))

    def disconnect(self, peer_id: str) -> None:
        """Hang up on a peer. Raises UnknownPeer."""
        if self._peers.get(peer_id.upper()) is None or not self._switch.disconnect(peer_id):
            raise UnknownPeer

    def hold(self, reason: str) -> None:
        """Fetch nothing more, and take no announced blocks, before ``release``. From any thread."""
        self._from_thread(lambda: self._hold(reason))

    def release(self) -> None:
        """Go on. From any thread."""
        self._from_thread(lambda: self._hold(""))

    def _hold(self, reason: str) -> None:
        self._fetcher.is_held = bool(reason)
        self._synchroniser.held = reason
        self._synchroniser.wake()

    def _from_thread(self, work: Callable[[], None]) -> None:
        """Do it on the loop: at once when it does not run yet, and is nobody's."""
        if self._loop is None:
            work()
        else:
            self._loop.call_soon_threadsafe(work)

    async def add(self, host: str, port: int, *, keep: bool) -> PeerInfo:
        """Call a node by name or address.

        With ``keep`` it is called again whenever it is not connected, also if this call fails. Raises what
        ``connect`` raises, and DialError for a name that leads nowhere.
        """
        addresses = await resolved(host, port, may_ask=self._config.proxy is None)
        for number, address in enumerate(addresses, 1):
            try:
                peer = await self.connect(str(address))
            except HandshakeError:
                if number < len(addresses):
                    continue
                if keep:
                    self._switch.keep(addresses[0])
                raise
            if keep:
                self._switch.keep(address)
            return peer
        raise DialError(f"{host} has no address")

    def bans(self) -> dict[str, float]:
        """The bans in force: when they end, in seconds since 1970, by IP address, or id of a node."""
        return self._switch.bans()

    async def ban(self, who: str, seconds: float) -> tuple[str, float]:
        """Ban an IP address or the id of a node, as it is wanted by the operator: what is banned, and until when.

        It is on the disk when this returns. Raises StoreError.
        """
        banned = self._switch.ban(who, seconds)
        await asyncio.to_thread(self._blacklist.sync)
        return banned

    async def unban(self, who: str) -> bool:
        """End a ban; whether there was one. Raises StoreError."""
        was_banned = self._switch.unban(who)
        await asyncio.to_thread(self._blacklist.sync)
        return was_banned

    def status(self) -> SyncStatus:
        """What synchronising is about."""
        current = self._chain.best_height
        highest = max(current, self._peers.highest)
        return SyncStatus(
            activity=self._activity(current, highest),
            listening=self.listen_address is not None,
            listen_address=self.node_info().listen_address,
            node_id=self._switch.node_id,
            network=self._chain.params.chain_id,
            version=self._config.version,
            peer_count=len(self._switch.peers),
            current_block=current,
            highest_block=highest,
            syncing=highest > current,
            headers=0,
            rate=0.0,
            remaining_seconds=None,
            stuck=self._synchroniser.held or self._synchroniser.trouble,
            update=self._notice.update,
            new_version=self._notice.version,
        )

    def _activity(self, current: int, highest: int) -> Activity:
        if not any(state.is_full_node for state in self._peers):
            return Activity.WAITING
        if self._synchroniser.is_working:
            return Activity.BLOCKS
        return Activity.BEHIND if highest > current else Activity.SYNCED


def _switch_config(config: SyncConfig, clock: Clock) -> SwitchConfig:
    return SwitchConfig(
        ChannelSpec(
            messages.CHAIN_CHANNEL,
            CHAIN_PRIORITY,
            size_limits=messages.CHAIN_SIZE_LIMITS,
            other_size_limit=MAX_SMALL_MESSAGE_SIZE,
        ),
        ChannelSpec(
            messages.CONSENSUS_CHANNEL,
            CONSENSUS_PRIORITY,
            size_limits=messages.CONSENSUS_SIZE_LIMITS,
            other_size_limit=MAX_SMALL_MESSAGE_SIZE,
        ),
        form=BYTOM2,
        max_peers=config.max_peers,
        target_outbound=config.target_outbound,
        handshake_timeout=config.handshake_timeout,
        dial_timeout=config.dial_timeout,
        keep_dial=config.keep_dial,
        proxy=config.proxy,
        upload=UploadLimit(config.max_upload, clock) if config.max_upload else None,
        range_of=config.range_of,
    )
