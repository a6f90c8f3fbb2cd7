"""HTTP requests and responses as the API sees them, apart from any connection."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import quote, unquote

from pybytomd.clock import Clock
from pybytomd.rpc.cors import answer_headers
from pybytomd.rpc.roles import Role

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"

SECURITY_HEADERS = "X-Content-Type-Options: nosniff\r\nX-Frame-Options: {frame}\r\nX-Xss-Protection: 1\r\n"
GZIP, GZIP_LEVEL = 16, 1
GZIPPED = ("Content-Encoding", "gzip")
SMALL_BODY = 8192
"""Up to so many bytes are compressed with small tables: to clear the usual ones takes 40 us, this 2."""
SMALL_WINDOW, SMALL_MEMORY = 10, 5


@dataclass(slots=True)  # frozen would take a microsecond for each
class HttpRequest:
    """The head of a request. ``headers`` has names in small letters, and the values of one that came again joined.

    ``target`` is path and query as sent, ``path`` the path, decoded, ``remote`` the address it came from. Once it
    has passed ``access``, ``roles`` are those of who asks, and ``origin`` that of a page of another site, if it is
    one that is let in.
    """

    verb: str
    target: str
    headers: Mapping[str, str]
    remote: str
    path: str = ""
    roles: frozenset[Role] = frozenset()
    origin: str = ""

    def __post_init__(self) -> None:
        path = self.target.partition("?")[0]
        self.path = unquote(path) if "%" in path else path

    @property
    def query(self) -> str:
        """What follows the question mark, as sent, with the mark; empty if there is none."""
        _, mark, rest = self.target.partition("?")
        return mark + rest

    @property
    def accepts_gzip(self) -> bool:
        """Quirk: the word anywhere in the header counts, also with a weight of zero."""
        return "gzip" in self.headers.get("accept-encoding", "")


@dataclass(slots=True)  # likewise
class HttpResponse:
    """An answer. ``varies`` when it may be compressed; ``may_frame`` for pages other pages here may show."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    varies: bool = True
    may_frame: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    def compressed(self) -> HttpResponse:
        """The same with its body in gzip, of whatever size."""
        window, memory = zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL
        if len(self.body) <= SMALL_BODY:
            window, memory = SMALL_WINDOW, SMALL_MEMORY
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP + window, memory)
        body = packer.compress(self.body) + packer.flush()
        headers = (*self.headers, GZIPPED) if self.headers else (GZIPPED,)
        return HttpResponse(self.status, body, self.content_type, self.varies, self.may_frame, headers)

    def readable_by(self, origin: str) -> HttpResponse:
        """The same for a page of this origin."""
        headers = (*self.headers, *answer_headers(origin))
        return HttpResponse(self.status, self.body, self.content_type, self.varies, self.may_frame, headers)

    def head(self, date: str, *, version: str = "1.1", connection: str = "") -> bytes:
        """Status line and headers, for the whole body."""
        lines = [
            f"HTTP/{version} {self.status} {HTTPStatus(self.status).phrase}\r\n",
            f"Content-Type: {self.content_type}\r\n" if self.content_type else "",
            "Vary: Accept-Encoding\r\n" if self.varies else "",
            SECURITY_HEADERS.format(frame="SAMEORIGIN" if self.may_frame else "DENY"),
            *[f"{name}: {value}\r\n" for name, value in self.headers],
            f"Connection: {connection}\r\n" if connection else "",
            f"Date: {date}\r\nContent-Length: {len(self.body)}\r\n\r\n",
        ]
        return "".join(lines).encode("latin-1")


def redirect(verb: str, status: int, location: str, *, varies: bool) -> HttpResponse:
    """Send the client elsewhere; there is a body for GET only, as Go does it."""
    from html import (
        escape,
    )  # with a table of all entities: half a megabyte that a node without redirects can spare

    body = f'<a href="{escape(location)}">{HTTPStatus(status).phrase}</a>.\n\n' if verb == "GET" else ""
    content_type = HTML_TYPE if verb in ("GET", "HEAD") else ""
    return HttpResponse(status, body.encode(), content_type, varies, headers=(("Location", location),))


def clean_path(path: str) -> str:
    """The path without double slashes and dots; a slash at the end stays."""
    if not path:
        return "/"
    cleaned = posixpath.normpath("/" + path.lstrip("/"))
    return f"{cleaned}/" if path.endswith("/") and cleaned != "/" else cleaned


def location_of(path: str, query: str = "") -> str:
    """A path as it stands in a ``Location`` header."""
    return quote(path, safe="/$&+,:;=@!'()*~-._") + query


class ResponseWriter:
    """Responses to bytes. Heads, which differ in little but the length, are kept for a second, as the date is."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._second = -1
        self._date = ""
        self._heads: dict[tuple[object, ...], bytes] = {}
        """What heads of HTTP/1.1 begin with, up to the length of the body."""

    def __call__(
        self, response: HttpResponse, *, verb: str = "POST", version: str = "1.1", closes: bool = False
    ) -> bytes:
        """Head and body, as ``verb`` and the client's HTTP want them. ``closes`` if this is the last."""
        now = int(self._clock.now())
        if now != self._second:
            self._second, self._date = now, formatdate(now, usegmt=True)
            self._heads.clear()
        body = b"" if verb == "HEAD" or response.status == HTTPStatus.NOT_MODIFIED else response.body
        if closes or version == "1.0":
            return (
                response.head(self._date, version=version, connection="close" if closes else "keep-alive") + body
            )
        kind = (response.status, response.content_type, response.varies, response.may_frame, response.headers)
        head = self._heads.get(kind)
        if head is None:
            head = self._heads[kind] = response.head(self._date).rpartition(b" ")[0]
        return b"%b %d\r\n\r\n%b" % (head, len(response.body), body)
