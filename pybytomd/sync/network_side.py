"""What the network side of a node is on either chain: its life, its peers and bans, and what the API asks of it.

``manager`` and ``bytom2.manager`` say what is synchronised and how; they make the parts that do it and hand them
over to ``NetworkSide``.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, ClassVar, Protocol, Self

from pybytomd.clock import Clock
from pybytomd.errors import StoreError
from pybytomd.events import EventDispatcher, Subscription
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
from pybytomd.p2p.peers.peer import OnMessage, Peer
from pybytomd.p2p.peers.ports import Reactor
from pybytomd.p2p.peers.switch import Switch
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.dial import DialError
from pybytomd.p2p.transport.handshake import BYTOM1, HandshakeForm
from pybytomd.p2p.transport.listen import split_listen_address
from pybytomd.p2p.transport.multiplexer import ChannelSpec
from pybytomd.p2p.transport.names import resolved
from pybytomd.p2p.transport.node_info import OWN_SERVICES, NodeInfo
from pybytomd.p2p.transport.traffic import UploadLimit
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync.config import SyncConfig
from pybytomd.sync.errors import UnknownPeer
from pybytomd.sync.peers.any_peer import AnyPeerState
from pybytomd.sync.peers.judged_peers import JudgedPeers
from pybytomd.sync.peers.sources import Neighbourhood
from pybytomd.sync.report.status import Activity, NetworkFigures, PeerInfo, SyncStatus
from pybytomd.sync.report.version_notice import VersionNotice
from pybytomd.tasks import TaskSet

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LOG_SECONDS = 10.0
"""How often progress is logged while there is any."""


class Introducer(Reactor, Protocol):
    """A reactor that tells when a peer is one of ours."""

    async def introduction(self, peer: Peer) -> AnyPeerState:
        """Wait until a peer has introduced itself. Raises PeerError."""


class NetworkSide(ABC):
    """Use as ``async with``. Everything but ``status`` and ``peers`` is for the event loop's thread."""

    NODE_INFO: ClassVar[type[NodeInfo]] = NodeInfo
    """The form in which nodes tell of themselves."""

    def __init__(
        self,
        config: SyncConfig,
        chain_id: str,
        events: EventDispatcher,
        clock: Clock,
        tasks: TaskSet,
        *,
        peers: JudgedPeers[AnyPeerState],
        reactor: Introducer,
        switch: SwitchConfig,
        blacklist: KeyValueStore,
        discover: KeyValueStore,
        dns_port: int = 0,
        on_side_message: OnMessage | None = None,
    ) -> None:
        """``tasks`` end when it stops. See ``Neighbourhood`` and ``Switch`` for the rest. Raises StoreError."""
        self._config = config
        self._chain_id = chain_id
        self._events = events
        self._clock = clock
        self._tasks = tasks
        self._all_peers = peers
        self._introduction = reactor.introduction
        self._blacklist = blacklist
        self._running = AsyncExitStack()
        self._neighbourhood = Neighbourhood(config, chain_id, discover, clock, dns_port=dns_port)
        self._notice = VersionNotice(config.version)
        self._switch = Switch(
            switch,
            config.identity,
            self.node_info,
            reactor,
            BanList({**decode_bans(blacklist.get(BANS_KEY)), **decode_node_bans(blacklist.get(NODES_KEY))}),
            clock,
            book=self._neighbourhood.book,
            save_bans=self._save_bans,
            on_side_message=on_side_message,
        )
        peers.judged_by(self._switch)
        self._subscriptions: list[Subscription[Any]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- life ---------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
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
        self._begin()
        self._tasks.every(TICK_SECONDS, self._tick, "tick")
        self._switch.tick()  # the first calls need not wait

    async def stop(self) -> None:
        """Hang up, and wait until all is quiet. What is being checked is finished, and nothing begun any more."""
        for subscription in self._subscriptions:
            self._events.unsubscribe(subscription)
        self._subscriptions.clear()
        await self._running.aclose()

    @abstractmethod
    def _begin(self) -> None:
        """We listen: listen to events, and start the tasks that synchronise."""

    @abstractmethod
    def _tick(self) -> None:
        """A second has passed."""

    @abstractmethod
    def _hold(self, reason: str) -> None:
        """Fetch nothing more for a reason, or go on if there is none."""

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

    def _save_bans(self, bans: dict[str, float]) -> None:
        nodes = {who: until for who, until in bans.items() if is_node_id(who)}
        try:
            self._blacklist.put(NODES_KEY, encode_bans(nodes))
            self._blacklist.put(BANS_KEY, encode_bans({who: bans[who] for who in bans if who not in nodes}))
        except StoreError as error:
            logger.warning("the ban list cannot be stored", extra={"reason": str(error)})

    # --- what the API asks --------------------------------------------------------------------------------------

    def node_info(self) -> NodeInfo:
        """What we tell peers about ourselves."""
        config = self._config
        other = (str(int(OWN_SERVICES)), *((config.node_alias,) if config.node_alias else ()))
        advertised = self._neighbourhood.advertised
        return self.NODE_INFO(
            public_key=config.identity.public_key,
            moniker=config.moniker,
            network=self._chain_id,
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
        return tuple(PeerInfo.of(state) for state in self._all_peers)

    def figures(self) -> NetworkFigures:
        """What has added up since the start, and the bans in force."""
        switch = self._switch
        return NetworkFigures(switch.bytes_sent, switch.bytes_received, len(switch.bans()), switch.bans_made)

    async def connect(self, address: str) -> PeerInfo:
        """Call a node given as ``ip:port`` and wait until it has introduced itself.

        Raises ConfigError for a text that is no address, HandshakeError when the call fails, GreetingTimeout where
        peers are asked to introduce themselves and this one does not, and PeerGone when it hangs up again.
        """
        peer = await self._switch.connect(NetAddress.parse(address))
        return PeerInfo.of(await self._introduction(peer))

    def disconnect(self, peer_id: str) -> None:
        """Hang up on a peer. Raises UnknownPeer."""
        if self._all_peers.get(peer_id.upper()) is None or not self._switch.disconnect(peer_id):
            raise UnknownPeer

    def hold(self, reason: str) -> None:
        """Fetch nothing more, and take no announced blocks, before ``release``. From any thread."""
        self._from_thread(lambda: self._hold(reason))

    def release(self) -> None:
        """Go on. From any thread."""
        self._from_thread(lambda: self._hold(""))

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

    def keep(self, address: NetAddress) -> None:
        """Call an address whenever it is not connected, from now on."""
        self._switch.keep(address)

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

    @abstractmethod
    def status(self) -> SyncStatus:
        """What synchronising is about, and why it does not get on."""

    def _snapshot(
        self,
        activity: Activity,
        current: int,
        highest: int,
        *,
        stuck: str | None,
        headers: int = 0,
        rate: float = 0.0,
        remaining_seconds: float | None = None,
    ) -> SyncStatus:
        """The status, with what is known of peers filled in."""
        return SyncStatus(
            activity=activity,
            listening=self.listen_address is not None,
            listen_address=self.node_info().listen_address,
            node_id=self._switch.node_id,
            network=self._chain_id,
            version=self._config.version,
            peer_count=len(self._switch.peers),
            current_block=current,
            highest_block=highest,
            syncing=highest > current,
            headers=headers,
            rate=rate,
            remaining_seconds=remaining_seconds,
            stuck=stuck,
            update=self._notice.update,
            new_version=self._notice.version,
        )


def switch_config(
    config: SyncConfig,
    clock: Clock,
    channel: ChannelSpec,
    side_channel: ChannelSpec | None = None,
    *,
    form: HandshakeForm = BYTOM1,
) -> SwitchConfig:
    """The settings of the switch, on these channels."""
    return SwitchConfig(
        channel,
        side_channel,
        form=form,
        max_peers=config.max_peers,
        target_outbound=config.target_outbound,
        handshake_timeout=config.handshake_timeout,
        dial_timeout=config.dial_timeout,
        keep_dial=config.keep_dial,
        proxy=config.proxy,
        upload=UploadLimit(config.max_upload, clock) if config.max_upload else None,
        range_of=config.range_of,
    )
