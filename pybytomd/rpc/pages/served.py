"""The pages of the API: what is served for a browser, without anything from elsewhere.

The reference carries two applications under ``/dashboard/`` and ``/equity/``; here both lead to the files of
``pybytomd.dashboard``. As there, what is no file is answered with the first page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pybytomd.dashboard import files as dashboard
from pybytomd.rpc.http_messages import GZIPPED, HTML_TYPE, JSON_TYPE, HttpRequest, HttpResponse
from pybytomd.rpc.schema.registry import Method

FOLDERS = frozenset({"/dashboard", "/equity"})
OPENAPI_PATH, DOCS_PATH = "/openapi.json", "/docs"
NOT_MODIFIED = 304


def is_page(path: str) -> bool:
    """Whether a path leads to a page, that is, to nothing that could do harm."""
    return path in (OPENAPI_PATH, DOCS_PATH, *FOLDERS) or path.startswith(("/dashboard/", "/equity/"))


class Pages:
    """The pages of a node with these ``methods``. What tells of them is imported and made when it is asked for."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    def find(self, request: HttpRequest) -> HttpResponse | None:
        """The page that is asked for, None if there is none there."""
        path = request.path
        if path == OPENAPI_PATH:
            return self._openapi
        if path == DOCS_PATH:
            return self._docs
        if is_page(path):
            return _file(request)
        return None

    @cached_property
    def _openapi(self) -> HttpResponse:
        from pybytomd.rpc.pages import openapi

        return HttpResponse(200, openapi.document(self._methods), JSON_TYPE)

    @cached_property
    def _docs(self) -> HttpResponse:
        from pybytomd.rpc.pages import docs_page

        return HttpResponse(200, docs_page.render(self._methods), HTML_TYPE)


def _file(request: HttpRequest) -> HttpResponse:
    """A file of the dashboard; only that it is still the same, if that is so."""
    files = dashboard.files()
    file = files.get(request.path.split("/", 2)[2]) or files[dashboard.INDEX]
    known = request.headers.get("if-none-match", "")
    status = NOT_MODIFIED if file.tag in known else 200
    packed = request.accepts_gzip
    headers = (*dashboard.HEADERS, ("ETag", file.tag), *([GZIPPED] if packed else []))
    body = file.packed if packed else file.content
    return HttpResponse(status, body, file.content_type, may_frame=True, headers=headers)
