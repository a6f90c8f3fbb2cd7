"""Keeping web pages out: what a browser sends for a page of another site is refused.

The API trusts whoever asks from this machine, and a browser on this machine asks for every page that is open in
it. What gives such requests away: an ``Origin`` or, where there is none, a ``Referer`` that is not ours, the
``Sec-Fetch-Site`` header, and a ``Host`` we do not have, when the page's own name was made to lead here (DNS
rebinding). An image or a link sends none of these in some browsers; it is a ``GET``, and by ``GET`` a browser
changes nothing. Other clients send none of the first three.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from pybytomd.codec.hostport import is_ip, is_this_machine, split_host_port
from pybytomd.errors import DecodeError
from pybytomd.rpc.errors import ForeignOrigin, MustBePosted

OWN_SITE = frozenset({"same-origin", "none"})
"""What a browser says of a request by one of our pages, or by its user."""
REMEMBERED_HOSTS = 256
HTTP_PORT = 80


class HostPolicy:
    """The names this node goes by. ``bound_host`` is the address the API is bound to.

    Asked without credentials, it answers to names of this machine and, when it is bound to more than this machine,
    to any literal address, which no DNS server can make lead here.
    """

    def __init__(self, bound_host: str) -> None:
        bound = bound_host.lower()
        self._is_exposed = not is_this_machine(bound)
        self._names = frozenset({bound, socket.gethostname().lower()} - {""})
        self.knows = lru_cache(REMEMBERED_HOSTS)(self._knows)
        """Whether a ``Host`` header names this node. An empty one, of a client that has none to send, does."""

    def _knows(self, host: str) -> bool:
        if not host:
            return True
        try:
            name = split_host_port(host.lower(), default_port=HTTP_PORT)[0]
        except DecodeError:
            return False
        return name in self._names or is_this_machine(name) or (self._is_exposed and is_ip(name))


def check_origin(headers: Mapping[str, str]) -> None:
    """Raises ForeignOrigin for a request of another site's page. Names of headers are in small letters."""
    host = headers.get("host", "").lower()
    origin = headers.get("origin", headers.get("referer"))
    if origin is not None and _place(origin) != host:
        raise ForeignOrigin(f"requests by web pages of {origin[:100]} are refused")
    site = headers.get("sec-fetch-site")
    if site is not None and site not in OWN_SITE:
        raise ForeignOrigin("requests by web pages of other sites are refused")


def _place(url: str) -> str | None:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return None


def is_by_browser(headers: Mapping[str, str]) -> bool:
    """Whether a request looks like a browser's, whatever page it is for."""
    if "origin" in headers or "referer" in headers or "cookie" in headers:
        return True
    return headers.get("user-agent", "").startswith("Mozilla/") or any(
        name.startswith("sec-fetch-") for name in headers
    )


def check_verb(verb: str, headers: Mapping[str, str]) -> None:
    """Raises MustBePosted when a browser asks for something to be done other than by POST.

    Pages send GETs to any site without asking: for an image, a link, a form.
    """
    if verb != "POST" and is_by_browser(headers):
        raise MustBePosted
