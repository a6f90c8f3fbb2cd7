"""How the node is, in one answer of our own: what its operator wants to know and the reference does not tell.

Times are in seconds. A part that this node does not run is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd import __version__
from pybytomd.codec.json.gojson import Number
from pybytomd.rpc.api import Api
from pybytomd.rpc.health import readiness
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

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
    def of(cls, peer: PeerInfo) -> StatusPeer:
        """What to show of a peer."""
        return cls(
            peer_id=peer.peer_id,
            address=peer.remote_addr,
            version=peer.version,
            height=peer.height,
            is_outbound=peer.is_outbound,
            connected_for=_rounded(peer.duration),
            round_trip=None if peer.round_trip is None else _rounded(peer.round_trip),
            bytes_sent=peer.total_sent,
            bytes_received=peer.total_received,
        )


@dataclass(frozen=True, slots=True)
class PoolReply:
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
class MiningReply:
    """What the miner of this node does."""

    is_mining: bool
    threads: int
    hashes_per_second: Number
    blocks_found: int


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


@dataclass(frozen=True, slots=True)
class NodeStatusReply:
    """The state of all parts."""

    network: str
    versions: NodeVersions
    sync: SyncReply
    listen_address: str
    peers: Sequence[StatusPeer]
    pool: PoolReply
    wallet: WalletReply | None
    index: IndexReply | None
    mining: MiningReply | None
    disk: DiskReply | None
    readiness: ReadinessReply


@method("node-status", role=Role.READ, in_reference=False, reads=True)
def node_status(api: Api) -> NodeStatusReply:
    """How the node is: network, heights, time left, why stuck, peers, pool, wallet, index, mining, versions."""
    network = None if api.network is None else api.network.status()
    ready = readiness(api)
    peers = [] if api.network is None else [StatusPeer.of(peer) for peer in api.network.peers()]
    return NodeStatusReply(
        network=api.chain.params.chain_id,
        versions=NodeVersions(__version__, api.version, api.version if network is None else network.new_version),
        sync=_sync(api),
        listen_address="" if network is None else network.listen_address,
        peers=peers,
        pool=PoolReply(len(api.chain.pool), api.chain.pool.orphan_count),
        wallet=_wallet(api),
        index=_index(api),
        mining=_mining(api),
        disk=_disk(api),
        readiness=ReadinessReply(ready.reason is None, ready.reason, ready.detail or None),
    )


def _sync(api: Api) -> SyncReply:
    best = api.chain.best_header
    status = None if api.network is None else api.network.status()
    left = None if status is None else status.remaining_seconds
    highest = best.height if status is None else max(best.height, status.highest_block)
    return SyncReply(
        height=best.height,
        highest=highest,
        block_hash=best.hash,
        block_time=best.timestamp,
        headers_ahead=0 if status is None else status.headers,
        activity="no network" if status is None else status.doing,
        is_behind=highest > best.height,
        blocks_per_second=_rounded(0.0 if status is None else status.rate),
        seconds_left=None if left is None else _rounded(left),
        stuck=None if status is None else status.stuck,
    )


def _wallet(api: Api) -> WalletReply | None:
    if api.wallet is None:
        return None
    status = api.wallet.status()
    return WalletReply(status.wallet_height, status.is_rescanning, status.is_recovering, status.failure or None)


def _index(api: Api) -> IndexReply | None:
    if api.index is None:
        return None
    status = api.index.status()
    left = status.seconds_left
    return IndexReply(
        status.height,
        status.lag,
        _rounded(status.blocks_per_second),
        None if left is None else _rounded(left),
        status.failure or None,
    )


def _mining(api: Api) -> MiningReply | None:
    miner = api.miner
    if miner is None:
        return None
    return MiningReply(miner.is_mining, miner.threads, _rounded(miner.hash_rate), miner.blocks_found)


def _disk(api: Api) -> DiskReply | None:
    report = None if api.storage is None else api.storage.report
    return None if report is None else DiskReply(report.free, report.total, report.low or None, report.databases)


def _rounded(value: float) -> Number:
    return Number.from_float(round(value, DIGITS))
