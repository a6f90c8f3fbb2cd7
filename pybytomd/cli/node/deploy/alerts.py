"""Rules for Prometheus: when somebody is to be woken, and when it is enough to look in the morning.

Each is a row; the figures are those of ``/metrics``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

PAGE, TICKET = "page", "ticket"
"""Somebody is woken; somebody looks at it when there is time."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule. ``lasting`` is how long it must hold, in Prometheus's notation."""

    name: str
    expression: str
    lasting: str
    severity: str
    summary: str
    description: str


ALERTS = (
    Alert("BytomNodeDown", 'up{job="bytom"} == 0', "5m", PAGE,
          "The node {{ $labels.instance }} does not answer",
          "Its API has not answered for five minutes; look at its console and its log."),
    Alert("BytomNotReady", "bytom_ready == 0", "10m", PAGE,
          "The node {{ $labels.instance }} does not serve: {{ $labels.reason }}",
          "/ready of the node tells more."),
    Alert("BytomSyncStuck", "bytom_sync_stuck == 1", "5m", PAGE,
          "The chain of {{ $labels.instance }} does not get on", "{{ $labels.reason }}"),
    Alert("BytomNoBlock", "bytom_block_age_seconds > 3600", "5m", PAGE,
          "No block for an hour on {{ $labels.instance }}",
          "The last block is {{ $value | humanizeDuration }} old, whatever the peers say."),
    Alert("BytomDiskLow", "bytom_disk_low == 1", "1m", PAGE,
          "The disk of {{ $labels.instance }} is nearly full",
          "Syncing and mining have stopped; they go on by themselves when there is room."),
    Alert("BytomDiskFilling", "predict_linear(bytom_disk_free_bytes[6h], 3 * 24 * 3600) < 0", "1h", TICKET,
          "The disk of {{ $labels.instance }} will be full within three days",
          "It fills up at the rate of the last six hours."),
    Alert("BytomWalletFailing", "bytom_wallet_failing == 1", "5m", PAGE,
          "The wallet of {{ $labels.instance }} cannot read the chain",
          "Payments are not seen; the log says why."),
    Alert("BytomWalletBehind", "bytom_wallet_blocks_behind > 10", "10m", PAGE,
          "The wallet of {{ $labels.instance }} is {{ $value }} blocks behind", "Payments are seen late."),
    Alert("BytomIndexFailing", "bytom_index_failing == 1", "10m", TICKET,
          "The index of {{ $labels.instance }} cannot read the chain", "The log says why."),
    Alert("BytomWatchFailing", "bytom_watch_failing == 1", "10m", TICKET,
          "Watched addresses are not followed on {{ $labels.instance }}", "The log says why."),
    Alert("BytomHooksFailing", "bytom_hooks_failing > 0", "30m", TICKET,
          "{{ $value }} hooks of {{ $labels.instance }} do not take deliveries", "list-webhooks says why."),
    Alert("BytomDeepReorganisation", "bytom_reorganisation_depth_max > 6", "0m", PAGE,
          "{{ $value }} blocks were undone at once on {{ $labels.instance }}",
          "More than payments usually wait for: look at those that were confirmed lately."),
    Alert("BytomNoPeers", "bytom_peers == 0", "15m", TICKET,
          "{{ $labels.instance }} has no peers", "Look at its connection and at p2p.seeds."),
    Alert("BytomApiFailing", "sum by (instance, method) (rate(bytom_api_errors_total[5m])) > 1", "15m", TICKET,
          "{{ $labels.method }} fails on {{ $labels.instance }}", "{{ $value | humanize }} times a second."),
    Alert("BytomApiSlow",
          "histogram_quantile(0.99, sum by (instance, method, le) "
          '(rate(bytom_api_request_duration_seconds_bucket{method!~"get-work.*"}[5m]))) > 5',
          "15m", TICKET,
          "{{ $labels.method }} is slow on {{ $labels.instance }}",
          "One in a hundred takes longer than {{ $value | humanizeDuration }}."),
    Alert("BytomFilesNearlyOut", "process_open_fds / process_max_fds > 0.8 and on (instance, job) bytom_ready",
          "5m", PAGE,
          "{{ $labels.instance }} is about to run out of files", "Soon there are no connections to be had."),
)  # fmt: skip

HEAD = """\
# Alerts for nodes of Bytom. In prometheus.yml:
#   rule_files: [bytom.rules.yml]
#   scrape_configs:
#     - job_name: bytom
#       static_configs: [{targets: ["127.0.0.1:9888"]}]
# From another machine, or with --auth.local, the node asks for a token (pybytomcli token create NAME --role read):
#       basic_auth: {username: NAME, password: SECRET}
groups:
  - name: bytom
    rules:
"""


def rules() -> str:
    """The file of rules."""
    return HEAD + "".join(f"{line}\n" for alert in ALERTS for line in _lines(alert))


def _lines(alert: Alert) -> Iterator[str]:
    """A text of JSON is one of YAML, too."""
    yield f"      - alert: {alert.name}"
    yield f"        expr: {json.dumps(alert.expression)}"
    yield f"        for: {alert.lasting}"
    yield f"        labels: {{severity: {alert.severity}}}"
    yield "        annotations:"
    yield f"          summary: {json.dumps(alert.summary)}"
    yield f"          description: {json.dumps(alert.description)}"
