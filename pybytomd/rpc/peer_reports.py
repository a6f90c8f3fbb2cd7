"""What the API asks of the peer-to-peer side, and how it shows it.

A node that does not synchronise has no ``Network``; the answers are then those of a node without peers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pybytomd.codec.golang.goduration import format_duration


class NetworkStatus(Protocol):
    """How it stands with the network."""

    @property
    def listening(self) -> bool:
        """Whether peers can call this node."""
        ...

    @property
    def syncing(self) -> bool:
        """Whether a peer has a higher chain."""
        ...

    @property
    def peer_count(self) -> int:
        """Connected peers."""
        ...

    @property
    def highest_block(self) -> int:
        """The highest block any peer says to have, 0 without peers."""
        ...

    @property
    def rate(self) -> float:
        """Blocks a second while they are fetched, else 0."""
        ...

    @property
    def remaining_seconds(self) -> float | None:
        """How long it will take at this rate, None while that cannot be told."""
        ...

    @property
    def headers(self) -> int:
        """Headers known above the best block."""
        ...

    @property
    def doing(self) -> str:
        """What synchronising is about, for people."""
        ...

    @property
    def stuck(self) -> str | None:
        """Why it does not get on, None while it does."""
        ...

    @property
    def listen_address(self) -> str:
        """Where others are told to call this node, empty before that is known."""
        ...

    @property
    def update(self) -> int:
        """1 if a seed runs a newer version, 2 a newer major one, else 0."""
        ...

    @property
    def new_version(self) -> str:
        """The highest version seen."""
        ...


class PeerStatus(Protocol):
    """One peer. Sizes in bytes, rates in bytes a second, times in seconds."""

    @property
    def peer_id(self) -> str:
        """64 upper-case hex digits."""
        ...

    @property
    def remote_addr(self) -> str:
        """Host and port at its end."""
        ...

    @property
    def height(self) -> int:
        """Of the best block it told of."""
        ...

    @property
    def version(self) -> str:
        """Of the program at its end."""
        ...

    @property
    def is_outbound(self) -> bool:
        """Whether this node called it."""
        ...

    @property
    def round_trip(self) -> float | None:
        """What its last answered ping took, None before the first one."""
        ...

    @property
    def ping(self) -> float:
        """How much longer ago something was received than sent."""
        ...

    @property
    def duration(self) -> float:
        """Since the connection was set up."""
        ...

    @property
    def total_sent(self) -> int:
        """Since the connection was set up."""
        ...

    @property
    def total_received(self) -> int:
        """Since the connection was set up."""
        ...

    @property
    def average_sent_rate(self) -> int:
        """Since the connection was set up."""
        ...

    @property
    def average_received_rate(self) -> int:
        """Since the connection was set up."""
        ...

    @property
    def current_sent_rate(self) -> int:
        """Over the last second."""
        ...

    @property
    def current_received_rate(self) -> int:
        """Over the last second."""
        ...


class Network(Protocol):
    """The synchronisation manager."""

    def status(self) -> NetworkStatus:
        """How it stands."""
        ...

    def peers(self) -> Sequence[PeerStatus]:
        """All connected peers."""
        ...

    async def connect(self, address: str) -> PeerStatus:
        """Call ``host:port`` and wait until it is a peer. Raises BytomError with the reference's text."""
        ...

    def disconnect(self, peer_id: str) -> object:
        """Part with a peer. Raises BytomError for one that is not connected."""
        ...


@dataclass(frozen=True, slots=True)
class PeerReply:
    """A peer as ``list-peers`` shows it."""

    peer_id: str
    remote_addr: str
    height: int
    ping: str
    duration: str
    total_sent: int
    total_received: int
    average_sent_rate: int
    average_received_rate: int
    current_sent_rate: int
    current_received_rate: int

    @classmethod
    def of(cls, peer: PeerStatus) -> PeerReply:
        """What to show of a peer."""
        return cls(
            peer_id=peer.peer_id,
            remote_addr=peer.remote_addr,
            height=peer.height,
            ping=format_duration(abs(peer.ping)),
            duration=format_duration(peer.duration),
            total_sent=peer.total_sent,
            total_received=peer.total_received,
            average_sent_rate=peer.average_sent_rate,
            average_received_rate=peer.average_received_rate,
            current_sent_rate=peer.current_sent_rate,
            current_received_rate=peer.current_received_rate,
        )
