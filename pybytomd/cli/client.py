"""One request to a node's API, as the reference's client makes it.

Source: rpc-and-cli reference, section 2.1; ``blockchain/rpc/rpc.go``, ``util/util.go``.
"""

from __future__ import annotations

import gzip
import os
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

from pybytomd.codec import gojson
from pybytomd.codec.gojson import JsonValue
from pybytomd.errors import BytomError, DecodeError

URL_VARIABLE = "BYTOM_URL"
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

NOBODY_THERE = f"; is the node running (pybytomd node)? {URL_VARIABLE} names another address"
HINTS: Mapping[int, str] = {
    400: "; it cannot read the request",
    401: "; it asks other machines for an access token, which this client does not send",
    403: f"; it does not serve requests under this name, see {URL_VARIABLE}",
    500: "; it knows no such request",
}
"""What a person should know of an HTTP status."""


class NoAnswer(BytomError):
    """The node cannot be reached, or what it answered is of no use. The context tells why."""

    message = "Unable to connect to the bytomd"


class Refused(BytomError):
    """The node answered with an error; the text is its message, the context says more, if the node does."""


class ApiClient:
    """Asks the node at ``url`` (default: ``BYTOM_URL``, or this machine's)."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url or os.environ.get(URL_VARIABLE) or DEFAULT_URL

    def call(self, path: str, request: JsonValue = None) -> JsonValue:
        """The data of the answer. Raises NoAnswer or Refused. There is no time-out, as in the reference."""
        body = b"" if request is None else gojson.dumps(request) + b"\n"
        answer = _answer(self._post(path, body))
        if answer.get("status") == "fail":
            detail = answer.get("error_detail")
            raise Refused(str(answer.get("msg", "")), context=(str(detail),) if detail else ())
        return answer.get("data")

    def _post(self, path: str, body: bytes) -> bytes:
        try:
            parts = urlsplit(self.url)
            _ = parts.port  # raises when it is none
        except ValueError as error:
            raise NoAnswer.because(f"{self.url}: {error}; see the environment variable {URL_VARIABLE}") from error
        scheme, place, _path, query, _fragment = parts
        if scheme not in ("http", "https"):
            raise NoAnswer.because(f"{self.url} is no http address; see the environment variable {URL_VARIABLE}")
        try:
            target = urlunsplit((scheme, place, path, query, ""))
            request = urllib.request.Request(target, body, dict(HEADERS), method="POST")  # noqa: S310 - http, see above
            with urllib.request.urlopen(request) as response:  # noqa: S310 - likewise
                data: bytes = response.read(MAX_ANSWER_BYTES)
                zipped = response.headers.get("Content-Encoding") == "gzip"
            return _unzipped(data) if zipped else data
        except urllib.error.HTTPError as error:
            hint = HINTS.get(error.code, "")
            raise NoAnswer.because(f"{self.url} answers with HTTP status {error.code}{hint}") from error
        except (OSError, EOFError, ValueError, HTTPException, zlib.error) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            text = (reason.strerror if isinstance(reason, OSError) else None) or reason
            raise NoAnswer.because(f"{self.url}: {text}{NOBODY_THERE}") from error


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
