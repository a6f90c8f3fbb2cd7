"""What we know of one node, and the states it goes through before it is trusted with a place in the table.

Source: p2p-and-sync reference, section 7.4; ``p2p/discover/dht/net.go``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from pybytomd.codec.hostport import parse_ip
from pybytomd.crypto.hashes import sha3_256
from pybytomd.p2p.discovery.packets import Endpoint, NodeRecord

MAX_DEFERRED_QUERIES = 8
"""Questions that wait for one node to be known; more are dropped."""


class State(Enum):
    """How far we got with a node."""

    UNKNOWN = auto()
    VERIFY_INIT = auto()
    """Pinged, nothing heard."""
    VERIFY_WAIT = auto()
    """Pinged by it; our ping is not answered yet."""
    REMOTE_VERIFY_WAIT = auto()
    """It answered our ping; it has a second to ping us."""
    KNOWN = auto()
    CONTESTED = auto()
    """Another node wants its place: asked whether it is still there."""
    UNRESPONSIVE = auto()


class Event(Enum):
    """What happens to a node."""

    PING = auto()
    PONG = auto()
    PONG_TIMEOUT = auto()
    WAIT_OVER = auto()


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.UNKNOWN, Event.PING): State.VERIFY_WAIT,
    (State.VERIFY_INIT, Event.PING): State.VERIFY_WAIT,
    (State.VERIFY_INIT, Event.PONG): State.REMOTE_VERIFY_WAIT,
    (State.VERIFY_INIT, Event.PONG_TIMEOUT): State.UNKNOWN,
    (State.VERIFY_WAIT, Event.PONG): State.KNOWN,
    (State.VERIFY_WAIT, Event.PONG_TIMEOUT): State.UNKNOWN,
    (State.REMOTE_VERIFY_WAIT, Event.WAIT_OVER): State.KNOWN,
    (State.CONTESTED, Event.PONG): State.KNOWN,
    (State.CONTESTED, Event.PONG_TIMEOUT): State.UNRESPONSIVE,
    (State.UNRESPONSIVE, Event.PING): State.KNOWN,
    (State.UNRESPONSIVE, Event.PONG): State.KNOWN,
}
"""Where an event leads; what is not listed changes nothing."""

QUERYABLE = frozenset({State.KNOWN, State.CONTESTED, State.UNRESPONSIVE})
"""In these states we ask a node, and answer it."""


@dataclass(eq=False, slots=True)
class Node:
    """One node. Times are seconds on the monotonic clock; None where nothing is awaited."""

    node_id: bytes
    ip: str
    udp: int
    tcp: int
    hash: bytes = b""
    state: State = State.UNKNOWN
    ping_token: bytes | None = None
    """What the answer to our last ping must name."""
    pong_deadline: float | None = None
    wait_deadline: float | None = None
    answer_deadline: float | None = None
    target: bytes | None = None
    """What we asked it for last, while the answer is out."""
    deferred: deque[bytes] = field(default_factory=lambda: deque(maxlen=MAX_DEFERRED_QUERIES))
    """What we will ask it for once it is known."""
    timeouts: int = 0
    tickets: int = 0
    """Pongs sent to it, which number their tickets."""

    def __post_init__(self) -> None:
        if not self.hash:
            self.hash = sha3_256(self.node_id)

    @property
    def can_be_asked(self) -> bool:
        """Whether it answers questions."""
        return self.state in QUERYABLE

    @property
    def packed_ip(self) -> bytes:
        """Its address as 4 or 16 bytes."""
        return parse_ip(self.ip).packed

    def endpoint(self) -> Endpoint:
        """Where it listens, as packets say it."""
        return Endpoint(self.packed_ip, self.udp, self.tcp)

    def record(self) -> NodeRecord:
        """Its description for others."""
        return NodeRecord(self.packed_ip, self.udp, self.tcp, self.node_id)
