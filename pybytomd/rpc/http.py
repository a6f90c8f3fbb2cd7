"""HTTP requests and responses as the API sees them, apart from any server."""

from __future__ import annotations

import html
import posixpath
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import quote, unquote

from pybytomd.clock import Clock

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"

SECURITY_HEADERS = "X-Content-Type-Options: nosniff\r\nX-Frame-Options: {frame}\r\nX-Xss-Protection: 1\r\n"
GZIP_LEVEL = 1
GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. ``target`` is path and query as sent, ``body`` reads what follows the headers.

    ``headers`` finds names in any case.
    """

    verb: str
    target: str
    headers: Mapping[str, str]
    remote: str
    body: Callable[[], Awaitable[bytes]]

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        """What follows the question mark, as sent, with the mark; empty if there is none."""
        _, mark, rest = self.target.partition("?")
        return mark + rest

    @property
    def accepts_gzip(self) -> bool:
        """Quirk: the word anywhere in the header counts, also with a weight of zero."""
        return "gzip" in self.headers.get("Accept-Encoding", "")


@dataclass(frozen=True, slots=True)
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
        packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
        body = packer.compress(self.body) + packer.flush()
        headers = (*self.headers, ("Content-Encoding", "gzip"))
        return HttpResponse(self.status, body, self.content_type, self.varies, self.may_frame, headers)

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
    body = f'<a href="{html.escape(location)}">{HTTPStatus(status).phrase}</a>.\n\n' if verb == "GET" else ""
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


class DateHeader:
    """The text of the ``Date`` header, made anew once a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._second = -1
        self._text = ""

    def __call__(self) -> str:
        """Now, as HTTP writes it."""
        now = int(self._clock.now())
        if now != self._second:
            self._second, self._text = now, formatdate(now, usegmt=True)
        return self._text
