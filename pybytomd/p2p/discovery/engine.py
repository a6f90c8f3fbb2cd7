"""The UDP table at work, without sockets and timers: datagrams and ticks in, datagrams out.

Whoever answers our ping from its address, and is answered by us, is known; known nodes are asked for others near
random targets, and they are what the switch calls. Source: p2p-and-sync reference, sections 7.1 to 7.8.

Quirk: as everywhere in the network, signatures and expirations are written and never checked. Against floods and
spoofed questions there is a limit of packets an address, and a bound on the nodes kept in mind.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from random import Random

from cachetools import LRUCache

from pybytomd.clock import Clock
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery import packets
from pybytomd.p2p.discovery.lookup import Lookup
from pybytomd.p2p.discovery.node import TRANSITIONS, Event, Node, State
from pybytomd.p2p.discovery.node_db import NodeDatabase
from pybytomd.p2p.discovery.packets import Body, Packet, decode_packet, encode_packet
from pybytomd.p2p.discovery.relay import checked_address
from pybytomd.p2p.discovery.table import Table
from pybytomd.p2p.identity import Identity
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.traffic import RateLimit

logger = logging.getLogger(__name__)

RESPONSE_SECONDS = 1.0
EXPIRATION_SECONDS = 20
REFRESH_SECONDS = 3600.0
EMPTY_REFRESH_SECONDS = 30.0
"""Seconds to the next attempt while the table is empty. (The reference starts over at once, or after an hour.)"""
BUCKET_REFRESH_SECONDS = 60.0
MAX_QUERY_TIMEOUTS = 5
MAX_NODES = 8192
"""Nodes kept in mind; of those without a place in the table the one longest unheard goes first."""
MAX_LOOKUPS = 4
SEED_COUNT = 30
PACKETS_PER_SECOND = 50
PACKET_BURST = 200
MAX_SOURCES = 8192
TOPIC_WAIT_SECONDS = 60
ANY_ADDRESS = bytes(16)
"""What nodes say of their own address, which they need not know."""

Send = Callable[[bytes, str, int], None]


class Engine:
    """Our part in the table. ``send`` gets datagram, IP address and port."""

    def __init__(
        self, identity: Identity, port: int, database: NodeDatabase, clock: Clock, random: Random, send: Send
    ) -> None:
        """``port`` serves TCP and UDP."""
        self._identity = identity
        self._own_id = identity.public_key
        self._port = port
        self._database = database
        self._clock = clock
        self._random = random
        self._send_datagram = send
        self._nodes: OrderedDict[bytes, Node] = OrderedDict()
        """Those longest unheard first. No cache of ``cachetools``: what is in the table stays, however old."""
        self._timed: dict[Node, None] = {}
        self._limits: LRUCache[str, RateLimit] = LRUCache(MAX_SOURCES)
        self._lookups: list[Lookup] = []
        self._fallback: list[Node] = []
        self.table = Table(sha3_256(self._own_id), random)
        now = clock.monotonic()
        self._next_refresh = now
        self._is_lonely = True
        self._next_bucket_refresh = now + BUCKET_REFRESH_SECONDS

    def set_fallback(self, addresses: Sequence[NetAddress]) -> None:
        """Where to begin when no node is known. Their real ids are learnt when they ping us."""
        self._fallback = [seed_node(address) for address in addresses]
        self._next_refresh = self._clock.monotonic()

    def candidates(self, count: int) -> list[NetAddress]:
        """Up to ``count`` known nodes to call, near and far ones mixed."""
        nodes = [node for node in self.table.sample(2 * count) if node.state is State.KNOWN and node.tcp]
        return [NetAddress(node.ip, node.tcp) for node in nodes[:count]]

    def tick(self) -> None:
        """Let deadlines pass and start the lookups that are due; to be called several times a second."""
        now = self._clock.monotonic()
        for node in list(self._timed):
            self._check_deadlines(node, now)
        for lookup in self._lookups:
            lookup.tick(now)
        self._lookups = [lookup for lookup in self._lookups if not lookup.is_done]
        if now >= self._next_refresh:
            self._refresh()
        elif now >= self._next_bucket_refresh and not self._lookups:
            self._next_bucket_refresh = now + BUCKET_REFRESH_SECONDS
            self._look_up(self.table.refresh_target())

    def _refresh(self) -> None:
        """Start from stored nodes, or else from the fallback ones, and look for our own neighbourhood."""
        stored = self._database.seeds(SEED_COUNT, self._clock.now(), self._random)
        seeds = [self._remember(node) for node in stored] or [self._remember(node) for node in self._fallback]
        for node in seeds:
            if node.node_id == self._own_id:
                continue
            if node.state is State.UNKNOWN:
                self._enter(node, State.VERIFY_INIT)
            self.table.add(node)
        # Quirk: our id itself is the target, not its hash.
        self._look_up(self._own_id)
        self._is_lonely = not any(node.state is State.KNOWN for node in self.table)
        pause = EMPTY_REFRESH_SECONDS if self._is_lonely else REFRESH_SECONDS
        self._next_refresh = self._clock.monotonic() + pause
        self._database.expire(self._clock.now(), self._own_id)

    def _look_up(self, target: bytes) -> None:
        if len(self._lookups) < MAX_LOOKUPS:
            start = self.table.closest(target)
            self._lookups.append(Lookup(target, start, self._ask, self._clock.monotonic()))

    # Datagrams

    def receive(self, data: bytes, ip: str, port: int) -> None:
        """Handle a datagram; what is wrong or too much is dropped."""
        if self._is_flooding(ip):
            return
        try:
            packet = decode_packet(data)
        except DecodeError as error:
            logger.debug("bad datagram", extra={"peer": f"{ip}:{port}", "reason": str(error)})
            return
        if packet.node_id == self._own_id:
            return
        node = self._remember(Node(packet.node_id, ip, port, port))
        # Quirk: every packet rewrites the address, and the TCP port with it until a ping says otherwise.
        node.ip, node.udp, node.tcp = ip, port, port
        self._dispatch(node, packet)

    def _is_flooding(self, ip: str) -> bool:
        limit = self._limits.get(ip)
        if limit is None:
            limit = self._limits[ip] = RateLimit(PACKETS_PER_SECOND, PACKET_BURST, self._clock)
        return limit.charge(1) > 0

    def _dispatch(self, node: Node, packet: Packet) -> None:
        body = packet.body
        if node.state is State.UNRESPONSIVE:
            self._database.delete(node.node_id)
        if isinstance(body, packets.Ping):
            self._on_ping(node, body, packet.token)
        elif isinstance(body, packets.Pong):
            self._on_pong(node, body)
        elif not node.can_be_asked:
            return
        elif isinstance(body, packets.FindNode):
            self._send_neighbors(node, body.target)
        elif isinstance(body, packets.Neighbors):
            self._on_neighbors(node, body)
        elif isinstance(body, packets.TopicQuery):
            self._send(node, packets.TopicNodes(packet.token, ()))
        # The other kinds serve topics, which no node of this network has ever registered.
        if node.state is State.KNOWN:
            self._database.put(node)

    def _send(self, node: Node, body: Body) -> bytes:
        """Send a packet; its token."""
        packet = encode_packet(self._identity, body)
        self._send_datagram(packet.raw, node.ip, node.udp)
        return packet.token

    def _expiration(self) -> int:
        return int(self._clock.now()) + EXPIRATION_SECONDS

    def _ping(self, node: Node) -> None:
        """Ping a node, unless a ping is out already."""
        if node.ping_token is not None or node.node_id == self._own_id:
            return
        own = packets.Endpoint(ANY_ADDRESS, self._port, self._port)
        ping = packets.Ping(packets.PROTOCOL_VERSION, own, node.endpoint(), self._expiration())
        node.ping_token = self._send(node, ping)
        node.pong_deadline = self._clock.monotonic() + RESPONSE_SECONDS
        self._timed[node] = None

    def _on_ping(self, node: Node, ping: packets.Ping, token: bytes) -> None:
        node.tcp = ping.sender.tcp
        node.tickets += 1
        waits = (TOPIC_WAIT_SECONDS,) * len(ping.topics)
        # Quirk: the expiration of a pong is the time its ticket was made.
        issued = int(self._clock.now())
        topic_hash = packets.topic_hash(ping.topics)
        self._send(node, packets.Pong(node.endpoint(), token, issued, topic_hash, node.tickets, waits))
        if node.state is State.UNKNOWN:
            self._ping(node)
        self._happen(node, Event.PING)

    def _on_pong(self, node: Node, pong: packets.Pong) -> None:
        if node.ping_token is None or pong.reply_token != node.ping_token:
            return
        node.ping_token = node.pong_deadline = None
        self._database.put_last_pong(node.node_id, int(self._clock.now()))
        self._happen(node, Event.PONG)

    def _send_neighbors(self, node: Node, target: bytes) -> None:
        records = [near.record() for near in self.table.closest(target)]
        for start in range(0, len(records), packets.MAX_NEIGHBORS):
            part = tuple(records[start : start + packets.MAX_NEIGHBORS])
            self._send(node, packets.Neighbors(part, self._expiration()))

    def _on_neighbors(self, node: Node, answer: packets.Neighbors) -> None:
        if node.target is None:
            return
        found = []
        for record in answer.nodes:
            try:
                found.append(self._accept_record(node, record))
            except DecodeError as error:
                logger.debug("neighbour not accepted", extra={"peer": node.ip, "reason": str(error)})
        for neighbor in found:
            if neighbor.state is State.UNKNOWN:
                self._enter(neighbor, State.VERIFY_INIT)
        self._finish_query(node, found)

    def _accept_record(self, sender: Node, record: packets.NodeRecord) -> Node:
        """The node a record describes. Raises DecodeError when it is not to be believed."""
        if record.node_id == self._own_id:
            raise DecodeError("is self")
        ip = checked_address(sender.ip, record)
        node = self._remember(Node(record.node_id, ip, record.udp, record.tcp))
        if (node.ip, node.udp, node.tcp) != (ip, record.udp, record.tcp):
            if node.state is State.KNOWN:
                raise DecodeError("metadata mismatch")
            node.ip, node.udp, node.tcp = ip, record.udp, record.tcp
        return node

    # Questions

    def _ask(self, node: Node, target: bytes) -> None:
        """Ask a node for others near ``target``, as soon as it is known and has answered the question before."""
        if node.can_be_asked and node.target is None:
            self._send(node, packets.FindNodeHash(target, self._expiration()))
            node.target = target
            node.answer_deadline = self._clock.monotonic() + RESPONSE_SECONDS
            self._timed[node] = None
            return
        node.deferred.append(target)
        if node.state is State.UNKNOWN:
            self._enter(node, State.VERIFY_INIT)

    def _finish_query(self, node: Node, found: Sequence[Node]) -> None:
        target, node.target, node.answer_deadline = node.target, None, None
        if target is not None:
            self._tell_lookups(node, target, found)
        self._ask_next(node)

    def _tell_lookups(self, node: Node, target: bytes, found: Sequence[Node]) -> None:
        now = self._clock.monotonic()
        for lookup in self._lookups:
            lookup.answered(node, target, found, now)

    def _ask_next(self, node: Node) -> None:
        if node.deferred and node.can_be_asked and node.target is None:
            self._ask(node, node.deferred.popleft())

    # States

    def _happen(self, node: Node, event: Event) -> None:
        following = TRANSITIONS.get((node.state, event))
        if following is None:
            return
        if (node.state, event) == (State.CONTESTED, Event.PONG_TIMEOUT):
            self.table.replace(node)
        self._enter(node, following)

    def _enter(self, node: Node, state: State) -> None:
        """Change a node's state, with what belongs to it; staying is no change."""
        if node.state is state:
            return
        node.state = state
        if state is State.UNKNOWN:
            self._give_up(node)
        elif state is State.VERIFY_INIT:
            self._ping(node)
        elif state is State.REMOTE_VERIFY_WAIT:
            node.wait_deadline = self._clock.monotonic() + RESPONSE_SECONDS
            self._timed[node] = None
        elif state is State.CONTESTED:
            node.ping_token = None
            self._ping(node)
        elif state is State.KNOWN:
            node.timeouts = 0
            self._ask_next(node)
            last = self.table.add(node)
            if last is not None and last.state is State.KNOWN:
                self._enter(last, State.CONTESTED)
            if self._is_lonely:
                # The first node to ask: look around as soon as it has verified us as well.
                self._is_lonely = False
                self._next_refresh = self._clock.monotonic() + RESPONSE_SECONDS

    def _give_up(self, node: Node) -> None:
        self.table.remove(node)
        node.ping_token = node.pong_deadline = node.wait_deadline = node.answer_deadline = None
        node.timeouts = 0
        targets = [*node.deferred, *([node.target] if node.target else [])]
        node.deferred.clear()
        node.target = None
        for target in targets:
            self._tell_lookups(node, target, ())

    def _check_deadlines(self, node: Node, now: float) -> None:
        if node.pong_deadline is not None and now >= node.pong_deadline:
            node.pong_deadline = node.ping_token = None
            self._happen(node, Event.PONG_TIMEOUT)
        if node.wait_deadline is not None and now >= node.wait_deadline:
            node.wait_deadline = None
            self._happen(node, Event.WAIT_OVER)
        if node.answer_deadline is not None and now >= node.answer_deadline:
            node.timeouts += 1
            self._finish_query(node, ())
            if node.timeouts > MAX_QUERY_TIMEOUTS and node.state is State.KNOWN:
                self._enter(node, State.CONTESTED)
        if node.pong_deadline is node.wait_deadline is node.answer_deadline is None:
            self._timed.pop(node, None)

    def _remember(self, node: Node) -> Node:
        """The node we have in mind under this id, or ``node`` itself from now on."""
        known = self._nodes.setdefault(node.node_id, node)
        self._nodes.move_to_end(node.node_id)
        if len(self._nodes) > MAX_NODES:
            self._forget_one(known)
        return known

    def _forget_one(self, spared: Node) -> None:
        for node in self._nodes.values():
            if node is not spared and node not in self.table:
                del self._nodes[node.node_id]
                self._timed.pop(node, None)
                return


def seed_node(address: NetAddress) -> Node:
    """A stand-in for a node of which only the address is known: its id is a hash of that text."""
    return Node(sha3_256(str(address).encode()), address.ip, address.port, address.port)
