"""Whatever the API has is explained: in its document, on its page, and by the client's help."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from pybytomd.cli.bytomcli import CALLS
from pybytomd.cli.bytomd import program
from pybytomd.cli.calls.examples import EXAMPLES
from pybytomd.cli.commands import GoCommand, GoGroup
from pybytomd.client.methods import Methods
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.pages import docs_page, events_section, metrics, openapi
from pybytomd.rpc.push.events import topics as events
from pybytomd.rpc.push.websocket import TOPICS
from pybytomd.rpc.roles import ROLES, Role
from pybytomd.rpc.schema.failures import runs
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.requests import fields_of
from tests.conventions.source import modules, text

METHODS = {m.path: m for kind in (ChainKind.BYTOM2, ChainKind.BYTOM1) for m in load_methods(kind=kind).values()}
"""Those of both chains; of one that both have in ways of their own that of 1.x."""
DOCUMENT: dict[str, Any] = json.loads(openapi.document(METHODS))
PAGE = docs_page.render(METHODS, DOCUMENT).decode()
MAX_SUMMARY = 130

each_method = pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)


def schemas(value: object) -> Iterator[dict[str, Any]]:
    """A schema and all inside it."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from schemas(child)
    elif isinstance(value, list):
        for child in value:
            yield from schemas(child)


def page_of(method: Method) -> str:
    """What the page says of a method."""
    return PAGE.split(f'<details class="method card" id="{method.name}"')[1].split("</details>")[0]


@each_method
def test_a_method_is_described(method: Method) -> None:
    assert method.summary.endswith((".", "?")), "the first line of the docstring is a sentence"
    assert len(method.summary) <= MAX_SUMMARY
    assert f"<code>{method.path}</code>" in PAGE


@each_method
def test_a_method_tells_its_role(method: Method) -> None:
    assert DOCUMENT["paths"][method.path]["post"]["x-role"] == method.role
    about = page_of(method)
    assert f"Role: <code>{method.role}</code>" in about
    if method.role is Role.READ:
        assert not method.needs_wallet or method.name == "decode-program", "the wallet's matters take more"
    assert method.reads or method.role is not Role.READ


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_explained_and_opens_something(role: Role) -> None:
    info = ROLES[role]
    assert any(method.role is role for method in METHODS.values())
    included = ", ".join(f"`{one}`" for one in info.includes)
    assert f"| `{role}` | {info.opens} | {included}{' ' if included else ''}|" in text("README.md")
    assert f"<td><code>{role}</code></td><td>{info.opens}</td>" in html.unescape(PAGE)
    assert f"`{role}`: {info.opens}" in DOCUMENT["info"]["description"]


@each_method
def test_a_request_is_a_described_class_whose_fields_have_schemas(method: Method) -> None:
    body = DOCUMENT["paths"][method.path]["post"].get("requestBody")
    if method.request is None:
        assert body is None
        return
    assert (method.request.__doc__ or "").rstrip().endswith("."), method.request.__name__
    reference = body["content"]["application/json"]["schema"]["$ref"]
    schema = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]
    assert len(schema["properties"]) == len(dataclasses.fields(method.request))
    for name, field in schema["properties"].items():
        assert field.keys() & {"type", "anyOf", "$ref"}, name


@each_method
def test_a_reply_has_a_schema(method: Method) -> None:
    assert method.reply is not None, "the function has no return annotation"
    success = openapi.success_schema(method)
    if method.reply is type(None):
        assert "data" not in success["properties"]  # type: ignore[operator]
        return
    for schema in schemas(success["properties"]):
        if "properties" in schema:
            assert schema["type"] == "object"
    assert success["properties"]["data"] != {}  # type: ignore[index]


@pytest.mark.parametrize("code", ERROR_TABLE)
def test_an_error_code_is_explained(code: str) -> None:
    assert ERROR_TABLE[code].message
    assert f"<code>{code}</code>" in PAGE
    assert code in json.dumps(DOCUMENT["components"])


@pytest.mark.parametrize("metric", metrics.METRICS, ids=lambda metric: metric.name)
def test_a_metric_is_explained(metric: metrics.Metric | metrics.Durations) -> None:
    assert metric.help.endswith(".")
    assert f"<code>{metric.name}</code>" in PAGE
    assert metric.name.startswith(("bytom_", "process_"))
    assert (metric.kind == "counter") == metric.name.endswith("_total")


