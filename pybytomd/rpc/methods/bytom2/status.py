"""How a node of Bytom 2 is, in one answer of our own: what its operator wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2.api import Bytom2Api
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
)
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

KINDS = (ChainKind.BYTOM2,)


@dataclass(frozen=True, slots=True)
class ConsensusReply:
    """How far the chain is final, the epoch that the next block is in, and all votes that count, in neu."""

    justified_height: int
    finalized_height: int
    epoch: int
    validators: int
    votes: int


@dataclass(frozen=True, slots=True)
class ProducingReply:
    """What this node does as a validator: its key, whether that is one, and whether it makes blocks in its turns.

    ``is_quiet`` says that it signs nothing for now, as after a start: it may not know what its key has signed.
    """

    xpub: str
    is_validator: bool
    is_producing: bool
    is_quiet: bool
    blocks_made: int


@dataclass(frozen=True, slots=True)
class NodeStatusReply:
    """The state of all parts. ``network`` is as this program calls it."""

    network: str
    versions: NodeVersions
    sync: SyncReply
    listen_address: str
    peers: Sequence[StatusPeer]
    pool: PoolStateReply
    wallet: WalletReply | None
    index: IndexReply | None
    consensus: ConsensusReply
    producing: ProducingReply
    disk: DiskReply | None
    readiness: ReadinessReply


@method("node-status", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
def node_status(api: Bytom2Api) -> NodeStatusReply:
    """How the node is: network, heights, finality, validators, peers, pool, wallet, index, disk, versions."""
    figures = api.finality()
    return NodeStatusReply(
        network=api.chain.params.option,
        versions=node_report.versions(api),
        sync=node_report.sync(api),
        listen_address=node_report.listen_address(api),
        peers=node_report.peers(api),
        pool=node_report.pool(api),
        wallet=node_report.wallet(api),
        index=node_report.index(api),
        consensus=ConsensusReply(
            figures.justified_height, figures.finalized_height, figures.epoch, figures.validators, figures.votes
        ),
        producing=ProducingReply(
            api.key, figures.is_validator, figures.is_producing, api.producer.is_quiet, figures.produced
        ),
        disk=node_report.disk(api),
        readiness=node_report.ready(api),
    )
