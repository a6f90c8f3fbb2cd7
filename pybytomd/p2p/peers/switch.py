"""The switch: takes calls, makes calls, bans.

Everything that reads time happens in ``tick``, which runs once a second. What peers say is none of the switch's
business: messages go to the ``Reactor``.

Source: p2p-and-sync reference, sections 2.1, 3.3 to 3.5, 6.9 and 7.11; where we differ from it on purpose is in
the design's table: handshakes run at once, bans are checked first, duplicates are found by the proven key.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Self

from pybytomd.clock import Clock
from pybytomd.codec.hostport import is_loopback, parse_ip, site_of
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.errors import (
    ConnectedToSelf,
    CopiedIdentity,
    ForgedHandshake,
    HandshakeError,
    IncompatiblePeer,
    PeerError,
    ProtocolViolation,
)
from pybytomd.p2p.identity import Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.admission import Waiting, WaitingRoom, refusal
from pybytomd.p2p.peers.bans import CONNECTION_FAULT, WARN_THRESHOLD, BanList, Offence
from pybytomd.p2p.peers.connected_peers import DUPLICATE, Switchboard
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.peers.dial_plan import DialPlan
from pybytomd.p2p.peers.outbound import Call, Held, OutboundPolicy, Promote, Step
from pybytomd.p2p.peers.peer import OnMessage, Origin, Peer
from pybytomd.p2p.peers.ports import Reactor
from pybytomd.p2p.peers.service_log import ServiceLog
from pybytomd.p2p.peers.switch_config import SwitchConfig
from pybytomd.p2p.transport.dial import dial
from pybytomd.p2p.transport.handshake import close_stream, introduce
from pybytomd.p2p.transport.listen import Listener
from pybytomd.p2p.transport.node_info import NodeInfo
from pybytomd.tasks import TaskSet, run_unless

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
MAX_CALLS_AT_ONCE = 16
MAX_CALLERS = 256
"""Callers that are remembered, to know our own calls to ourselves among them."""
BANNED = "connect banned peer"


class Switch:
    """All connections of a node. Use as ``async with``, then ``listen``."""

    def __init__(
        self,
        config: SwitchConfig,
        identity: Identity,
        own_info: Callable[[], NodeInfo],
        reactor: Reactor,
        bans: BanList,
        clock: Clock,
        *,
        book: AddressBook | None = None,
        save_bans: Callable[[dict[str, float]], None] | None = None,
        random: Random | None = None,
        on_side_message: OnMessage | None = None,
    ) -> None:
        """Without ``book`` nobody is called but whom the operator names. ``save_bans`` gets the bans in force
        after each new one.
        """
        self._config = config
        self._identity = identity
        self._own_info = own_info
        self._bans = bans
        self._clock = clock
        self._book = AddressBook(clock) if book is None else book
        self._save_bans = save_bans
        self._plan = DialPlan(clock, random or Random())  # noqa: S311 - spreads calls, protects nothing
        self._policy = (
            None if book is None else OutboundPolicy(book, clock, config.target_outbound, config.range_of)
        )
        self._service_log = ServiceLog(self._book, self._plan, clock)
        self._tasks = TaskSet("switch")
        self._room = WaitingRoom(config.max_waiting)
        self._board = Switchboard(
            self.node_id, config.max_peers, reactor, self._tasks, on_side_message,
            first_stays=config.form.first_call_stays,
        )  # fmt: skip
        self._calls: dict[NetAddress, ConnectionType] = {}
        self._callers: deque[NetAddress] = deque(maxlen=MAX_CALLERS)
        self._listener: Listener | None = None
        self._closing = False
        self._kept = list(config.keep_dial)
        """Addresses that are called whenever they are not connected."""
        self.bans_made = 0
        """Since the start."""

    @property
    def node_id(self) -> str:
        """Our own key as 64 upper-case hex digits."""
        return self._identity.public_key.hex().upper()

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody connected."""
        return self._board.peers

    def peer(self, node_id: str) -> Peer | None:
        """The connected peer with this id, in either case of letters."""
        return self._board.peer(node_id.upper())

    @property
    def listen_address(self) -> NetAddress | None:
        """Where we listen, or None."""
        return None if self._listener is None else self._listener.address

    @property
    def calls_under_way(self) -> int:
        """How many addresses are being called right now."""
        return len(self._calls)

    @property
    def bytes_sent(self) -> int:
        """To all peers since the start, in the packets of messages."""
        return self._board.bytes_sent

    @property
    def bytes_received(self) -> int:
        """From all peers since the start, in the packets of messages."""
        return self._board.bytes_received

    def bans(self) -> dict[str, float]:
        """The bans in force: when they end, in seconds since 1970, by address."""
        return self._bans.active(self._clock.now())

    async def __aenter__(self) -> Self:
        self._tasks.every(TICK_SECONDS, self.tick, "tick")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def listen(self, host: str, port: int) -> NetAddress:
        """Take calls; the address with the real port. Raises ListenError."""
        self._listener = await Listener.open(host, port, self._on_connection)
        return self._listener.address

    async def close(self) -> None:
        """Hang up: no new calls, every peer closed and reported to the reactor, then all tasks ended."""
        self._closing = True
        if self._listener is not None:
            await self._listener.close()
        self._service_log.finish()
        await self._board.close()
        await self._tasks.close()

    def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody calls: refuse at once, or start a handshake; nothing here waits."""
        try:
            host, port = writer.get_extra_info("peername")[:2]
            remote = NetAddress(str(parse_ip(host)), port)
        except (TypeError, ValueError):  # the connection broke before we looked at it
            writer.transport.abort()
            return
        self._callers.append(remote)
        reason = self._refusal(remote.ip)
        if reason is not None:
            logger.debug("call refused", extra={"peer": str(remote), "reason": reason})
            writer.transport.abort()
            return
        waiting = self._room.enter(remote.ip, self._deadline())
        self._tasks.start(self._answer(Origin(remote), reader, writer, waiting), f"answer {remote}")

    def _refusal(self, ip: str) -> str | None:
        if self._closing:
            return "the node is stopping"
        if self._bans.is_banned(ip, self._clock.now()):
            return BANNED
        if len(self._board) >= self._config.max_peers:
            return f"there are {self._config.max_peers} peers already"
        present = self._room.addresses() + [peer.ip for peer in self.peers]
        return refusal(ip, present, self._config.limits)

    async def _answer(
        self, origin: Origin, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Waiting
    ) -> None:
        try:
            await self._shake_hands(origin, reader, writer, waiting, ConnectionType.INBOUND)
        except HandshakeError as error:
            logger.debug("call not taken", extra={"peer": str(origin.remote), "reason": str(error)})
            if isinstance(error, ForgedHandshake):
                self._report(origin.remote, CONNECTION_FAULT, f"handshake: {error}")
        finally:
            self._room.leave(waiting)

    async def connect(self, address: NetAddress, connection_type: ConnectionType = ConnectionType.MANUAL) -> Peer:
        """Call a node; returns once it is connected. Raises HandshakeError: not reachable, not compatible, ..."""
        if self._closing:
            raise HandshakeError("the node is stopping")
        if self._bans.is_banned(address.ip, self._clock.now()):
            raise IncompatiblePeer(BANNED)
        if address in self._calls or self._is_connected(address):
            raise IncompatiblePeer(DUPLICATE)
        self._calls[address] = connection_type
        try:
            peer = await self._call(address, connection_type)
        except HandshakeError as error:
            self._note_failure(address, error)
            raise
        finally:
            del self._calls[address]
        self._plan.answered(address, peer.node_id)
        self._book.answered(address, peer.node_id)
        self._service_log.begin(peer, address)
        return peer

    async def _call(self, address: NetAddress, connection_type: ConnectionType) -> Peer:
        origin = Origin(address, address, connection_type is ConnectionType.LAN)
        reader, writer = await dial(origin.remote, self._config.dial_timeout, self._config.proxy)
        own_end = None if self._config.proxy else _own_end(writer)
        waiting = self._room.enter(origin.remote.ip, self._deadline(), may_be_evicted=False)
        try:
            return await self._shake_hands(origin, reader, writer, waiting, connection_type)
        except ConnectedToSelf as error:
            if own_end is None or own_end in self._callers:
                raise  # it was our own listener that took the call, or through a proxy may have been
            raise CopiedIdentity from error
        finally:
            self._room.leave(waiting)

    async def _shake_hands(
        self,
        origin: Origin,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        waiting: Waiting,
        connection_type: ConnectionType,
    ) -> Peer:
        """Introduce each other and put the peer on the board, or close the line and raise HandshakeError."""
        try:
            introduction = await run_unless(
                waiting.give_up,
                introduce(reader, writer, self._identity, self._own_info(), self._config.form),
            )
            if introduction is None:
                raise HandshakeError(waiting.because)
            if self._bans.is_banned(introduction.node_info.node_id, self._clock.now()):
                raise IncompatiblePeer(BANNED)
            if self._closing:
                raise HandshakeError("the node is stopping")
            peer = Peer(
                origin, introduction, reader, writer, self._config.channel, self._clock, connection_type,
                self._config.upload, self._config.side_channel,
            )  # fmt: skip
            await self._board.take(peer)
        except (PeerError, OSError) as error:
            await close_stream(writer)
            if isinstance(error, HandshakeError):
                raise
            if isinstance(error, ProtocolViolation):
                raise ForgedHandshake(str(error)) from error
            raise HandshakeError(str(error) or type(error).__name__) from error
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        return peer

    def _note_failure(self, address: NetAddress, error: HandshakeError) -> None:
        if isinstance(error, ConnectedToSelf):
            self._plan.is_ours(address)
        if isinstance(error, CopiedIdentity):
            logger.warning(
                "another node has the key of this one: was its home directory copied?",
                extra={"address": str(address)},
            )
        self._plan.failed(address)
        # Without any peer it may be our own line that is dead, and no reason to think less of everybody.
        if self.peers:
            self._book.failed(address)

    def disconnect(self, node_id: str, reason: str = "disconnected on request") -> bool:
        """End the connection with a peer, and do not call it again soon; False when there is none.

        Addresses that are kept are called again nevertheless.
        """
        peer = self.peer(node_id)
        if peer is None:
            return False
        for address in peer.listen_addresses():
            if address not in self._kept:
                self._plan.parted(address)
        peer.release(reason)
        return True

    def keep(self, address: NetAddress) -> None:
        """Call an address whenever it is not connected, from now on."""
        if address not in self._kept:
            self._kept.append(address)

    @property
    def kept(self) -> int:
        """How many addresses are kept."""
        return len(self._kept)

    def ban(self, who: str, seconds: float) -> tuple[str, float]:
        """Ban an IP address or the id of a node, as an operator wants it, and part with whom it is about.

        Returns what is banned, of IPv6 a whole /64, and until when, in seconds since 1970.
        """
        site, until = self._bans.ban(who, self._clock.now(), seconds)
        self.bans_made += 1
        logger.warning("banned by the operator", extra={"peer": site, "seconds": seconds})
        for peer in self.peers:
            if peer.node_id == site or site_of(peer.ip) == site:
                peer.ban("banned by the operator")
        self._store_bans()
        return site, until

    def unban(self, who: str) -> bool:
        """End a ban; whether there was one."""
        was_banned = self._bans.pardon(who, self._clock.now())
        self._store_bans()
        return was_banned

    def _store_bans(self) -> None:
        if self._save_bans is not None:
            self._save_bans(self.bans())

    def punish(self, peer: Peer, offence: Offence, reason: str) -> bool:
        """Count an offence against the peer's address; True when that led to a ban, and to disconnection."""
        if not self._report(peer.origin.remote, offence, reason):
            return False
        peer.ban(f"banned: {reason}")
        return True

    def _report(self, remote: NetAddress, offence: Offence, reason: str) -> bool:
        """Count an offence against an address; True when that led to a ban, and to the end of its connections.

        At a loopback address there may be other nodes of this machine, which are left alone.
        """
        now = self._clock.now()
        score, banned = self._bans.report(remote.ip, offence, now)
        fields = {"peer": str(remote), "score": score, "reason": reason}
        if not banned:
            grew = offence.persistent + offence.transient
            is_new_warning = WARN_THRESHOLD < score <= WARN_THRESHOLD + grew
            logger.log(logging.WARNING if is_new_warning else logging.INFO, "offence", extra=fields)
            return False
        logger.warning("peer banned", extra=fields)
        self.bans_made += 1
        if not is_loopback(remote.ip):
            for other in self.peers:
                if other.ip == remote.ip:
                    other.ban("a peer at this address was banned")
        self._store_bans()
        return True

    def found_on_lan(self, address: NetAddress) -> None:
        """A node was seen on the local network: call it, unless there are enough of them."""
        if sum(peer.is_lan for peer in self.peers) < self._config.max_lan_peers and self._may_call(address):
            self._start_call(address, ConnectionType.LAN)

    def tick(self) -> None:
        """Once a second: end handshakes that take too long, look after peers, make the calls that are due."""
        if self._closing:
            return
        self._room.expire(self._clock.monotonic())
        self._board.tick()
        self._service_log.look()
        for address in self._kept:
            if self._may_call(address):
                self._start_call(address, ConnectionType.MANUAL)
        if self._policy is not None:
            for step in self._policy.decide(self._held(), self._calls, self._may_call_unasked):
                self._follow(step)

    def _held(self) -> list[Held]:
        """The connections that we made and that have not ended, but for those on the local network."""
        return [
            Held(address, peer.connection_type, since, peer.service > 0)
            for peer, address, since in self._service_log.connections()
            if not peer.is_lan
        ]

    def _follow(self, step: Step) -> None:
        """Do what the policy of outbound peers says."""
        if isinstance(step, Call):
            self._start_call(step.address, step.connection_type)
            return
        peer = self._service_log.peer_at(step.address)
        if peer is None:
            return
        if isinstance(step, Promote):
            peer.connection_type = ConnectionType.OUTBOUND
        else:
            peer.release(step.reason)

    def _may_call_unasked(self, address: NetAddress) -> bool:
        """Whether to call an address of our own accord: only one an IP then, as in the reference."""
        if not is_loopback(address.ip) and any(peer.ip == address.ip for peer in self.peers):
            return False
        return self._may_call(address)

    def _may_call(self, address: NetAddress) -> bool:
        """Whether a call makes sense now."""
        if len(self._calls) >= MAX_CALLS_AT_ONCE or address in self._calls or not self._plan.is_due(address):
            return False
        if address == self.listen_address or self._bans.is_banned(address.ip, self._clock.now()):
            return False
        return not self._is_connected(address)

    def _is_connected(self, address: NetAddress) -> bool:
        """Whether the node at the address is a peer already.

        What a caller says of where it listens is believed only while we do not know whose address that is: else
        somebody at the same IP could keep us from calling a node that we know.
        """
        node_id = self._plan.node_id(address)
        if node_id is None:
            node_id = self._book.node_id(address)
        if node_id is None:
            return any(peer.listens_at(address) for peer in self.peers)
        return self.peer(node_id) is not None or any(peer.origin.dialed == address for peer in self.peers)

    def _start_call(self, address: NetAddress, connection_type: ConnectionType) -> None:
        self._tasks.start(self._try_call(address, connection_type), f"call {address}")

    async def _try_call(self, address: NetAddress, connection_type: ConnectionType) -> None:
        try:
            await self.connect(address, connection_type)
        except HandshakeError as error:
            logger.info("call failed", extra={"address": str(address), "reason": str(error)})

    def _deadline(self) -> float:
        return self._clock.monotonic() + self._config.handshake_timeout


def _own_end(writer: asyncio.StreamWriter) -> NetAddress | None:
    """The address of our end of a connection; None when it broke before we looked at it."""
    try:
        host, port = writer.get_extra_info("sockname")[:2]
        return NetAddress(str(parse_ip(host)), port)
    except (TypeError, ValueError):
        return None
