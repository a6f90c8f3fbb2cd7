"""Figures about the node at ``/metrics``, in Prometheus' text format. Who may see them is as for any API method.

A row each; one whose part of the node is not running is left out. What adds up ends in ``_total``: its rate over
time is for the reader to take.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd import __version__
from pybytomd.rpc.api import ApiParts
from pybytomd.rpc.figures.served import BOUNDS
from pybytomd.rpc.health import readiness
from pybytomd.rpc.http_messages import HttpResponse
from pybytomd.rpc.pages import exposition, process_figures
from pybytomd.rpc.pages.exposition import CONTENT_TYPE, Sample

if TYPE_CHECKING:
    from pybytomd.indexing.service import IndexStatus
    from pybytomd.mining.cpu_miner import CPUMiner
    from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
    from pybytomd.rpc.figures.finality import FinalityFigures
    from pybytomd.rpc.figures.storage_report import StorageReport
    from pybytomd.rpc.hooks.runner import HookRunner
    from pybytomd.sync.network_side import NetworkSide
    from pybytomd.sync.report.status import SyncStatus
    from pybytomd.wallet.index.status import WalletStatus

PATH = "/metrics"

Read = Callable[[ApiParts], "float | Sequence[Sample] | None"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, or several that labels tell apart. ``read`` gives None when what it is about is not there."""

    name: str
    help: str
    read: Read
    reason: Callable[[ApiParts], str | None] | None = None
    """Gives a label ``reason`` for the value, or none."""

    @property
    def kind(self) -> str:
        """What Prometheus calls it."""
        return exposition.kind_of(self.name)

    def lines(self, api: ApiParts) -> Sequence[str]:
        """What is written of it."""
        value = self.read(api)
        if value is None:
            return ()
        reason = None if self.reason is None else self.reason(api)
        samples = value if isinstance(value, Sequence) else [({"reason": reason} if reason else {}, value)]
        shown = [exposition.line(self.name, labels, number) for labels, number in samples]
        return [*exposition.heading(self.name, self.help, self.kind), *shown] if shown else ()


@dataclass(frozen=True, slots=True)
class Durations:
    """A histogram of how long methods took, one for each that was called."""

    name: str
    help: str
    kind: str = "histogram"

    def lines(self, api: ApiParts) -> Sequence[str]:
        """What is written of it."""
        found = [*exposition.heading(self.name, self.help, self.kind)]
        for method, figures in sorted(api.served.methods.items()):
            if not figures.calls:
                continue
            found += exposition.histogram(self.name, {"method": method}, BOUNDS, figures.classes, figures.seconds)
        return found


def _network(read: Callable[[SyncStatus], float]) -> Read:
    return lambda api: None if api.network is None else read(api.network.status())


def _peers(read: Callable[[NetworkSide], float | Sequence[Sample]]) -> Read:
    return lambda api: None if api.network is None else read(api.network)


def _miner(read: Callable[[CPUMiner], float]) -> Read:
    return lambda api: None if api.miner is None else read(api.miner)


def _wallet(read: Callable[[WalletStatus], float]) -> Read:
    return lambda api: None if api.wallet is None else read(api.wallet.status())


def _hooks(counts: Callable[[HookRunner], bool]) -> Read:
    return lambda api: None if api.hooks is None else sum(counts(runner) for runner in api.hooks.runners())


def _index(read: Callable[[IndexStatus], float]) -> Read:
    return lambda api: None if api.index is None else read(api.index.status())


def _reorganisations(read: Callable[[ReorganisationCounter], float]) -> Read:
    return lambda api: None if api.reorganisations is None else read(api.reorganisations)


def _finality(read: Callable[[FinalityFigures], float]) -> Read:
    def reading(api: ApiParts) -> float | None:
        figures = api.finality()
        return None if figures is None else read(figures)

    return reading


def _storage(read: Callable[[StorageReport], float | Sequence[Sample]]) -> Read:
    def reading(api: ApiParts) -> float | Sequence[Sample] | None:
        report = None if api.storage is None else api.storage.report
        return None if report is None else read(report)

    return reading


