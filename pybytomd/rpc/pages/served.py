"""The pages of the API: what is served for a browser, without anything from elsewhere.

The reference carries two applications under ``/dashboard/`` and ``/equity/``; here both lead to the files of
``pybytomd.dashboard``. As there, what is no file is answered with the first page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pybytomd.dashboard import files as dashboard
from pybytomd.rpc.http_messages import GZIPPED, HTML_TYPE, JSON_TYPE, HttpRequest, HttpResponse
from pybytomd.rpc.schema.registry import Method

FOLDERS = frozenset({"/dashboard", "/equity"})
OPENAPI_PATH, DOCS_PATH = "/openapi.json", "/docs"
NOT_MODIFIED = 304


def is_page(path: str) -> bool:
    """Whether a path leads to a page, that is, to nothing that could do harm."""
    return path in (OPENAPI_PATH, DOCS_PATH, *FOLDERS) or path.startswith(("/dashboard/", "/equity/", "/docs/"))


@dataclass(slots=True)
class PageToMake(HttpResponse):
    """A page that is asked for the first time: making it takes longer than the event loop has."""

    make: Callable[[], HttpResponse] = lambda: HttpResponse(404, b"")
    """Makes it, in a thread. What is made is there for all who ask later."""


class Pages:
    """The pages of a node with these ``methods``. What tells of them is imported and made when it is asked for."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods
        self._made: dict[str, HttpResponse] = {}

    def find(self, request: HttpRequest) -> HttpResponse | None:
        """The page that is asked for, None if there is none there."""
        path = request.path
        make = {OPENAPI_PATH: self._openapi, DOCS_PATH: self._docs}.get(path)
        if make is not None:
            return self._made.get(path) or PageToMake(200, b"", make=lambda: self._made.setdefault(path, make()))
        if path.startswith(f"{DOCS_PATH}/"):
            file = docs_files().get(path.rpartition("/")[2])
            return None if file is None else _file(file, request)
        if is_page(path):
            files = dashboard.files()
            return _file(files.get(path.split("/", 2)[2]) or files[dashboard.INDEX], request)
        return None

    def _openapi(self) -> HttpResponse:
        from pybytomd.rpc.pages import openapi

        return HttpResponse(200, openapi.document(self._methods), JSON_TYPE)

    def _docs(self) -> HttpResponse:
        from pybytomd.rpc.pages import docs_page, openapi

        page = docs_page.render(self._methods, openapi.describe(self._methods))
        return HttpResponse(200, page, HTML_TYPE, headers=dashboard.HEADERS)


@cache
def docs_files() -> Mapping[str, dashboard.StaticFile]:
    """Style and script of the page about the API, by their names."""
    paths = (Path(__file__).parent / "static").iterdir()
    return {path.name: dashboard.StaticFile.of(path.name, path.read_bytes()) for path in paths}


def _file(file: dashboard.StaticFile, request: HttpRequest) -> HttpResponse:
    """A file; only that it is still the same, if that is so."""
    known = request.headers.get("if-none-match", "")
    status = NOT_MODIFIED if file.tag in known else 200
    packed = request.accepts_gzip
    headers = (*dashboard.HEADERS, ("ETag", file.tag), *([GZIPPED] if packed else []))
    body = file.packed if packed else file.content
    return HttpResponse(status, body, file.content_type, may_frame=True, headers=headers)
