"""Figures about the node at ``/metrics``, in Prometheus' text format. Who may see them is as for any API method.

A row each; one whose part of the node is not running is left out. What adds up ends in ``_total``: its rate over
time is for the reader to take.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pybytomd.rpc.api import Api
from pybytomd.rpc.http_messages import HttpResponse

if TYPE_CHECKING:
    from pybytomd.mining.cpu_miner import CPUMiner
    from pybytomd.sync.report.status import SyncStatus

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTER_END = "_total"

Read = Callable[[Api], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. ``read`` gives None when the part of the node it is about is not there."""

    name: str
    help: str
    read: Read
    reason: Callable[[Api], str | None] | None = None
    """Gives a label ``reason`` for the value, or none."""

    @property
    def kind(self) -> str:
        """What Prometheus calls it."""
        return "counter" if self.name.endswith(COUNTER_END) else "gauge"


def _network(read: Callable[[SyncStatus], float]) -> Read:
    return lambda api: None if api.network is None else read(api.network.status())


def _miner(read: Callable[[CPUMiner], float]) -> Read:
    return lambda api: None if api.miner is None else read(api.miner)


METRICS: tuple[Metric, ...] = (
    Metric("bytom_block_height", "Height of the best block.", lambda api: api.chain.best_height),
    Metric("bytom_block_time_seconds", "Its time, since 1970.", lambda api: api.chain.best_header.timestamp),
    Metric(
        "bytom_peer_block_height",
        "Height of the highest block that a peer has told of, or of our own if that is higher.",
        _network(lambda status: status.highest_block),
    ),
    Metric("bytom_peers", "Connected peers.", _network(lambda status: status.peer_count)),
    Metric(
        "bytom_sync_blocks_per_second",
        "Blocks fetched and verified a second while the chain is fetched, else 0.",
        _network(lambda status: status.rate),
    ),
    Metric(
        "bytom_sync_stuck",
        "1 while the chain does not get on, with the reason, else 0.",
        _network(lambda status: status.stuck is not None),
        reason=lambda api: None if api.network is None else api.network.status().stuck,
    ),
    Metric("bytom_pool_transactions", "Transactions that wait for a block.", lambda api: len(api.chain.pool)),
    Metric(
        "bytom_pool_orphans",
        "Transactions that wait for one they spend from.",
        lambda api: api.chain.pool.orphan_count,
    ),
    Metric("bytom_mining", "1 while this node mines, else 0.", _miner(lambda miner: miner.is_mining)),
    Metric("bytom_hashes_per_second", "Hashes the miner tries a second.", _miner(lambda miner: miner.hash_rate)),
    Metric(
        "bytom_mined_blocks_total",
        "Blocks the miner has found since the node started.",
        _miner(lambda miner: miner.blocks_found),
    ),
    Metric(
        "bytom_wallet_height",
        "Height up to which the wallet has read the chain.",
        lambda api: None if api.wallet is None else api.wallet.status().wallet_height,
    ),
    Metric(
        "bytom_api_requests_total",
        "Requests the API has answered since the node started.",
        lambda api: api.served.requests,
    ),
)


def _label(metric: Metric, api: Api) -> str:
    """The label as the format has it: backslashes, quotes and line ends are escaped."""
    reason = None if metric.reason is None else metric.reason(api)
    if not reason:
        return ""
    escaped = reason.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'{{reason="{escaped}"}}'


def render(api: Api) -> HttpResponse:
    """The page."""
    lines: list[str] = []
    for metric in METRICS:
        value = metric.read(api)
        if value is not None:
            lines.append(f"# HELP {metric.name} {metric.help}")
            lines.append(f"# TYPE {metric.name} {metric.kind}")
            lines.append(f"{metric.name}{_label(metric, api)} {value if isinstance(value, float) else int(value)}")
    return HttpResponse(200, "\n".join([*lines, ""]).encode(), CONTENT_TYPE)
