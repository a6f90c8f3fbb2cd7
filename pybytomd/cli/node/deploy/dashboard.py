"""A dashboard for Grafana: how nodes are, from the chain down to the process. One row a panel.

Source: the JSON model of Grafana's dashboards, version 39 of its schema.
"""

from __future__ import annotations

from dataclasses import dataclass

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue

WIDTH = 24
"""Columns of the grid."""
HERE = '{instance=~"$instance"}'
"""Of the nodes that were chosen above the panels."""
DURATIONS = "bytom_api_request_duration_seconds_bucket"
SOURCE: dict[str, JsonValue] = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing. ``queries`` are expressions and their legends; ``unit`` is Grafana's name of it."""

    title: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8
    height: int = 7


PANELS = (
    Panel("Ready", ((f"bytom_ready{HERE}", "{{instance}} {{reason}}"),), kind="stat", width=4, height=4),
    Panel("Height", ((f"bytom_block_height{HERE}", "{{instance}}"),), kind="stat", width=4, height=4),
    Panel("Last block", ((f"bytom_block_age_seconds{HERE}", "{{instance}}"),), "s", "stat", 4, 4),
    Panel("Peers", ((f"bytom_peers{HERE}", "{{instance}}"),), kind="stat", width=4, height=4),
    Panel("Disk left", ((f"bytom_disk_free_bytes{HERE}", "{{instance}}"),), "bytes", "stat", 4, 4),
    Panel("Up for", ((f"time() - process_start_time_seconds{HERE}", "{{instance}}"),), "s", "stat", 4, 4),
    Panel("Blocks", ((f"bytom_block_height{HERE}", "{{instance}}"),
                     (f"bytom_peer_block_height{HERE}", "{{instance}}: peers"))),
    Panel("Blocks fetched a second", ((f"bytom_sync_blocks_per_second{HERE}", "{{instance}}"),)),
    Panel("Blocks undone", ((f"increase(bytom_reorganised_blocks_total{HERE}[1h])", "{{instance}}, in an hour"),
                            (f"bytom_reorganisation_depth_max{HERE}", "{{instance}}, most at once"))),
    Panel("Peers by direction", ((f"bytom_peers_by_direction{HERE}", "{{instance}} {{direction}}"),)),
    Panel("Bytes with peers", ((f"rate(bytom_peer_bytes_total{HERE}[5m])", "{{instance}} {{direction}}"),), "Bps"),
    Panel("Bans", ((f"bytom_bans{HERE}", "{{instance}}"),)),
    Panel("Transactions waiting", ((f"bytom_pool_transactions{HERE}", "{{instance}}"),
                                   (f"bytom_pool_orphans{HERE}", "{{instance}}: orphans"))),
    Panel("Behind the chain", ((f"bytom_wallet_blocks_behind{HERE}", "{{instance}}: wallet"),
                               (f"bytom_index_blocks_behind{HERE}", "{{instance}}: index"))),
    Panel("Hashes a second", ((f"bytom_hashes_per_second{HERE}", "{{instance}}"),)),
    Panel("Requests a second", ((f"rate(bytom_api_requests_total{HERE}[5m])", "{{instance}}"),), "reqps"),
    Panel("Failures a second", (
        (f"sum by (instance, method, code) (rate(bytom_api_errors_total{HERE}[5m]))",
         "{{instance}} {{method}} {{code}}"),
        (f"sum by (instance, status) (rate(bytom_api_refusals_total{HERE}[5m]))", "{{instance}} HTTP {{status}}"),
    ), "reqps"),
    Panel("Slowest of a hundred", (
        (f"histogram_quantile(0.99, sum by (instance, method, le) (rate({DURATIONS}{HERE}[5m])))",
         "{{instance}} {{method}}"),
    ), "s"),
    Panel("Processor", ((f"rate(process_cpu_seconds_total{HERE}[5m])", "{{instance}}"),), "percentunit"),
    Panel("Memory", ((f"process_resident_memory_bytes{HERE}", "{{instance}}"),), "bytes"),
    Panel("Files", ((f"process_open_fds{HERE}", "{{instance}}"),
                    (f"process_max_fds{HERE}", "{{instance}}: at most"))),
    Panel("Databases", ((f"bytom_database_size_bytes{HERE}", "{{instance}} {{database}}"),), "bytes"),
    Panel("Followers of events", ((f"bytom_event_followers{HERE}", "{{instance}}"),)),
    Panel("Hooks that fail", ((f"bytom_hooks_failing{HERE}", "{{instance}}"),)),
)  # fmt: skip


def dashboard() -> str:
    """The JSON to import."""
    variables: list[JsonValue] = [
        {"name": "source", "label": "Source", "type": "datasource", "query": "prometheus"},
        {
            "name": "instance", "label": "Node", "type": "query", "datasource": SOURCE, "multi": True,
            "includeAll": True, "refresh": 2, "query": "label_values(bytom_build_info, instance)",
            "current": {"text": "All", "value": "$__all"},
        },
    ]  # fmt: skip
    model: dict[str, JsonValue] = {
        "title": "Bytom nodes", "uid": "bytom-nodes", "tags": ["bytom"], "schemaVersion": 39, "version": 1,
        "editable": True, "refresh": "30s", "time": {"from": "now-6h", "to": "now"}, "timezone": "browser",
        "templating": {"list": variables}, "annotations": {"list": []}, "panels": _placed(),
    }  # fmt: skip
    return gojson.dumps_indented(model).decode() + "\n"


def _placed() -> list[JsonValue]:
    """The panels on the grid, from left to right in rows as high as their first one."""
    placed: list[JsonValue] = []
    x = y = row = 0
    for number, panel in enumerate(PANELS, 1):
        if x + panel.width > WIDTH:
            x, y = 0, y + row
        if x == 0:
            row = panel.height
        placed.append(_panel(number, panel, x, y))
        x += panel.width
    return placed


def _panel(number: int, panel: Panel, x: int, y: int) -> JsonValue:
    targets: list[JsonValue] = [
        {"datasource": SOURCE, "expr": expression, "legendFormat": legend, "refId": chr(ord("A") + place)}
        for place, (expression, legend) in enumerate(panel.queries)
    ]
    return {
        "id": number, "type": panel.kind, "title": panel.title, "datasource": SOURCE, "targets": targets,
        "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []}, "options": {},
    }  # fmt: skip
