"""The readable page about the API: one file, nothing loaded from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from itertools import groupby

from pybytomd.rpc import health
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.lifecycle import HEALTH_PATH, READY_PATH
from pybytomd.rpc.pages import events_section, metrics
from pybytomd.rpc.pages.openapi import success_schema
from pybytomd.rpc.push import notifications
from pybytomd.rpc.roles import OWN_ROLES_PATH, ROLES
from pybytomd.rpc.schema.field_types import Schema
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.requests import StructKind

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #222; background: #fff }
h2 { border-bottom: 1px solid #ccc; text-transform: capitalize }
summary { cursor: pointer; padding: .2rem 0 }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #f4f4f4; padding: .1rem .3rem }
pre { padding: .6rem; overflow: auto }
.note { color: #666 }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181818 } code, pre { background: #262626 } a { color: #8bf } }
"""


INTRODUCTION = """
<h1>API of this node</h1>
<p>Every method is a <code>POST</code> of a JSON object to its path; a method that takes nothing needs no body. The
answer says in <code>status</code> whether it succeeded.</p>
<p class="note">For programs: <a href="/openapi.json">openapi.json</a></p>
"""

NOTIFICATIONS = f"""
<h2>Notifications</h2>
<p>A WebSocket at <code>{notifications.PATH}</code> takes messages such as
<code>{{"topic": "notify_raw_blocks"}}</code>, and answers each with a <code>request_status</code>.</p>
<table>
<tr><td><code>notify_raw_blocks</code></td><td>tell of blocks: <code>raw_blocks_connected</code>, and when the
chain is reorganised <code>raw_blocks_disconnected</code></td></tr>
<tr><td><code>notify_new_transactions</code></td><td>tell of what enters the pool:
<code>new_transaction</code></td></tr>
<tr><td><code>stop_notify_raw_blocks</code>, <code>stop_notify_new_transactions</code></td><td>no longer</td></tr>
</table>
"""


def page(title: str, body: str) -> bytes:
    """A whole page around some HTML."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    ).encode()


def render(methods: Mapping[str, Method]) -> bytes:
    """The page about these methods."""
    families = sorted(methods.values(), key=lambda method: (method.family, method.name))
    parts = [INTRODUCTION]
    for family, members in groupby(families, key=lambda method: method.family):
        parts.append(f"<h2>{escape(family.replace('_', ' '))}</h2>")
        parts += [_method(method) for method in members]
    parts += [NOTIFICATIONS, events_section.render(), _metrics(), _roles(), _errors()]
    return page("pybytomd API", "\n".join(parts))


def _metrics() -> str:
    rows = "".join(
        f"<tr><td><code>{escape(metric.name)}</code></td><td>{escape(metric.help)}</td></tr>\n"
        for metric in metrics.METRICS
    )
    reasons = "".join(
        f"<tr><td><code>{escape(reason)}</code></td><td>{escape(text)}</td></tr>\n"
        for reason, text in health.REASONS.items()
    )
    return (
        f"<h2>Monitoring</h2><p><code>GET {HEALTH_PATH}</code> has status 200 as long as the node lives, "
        f"<code>GET {READY_PATH}</code> when it is ready to serve, else 503 with a <code>reason</code>. "
        f"Neither takes a token.</p><table>{reasons}</table>"
        f"<p><code>GET {metrics.PATH}</code> gives figures for Prometheus:</p><table>{rows}</table>"
    )


def _roles() -> str:
    rows = "".join(
        f"<tr><td><code>{role}</code></td><td>{escape(info.opens)}</td>"
        f"<td>{', '.join(f'<code>{one}</code>' for one in info.includes)}</td></tr>\n"
        for role, info in ROLES.items()
    )
    return (
        "<h2>Roles</h2><p>An access token opens the methods of its roles, and of those in the last column. One "
        "that was made without roles opens everything. "
        f"<code>GET {OWN_ROLES_PATH}</code> tells who asks their roles.</p>"
        f"<table>{rows}</table>"
    )


def _errors() -> str:
    rows = "".join(
        f"<tr><td><code>{escape(row.code)}</code></td><td>{escape(row.message)}</td></tr>\n"
        for row in ERROR_TABLE.values()
    )
    return f"<h2>Error codes</h2><p>In <code>code</code> of what failed:</p><table>{rows}</table>"


def _method(method: Method) -> str:
    note = "" if method.in_reference else ' <span class="note">(not in bytomd)</span>'
    asks = "<p>Takes nothing.</p>"
    if method.request is not None:
        asks = f"<p>Takes</p><pre>{_example(StructKind(method.request).schema())}</pre>"
    takes_role = f'<p class="note">Role: <code>{method.role}</code></p>'
    gives = f"<p>Gives</p><pre>{_example(success_schema(method))}</pre>"
    return (
        f"<details><summary><code>{escape(method.path)}</code> {escape(method.summary)}{note}</summary>"
        f"{takes_role}{asks}{gives}</details>"
    )


def _example(schema: Schema) -> str:
    return escape(json.dumps(_shape(schema), indent=2))


def _shape(schema: object) -> object:
    """A value that looks like what a schema describes, with types in place of values."""
    if not isinstance(schema, Mapping):
        return "anything"
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _shape(schema["anyOf"][0])
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: _shape(inner) for name, inner in schema["properties"].items()}
        case "object":
            return {}
        case "array":
            return [_shape(schema.get("items"))]
        case "string" | "integer" | "boolean" | "null" | "number" as kind:
            return schema.get("description", kind)
        case _:
            return "anything"
