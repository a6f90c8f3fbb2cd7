"""Web pages of other sites that the operator lets in (CORS): their origins, and what browsers are told.

A page that is on the list may ask, with an access token. It is never trusted for asking from this machine: every
page that is open in a browser here does.

Source: the Fetch standard (fetch.spec.whatwg.org), section "HTTP extensions", "CORS protocol".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pybytomd.errors import DecodeError

Headers = tuple[tuple[str, str], ...]

METHODS = "GET, HEAD, POST"
FIELDS = "Authorization, Content-Type"
"""What a page may send besides what it always may."""
REMEMBERED_SECONDS = 600
"""How long a browser need not ask again."""
DEFAULT_PORTS = {"http": 80, "https": 443}


def parse_origins(text: str) -> frozenset[str]:
    """The origins of a list with commas, as browsers write them. Raises DecodeError, which says what is wrong."""
    return frozenset(_origin(one.strip()) for one in text.split(",") if one.strip())


def _origin(text: str) -> str:
    """One origin. A star, for all pages, is none: pages are let in by name."""
    try:
        parts = urlsplit(text.lower())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise DecodeError(f"{text} is no origin: {error}") from error
    is_whole = parts.scheme in DEFAULT_PORTS and host and "*" not in host and not parts.username
    if not is_whole or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise DecodeError(f"{text} is no origin; write it like https://wallet.example or http://localhost:3000")
    shown = f"[{host}]" if host is not None and ":" in host else host
    is_usual = port in (None, DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{shown}" if is_usual else f"{parts.scheme}://{shown}:{port}"


class AllowedOrigins:
    """The pages that are let in."""

    def __init__(self, origins: Iterable[str] = ()) -> None:
        self._origins = frozenset(origins)

    def __bool__(self) -> bool:
        return bool(self._origins)

    def of(self, headers: Mapping[str, str]) -> str:
        """The origin of a request, if it is another site's and is let in; else empty."""
        origin = headers.get("origin", "")
        if origin not in self._origins or origin.partition("://")[2] == headers.get("host", "").lower():
            return ""
        return origin


def preflight_headers(origin: str, headers: Mapping[str, str]) -> Headers:
    """The answer to a browser that asks what a page may do, before the page does it."""
    answer: Headers = (
        *answer_headers(origin),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", FIELDS),
        ("Access-Control-Max-Age", str(REMEMBERED_SECONDS)),
    )
    if headers.get("access-control-request-private-network") == "true":
        answer = (*answer, ("Access-Control-Allow-Private-Network", "true"))
    return answer


def answer_headers(origin: str) -> Headers:
    """What lets a page read an answer. It must not be kept for pages of other origins."""
    return (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
