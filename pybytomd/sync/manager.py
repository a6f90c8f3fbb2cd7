"""The network side of the node in one piece: who is connected, and how the chain gets to where they are.

``SyncManager`` puts the parts together, starts and ends them, and answers what the API asks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from pybytomd.chain.events import BestBlockChanged, BlockMined, TransactionAdded
from pybytomd.chain.ports import ChainWriter
from pybytomd.clock import Clock
from pybytomd.errors import ChainError, StoreError
from pybytomd.events import EventDispatcher, Subscription
from pybytomd.ledger.block import Block
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
from pybytomd.p2p.transport.dial import DialError
from pybytomd.p2p.transport.listen import split_listen_address
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.names import resolved
from pybytomd.p2p.transport.node_info import OWN_SERVICES, NodeInfo
from pybytomd.p2p.transport.traffic import UploadLimit
from pybytomd.pow.verifier import ProofVerifier
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync import messages
from pybytomd.sync.bodies.announced_blocks import BlockFetcher
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.errors import UnknownPeer
from pybytomd.sync.message_handler import SyncReactor
from pybytomd.sync.peers.peer_set import PeerSet
from pybytomd.sync.peers.sources import Neighbourhood
from pybytomd.sync.relay.blocks import BlockRelay
from pybytomd.sync.relay.server import ChainServer
from pybytomd.sync.relay.transactions import TransactionRelay
from pybytomd.sync.report.diagnosis import Reasons, Symptoms, diagnose
from pybytomd.sync.report.status import Activity, NetworkFigures, PeerInfo, SyncStatus
from pybytomd.sync.report.version_notice import VersionNotice
from pybytomd.sync.service_probe import ServiceProbe
from pybytomd.sync.state_store import StateStore
from pybytomd.sync.synchroniser import Synchroniser
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

CHANNEL_PRIORITY = 5
TICK_SECONDS = 1.0
LOG_SECONDS = 10.0
"""How often progress is logged while there is any."""
STATUS_SECONDS = 10.0
"""How often peers hear of our best block while we synchronise; they may want to do so with us."""


class SyncManager:
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
        self._config = config
        self._chain = chain
        self._events = events
        self._clock = clock
        self._blacklist = blacklist
        self._tasks = TaskSet("sync")
        self._running = AsyncExitStack()
        self._own_verifier = ProofVerifier(config.proof_threads) if verifier is None else None
        checker = verifier or self._own_verifier
        assert checker is not None  # noqa: S101 - one of the two is there
        self._peers = PeerSet()
        self._server = ChainServer(chain, clock)
        self._relay = BlockRelay(self._peers)
        self._transactions = TransactionRelay(chain, self._peers, self._tasks)
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
        self._neighbourhood = Neighbourhood(
            config, chain.params.chain_id, discover, clock, dns_port=chain.params.dns_port
        )
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
        )
        self._peers.judged_by(self._switch)
        self._subscriptions: list[Subscription[Any]] = []
        self._alone_since: float | None = clock.monotonic()
        self._next_log = self._next_status = 0.0
        self._reasons = Reasons(clock)
        self._ended_behind = (0, 0)
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
        self._listen_to(BlockMined, self._on_mined)
        self._listen_to(TransactionAdded, lambda event: self._transactions.announce(event.entry.transaction.id))
        self._listen_to(BestBlockChanged, lambda _: self._synchroniser.wake())
        self._tasks.start(self._synchroniser.run(), "synchronise")
        self._tasks.start(self._synchroniser.feeder.run(), "feed bodies")
        self._tasks.start(self._fetcher.run(), "fetch announced blocks")
        self._tasks.every(TICK_SECONDS, self._tick, "tick")
        self._switch.tick()  # the first calls need not wait

    async def stop(self) -> None:
        """Hang up, and wait until all is quiet. What is being checked is finished, and nothing begun any more."""
        for subscription in self._subscriptions:
            self._events.unsubscribe(subscription)
        self._subscriptions.clear()
        await self._running.aclose()
        if self._own_verifier is not None:
            await asyncio.to_thread(self._own_verifier.close)

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

    def _save_bans(self, bans: dict[str, float]) -> None:
        nodes = {who: until for who, until in bans.items() if is_node_id(who)}
        try:
            self._blacklist.put(NODES_KEY, encode_bans(nodes))
            self._blacklist.put(BANS_KEY, encode_bans({who: bans[who] for who in bans if who not in nodes}))
        except StoreError as error:
            logger.warning("the ban list cannot be stored", extra={"reason": str(error)})

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
        """The peers that introduced themselves."""
        return tuple(PeerInfo.of(state) for state in self._peers)

    def figures(self) -> NetworkFigures:
        """What has added up since the start, and the bans in force."""
        switch = self._switch
        return NetworkFigures(switch.bytes_sent, switch.bytes_received, len(switch.bans()), switch.bans_made)

    async def connect(self, address: str) -> PeerInfo:
        """Call a node given as ``ip:port`` and wait until it has introduced itself.

        Raises ConfigError for a text that is no address, HandshakeError when the call fails, GreetingTimeout, and
        PeerGone when it hangs up again.
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
        if reason:
            self._synchroniser.hold(reason)
        else:
            self._synchroniser.release()

    def _from_thread(self, work: Callable[[], None]) -> None:
        """Do it on the loop: at once when it does not run yet, and is nobody's."""
        if self._loop is None:
            work()
        else:
            self._loop.call_soon_threadsafe(work)

    async def add(self, host: str, port: int, *, keep: bool) -> PeerInfo:
        """Call a node by name or address, and wait until it has introduced itself.

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
        """What synchronising is about, how fast, how long, and why not."""
        current = self._chain.best_height
        highest = max(current, self._peers.highest)
        synchroniser = self._synchroniser
        activity = self._activity(current, highest)
        fetching = activity in (Activity.HEADERS, Activity.BLOCKS)
        rate = synchroniser.progress.rate if fetching else 0.0
        remaining = synchroniser.progress.remaining(highest - current) if fetching else None
        return SyncStatus(
            activity=activity,
            listening=self.listen_address is not None,
            listen_address=self.node_info().listen_address,
            node_id=self._switch.node_id,
            network=self._chain.params.chain_id,
            version=self._config.version,
            peer_count=len(self._switch.peers),
            current_block=current,
            highest_block=highest,
            syncing=highest > current,
            headers=len(synchroniser.tree),
            rate=rate,
            remaining_seconds=remaining,
            stuck=diagnose(self._symptoms(highest > current)),
            update=self._notice.update,
            new_version=self._notice.version,
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
    return SwitchConfig(
        channel,
        max_peers=config.max_peers,
        target_outbound=config.target_outbound,
        handshake_timeout=config.handshake_timeout,
        dial_timeout=config.dial_timeout,
        keep_dial=config.keep_dial,
        proxy=config.proxy,
        upload=UploadLimit(config.max_upload, clock) if config.max_upload else None,
        range_of=config.range_of,
    )
