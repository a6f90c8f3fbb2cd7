"""The OpenAPI 3.1 document of the API, made from the registry."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pybytomd import __version__
from pybytomd.rpc import health
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.lifecycle import HEALTH_PATH, READY_PATH
from pybytomd.rpc.pages import metrics
from pybytomd.rpc.push import notifications
from pybytomd.rpc.roles import ROLES
from pybytomd.rpc.schema.field_types import Schema
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.replies import schema_of
from pybytomd.rpc.schema.requests import StructKind

DESCRIPTION = """The HTTP API of a Bytom node, that of bytomd 1.1.1 and a few methods more.

Every method is a POST of a JSON object to its path. An answer has status 200 and says in `status` whether the
method succeeded. Other HTTP statuses are for requests that reach no method. Requests from the node's own machine
need no
credentials, others the id and secret of an access token (HTTP basic authentication). A token opens the methods of
its roles; `x-role` says which role a method takes.\n\n""" + "\n".join(
    f"* `{role}`: {info.opens}" + (f"; and what {' and '.join(info.includes)} open" if info.includes else "")
    for role, info in ROLES.items()
)

FAILURE: Schema = {
    "type": "object",
    "description": "The method failed.",
    "properties": {
        "status": {"const": "fail"},
        "code": {"type": "string", "enum": list(ERROR_TABLE)},
        "msg": {"type": "string"},
        "error_detail": {"type": "string"},
    },
    "required": ["status", "code", "msg"],
}
REFUSAL: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "msg": {"type": "string"},
        "status": {"const": "fail"},
        "detail": {"type": "string"},
        "temporary": {"type": "boolean"},
    },
    "required": ["code", "msg", "status", "temporary"],
}
REFUSALS = {
    "400": "The body is not the method's request.",
    "401": "The credentials are missing or wrong.",
    "403": "The request comes from a web page of another site, or its access token does not have the role.",
    "500": "The node failed; its log says why.",
}


def _probe(name: str, summary: str, ready: str, otherwise: Mapping[str, object]) -> Mapping[str, object]:
    """A path that answers with one word about the node."""
    responses = {"200": {"description": ready, "content": _json({"type": "object"})}, **otherwise}
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["monitoring"],
        "security": [],
        "responses": responses,
    }


def _json(schema: Schema) -> Mapping[str, object]:
    return {"application/json": {"schema": schema}}


NOT_READY: Schema = {
    "type": "object",
    "properties": {
        "status": {"const": "not ready"},
        "reason": {
            "type": "string",
            "enum": list(health.REASONS),
            "description": "; ".join(f"{reason}: {text}" for reason, text in health.REASONS.items()),
        },
        "detail": {"type": "string"},
    },
    "required": ["status", "reason", "detail"],
}
OTHER_PATHS: Mapping[str, Mapping[str, object]] = {
    HEALTH_PATH: {
        "get": _probe("health", "Whether the node lives: it does when it answers.", "It lives.", {}),
    },
    READY_PATH: {
        "get": _probe(
            "ready",
            "Whether the node is ready to serve: started, not stopping, its chain up to date.",
            "It is ready.",
            {"503": {"description": "It is not, and why.", "content": _json(NOT_READY)}},
        ),
    },
    metrics.PATH: {
        "get": {
            "operationId": "metrics",
            "summary": "Figures about the node in the text format of Prometheus.",
            "tags": ["monitoring"],
            "responses": {
                "200": {"description": "The figures.", "content": {"text/plain": {"schema": {"type": "string"}}}}
            },
        }
    },
    notifications.PATH: {
        "get": {
            "operationId": "websocket-subscribe",
            "summary": "A WebSocket that tells of blocks and transactions; see the page of the API.",
            "tags": ["monitoring"],
            "responses": {
                "101": {"description": "The protocol changes to WebSocket."},
                "400": {"description": "It is no WebSocket request, or there are too many connections."},
            },
        }
    },
}
"""What is found where and is no method."""


def document(methods: Mapping[str, Method]) -> bytes:
    """The document for these methods, by their paths."""
    paths = {**{path: {"post": _operation(method)} for path, method in methods.items()}, **OTHER_PATHS}
    value = {
        "openapi": "3.1.0",
        "info": {"title": "pybytomd", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{}, {"accessToken": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"accessToken": {"type": "http", "scheme": "basic"}},
            "schemas": {"Failure": FAILURE, "Refusal": REFUSAL},
        },
    }
    return json.dumps(value, indent=1).encode() + b"\n"


def success_schema(method: Method) -> Schema:
    """What a method answers when it succeeds."""
    properties: dict[str, object] = {"status": {"const": "success"}}
    required = ["status"]
    if method.reply not in (None, type(None)):
        properties["data"] = schema_of(method.reply)
        required.append("data")
    return {"type": "object", "properties": properties, "required": required}


def _operation(method: Method) -> Mapping[str, object]:
    responses: dict[str, object] = {
        "200": {
            "description": "The result, or why there is none.",
            "content": _json({"oneOf": [success_schema(method), {"$ref": "#/components/schemas/Failure"}]}),
        }
    }
    for status, description in REFUSALS.items():
        responses[status] = {
            "description": description,
            "content": _json({"$ref": "#/components/schemas/Refusal"}),
        }
    operation: dict[str, object] = {
        "operationId": method.name,
        "summary": method.summary,
        "tags": [method.family.replace("_", " ")],
        "x-role": method.role,
        "responses": responses,
    }
    if method.request is not None:
        operation["requestBody"] = {"required": True, "content": _json(StructKind(method.request).schema())}
    return operation
