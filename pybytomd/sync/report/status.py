"""What the node says about its network side: to ``net-info``, ``list-peers`` and the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pybytomd.sync.peers.any_peer import AnyPeerState
from pybytomd.sync.progress import duration_text


class Activity(Enum):
    """What synchronising is about right now. The values are for people."""

    WAITING = "waiting for peers"
    HEADERS = "fetching headers"
    BLOCKS = "fetching blocks"
    BEHIND = "looking for a peer that has the missing blocks"
    SYNCED = "synchronised"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A snapshot."""

    activity: Activity
    listening: bool
    listen_address: str
    """Where we tell others to call us, empty before that is known."""
    node_id: str
    network: str
    version: str
    peer_count: int
    """Connected peers, introduced or not."""
    current_block: int
    highest_block: int
    """The height the best full node claims, or our own if that is higher."""
    syncing: bool
    """Whether a full node claims a higher chain than ours, which is what ``net-info`` calls syncing."""
    headers: int
    """Headers known above our chain."""
    rate: float
    """Blocks a second lately; 0 when nothing is being fetched."""
    remaining_seconds: float | None
    stuck: str | None
    """Why it does not get on, None while it does."""
    update: int
    """0: none, 1: a seed runs a newer version, 2: one of a newer major version."""
    new_version: str

    @property
    def doing(self) -> str:
        """What synchronising is about, for people."""
        return self.activity.value

    @property
    def progress(self) -> float:
        """The part of the chain that is here, from 0 to 1."""
        return self.current_block / self.highest_block if self.highest_block else 0.0

    def describe(self) -> str:
        """One line for people."""
        parts = [f"{self.activity.value}: block {self.current_block}"]
        if self.highest_block > self.current_block:
            parts[0] += f" of {self.highest_block} ({100 * self.progress:.1f} %)"
        if self.rate:
            parts.append(f"{self.rate:.1f} blocks/s")
        if self.remaining_seconds is not None:
            parts.append(f"{duration_text(self.remaining_seconds)} to go")
        parts.append(f"{self.peer_count} peer{'' if self.peer_count == 1 else 's'}")
        if self.stuck:
            parts.append(f"stuck: {self.stuck}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    """What has added up since the start, and the bans in force. Sizes in bytes."""

    bytes_sent: int
    bytes_received: int
    bans_in_force: int
    bans_made: int


@dataclass(frozen=True, slots=True)
class PeerInfo:
    """One peer, as ``list-peers`` shows it. Times in seconds, rates in bytes a second."""

    peer_id: str
    remote_addr: str
    height: int
    ping: float
    """Quirk: not a round trip, but how much longer one direction has been silent than the other."""
    duration: float
    total_sent: int
    total_received: int
    average_sent_rate: int
    average_received_rate: int
    current_sent_rate: int
    current_received_rate: int
    round_trip: float | None
    """Of the last ping that was answered. The reference has no such figure."""
    version: str
    moniker: str
    is_outbound: bool
    is_lan: bool
    is_full_node: bool

    @classmethod
    def of(cls, state: AnyPeerState) -> PeerInfo:
        """The figures of a peer now."""
        peer = state.peer
        return cls(
            peer_id=peer.node_id,
            remote_addr=peer.remote_address,
            height=state.height,
            ping=abs(peer.sent.idle - peer.received.idle),
            duration=peer.sent.duration,
            total_sent=peer.sent.total,
            total_received=peer.received.total,
            average_sent_rate=peer.sent.average_rate,
            average_received_rate=peer.received.average_rate,
            current_sent_rate=peer.sent.current_rate,
            current_received_rate=peer.received.current_rate,
            round_trip=peer.round_trip,
            version=peer.node_info.version,
            moniker=peer.node_info.moniker,
            is_outbound=peer.is_outbound,
            is_lan=peer.is_lan,
            is_full_node=state.is_full_node,
        )
