"""One request to a node's API, as the reference's client makes it.

Source: rpc-and-cli reference, section 2.1; ``blockchain/rpc/rpc.go``, ``util/util.go``.
"""

from __future__ import annotations

import base64
import gzip
import os
import ssl
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Self
from urllib.parse import unquote, urlsplit, urlunsplit

from pybytomd.codec.hostport import is_loopback
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError, DecodeError
from pybytomd.node.home.cookie import COOKIE_NAME, read_cookies
from pybytomd.node.home.locations import find_homes

URL_VARIABLE = "BYTOM_URL"
TOKEN_VARIABLE = "BYTOM_ACCESS_TOKEN"  # noqa: S105 - its name, not a token
"""An access token as create-access-token prints it: ``name:secret``."""
CACERT_VARIABLE = "BYTOM_CACERT"
"""A file with the certificates, in PEM, by which a node's https is trusted."""
DEFAULT_URL = "http://127.0.0.1:9888"
MAX_ANSWER_BYTES = 512 << 20
"""More than any list the node serves; a gzipped answer cannot fill the memory."""
HEADERS: Mapping[str, str] = {
    "User-Agent": "Bytom; process=; buildtag=; blockchainID=",
    "Content-Type": "application/json",
    "Accept-Encoding": "gzip",
    "Blockchain-ID": "",
    "Bytom-Core-ID": "",
    "Request-ID": "",
}

FORBIDDEN = 403
MAX_REFUSAL_BYTES = 64 << 10
NOBODY_THERE = f"; is the node running (pybytomd node)? {URL_VARIABLE} names another address"
NOT_KNOWN = f"; its certificate is not trusted here: name the file with it by --cacert or {CACERT_VARIABLE}"
HINTS: Mapping[int, str] = {
    400: "; it cannot read the request",
    401: f"; it wants an access token, or another one: put name:secret into {TOKEN_VARIABLE}",
    403: f"; the node is called by another name, see {URL_VARIABLE}, or the access token is not for this",
    500: "; it knows no such request",
}
"""What a person should know of an HTTP status."""


class NoNode(ConfigError):
    """No node of this user runs in the home that is named; one may be started."""


class NoAnswer(BytomError):
    """The node cannot be reached, or what it answered is of no use. The context tells why."""

    message = "Unable to connect to the bytomd"


class Refused(BytomError):
    """The node answered with an error; the text is its message, the context says more, if the node does.

    ``reason`` is the code of the error, such as BTM700.
    """

    def __init__(self, root: str | None = None, *, context: tuple[str, ...] = (), reason: str = "") -> None:
        super().__init__(root, context=context)
        self.reason = reason


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


class ApiClient:
    """Asks the node at a place, which is looked for with ``find`` when it is first needed.

    ``seconds`` is how long nothing may come from it; the reference's client waits for ever.
    """

    def __init__(self, find: Callable[[], Place] = Place.of, *, seconds: float | None = None) -> None:
        self._find = find
        self._seconds = seconds

    @property
    def url(self) -> str:
        """Where the node answers. Raises ConfigError."""
        return self._find().url

    def call(self, path: str, request: JsonValue = None) -> JsonValue:
        """The data of the answer. Raises NoAnswer or Refused."""
        body = b"" if request is None else gojson.dumps(request) + b"\n"
        answer = _answer(self._post(path, body))
        if answer.get("status") == "fail":
            detail = answer.get("error_detail")
            raise Refused(
                str(answer.get("msg", "")),
                context=(str(detail),) if detail else (),
                reason=str(answer.get("code", "")),
            )
        return answer.get("data")

    def _post(self, path: str, body: bytes) -> bytes:
        try:
            place = self._find()
            context = place.tls()
            scheme, host, _path, query, _fragment = urlsplit(place.url)
        except ConfigError as error:
            raise NoAnswer.because(str(error)) from error
        if scheme not in ("http", "https"):
            raise NoAnswer.because(f"{place.url} is no http address; see the environment variable {URL_VARIABLE}")
        try:
            target = urlunsplit((scheme, host, path, query, ""))
            request = urllib.request.Request(target, body, dict(HEADERS), method="POST")  # noqa: S310 - http, see above
            if place.authorization:
                # Whoever a node redirects to is not told it.
                request.add_unredirected_header("Authorization", place.authorization)
            with urllib.request.urlopen(request, timeout=self._seconds, context=context) as response:  # noqa: S310 - likewise
                data: bytes = response.read(MAX_ANSWER_BYTES)
                zipped = response.headers.get("Content-Encoding") == "gzip"
            return _unzipped(data) if zipped else data
        except urllib.error.HTTPError as error:
            told = _detail(error) or HINTS.get(error.code, "")
            raise NoAnswer.because(f"{place.url} answers with HTTP status {error.code}{told}") from error
        except (OSError, EOFError, ValueError, HTTPException, zlib.error) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            text = (reason.strerror if isinstance(reason, OSError) else None) or reason
            hint = NOT_KNOWN if isinstance(reason, ssl.SSLCertVerificationError) else NOBODY_THERE
            raise NoAnswer.because(f"{place.url}: {text}{hint}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    """Why a node did not let a request pass, if that is what the answer tells and no hint says more."""
    if error.code != FORBIDDEN:
        return ""
    try:
        data = error.read(MAX_REFUSAL_BYTES)
        zipped = error.headers.get("Content-Encoding") == "gzip"
        answer = gojson.loads(_unzipped(data) if zipped else data)
    except (OSError, EOFError, HTTPException, zlib.error, DecodeError):
        return ""
    detail = answer.get("detail") if isinstance(answer, dict) else None
    return f": {detail}" if isinstance(detail, str) and detail else ""


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    text = unzip.decompress(data, MAX_ANSWER_BYTES)
    if not unzip.eof:
        raise gzip.BadGzipFile("the answer is cut short or too long")
    return text


def _answer(text: bytes) -> dict[str, JsonValue]:
    try:
        answer = gojson.loads(text)
    except DecodeError as error:
        raise NoAnswer.because("the answer is not JSON") from error
    if not isinstance(answer, dict) or not answer.get("status"):
        raise NoAnswer.because("the answer has no status")
    return answer