def test_names_of_metrics_are_unique() -> None:
    assert len({metric.name for metric in metrics.METRICS}) == len(metrics.METRICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_explained(topic: str) -> None:
    assert f"<code>{topic}</code>" in PAGE


@pytest.mark.parametrize("topic", events.TOPICS.values(), ids=lambda topic: topic.name)
def test_a_topic_of_events_is_explained(topic: events.Topic) -> None:
    assert f"<code>{topic.name}</code>" in PAGE
    assert topic.about
    assert (topic.filter.__doc__ or "").endswith(".")
    for name, _ in fields_of(topic.filter):
        assert f"<code>{name}</code>" in PAGE
    assert set(topic.events) <= set(events_section.EVENTS)


@pytest.mark.parametrize("name", events_section.EVENTS)
def test_an_event_is_explained(name: str) -> None:
    assert f"<code>{name}</code>" in PAGE


def test_what_is_no_method_is_in_the_document_and_the_readme() -> None:
    for path in openapi.OTHER_PATHS:
        assert path in DOCUMENT["paths"]
        assert path in PAGE
        assert f"`{path}`" in text("README.md")


@pytest.mark.parametrize("name", CALLS)
def test_a_command_is_explained(name: str) -> None:
    assert CALLS[name].summary
    assert all(flag.help for flag in CALLS[name].flags)
    assert EXAMPLES[name].startswith(("pybytomcli ", "BYTOM_URL="))


def test_every_command_of_the_node_is_explained() -> None:
    """Down to the commands inside of others, and every flag."""
    left = [program({})]
    while left:
        group = left.pop()
        for command in group.commands.values():
            if isinstance(command, GoGroup):
                left.append(command)
            assert command.short_help, command.name
            if isinstance(command, GoCommand):
                assert all(flag.help for flag in command.own_flags), command.name


@each_method
def test_the_page_explains_each_field_and_shows_examples(method: Method) -> None:
    about = html.unescape(page_of(method)).replace("<wbr>", "")
    operation = DOCUMENT["paths"][method.path]["post"]
    objects = DOCUMENT["components"]["schemas"]
    if method.request is not None:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        for name, field in objects[reference.rpartition("/")[2]]["properties"].items():
            assert f"<code>{name}</code>" in about
            assert field["description"] in about
    assert f"curl -s {'' if method.request else '-X POST '}http://127.0.0.1:9888{method.path}" in about
    typed = hasattr(Methods, method.name.replace("-", "_")) and ChainKind.BYTOM1 in method.kinds
    asked = f"node.{method.name.replace('-', '_')}(" if typed else "node.call("
    assert asked in about
    assert f'"{method.name}"' in about or typed
    for told in runs(operation["x-errors"]):
        assert told in about


def test_every_object_is_on_the_page() -> None:
    """Where links of types lead."""
    for target in set(re.findall(r'href="#([\w-]+)"', PAGE)):
        assert f'id="{target}"' in PAGE, target
    assert len(re.findall(r'<details class="object card"', PAGE)) > 50


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """And nothing in it is a script or a style, which its policy would forbid."""
    assert re.findall(r"<script[^>]*>(.*?)</script>", PAGE, re.DOTALL) == ["", ""]
    assert not re.search(r"<style|style=|\son\w+=", re.sub(r"<pre>.*?</pre>", "", PAGE, flags=re.DOTALL))
    assert "http://" not in PAGE.replace("http://127.0.0.1", "")
    assert "https://" not in PAGE
    sources = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', PAGE)
    assert len(sources) == 5
    assert all(source.startswith(("/dashboard/", "/docs/")) for source in sources)
    assert "@import" not in PAGE


def test_what_the_page_takes_of_the_dashboard_is_there() -> None:
    """Its script imports names of modules that are not its own."""
    script = text("pybytomd/rpc/pages/static/docs.js")
    imports = re.findall(r'^import \{([^}]+)\} from "/dashboard/([^"]+)";$', script, re.MULTILINE)
    assert len(imports) == len(re.findall(r"^import ", script, re.MULTILINE)) > 2
    for names, path in imports:
        source = text(f"pybytomd/dashboard/static/{path}")
        for name in names.split(", "):
            exported = rf"^export (?:async )?(?:const|class|function) {re.escape(name)}(?= |\()"
            assert re.search(exported, source, re.MULTILINE), f"{path}: {name}"


def test_every_family_of_methods_is_a_module_with_a_source() -> None:
    """The docstring of a family says where in the reference its methods are described."""
    families = {method.call.__module__ for method in load_methods().values() if method.in_reference}
    assert len(families) > 10
    for family in families:
        assert family.startswith("pybytomd.rpc.methods.")
        path = f"{family.replace('.', '/')}.py"
        assert path in modules()
        assert re.search(r"Source: (rpc-and-cli|wallet-and-keys) reference", text(path)), family
