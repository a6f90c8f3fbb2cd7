"""Where a node answers, and what it wants for credentials: of arguments, of the environment, of the node's cookie.

Source: rpc-and-cli reference, section 2.1, for ``BYTOM_URL``.
"""

from __future__ import annotations

import base64
import os
import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit, urlunsplit

from pybytomd.client.errors import NoNode
from pybytomd.codec.hostport import is_loopback
from pybytomd.errors import ConfigError
from pybytomd.node.home.cookie import COOKIE_NAME, read_cookies
from pybytomd.node.home.locations import find_homes

URL_VARIABLE = "BYTOM_URL"
TOKEN_VARIABLE = "BYTOM_ACCESS_TOKEN"  # noqa: S105 - its name, not a token
"""An access token as create-access-token prints it: ``name:secret``."""
CACERT_VARIABLE = "BYTOM_CACERT"
"""A file with the certificates, in PEM, by which a node's https is trusted."""
DEFAULT_URL = "http://127.0.0.1:9888"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node answers, and what it is told about who asks. The credentials are in no text of it."""

    url: str
    authorization: str = ""
    cacert: str = ""
    """The file of certificates to trust instead of the system's, empty for those."""
    pinned: str = ""
    """The file of the node's own certificate, when this user's cookie names it: it alone is good, and says all."""

    @classmethod
    def of(cls, url: str = "", token: str = "", *, home: str = "", cacert: str = "") -> Self:
        """Of a URL, which may hold user and password, and of a token ``name:secret``, which counts more.

        What is empty is taken from ``BYTOM_URL``, ``BYTOM_ACCESS_TOKEN`` and ``BYTOM_CACERT``, and then from the
        cookie of the node that runs in ``home`` (default: where a node of either kind of chain would live). The
        cookie is shown to nobody but the node that wrote it. Raises ConfigError.
        """
        url = url or ("" if home else os.environ.get(URL_VARIABLE, ""))
        cacert = cacert or os.environ.get(CACERT_VARIABLE, "")
        token = token or os.environ.get(TOKEN_VARIABLE, "").strip()
        cookies = read_cookies(find_homes({"home": home}, os.environ))
        if home and not url and not cookies:
            raise NoNode(f"no node of this user runs in {home}: there is no {COOKIE_NAME}")
        url = url or (cookies[0].url if cookies else DEFAULT_URL)
        if token and not all(token.partition(":")):
            raise ConfigError(
                f"an access token is name:secret, as create-access-token prints it; see {TOKEN_VARIABLE}"
            )
        try:
            parts = urlsplit(url)
            _ = parts.port  # raises when it is none
        except ValueError as error:
            shown = "the address of the node" if "@" in url else url  # it may be that of a password
            raise ConfigError(f"{shown}: {error}; see the environment variable {URL_VARIABLE}") from error
        before, at, host = parts.netloc.rpartition("@")
        if at:
            url = urlunsplit(parts._replace(netloc=host))
            token = token or ":".join(unquote(part) for part in before.partition(":")[::2])
        pinned = ""
        for cookie in cookies:
            if same := _same_place(url, cookie.url):
                url = same
                token = token or cookie.credentials
                pinned = "" if cacert else cookie.certificate
                break
        authorization = f"Basic {base64.b64encode(token.encode()).decode()}" if token else ""
        return cls(url, authorization, cacert, pinned)

    def tls(self) -> ssl.SSLContext | None:
        """How an https node is known; None for the system's certificates, or for http. Raises ConfigError."""
        file = self.cacert or self.pinned
        if not file or not self.url.startswith("https:"):
            return None
        try:
            context = ssl.create_default_context(cafile=file)
        except OSError as error:  # an SSLError is one, too
            raise ConfigError(f"{file} holds no certificates: {error.strerror or error}") from error
        if self.pinned:
            context.check_hostname = False
            context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
            context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT  # it is known, not judged
        return context


def _same_place(url: str, cookie_url: str) -> str:
    """The URL, if it leads to where the cookie is from; else empty.

    Other addresses of this machine are other places: another user may listen there. What is only called localhost
    becomes the address that is meant.
    """
    ours, theirs = urlsplit(url), urlsplit(cookie_url)
    if (ours.scheme, ours.port) != (theirs.scheme, theirs.port):
        return ""
    if ours.hostname == "localhost" and is_loopback(theirs.hostname or ""):
        return urlunsplit(ours._replace(netloc=theirs.netloc))
    return url if ours.hostname == theirs.hostname else ""
