"""The readable page about the API: what ``/openapi.json`` says, for people, with examples and forms to try them.

The page is whole without its script, which opens what a link leads to, finds methods, copies examples and sends
requests. Style and colours are the dashboard's.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc import health
from pybytomd.rpc.errors import DEFAULT_CODE, ERROR_TABLE
from pybytomd.rpc.lifecycle import HEALTH_PATH, READY_PATH
from pybytomd.rpc.pages import docs_examples, events_section, metrics
from pybytomd.rpc.pages.docs_fields import Schema, anchor, kind, reached, table
from pybytomd.rpc.push import notifications
from pybytomd.rpc.roles import OWN_ROLES_PATH, ROLES, Role
from pybytomd.rpc.schema.failures import runs
from pybytomd.rpc.schema.registry import Method

STYLES = ("/dashboard/style.css", "/docs/docs.css")
SCRIPT, THEME = "/docs/docs.js", "/dashboard/theme.js"
ASKED_BEFORE = frozenset({Role.SPEND, Role.ADMIN})
"""Roles whose methods are tried out only after a question."""

INTRODUCTION = f"""
<h1>API of this node</h1>
<p>Every method is a <code>POST</code> of a JSON object to its path; a method that takes nothing needs no body. The
answer has HTTP status 200 and says in <code>status</code> whether it succeeded: then <code>data</code> is what was
asked for, else <code>code</code>, <code>msg</code> and <code>error_detail</code> say what is wrong. Amounts are
whole numbers in the smallest unit of their asset, of BTM in neu: 100,000,000 are one BTM.</p>
<p>Programs of this machine's user find their credentials by the node's cookie. Others give an access token, as
name and secret of HTTP basic authentication: <code>curl -u name:secret {docs_examples.NODE}/net-info</code>.</p>
<p class="note">For programs: <a href="/openapi.json">openapi.json</a>, of which clients can be made, and the typed
client <code>pybytomd.client</code> for Python. For people: <a href="/dashboard/">the dashboard</a>.</p>
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


def render(methods: Mapping[str, Method], document: Mapping[str, Any]) -> bytes:
    """The page about these methods, of which ``document`` is the OpenAPI document."""
    families = sorted(methods.values(), key=lambda method: (method.family, method.name))
    grouped = [(family, list(members)) for family, members in groupby(families, key=lambda method: method.family)]
    pages = _Methods(document)
    sections = [f'<section id="introduction">{INTRODUCTION}</section>']
    for family, members in grouped:
        about = "\n".join(pages.method(method) for method in members)
        sections.append(
            f'<section id="{_family_anchor(family)}"><h2>{escape(_title(family))}</h2>\n{about}</section>'
        )
    rest = {
        "objects": pages.objects(),
        "notifications": NOTIFICATIONS,
        "events": events_section.render(),
        "monitoring": _metrics(),
        "roles": _roles(),
        "errors": _errors(),
    }
    sections += [f'<section id="{name}">{text}</section>' for name, text in rest.items()]
    body = f'{_contents(grouped, list(rest))}<main id="main" tabindex="-1">{"".join(sections)}</main>'
    return _page("API of this node - pybytomd", body)


def _page(title: str, body: str) -> bytes:
    links = "".join(f'<link rel="stylesheet" href="{path}">' for path in STYLES)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">{links}'
        f'<script src="{THEME}"></script><script type="module" src="{SCRIPT}"></script></head>'
        f'<body class="docs"><a class="skip" href="#main">To the methods</a>{body}</body></html>\n'
    ).encode()


def _title(family: str) -> str:
    return family.replace("_", " ").capitalize()


def _family_anchor(family: str) -> str:
    return f"family-{family.replace('_', '-')}"


def _contents(grouped: list[tuple[str, list[Method]]], rest: list[str]) -> str:
    families = "".join(
        f'<li><a href="#{_family_anchor(family)}">{escape(_title(family))}</a><ul>'
        + "".join(f'<li><a href="#{method.name}">{method.name}</a></li>' for method in members)
        + "</ul></li>\n"
        for family, members in grouped
    )
    others = "".join(f'<li><a href="#{name}">{_title(name)}</a></li>' for name in rest)
    return (
        '<nav class="contents" aria-label="Contents"><a class="logo" href="#introduction">pybytomd API</a>'
        f'<div id="find"></div><ul>{families}{others}</ul></nav>'
    )


class _Methods:
    """What is said of methods and objects. All of it stands in the OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths: Mapping[str, Any] = document["paths"]
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]

    def method(self, method: Method) -> str:
        """A method, closed: its path and what it does; inside all else."""
        operation = self._paths[method.path]["post"]
        tags = "" if method.in_reference else '<span class="tag own">not in bytomd</span>'
        tags += f'<span class="tag" title="the role that it takes">{method.role}</span>'
        asks = ' data-asks=""' if method.role in ASKED_BEFORE or not method.reads else ""
        example = docs_examples.request_of(operation).get("example")
        request = "" if example is None else f" data-example='{_quoted(docs_examples.json_text(example))}'"
        return (
            f'<details class="method card" id="{method.name}" data-path="{method.path}"{asks}{request}>'
            f"<summary><code>{escape(method.path)}</code> <span>{_text(method.summary)}</span>{tags}</summary>"
            f'<div class="about"><div class="fields">{self._asks(operation)}{self._gives(operation)}'
            f"{self._fails(method, operation)}</div>"
            f'<div class="examples">{self._examples(method, operation)}</div></div></details>'
        )

    def objects(self) -> str:
        """All objects that are inside of requests and answers, each once."""
        operations = [item["post"] for item in self._paths.values() if "post" in item]
        outer = {docs_examples.result_of(operation) for operation in operations}
        outer |= {docs_examples.named(docs_examples.request_of(one).get("schema", {})) for one in operations}
        rows = "\n".join(
            f'<details class="object card" id="{anchor(name)}"><summary><code>{escape(name)}</code> '
            f"<span>{_text(schema['description'])}</span></summary>"
            f"{table(schema, is_request=name.endswith('Request'))}</details>"
            for name, schema in self._schemas.items()
            if name not in outer
        )
        return f"<h2>Objects</h2><p>What stands inside of requests and answers.</p>{rows}"

    def _asks(self, operation: Mapping[str, Any]) -> str:
        request = docs_examples.request_of(operation)
        if not request:
            return "<h3>Takes</h3><p>Nothing.</p>"
        schema = self._schemas[docs_examples.named(request["schema"])]
        kinds = "".join(self._kinds(field) for field in schema["properties"].values())
        return f"<h3>Takes</h3><p>{_text(schema['description'])}</p>{table(schema, is_request=True)}{kinds}"

    def _kinds(self, field: Schema) -> str:
        """Where a list holds one of several kinds of object, each of them."""
        several = field.get("items", {}).get("oneOf", ())
        if not several:
            return ""
        told = "".join(
            f"<h4>{kind(schema['properties']['type'])}</h4><p>{_text(schema['description'])}</p>"
            f"{table(schema, is_request=True)}"
            for schema in (self._schemas[docs_examples.named(one)] for one in several)
        )
        return f'<div class="kinds">{told}</div>'

    def _gives(self, operation: Mapping[str, Any]) -> str:
        data = self._schemas[docs_examples.result_of(operation)]["properties"].get("data")
        if data is None:
            return "<h3>Gives</h3><p>Nothing but its success.</p>"
        shown = [self._schemas[name] for name in dict.fromkeys(reached(data))]
        tables = "".join(f"<p>{_text(one['description'])}</p>{table(one, is_request=False)}" for one in shown)
        return f"<h3>Gives</h3><p><code>data</code>: {kind(data)}</p>{tables}"

    def _fails(self, method: Method, operation: Mapping[str, Any]) -> str:
        own = [code for code in operation["x-errors"] if code != DEFAULT_CODE]
        parts = (f'<a href="#errors">{escape(told)}</a>{_meaning(told)}' for told in runs(own))
        listed = "; ".join(parts)
        fails = f"{listed}; or <code>{DEFAULT_CODE}</code>" if listed else f"<code>{DEFAULT_CODE}</code>"
        return (
            f'<h3>May fail with</h3><p class="note">{fails} with the reason in <code>error_detail</code>.</p>'
            f'<p class="note">Role: <code>{method.role}</code></p>'
        )

    def _examples(self, method: Method, operation: Mapping[str, Any]) -> str:
        shell = escape(docs_examples.curl(method.path, operation))
        write = docs_examples.python if ChainKind.BYTOM1 in method.kinds else docs_examples.untyped_python
        program = escape(write(operation, self._schemas))
        return f"<h3>curl</h3><pre>{shell}</pre><h3>Python</h3><pre>{program}</pre>"


def _meaning(told: str) -> str:
    """What a code by itself means; of several in a row the table has it."""
    return f" {escape(ERROR_TABLE[told].message)}" if told in ERROR_TABLE else ""


def _quoted(text: str) -> str:
    return escape(text, quote=True)


def _text(text: str) -> str:
    """Running text, with what is between backticks as code."""
    parts = escape(text).replace("``", "`").split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


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
