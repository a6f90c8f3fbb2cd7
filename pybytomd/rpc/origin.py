"""Keeping web pages out: what a browser sends for a page of another site is refused.

The API trusts whoever asks from this machine, and a browser on this machine asks for every page that is open in
it. Three things give such requests away: an ``Origin`` that is not ours, the ``Sec-Fetch-Site`` header, and a
``Host`` we do not have, when the page's own name was made to lead here. Other clients send neither of the first
two.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from pybytomd.rpc.errors import ForeignOrigin

OWN_SITE = frozenset({"same-origin", "none"})
"""What a browser says of a request by one of our pages, or by its user."""

LOCAL_NAMES = frozenset({"localhost", "localhost."})


class OriginPolicy:
    """What is refused by an API bound to this address.

    Names are checked only when it is bound to this machine: elsewhere the node may have any name.
    """

    def __init__(self, bound_host: str) -> None:
        self._bound_host = bound_host.lower()
        self._checks_host = _is_local(self._bound_host)

    def check(self, headers: Mapping[str, str]) -> None:
        """Raises ForeignOrigin for a request of another site's page."""
        host = headers.get("Host", "")
        origin = headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            raise ForeignOrigin(f"requests by web pages of {origin[:100]} are refused")
        site = headers.get("Sec-Fetch-Site")
        if site is not None and site not in OWN_SITE:
            raise ForeignOrigin("requests by web pages of other sites are refused")
        if host and self._checks_host and not self._is_ours(host):
            raise ForeignOrigin(f"this node is not {host[:100]}; ask for localhost or for its address")

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name == self._bound_host or _is_local(name)


def _is_local(name: str) -> bool:
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
