"""How the node is, in one answer of our own: what its operator wants to know and the reference does not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.codec.json.gojson import Number
from pybytomd.mining.search import processors
from pybytomd.rpc.api import Api
from pybytomd.rpc.methods import node_report
from pybytomd.rpc.methods.node_report import (
    DiskReply,
    IndexReply,
    NodeVersions,
    PoolStateReply,
    ReadinessReply,
    StatusPeer,
    SyncReply,
    WalletReply,
    rounded,
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method


@dataclass(frozen=True, slots=True)
class MiningReply:
    """What the miner of this node does, with how many threads, and how many it may have."""

    is_mining: bool
    threads: int
    processors: int
    hashes_per_second: Number
    blocks_found: int


@dataclass(frozen=True, slots=True)
class NodeStatusReply:
    """The state of all parts."""

    network: str
    versions: NodeVersions
    sync: SyncReply
    listen_address: str
    peers: Sequence[StatusPeer]
    pool: PoolStateReply
    wallet: WalletReply | None
    index: IndexReply | None
    mining: MiningReply | None
    disk: DiskReply | None
    readiness: ReadinessReply


@method("node-status", role=Role.READ, in_reference=False, reads=True)
def node_status(api: Api) -> NodeStatusReply:
    """How the node is: network, heights, time left, why stuck, peers, pool, wallet, index, mining, versions."""
    return NodeStatusReply(
        network=api.chain.params.chain_id,
        versions=node_report.versions(api),
        sync=node_report.sync(api),
        listen_address=node_report.listen_address(api),
        peers=node_report.peers(api),
        pool=node_report.pool(api),
        wallet=node_report.wallet(api),
        index=node_report.index(api),
        mining=_mining(api),
        disk=node_report.disk(api),
        readiness=node_report.ready(api),
    )


def _mining(api: Api) -> MiningReply | None:
    miner = api.miner
    if miner is None:
        return None
    return MiningReply(miner.is_mining, miner.threads, processors(), rounded(miner.hash_rate), miner.blocks_found)
