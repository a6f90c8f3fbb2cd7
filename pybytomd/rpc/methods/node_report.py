"""The parts of ``node-status`` that both chains have.

Times are in seconds. A part that a node does not run is null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd import __version__
from pybytomd.codec.json.gojson import Number
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.health import readiness

if TYPE_CHECKING:
    from pybytomd.sync.report.status import PeerInfo

DIGITS = 3
"""Decimals of times and rates."""


@dataclass(frozen=True, slots=True)
class NodeVersions:
    """Of this program, and of the reference it answers for; ``newest`` is the newest that a seed told of."""

    program: str
    reference: str
    newest: str


@dataclass(frozen=True, slots=True)
class SyncReply:
    """How far the chain is, and why it does not get on: ``stuck`` is null while it does.

    ``activity`` is for people. ``blocks_per_second`` is 0 unless blocks are fetched, and ``seconds_left`` null as
    long as that cannot be told.
    """

    height: int
    highest: int
    block_hash: bytes
    block_time: int
    headers_ahead: int
    activity: str
    is_behind: bool
    blocks_per_second: Number
    seconds_left: Number | None
    stuck: str | None


@dataclass(frozen=True, slots=True)
class StatusPeer:
    """A connected peer. ``round_trip`` is what its last answered ping took, null before the first one."""

    peer_id: str
    address: str
    version: str
    height: int
    is_outbound: bool
    connected_for: Number
    round_trip: Number | None
    bytes_sent: int
    bytes_received: int

    @classmethod
    def of(cls, peer: PeerInfo, peer_id: str) -> StatusPeer:
        """What to show of a peer."""
        return cls(
            peer_id=peer_id,
            address=peer.remote_addr,
            version=peer.version,
            height=peer.height,
            is_outbound=peer.is_outbound,
            connected_for=rounded(peer.duration),
            round_trip=None if peer.round_trip is None else rounded(peer.round_trip),
            bytes_sent=peer.total_sent,
            bytes_received=peer.total_received,
        )


@dataclass(frozen=True, slots=True)
class PoolStateReply:
    """The transactions that wait for a block, and those that wait for another one first."""

    transactions: int
    orphans: int


@dataclass(frozen=True, slots=True)
class WalletReply:
    """How far the wallet has read the chain. ``failure`` is why it does not get on, null while it does."""

    height: int
    is_rescanning: bool
    is_recovering: bool
    failure: str | None


@dataclass(frozen=True, slots=True)
class IndexReply:
    """How far the index of everything has read the chain, -1 before the first block, and how many blocks are left.

    ``failure`` is why it does not get on, null while it does.
    """

    height: int
    lag: int
    blocks_per_second: Number
    seconds_left: Number | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class DiskReply:
    """The disk of the databases, and their sizes, in bytes. ``low`` says that little is left, else it is null."""

    free: int
    size: int
    low: str | None
    databases: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadinessReply:
    """Whether the node is ready to serve, as ``/ready`` says; if not, why: a word, and a line for people."""

    is_ready: bool
    reason: str | None
    detail: str | None


def listen_address(api: ApiParts) -> str:
    """Where peers are told to call, empty before that is known."""
    return "" if api.network is None else api.network.status().listen_address


def versions(api: ApiParts) -> NodeVersions:
    """Of program and reference."""
    return NodeVersions(
        __version__, api.version, api.version if api.network is None else api.network.status().new_version
    )


def peers(api: ApiParts) -> list[StatusPeer]:
    """The connected peers."""
    if api.network is None:
        return []
    return [StatusPeer.of(peer, api.shown_node_id(peer.peer_id)) for peer in api.network.peers()]


def pool(api: ApiParts) -> PoolStateReply:
    """What waits for a block."""
    return PoolStateReply(len(api.chain.pool), api.chain.pool.orphan_count)


def ready(api: ApiParts) -> ReadinessReply:
    """Whether the node is ready."""
    found = readiness(api)
    return ReadinessReply(found.reason is None, found.reason, found.detail or None)


def sync(api: ApiParts) -> SyncReply:
    """How far the chain is."""
    best = api.chain.best_header
    height = best.height
    status = None if api.network is None else api.network.status()
    left = None if status is None else status.remaining_seconds
    highest = height if status is None else max(height, status.highest_block)
    return SyncReply(
        height=height,
        highest=highest,
        block_hash=best.hash,
        block_time=int(api.time_of(best)),
        headers_ahead=0 if status is None else status.headers,
        activity="no network" if status is None else status.doing,
        is_behind=highest > height,
        blocks_per_second=rounded(0.0 if status is None else status.rate),
        seconds_left=None if left is None else rounded(left),
        stuck=None if status is None else status.stuck,
    )


def wallet(api: ApiParts) -> WalletReply | None:
    """How far the wallet has read the chain."""
    if api.wallet is None:
        return None
    status = api.wallet.status()
    return WalletReply(status.wallet_height, status.is_rescanning, status.is_recovering, status.failure or None)


def index(api: ApiParts) -> IndexReply | None:
    """How far the index has read the chain."""
    if api.index is None:
        return None
    status = api.index.status()
    left = status.seconds_left
    return IndexReply(
        status.height,
        status.lag,
        rounded(status.blocks_per_second),
        None if left is None else rounded(left),
        status.failure or None,
    )


def disk(api: ApiParts) -> DiskReply | None:
    """Room on the disk."""
    report = None if api.storage is None else api.storage.report
    return None if report is None else DiskReply(report.free, report.total, report.low or None, report.databases)


def rounded(value: float) -> Number:
    """With a few decimals."""
    return Number.from_float(round(value, DIGITS))
