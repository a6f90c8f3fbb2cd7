"""The few pages of the API: what is served for a browser, without anything from elsewhere.

The reference carries two applications under ``/dashboard/`` and ``/equity/``; here is a page that says what this
is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pybytomd.rpc.http_messages import HTML_TYPE, JSON_TYPE, HttpResponse
from pybytomd.rpc.pages import docs_page, openapi
from pybytomd.rpc.schema.registry import Method

FOLDERS = frozenset({"/dashboard", "/equity"})
OPENAPI_PATH, DOCS_PATH = "/openapi.json", "/docs"

WELCOME = docs_page.page(
    "pybytomd",
    """
<h1>pybytomd</h1>
<p>This is the API of a node of the Bytom blockchain. It has no dashboard of its own.</p>
<ul>
<li><a href="/docs">All methods</a>, with what they take and give</li>
<li><a href="/openapi.json">The same as an OpenAPI document</a>, for programs</li>
</ul>
<p>From a terminal: <code>pybytomcli net-info</code>, or
<code>curl http://127.0.0.1:9888/net-info</code>.</p>
""",
)


def is_page(path: str) -> bool:
    """Whether a path leads to a page, that is, to nothing that could do harm."""
    return path in (OPENAPI_PATH, DOCS_PATH, *FOLDERS) or path.startswith(("/dashboard/", "/equity/"))


class Pages:
    """The pages of a node with these ``methods``. What tells of them is made when it is first asked for."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    def find(self, path: str) -> HttpResponse | None:
        """The page at a path, None if there is none there."""
        if path == OPENAPI_PATH:
            return self._openapi
        if path == DOCS_PATH:
            return self._docs
        if is_page(path):
            return HttpResponse(200, WELCOME, HTML_TYPE, may_frame=True)
        return None

    @cached_property
    def _openapi(self) -> HttpResponse:
        return HttpResponse(200, openapi.document(self._methods), JSON_TYPE)

    @cached_property
    def _docs(self) -> HttpResponse:
        return HttpResponse(200, docs_page.render(self._methods), HTML_TYPE)
