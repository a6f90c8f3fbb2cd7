"""One connection to another node, set up: sends and receives messages, watches that the other end is alive.

This is the asyncio shell around ``SealedStream`` and ``Multiplexer``. Timers do not run here: the switch calls
``tick`` about once a second, so that tests decide how late it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pybytomd.clock import Clock
from pybytomd.p2p.errors import PeerError, ProtocolViolation
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.peers.connection_type import ConnectionType
from pybytomd.p2p.transport.handshake import Introduction, close_stream
from pybytomd.p2p.transport.multiplexer import (
    PING_PACKET,
    PONG_PACKET,
    ChannelSpec,
    Message,
    Multiplexer,
    Ping,
    Pong,
)
from pybytomd.p2p.transport.node_info import NodeInfo, Service
from pybytomd.p2p.transport.traffic import RateLimit, TrafficMeter, UploadLimit
from pybytomd.tasks import until_first_ends

logger = logging.getLogger(__name__)

READ_SIZE = 65_536
WRITE_BATCH = 65_536
"""Bytes sealed and handed to the socket at a time; small messages of one moment share frames."""
PING_INTERVAL = 40.0
"""Seconds between pings, in both directions."""
SILENCE_LIMIT = 120.0
"""Seconds without a byte after which a peer is given up: it owes three pings and three pongs then."""
STALL_LIMIT = 90.0
"""Seconds the peer may leave our data unread. A Go node reads half a megabyte a second and sometimes pauses."""
RECEIVE_RATE = 16 * 1024 * 1024
"""Bytes a second taken from one peer."""
RECEIVE_BURST = 32 * 1024 * 1024
MINIMAL_CHARGE = 512
"""Bytes a packet counts at least against the receive rate, as its handling costs time."""
TURN_SIZE = 8192
"""Bytes handled before other peers get their turn: some 3 ms if they are all tiny packets."""
MESSAGES_PER_TURN = 64
DECAY_INTERVAL = 2.0


@dataclass(frozen=True, slots=True)
class Origin:
    """How a connection came about. ``dialed`` is the address we called, or None when the peer called us."""

    remote: NetAddress
    dialed: NetAddress | None = None
    is_lan: bool = False


class Peer:
    """One connected node.

    ``node_id`` is its key as 64 upper-case hex digits. ``closed_because`` is None while connected.
    """

    def __init__(
        self,
        origin: Origin,
        introduction: Introduction,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        channel: ChannelSpec,
        clock: Clock,
        connection_type: ConnectionType = ConnectionType.INBOUND,
        upload: UploadLimit | None = None,
        side_channel: ChannelSpec | None = None,
    ) -> None:
        self.origin = origin
        self.connection_type = connection_type
        self.node_info: NodeInfo = introduction.node_info
        self.node_id = introduction.node_info.node_id
        self.sent = TrafficMeter(clock)
        self.received = TrafficMeter(clock)
        self.closed_because: str | None = None
        self.broke_framing = False
        """Whether the connection ended because the peer sent what is no packet."""
        self.hung_up = False
        """Whether it was the other end that ended the connection, or the line broke."""
        self.is_banned = False
        """Whether it ended because the peer, or another at its address, was banned."""
        self.was_released = False
        """Whether we ended the connection though the peer had done nothing wrong."""
        self.service = 0
        """Blocks of use that it gave, as the reactor counts them."""
        self.round_trip: float | None = None
        """Seconds the last answered ping took."""
        self._reader = reader
        self._writer = writer
        self._stream = introduction.stream
        self._leftover = introduction.leftover
        self._channel = channel.number
        self._on_side_message: OnMessage | None = None
        channels = [channel] if side_channel is None else [channel, side_channel]
        self._multiplexer = Multiplexer({spec.number: spec for spec in channels})
        self._clock = clock
        self._limit = RateLimit(RECEIVE_RATE, RECEIVE_BURST, clock)
        self._upload = upload
        self._batch = WRITE_BATCH if upload is None else upload.batch
        self._wake = asyncio.Event()
        self._space = asyncio.Event()
        self._closed = asyncio.Event()
        self._control = b""
        now = clock.monotonic()
        self._next_ping = now + PING_INTERVAL
        self._next_decay = now + DECAY_INTERVAL
        self._pinged_at: float | None = None
        self._heard_at = now
        self._writing_since: float | None = None

    @property
    def is_outbound(self) -> bool:
        """Whether we called the peer. Peers found on the local network do not count."""
        return self.origin.dialed is not None and not self.origin.is_lan

    @property
    def called_us(self) -> bool:
        """Whether the peer called, and not we."""
        return self.origin.dialed is None

    @property
    def is_lan(self) -> bool:
        """Whether the peer was found on the local network."""
        return self.origin.is_lan

    @property
    def remote_address(self) -> str:
        """``ip:port`` of the other end."""
        return str(self.origin.remote)

    @property
    def ip(self) -> str:
        """The other end's IP address, by which peers are scored and banned."""
        return self.origin.remote.ip

    @property
    def services(self) -> Service:
        """What the peer offers."""
        return self.node_info.services

    @property
    def is_closed(self) -> bool:
        """Whether the connection has ended or is about to."""
        return self.closed_because is not None

    @property
    def has_hung_up(self) -> bool:
        """Whether the other end has ended a connection that was not served yet, and over which nothing came."""
        return self._reader.at_eof()

    @property
    def held_bytes(self) -> int:
        """Memory held for messages under way, in bytes."""
        return self._multiplexer.held_bytes

    def listen_addresses(self) -> list[NetAddress]:
        """Where the node can be called, as far as we can tell."""
        found = [] if self.origin.dialed is None else [self.origin.dialed]
        port = self.node_info.listen_address.rpartition(":")[2]
        if port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 1 << 16:
            found.append(NetAddress(self.ip, int(port)))
        return found

    def listens_at(self, address: NetAddress) -> bool:
        """Whether calling ``address`` would, as far as we can tell, reach this same node."""
        return address == self.origin.remote or address in self.listen_addresses()

    def send(self, message: bytes, channel: int | None = None) -> bool:
        """Queue a message, on the main channel unless told otherwise.

        False when the peer is closed or so slow that its queue is full.
        """
        if not message:
            raise ValueError("an empty message would end the connection")
        if self.is_closed or not self._multiplexer.queue(channel or self._channel, message):
            return False
        self._wake.set()
        return True

    async def send_patiently(self, message: bytes) -> bool:
        """Queue a message as soon as there is room. False when the peer closed meanwhile."""
        while not self.send(message):
            if self.is_closed:
                return False
            self._space.clear()
            await self._space.wait()
        return True

    def close(self, reason: str) -> None:
        """End the connection; only the first reason counts. What waits in the queue is dropped."""
        if self.closed_because is None:
            self.closed_because = reason
            self._closed.set()
            self._space.set()

    def ban(self, reason: str) -> None:
        """End the connection, and nothing that came over it is to be relied on."""
        self.is_banned = True
        self.close(reason)

    def release(self, reason: str) -> None:
        """End the connection with a peer that is no longer needed; nothing is held against it."""
        if self.closed_because is None:
            self.was_released = True
        self.close(reason)

    def served(self, blocks: int = 1) -> None:
        """The peer gave us so many blocks of use."""
        self.service += blocks

    async def wait_closed(self) -> None:
        """Wait until somebody closes the connection."""
        await self._closed.wait()

    async def run(self, on_message: OnMessage, on_side_message: OnMessage | None = None) -> None:
        """Send and receive until the connection ends; ``closed_because`` says why then.

        ``on_message`` is awaited for one message after the other, so a slow consumer slows down its peer; those
        of the side channel go to ``on_side_message``.
        """
        self._on_side_message = on_side_message
        try:
            error = await until_first_ends(self._write(), self._read(on_message), self._closed.wait())
            if error is not None:
                self._close_after(error)
        finally:
            self.close("the node is stopping")
            await close_stream(self._writer)

    def _close_after(self, error: BaseException) -> None:
        if isinstance(error, PeerError | OSError):
            self.broke_framing = isinstance(error, ProtocolViolation)
            self.hung_up = isinstance(error, OSError) and not self.is_closed
            self.close(str(error) or type(error).__name__)
            return
        logger.error("handling a message failed", exc_info=error, extra={"peer": self.remote_address})
        self.close("internal error")

    async def _read(self, on_message: OnMessage) -> None:
        await self._handle(self._leftover, on_message)
        while not self.is_closed:
            chunk = await self._reader.read(READ_SIZE)
            if not chunk:
                self.hung_up = not self.is_closed
                self.close("the peer closed the connection")
                return
            self._heard_at = self._clock.monotonic()
            packets_before = self._multiplexer.packets_received
            data = self._stream.feed(chunk)
            for start in range(0, len(data), TURN_SIZE):
                await self._handle(data[start : start + TURN_SIZE], on_message)
                await asyncio.sleep(0)
            packets = self._multiplexer.packets_received - packets_before
            delay = self._limit.charge(max(len(chunk), packets * MINIMAL_CHARGE))
            if delay > 0:
                await asyncio.sleep(delay)

    async def _handle(self, data: bytes, on_message: OnMessage) -> None:
        """Handle what ``data`` completes."""
        self.received.add(len(data))
        messages = 0
        for event in self._multiplexer.feed(data):
            if isinstance(event, Message):
                side = self._on_side_message if event.channel != self._channel else None
                await (side or on_message)(self, event.data)
                messages += 1
                if messages % MESSAGES_PER_TURN == 0:
                    await asyncio.sleep(0)
            elif isinstance(event, Ping):
                self._queue_control(PONG_PACKET)
            elif isinstance(event, Pong) and self._pinged_at is not None:
                self.round_trip = self._clock.monotonic() - self._pinged_at
                self._pinged_at = None
            if self.is_closed:
                return

    def _queue_control(self, packet: bytes) -> None:
        """Send a ping or pong before anything else; one of each at most waits, however many come."""
        if packet not in self._control:
            self._control += packet
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._next_batch():
                self._writing_since = self._clock.monotonic()
                self._writer.write(self._stream.seal(batch))
                self.sent.add(len(batch))
                self._space.set()
                await self._writer.drain()
                self._writing_since = None
                if self._upload is not None:
                    await self._upload.sent(len(batch))

    def _next_batch(self) -> bytes:
        parts = [self._control]
        size = len(self._control)
        self._control = b""
        while size < self._batch and (packet := self._multiplexer.next_packet()) is not None:
            parts.append(packet)
            size += len(packet)
        return b"".join(parts)

    def tick(self) -> None:
        """Send the ping that is due, and give up a peer that is silent or does not read."""
        now = self._clock.monotonic()
        if now - self._heard_at > SILENCE_LIMIT:
            self.close(f"nothing heard for {SILENCE_LIMIT:.0f} seconds")
        elif self._writing_since is not None and now - self._writing_since > STALL_LIMIT:
            self.close(f"the peer reads nothing for {STALL_LIMIT:.0f} seconds")
        if now >= self._next_ping:
            self._next_ping = now + PING_INTERVAL
            if self._pinged_at is None:
                self._pinged_at = now
            self._queue_control(PING_PACKET)
        if now >= self._next_decay:
            self._next_decay = now + DECAY_INTERVAL
            self._multiplexer.decay()

    def __repr__(self) -> str:
        return f"<Peer {self.node_id[:8]} {self.remote_address} {self.node_info.version}>"


OnMessage = Callable[[Peer, bytes], Awaitable[None]]
"""Who gets messages, of which peer."""