def _directions(network: NetworkSide) -> Sequence[Sample]:
    called = sum(peer.is_outbound for peer in network.peers())
    return [({"direction": "outbound"}, called), ({"direction": "inbound"}, len(network.peers()) - called)]


def _build(api: ApiParts) -> Sequence[Sample]:
    labels = {
        "version": __version__,
        "reference": api.version,
        "python": platform.python_version(),
        "network": api.chain.params.chain_id,
    }
    return [(labels, 1)]


METRICS: tuple[Metric | Durations, ...] = (
    # the chain
    Metric("bytom_block_height", "Height of the best block.", lambda api: api.chain.best_height),
    Metric("bytom_block_time_seconds", "Its time, since 1970.", lambda api: api.best_time),
    Metric("bytom_block_age_seconds", "Seconds since the time of the best block, by the clock of this machine.",
           lambda api: max(0.0, api.clock.now() - api.best_time)),
    Metric("bytom_peer_block_height",
           "Height of the highest block that a peer has told of, or of our own if that is higher.",
           _network(lambda status: status.highest_block)),
    Metric("bytom_reorganisations_total",
           "How often the main chain has changed to another branch since the node started.",
           _reorganisations(lambda counter: counter.reorganisations)),
    Metric("bytom_reorganised_blocks_total", "Blocks that have left the main chain that way.",
           _reorganisations(lambda counter: counter.blocks)),
    Metric("bytom_reorganisation_depth_max", "The most of them that left it at once.",
           _reorganisations(lambda counter: counter.deepest)),
    Metric("bytom_justified_height",
           "Height of the last checkpoint that two thirds of the validators have signed.",
           _finality(lambda figures: figures.justified_height)),
    Metric("bytom_finalized_height", "Height up to which no block can change any more.",
           _finality(lambda figures: figures.finalized_height)),
    Metric("bytom_epoch", "The epoch that the next block is in.", _finality(lambda figures: figures.epoch)),
    Metric("bytom_validators", "Validators of that epoch.", _finality(lambda figures: figures.validators)),
    Metric("bytom_votes_neu", "All votes for validators that count now, in neu.",
           _finality(lambda figures: figures.votes)),
    Metric("bytom_validator", "1 while the key of this node is one of the validators, else 0.",
           _finality(lambda figures: figures.is_validator)),
    Metric("bytom_producing", "1 while this node makes blocks when it is its turn, else 0.",
           _finality(lambda figures: figures.is_producing)),
    Metric("bytom_produced_blocks_total", "Blocks that this node has made as a validator since it started.",
           _finality(lambda figures: figures.produced)),
    Metric("bytom_ready",
           "1 while the node is ready to serve, as /ready says, else 0 with the reason in one word.",
           lambda api: readiness(api).reason is None, reason=lambda api: readiness(api).reason),
    # the network
    Metric("bytom_peers", "Connected peers.", _network(lambda status: status.peer_count)),
    Metric("bytom_peers_by_direction", "Peers that this node called, and that called it.", _peers(_directions)),
    Metric("bytom_peer_bytes_total",
           "Bytes sent to peers and received from them since the node started, by direction.",
           _peers(lambda network: [({"direction": "sent"}, network.figures().bytes_sent),
                                   ({"direction": "received"}, network.figures().bytes_received)])),
    Metric("bytom_bans", "Addresses that are banned now.",
           _peers(lambda network: network.figures().bans_in_force)),
    Metric("bytom_bans_total", "Bans since the node started, by the node itself or an operator.",
           _peers(lambda network: network.figures().bans_made)),
    Metric("bytom_sync_blocks_per_second",
           "Blocks fetched and verified a second while the chain is fetched, else 0.",
           _network(lambda status: status.rate)),
    Metric("bytom_sync_stuck", "1 while the chain does not get on, with the reason, else 0.",
           _network(lambda status: status.stuck is not None),
           reason=lambda api: None if api.network is None else api.network.status().stuck),
    # the pool and mining
    Metric("bytom_pool_transactions", "Transactions that wait for a block.", lambda api: len(api.chain.pool)),
    Metric("bytom_pool_orphans", "Transactions that wait for one they spend from.",
           lambda api: api.chain.pool.orphan_count),
    Metric("bytom_mining", "1 while this node mines, else 0.", _miner(lambda miner: miner.is_mining)),
    Metric("bytom_hashes_per_second", "Hashes the miner tries a second.", _miner(lambda miner: miner.hash_rate)),
    Metric("bytom_mined_blocks_total", "Blocks the miner has found since the node started.",
           _miner(lambda miner: miner.blocks_found)),
    # the wallet
    Metric("bytom_wallet_height", "Height up to which the wallet has read the chain.",
           _wallet(lambda status: status.wallet_height)),
    Metric("bytom_wallet_blocks_behind", "Blocks that the wallet has not read yet.",
           lambda api: (None if api.wallet is None
                        else max(0, api.chain.best_height - api.wallet.status().wallet_height))),
    Metric("bytom_wallet_failing", "1 while the wallet cannot go on reading the chain, else 0.",
           _wallet(lambda status: bool(status.failure))),
    Metric("bytom_index_height",
           "Height up to which the index of everything has read the chain, -1 before the first block.",
           _index(lambda status: status.height)),
    Metric("bytom_index_blocks_behind", "Blocks that the index of everything has not read yet.",
           _index(lambda status: status.lag)),
    Metric("bytom_index_failing", "1 while the index of everything cannot go on reading the chain, else 0.",
           _index(lambda status: bool(status.failure))),
    # events
    Metric("bytom_event_followers", "WebSocket clients, hooks and waiting requests that are told of the chain.",
           lambda api: None if api.events is None else api.events.follower_count),
    Metric("bytom_hooks", "Webhooks of the API and hooks of the configuration.", _hooks(lambda _: True)),
    Metric("bytom_hooks_failing", "Hooks whose receiver has not taken the last delivery; list-webhooks says why.",
           _hooks(lambda runner: runner.health.failures > 0)),
    Metric("bytom_watch_failing", "1 while watched addresses cannot be followed, else 0.",
           lambda api: None if api.watch is None else bool(api.watch.failure)),
    # the disk
    Metric("bytom_disk_free_bytes", "Room left on the disk of the databases.",
           _storage(lambda report: report.free)),
    Metric("bytom_disk_size_bytes", "How large that disk is.", _storage(lambda report: report.total)),
    Metric("bytom_disk_low", "1 while syncing and mining have stopped because little room is left, else 0.",
           _storage(lambda report: bool(report.low))),
    Metric("bytom_database_size_bytes", "Sizes of the databases.",
           _storage(lambda report: [({"database": name}, size) for name, size in report.databases.items()])),
    # the API
    Metric("bytom_api_requests_total", "Requests the API has answered since the node started.",
           lambda api: api.served.requests),
    Metric("bytom_api_errors_total", "Requests that a method has failed, by the method and the code of the error.",
           lambda api: [({"method": method, "code": code}, count)
                        for (method, code), count in sorted(api.served.errors.items())]),
    Metric("bytom_api_refusals_total", "Requests that reached no method, by the HTTP status of the answer.",
           lambda api: [({"status": str(status)}, count)
                        for status, count in sorted(api.served.refusals.items())]),
    Durations("bytom_api_request_duration_seconds",
              "How long methods took, waiting for threads and peers included, by method; wait-work is left out."),
    # the process
    Metric("bytom_build_info", "1, with the versions in its labels.", _build),
    Metric("process_cpu_seconds_total", "Processor time that the node has taken, in seconds.",
           lambda _: process_figures.cpu_seconds()),
    Metric("process_resident_memory_bytes", "Memory that the node takes.",
           lambda _: process_figures.resident_bytes()),
    Metric("process_open_fds", "Open files and connections.", lambda _: process_figures.open_files()),
    Metric("process_max_fds", "How many may be open.", lambda _: process_figures.most_files()),
    Metric("process_start_time_seconds", "When the node started, in seconds since 1970.",
           lambda _: process_figures.started_at()),
)  # fmt: skip


def render(api: ApiParts) -> HttpResponse:
    """The page."""
    lines = [line for metric in METRICS for line in metric.lines(api)]
    return HttpResponse(200, "\n".join([*lines, ""]).encode(), CONTENT_TYPE)
