"""The OpenAPI 3.1 document of the API, made from the registry.

Each object has a name and stands once, in ``components``: what a field means is told there, and by ``x-errors`` of
a method with which codes it may fail. Generators of clients make classes and functions of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pybytomd import __version__
from pybytomd.rpc import health
from pybytomd.rpc.errors import ERROR_TABLE
from pybytomd.rpc.lifecycle import HEALTH_PATH, READY_PATH
from pybytomd.rpc.pages import metrics
from pybytomd.rpc.push import notifications
from pybytomd.rpc.roles import OWN_ROLES_PATH, ROLES, OwnRolesReply
from pybytomd.rpc.schema.examples import EXAMPLES
from pybytomd.rpc.schema.failures import failures_of
from pybytomd.rpc.schema.field_types import Schema
from pybytomd.rpc.schema.meanings import described
from pybytomd.rpc.schema.naming import camel_case
from pybytomd.rpc.schema.registry import Method
from pybytomd.rpc.schema.replies import schema_of
from pybytomd.rpc.schema.requests import StructKind

DESCRIPTION = """The HTTP API of a Bytom node, that of bytomd and a few methods more.

Every method is a POST of a JSON object to its path. An answer has status 200 and says in `status` whether the
method succeeded. Other HTTP statuses are for requests that reach no method. Requests from the node's own machine
need no credentials, others the id and secret of an access token (HTTP basic authentication). A token opens the
methods of its roles; `x-role` says which role a method takes.\n\n""" + "\n".join(
    f"* `{role}`: {info.opens}" + (f"; and what {' and '.join(info.includes)} open" if info.includes else "")
    for role, info in ROLES.items()
)

FAILURE: Schema = {
    "title": "Failure",
    "type": "object",
    "description": "The method failed.",
    "properties": {
        "status": {"type": "string", "const": "fail", "description": "That it failed"},
        "code": {"type": "string", "enum": list(ERROR_TABLE), "description": "Which kind of error it is"},
        "msg": {"type": "string", "description": "The kind in words"},
        "error_detail": {"type": "string", "description": "What exactly is wrong"},
    },
    "required": ["status", "code", "msg"],
    "examples": [{
        "status": "fail",
        "code": "BTM700",
        "msg": ERROR_TABLE["BTM700"].message,
        "error_detail": ERROR_TABLE["BTM700"].root,
    }],
}  # fmt: skip
REFUSAL: Schema = {
    "title": "Refusal",
    "type": "object",
    "description": "The request reached no method.",
    "properties": {
        "code": {"type": "string", "description": "Which kind of error it is"},
        "msg": {"type": "string", "description": "The kind in words"},
        "status": {"type": "string", "const": "fail", "description": "That it failed"},
        "detail": {"type": "string", "description": "What exactly is wrong"},
        "temporary": {"type": "boolean", "description": "Whether it may pass when it is tried again"},
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
OWN_ROLES: Schema = {
    "type": "object",
    "properties": {"status": {"const": "success"}, "data": schema_of(OwnRolesReply)},
    "required": ["status", "data"],
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
    OWN_ROLES_PATH: {
        "get": {
            "operationId": "own-roles",
            "summary": "The roles of who asks, by access token or from the node's machine; a POST is as good.",
            "tags": ["access"],
            "responses": {"200": {"description": "The roles.", "content": _json(OWN_ROLES)}},
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


class Components:
    """The objects that have a name, each once. Raises ValueError for a name that two different ones have."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}

    def referring(self, value: object) -> Any:
        """The value with references in place of objects that have a name."""
        if isinstance(value, list):
            return [self.referring(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        found = {name: self.referring(inner) for name, inner in value.items()}
        if found.keys() >= {"allOf", "description"}:
            only = found.pop("allOf")[0]
            return {**only, **found}
        title = found.get("title")
        if found.get("type") != "object" or not isinstance(title, str):
            return found
        if self.schemas.setdefault(title, found) != found:
            raise ValueError(f"there are two different objects called {title}")
        return {"$ref": f"#/components/schemas/{title}"}


def document(methods: Mapping[str, Method]) -> bytes:
    """The document for these methods, by their paths, as it is sent."""
    return written(describe(methods))


def written(value: Mapping[str, Any]) -> bytes:
    """A document as it is sent."""
    return orjson.dumps(value) + b"\n"


def describe(methods: Mapping[str, Method]) -> Mapping[str, Any]:
    """The document for these methods, by their paths."""
    components = Components()
    operations = {path: {"post": components.referring(_operation(method))} for path, method in methods.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "pybytomd", "version": __version__, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "security": [{}, {"accessToken": []}],
        "paths": {**operations, **OTHER_PATHS},
        "components": {
            "securitySchemes": {"accessToken": {"type": "http", "scheme": "basic"}},
            "schemas": dict(sorted(components.schemas.items())),
        },
    }


def success_schema(method: Method) -> Schema:
    """What a method answers when it succeeds."""
    properties: dict[str, object] = {
        "status": {"type": "string", "const": "success", "description": "That it succeeded"}
    }
    required = ["status"]
    if method.reply not in (None, type(None)):
        properties["data"] = described(schema_of(method.reply), "What was asked for")
        required.append("data")
    return {
        "title": f"{camel_case(method.name)}Result",
        "type": "object",
        "description": f"The answer of {method.name}.",
        "properties": properties,
        "required": required,
    }


def _operation(method: Method) -> Mapping[str, object]:
    result = success_schema(method)
    outcome = {
        "oneOf": [result, FAILURE],
        "discriminator": {
            "propertyName": "status",
            "mapping": {
                "success": f"#/components/schemas/{result['title']}",
                "fail": "#/components/schemas/Failure",
            },
        },
    }
    responses: dict[str, object] = {
        "200": {"description": "The result, or why there is none.", "content": _json(outcome)}
    }
    for status, description in REFUSALS.items():
        responses[status] = {"description": description, "content": _json(REFUSAL)}
    operation: dict[str, object] = {
        "operationId": method.name,
        "summary": method.summary,
        "tags": [method.family.replace("_", " ")],
        "x-role": method.role,
        "x-reads": method.reads,
        "x-waits": method.waits,
        "x-errors": list(failures_of(method)),
        "responses": responses,
    }
    if method.request is not None:
        content: dict[str, object] = {"schema": StructKind(method.request).schema()}
        if method.name in EXAMPLES:
            content["example"] = EXAMPLES[method.name]
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation
